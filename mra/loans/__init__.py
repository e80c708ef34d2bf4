"""Reservation, handover, loan, extension, return."""
