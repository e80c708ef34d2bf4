"""Reservation, handover, extension, return."""

from flask import Blueprint

blueprint = Blueprint("loans", __name__)
