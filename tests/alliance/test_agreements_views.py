"""The pages of agreements: who may, what they show, what they refuse without changing anything."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from mra.alliance import services
from mra.alliance.models import Agreement, AgreementFile
from mra.alliance.rules.agreements import AgreementLevel, AgreementStatus, ContactDetails
from mra.alliance.rules.members import ContactHours
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.core.files import StoredFile
from tests import factories
from tests.conftest import CheckingClient
from tests.core.test_pdf import written
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")

PAPER = {
    "name": "災害時における被災者等の移動手段の確保に関する協定",
    "level": "city",
    "area": "天草市",
    "signed_on": "令和7年6月2日",
    "expires_on": "2027/3/31",
    "review_on": "2026/12/1",
    "trigger": "request",
    "requester": "天草市長",
    "place_duty": "市有地を無償で提供する",
}
PARTIES = (("天草市", ""), ("一般社団法人日本カーシェアリング協会", ""), ("", ""))


def posted(parties: tuple[tuple[str, str], ...] = PARTIES, **values: str) -> MultiDict[str, str]:
    rows = [pair for name, code in parties for pair in (("party_name", name), ("party_code", code))]
    return MultiDict([*(PAPER | values).items(), *rows])


def shown(client: CheckingClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def agreements() -> int:
    return db.session.scalar(select(func.count()).select_from(Agreement)) or 0


@pytest.fixture
def coordinator(client: CheckingClient) -> CheckingClient:
    factories.municipality()
    return client.sign_in_as(Role.COORDINATOR)


class TestWritingDown:
    def test_a_coordinator_writes_an_agreement_down(self, coordinator: CheckingClient) -> None:
        answer = coordinator.post("/alliance/agreements", data=posted())
        assert answer.status_code == 303
        agreement = db.session.scalars(select(Agreement)).one()
        assert answer.location == f"/alliance/agreements/{agreement.id}"
        assert agreement.area == ["43215"]
        assert [(one.name, one.area_key) for one in agreement.parties] == [
            ("天草市", "43215"),
            ("一般社団法人日本カーシェアリング協会", None),
        ]
        page = shown(coordinator, answer.location)
        assert "2025年6月2日(月)" in page
        assert "締結を記録する" in page

    def test_without_an_area_it_is_that_of_the_parties(self, coordinator: CheckingClient) -> None:
        coordinator.post("/alliance/agreements", data=posted((("熊本県", ""), ("", "43215")), area=""))
        agreement = db.session.scalars(select(Agreement)).one()
        assert agreement.area == ["43", "43215"]
        assert [one.name for one in agreement.parties] == ["熊本県", "熊本県天草市"]

    def test_the_whole_country_is_said_in_words(self, coordinator: CheckingClient) -> None:
        coordinator.post("/alliance/agreements", data=posted((("全国市長会", ""),), area="全国", level="association"))
        assert db.session.scalars(select(Agreement)).one().area == []

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"area": "43999"}, "「43999」という市区町村・都道府県は見つかりません"),
            ({"area": "熊本県\nどこにもない村"}, "「どこにもない村」という市区町村・都道府県は見つかりません"),
            ({"expires_on": "2025/6/1"}, "有効期限が効力の発生日（空欄のときは締結日）より前"),
            ({"effective_on": "2025/6/1"}, "効力の発生日が締結日より前"),
            ({"review_on": "2028/1/1"}, "見直し日が有効期限より後"),
            ({"signed_on": "去年の夏"}, "日付の形が違います"),
            ({"name": ""}, "協定の名称を入力してください"),
            ({"level": "planet"}, "協定の区分を選んでください"),
            ({"remarks": "長" * 2001}, "2,000文字以内"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_is_written(
        self, coordinator: CheckingClient, values: dict[str, str], sentence: str
    ) -> None:
        answer = coordinator.post("/alliance/agreements", data=posted(**values))
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert sentence in page
        assert "天草市長" in page
        assert agreements() == 0

    def test_an_unknown_code_of_a_party_is_named(self, coordinator: CheckingClient) -> None:
        answer = coordinator.post("/alliance/agreements", data=posted((("どこか市", "99999"),)))
        assert answer.status_code == 422
        assert "「99999」という市区町村・都道府県のコードはありません" in answer.get_data(as_text=True)

    def test_a_name_that_two_towns_share_needs_its_prefecture(self, coordinator: CheckingClient) -> None:
        factories.municipality("13206", "府中市", "東京都")
        factories.municipality("34208", "府中市", "広島県")
        answer = coordinator.post("/alliance/agreements", data=posted(area="府中市"))
        assert "「府中市」は複数あります（東京都府中市、広島県府中市）" in answer.get_data(as_text=True)
        assert coordinator.post("/alliance/agreements", data=posted(area="広島県府中市")).status_code == 303

    @pytest.mark.parametrize("role", [Role.DESK, Role.VIEWER])
    def test_others_read_and_change_nothing(self, client: CheckingClient, role: Role) -> None:
        agreement = factories.agreement()
        client.sign_in_as(role)
        page = shown(client, f"/alliance/agreements/{agreement.id}")
        assert "内容を変更する" not in page
        assert "更新する" not in page
        assert client.post("/alliance/agreements", data=posted()).status_code == 403
        assert client.get(f"/alliance/agreements/{agreement.id}/renewal").status_code == 403

    def test_a_member_sees_no_agreement(self, client: CheckingClient) -> None:
        agreement = factories.agreement()
        client.sign_in_as(Role.MEMBER)
        assert client.get(f"/alliance/agreements/{agreement.id}").status_code == 403


class TestChanging:
    def test_the_form_saves_what_it_shows(self, coordinator: CheckingClient) -> None:
        coordinator.post("/alliance/agreements", data=posted())
        agreement = db.session.scalars(select(Agreement)).one()
        page = shown(coordinator, f"/alliance/agreements/{agreement.id}/edit")
        assert "熊本県天草市（43215）" in page
        answer = coordinator.post(
            f"/alliance/agreements/{agreement.id}",
            data=posted(version="1", area="熊本県天草市（43215）", requester="天草市長または副市長"),
        )
        assert answer.status_code == 303
        db.session.refresh(agreement)
        assert (agreement.requester, agreement.area, agreement.version) == ("天草市長または副市長", ["43215"], 2)
        assert "要請できる人" in shown(coordinator, f"/alliance/agreements/{agreement.id}")

    def test_who_was_overtaken_sees_what_stands_there_now(self, coordinator: CheckingClient) -> None:
        coordinator.post("/alliance/agreements", data=posted())
        agreement = db.session.scalars(select(Agreement)).one()
        path = f"/alliance/agreements/{agreement.id}"
        coordinator.post(path, data=posted(version="1", requester="副市長"))
        answer = coordinator.post(path, data=posted(version="1", requester="危機管理監"))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "先に変更されています" in page
        assert "副市長" in page
        assert 'value="危機管理監"' in page
        db.session.refresh(agreement)
        assert agreement.requester == "副市長"
        assert coordinator.post(path, data=posted(version="2", requester="危機管理監")).status_code == 303


class TestSigningRenewingEnding:
    def test_an_agreement_is_signed_renewed_and_ended(self, coordinator: CheckingClient) -> None:
        coordinator.post("/alliance/agreements", data=posted())
        agreement = db.session.scalars(select(Agreement)).one()
        path = f"/alliance/agreements/{agreement.id}"
        assert 'value="2025/6/2"' in shown(coordinator, f"{path}/signing")
        assert coordinator.post(f"{path}/signing", data={"signed_on": "2025/6/2"}).status_code == 303
        renewal = {"effective_on": "2027/4/1", "expires_on": "2030/3/31", "review_on": "2029/12/1", "version": "2"}
        assert "更新を記録する" in shown(coordinator, f"{path}/renewal")
        assert coordinator.post(f"{path}/renewal", data=renewal).status_code == 303
        page = shown(coordinator, path)
        assert "開始 2027年4月1日(木)" in page
        assert coordinator.post(f"{path}/ending", data={"ended_on": "2026/8/18"}).status_code == 303
        page = shown(coordinator, path)
        assert "内容を変更する" not in page
        db.session.refresh(agreement)
        assert agreement.status is AgreementStatus.ENDED

    @pytest.mark.parametrize(
        ("page", "values", "status"),
        [
            ("signing", {}, 422),
            ("signing", {"signed_on": "2026/8/19"}, 409),
            ("ending", {"ended_on": ""}, 422),
            ("renewal", {"effective_on": "2027/4/1", "expires_on": "2027/3/31", "version": "1"}, 422),
            ("renewal", {"effective_on": "2027/4/1", "review_on": "2026/8/18", "version": "1"}, 422),
            ("renewal", {"effective_on": "2027/4/1", "version": "1"}, 409),
        ],
    )
    def test_wrong_days_change_nothing(
        self, coordinator: CheckingClient, page: str, values: dict[str, str], status: int
    ) -> None:
        agreement = factories.agreement(is_signed=False)
        assert coordinator.post(f"/alliance/agreements/{agreement.id}/{page}", data=values).status_code == status
        db.session.expire_all()
        assert agreement.status is AgreementStatus.DRAFT
        assert agreement.signed_on is None


class TestParts:
    CONTACT = {"name": "危機管理課", "hours": "night", "phone": "0969-00-0001", "email": "kiki@example.lg.jp"}
    CANDIDATE = {
        "name": "市民センター駐車場",
        "municipality": "天草市",
        "address": "天草市東町1-1",
        "place": "32.46, 130.19",
        "capacity_cars": "30",
        "has_power": "yes",
        "has_toilet": "no",
    }

    def test_a_contact_comes_changes_and_goes(self, coordinator: CheckingClient) -> None:
        path = f"/alliance/agreements/{factories.agreement().id}"
        assert coordinator.post(f"{path}/contacts", data=self.CONTACT).status_code == 303
        page = shown(coordinator, path)
        assert 'href="tel:0969000001"' in page
        own = page.split(f'href="{path}/contacts/')[2].split('"')[0] if "contacts/new" in page else ""
        form = shown(coordinator, f"{path}/contacts/{own}")
        edition = form.split('name="edition" value="')[1].split('"')[0]
        changed = self.CONTACT | {"name": "防災課", "edition": edition}
        assert coordinator.post(f"{path}/contacts/{own}", data=changed).status_code == 303
        assert coordinator.post(f"{path}/contacts/{own}", data=changed).status_code == 409
        assert coordinator.post(f"{path}/contacts/{own}/removal").status_code == 303
        assert "防災課" not in shown(coordinator, path)

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"phone": "", "email": ""}, "電話番号かメールアドレス"),
            ({"phone": "12"}, "電話番号の形が違います"),
            ({"email": "kiki"}, "メールアドレスの形が違います"),
            ({"hours": "noon"}, "時間帯を選んで"),
        ],
    )
    def test_a_contact_that_cannot_be_reached_is_refused(
        self, coordinator: CheckingClient, values: dict[str, str], sentence: str
    ) -> None:
        path = f"/alliance/agreements/{factories.agreement().id}/contacts"
        answer = coordinator.post(path, data=self.CONTACT | values)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)

    def test_a_candidate_comes_changes_and_goes(self, coordinator: CheckingClient) -> None:
        agreement = factories.agreement()
        path = f"/alliance/agreements/{agreement.id}"
        assert coordinator.post(f"{path}/candidates", data=self.CANDIDATE).status_code == 303
        db.session.expire_all()
        own = f"{path}/candidates/{agreement.candidates[0].id}"
        form = shown(coordinator, own)
        assert "熊本県天草市（43215）" in form
        edition = form.split('name="edition" value="')[1].split('"')[0]
        changed = self.CANDIDATE | {"municipality": "43215", "capacity_cars": "", "place": "", "edition": edition}
        assert coordinator.post(own, data=changed).status_code == 303
        assert "不明" in shown(coordinator, path)
        assert coordinator.post(f"{own}/removal").status_code == 303
        assert "市民センター駐車場" not in shown(coordinator, path)

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"municipality": "43999"}, "「43999」という市区町村は見つかりません"),
            ({"municipality": "熊本県"}, "「熊本県」という市区町村は見つかりません"),
            ({"place": "130.19, 32.46"}, "緯度と経度が逆"),
            ({"place": "0, 0"}, "日本の外"),
            ({"place": "役場"}, "コンマで区切って"),
            ({"capacity_cars": "0"}, "収容台数は1〜"),
        ],
    )
    def test_a_candidate_nowhere_is_refused(
        self, coordinator: CheckingClient, values: dict[str, str], sentence: str
    ) -> None:
        agreement = factories.agreement()
        path = f"/alliance/agreements/{agreement.id}/candidates"
        answer = coordinator.post(path, data=self.CANDIDATE | values)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)

    def test_the_parts_of_another_agreement_are_not_there(self, coordinator: CheckingClient) -> None:
        one, other = factories.agreement(), factories.agreement()
        contact = services.add_agreement_contact(
            one, ContactDetails("防災課", ContactHours.ALWAYS, phone="+81969000001"), by=SYSTEM
        )
        assert coordinator.get(f"/alliance/agreements/{other.id}/contacts/{contact.id}").status_code == 404


class TestThePaper:
    def hand_in(self, client: CheckingClient, agreement: Agreement, content: bytes, name: str = "協定書.pdf") -> Any:
        data = {"file": (BytesIO(content), name)}
        return client.post(f"/alliance/agreements/{agreement.id}/files", data=data)

    def test_the_paper_comes_back_as_it_was_handed_in(self, coordinator: CheckingClient) -> None:
        agreement, content = factories.agreement(), written(3)
        assert self.hand_in(coordinator, agreement, content).status_code == 303
        paper = db.session.scalars(select(AgreementFile)).one()
        assert (paper.name, paper.page_count) == ("協定書.pdf", 3)
        answer = coordinator.get(f"/alliance/agreements/{agreement.id}/files/{paper.id}")
        assert answer.data == content
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"", "ファイルの中身がありません"),
            (b"PK\x03\x04word", "Word・Excelなどの文書です"),
            (b"<!doctype html><title>x</title>", "Webページのファイルです"),
            (written(30)[:2000], "PDFが途中で切れています"),
            (written(1, "secret"), "パスワードで保護されたPDFです"),
        ],
        ids=["empty", "docx", "html", "cut", "locked"],
    )
    def test_what_is_no_paper_is_told_and_nothing_is_kept(
        self, coordinator: CheckingClient, content: bytes, sentence: str
    ) -> None:
        agreement = factories.agreement()
        answer = self.hand_in(coordinator, agreement, content)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0

    def test_nothing_chosen_is_told(self, coordinator: CheckingClient) -> None:
        agreement = factories.agreement()
        answer = coordinator.post(f"/alliance/agreements/{agreement.id}/files", data={})
        assert "協定書のPDFを選んでください" in answer.get_data(as_text=True)

    def test_a_paper_may_be_larger_than_other_bodies_and_has_its_limit(self, coordinator: CheckingClient) -> None:
        agreement = factories.agreement()
        assert self.send(coordinator, agreement, 12).status_code == 422
        answer = self.send(coordinator, agreement, 24)
        assert answer.status_code == 413
        assert "20MBを超えるファイル" in answer.get_data(as_text=True)

    def send(self, client: CheckingClient, agreement: Agreement, megabytes: int) -> Any:
        """A body as a browser sends it; the test client would leave its own large file open."""
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        body = head + b"%PDF-1.7" + b"\n" * (megabytes * 1024 * 1024) + b"\r\n--x--\r\n"
        path = f"/alliance/agreements/{agreement.id}/files"
        return client.post(path, data=body, content_type="multipart/form-data; boundary=x")

    def test_a_folder_in_the_name_is_dropped(self, coordinator: CheckingClient) -> None:
        self.hand_in(coordinator, factories.agreement(), written(1), "書類/協定.PDF")
        assert db.session.scalars(select(AgreementFile)).one().name == "協定.PDF"

    def test_a_paper_is_not_for_everybody(self, client: CheckingClient) -> None:
        agreement, person = factories.agreement(), factories.staff_member()
        paper = services.add_agreement_file(
            agreement, content=written(1), page_count=1, name="a.pdf", staff_id=person.id, by=SYSTEM
        )
        path = f"/alliance/agreements/{agreement.id}/files/{paper.id}"
        assert client.get(path).status_code == 303
        other = factories.agreement()
        client.sign_in_as(Role.VIEWER)
        assert client.get(path).status_code == 200
        assert client.get(f"/alliance/agreements/{other.id}/files/{paper.id}").status_code == 404


class TestTheList:
    def test_what_needs_doing_stands_on_top(self, coordinator: CheckingClient) -> None:
        factories.agreement(expires_on=date(2026, 8, 1))
        factories.agreement(review_on=date(2026, 9, 1))
        factories.agreement(is_signed=False)
        page = shown(coordinator, "/alliance/agreements")
        assert "確認が必要な協定（3）" in page
        top = page.split("協定の一覧", 1)[0]
        assert top.index("期限切れ") < top.index("見直し時期") < top.index("協議中")

    def test_filters_carry_their_counts(self, coordinator: CheckingClient) -> None:
        factories.agreement(name="熊本県の協定")
        factories.agreement(name="天草市の協定", level=AgreementLevel.CITY, area=["43215"])
        factories.agreement(name="福岡県の協定", area=["40"])
        services.end_agreement(factories.agreement(name="古い協定"), ended_on=date(2026, 8, 1), by=SYSTEM)
        page = shown(coordinator, "/alliance/agreements?prefecture=43")
        assert "熊本県の協定" in page
        assert "天草市の協定" in page
        assert "福岡県の協定" not in page
        page = shown(coordinator, "/alliance/agreements?level=city")
        assert "熊本県の協定" not in page
        assert "古い協定" in shown(coordinator, "/alliance/agreements?ended=yes")
        assert coordinator.get("/alliance/agreements?level=x&prefecture=99&after=y").status_code == 200

    def test_fifty_stand_on_a_page(self, coordinator: CheckingClient) -> None:
        for number in range(51):
            factories.agreement(name=f"協定 {number:02}")
        page = shown(coordinator, "/alliance/agreements")
        assert "協定 50" in page
        assert "協定 00" not in page
        following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        assert "協定 00" in shown(coordinator, following)

    def test_a_long_list_asks_no_more_than_a_short_one(self, coordinator: CheckingClient) -> None:
        factories.agreement(review_on=date(2026, 9, 1))
        shown(coordinator, "/alliance/agreements")
        with statements() as few:
            shown(coordinator, "/alliance/agreements")
        for _ in range(20):
            factories.agreement(review_on=date(2026, 9, 1))
        db.session.commit()
        with statements() as many:
            shown(coordinator, "/alliance/agreements")
        assert len(many) == len(few)
