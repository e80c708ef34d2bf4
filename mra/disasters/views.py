"""Disasters, activations, bases and terms; the public pages."""

from flask import Blueprint

blueprint = Blueprint("disasters", __name__)
