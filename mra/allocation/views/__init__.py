"""Allocation runs, what staff order about them, and offers."""

from . import offers, overrides, runs
from .blueprint import blueprint

__all__ = ["blueprint", "offers", "overrides", "runs"]
