"""HTTP on one side, the api and the accounts on the other. No rules here: a route reads, asks and answers.

`build_app` makes the application; `bodies` reads and writes, `problems` refuses, `edge` is around it all, `openapi`
describes what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import FastAPI, Request
from msgspec import Struct
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from app.store.engine import reading
from sync.protocol.api import problem
from sync.protocol.messages import Enrol, Pull, Push, Refresh, Rescue, SignIn
from sync.protocol.version import PROTOCOL
from sync.server import bodies, openapi, problems, schema
from sync.server.accounts import Accounts, Caller
from sync.server.addresses import Network, source
from sync.server.api import ServerApi
from sync.server.edge import Edge
from sync.server.tables import clock
from sync.server.waiting import Waiting

NDJSON = "application/x-ndjson"


class Health(Struct, frozen=True):
    """That the server and its database answer. `retried` and `deadlocks` count since the process started."""

    status: str
    version: str
    protocol: int
    database: str
    schema: str | None
    position: int
    retried: int
    deadlocks: int


def build_app(
    api: ServerApi,
    accounts: Accounts,
    *,
    version: str,
    entropy: Callable[[int], bytes],
    trusted: Sequence[Network] = (),
) -> FastAPI:
    """The application. `entropy` makes request numbers, `version` is this program's; `trusted` are the proxies whose
    X-Forwarded-For is believed. Whoever ends the process calls
    `app.state.waiting.close()`, so that nobody is waited for."""
    app = FastAPI(
        title="Trunkline",
        version=version,
        summary="Sync server of an offline-first field-sales application",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(Edge, entropy=entropy)
    problems.install(app)
    _accounts(app, accounts, trusted)
    waiting = app.state.waiting = Waiting(api)
    _sync(app, api, accounts, waiting)
    _about(app, api, version)
    openapi.describe(app, Health)
    return app


def _accounts(app: FastAPI, accounts: Accounts, trusted: Sequence[Network]) -> None:
    def address(request: Request) -> str:
        peer = request.client.host if request.client else ""
        return source(peer, request.headers.getlist("x-forwarded-for"), trusted)

    @app.post("/auth/sign-in", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        body = await bodies.read(request, SignIn, bodies.OTHER_BODY)
        return bodies.answer(await run_in_threadpool(accounts.sign_in, body, address(request)))

    @app.post("/auth/refresh", include_in_schema=False)
    async def refresh(request: Request) -> Response:
        body = await bodies.read(request, Refresh, bodies.OTHER_BODY)
        return bodies.answer(await run_in_threadpool(accounts.refresh, body, address(request)))

    @app.post("/auth/sign-out", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        caller = await _caller(request, accounts)
        await run_in_threadpool(accounts.sign_out, caller)
        return Response(status_code=204)


def _sync(app: FastAPI, api: ServerApi, accounts: Accounts, waiting: Waiting) -> None:
    @app.post("/sync/v1/enrol", include_in_schema=False)
    async def enrol(request: Request) -> Response:
        caller = await _caller(request, accounts)
        body = await bodies.read(request, Enrol, bodies.OTHER_BODY)
        return bodies.answer(await run_in_threadpool(accounts.enrol, caller, body))

    @app.post("/sync/v1/push", include_in_schema=False)
    async def push(request: Request) -> Response:
        caller = await _caller(request, accounts)
        body = await bodies.read(request, Push, bodies.PUSH_BODY)
        answer = await run_in_threadpool(api.push, caller, body)
        waiting.nudge()
        return bodies.answer(answer)

    @app.post("/sync/v1/rescue", include_in_schema=False)
    async def rescue(request: Request) -> Response:
        token = _token(request)
        caller = await run_in_threadpool(accounts.identify, token)
        request.state.user, request.state.device = caller.user_id, caller.device_id
        body = await bodies.read(request, Rescue, bodies.PUSH_BODY)
        return bodies.answer(await run_in_threadpool(api.rescue, caller, body))

    @app.post("/sync/v1/pull", include_in_schema=False)
    async def pull(request: Request) -> Response:
        caller = await _caller(request, accounts)
        body = await bodies.read(request, Pull, bodies.OTHER_BODY)
        page = await waiting.pull(
            caller,
            body,
            again=lambda: accounts.authenticate(_token(request)),
            gone=lambda: _gone(request),
        )
        accepted = request.headers.get("accept-encoding", "")
        content, headers = await run_in_threadpool(bodies.packed, page, accepted)
        return Response(content, headers=headers, media_type=NDJSON)


async def _gone(request: Request) -> None:
    """Returns when the client has closed the connection; the body has been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _about(app: FastAPI, api: ServerApi, version: str) -> None:
    @app.get("/health", include_in_schema=False)
    async def health() -> Response:
        def look() -> Health:
            with reading(api.engine) as connection:
                position = connection.execute(select(clock.c.position).where(clock.c.id == 1)).scalar_one()
            return Health(
                status="ok",
                version=version,
                protocol=PROTOCOL,
                database=api.engine.dialect.name,
                schema=schema.current(api.engine),
                position=position,
                retried=api.tally.retried,
                deadlocks=api.tally.deadlocks,
            )

        return bodies.answer(await run_in_threadpool(look))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(
            openapi.page(app.openapi()), headers={"Content-Security-Policy": openapi.PAGE_POLICY}
        )


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise problem(401, "token_missing", "This needs an access token", "Authorization: Bearer …")
    return token.strip()


async def _caller(request: Request, accounts: Accounts) -> Caller:
    """Who is asking. Raises ApiProblem 401 token_missing and what `authenticate` raises."""
    caller = await run_in_threadpool(accounts.authenticate, _token(request))
    request.state.user, request.state.device = caller.user_id, caller.device_id
    return caller
