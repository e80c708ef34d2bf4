"""System packages: finds what is missing and installs only that."""

import glob
import importlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from provision.paths import var_folder
from provision.signals import undisturbed
from provision.trouble import Trouble, last_lines, say

APT_LIMIT_SECONDS = 1800


@dataclass(frozen=True)
class SystemPackage:
    """A Debian package, and how to see on any machine that what it brings is already there."""

    name: str
    is_there: Callable[[], bool]


def postgres_folder() -> str | None:
    """The newest PostgreSQL's programs; Debian does not put `initdb` and `pg_ctl` on the PATH."""
    folders = [folder for folder in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(f"{folder}/initdb")]
    return max(folders, key=lambda folder: float(folder.split("/")[-2]), default=None)


def redis_program() -> str | None:
    """Redis, or Valkey where Debian has moved to it."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def _has_postgis() -> bool:
    folder = postgres_folder()
    if folder is None:
        return False
    version = folder.split("/")[-2]
    return os.path.exists(f"/usr/share/postgresql/{version}/extension/postgis.control")


def _has_program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _has_font(pattern: str) -> Callable[[], bool]:
    return lambda: bool(glob.glob(f"/usr/share/fonts/**/{pattern}", recursive=True))


def _has_library(name: str) -> Callable[[], bool]:
    return lambda: bool(glob.glob(f"/usr/lib/*/{name}") or glob.glob(f"/usr/lib/{name}"))


PYTHON = (
    SystemPackage("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
    SystemPackage("ca-certificates", lambda: os.path.exists("/etc/ssl/certs/ca-certificates.crt")),
)
POSTGRES = SystemPackage("postgresql-postgis", _has_postgis)
REDIS = SystemPackage("redis-server", lambda: redis_program() is not None)
# What draws letters in a PDF.
PRINTING = (
    SystemPackage("libpango-1.0-0", _has_library("libpango-1.0.so.0")),
    SystemPackage("libpangoft2-1.0-0", _has_library("libpangoft2-1.0.so.0")),
    SystemPackage("libharfbuzz-subset0", _has_library("libharfbuzz-subset.so.0")),
    SystemPackage("fonts-morisawa-bizud-gothic", _has_font("*BIZUD*Gothic*")),
    SystemPackage("fonts-vlgothic", _has_font("VL-*Gothic*")),
)
NODE = (SystemPackage("nodejs", _has_program("node")), SystemPackage("npm", _has_program("npm")))
BROWSER = (
    SystemPackage("chromium", _has_program("chromium")),
    SystemPackage("poppler-utils", _has_program("pdftotext")),
)


def require(packages: Sequence[SystemPackage]) -> None:
    """Make sure that these are there; ask apt only for what is missing, and never half-heartedly."""
    missing = [package.name for package in packages if not package.is_there()]
    if not missing:
        return
    prefix = _apt_prefix(missing)
    say(f"Installing with apt: {' '.join(missing)}")
    # Someone's third source may be broken while Debian's own lists are fine: the install decides.
    _apt(prefix, ["update"])
    if not _apt(prefix, ["install", "--yes", "--no-install-recommends", *missing]):
        raise Trouble(f"apt-get failed. {_by_hand(missing)}\n{last_lines(_log())}")
    importlib.invalidate_caches()
    still = [package.name for package in packages if not package.is_there()]
    if still:
        raise Trouble(f"apt installed {' '.join(still)}, but it cannot be found on this machine. {_by_hand(still)}")


def _by_hand(missing: Sequence[str]) -> str:
    return f"Please install: {' '.join(missing)} (on Debian: apt-get install {' '.join(missing)})"


def _apt_prefix(missing: Sequence[str]) -> list[str]:
    if shutil.which("apt-get") is None:
        raise Trouble(f"This machine has no apt-get. {_by_hand(missing)}")
    if os.geteuid() == 0:
        return ["env"]
    if shutil.which("sudo") is None:
        raise Trouble(f"Neither root nor sudo. {_by_hand(missing)}")
    return ["sudo", "env"]


def _log() -> Path:
    return var_folder() / "apt.log"


def _apt(prefix: Sequence[str], arguments: Sequence[str]) -> bool:
    command = [*prefix, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *arguments]
    with undisturbed(), _log().open("wb") as output:  # an interrupted dpkg would leave the machine half-installed
        try:
            done = subprocess.run(
                command, stdin=None, stdout=output, stderr=output, timeout=APT_LIMIT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise Trouble(f"apt-get {arguments[0]} did not finish in {APT_LIMIT_SECONDS // 60} minutes.") from None
    return done.returncode == 0
