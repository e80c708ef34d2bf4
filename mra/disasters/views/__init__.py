"""Disasters, activations, bases and terms; the public pages."""

from . import bases, disasters, municipalities, public, settings, terms
from .blueprint import blueprint

__all__ = ["bases", "blueprint", "disasters", "municipalities", "public", "settings", "terms"]
