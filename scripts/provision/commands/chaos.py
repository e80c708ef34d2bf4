"""`scripts/chaos [NAME [arguments]]`: lists the fault tests, or runs one on throw-away servers."""

import tempfile
from pathlib import Path

from provision import foreground
from provision.commands.bench import known_benchmarks
from provision.debian import PYTHON, REDIS, require
from provision.paths import FAULTS, ROOT, VENV, var_folder
from provision.postgres import FOR_KEEPING
from provision.python_environment import provide
from provision.servers import packages, throw_away_servers
from provision.settings import environment, keys
from provision.trouble import Trouble, guarded


def main() -> int:
    """Without a name: the list. With one: a JSON object with the counts, and a status that is not zero after a fault."""
    return guarded(_chaos)


def _chaos(words: list[str]) -> int:
    tests = known_benchmarks(FAULTS)
    if not words or words[0] in ("-h", "--help"):
        for name, sentence in tests.items():
            print(f"{name:12} {sentence}")
        return 0
    name, *arguments = words
    if name not in tests:
        raise Trouble(f"There is no fault test {name}. There are: {', '.join(tests)}")
    # It kills a Redis of its own, never one that was given.
    require([*PYTHON, *packages(), REDIS])
    provide("app")
    with throw_away_servers(FOR_KEEPING) as addresses, tempfile.TemporaryDirectory(dir=var_folder()) as folder:
        told = environment("test", addresses, keys(Path(folder)), 8000)
        command = [str(VENV / "bin" / "python"), str(FAULTS / f"{name}.py"), *arguments]
        return foreground.run(command, told, cwd=ROOT)
