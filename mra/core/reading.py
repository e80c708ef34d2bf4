"""Reading one field: a clean value, or a sentence that says how to put it right."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from mra.core import text
from mra.core.dates import DateFault, parse_date
from mra.core.forms import Form
from mra.core.phone import PhoneFault, PhoneNumber, parse_phone

E = TypeVar("E", bound=StrEnum)

LONGEST_PURPOSE = 500
NAME_SIGNS = " ・'’‘-.,＝=　"
# The era select of a date, and the western years; nothing is chosen beforehand, or Heisei 5 would become Showa 5.
ERA_CHOICES = (("", "元号"), ("S", "昭和"), ("H", "平成"), ("R", "令和"), ("T", "大正"), ("W", "西暦"))
EXPIRY_ERA_CHOICES = (("W", "西暦"), ("R", "令和"))
_WESTERN_YEAR = re.compile(r"[0-9]{4}")
_BARE_YEAR = re.compile(r"[0-9]{1,2}|元")

PHONE_SENTENCES = {
    "not_a_number": "電話番号として読めません。数字で入力してください。例：090-1234-5678",
    "wrong_length": "電話番号のけた数が合いません。携帯電話は11けた、固定電話は市外局番から10けたです。",
    "foreign": "日本国内の電話番号を入力してください。お持ちでない場合は、お電話でご相談ください。",
    "toll_free": "0120・0800で始まる番号には連絡できません。ご本人につながる番号を入力してください。",
    "navi_dial": "0570で始まる番号には連絡できません。ご本人につながる番号を入力してください。",
    "premium_rate": "0990で始まる番号には連絡できません。ご本人につながる番号を入力してください。",
    "pager": "020で始まる番号には連絡できません。ご本人につながる番号を入力してください。",
}
DATE_SENTENCES = {
    "bad_shape": "{label}を日付として読めません。年・月・日を数字で入力してください。",
    "year_only": "{label}の年・月・日をすべて入力してください。",
    "month_only": "{label}の年・月・日をすべて入力してください。",
    "unknown_era": "元号を選ぶか、西暦を4けたで入力してください。",
    "outside_era": "{label}は、その元号にはない日付です。元号と年を確認してください。",
    "no_such_day": "{label}は、カレンダーにない日付です。月と日を確認してください。",
    "too_early": "{label}の年が古すぎます。西暦4けた、または元号と年を確認してください。",
    "weekday_differs": "{label}の日付と曜日が合いません。日付を確認してください。",
}
MONTH_SENTENCE = "{label}の月は、1〜12の数字で入力してください。"

# Signs that no keyboard types and no page may hold; they come from broken senders only.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def printable(value: Any) -> Any:
    """What was typed, one text or several, without signs that no page may hold."""
    if isinstance(value, list):
        return [printable(one) for one in value]
    return UNPRINTABLE.sub("", value) if isinstance(value, str) else value


def line(form: Form, name: str, label: str, longest: int, *, required: bool = False) -> str:
    """One line of text exactly as typed, trimmed."""
    typed = text.keep_name(form.text(name))
    if required and not typed:
        form.wrong(name, f"{label}を入力してください。")
    if len(typed) > longest:
        form.wrong(name, f"{label}は{longest}文字以内で入力してください。")
    return typed


def paragraph(form: Form, name: str, label: str) -> str:
    """Several lines of text."""
    typed = "\n".join(text.keep_name(part) for part in form.text(name).splitlines()).strip()
    if len(typed) > LONGEST_PURPOSE:
        form.wrong(name, f"{label}は{LONGEST_PURPOSE}文字以内で入力してください。")
    return typed


def person_name(form: Form, name: str, label: str, longest: int, *, required: bool = True) -> str:
    """A name as its bearer writes it, old and rare characters included; figures and signs are slips."""
    typed = line(form, name, label, longest, required=required)
    if not all(_stands_in_names(sign) for sign in typed):
        form.wrong(name, f"{label}に使えない文字があります。数字や記号を除いて入力してください。")
    return typed


def _stands_in_names(sign: str) -> bool:
    # Co: characters of the user's own (外字) that some names can only be written with.
    return sign in NAME_SIGNS or unicodedata.category(sign)[0] in "LM" or unicodedata.category(sign) == "Co"


def reading_of_name(form: Form, name: str, label: str, longest: int, *, written: str) -> str:
    """A reading in katakana; people with a name in Latin letters may leave it empty or use Latin letters."""
    typed = line(form, name, label, longest)
    latin = text.latin_name(written) if written else None
    if not typed:
        if latin is None:
            form.wrong(name, f"{label}を入力してください。")
        return latin or ""
    found = text.kana(typed) or text.latin_name(typed)
    if found is None:
        form.wrong(name, f"{label}は、ひらがなかカタカナで入力してください。")
        return ""
    if len(found) > longest:
        form.wrong(name, f"{label}は{longest}文字以内で入力してください。")
    return found


def phone(form: Form, name: str, label: str = "電話番号") -> PhoneNumber | None:
    """A number at which a person can be rung."""
    try:
        found = parse_phone(form.text(name))
    except PhoneFault as fault:
        form.wrong(name, PHONE_SENTENCES[fault.code])
        return None
    if found is None:
        form.wrong(name, f"{label}を入力してください。")
    return found


def day(form: Form, name: str, label: str, *, required: bool = True) -> date | None:
    """A day from three boxes with an era, or from a single box; an empty one is told if it is required."""
    try:
        found = parse_date(form.text(name) if form.text(name) else _from_boxes(form, name))
    except DateFault as fault:
        form.wrong(name, DATE_SENTENCES[fault.code].format(label=label))
        return None
    if found is None and required:
        form.wrong(name, f"{label}を入力してください。")
    return found


def month(form: Form, name: str, label: str) -> date | None:
    """The first day of a month from three boxes (era, year, month); months in which an era begins or ends have two."""
    era, year, month_ = (text.fold_width(form.text(f"{name}_{part}")) for part in ("era", "year", "month"))
    if not (year and month_):
        form.wrong(name, f"{label}の年と月を入力してください。")
        return None
    if not month_.isdigit() or (_BARE_YEAR.fullmatch(year) and era in ("", "W")):
        form.wrong(name, DATE_SENTENCES["bad_shape" if not month_.isdigit() else "unknown_era"].format(label=label))
        return None
    written = f"{era}{year}" if _BARE_YEAR.fullmatch(year) else year
    fault = "bad_shape"
    for day_ in (1, 28):
        try:
            found = parse_date(f"{written}年{month_}月{day_}日")
        except DateFault as wrong:
            fault = wrong.code
        else:
            return found.replace(day=1) if found else None
    sentence = MONTH_SENTENCE if fault == "no_such_day" else DATE_SENTENCES[fault]
    form.wrong(name, sentence.format(label=label))
    return None


def is_day_empty(form: Form, name: str) -> bool:
    """Whether nothing of a date was typed; a chosen era alone is nothing."""
    return not any(form.text(box) for box in (name, f"{name}_year", f"{name}_month", f"{name}_day"))


def _from_boxes(form: Form, name: str) -> str:
    era, year, month, day_ = (text.fold_width(form.text(f"{name}_{part}")) for part in ("era", "year", "month", "day"))
    if not (year or month or day_):
        return ""
    if not (year and month and day_):
        raise DateFault("year_only")
    if not (month.isdigit() and day_.isdigit()):
        raise DateFault("bad_shape")
    if _BARE_YEAR.fullmatch(year):
        if era in ("", "W"):
            raise DateFault("unknown_era")
        return f"{era}{year}年{month}月{day_}日"
    return f"{year}年{month}月{day_}日"


def number(form: Form, name: str, low: int, high: int, sentence: str) -> int | None:
    """A count within bounds."""
    found = text.whole_number(form.text(name))
    if found is None or not low <= found <= high:
        form.wrong(name, sentence)
        return None
    return found


def choice(form: Form, name: str, kind: type[E], sentence: str) -> E | None:
    """One of the offered values."""
    value = form.text(name)
    if value not in {member.value for member in kind}:
        form.wrong(name, sentence)
        return None
    return kind(value)


def chosen(form: Form, name: str, kind: type[E]) -> tuple[E, ...]:
    """All ticked values, each once, in the order in which they are offered."""
    ticked = set(form.many(name))
    return tuple(member for member in kind if member.value in ticked)


def ticked_words(form: Form, name: str, words: Collection[str]) -> tuple[str, ...]:
    """All ticked words of a plain list."""
    ticked = set(form.many(name))
    return tuple(word for word in words if word in ticked)


def is_yes(form: Form, name: str) -> bool:
    """Whether a box is ticked."""
    return form.text(name) == "yes"
