"""Programs from npm that only tests need: exactly what a lock says, below `var/`, and at once when nothing changed."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from provision.debian import NODE, require
from provision.paths import LOCKS, var_folder
from provision.trouble import Trouble, last_lines, say

INSTALL_LIMIT_SECONDS = 600
FILES = ("package.json", "package-lock.json", ".npmrc")
INSTALLED = "installed-lock.json"


def provide_node_packages(name: str) -> Path:
    """The folder with the `node_modules` of `scripts/locks/NAME`. No package may run a script of its own meanwhile."""
    require(NODE)
    lock, folder = LOCKS / name, var_folder() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "install.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not _is_current(lock, folder):
            say(f"Installing the npm packages of scripts/locks/{name}")
            (folder / INSTALLED).unlink(missing_ok=True)
            for file in FILES:
                shutil.copy(lock / file, folder / file)
            _install(folder)
            shutil.copy(lock / "package-lock.json", folder / INSTALLED)
    return folder


def _is_current(lock: Path, folder: Path) -> bool:
    installed = folder / INSTALLED
    return installed.exists() and installed.read_bytes() == (lock / "package-lock.json").read_bytes()


def _install(folder: Path) -> None:
    log = folder / "install.log"
    quiet = {"npm_config_update_notifier": "false", "npm_config_audit": "false", "npm_config_fund": "false"}
    with log.open("wb") as output:
        try:
            subprocess.run(
                ["npm", "ci", "--ignore-scripts"],
                cwd=folder,
                env=os.environ | quiet,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=INSTALL_LIMIT_SECONDS,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
            raise Trouble(f"npm ci failed ({error.__class__.__name__}); see {log}\n{last_lines(log)}") from None
