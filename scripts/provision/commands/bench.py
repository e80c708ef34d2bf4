"""`scripts/bench [NAME [arguments]]`: lists the benchmarks, or runs one on throw-away servers."""

import ast
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from provision import foreground
from provision.debian import PRINTING, PYTHON, require
from provision.paths import BENCHMARKS, ROOT, VENV, var_folder
from provision.postgres import FOR_KEEPING
from provision.python_environment import provide
from provision.redis_server import free_port
from provision.servers import given_database_url, packages, throw_away_servers
from provision.settings import environment, keys
from provision.signals import Interrupted
from provision.trouble import Trouble, guarded, say


def main() -> int:
    """Without a name: the list. With one: one JSON object per line on stdout, everything else on stderr."""
    return guarded(_bench)


def _bench(words: list[str]) -> int:
    benchmarks = known_benchmarks(BENCHMARKS)
    if not words or words[0] in ("-h", "--help"):
        for name, sentence in benchmarks.items():
            print(f"{name:12} {sentence}")
        return 0
    name, *arguments = words
    if name not in benchmarks:
        raise Trouble(f"There is no benchmark {name}. There are: {', '.join(benchmarks) or 'none yet'}")
    require([*PYTHON, *packages(), *PRINTING])
    provide("app")
    return _measure(name, arguments)


def known_benchmarks(folder: Path) -> dict[str, str]:
    """Each module in the folder is a benchmark; the first line of its docstring says what it measures."""
    modules = sorted(module for module in folder.glob("*.py") if not module.name.startswith("_"))
    return {module.stem: _first_line(module) for module in modules}


def _first_line(module: Path) -> str:
    return (ast.get_docstring(ast.parse(module.read_text())) or "").partition("\n")[0]


def _measure(name: str, arguments: list[str]) -> int:
    """Servers as in production (a commit reaches the disk), an empty migrated database, then the benchmark."""
    if given_database_url() is not None:
        say("DATABASE_URL is set: the benchmark writes into that database.")
    with throw_away_servers(FOR_KEEPING) as addresses, tempfile.TemporaryDirectory(dir=var_folder()) as folder:
        told = environment("demo", addresses, keys(Path(folder)), free_port())
        if foreground.run([str(VENV / "bin" / "mra"), "db", "upgrade"], told, cwd=ROOT) != 0:
            raise Trouble("mra db upgrade failed; the lines above say why.")
        return _run(name, [str(VENV / "bin" / "python"), str(BENCHMARKS / f"{name}.py"), *arguments], told)


def _run(name: str, command: list[str], told: dict[str, str]) -> int:
    process = subprocess.Popen(command, env=told, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            _pass_on(name, line.decode(errors="replace").rstrip("\n"))
        return process.wait()
    except Interrupted as interrupted:
        foreground.stop(process, signal.SIGINT if interrupted.number == signal.SIGINT else signal.SIGTERM)
        raise


def _pass_on(name: str, line: str) -> None:
    measured = as_measurement(name, line)
    if measured is None:
        say(line)
    else:
        print(measured, flush=True)
        sys.stdout.flush()


def as_measurement(name: str, line: str) -> str | None:
    """The line, if it is one JSON object, with the benchmark's name in it; None for any other talk."""
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return json.dumps({"bench": name} | content, ensure_ascii=False) if isinstance(content, dict) else None
