"""What people type into an application: Yamada Hanako's, complete and right, to be changed field by field."""

from typing import Any
from uuid import uuid4

from mra.alliance.models import PostalCode
from mra.applications.rules import CONSENT_VERSION
from mra.core.db import db
from tests import factories

Typed = dict[str, Any]


def application(**changes: Any) -> Typed:
    """The whole form as a browser posts it at the end; a change of None takes the field out."""
    typed: Typed = {
        "submission_key": str(uuid4()),
        "kind": "person",
        "family_name": "山田",
        "given_name": "花子",
        "family_kana": "やまだ",
        "given_kana": "ﾊﾅｺ",
        "born_on_era": "S",
        "born_on_year": "５５",
        "born_on_month": "4",
        "born_on_day": "2",
        "phone": "０９０ー１２３４ー５６７８",
        "postal_code": "８６３−００１３",
        "municipality_code": "43215",
        "address": "今釜新町1-1",
        "driver_count": "1",
        **driver(1),
        "evidence": ["risai_shomei"],
        "circumstances": ["commute", "no_car"],
        "class_1": "kei_passenger",
        "class_2": "passenger",
        "seats": "３",
        "can_drive_manual": "no",
        "needed_from_year": "2026",
        "needed_from_month": "8",
        "needed_from_day": "20",
        "max_distance_km": "30",
        "personal_consent": "yes",
        "personal_consent_version": CONSENT_VERSION,
    }
    typed |= changes
    return {name: value for name, value in typed.items() if value is not None}


def driver(number: int, **changes: str) -> Typed:
    """A driver's fields; the first is left to be the applicant unless told otherwise."""
    facts = {
        "licence_kind": "standard",
        "expires_on_era": "R",
        "expires_on_year": "11",
        "expires_on_month": "5",
        "expires_on_day": "2",
    } | changes
    return {f"driver{number}_{name}": value for name, value in facts.items()}


def old_driver(number: int) -> Typed:
    """Somebody who turned 75 this spring."""
    born = {"born_on_era": "S", "born_on_year": "26", "born_on_month": "4", "born_on_day": "1"}
    return driver(number, name="山田 太郎", kana="やまだ たろう", **born)


def by_phone(**changes: Any) -> Typed:
    """The same application as staff type it during a call on the second morning."""
    received = {"channel": "phone", "received_on": "2026/8/18", "received_time": "0855"}
    return application(**(received | changes))


def postal_codes() -> None:
    """One code for one town, one for two towns, one for two municipalities."""
    factories.municipality()
    factories.municipality("43212", "上天草市")
    for code, municipality, town in (
        ("8630013", "43215", "今釜新町"),
        ("8630015", "43215", "大浜町"),
        ("8630015", "43215", "城下町"),
        ("8666666", "43215", "境町"),
        ("8666666", "43212", "境町"),
    ):
        db.session.add(PostalCode(code=code, municipality_code=municipality, town=town, town_kana=""))
    db.session.flush()
