"""The project's own Python environment, `var/venv`: exactly what the lock file says, and quickly when nothing changed.

There is one environment for running and testing. The test lock is the app lock and more, so an environment that was
made for the tests also serves the demo, and the two commands never take packages away from each other.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from provision.debian import PYTHON, require
from provision.paths import LOCKS, ROOT, UV_VENV, VENV, var_folder
from provision.trouble import Trouble, last_lines, say

Purpose = Literal["app", "test"]
INSTALL_LIMIT_SECONDS = 1800

MRA_PROGRAM = """#!{python}
import sys

from mra.web.cli import main

sys.argv[0] = "mra"
sys.exit(main())
"""


def provide(purpose: Purpose) -> Path:
    """Make or bring up to date `var/venv`; returns its Python."""
    require(PYTHON)
    with _one_at_a_time():
        recorded = _recorded()
        needed: Purpose = "test" if recorded.get("purpose") == "test" else purpose
        if recorded != _record(needed) or not _works():
            _install(needed)
    return VENV / "bin" / "python"


def program_environment() -> dict[str, str]:
    """What every program of the project is started with: our Python first, nobody else's modules."""
    inherited = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    return inherited | {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(VENV),
        "PYTHONUNBUFFERED": "1",
    }


def uv_program() -> Path:
    """uv, pinned, in an environment of its own so that it never mixes with the project's packages."""
    program = UV_VENV / "bin" / "uv"
    record = UV_VENV / "installed.json"
    wanted = {"lock": _digest(LOCKS / "uv.txt"), "root": str(ROOT), "python": sys.version}
    if not (program.exists() and _read(record) == wanted):
        shutil.rmtree(UV_VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(UV_VENV)])
        _run([str(UV_VENV / "bin" / "pip"), "install", "--require-hashes", "-r", str(LOCKS / "uv.txt")])
        record.write_text(json.dumps(wanted))
    return program


def uv_environment() -> dict[str, str]:
    """uv never fetches a Python of its own, does not wait for ever, and compiles once rather than at every start."""
    return os.environ | {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_HTTP_TIMEOUT": "60",
        "UV_NO_PROGRESS": "1",
        "UV_COMPILE_BYTECODE": "1",
    }


def _install(purpose: Purpose) -> None:
    say(f"Installing the Python packages of scripts/locks/{purpose}.txt")
    shutil.rmtree(VENV, ignore_errors=True) if not _works() else (VENV / "installed.json").unlink(missing_ok=True)
    lock = str(LOCKS / f"{purpose}.txt")
    try:
        _install_with_uv(lock)
    except Trouble as trouble:
        say(f"uv did not manage ({str(trouble).splitlines()[0]}); trying pip, which takes about a minute.")
        _install_with_pip(lock)
    _link_project()
    (VENV / "installed.json").write_text(json.dumps(_record(purpose)))


def _install_with_uv(lock: str) -> None:
    uv = str(uv_program())
    if not VENV.exists():
        _run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
    python = str(VENV / "bin" / "python")
    _run([uv, "pip", "sync", "--python", python, "--require-hashes", lock], environment=uv_environment())


def _install_with_pip(lock: str) -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(VENV)])
    _run([str(VENV / "bin" / "pip"), "install", "--require-hashes", "-r", lock])


def _link_project() -> None:
    """Put the checkout on the environment's path and `mra` on its programs: no build, so nothing to download for it."""
    (packages,) = (VENV / "lib").glob("python3*/site-packages")
    (packages / "mra-checkout.pth").write_text(f"{ROOT}\n")
    program = VENV / "bin" / "mra"
    program.write_text(MRA_PROGRAM.format(python=VENV / "bin" / "python"))
    program.chmod(0o755)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (var_folder() / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _record(purpose: Purpose) -> dict[str, str]:
    return {
        "purpose": purpose,
        "lock": _digest(LOCKS / f"{purpose}.txt"),
        "root": str(ROOT),
        "program": hashlib.sha256(MRA_PROGRAM.encode()).hexdigest(),
    }


def _recorded() -> dict[str, str]:
    return _read(VENV / "installed.json")


def _read(path: Path) -> dict[str, str]:
    try:
        content: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content


def _works() -> bool:
    """False when there is none, when the checkout was moved, or when the Python it was made with has gone."""
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    probe = [str(python), "-c", "import sys; print(sys.prefix, sys.version_info >= (3, 11))"]
    answer = subprocess.run(probe, capture_output=True, text=True, check=False, timeout=60)
    return answer.stdout.strip() == f"{VENV} True"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    log = var_folder() / "install.log"
    with log.open("ab") as output:
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                timeout=INSTALL_LIMIT_SECONDS,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
            short = " ".join(Path(word).name for word in command[:3])
            raise Trouble(f"{short} failed ({error.__class__.__name__}); see {log}\n{last_lines(log)}") from None
