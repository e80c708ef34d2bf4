"""What a proposal counts and how long it holds; and why somebody got no car in it, in one sentence."""

from datetime import timedelta
from enum import StrEnum

# After this a proposal no longer shows who stands first: people have applied, cars have come back.
RUN_HOLDS = timedelta(minutes=30)
# What the engine counts for a less wished class, a kilometre, an empty seat, a feature nobody needs.
WEIGHTS = {"class_rank": 1000, "km": 10, "spare_seat": 50, "unneeded_feature": 200}


class NoCar(StrEnum):
    """Why somebody got no car in a proposal."""

    OUTRANKED = "outranked"
    CLASS = "class"
    SEATS = "seats"
    MANUAL = "manual"
    FEATURES = "features"
    PERIOD = "period"
    DISTANCE = "distance"
    PAUSED = "paused"
    NEED_OVER = "need_over"
    PLACE_UNKNOWN = "place_unknown"
    BARRED = "barred"
    HELD = "held"
    PIN_WAITS = "pin_waits"


# Nothing will change for these people until somebody rings them or looks at the address: they come first on the page.
NEEDS_LOOKING_AT = frozenset({NoCar.PLACE_UNKNOWN, NoCar.NEED_OVER, NoCar.PIN_WAITS})

NO_CAR_SENTENCES = {
    NoCar.OUTRANKED: "ご希望に合う車が{cars}台ありますが、すべて順番が先の方に割り当てられました。",
    NoCar.CLASS: "ご希望の車種に、空いている車がありません。",
    NoCar.SEATS: "ご希望の車種に空きはありますが、乗車人数に合う車がありません。",
    NoCar.MANUAL: "ご希望に合う空き車両は、マニュアル車だけです。",
    NoCar.FEATURES: "ご希望に合う空き車両に、必要な装備のある車がありません。",
    NoCar.PERIOD: "ご希望に合う空き車両は、ご希望の期間の途中で車検・保険などの期限が来るか、まだ使えません。",
    NoCar.DISTANCE: "ご希望に合う空き車両は、ご希望の距離より遠い拠点にあります。",
    NoCar.PAUSED: "前回の案内を辞退されたか、回答がなかったため、24時間はほかの方を先に案内します。",
    NoCar.NEED_OVER: "ご希望の利用期間が過ぎているか、支援の終了後に始まります。申込者に電話で確認してください。",
    NoCar.PLACE_UNKNOWN: "住所の位置が分からないため、拠点までの距離を計算できません。住所を確認してください。",
    NoCar.BARRED: "ご希望に合う空き車両は、以前に辞退された車両か、割当を禁止した車両だけです。",
    NoCar.HELD: "ご希望に合う空き車両は、事務局が割当から外しているか、別の方に固定しています。",
    NoCar.PIN_WAITS: "固定した車両が今回の割当で使えないため、割り当てを待っています。待てないときは固定を解除してください。",
}

# The same in two or three words, to count by.
NO_CAR_WORDS = {
    NoCar.OUTRANKED: "順番が先の方に割当",
    NoCar.CLASS: "車種の空きなし",
    NoCar.SEATS: "人数に合う車なし",
    NoCar.MANUAL: "マニュアル車のみ",
    NoCar.FEATURES: "装備のある車なし",
    NoCar.PERIOD: "期間が合わない",
    NoCar.DISTANCE: "距離が遠い",
    NoCar.PAUSED: "辞退・無回答から24時間以内",
    NoCar.NEED_OVER: "利用期間の確認が必要",
    NoCar.PLACE_UNKNOWN: "住所の確認が必要",
    NoCar.BARRED: "辞退・禁止した車両のみ",
    NoCar.HELD: "外した・固定した車両のみ",
    NoCar.PIN_WAITS: "固定した車両を待機中",
}


def why_no_car(reason: str, cars: int) -> str:
    """One sentence that the coordinator can read out on the phone."""
    return NO_CAR_SENTENCES[NoCar(reason)].format(cars=cars)
