"""E-mail addresses: one normal form, so that a mail is written to the address that was meant.

No cleverer than a mail server needs. Old addresses of Japan's carriers with dots where the standard has none
(`taro..sato@…`, `taro.@…`) exist and get mail, so they pass.
"""

import re
import unicodedata

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64

_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
_DOT_ATOM = re.compile(r"[^.]+(?:\.[^.]+)*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")


def parse_email(text: str) -> str | None:
    """The normal form of an address as people type it: half-width, trimmed, the domain in small ASCII letters; else None.

    A Japanese domain becomes its punycode. The part before the @ keeps its letters as they are: its owner decides
    whether large and small ones differ.
    """
    folded = unicodedata.normalize("NFKC", _visible(text)).strip()
    local_part, at, domain = folded.partition("@")
    ascii_domain = _ascii_domain(domain)
    if not at or ascii_domain is None or not _LOCAL_PART.fullmatch(local_part):
        return None
    address = f"{local_part}@{ascii_domain}"
    return address if len(local_part) <= LONGEST_LOCAL_PART and len(address) <= LONGEST_ADDRESS else None


def _visible(text: str) -> str:
    """Without the invisible marks that come along when an address is pasted."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def _ascii_domain(domain: str) -> str | None:
    if len(domain) > LONGEST_ADDRESS:
        return None
    try:
        name = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:  # empty or overlong labels, letters that no domain has
        return None
    return name if _DOMAIN.fullmatch(name) else None


def on_the_envelope(address: str) -> str:
    """A normal address as it is told to a mail server: a part before the @ that breaks the standard stands in quotes."""
    local_part, _, domain = address.partition("@")
    return address if _DOT_ATOM.fullmatch(local_part) else f'"{local_part}"@{domain}'
