"""Lists as secretariats really keep them: for people to read, printed on A3, older than any platform."""

from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

VEHICLE_HEADINGS = (
    ("No.", "車両", None, None, None, None, None, "走行距離\n（ｋｍ）", "拠点", "車検", "自賠責", "任意保険", None, "鍵\n番号", "備考"),
    (None, "登録番号", "車台番号", "車名", "区分", "定員", "AT/MT", None, None, "満了日", "満了日", "満期日", "運転者の範囲", None, None),
)  # fmt: skip
# The drive stands in a hidden column, since nobody wanted to see it on paper.
VEHICLES: tuple[tuple[Any, ...], ...] = (
    (1, "熊本５８０わ６０－０１", "ＨＡ３６Ｓ－８００００１", "ｱﾙﾄ", "軽", "４人", "ＡＴ", "３２，１００", "八代拠点", "令和10年3月31日", "R10.4.30", date(2028, 3, 31), "限定なし", "A-1", "山田自動車より"),
    (2, "熊本580わ60-02", "HA36S-800002", "〃", "〃", "〃", "〃", "41,000km", None, "〃", "〃", "〃", "〃", "A-2", None),
    (3, "熊本４８０わ６０－０３", "DA16T-800003", "キャリイ", "軽トラ", "２", "ＭＴ", 55200, None, "R9.12.15", "令10.1.15", date(2028, 1, 31), "限定なし", "A-3", "荷台シートあり"),
    (None,) * 15,
    ("【玉名拠点】",) + (None,) * 14,
    (4, "熊本 300 れ 60-04", "ZVW50-8000004", "プリウス", "普通車", 5, "ＡＴ", "６万", "玉名拠点", "令和9年8月31日", "令和9年9月30日", "令和9年8月31日", "限定なし", "B-1", None),
    (5, "石巻580わ60-05", "HA36S-800005", "アルト", "軽", 4, "AT", 28000, "同上", "令和10年2月30日", "令10.3", "2028/2/29", "限定なし", "B-2", "旧ナンバー"),
    (6, "熊本５８０わ６０－０２", "HA36S-800006", "アルト ラパン", "軽", 4, "AT", 19800, "玉名拠点", "令和10年5月31日", "令和10年6月30日", None, None, "B-3", "任意保険手続中"),
    (None, "合計", None, "６台", None, None, None, 236100, None, None, None, None, None, None, None),
    ("※ 走行距離は11/20現在。ナンバーの「わ」はレンタカー登録。",) + (None,) * 14,
    ("作成：事務局　山本",) + (None,) * 14,
)  # fmt: skip
DRIVES = {1: "２ＷＤ", 2: "〃", 3: "四駆", 4: "2WD", 5: "2WD", 6: "2WD"}


def vehicle_list() -> bytes:
    """令和8年7月豪雨 車両一覧: a merged title, two rows of headings, 〃, 和暦, a hidden column, a total, remarks."""
    book = Workbook()
    sheet = _first(book, "車両一覧")
    sheet["A1"] = "令和８年７月豪雨　車両一覧（11/20現在）"
    sheet.merge_cells("A1:P1")
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["O2"] = "※太枠は要確認"
    for line, headings in enumerate(VEHICLE_HEADINGS, 3):
        _fill(sheet, line, headings)
    sheet["P3"] = "駆動"
    for cells in ("A3:A4", "B3:G3", "H3:H4", "I3:I4", "L3:M3", "N3:N4", "O3:O4", "P3:P4"):
        sheet.merge_cells(cells)
    for line, row in enumerate(VEHICLES, 5):
        _fill(sheet, line, row)
        if isinstance(row[0], int):
            sheet.cell(line, 16, DRIVES[row[0]])
    # One base over three rows, as it looks best on paper.
    sheet.merge_cells("I5:I7")
    sheet.column_dimensions["P"].hidden = True
    book.create_sheet("鍵一覧")["A1"] = "鍵番号"
    return _saved(book)


MEMBER_HEADINGS = (
    ("番号", "団体名", "ﾌﾘｶﾞﾅ", "所属団体", "所在地", None, "加盟日", "連絡先", None, None, "緊急連絡先", None, "FAX"),
    (None, None, None, None, "市区町村", "住所", None, "担当者名", "電話番号", "ﾒｰﾙ", "氏名", "携帯", None),
)  # fmt: skip
MEMBERS: tuple[tuple[Any, ...], ...] = (
    (1, "全九州中古車協同組合", "ｾﾞﾝｷｭｳｼｭｳﾁｭｳｺｼｬ", None, "福岡県", None, "令和３年７月２８日", "総務課", "０９２－７１１－０００１", "info@example.jp", None, None, "092-000-0001"),
    (2, "㈱髙﨑自動車", "ｶﾌﾞｼｷｶﾞｲｼｬﾀｶｻｷｼﾞﾄﾞｳｼｬ", "全九州中古車協同組合", "熊本県八代市", "本町１－２－３", "〃", "髙﨑 誠", "0965-33-0002", "takasaki@example.jp", "髙﨑", "090-1234-0001", None),
    (3, "人吉整備㈲", "ヒトヨシセイビ", "〃", "人吉市", "下薩摩瀬町", "Ｒ５．３．３１", "山口", "0966-22-0003", None, None, None, "〃"),
    (4, "合同会社 阿蘇オート", "あそおーと", None, "阿蘇", "黒川", "令5.3", "後藤", "ナシ", None, None, None, None),
    (None, "計", "４団体", None, None, None, None, None, None, None, None, None, None),
    ("以上",) + (None,) * 12,
)  # fmt: skip


def member_list() -> bytes:
    """加盟団体名簿 with groups of headings and half-width kana."""
    book = Workbook()
    sheet = _first(book, "名簿")
    sheet["A1"] = "モビリティ・レジリエンス・アライアンス　加盟団体名簿"
    sheet.merge_cells("A1:M1")
    for line, headings in enumerate(MEMBER_HEADINGS, 3):
        _fill(sheet, line, headings)
    for cells in ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:G4", "H3:J3", "K3:L3", "M3:M4"):
        sheet.merge_cells(cells)
    for line, row in enumerate(MEMBERS, 5):
        _fill(sheet, line, row)
    return _saved(book)


def _first(book: Workbook, title: str) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return sheet


def _fill(sheet: Worksheet, line: int, row: tuple[Any, ...]) -> None:
    for place, value in enumerate(row, 1):
        if value is not None:
            sheet.cell(line, place, value)


def _saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
