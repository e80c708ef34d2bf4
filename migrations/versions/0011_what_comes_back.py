"""Keep inbound messages, open questions, numbers that want no SMS, and calls.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WORDS = "'yes', 'no', 'extend', 'return', 'stop', 'start', 'help'"
MATTERS = "'offer_untold', 'offer_answer', 'overdue', 'due_soon', 'reply', 'question', 'decision', 'message'"
RESULTS = "'told', 'absent', 'wrong_number', 'later', 'refused'"


def upgrade() -> None:
    """Add the tables; numbers whose owners told the carrier that they want no SMS stand on the list only."""
    _questions()
    _inbound()
    _suppressions()
    _calls()
    op.execute(
        "INSERT INTO suppressions (phone, status, reason, since_at) "
        "SELECT phone, 'in_force', 'provider', marked_at FROM number_marks WHERE mark = 'opted_out'"
    )
    op.execute("DELETE FROM number_marks WHERE mark = 'opted_out'")
    _number_marks("'no_sms', 'invalid'")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _questions() -> None:
    op.create_table(
        "open_questions",
        _id(),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        _moment("opened_at"),
        _moment("expires_at"),
        sa.Column("answer", sa.String(40), nullable=True),
        _moment("answered_at", nullable=True),
        _moment("closed_at", nullable=True),
        sa.Column("closed_because", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_questions")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_because IS NULL)", name=op.f("ck_open_questions_closed_for_a_reason")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_open_questions_answered_at_a_moment")
        ),
        sa.CheckConstraint(f"answer IN ({WORDS})", name=op.f("ck_open_questions_answer")),
        sa.CheckConstraint("closed_because IN ('answered', 'moved_on')", name=op.f("ck_open_questions_closed_because")),
    )
    op.create_index(
        "uq_open_questions_one_open",
        "open_questions",
        ["kind", "subject_id"],
        unique=True,
        postgresql_where="closed_at IS NULL",
    )
    op.create_index("ix_open_questions_phone", "open_questions", ["phone"], postgresql_where="closed_at IS NULL")


def _inbound() -> None:
    op.create_table(
        "inbound_messages",
        _id(),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _moment("received_at"),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("word", sa.String(40), nullable=True),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("activation_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        _moment("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint("provider", "provider_id", name="uq_inbound_messages_provider_id"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["open_questions.id"], name=op.f("fk_inbound_messages_question_id_open_questions")
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["messages.id"], name=op.f("fk_inbound_messages_answer_id_messages")),
        sa.CheckConstraint("status <> 'settled' OR settled_at IS NOT NULL", name=op.f("ck_inbound_messages_settled")),
        sa.CheckConstraint(
            "status IN ('received', 'handled', 'open', 'settled')", name=op.f("ck_inbound_messages_status")
        ),
        sa.CheckConstraint(f"word IN ({WORDS})", name=op.f("ck_inbound_messages_word")),
    )
    op.create_index("ix_inbound_messages_phone", "inbound_messages", ["phone", "id"])
    op.create_index(
        "ix_inbound_messages_open", "inbound_messages", ["id"], postgresql_where="status IN ('received', 'open')"
    )
    op.create_index(op.f("ix_inbound_messages_question_id"), "inbound_messages", ["question_id"])
    op.create_index(op.f("ix_inbound_messages_answer_id"), "inbound_messages", ["answer_id"])


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        _id(),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        _moment("since_at"),
        _moment("lifted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.CheckConstraint("(status = 'lifted') = (lifted_at IS NOT NULL)", name=op.f("ck_suppressions_lifted")),
        sa.CheckConstraint("status IN ('in_force', 'lifted')", name=op.f("ck_suppressions_status")),
        sa.CheckConstraint("reason IN ('sms', 'web', 'staff', 'provider')", name=op.f("ck_suppressions_reason")),
    )
    op.create_index(
        "uq_suppressions_one_in_force",
        "suppressions",
        ["phone"],
        unique=True,
        postgresql_where="status = 'in_force'",
    )


def _calls() -> None:
    op.create_table(
        "call_claims",
        _id(),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        _moment("until_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_claims")),
        sa.UniqueConstraint("phone", name="uq_call_claims_phone"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_call_claims_staff_id_staff")),
    )
    op.create_index(op.f("ix_call_claims_staff_id"), "call_claims", ["staff_id"])
    op.create_table(
        "call_records",
        _id(),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(40), nullable=False),
        _moment("called_at"),
        _moment("again_at", nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_records")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_call_records_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_call_records_staff_id_staff")),
        sa.CheckConstraint(f"matter IN ({MATTERS})", name=op.f("ck_call_records_matter")),
        sa.CheckConstraint(f"result IN ({RESULTS})", name=op.f("ck_call_records_result")),
    )
    op.create_index("ix_call_records_matter", "call_records", ["matter", "subject_id", "id"])
    op.create_index(op.f("ix_call_records_application_id"), "call_records", ["application_id"])
    op.create_index(op.f("ix_call_records_staff_id"), "call_records", ["staff_id"])


def _number_marks(marks: str) -> None:
    op.drop_constraint(op.f("ck_number_marks_mark"), "number_marks", type_="check")
    op.create_check_constraint(op.f("ck_number_marks_mark"), "number_marks", f"mark IN ({marks})")


def downgrade() -> None:
    """Forget what came back, but for the numbers that a carrier told us of."""
    _number_marks("'no_sms', 'invalid', 'opted_out'")
    op.execute(
        "INSERT INTO number_marks (phone, mark, code, marked_at) SELECT phone, 'opted_out', '21610', since_at "
        "FROM suppressions WHERE status = 'in_force' AND reason = 'provider' ON CONFLICT DO NOTHING"
    )
    op.drop_table("call_records")
    op.drop_table("call_claims")
    op.drop_table("suppressions")
    op.drop_table("inbound_messages")
    op.drop_table("open_questions")
