"""Allocation runs and offers."""

from flask import Blueprint

blueprint = Blueprint("allocation", __name__)
