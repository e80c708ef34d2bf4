"""`scripts/test [pytest's arguments]`: from a clone to all tests passed."""

import sys
import tempfile
from pathlib import Path

from provision import foreground
from provision.commands.check import failed_checks
from provision.debian import BROWSER, NODE, PRINTING, PYTHON, require
from provision.paths import ROOT, VENV, var_folder
from provision.python_environment import provide
from provision.servers import packages, throw_away_servers
from provision.settings import environment, keys
from provision.trouble import guarded, say


def main() -> int:
    """Checks first, then pytest on throw-away servers; both must pass."""
    return guarded(_test)


def _test(words: list[str]) -> int:
    require([*PYTHON, *packages(), *PRINTING, *BROWSER, *NODE])
    provide("test")
    failed = failed_checks()
    status = _pytest(words)
    if failed:
        say(f"scripts/check failed: {', '.join(failed)} (see above)")
    return status or int(bool(failed))


def _pytest(words: list[str]) -> int:
    with throw_away_servers() as addresses, tempfile.TemporaryDirectory(dir=var_folder()) as folder:
        told = environment("test", addresses, keys(Path(folder)), 8000)
        say("pytest")
        sys.stdout.flush()
        return foreground.run([str(VENV / "bin" / "python"), "-m", "pytest", *words], told, cwd=ROOT)
