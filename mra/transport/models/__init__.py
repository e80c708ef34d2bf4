"""Volunteer drivers, transport jobs, offers of jobs, expenses."""

from .drivers import TransportDriver
from .drives import TransportExpense, TransportJob, TransportOffer

__all__ = ["TransportDriver", "TransportExpense", "TransportJob", "TransportOffer"]
