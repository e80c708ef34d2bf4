"""The environment that MRA is started with. The compose file passes the same names; a test compares the two."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from provision.private_files import read_facts, write_facts
from provision.python_environment import program_environment

NAMES = (
    "MRA_ENVIRONMENT",
    "DATABASE_URL",
    "REDIS_URL",
    "MRA_SECRET_KEY",
    "MRA_FIELD_KEYS",
    "MRA_PUBLIC_URL",
    "MRA_SMS_PROVIDER",
)


@dataclass(frozen=True)
class Addresses:
    """Where the two servers are."""

    database_url: str
    redis_url: str


def keys(folder: Path) -> dict[str, str]:
    """The key that signs sessions and the keys that encrypt licence numbers: made once, then kept.

    Without the second, what it encrypted can never be read again.
    """
    kept = read_facts(folder / "keys.json")
    if not kept:
        kept = {
            "MRA_SECRET_KEY": secrets.token_urlsafe(48),
            "MRA_FIELD_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }
        write_facts(folder / "keys.json", kept)
    return kept


def environment(kind: str, addresses: Addresses, kept_keys: dict[str, str], port: int) -> dict[str, str]:
    """Everything a program of MRA is told. Settings from the person's shell reach the demo, but never the tests.

    The demo's people are invented, their numbers may not be: it sends no SMS unless told so by name.
    """
    inherited = program_environment()
    if kind == "test":
        inherited = {name: value for name, value in inherited.items() if not name.startswith(("MRA_", "TWILIO_"))}
    own = {
        "MRA_ENVIRONMENT": kind,
        "DATABASE_URL": addresses.database_url,
        "REDIS_URL": addresses.redis_url,
        **kept_keys,
        "MRA_PUBLIC_URL": inherited.get("MRA_PUBLIC_URL", f"http://127.0.0.1:{port}"),
        "MRA_SMS_PROVIDER": inherited.get("MRA_SMS_PROVIDER", "recording"),
    }
    return inherited | own
