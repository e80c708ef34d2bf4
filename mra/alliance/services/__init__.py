"""What can be done with the alliance's ledger."""

from .reference_data import Loaded, load_reference

__all__ = ["Loaded", "load_reference"]
