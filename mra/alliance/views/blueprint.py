"""The blueprint of all pages here."""

from flask import Blueprint

blueprint = Blueprint("alliance", __name__)
