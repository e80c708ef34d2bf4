"""Under one name: all pages of the fleet."""

from flask import Blueprint

blueprint = Blueprint("vehicles", __name__)
