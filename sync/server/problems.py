"""Every refusal as RFC 9457 problem details: one body, one content type, a stable code."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy import exc as sql
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync.protocol.api import ApiProblem, problem
from sync.protocol.messages import Problem, encode

MEDIA_TYPE = "application/problem+json"
_AGAIN_IN = {429: 5.0, 503: 2.0}  # seconds to wait where the problem itself names none

# Codes that HTTP itself asks for; every other code is the api's or the accounts'.
_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported_encoding",
    422: "malformed",
}

log = structlog.get_logger(__name__)


def response(found: ApiProblem, headers: dict[str, str] | None = None) -> Response:
    """`found` as an HTTP answer."""
    status = found.problem.status
    headers = dict(headers or {})
    again = found.retry_after if found.retry_after is not None else _AGAIN_IN.get(status)
    if again is not None:
        headers["Retry-After"] = str(max(1, round(again)))
    if status in (408, 413):
        headers["Connection"] = (
            "close"  # the rest of the body is not read, so nothing else can follow on this one
        )
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="trunkline"'
    return Response(encode(found.problem), status, headers, MEDIA_TYPE)


def internal(request_id: str) -> Response:
    """The answer to a bug: nothing but the number under which the log tells more."""
    return response(problem(500, "internal", "Something went wrong here", f"request {request_id}"))


def install(app: FastAPI) -> None:
    """Answer what the routes do not catch."""
    app.add_exception_handler(ApiProblem, _api_problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    for passing in (sql.OperationalError, sql.InterfaceError, sql.TimeoutError):
        app.add_exception_handler(passing, _database_away)


def _api_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiProblem)
    return response(error)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code = _BY_STATUS.get(status, f"http_{status}")
    found = Problem(title=HTTPStatus(status).phrase, status=status, code=code)
    return response(ApiProblem(found), dict(error.headers or {}))


def _validation(_request: Request, _error: Exception) -> Response:
    return response(problem(422, "malformed", "The request cannot be understood"))


def _database_away(_request: Request, error: Exception) -> Response:
    """A bad day of the database, not a bug: the tablet tries again."""
    log.error("the database does not answer", error=type(error).__name__)
    return response(problem(503, "unavailable", "The database does not answer", "try again in a moment"))
