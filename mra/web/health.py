"""Whether the process lives, and whether it can work."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from mra.core.access import public
from mra.core.db import db

from .queue import redis_connection

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Database reachable and migrated, Redis reachable."""
    parts = {"database": False, "migrations": False, "redis": False}
    try:
        parts["migrations"] = is_migrated()
        parts["database"] = True
    except SQLAlchemyError:
        db.session.rollback()
    try:
        parts["redis"] = bool(redis_connection(current_app.extensions["mra"]).ping())
    except RedisError:
        parts["redis"] = False
    return jsonify(parts), 200 if all(parts.values()) else 503


def is_migrated() -> bool:
    """Whether the tables are in the form that this version of the code expects."""
    found = MigrationContext.configure(db.session.connection()).get_current_revision()
    return found == ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
