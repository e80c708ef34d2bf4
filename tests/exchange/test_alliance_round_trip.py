"""Members, pledges and agreements that go out and come back."""

from datetime import date

import pytest
from sqlalchemy import select

from mra.alliance.models import Agreement, AgreementParty, Member, MemberContact, Pledge
from mra.alliance.rules.agreements import AgreementStatus
from mra.alliance.rules.members import ContactHours
from mra.alliance.rules.pledges import PledgeStatus, SupplyKind
from mra.core.db import db
from mra.exchange.rules import FileFormat, Outcome
from mra.exchange.tables.agreements import AGREEMENTS
from mra.exchange.tables.members import MEMBERS
from mra.exchange.tables.pledges import PLEDGES
from tests import factories

from .trips import Line, came_back, changes, confirmed, faults, file_of, handed_in, outcomes

pytestmark = pytest.mark.usefixtures("session", "story_time")
EVERY_FORMAT = pytest.mark.parametrize("file_format", list(FileFormat))


@pytest.fixture
def members() -> list[Member]:
    body = factories.member("全国中古車協会")
    firm = factories.member("髙﨑𠮷自動車㈱", under=body)
    factories.contact(firm, name="夜間 担当", hours=ContactHours.NIGHT, phone="+81965000001", can_sms=False, email=None)
    firm.municipality_code = factories.municipality().code
    firm.remarks = "一行目\n-二行目"
    db.session.flush()
    return [body, firm]


@pytest.fixture
def pledges(members: list[Member]) -> list[Pledge]:
    factories.municipality()
    return [
        factories.pledge(members[1], area=["43215", "44"], valid_until=date(2027, 3, 31)),
        factories.pledge(
            members[1],
            kind=SupplyKind.TYRE,
            unit="本",
            quantity=40,
            specification={"size": "155/65R14", "season": "studless"},
        ),
        factories.pledge(members[0], is_confirmed=False, valid_until=date(2026, 2, 1)),
    ]


@pytest.fixture
def agreements() -> list[Agreement]:
    factories.municipality()
    first, second = factories.agreement(), factories.agreement(is_signed=False, name="天草市との協定", area=["43215"])
    second.parties = [
        AgreementParty(position=1, name="天草市", area_key="43215"),
        AgreementParty(position=2, name="一般社団法人日本カーシェアリング協会"),
    ]
    first.parties = [AgreementParty(position=1, name="熊本県", area_key="43")]
    first.place_duty = "場所を\n無償で貸す"
    db.session.flush()
    return [first, second]


class TestMembers:
    @EVERY_FORMAT
    def test_a_table_that_nobody_edited_changes_nothing(self, members: list[Member], file_format: FileFormat) -> None:
        assert outcomes(came_back(MEMBERS, file_format=file_format)) == [Outcome.UNCHANGED] * 2

    @EVERY_FORMAT
    def test_just_what_was_edited_changes(self, members: list[Member], file_format: FileFormat) -> None:
        def work(lines: list[Line]) -> None:
            lines[1]["住所"], lines[1]["連絡先2電話番号"] = "東町3番地", "０９６５−００−０００２"

        made = came_back(MEMBERS, work, file_format)
        assert changes(made) == [
            ("address", "", "東町3番地"),
            ("contact2_phone", "0965-00-0001", "0965-00-0002"),
        ]
        confirmed(made)
        firm = members[1]
        db.session.expire_all()
        assert (firm.name, firm.address, firm.remarks) == ("髙﨑𠮷自動車㈱", "東町3番地", "一行目\n-二行目")
        assert [contact.phone for contact in firm.contacts] == ["+819000005678", "+81965000002"]

    def test_contacts_come_and_go_with_their_cells(self, members: list[Member]) -> None:
        def work(lines: list[Line]) -> None:
            for part in ("氏名", "部署", "時間帯", "電話番号", "メールアドレス"):
                lines[1][f"連絡先2{part}"] = ""
            lines[0]["連絡先2氏名"], lines[0]["連絡先2電話番号"] = "当直", "0965-00-0003"

        confirmed(came_back(MEMBERS, work))
        db.session.expire_all()
        told = [(one.name, one.hours) for one in members[0].contacts]
        assert told == [("高橋 誠", ContactHours.ALWAYS), ("当直", ContactHours.NIGHT)]
        assert len(members[1].contacts) == 1

    def test_the_last_contact_stays(self, members: list[Member]) -> None:
        def work(lines: list[Line]) -> None:
            for part in ("氏名", "部署", "時間帯", "電話番号", "メールアドレス"):
                lines[0][f"連絡先1{part}"] = ""

        assert faults(came_back(MEMBERS, work)) == [
            (2, "contact1_phone", "連絡先は1つ以上必要です。電話番号かメールアドレスを入力してください。")
        ]

    def test_a_body_and_its_firm_come_in_together(self, members: list[Member]) -> None:
        rows = [
            {
                "名称": "阿蘇整備",
                "よみ": "あそせいび",
                "上部団体": "熊本整備振興会",
                "加盟日": "R5.3.31",
                "連絡先1氏名": "窓口",
                "連絡先1電話番号": "0967-00-0000",
            },
            {"名称": "熊本整備振興会", "よみ": "ｸﾏﾓﾄｾｲﾋﾞ", "加盟日": "令和5年3月31日"},
        ]
        made = confirmed(handed_in(MEMBERS, file_of(MEMBERS, rows)))
        assert made.stored_new == 2
        firm = db.session.scalars(select(Member).where(Member.name == "阿蘇整備")).one()
        assert firm.parent is not None
        assert (firm.parent.name, firm.parent.kana, firm.joined_on) == (
            "熊本整備振興会",
            "クマモトセイビ",
            date(2023, 3, 31),
        )
        assert (
            db.session.scalars(select(MemberContact.hours).where(MemberContact.member_id == firm.id)).one()
            is ContactHours.DAY
        )

    def test_a_firm_of_a_body_that_is_not_there_is_told(self, members: list[Member]) -> None:
        rows = [{"名称": "阿蘇整備", "よみ": "あそせいび", "上部団体": "どこか", "加盟日": "R5.3.31"}]
        assert faults(handed_in(MEMBERS, file_of(MEMBERS, rows))) == [
            (
                2,
                "parent",
                "「どこか」という加盟団体はまだ登録されていません。先に登録するか、同じ表にある行を直してください。",
            )
        ]

    def test_a_firm_waits_for_its_body_whose_row_is_wrong(self, members: list[Member]) -> None:
        rows = [
            {"名称": "阿蘇整備", "よみ": "あそせいび", "上部団体": "熊本整備振興会", "加盟日": "R5.3.31"},
            {"名称": "熊本整備振興会", "よみ": "くまもとせいび", "加盟日": "令和5年"},
        ]
        made = handed_in(MEMBERS, file_of(MEMBERS, rows))
        assert [(row, name) for row, name, _ in faults(made)] == [(2, "parent"), (3, "joined_on")]

    def test_leaving_is_done_on_the_page(self, members: list[Member]) -> None:
        told = faults(came_back(MEMBERS, lambda lines: lines[0].update({"状態": "退会"})))
        assert [(row, name) for row, name, _ in told] == [(2, "status")]


class TestPledges:
    @EVERY_FORMAT
    def test_a_table_that_nobody_edited_changes_nothing(self, pledges: list[Pledge], file_format: FileFormat) -> None:
        assert outcomes(came_back(PLEDGES, file_format=file_format)) == [Outcome.UNCHANGED] * 3

    @EVERY_FORMAT
    def test_just_what_was_edited_changes(self, pledges: list[Pledge], file_format: FileFormat) -> None:
        def work(lines: list[Line]) -> None:
            lines[0]["数量"], lines[0]["地域"] = "８台", "熊本県"
            lines[1]["タイヤの種類"] = "夏"

        made = came_back(PLEDGES, work, file_format)
        assert changes(made) == [
            ("quantity", "5", "8"),
            ("region", "熊本県天草市（43215）、大分県", "熊本県"),
            ("season", "スタッドレス", "夏用"),
        ]
        confirmed(made)
        assert (pledges[0].quantity, pledges[0].area, pledges[1].specification["season"]) == (8, ["43"], "summer")

    def test_a_promise_that_is_told_again_is_no_second_one(self, pledges: list[Pledge], members: list[Member]) -> None:
        rows = [
            {
                "加盟団体": "髙﨑𠮷自動車㈱",
                "種類": "車両",
                "車種区分": "軽乗用車",
                "数量": "5",
                "単位": "台",
                "地域": "熊本県天草市（43215）、大分県",
                "提供までの日数": "7",
                "有効期間の始まり": "2026/1/1",
            },
            {
                "加盟団体": "全国中古車協会",
                "種類": "オイル",
                "粘度・規格": "0W-20",
                "数量": "200",
                "提供までの日数": "3日以内",
                "有効期間の始まり": "令8.4.1",
            },
        ]
        made = handed_in(PLEDGES, file_of(PLEDGES, rows))
        assert outcomes(made) == [Outcome.UNCHANGED, Outcome.NEW]
        confirmed(made)
        new = db.session.scalars(select(Pledge).where(Pledge.kind == SupplyKind.ENGINE_OIL)).one()
        assert (new.unit, new.quantity, new.lead_time_days, new.status) == ("L", 200, 3, PledgeStatus.DECLARED)

    def test_what_is_wrong_is_named_by_row_and_column(self, pledges: list[Pledge]) -> None:
        rows = [
            {"加盟団体": "どこか", "種類": "船", "数量": "多数", "提供までの日数": "7", "有効期間の始まり": "令和8年"},
            {
                "加盟団体": "全国中古車協会",
                "種類": "車両",
                "数量": "1",
                "提供までの日数": "7",
                "有効期間の始まり": "R8.4.1",
            },
        ]
        told = [(row, name) for row, name, _ in faults(handed_in(PLEDGES, file_of(PLEDGES, rows)))]
        assert set(told) == {(2, "kind"), (2, "member"), (3, "vehicle_class")}


class TestAgreements:
    @EVERY_FORMAT
    def test_a_table_that_nobody_edited_changes_nothing(
        self, agreements: list[Agreement], file_format: FileFormat
    ) -> None:
        assert outcomes(came_back(AGREEMENTS, file_format=file_format)) == [Outcome.UNCHANGED] * 2

    @EVERY_FORMAT
    def test_just_what_was_edited_changes(self, agreements: list[Agreement], file_format: FileFormat) -> None:
        def work(lines: list[Line]) -> None:
            lines[1]["見直し日"], lines[1]["自動更新"] = "令和9年2月10日", "有"

        made = came_back(AGREEMENTS, work, file_format)
        assert changes(made) == [("renews_automatically", "なし", "あり"), ("review_on", "", "2027/2/10")]
        confirmed(made)
        assert (agreements[1].review_on, agreements[1].renews_automatically) == (date(2027, 2, 10), True)
        assert [party.area_key for party in agreements[1].parties] == ["43215", None]

    def test_a_new_agreement_with_its_day_of_signing_is_in_force(self, agreements: list[Agreement]) -> None:
        rows = [
            {
                "協定の名称": "災害協定",
                "区分": "県",
                "当事者": "大分県",
                "締結日": "令和5年3月31日",
                "支援の始まり方": "要請",
            },
            {
                "協定の名称": "天草市との協定",
                "区分": "市",
                "当事者": "一般社団法人日本カーシェアリング協会、天草市",
                "支援の始まり方": "どちらでも",
            },
        ]
        made = handed_in(AGREEMENTS, file_of(AGREEMENTS, rows))
        assert outcomes(made) == [Outcome.NEW, Outcome.CHANGED]
        confirmed(made)
        new = db.session.scalars(select(Agreement).where(Agreement.name == "災害協定")).one()
        assert (new.status, new.signed_on, new.area) == (AgreementStatus.IN_FORCE, date(2023, 3, 31), ["44"])

    def test_ending_is_done_on_the_page(self, agreements: list[Agreement]) -> None:
        told = faults(came_back(AGREEMENTS, lambda lines: lines[0].update({"状態": "終了"})))
        assert [(row, name) for row, name, _ in told] == [(2, "status")]
