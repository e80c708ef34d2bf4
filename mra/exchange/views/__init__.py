"""The pages of tables: what can be written out and read in, what became of a file."""

from . import exports, imports, overview
from .blueprint import blueprint

__all__ = ["blueprint", "exports", "imports", "overview"]
