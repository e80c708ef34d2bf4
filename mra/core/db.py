"""The database handle, the declarative base, and the column kinds that the models share."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Enum, Identity, MetaData, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]


class Base(DeclarativeBase):
    """All tables. Names of constraints are part of the language: see NAMING."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: BigInteger, dict[str, Any]: JSONB}


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)

# From so many new rows on it is worth asking for their ids first.
MANY = 100


def add_all(rows: Sequence[Any]) -> None:
    """Add new rows of one table to the session. Many of them get their ids now, all in one statement: they are then
    written without being read back, which takes a third of the time.
    """
    if len(rows) >= MANY:
        sequence = func.pg_get_serial_sequence(type(rows[0]).__tablename__, "id")
        ids = select(func.nextval(sequence)).select_from(func.generate_series(1, len(rows)))
        for row, id_ in zip(rows, db.session.scalars(ids).all(), strict=True):
            row.id = id_
    db.session.add_all(rows)


def words_of(kind: type[StrEnum], name: str) -> Enum:
    """A text column that holds one of the enum's values, held to them by a CHECK named after `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        length=40,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )
