"""The benchmarks' modules are not part of the package; they are found where the benchmarks find them."""

import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
for folder in (SCRIPTS, SCRIPTS / "benchmarks"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
