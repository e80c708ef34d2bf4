"""One open support in one town, made by the house's own use cases."""

from datetime import time, timedelta

from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.core.geo import point
from mra.disasters import services as disasters
from mra.disasters.models import Activation
from mra.disasters.rules import ActivationDetails, BaseDetails, DisasterKind, usual_terms

TOWN, SLUG = "43202", "fault-test"
BASE = BaseDetails(
    name="八代拠点",
    address="八代市松江城町1-25",
    municipality_code=TOWN,
    place=(32.5076, 130.6017),
    phone="+81965000000",
    opens_at=time(9, 30),
    closes_at=time(16, 0),
    closed_weekdays=(2,),
    closes_on=None,
    handovers_per_slot=4,
)


def open_support() -> int:
    """The support to which everybody applies; its id."""
    db.session.add(
        Municipality(code=TOWN, prefecture="熊本県", name="八代市", kana="ヤツシロシ", place=point(32.5076, 130.6017))
    )
    db.session.flush()
    flood = disasters.record_disaster(name="豪雨", kind=DisasterKind.FLOOD, occurred_on=clock.today())
    details = ActivationDetails(
        name="豪雨 車の無償貸出",
        slug=SLUG,
        intake_from=clock.now() - timedelta(days=1),
        intake_until=clock.now() + timedelta(days=30),
        ends_on=clock.today() + timedelta(days=90),
        help_phone="+81965000000",
    )
    support: Activation = disasters.prepare(flood, details=details, by=SYSTEM)
    disasters.change_municipalities(support, add=[TOWN], remove=[], by=SYSTEM)
    disasters.change_terms(support, terms=usual_terms(), reason="開始時の条件", based_on=0, by=SYSTEM)
    disasters.add_base(support, details=BASE, by=SYSTEM)
    db.session.flush()
    disasters.open_support(support, by=SYSTEM)
    return support.id
