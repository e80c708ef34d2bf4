"""An address as people give it: the postal code finds municipality and town, or both are chosen and typed."""

from collections.abc import Mapping
from typing import Any

from mra.core import reading
from mra.core.forms import Form
from mra.core.postal import parse_postal_code
from mra.core.text import keep_name

from .. import queries
from ..models import Municipality, PostalCode
from ..municipality_codes import PREFECTURES

ADDRESS_FIELDS = ("postal_code", "looked_up", "prefecture", "municipality_code", "address")
POSTAL_CODE_SENTENCE = "郵便番号は7けたの数字で入力してください。例：868-0000"
LONGEST_ADDRESS = 200


class AddressForm(Form):
    """A form that asks for an address; `towns` are those of the postal code that was just looked up."""

    def __init__(self, posted: Mapping[str, Any]) -> None:
        super().__init__(posted)
        self.towns: list[PostalCode] = []

    def read_address(self) -> None:
        """`clean` gets postal_code, municipality and address."""
        postal_code = self._postal_code()
        municipality = self._municipality(postal_code)
        self.clean["postal_code"] = postal_code
        self.clean["municipality"] = municipality
        address = reading.line(self, "address", "町名・番地", LONGEST_ADDRESS, required=True)
        self.clean["address"] = _without_head(address, municipality)

    def _postal_code(self) -> str:
        typed = self.text("postal_code")
        code = parse_postal_code(typed)
        if typed and code is None:
            self.wrong("postal_code", POSTAL_CODE_SENTENCE)
        return code or ""

    def _municipality(self, postal_code: str) -> Municipality | None:
        """The municipality chosen by hand, or the one the postal code stands for."""
        looked_up = self.text("looked_up")
        # What an earlier postal code said is no answer once the code was changed.
        is_stale = bool(postal_code and looked_up) and looked_up != postal_code
        code = "" if is_stale else self.text("municipality_code")
        if not code and postal_code:
            code = self.look_up(postal_code)
        found = queries.municipality_by_code(code) if code else None
        if found is None and not {"postal_code", "municipality_code"} & self.errors.keys():
            if postal_code:
                self.wrong("municipality_code", "この郵便番号の住所が分かりません。市区町村を選んでください。")
            else:
                self.wrong("postal_code", "郵便番号を入力するか、市区町村を選んでください。")
        return found

    def look_up(self, postal_code: str) -> str:
        """Fill in what a postal code says, without touching what was typed; the municipality's code if there is just one."""
        towns = queries.towns_of(postal_code)
        self.towns = towns
        codes = {town.municipality_code for town in towns}
        self.values["looked_up"] = postal_code if towns else ""
        if towns:
            self.values["prefecture"] = towns[0].municipality_code[:2]
        code = codes.pop() if len(codes) == 1 else ""
        self.values["municipality_code"] = code
        if len(codes) > 1:
            self.wrong(
                "municipality_code",
                "この郵便番号は複数の市区町村にまたがります。お住まいの市区町村を選んでください。",
            )
        if len(towns) == 1 and not self.text("address"):
            self.values["address"] = towns[0].town
        return code

    def assist_with_address(self, posted: Mapping[str, str]) -> bool:
        """Do what a button at the address asks for, before anything is submitted; False if it was another button."""
        if posted.get("look_up") == "postal_code":
            self._look_up_postal_code()
        elif posted.get("look_up") == "prefecture":
            self.values["looked_up"] = self.values["municipality_code"] = ""
        elif "town" in posted:
            self.values["address"] = keep_name(posted["town"])[:LONGEST_ADDRESS]
        else:
            return False
        return True

    def _look_up_postal_code(self) -> None:
        code = parse_postal_code(self.text("postal_code"))
        if code is None:
            self.wrong("postal_code", POSTAL_CODE_SENTENCE)
            return
        self.look_up(code)
        if not self.towns:
            self.wrong("postal_code", "この郵便番号は見つかりません。番号を確かめるか、下で市区町村を選んでください。")

    def municipality_options(self, usual_prefecture: str) -> list[tuple[str, str]]:
        """What the municipality select offers: those of the postal code, else those of the chosen prefecture."""
        if self.towns:
            found = {town.municipality_code: town.municipality.full_name for town in self.towns}
            return list(found.items())
        if not self.text("prefecture"):
            self.values["prefecture"] = self.text("municipality_code")[:2] or usual_prefecture
        if self.text("prefecture") not in PREFECTURES:
            return []
        return [(place.code, _short_name(place)) for place in queries.municipalities_in(self.text("prefecture"))]


def prefectures() -> list[tuple[str, str]]:
    """All prefectures, from north to south."""
    return list(PREFECTURES.items())


def _short_name(place: Municipality) -> str:
    return f"{place.county}{place.name}"


def _without_head(address: str, municipality: Municipality | None) -> str:
    """People who begin with the prefecture repeat what was already chosen."""
    if municipality is None:
        return address
    heads = (municipality.full_name, f"{municipality.prefecture}{municipality.name}", municipality.name)
    head = next((head for head in heads if address.startswith(head)), "")
    return address[len(head) :].strip() or address
