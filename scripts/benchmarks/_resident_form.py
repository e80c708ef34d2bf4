"""The last step of a resident's form, filled in as a browser sends it; every sending is another application."""

from datetime import timedelta
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

from mra.applications.rules import CONSENT_VERSION
from mra.core import clock

MOST_NUMBERS = 10_000_000
_numbers = count(1)


def filled_in() -> dict[str, object]:
    """Somebody from Yatsushiro whose house and car were under water, with everything that the steps ask for."""
    today = clock.today()
    first, last, expires = today + timedelta(days=3), today + timedelta(days=33), today + timedelta(days=900)
    return {
        "kind": "person",
        "organisation": "",
        "family_name": "髙木",
        "given_name": "美咲",
        "family_kana": "たかき",
        "given_kana": "みさき",
        **_day("born_on", "S", 58, 4, 12),
        "postal_code": "866-0861",
        "looked_up": "8660861",
        "prefecture": "43",
        "municipality_code": "43202",
        "address": "本町１丁目９−１４",
        "present_address": "八代市総合体育館",
        "driver_count": "1",
        "driver1_name": "髙木 美咲",
        "driver1_kana": "タカキ ミサキ",
        **_day("driver1_born_on", "S", 58, 4, 12),
        "driver1_licence_kind": "standard",
        **_day("driver1_expires_on", "W", expires.year, expires.month, expires.day),
        "evidence": ["risai_shomei", "photo_vehicle"],
        "circumstances": ["commute", "no_car"],
        "purpose": "自宅と車が床上まで浸水しました。避難所から職場まで公共交通がなく、家の片付けにも通っています。",
        "class_1": "kei_passenger",
        "class_2": "passenger",
        "class_3": "",
        "seats": "3",
        "can_drive_manual": "no",
        "features": ["child_seat"],
        "max_distance_km": "30",
        "cars": "",
        **_day("needed_from", "W", first.year, first.month, first.day),
        **_day("needed_until", "W", last.year, last.month, last.day),
        "personal_consent": "yes",
        "personal_consent_version": CONSENT_VERSION,
        "shares_with_municipality": "yes",
    }


def _day(name: str, era: str, year: int, month: int, day: int) -> dict[str, object]:
    return {f"{name}_era": era, f"{name}_year": year, f"{name}_month": month, f"{name}_day": day}


def of_its_own() -> dict[str, str]:
    """What makes a sending another application, by another person."""
    number = next(_numbers) % MOST_NUMBERS
    return {"submission_key": str(uuid4()), "phone": f"0908{number:07d}"}


def encoded(token: str) -> str:
    """The part of the body that stays the same for one sender."""
    return urlencode(filled_in() | {"csrf_token": token}, doseq=True)
