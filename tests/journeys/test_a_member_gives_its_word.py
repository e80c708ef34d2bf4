"""A coordinator invites somebody of a member; the member promises cars, and a year later says that the word still stands."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.alliance.models import Member, MemberInvitation
from mra.core.db import db
from mra.story import flood

from .conftest import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.browser
FIRM = "やつしろ中古車センター"
EMAIL = "hamada@example.jp"


def link_to(app: Flask, kind: str, path: str) -> str:
    """The newest private link of this kind to the firm, as its addressee got it."""
    with app.app_context():
        member_id = db.session.scalars(select(Member.id).where(Member.name == FIRM)).one()
        invited = select(MemberInvitation.id).where(MemberInvitation.email == EMAIL)
        subject = member_id if kind == "pledge" else db.session.scalars(invited).one()
        found = accounts.newest_link(kind, subject)
        assert found
        return f"{path}{accounts.token_of(found)}"


def test_a_member_gives_its_word(visitor: Callable[..., Visitor], site: tuple[Flask, str]) -> None:
    app, _address = site
    coordinator = visitor("alliance", DESKTOP).sign_in("coordinator@example.jp")
    coordinator.press("加盟団体").fill(q="やつしろ").press("探す").press(FIRM)
    coordinator.page.locator("main summary", has_text="担当者を招待する").click()
    coordinator.fill(invited_name="濱田 久美子", invited_email=EMAIL).press("招待のメールを送る").sees("招待中")

    member = visitor("alliance-member", PHONE).visit(link_to(app, "member_invitation", "/member/invitations/"))
    member.sees(FIRM).fill(password=flood.PASSWORD, password_again="別のもの").press("パスワードを設定する")
    member.sees("2つのパスワードが違います。").fill(password=flood.PASSWORD, password_again=flood.PASSWORD)
    member.press("パスワードを設定する").sees("パスワードを設定しました。").sign_in(EMAIL)
    member.visit("/member/pledges").press("提供表明を登録する").tick(kind="vehicle").press("次へ進む")
    member.choose(vehicle_class="軽トラック").fill(quantity="0", region="八代市、99999", lead_time_days="５")
    member.press("提供表明を登録する").sees("数量は1以上の数字で入力してください。").sees(
        "「99999」という市区町村コード"
    )
    member.fill(quantity="３", region="八代市、大分県").press("提供表明を登録する").sees("軽トラック 3台")
    member.visit("/member/organisation").press("追加する").fill(name="夜間 当番", phone="090-1234-7777")
    member.tick(hours="night").press("連絡先を追加する").sees("090-1234-7777")

    coordinator.press("提供表明").fill(place="八代市").press("絞り込む").sees("軽トラック 3台")
    coordinator.press("加盟団体").fill(q="やつしろ").press("探す").press(FIRM).sees("軽トラック 3台")
    coordinator.confirm("再確認を依頼する").sees("で送ります。")
    answering = visitor("alliance-link", PHONE).visit(link_to(app, "pledge", "/pledges/"))
    answering.sees("軽トラック 3台").press("すべて今のままでよい").sees("すべてお答えいただきました。")
