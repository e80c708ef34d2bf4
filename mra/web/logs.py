"""Logs: one JSON object a line with a request id; routes instead of addresses, since addresses hold private links."""

import logging
import sys
import time
import traceback
import uuid
from types import TracebackType

import structlog
from flask import Flask, Response, g, request

from mra.core.config import Settings

log = structlog.get_logger("mra.request")

Fault = tuple[type[BaseException], BaseException, TracebackType | None]


def trace_without_words(exc_info: Fault) -> str:
    """Where it went wrong and what kind of fault it was, with those that led to it, the first one first.

    Not what the faults say: a database quotes the row that it refuses, int() what a person typed.
    """
    told: list[str] = []
    one: BaseException | None = exc_info[1]
    while one is not None:
        told.insert(0, "".join(traceback.format_tb(one.__traceback__)) + type(one).__qualname__)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\n".join(told)


def configure(settings: Settings) -> None:
    """Send structlog and the standard library's logs through one JSON renderer to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.ExceptionRenderer(trace_without_words),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING if settings.environment == "test" else logging.INFO)


def init_app(app: Flask, settings: Settings) -> None:
    """Give each request an id, and log each answer once."""
    if settings.environment != "test":
        configure(settings)
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()
    g.request_id = uuid.uuid4().hex[:16]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint not in {"static", "health.alive"}:
        log.info(
            "answered",
            method=request.method,
            route=str(request.url_rule) if request.url_rule else "unknown",
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        )
    return response
