"""Where the flood was: real places of Kumamoto, as in August 2025."""

from datetime import date, datetime, time
from typing import NamedTuple

from mra.core.clock import JAPAN
from mra.disasters.rules import is_open_on


class Town(NamedTuple):
    """A town that people of the story live in, with its municipality."""

    code: str
    municipality: str
    kana: str
    town: str
    postal_code: str
    lat: float
    lon: float


TOWNS = (
    Town("43202", "八代市", "ヤツシロシ", "本町", "8660861", 32.5083871, 130.6020961),
    Town("43206", "玉名市", "タマナシ", "繁根木", "8650051", 32.9352202, 130.5628395),
    Town("43212", "上天草市", "カミアマクサシ", "大矢野町上", "8693602", 32.5874193, 130.4305268),
    Town("43213", "宇城市", "ウキシ", "松橋町松橋", "8690502", 32.647847, 130.6843654),
    Town("43215", "天草市", "アマクサシ", "今釜新町", "8630013", 32.4585041, 130.1933908),
    Town("43348", "美里町", "ミサトマチ", "馬場", "8614406", 32.6395887, 130.7890259),
    Town("43444", "甲佐町", "コウサマチ", "岩下", "8614601", 32.6515994, 130.8114655),
    Town("43468", "氷川町", "ヒカワチョウ", "島地", "8694814", 32.5825004, 130.6737863),
)


class BasePlan(NamedTuple):
    """One base of the story."""

    name: str
    address: str
    code: str
    lat: float
    lon: float
    phone: str
    opens_at: time
    closes_at: time


BASES = (
    BasePlan("八代拠点", "八代市本町1丁目（旧市場跡地）", "43202", 32.5066, 130.6010, "+81965000001", time(9, 30), time(16, 0)),
    BasePlan("上天草拠点", "上天草市大矢野町上（運動公園駐車場）", "43212", 32.5901, 130.4330, "+81964000002", time(9, 30), time(16, 0)),
    BasePlan("玉名拠点", "玉名市繁根木（市民会館西側）", "43206", 32.9330, 130.5600, "+81968000003", time(10, 0), time(16, 0)),
)  # fmt: skip


def closed_weekday(today: date) -> int:
    """The bases rest on Wednesdays; a story told on a Wednesday moves the rest to Thursday, so that today has work."""
    wednesday, thursday = 2, 3
    return thursday if today.weekday() == wednesday else wednesday


def working_moment(day: date, resting: int, at: time, *, earlier: bool = False) -> datetime:
    """A moment on that day, or on the next (previous) day on which the bases work."""
    step = -1 if earlier else 1
    while not is_open_on(day, [resting], None):
        day = date.fromordinal(day.toordinal() + step)
    return datetime.combine(day, at, JAPAN)
