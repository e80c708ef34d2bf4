"""`scripts/check [--fix]`: format, lint, types, import rules, security lint and the container files."""

import argparse
import shutil
import subprocess
import time
import tomllib
from collections.abc import Iterator, Sequence

from provision.paths import ROOT, VENV
from provision.python_environment import program_environment, provide
from provision.trouble import guarded, say

COMPOSE_FILE = "docker-compose.yml"
DOCKERFILE = "scripts/docker/Dockerfile"
# Interpolated settings without a default must stand for something while the compose file is only being read.
COMPOSE_STAND_INS = {"MRA_SECRET_KEY": "x", "MRA_FIELD_KEYS": "x", "MRA_DATABASE_PASSWORD": "x", "MRA_PUBLIC_URL": "x"}


def main() -> int:
    """Everything that can be judged without running MRA."""
    return guarded(_check)


def _check(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/check", description="Format, lint, types, import rules, security.")
    parser.add_argument("--fix", action="store_true", help="format, and put right what ruff can put right")
    options = parser.parse_args(words)
    provide("test")
    if options.fix:
        for words_ in (("check", "--fix-only", "--quiet"), ("format",)):
            subprocess.run([str(VENV / "bin" / "ruff"), *words_, "."], cwd=ROOT, check=False)
    return int(bool(failed_checks()))


def failed_checks() -> list[str]:
    """Run them all, even after one has failed; the names of those that did."""
    failed = []
    environment = program_environment() | COMPOSE_STAND_INS
    for name, command in _checks():
        begun = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - begun:.1f} s)")
        if done.returncode != 0:
            failed.append(name)
            say(done.stdout.rstrip())
    return failed


def _checks() -> Iterator[tuple[str, Sequence[str]]]:
    yield "ruff format", _ours("ruff", "format", "--check", "--quiet", "--output-format=concise", ".")
    yield "ruff check", _ours("ruff", "check", "--output-format=concise", ".")
    yield "mypy scripts/provision", _ours("mypy", "--strict", "scripts/provision")
    if (ROOT / "mra" / "__init__.py").exists():
        yield "mypy", _ours("mypy")
        # Low-confidence findings are judged by ruff, whose S rules are the same list with our exceptions beside them.
        yield "bandit", _ours("bandit", "-q", "-ll", "-ii", "-r", "mra")
    if "importlinter" in tomllib.loads((ROOT / "pyproject.toml").read_text()).get("tool", {}):
        yield "lint-imports", _ours("lint-imports")
    yield "compose file", _ours("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE_FILE)
    yield "Dockerfile", _ours("hadolint", DOCKERFILE)
    if (compose := shutil.which("docker-compose")) is not None:
        yield "docker-compose config", [compose, "-f", COMPOSE_FILE, "config", "-q"]


def _ours(program: str, *arguments: str) -> list[str]:
    return [str(VENV / "bin" / program), *arguments]
