"""The registers that can be written out and read in, by their name in addresses."""

from .parts import Bench, Present, Reading, Table
from .vehicles import VEHICLES

TABLES: dict[str, Table] = {table.name: table for table in (VEHICLES,)}

__all__ = ["TABLES", "Bench", "Present", "Reading", "Table"]
