"""What people write for a class, a transmission, a feature …, and the sentences for what cannot be read."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from mra.core.text import word_key
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS, VehicleClass

from .rules import DRIVE_WORDS, DRIVER_SCOPE_WORDS, TRANSMISSION_WORDS, Drive, DriverScope, Transmission

Kind = TypeVar("Kind", bound=StrEnum)
key = word_key


def _index(words: Mapping[Kind, str], others: Mapping[Kind, str]) -> dict[str, Kind]:
    """Every way to write a value, in the form in which words are compared."""
    ways = {kind: [kind.value, word, word.split("(")[0], *others.get(kind, "").split()] for kind, word in words.items()}
    return {key(way): kind for kind, written in ways.items() for way in written}


CLASSES = _index(
    VEHICLE_CLASS_WORDS,
    {
        VehicleClass.KEI_PASSENGER: "軽 軽自動車 軽乗用",
        VehicleClass.PASSENGER: "普通車 乗用車 小型乗用車 コンパクトカー コンパクト 普通乗用",
        VehicleClass.MINIVAN: "ワンボックス 7人乗り 8人乗り",
        VehicleClass.KEI_TRUCK: "軽トラ 軽貨物トラック",
        VehicleClass.KEI_VAN: "軽箱バン 軽ワンボックス 軽貨物バン",
        VehicleClass.VAN_LARGE: "バン ハイエース 商用バン",
        VehicleClass.TRUCK_DUMP: "ダンプカー ダンプトラック",
        VehicleClass.WELFARE: "福祉車輌 車いす仕様車 介護車両",
        VehicleClass.CAMPER: "キャンピング キャンパー",
        VehicleClass.MICROBUS: "バス",
    },
)
TRANSMISSIONS = _index(
    TRANSMISSION_WORDS,
    {Transmission.AT: "オートマ オートマチック CVT", Transmission.MT: "マニュアル 5MT 6MT"},
)
DRIVES = _index(
    DRIVE_WORDS,
    {Drive.TWO: "二駆 二輪駆動 2輪駆動 FF FR MR RR", Drive.FOUR: "四駆 四輪駆動 4輪駆動 AWD パートタイム4WD"},
)
SCOPES = _index(
    DRIVER_SCOPE_WORDS,
    {
        DriverScope.UNLIMITED: "限定なし なし 無 無し 限定しない 全員",
        DriverScope.LIMITED: "限定あり あり 有 有り 本人限定 夫婦限定 本人・配偶者限定 家族限定",
    },
)
FEATURES = {key(code): code for code in FEATURE_WORDS} | {
    key(way): code
    for code, ways in {
        "awd": "4WD 四駆",
        "studless": "スタッドレスタイヤ スタッドレス 冬タイヤ",
        "wheelchair": "車いす対応 車いす 車椅子 車椅子対応 スロープ",
        "power_supply": "外部給電 給電 V2L",
        "child_seat": "チャイルドシート",
        "etc": "ETC ETC車載器",
    }.items()
    for way in ways.split()
}
ARRIVED = {key(word): True for word in ("到着済", "到着済み", "使用可", "拠点にあり", "あり", "ready")} | {
    key(word): False for word in ("提供予定", "未着", "未到着", "これから", "なし", "promised")
}

NONE_OF_THEM = frozenset(key(word) for word in ("なし", "無し", "無", "-"))

PLATE_SENTENCES = {
    "bad_shape": "ナンバーの形が違います。例：熊本 580 わ 12-34",
    "unknown_area": "「{part}」という地域名のナンバーはありません。地域名を確認してください。",
    "bad_class_number": "分類番号「{part}」が違います。3桁までの番号(例：580、30A)を入力してください。",
    "unused_kana": "「{part}」はナンバーに使われない文字です。ひらがなを確認してください。",
    "bad_serial": "番号「{part}」が違います。1〜9999の番号を入力してください。例：12-34、・・12",
}
CHASSIS_SENTENCES = {
    "no_digits": "車台番号に数字がありません。車検証の車台番号を入力してください。例：HA36S-105678",
    "too_long": "車台番号が長すぎます。30文字までで入力してください。",
}
DATE_SENTENCES = {
    "bad_shape": "日付として読み取れません。例：2027年3月31日、令和9年3月31日、2027/3/31",
    "year_only": "年だけでは登録できません。月と日も入力してください。例：2027/3/31",
    "month_only": "月までしか書かれていません。日も入力してください。例：2027/3/31",
    "unknown_era": "元号を読み取れません。例：令和9年3月31日",
    "outside_era": "その元号にない日付です。年を確認してください。",
    "no_such_day": "暦にない日付です。月と日を確認してください。",
    "too_early": "日付が古すぎます。年を確認してください。",
    "weekday_differs": "曜日が日付と合いません。どちらかを直してください。",
}


def choices(kinds: Iterable[str]) -> str:
    """Words set side by side for a sentence: 「軽乗用車」「普通乗用車」…"""
    return "".join(f"「{word}」" for word in kinds)
