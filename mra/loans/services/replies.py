"""The reminder of a due date asks a borrower something, and borrowers answer by SMS: the desk rings them up.

An extension depends on the terms, the papers of the car and who else waits, and a return on where and when; neither is
promised by a machine.
"""

from datetime import timedelta

from mra.core.db import db
from mra.loans.models import Loan
from mra.messaging import services as messaging
from mra.messaging.inbound.questions import Reaction, on_reply, open_question
from mra.messaging.replies import ReplyWord

DUE_QUESTION = "loan_due"
# So long after the due date a reply is still about this car.
ANSWERS_COUNT_FOR = timedelta(days=14)
_TEXTS = {ReplyWord.EXTEND: "extension_asked", ReplyWord.RETURN: "return_announced"}


def ask_about_due(loan: Loan) -> None:
    """Remember that the borrower was asked to bring the car back or to speak up."""
    application = loan.car_request.application
    if application.can_sms:
        open_question(
            DUE_QUESTION,
            loan.id,
            phone=application.phone,
            expires_at=loan.due_at + ANSWERS_COUNT_FOR,
            activation_id=loan.activation_id,
        )


def answer_due(loan_id: int, word: ReplyWord) -> Reaction | None:
    """A wish to keep the car or word of its return goes to the desk, and the borrower is told that it did."""
    if word not in _TEXTS:
        return None
    loan = db.session.get_one(Loan, loan_id)
    application = loan.car_request.application
    answer = messaging.promise_text(
        _TEXTS[word],
        phone=application.phone,
        can_sms=application.can_sms,
        subject_kind="application",
        subject_id=application.id,
        activation_id=loan.activation_id,
        key=f"loan-{loan.id}-{_TEXTS[word]}-{loan.due_at.date()}",
        help_phone=application.activation.help_phone,
    )
    return Reaction(answer, needs_desk=True, stays_open=True)


on_reply(DUE_QUESTION, answer_due)
