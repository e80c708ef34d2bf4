"""Campaigns with their figures: asked, confirmed, returned, late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from mra.core.db import db
from mra.disasters.models import Activation
from mra.disasters.rules import ActivationStatus

from ..models import LeaseReturn, RecallCampaign
from ..rules import OPEN, ReturnStatus

CAMPAIGNS_SHOWN = 50


@dataclass(frozen=True)
class Figures:
    """How far a campaign is."""

    by_status: dict[ReturnStatus, int]
    late: int

    @property
    def asked(self) -> int:
        """How many cars were asked back, without those that were spared."""
        return sum(number for status, number in self.by_status.items() if status is not ReturnStatus.SPARED)

    def of(self, *statuses: ReturnStatus) -> int:
        """How many stand in these statuses."""
        return sum(self.by_status.get(status, 0) for status in statuses)

    @property
    def returned(self) -> int:
        """How many cars are back."""
        return self.of(ReturnStatus.RETURNED)

    @property
    def still_out(self) -> int:
        """How many are still out."""
        return self.of(*OPEN)


@dataclass(frozen=True)
class CampaignLine:
    """A campaign as the list shows it."""

    campaign: RecallCampaign
    figures: Figures


def campaign_lines(today: date) -> list[CampaignLine]:
    """The newest campaigns of all supports with their figures, in two statements."""
    wanted = select(RecallCampaign).options(joinedload(RecallCampaign.activation))
    campaigns = list(db.session.scalars(wanted.order_by(RecallCampaign.id.desc()).limit(CAMPAIGNS_SHOWN)))
    figures = _figures([campaign.id for campaign in campaigns], today)
    return [CampaignLine(campaign, figures.get(campaign.id, Figures({}, 0))) for campaign in campaigns]


def figures_of(campaign_id: int, today: date) -> Figures:
    """The figures of one campaign."""
    return _figures([campaign_id], today).get(campaign_id, Figures({}, 0))


def _figures(campaign_ids: Collection[int], today: date) -> dict[int, Figures]:
    is_late = LeaseReturn.status.in_(OPEN) & (LeaseReturn.due_on < today)
    wanted = (
        select(LeaseReturn.campaign_id, LeaseReturn.status, func.count(), func.count().filter(is_late))
        .where(LeaseReturn.campaign_id.in_(campaign_ids))
        .group_by(LeaseReturn.campaign_id, LeaseReturn.status)
    )
    rows: dict[int, list[Any]] = {}
    for campaign_id, status, number, late in db.session.execute(wanted):
        rows.setdefault(campaign_id, []).append((status, number, late))
    return {
        campaign_id: Figures({status: number for status, number, _ in found}, sum(late for _, _, late in found))
        for campaign_id, found in rows.items()
    }


def campaign_in_full(campaign_id: int) -> RecallCampaign | None:
    """A campaign with its support and the support's bases."""
    wanted = select(RecallCampaign).where(RecallCampaign.id == campaign_id)
    bases = joinedload(RecallCampaign.activation).selectinload(Activation.bases)
    return db.session.scalars(wanted.options(bases)).one_or_none()


def recent_activations() -> list[Activation]:
    """The supports for which cars can be asked back, the newest first."""
    wanted = select(Activation).where(Activation.status != ActivationStatus.CLOSED)
    return list(
        db.session.scalars(wanted.options(selectinload(Activation.bases)).order_by(Activation.id.desc()).limit(20))
    )
