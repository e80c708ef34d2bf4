"""One request, one transaction, committed here and nowhere else."""

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import DBAPIError, IntegrityError

from mra.core import files
from mra.core.db import db

from . import errors, queue

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Read the whole body before anything touches the database; settle the transaction after the view."""
    app.before_request(_read_body)
    app.after_request(settle)


def _read_body() -> None:
    # A phone in a shelter may need minutes to send its form. Until it is here, no connection may be held,
    # or forty such phones would stop everybody: so the body is read first, before the sign-in looks at the database.
    if request.method not in SAFE_METHODS:
        most = files.most_body_bytes(current_app.view_functions.get(request.endpoint or ""))
        if most is not None:
            request.max_content_length = most
        _ = request.form


def settle(response: Response) -> Response:
    """Commit an unsafe request that was answered below 400; roll everything else back."""
    if request.method in SAFE_METHODS or response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        db.session.commit()
    except (IntegrityError, DBAPIError) as fault:
        db.session.rollback()
        return errors.answer_database_fault(fault)
    queue.nudge(current_app)
    return response
