"""Applying on a phone, intake by staff."""

from flask import Blueprint

blueprint = Blueprint("applications", __name__)
