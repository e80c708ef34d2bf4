"""What a worker does for the fleet."""

from flask import current_app

from mra.core.config import Settings
from mra.core.db import db
from mra.core.outbox import job

from . import services
from .models import LabelSheet
from .services.labels import DRAW


@job(DRAW, is_long=True)
def draw_labels(sheet_id: int) -> bool:
    """Draw the labels that somebody asked for."""
    settings: Settings = current_app.extensions["mra"]
    sheet = db.session.get_one(LabelSheet, sheet_id)
    return services.draw_labels(sheet, public_url=settings.public_url, help_phone=settings.help_phone)


def remind_papers() -> int:
    """Tell people of papers that end, once per paper and threshold, in one mail a day."""
    return services.remind_papers()
