"""The blueprint of all pages here."""

from flask import Blueprint

blueprint = Blueprint("reporting", __name__)
