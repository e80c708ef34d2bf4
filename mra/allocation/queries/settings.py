"""What the secretariat decided about the allocation of one support, and what follows from it now."""

from dataclasses import dataclass

from sqlalchemy import select

from mra.allocation.models import AllocationSettings
from mra.allocation.rules import AfterIntake, FreedCars
from mra.core import clock
from mra.core.db import db
from mra.disasters.models import Activation
from mra.disasters.rules import Intake

INTAKE_IS_OVER = frozenset({Intake.OVER, Intake.ENDED})


@dataclass(frozen=True)
class Decided:
    """What was decided; the usual where nobody decided anything."""

    freed_cars: FreedCars = FreedCars.NEXT_RUN
    after_intake: AfterIntake = AfterIntake.STOP


def decided(activation_id: int) -> Decided:
    """What was decided about one support, in one look-up by its key."""
    wanted = select(AllocationSettings.freed_cars, AllocationSettings.after_intake)
    row = db.session.execute(wanted.where(AllocationSettings.activation_id == activation_id)).first()
    return Decided(*row) if row else Decided()


def has_stopped_offering(activation: Activation) -> bool:
    """Whether no offer is made any more: the intake is over, and nobody decided to go on serving those who wait.

    Costs no statement while the intake runs.
    """
    is_over = activation.intake(clock.now()) in INTAKE_IS_OVER
    return is_over and decided(activation.id).after_intake is AfterIntake.STOP


def passes_cars_on(activation_id: int) -> bool:
    """Whether a freed car goes to the next person by itself."""
    if decided(activation_id).freed_cars is FreedCars.NEXT_RUN:
        return False
    return not has_stopped_offering(db.session.get_one(Activation, activation_id))
