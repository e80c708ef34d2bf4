"""The door of the desk's pages."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)

# The pages of loans on which these moves are made.
LOAN_PAGES = {"hand_over": "loans.show_handover", "take_back": "loans.show_return"}
