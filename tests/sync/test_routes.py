"""HTTP: what each route takes and gives, its headers and its description, and that no secret reaches a log."""

from __future__ import annotations

import gzip
import json
import logging
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import structlog
from fastapi.openapi.models import OpenAPI
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError

from sync.protocol.messages import (
    Cursor,
    Enrol,
    Problem,
    Pull,
    Push,
    Refresh,
    SignIn,
    Tokens,
    encode,
)
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import read_page
from sync.server import bodies
from sync.server.pull import COLUMNS

PASSWORD = "correct horse battery"


on_both = pytest.mark.parametrize(
    "server_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def server_url(request: pytest.FixtureRequest) -> str:
    """HTTP does not care for the engine: SQLite, but where a test says `on_both`."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))


# -- the conversation -------------------------------------------------------------------------------------


@on_both
def test_a_tablet_signs_in_enrols_pulls_refreshes_and_signs_out(client: Any) -> None:
    tokens = client.sign_in()
    enrolled = client.post(
        "/sync/v1/enrol", content=encode(Enrol("tablet-1", "Blue")), headers=client.bearer(tokens)
    )
    assert enrolled.json() == {
        "device_id": "tablet-1", "stream": "tablet-1.1", "letter": "A", "next_seq": 1,
        "user": json.loads(encode(tokens.user)),
    }  # fmt: skip

    pulled = client.post(
        "/sync/v1/pull", content=encode(Pull(PROTOCOL, Cursor(), [])), headers=client.bearer(tokens)
    )
    assert pulled.headers["content-type"] == "application/x-ndjson"
    assert [one.bucket for one in read_page(pulled.content, COLUMNS).add][:1] == ["dev:tablet-1"]

    pushed = client.post(
        "/sync/v1/push", content=encode(Push(PROTOCOL, "tablet-1.1", [])), headers=client.bearer(tokens)
    )
    assert pushed.json()["last_seq"] == 0

    renewed = client.post("/auth/refresh", content=encode(Refresh(tokens.refresh)))
    again = msgspec.json.decode(renewed.content, type=Tokens)
    assert client.post("/auth/sign-out", headers=client.bearer(again)).status_code == 204
    late = client.post(
        "/sync/v1/push", content=encode(Push(PROTOCOL, "tablet-1.1", [])), headers=client.bearer(again)
    )
    assert client.problem(late).code == "token_invalid"


@on_both
def test_health_tells_the_state_of_the_house(client: Any, server_engine: Engine) -> None:
    answer = client.get("/health")

    found = answer.json()
    assert (found["status"], found["version"], found["schema"]) == ("ok", "1.2.3", "0005")
    assert found["database"] == server_engine.dialect.name
    assert found["position"] > 0


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("br, gzip;q=0.5", "gzip"), ("*", "gzip"), ("gzip;q=0", None), ("identity", None)],
)
def test_a_page_is_packed_for_those_who_can_read_it(app: Any, accepted: str, encoding: str | None) -> None:
    page = b'{"t":"hello"}\n' * 200

    content, headers = bodies.packed(page, accepted)

    assert headers.get("Content-Encoding") == encoding
    assert (gzip.decompress(content) if encoding else content) == page


# -- headers, logs, description ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json", "/nowhere"])
def test_every_answer_carries_safe_headers(client: Any, path: str) -> None:
    headers = client.get(path).headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert len(headers["x-request-id"]) == 16


def test_a_proxys_request_number_is_kept_when_it_looks_like_one(client: Any) -> None:
    kept = client.get("/health", headers={"X-Request-Id": "abcdef0123456789"})
    forged = client.get("/health", headers={"X-Request-Id": "x\u00e9 {evil}"})

    assert kept.headers["x-request-id"] == "abcdef0123456789"
    assert forged.headers["x-request-id"] != "x\u00e9 {evil}"


def test_logs_tell_who_did_what_and_no_secret(client: Any, lines: Any) -> None:
    tokens = client.sign_in()
    client.post("/auth/sign-in", content=encode(SignIn("mia", "wrong-password", "tablet-1")))
    renewed = msgspec.json.decode(
        client.post("/auth/refresh", content=encode(Refresh(tokens.refresh))).content, type=Tokens
    )
    client.post("/sync/v1/push", content=b'{"secret-body": 1}', headers=client.bearer(renewed))
    client.get("/health?password=in-the-query")

    text = lines.until('"path": "/health"')
    secrets = [PASSWORD, "wrong-password", "secret-body", "in-the-query", tokens.access, tokens.refresh]
    assert not [one for one in (*secrets, renewed.access, renewed.refresh) if one in text]
    told = [json.loads(line) for line in text.splitlines()]
    ours = [one for one in told if one["message"] == "request"]
    assert [(one["method"], one["path"], one["status"]) for one in ours] == [
        ("POST", "/auth/sign-in", 200),
        ("POST", "/auth/sign-in", 401),
        ("POST", "/auth/refresh", 200),
        ("POST", "/sync/v1/push", 422),
        ("GET", "/health", 200),
    ]
    assert (ours[3]["user"], ours[3]["device"]) == (tokens.user.id, "tablet-1")
    assert all(one["ms"] >= 0 and one["request"] for one in ours)


def test_whatever_is_logged_by_a_secrets_name_or_form_does_not_leave(lines: Any) -> None:
    engine = create_engine("sqlite://")
    parameter = f"row-{1}"  # not in the source, which a traceback shows
    structlog.get_logger("test").info("x", password="p-1", nested={"Refresh": "r-1", "list": ["Bearer b-1"]})
    logging.getLogger("other").warning("header was %s", "Authorization: Bearer b-2")
    logging.getLogger("other").warning("url postgresql://trunkline:pg-1@db/x")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT nothing WHERE x = ?", (parameter,))
    except OperationalError:
        logging.getLogger("other").exception("failed")
    engine.dispose()

    text = lines.getvalue()

    assert not [one for one in ("p-1", "r-1", "b-1", "b-2", "pg-1", parameter) if one in text]
    assert "SELECT nothing" in text


def test_the_description_is_valid_and_complete(client: Any, app: Any) -> None:
    document = client.get("/openapi.json").json()

    OpenAPI.model_validate(document)
    described = {(path, verb.upper()) for path, verbs in document["paths"].items() for verb in verbs}
    served = {
        (route.path, verb)
        for route in app.routes
        for verb in route.methods - {"HEAD"}
        if route.path != "/openapi.json"
    }
    assert described == served
    names = [op["operationId"] for verbs in document["paths"].values() for op in verbs.values()]
    assert len(set(names)) == len(names)
    for ref in references(document):
        target: Any = document
        for part in ref.removeprefix("#/").split("/"):
            target = target[part]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_problem_a_route_gives_is_in_its_description(client: Any) -> None:
    """Codes that appear in the server's source are listed on the page."""
    page = client.get("/docs").text
    sources = Path(bodies.__file__).parent.glob("*.py")
    codes = {code for one in sources for code in re.findall(r'problem\(\s*\d+,\s*"(\w+)"', one.read_text())}

    assert {code for code in codes if code not in page} == set()
    assert len(codes) > 15


def test_the_page_needs_nothing_from_elsewhere(client: Any) -> None:
    answer = client.get("/docs")

    assert answer.headers["content-type"].startswith("text/html")
    assert "http" not in answer.text.replace("RFC 9457", "").replace("HTTP", "")
    assert "<script" not in answer.text
    for path in ("/auth/sign-in", "/sync/v1/pull", "PushAnswer"):
        assert path in answer.text


# -- the wire ---------------------------------------------------------------------------------------------


def test_a_body_that_never_ends_is_cut_off(base: str) -> None:
    """Without a Content-Length, chunk after chunk: the server answers and hangs up."""
    host, port = base.removeprefix("http://").split(":")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall(b"POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        sent = 0
        with suppress(BrokenPipeError, ConnectionResetError):  # the hanging up that is hoped for
            while sent < 64 * 1024 * 1024:
                wire.sendall(chunk)
                sent += len(chunk)

    assert sent < 16 * 1024 * 1024


def test_what_is_no_http_gets_problem_details(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(4096), b""))

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert msgspec.json.decode(body, type=Problem).code == "bad_request"


def test_a_client_that_leaves_in_the_middle_harms_nobody(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    for _ in range(5):
        with socket.create_connection((host, int(port)), timeout=20) as wire:
            wire.sendall(b"POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{")

    assert requests.get(f"{base}/health", timeout=20).json()["status"] == "ok"


@on_both
def test_many_at_once(base: str) -> None:
    def one(number: int) -> int:
        with requests.Session() as session:
            body = encode(SignIn("mia", PASSWORD, f"tablet-{number}"))
            tokens = session.post(f"{base}/auth/sign-in", data=body, timeout=60).json()
            headers = {"Authorization": f"Bearer {tokens['access']}"}
            enrol = encode(Enrol(f"tablet-{number}", "x"))
            return session.post(f"{base}/sync/v1/enrol", data=enrol, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(one, range(24))) == {200}
