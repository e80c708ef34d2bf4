"""Settings: checked at start, all faults at once, no production that sends nothing without being told so."""

import pytest
from click.testing import CliRunner

from mra.core.config import Settings, SettingsFault
from mra.web.app import create_app
from mra.web.cli import main

TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "secret", "TWILIO_SENDER": "+815000000000"}


def production(environ: dict[str, str], **more: str) -> Settings:
    return Settings.from_environment(environ | {"MRA_ENVIRONMENT": "production"} | more)


def test_all_that_is_missing_is_listed_at_once() -> None:
    with pytest.raises(SettingsFault) as fault:
        Settings.from_environment({"MRA_POOL_SIZE": "many", "MRA_ALLOW_RECORDING_SMS": "perhaps"})
    for name in ("DATABASE_URL", "REDIS_URL", "MRA_SECRET_KEY", "MRA_FIELD_KEYS", "MRA_PUBLIC_URL", "MRA_POOL_SIZE"):
        assert name in str(fault.value)
    assert "MRA_ALLOW_RECORDING_SMS" in str(fault.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MRA_ENVIRONMENT", "staging"),
        ("MRA_SECRET_KEY", "too short"),
        ("MRA_FIELD_KEYS", "test:bm90IDMyIGJ5dGVz"),
        ("MRA_PUBLIC_URL", "https://mra.example.jp/"),
        ("MRA_PUBLIC_URL", "mra.example.jp"),
        ("MRA_SMS_PROVIDER", "twilio"),
        ("MRA_SMS_ANSWER_SECONDS", "0"),
        ("MRA_JOB_SECONDS", "59"),
        ("MRA_MAP_TILES", "osm"),
        ("TWILIO_ACCOUNT_SID", "AC1"),
        ("MRA_SMTP_URL", "smtp://mail.example.jp"),
        ("MRA_MAIL_FROM", "the office"),
    ],
)
def test_a_wrong_value_stops_the_start(environ: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsFault):
        Settings.from_environment(environ | {name: value})


def test_a_fault_never_repeats_a_secret(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsFault) as fault:
        Settings.from_environment(environ | {"MRA_SECRET_KEY": "short-secret", "MRA_FIELD_KEYS": "k:short-key"})
    assert "short-secret" not in str(fault.value)
    assert "short-key" not in str(fault.value)


def test_production_does_not_start_where_no_sms_would_leave(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsFault, match="no SMS would leave the house"):
        production(environ)


def test_production_starts_on_the_recording_provider_if_told_so(environ: dict[str, str]) -> None:
    assert not production(environ, MRA_ALLOW_RECORDING_SMS="yes").sends_sms


def test_production_starts_with_twilio(environ: dict[str, str]) -> None:
    assert production(environ, **TWILIO).sends_sms


def test_without_a_word_it_is_production(environ: dict[str, str]) -> None:
    del environ["MRA_ENVIRONMENT"]
    with pytest.raises(SettingsFault, match="no SMS would leave the house"):
        Settings.from_environment(environ)


def test_a_house_without_a_mail_server_keeps_mails_only_where_it_keeps_texts(environ: dict[str, str]) -> None:
    rehearsal = {"MRA_ALLOW_RECORDING_SMS": "yes"}
    assert Settings.from_environment(environ).records_mail
    assert production(environ, **rehearsal).records_mail
    assert production(environ, **TWILIO).has_no_mail_provider
    assert production(environ, **TWILIO, **rehearsal).has_no_mail_provider
    with_mail = production(environ, **TWILIO, MRA_SMTP_URL="smtp://localhost", MRA_MAIL_FROM="office@example.jp")
    assert not with_mail.has_no_mail_provider
    assert not with_mail.records_mail


def test_a_house_in_which_every_mail_will_fail_says_so_loudly(
    environ: dict[str, str], logging_restored: None, capfd: pytest.CaptureFixture[str]
) -> None:
    create_app(production(environ, **TWILIO))
    assert "no_mail_provider" in capfd.readouterr().err
    create_app(production(environ, MRA_ALLOW_RECORDING_SMS="yes"))
    assert "no_mail_provider" not in capfd.readouterr().err


def test_the_command_line_says_what_is_missing_and_leaves(environ: dict[str, str]) -> None:
    ended = CliRunner(env=environ | {"MRA_SECRET_KEY": "", "MRA_PUBLIC_URL": ""}).invoke(main, ["db", "check"])
    assert ended.exit_code == 1
    assert "MRA_SECRET_KEY" in ended.output
    assert "MRA_PUBLIC_URL" in ended.output
    assert "Traceback" not in ended.output
