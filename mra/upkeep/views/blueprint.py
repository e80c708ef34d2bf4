"""Under one name: all pages of the upkeep."""

from flask import Blueprint

blueprint = Blueprint("upkeep", __name__)
