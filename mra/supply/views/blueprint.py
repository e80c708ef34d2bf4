"""The blueprint of all pages here."""

from flask import Blueprint

blueprint = Blueprint("supply", __name__)
