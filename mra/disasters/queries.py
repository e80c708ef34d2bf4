"""What the other capabilities ask of an activation."""

from sqlalchemy import select

from mra.core.db import db

from .models import Activation, TermsVersion
from .rules import ActivationStatus


def current_activation() -> Activation | None:
    """The newest activation that is not closed."""
    wanted = select(Activation).where(Activation.status != ActivationStatus.CLOSED)
    return db.session.scalar(wanted.order_by(Activation.id.desc()).limit(1))


def terms_in_force(activation: Activation) -> TermsVersion:
    """The newest version of the lending terms."""
    wanted = select(TermsVersion).where(TermsVersion.activation_id == activation.id)
    return db.session.scalars(wanted.order_by(TermsVersion.number.desc()).limit(1)).one()
