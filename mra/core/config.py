"""Settings: read from the environment once, typed, checked at start. An environment is a set of values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.headerregistry import Address
from typing import Any

from .mail_server import MailServer, parse_mail_sender, parse_mail_server
from .sealed import parse_keys


class SettingsFault(Exception):
    """What is missing or wrong in the environment, all of it at once."""


def setting(name: str, sentence: str, default: str | None = None) -> Any:
    """One value: its name in the environment, one sentence on what it is, its default (None: must be given)."""
    return field(metadata={"name": name, "sentence": sentence, "default": default})


@dataclass(frozen=True)
class Settings:
    """Every value that MRA reads from its surroundings."""

    environment: str = setting("MRA_ENVIRONMENT", "production, demo or test", "production")
    database_url: str = setting("DATABASE_URL", "PostgreSQL with PostGIS, postgresql+psycopg://…")
    redis_url: str = setting("REDIS_URL", "Redis, transport of jobs and counter of sign-in attempts")
    secret_key: str = setting("MRA_SECRET_KEY", "signs cookies and private links; at least 32 characters")
    field_keys: dict[str, bytes] = setting(
        "MRA_FIELD_KEYS", "encrypt licence numbers: id:base64 of 32 bytes, newest first"
    )
    public_url: str = setting("MRA_PUBLIC_URL", "the address residents see, without a slash at the end")
    trusted_proxies: int = setting("MRA_TRUSTED_PROXIES", "how many proxies stand in front and set X-Forwarded-*", "0")
    pool_size: int = setting("MRA_POOL_SIZE", "database connections per process", "10")
    job_seconds: int = setting(
        "MRA_JOB_SECONDS", "how long a worker may keep what it has taken; after that it counts as dead", "180"
    )
    sms_provider: str = setting(
        "MRA_SMS_PROVIDER",
        "twilio, gateway, both in the order of trying (twilio,gateway), or recording; default: those that are set up",
        "",
    )
    allow_recording: bool = setting(
        "MRA_ALLOW_RECORDING_SMS", "yes lets production start although no SMS leaves the house", "no"
    )
    twilio_account_sid: str = setting("TWILIO_ACCOUNT_SID", "Twilio account", "")
    twilio_auth_token: str = setting("TWILIO_AUTH_TOKEN", "Twilio token; also checks the signature of callbacks", "")
    twilio_shared_key: str = setting(
        "TWILIO_SHARED_KEY", "secret of the shared key, where Twilio signs callbacks with one (HMAC-SHA256)", ""
    )
    twilio_sender: str = setting("TWILIO_SENDER", "sender number, alphanumeric id, or Messaging Service (MG…)", "")
    twilio_api_url: str = setting("TWILIO_API_URL", "another address of Twilio's API, for tests only", "")
    gateway_url: str = setting(
        "MRA_SMS_GATEWAY_URL", "where a domestic SMS gateway takes messages (JSON over HTTPS)", ""
    )
    gateway_user: str = setting("MRA_SMS_GATEWAY_USER", "user at the SMS gateway", "")
    gateway_token: str = setting(
        "MRA_SMS_GATEWAY_TOKEN", "token at the SMS gateway; also checks the signature of its reports", ""
    )
    gateway_sender: str = setting("MRA_SMS_GATEWAY_SENDER", "sender number or name at the SMS gateway", "")
    sms_quiet_hours: str = setting(
        "MRA_SMS_QUIET_HOURS",
        "hours in Japan in which only urgent SMS go out, such as 21-8, or none; default: 21-8 where SMS leave the house",
        "",
    )
    sms_answer_seconds: int = setting(
        "MRA_SMS_ANSWER_SECONDS", "how long a provider of SMS may take to answer; then nobody knows what it did", "20"
    )
    sms_per_second: int = setting("MRA_SMS_PER_SECOND", "SMS a second that the sender may hand over; 0: no limit", "0")
    sms_yen_per_segment: int = setting("MRA_SMS_YEN_PER_SEGMENT", "price of one segment of an SMS in yen", "12")
    sms_yen_per_day: int = setting(
        "MRA_SMS_YEN_PER_DAY", "what SMS may cost a day before bulk messages stop; 0: no limit", "50000"
    )
    sms_yen_per_activation: int = setting(
        "MRA_SMS_YEN_PER_ACTIVATION",
        "what SMS of one support may cost before its bulk messages stop; 0: no limit",
        "500000",
    )
    mail_server: MailServer | None = setting(
        "MRA_SMTP_URL", "mail server: smtp://user:password@host:587?starttls=yes or smtps://user:password@host:465", ""
    )
    mail_from: Address | None = setting(
        "MRA_MAIL_FROM", "sender of e-mails: an address, or a name and <an address>; needed with MRA_SMTP_URL", ""
    )
    help_phone: str = setting("MRA_HELP_PHONE", "phone number of the secretariat, shown on public pages", "")
    map_tiles: str = setting(
        "MRA_MAP_TILES", "gsi lays 地理院タイル under the maps of staff pages; default: none", "none"
    )

    @property
    def is_production(self) -> bool:
        """Whether real people depend on this process."""
        return self.environment == "production"

    @property
    def sms_order(self) -> tuple[str, ...]:
        """The providers of SMS in the order in which they are tried; none where SMS stay in the house."""
        if self.sms_provider:
            named = tuple(name.strip() for name in self.sms_provider.split(","))
            return () if named == ("recording",) else named
        set_up = {"twilio": self.twilio_account_sid, "gateway": self.gateway_url}
        return tuple(name for name, given in set_up.items() if given)

    @property
    def sends_sms(self) -> bool:
        """Whether SMS leave the house, to phones of real people."""
        return bool(self.sms_order)

    @property
    def takes_replies(self) -> bool:
        """Whether an answer to any of our SMS reaches us: a name as sender takes none, and of the gateway we do not know."""
        by_twilio = self.sms_order == ("twilio",) and self.twilio_sender.startswith(("+", "MG"))
        return by_twilio or not self.sends_sms

    @property
    def quiet_hours(self) -> tuple[int, int] | None:
        """From which hour to which hour in Japan only urgent SMS go out; recorded ones wake nobody."""
        if self.sms_quiet_hours == "none" or not (self.sms_quiet_hours or self.sends_sms):
            return None
        begins, _, ends = (self.sms_quiet_hours or "21-8").partition("-")
        return int(begins), int(ends)

    @property
    def records_mail(self) -> bool:
        """Whether e-mails stay in the house and count as arrived: never where people wait for real messages."""
        rehearses = not self.is_production or (self.allow_recording and not self.sends_sms)
        return self.mail_server is None and rehearses

    @property
    def has_no_mail_provider(self) -> bool:
        """Whether e-mails can neither leave the house nor be left in it: each of them fails, and says so."""
        return self.mail_server is None and not self.records_mail

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check all values; raises SettingsFault with the list of what is missing or wrong."""
        faults: list[str] = []
        values: dict[str, Any] = {}
        for item in fields(cls):
            name, default = item.metadata["name"], item.metadata["default"]
            text = environ.get(name, "").strip() or default
            if text is None:
                faults.append(f"{name} is not set ({item.metadata['sentence']})")
                continue
            try:
                values[item.name] = _typed(item.type, text)
            except ValueError as fault:
                faults.append(f"{name}: {fault}")
        if not faults:
            settings = cls(**values)
            faults = list(settings._faults())
        if faults:
            raise SettingsFault("MRA cannot start:\n" + "\n".join(f"  - {fault}" for fault in faults))
        return settings

    def _faults(self) -> list[str]:
        faults = []
        if self.environment not in {"production", "demo", "test"}:
            faults.append("MRA_ENVIRONMENT is production, demo or test")
        if len(self.secret_key) < 32:
            faults.append("MRA_SECRET_KEY is shorter than 32 characters")
        if self.public_url.endswith("/") or not self.public_url.startswith(("http://", "https://")):
            faults.append("MRA_PUBLIC_URL starts with http(s):// and has no slash at the end")
        if self.map_tiles not in {"none", "gsi"}:
            faults.append("MRA_MAP_TILES is none or gsi")
        if unknown := set(self.sms_order) - {"twilio", "gateway"}:
            faults.append(f"MRA_SMS_PROVIDER names no provider of ours: {', '.join(sorted(unknown))}")
        if "twilio" in self.sms_order and not (
            self.twilio_account_sid and self.twilio_auth_token and self.twilio_sender
        ):
            faults.append("Twilio needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SENDER")
        faults += self._faults_of_limits()
        faults += self._faults_of_the_gateway()
        if self.mail_server and not self.mail_from:
            faults.append("MRA_SMTP_URL needs MRA_MAIL_FROM, the sender of e-mails")
        if self.is_production and not self.sends_sms and not self.allow_recording:
            faults.append("no SMS would leave the house: give a provider's credentials, or MRA_ALLOW_RECORDING_SMS=yes")
        return faults

    def _faults_of_limits(self) -> list[str]:
        faults = []
        if not re.fullmatch(r"(none|([01]?\d|2[0-3])-([01]?\d|2[0-3]))?", self.sms_quiet_hours):
            faults.append("MRA_SMS_QUIET_HOURS is none, or two hours such as 21-8")
        if min(self.sms_per_second, self.sms_yen_per_segment, self.sms_yen_per_day, self.sms_yen_per_activation) < 0:
            faults.append("MRA_SMS_PER_SECOND and MRA_SMS_YEN_… are not below 0")
        if self.sms_answer_seconds < 1 or self.job_seconds < 3 * self.sms_answer_seconds:
            faults.append("MRA_SMS_ANSWER_SECONDS is at least 1, and MRA_JOB_SECONDS at least three times as long")
        return faults

    def _faults_of_the_gateway(self) -> list[str]:
        if "gateway" not in self.sms_order:
            return []
        if not (self.gateway_url and self.gateway_user and self.gateway_token and self.gateway_sender):
            return ["the SMS gateway needs MRA_SMS_GATEWAY_URL, _USER, _TOKEN and _SENDER"]
        if self.is_production and not self.gateway_url.startswith("https://"):
            return ["MRA_SMS_GATEWAY_URL starts with https://: numbers and texts of people travel there"]
        return []


def _typed(kind: Any, text: str) -> Any:
    if kind is bool:
        if text not in {"yes", "no"}:
            raise ValueError("is yes or no")
        return text == "yes"
    if kind is int:
        return int(text)
    if kind == dict[str, bytes]:
        return parse_keys(text)
    if kind == MailServer | None:
        return parse_mail_server(text) if text else None
    if kind == Address | None:
        return parse_mail_sender(text) if text else None
    if text.startswith("postgresql://"):
        return text.replace("postgresql://", "postgresql+psycopg://", 1)
    return text
