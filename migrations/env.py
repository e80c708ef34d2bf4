"""Alembic's environment: the application's engine, PostGIS's own tables left alone, waiting limited."""

from alembic import context
from flask import current_app
from geoalchemy2 import alembic_helpers
from sqlalchemy import text

from mra.core.db import Base

LOCK_TIMEOUT = "SET lock_timeout = '5s'"


def run() -> None:
    """Apply the migrations in one transaction."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            include_object=alembic_helpers.include_object,
            render_item=alembic_helpers.render_item,
            process_revision_directives=_only_real_changes,
        )
        with context.begin_transaction():
            connection.execute(text(LOCK_TIMEOUT))
            context.run_migrations()
        connection.commit()


def _only_real_changes(_context: object, _revision: object, directives: list) -> None:  # type: ignore[type-arg]
    """A revision without changes is not written."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives and directives[0].upgrade_ops.is_empty():
        directives[:] = []


run()
