"""Invented bodies and firms of the alliance, with what each kind of them promises."""

from typing import NamedTuple

from mra.alliance.rules.pledges import SupplyKind
from mra.core.vehicle_classes import VehicleClass


class Body(NamedTuple):
    """A member that stands under nobody: what it gives, where, and its firms with their readings."""

    name: str
    kana: str
    gives: str
    area: tuple[str, ...]
    firms: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


KYUSHU = ("40", "41", "42", "43", "44", "45", "46")
TOHOKU = ("02", "03", "04", "05", "06", "07")
# The member whose person signs in at the demo.
OF_THE_DEMO = "くまもと車流通協同組合"

BODIES = (
    Body("全日本カーサポート連盟", "ゼンニホンカーサポートレンメイ", "cars", (), (
        ("北の大地カーサポート", "キタノダイチカーサポート", ("01",)),
        ("みちのくカーサポート", "ミチノクカーサポート", TOHOKU),
        ("関東平野カーサポート", "カントウヘイヤカーサポート", ("08", "09", "10", "11", "12", "13", "14")),
        ("東海道カーサポート", "トウカイドウカーサポート", ("21", "22", "23", "24")),
        ("なにわカーサポート", "ナニワカーサポート", ("25", "26", "27", "28", "29", "30")),
        ("瀬戸内カーサポート", "セトウチカーサポート", ("33", "34", "35", "36", "37", "38", "39")),
        ("火の国カーサポート", "ヒノクニカーサポート", KYUSHU),
    )),
    Body(OF_THE_DEMO, "クマモトクルマリュウツウキョウドウクミアイ", "cars", ("43",), (
        ("あまくさマイカー販売", "アマクサマイカーハンバイ", ("43212", "43215")),
        ("やつしろ中古車センター", "ヤツシロチュウコシャセンター", ("43202", "43468")),
        ("たまな自動車商会", "タマナジドウシャショウカイ", ("43206",)),
        ("うき自動車販売", "ウキジドウシャハンバイ", ("43213", "43348", "43444")),
        ("阿蘇の里モータース", "アソノサトモータース", ("43",)),
        ("水前寺カーライフ", "スイゼンジカーライフ", ("43", "44")),
    )),
    Body("みやぎ車流通協議会", "ミヤギクルマリュウツウキョウギカイ", "cars", TOHOKU, (
        ("石巻みなとオート", "イシノマキミナトオート", ("04",)),
        ("杜の都カーズ", "モリノミヤコカーズ", ("04", "06")),
        ("三陸マイカー", "サンリクマイカー", ("03", "04")),
        ("奥羽くるま市場", "オウウクルマイチバ", ("02", "05")),
    )),
    Body("タイヤ流通ひろば", "タイヤリュウツウヒロバ", "tyres", (), (
        ("東日本タイヤ物流", "ヒガシニホンタイヤブツリュウ", ("01", *TOHOKU)),
        ("西日本タイヤ物流", "ニシニホンタイヤブツリュウ", ("33", "34", "35")),
        ("つくしタイヤ商会", "ツクシタイヤショウカイ", KYUSHU),
    )),
    Body("まちの整備工場ネット", "マチノセイビコウジョウネット", "workshops", (), (
        ("八代みどり整備", "ヤツシロミドリセイビ", ("43202",)),
        ("天草さくら自動車整備", "アマクササクラジドウシャセイビ", ("43215",)),
        ("筑後川整備センター", "チクゴガワセイビセンター", ("40", "41", "44")),
        ("北上川整備センター", "キタカミガワセイビセンター", ("03", "04")),
        ("能登半島整備組合", "ノトハントウセイビクミアイ", ("17",)),
    )),
    Body("ひかりオイル工業", "ヒカリオイルコウギョウ", "oil", ()),
    Body("カー用品のあおぞら", "カーヨウヒンノアオゾラ", "goods", (), (
        ("あおぞら九州販売", "アオゾラキュウシュウハンバイ", KYUSHU),
        ("あおぞら東北販売", "アオゾラトウホクハンバイ", TOHOKU),
    )),
    Body("架け橋陸送協力会", "カケハシリクソウキョウリョクカイ", "carriers", (), (
        ("すいれん陸送", "スイレンリクソウ", KYUSHU),
        ("たんぽぽ運輸", "タンポポウンユ", ("34", "35", "40")),
    )),
    Body("登録手続サポート会", "トウロクテツヅキサポートカイ", "papers", (), (
        ("肥後登録相談室", "ヒゴトウロクソウダンシツ", ("43",)),
    )),
    Body("くるま未来財団", "クルマミライザイダン", "money", ()),
    Body("おたがいさま損害保険", "オタガイサマソンガイホケン", "money", ()),
    Body("ふるさと広場駐車場協議会", "フルサトヒロバチュウシャジョウキョウギカイ", "places", (), (
        ("有明ふるさと広場", "アリアケフルサトヒロバ", ("43206",)),
        ("不知火ふるさと広場", "シラヌイフルサトヒロバ", ("43213", "43468")),
    )),
    Body("地域新聞ことのは会", "チイキシンブンコトノハカイ", "publicity", KYUSHU),
    Body("はばたきドライバーズ", "ハバタキドライバーズ", "people", ()),
    Body("移動支援ボランティアの輪", "イドウシエンボランティアノワ", "people", KYUSHU),
)  # fmt: skip

Promise = tuple[SupplyKind, VehicleClass | None, dict[str, str], str, tuple[int, ...]]
K, V = SupplyKind, VehicleClass
# What those who give something promise: kind, class, specification, unit, usual quantities.
PROMISES: dict[str, tuple[Promise, ...]] = {
    "cars": (
        (K.VEHICLE, V.KEI_PASSENGER, {}, "台", (2, 3, 5, 8, 10)),
        (K.VEHICLE, V.KEI_TRUCK, {}, "台", (1, 2, 3, 5)),
        (K.VEHICLE, V.PASSENGER, {}, "台", (1, 2, 3)),
        (K.VEHICLE, V.KEI_VAN, {}, "台", (1, 2, 4)),
        (K.VEHICLE, V.MINIVAN, {}, "台", (1, 2)),
        (K.TRANSPORT, None, {"detail": "積載車での引渡し"}, "台", (1, 2, 3)),
    ),
    "tyres": (
        (K.TYRE, None, {"season": "studless", "size": "155/65R14"}, "本", (40, 80, 120)),
        (K.TYRE, None, {"season": "summer", "size": "145/80R12"}, "本", (24, 40, 60)),
        (K.TYRE, None, {"season": "all_season", "size": "各種"}, "セット", (4, 8, 10)),
    ),
    "workshops": (
        (K.MAINTENANCE, None, {"detail": "引渡し前の点検整備"}, "台", (3, 5, 10)),
        (K.MAINTENANCE, None, {"detail": "出張整備"}, "人日", (2, 5, 10)),
        (K.VEHICLE, V.KEI_PASSENGER, {}, "台", (1, 2)),
    ),
    "oil": (
        (K.ENGINE_OIL, None, {"grade": "0W-20"}, "L", (200, 400)),
        (K.ENGINE_OIL, None, {"grade": "5W-30"}, "缶", (20, 40)),
    ),
    "goods": (
        (K.CAR_GOODS, None, {"detail": "ドライブレコーダー"}, "個", (10, 30)),
        (K.CAR_GOODS, None, {"detail": "バッテリー・ワイパー"}, "セット", (20, 50)),
    ),
    "carriers": (
        (K.TRANSPORT, None, {"detail": "3台積み積載車"}, "便", (1, 2, 4)),
        (K.PEOPLE, None, {"detail": "自走での回送"}, "人", (4, 6, 10)),
    ),
    "papers": (
        (K.REGISTRATION, None, {"detail": "名義変更の書類作成・申請"}, "件", (20, 50)),
        (K.REGISTRATION, None, {"detail": "車検の代行"}, "件", (5, 10)),
    ),
    "money": (
        (K.FUNDS, None, {}, "円", (500_000, 1_000_000, 3_000_000)),
        (K.DONATION, None, {}, "円", (300_000, 500_000)),
    ),
    "places": ((K.PLACE, None, {"detail": "舗装済み・夜間施錠"}, "台分", (20, 40, 80)),),
    "publicity": (
        (K.PUBLICITY, None, {"detail": "支援のお知らせの掲載"}, "回", (4, 8)),
        (K.PUBLICITY, None, {"detail": "会員への車両提供の呼びかけ"}, "社", (50, 100)),
    ),
    "people": (
        (K.PEOPLE, None, {"detail": "拠点の受付・引渡し"}, "人日", (10, 20, 30)),
        (K.PEOPLE, None, {"detail": "自走での回送"}, "人", (5, 10)),
    ),
}  # fmt: skip
