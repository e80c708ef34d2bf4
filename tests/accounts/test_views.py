"""Signing in and out, as a person at the desk meets it."""

from mra.core.access import Role
from tests.conftest import PASSWORD, CheckingClient


def test_the_right_pair_opens_the_desk(client: CheckingClient) -> None:
    client.sign_in_as(Role.DESK)
    assert client.get("/users").status_code == 403


def test_a_wrong_password_keeps_the_address_and_not_the_password(client: CheckingClient) -> None:
    client.sign_in_as(Role.DESK, "sato@example.jp").post("/sign-out")
    answer = client.post("/sign-in", data={"email": "sato@example.jp", "password": "wrong wrong wrong"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "sato@example.jp" in page
    assert "wrong wrong" not in page


def test_a_signed_out_session_opens_nothing(client: CheckingClient) -> None:
    client.sign_in_as(Role.ADMIN)
    cookie = client.get_cookie("mra")
    assert client.get("/users").status_code == 200
    client.post("/sign-out")
    assert cookie is not None
    client.set_cookie("mra", cookie.value)
    assert client.get("/users").status_code == 303


def test_an_admin_gives_a_person_an_account(client: CheckingClient) -> None:
    client.sign_in_as(Role.ADMIN)
    answer = client.post(
        "/users",
        data={"name": "高橋", "email": "takahashi@example.jp", "role": "desk", "password": PASSWORD},
    )
    assert answer.status_code == 303
    assert "takahashi@example.jp" in client.get("/users").get_data(as_text=True)


def test_an_address_that_is_taken_is_said_at_its_field(client: CheckingClient) -> None:
    client.sign_in_as(Role.ADMIN, "sato@example.jp")
    typed = {"name": "高橋", "email": "SATO@example.jp", "role": "desk", "password": PASSWORD}
    answer = client.post("/users", data=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "このメールアドレスのアカウントは、すでにあります" in page
    assert 'value="高橋"' in page


def test_the_last_admin_cannot_be_closed(client: CheckingClient) -> None:
    client.sign_in_as(Role.ADMIN)
    page = client.get("/users").get_data(as_text=True)
    number = page.split("/users/")[1].split("/")[0]
    answer = client.post(f"/users/{number}/deactivation")
    assert answer.status_code == 409
    assert "管理者が一人もいなくなる" in answer.get_data(as_text=True)
