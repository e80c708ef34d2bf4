"""What the commands in scripts/ promise to someone on a fresh machine."""

import base64
import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from provision import foreground
from provision.commands.bench import as_measurement, known_benchmarks
from provision.commands.mra import needs_servers
from provision.debian import SystemPackage, require
from provision.paths import LOCKS, ROOT
from provision.processes import Family
from provision.settings import NAMES, Addresses, environment, keys
from provision.trouble import Trouble

NOWHERE = Addresses("postgresql+psycopg://mra@/mra", "redis://127.0.0.1/0")


class TestSystemPackages:
    def test_without_apt_the_person_is_told_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(Trouble, match=r"no apt-get.*install: redis-server"):
            require([SystemPackage("redis-server", lambda: False), SystemPackage("chromium", lambda: True)])

    def test_what_is_there_is_not_installed_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # Without any apt on the path, an attempt to install would end in Trouble, as above.
        monkeypatch.setenv("PATH", str(tmp_path))
        asked: list[str] = []

        def is_there() -> bool:
            asked.append("chromium")
            return True

        require([SystemPackage("chromium", is_there)])
        assert asked


class TestLockFiles:
    @pytest.mark.parametrize("name", ["app", "test", "uv"])
    def test_a_lock_names_no_address_and_hashes_everything(self, name: str) -> None:
        lock = (LOCKS / f"{name}.txt").read_text()
        assert "://" not in lock
        assert "--index" not in lock
        pins = re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", lock, re.M | re.S)
        assert pins
        assert all("--hash=sha256:" in pin for pin in pins)

    def test_the_tests_run_on_the_versions_that_people_use(self) -> None:
        assert pinned("app") <= pinned("test")


def pinned(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+==[\w.+!-]+)", (LOCKS / f"{name}.txt").read_text(), re.M))


class TestEnvironment:
    def test_compose_and_demo_give_the_same_settings(self, tmp_path: Path) -> None:
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
        told = environment("demo", NOWHERE, keys(tmp_path), 8000)
        assert set(NAMES) <= set(told)
        for service in ("migrate", "web", "worker", "sender", "scheduler"):
            assert set(NAMES) <= set(compose["services"][service]["environment"]), service

    def test_compose_passes_every_setting_that_mra_reads(self) -> None:
        config = pytest.importorskip("mra.core.config", reason="the settings are not there yet")
        names = {item.metadata["name"] for item in config.fields(config.Settings)}
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
        assert set(compose["services"]["web"]["environment"]) == names

    def test_keys_are_made_once_and_for_their_owner_only(self, tmp_path: Path) -> None:
        made = keys(tmp_path)
        assert keys(tmp_path) == made
        assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
        key_id, _, encoded = made["MRA_FIELD_KEYS"].partition(":")
        assert key_id
        assert len(base64.b64decode(encoded)) == 32

    def test_the_shell_s_twilio_account_never_reaches_the_tests(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", "real")
        monkeypatch.setenv("MRA_SMS_PROVIDER", "twilio")
        told = environment("test", NOWHERE, keys(tmp_path), 8000)
        assert "TWILIO_AUTH_TOKEN" not in told
        assert told["MRA_SMS_PROVIDER"] == "recording"


class TestDemoProcesses:
    def test_the_one_that_ends_by_itself_is_named(self, tmp_path: Path) -> None:
        family = Family(tmp_path)
        family.start("web", [sys.executable, "-c", "import time; time.sleep(60)"], {})
        family.start("worker", [sys.executable, "-c", "print('no Redis'); raise SystemExit(3)"], {})
        try:
            with pytest.raises(Trouble, match=r"worker ended by itself \(status 3\)(?s:.*)no Redis"):
                family.watch()
        finally:
            family.stop()
        assert all(process.poll() is not None for process in family.members.values())


class TestCommands:
    @pytest.mark.parametrize("name", ["demo", "test", "check", "mra", "bench", "lock"])
    def test_each_command_can_be_run(self, name: str) -> None:
        script = ROOT / "scripts" / name
        assert script.stat().st_mode & 0o111
        assert script.read_text().startswith("#!/usr/bin/env python3\n")

    def test_only_what_needs_a_database_starts_one(self) -> None:
        assert needs_servers(["db", "upgrade"])
        assert not needs_servers(["allocate-file", "day.json"])
        assert not needs_servers(["story", "--help"])
        assert not needs_servers([])

    def test_a_program_s_exit_status_is_kept(self) -> None:
        assert foreground.run([sys.executable, "-c", "raise SystemExit(5)"], {}) == 5


class TestBenchmarks:
    def test_a_benchmark_is_listed_with_its_first_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "pages.py").write_text('"""How fast the main pages are.\n\nMore."""\n')
        (tmp_path / "_senders.py").write_text('"""Not a benchmark."""\n')
        assert known_benchmarks(tmp_path) == {"pages": "How fast the main pages are."}

    def test_measurements_carry_the_benchmark_s_name(self) -> None:
        measured = as_measurement("pages", '{"page": "/", "sql": 3}')
        assert measured is not None
        assert json.loads(measured) == {"bench": "pages", "page": "/", "sql": 3}

    @pytest.mark.parametrize("talk", ["loading the story", "3", "[]", "{broken"])
    def test_talk_is_not_a_measurement(self, talk: str) -> None:
        assert as_measurement("pages", talk) is None
