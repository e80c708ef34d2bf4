"""`scripts/lock [--upgrade]`: makes the lock files again from pyproject.toml, without a single address in them."""

import argparse
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from provision.paths import LOCKS, ROOT
from provision.python_environment import uv_environment, uv_program
from provision.trouble import Trouble, guarded, say


def main() -> int:
    """Versions stay as they are unless `--upgrade` is given or pyproject.toml asks for others."""
    return guarded(_lock)


def _lock(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/lock", description="Makes the lock files in scripts/locks again.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = ["--upgrade"] if parser.parse_args(words).upgrade else []
    _compile("app", ["pyproject.toml", *upgrade])
    # The tests must run on exactly the versions that people will use.
    _compile("test", ["pyproject.toml", "--extra", "test", "--constraint", "scripts/locks/app.txt", *upgrade])
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "uv.in"
        wanted.write_text("uv\n")
        _compile("uv", [str(wanted), "--no-annotate", *upgrade])
    return 0


# japanmap is read for its shapes of the prefectures only and never imported; what draws its pictures stays away.
UNUSED = ("opencv-python",)


def _compile(name: str, arguments: Sequence[str]) -> None:
    lock = LOCKS / f"{name}.txt"
    fixed = ["--python-version", "3.11", "--generate-hashes", "--no-header"]
    silent = ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    silent += [word for package in UNUSED for word in ("--no-emit-package", package)]
    command = [str(uv_program()), "pip", "compile", *fixed, *silent, "-o", str(lock.relative_to(ROOT)), *arguments]
    if subprocess.run(command, cwd=ROOT, env=uv_environment(), check=False).returncode != 0:
        raise Trouble(f"{lock.relative_to(ROOT)} was not made; the lines above say why.")
    if "://" in lock.read_text():
        raise Trouble(f"{lock.relative_to(ROOT)} names an address; it must work with any registry.")
    say(f"made {lock.relative_to(ROOT)}")
