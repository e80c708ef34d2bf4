"""Messages that were promised, and what became of them."""

from flask import Blueprint

blueprint = Blueprint("messaging", __name__)
