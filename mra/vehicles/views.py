"""The fleet: list, one car, entry by form and by spreadsheet."""

from flask import Blueprint

blueprint = Blueprint("vehicles", __name__)
