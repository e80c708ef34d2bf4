"""The registers that can be written out and read in, by their name in addresses."""

from .agreements import AGREEMENTS
from .donations import DONATIONS
from .members import MEMBERS
from .parts import Bench, Present, Reading, Table
from .pledges import PLEDGES
from .vehicles import VEHICLES

TABLES: dict[str, Table] = {table.name: table for table in (MEMBERS, PLEDGES, AGREEMENTS, VEHICLES, DONATIONS)}

__all__ = ["TABLES", "Bench", "Present", "Reading", "Table"]
