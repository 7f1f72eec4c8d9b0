"""Logs: one JSON object a line on stderr, with no secret in it.

`structlog` for our own lines, and the standard library's loggers through the same processors, so that uvicorn's and
SQLAlchemy's lines look alike. `redact` is the last gate: whatever somebody logs under a secret's name, or in the form
of a bearer token, does not leave. Exceptions are told without the parameters of SQL statements: they hold rows.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from sqlalchemy.exc import StatementError
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

SECRET_NAMES = frozenset(
    {
        "password",
        "passwd",
        "secret",
        "token",
        "access",
        "refresh",
        "authorization",
        "cookie",
        "body",
        "payload",
        "hash",
    }
)
_BEARER = re.compile(r"(?i)\bbearer\s+\S+")
_URL_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]+@")
_GONE = "[redacted]"

requests = structlog.get_logger("trunkline.requests")


def set_up(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send every log line of this process to `stream` (stderr when not given)."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        without_parameters,
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(sort_keys=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "alembic"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event without secrets, by name and by form, however deep."""
    return {name: _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if name.lower() in SECRET_NAMES:
        return _GONE
    if isinstance(value, str):
        return _URL_PASSWORD.sub(rf"\1:{_GONE}@", _BEARER.sub(f"Bearer {_GONE}", value))
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple) and not name.startswith("_"):
        return [_clean("", item) for item in value]
    return value


def without_parameters(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> EventDict:
    """Tell every SQL error in the event's exception to keep its statement's parameters to itself."""
    info: ExcInfo | bool | BaseException | None = event.get("exc_info")
    if info is True:
        error = sys.exc_info()[1]
    elif isinstance(info, tuple):
        error = info[1]
    else:
        error = info if isinstance(info, BaseException) else None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, StatementError):
            error.hide_parameters = True
        error = error.__cause__ or error.__context__
    return event
