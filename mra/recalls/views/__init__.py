"""The pages of leases and recalls: the register, campaigns, one return, and the lessee's own page."""

from . import arrivals, by_link, campaigns, leases, new, returns
from .blueprint import blueprint

__all__ = ["arrivals", "blueprint", "by_link", "campaigns", "leases", "new", "returns"]
