"""A secretariat's own list becomes a fleet: saved from Excel in CP932, with the slips that such lists have."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import DESKTOP, Visitor

pytestmark = pytest.mark.browser

LIST = """\
ナンバー,車台番号,車名,車種区分,定員,変速機,駆動,装備,拠点,走行距離,車検満了日,自賠責満了日,任意保険満了日,運転者の範囲
熊本５８０わ５０－０１,ＨＡ３６Ｓ－９００００１,アルト,軽乗用車,４,ＡＴ,２ＷＤ,,八代拠点,"３２，１００",令和10年3月31日,R10.4.30,2028/03/31,限定なし
石巻 580 わ 50-02,HA36S-900002,アルト 髙橋様寄付,軽乗用車,4,AT,2WD,,八代拠点,41000,令和10年3月31日,R10.4.30,2028/03/31,限定なし
熊本 480 わ 50-03,DA16T-900003,キャリイ①,軽トラック,2,MT,4WD,4WD,玉名拠点,55200,令和9年13月1日,R10.4.30,2028/03/31,限定なし
"""


def test_a_list_with_two_slips_brings_one_car(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    file = tmp_path / "車両一覧.csv"
    file.write_bytes(LIST.encode("cp932"))
    coordinator = visitor("fleet", DESKTOP).sign_in("coordinator@example.jp")
    coordinator.visit("/exchange/vehicles/imports/new").page.locator("input[type=file]").set_input_files(file)
    coordinator.page.locator("main form button[type=submit]").first.click()
    coordinator.look()
    coordinator.sees("石巻").sees("令和9年13月1日").sees("まだ何も登録していません")
    coordinator.confirm("登録する")
    coordinator.visit("/vehicles?q=50-01").sees("HA36S-900001")
    coordinator.visit("/vehicles?q=50-03").sees("条件に合う車両はありません")
