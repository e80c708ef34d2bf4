"""What can be done with the alliance's ledger."""

from . import members, people, pledges
from .reference_data import Loaded, load_reference

__all__ = ["Loaded", "load_reference", "members", "people", "pledges"]
