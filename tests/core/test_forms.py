"""What every form can do: here, telling a path of this site from the way to another one."""

import pytest

from mra.core.forms import Form


@pytest.mark.parametrize("typed", ["/loans", "/applications?show=waiting&after=7", "/a/23456789ABCD#offer", "/"])
def test_a_path_of_this_site_is_gone_to(typed: str) -> None:
    assert Form({"next": typed}).own_path("next") == typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "loans",
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "/\r\n/elsewhere.example",
        "/loans\r\nSet-Cookie: a=b",
        "/./\\elsewhere.example",
        "/\x00/elsewhere.example",
    ],
)
def test_no_address_leads_to_another_site(typed: str) -> None:
    assert Form({"next": typed}).own_path("next") is None
