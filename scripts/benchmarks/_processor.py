"""How much of the processors a server has used: the one figure that does not change when the machine is busy."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Places in /proc/<pid>/stat, counted from behind the name of the program.
SESSION, USER_TICKS, SYSTEM_TICKS = 3, 11, 12


def processor_seconds(session: int) -> float:
    """What a process that leads a session, and all that it has started, have used so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[SESSION]) == session:
            ticks += int(words[USER_TICKS]) + int(words[SYSTEM_TICKS])
    return ticks / TICKS_PER_SECOND
