"""How urgent each text is, and what that means at night. Pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from mra.core.clock import JAPAN


class Kind(StrEnum):
    """Urgent texts go out at any hour and whatever they cost; ordinary ones wait for the morning; bulk ones also stop
    when the money for them is spent.
    """

    URGENT = "urgent"
    ORDINARY = "ordinary"
    BULK = "bulk"


KIND_WORDS = {Kind.URGENT: "すぐに送る", Kind.ORDINARY: "夜間は翌朝に送る", Kind.BULK: "一斉連絡（夜間は翌朝）"}

# Urgent is what answers the person's own step of this minute, or keeps somebody from setting out for nothing.
KINDS: dict[str, Kind] = {
    "admitted": Kind.ORDINARY,
    "agreement_review": Kind.ORDINARY,
    "application_received": Kind.URGENT,
    "asked_back": Kind.ORDINARY,
    "bulk_notice": Kind.BULK,
    "call_cancelled": Kind.ORDINARY,
    # A member that pledged help for the night of a disaster wants to be asked in that night.
    "call_made": Kind.URGENT,
    "call_reminder": Kind.ORDINARY,
    "donation_accepted": Kind.ORDINARY,
    "donation_completed": Kind.ORDINARY,
    "donation_declined": Kind.ORDINARY,
    "donation_papers_sent": Kind.ORDINARY,
    "donation_received": Kind.URGENT,
    "donation_recycled": Kind.ORDINARY,
    "donation_recycling": Kind.ORDINARY,
    "donation_retired": Kind.ORDINARY,
    "due_soon": Kind.ORDINARY,
    "extension_asked": Kind.URGENT,
    "loan_extended": Kind.ORDINARY,
    "member_invitation": Kind.ORDINARY,
    "offer_declined": Kind.URGENT,
    "offer_expired": Kind.ORDINARY,
    "offer_made": Kind.ORDINARY,
    "offer_retracted": Kind.URGENT,
    "offer_wanted": Kind.URGENT,
    "overdue": Kind.ORDINARY,
    "pledge_confirmation": Kind.ORDINARY,
    "reply_to_desk": Kind.URGENT,
    "reservation_cancelled": Kind.URGENT,
    "reservation_made": Kind.URGENT,
    "return_announced": Kind.URGENT,
    "sending_alarm": Kind.URGENT,
    "sms_help": Kind.URGENT,
    "sms_started": Kind.URGENT,
    "sms_stopped": Kind.URGENT,
    "turned_down": Kind.ORDINARY,
    "your_page": Kind.URGENT,
}
# Of these a person gets one a day, however many cars it is about.
REMINDERS = frozenset({"due_soon", "overdue"})

QuietHours = tuple[int, int]


def due_at(template: str, moment: datetime, quiet: QuietHours | None) -> datetime:
    """When a text may go out at the earliest: now, or at the end of the night in Japan."""
    if quiet is None or KINDS[template] is Kind.URGENT:
        return moment
    begins, ends = quiet
    local = moment.astimezone(JAPAN)
    is_night = begins <= local.hour or local.hour < ends if begins > ends else begins <= local.hour < ends
    if not is_night:
        return moment
    morning = datetime.combine(local.date(), time(ends), JAPAN)
    return morning if morning > local else morning + timedelta(days=1)


def day_in_japan(moment: datetime) -> tuple[datetime, datetime]:
    """The beginning and the end of a day as people in Japan live it."""
    begin = datetime.combine(moment.astimezone(JAPAN).date(), time(0), JAPAN)
    return begin, begin + timedelta(days=1)
