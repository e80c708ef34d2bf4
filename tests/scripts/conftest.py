"""The scripts' modules are not part of the package; they are found where the commands find them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))


@pytest.fixture
def no_given_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where nobody has set the addresses of running servers."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def server_programs(no_given_servers: None) -> None:
    """Only where PostgreSQL and Redis are installed; with given servers they need not be."""
    from provision.debian import postgres_folder, redis_program

    if postgres_folder() is None or redis_program() is None:
        pytest.skip("PostgreSQL or Redis is not installed here")


@pytest.fixture
def checkout(tmp_path: Path, server_programs: None) -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    """A checkout of its own, so that its `var/` is its own too; runs Python lines as one of its commands."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    started: list[subprocess.Popen[str]] = []

    def run(lines: str) -> "subprocess.Popen[str]":
        environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        process = subprocess.Popen(
            [sys.executable, "-c", lines],
            env=environment | {"PYTHONPATH": str(tmp_path / "scripts")},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
