"""The outermost layer: every request gets a number, a log line and safe headers, and nothing leaks from a bug."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.server import logs, problems

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_CLIENT_LEFT = 499  # nginx's number for it; nobody receives it


class Edge:
    """ASGI middleware. A proxy's X-Request-Id is taken over when it looks like one."""

    def __init__(self, app: ASGIApp, entropy: Callable[[int], bytes]) -> None:
        self.app = app
        self.entropy = entropy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def outwards(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                headers["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self.app(scope, receive, outwards)
            except ClientDisconnect:
                status = _CLIENT_LEFT
            except Exception:
                logs.requests.exception("a request failed")
                if status:
                    raise  # the answer is on its way already; uvicorn cuts the connection
                await problems.internal(request_id)(scope, receive, outwards)
            finally:
                logs.requests.info(
                    "request",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    ms=round((time.perf_counter() - started) * 1000, 1),
                    user=state.get("user"),
                    device=state.get("device"),
                )

    def _request_id(self, scope: Scope) -> str:
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
                return str(value.decode("ascii"))
        return self.entropy(8).hex()
