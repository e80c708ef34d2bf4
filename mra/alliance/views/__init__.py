"""The pages of the alliance: members, pledges, agreements, municipalities."""

from . import contacts, members, own, people, pledge_link, pledges
from .blueprint import blueprint

__all__ = ["blueprint", "contacts", "members", "own", "people", "pledge_link", "pledges"]
