"""The interface both ends implement: the tablet over HTTP (sync.client.http_api), the server in person
(sync.server.api.BoundApi). So one conversation is written once, and tests need no network."""

from __future__ import annotations

from typing import Protocol

from sync.protocol.messages import (
    Enrol,
    Enrolled,
    Problem,
    Pull,
    Push,
    PushAnswer,
    Rescue,
    RescueAnswer,
)


class ApiProblem(Exception):
    """The server answered with problem details. `retry_after` in seconds where it said one."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail or problem.title}")
        self.problem = problem
        self.retry_after = retry_after


class Unreachable(Exception):
    """No answer of ours: no network, a time-out, a captive portal, a truncated page. Try again later."""


class SyncApi(Protocol):
    """The sync conversation. Every method raises ApiProblem or Unreachable."""

    def enrol(self, request: Enrol) -> Enrolled: ...

    def push(self, request: Push) -> PushAnswer: ...

    def pull(self, request: Pull) -> bytes:
        """A page as NDJSON bytes, for `wire.read_page`."""
        ...

    def rescue(self, request: Rescue) -> RescueAnswer: ...


def problem(
    status: int, code: str, title: str, detail: str = "", *, expected: int | None = None, order: str = ""
) -> ApiProblem:
    """An ApiProblem to raise."""
    return ApiProblem(
        Problem(title=title, status=status, code=code, detail=detail, expected=expected, order=order)
    )
