"""The yardstick: a Flask handler that stores what it is sent in one INSERT and one COMMIT, and does nothing else."""

import os

import psycopg
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import make_url
from sqlalchemy.pool import QueuePool

TABLE = "CREATE TABLE IF NOT EXISTS bare_bodies (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)"
POOL_SIZE = 10


def create_app() -> Flask:
    """One handler; as many connections per process as the real application has."""
    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql").render_as_string(hide_password=False)
    pool = QueuePool(lambda: psycopg.connect(url), pool_size=POOL_SIZE, max_overflow=0, reset_on_return=None)  # type: ignore[arg-type]
    app = Flask("bare")

    @app.post("/bodies")
    def insert() -> ResponseReturnValue:
        body = request.get_data(as_text=True)
        lent = pool.connect()
        try:
            cursor = lent.cursor()
            cursor.execute("INSERT INTO bare_bodies (body) VALUES (%s)", (body,))
            lent.commit()
        finally:
            lent.close()
        return redirect("/", 303)

    @app.get("/healthz")
    def alive() -> ResponseReturnValue:
        return {"alive": True}

    return app
