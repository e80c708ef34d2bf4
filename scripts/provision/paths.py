"""Where things lie in a checkout. Everything that is made lies under `var/`, which git ignores."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
DEMO = VAR / "demo"
LOCKS = ROOT / "scripts" / "locks"
BENCHMARKS = ROOT / "scripts" / "benchmarks"
FAULTS = ROOT / "scripts" / "faults"
VENV = VAR / "venv"
UV_VENV = VAR / "uv"


def var_folder() -> Path:
    """The folder for everything that is made, open to its owner only: passwords and personal data lie in it."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    return VAR
