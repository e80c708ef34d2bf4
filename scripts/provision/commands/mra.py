"""`scripts/mra …`: the command line of MRA in the project's own environment, from any folder."""

from provision import foreground
from provision.paths import DEMO, VENV
from provision.python_environment import program_environment, provide
from provision.servers import demo_servers
from provision.settings import environment, keys
from provision.trouble import guarded

WITHOUT_SERVERS = ("allocate-file",)


def main() -> int:
    """Run one command; the demo's servers are used if they run, and otherwise run just for this command."""
    return guarded(_mra)


def _mra(words: list[str]) -> int:
    provide("app")
    command = [str(VENV / "bin" / "mra"), *words]
    if not needs_servers(words):
        return foreground.run(command, program_environment() | {"MRA_ENVIRONMENT": "demo"})
    with demo_servers() as addresses:
        return foreground.run(command, environment("demo", addresses, keys(DEMO), 8000))


def needs_servers(words: list[str]) -> bool:
    """Help, and what only reads and writes files, needs no database."""
    return bool(words) and words[0] not in WITHOUT_SERVERS and not {"--help", "--version"} & set(words)
