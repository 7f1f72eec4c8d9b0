"""HTTP: every refusal is problem details with a stable code, and nothing that is sent is ever a bug."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from sync.protocol.messages import (
    OpEnvelope,
    Push,
    SignIn,
    encode,
)
from sync.protocol.version import MAX_PUSH_BYTES, MAX_PUSH_OPS, PROTOCOL
from sync.server import bodies
from sync.server.verify import verify

PASSWORD = "correct horse battery"


on_both = pytest.mark.parametrize(
    "server_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def server_url(request: pytest.FixtureRequest) -> str:
    """HTTP does not care for the engine: SQLite, but where a test says `on_both`."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))


ROUTES = ("/auth/sign-in", "/auth/refresh", "/sync/v1/enrol", "/sync/v1/push", "/sync/v1/pull")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nowhere", "not_found"),
        ("GET", "/sync/v1/push/", "not_found"),
        ("GET", "/sync/v1/push", "method_not_allowed"),
        ("DELETE", "/auth/sign-in", "method_not_allowed"),
        ("POST", "/health", "method_not_allowed"),
        ("BREW", "/health", "method_not_allowed"),
        ("POST", "/%00", "not_found"),
    ],
)
def test_what_is_not_there_is_a_problem_with_a_code(client: Any, method: str, path: str, code: str) -> None:
    answer = client.request(method, path)

    assert client.problem(answer).code == code
    assert answer.status_code == (405 if code == "method_not_allowed" else 404)


@pytest.mark.parametrize("path", ["/sync/v1/enrol", "/sync/v1/push", "/sync/v1/pull", "/auth/sign-out"])
@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("Bearer", "token_missing"),
        ("Basic bWlhOng=", "token_missing"),
        ("Bearer made-up", "token_invalid"),
        ("bearer \xff", "token_invalid"),
    ],
)
def test_without_a_token_nothing_is_read(client: Any, path: str, header: str | None, code: str) -> None:
    headers = {"Authorization": header.encode("latin-1")} if header else {}

    answer = client.post(path, content=b"{not json", headers=headers)

    assert (answer.status_code, client.problem(answer).code) == (401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b"\xff\xfe", "malformed"),
        (b"{}", "missing required field"),
        (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, "nested too deeply"),
    ],
)
def test_a_malformed_body_is_told_what_and_where(client: Any, path: str, body: bytes, says: str) -> None:
    answer = client.post(path, content=body, headers=client.bearer())

    found = client.problem(answer)
    assert (found.status, found.code) == (422, "malformed")
    assert says in found.detail


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"protocol": 1, "stream": "s", "ops": [{"op_id": "x", "seq": 0, "payload": "{}"}]}, "$.ops[0].seq"),
        (
            {"protocol": 1, "stream": "s", "ops": [{"op_id": "x", "seq": "1", "payload": "{}"}]},
            "$.ops[0].seq",
        ),
        ({"protocol": 1, "stream": "", "ops": []}, "$.stream"),
        ({"protocol": 1.5, "stream": "s", "ops": []}, "$.protocol"),
        ({"protocol": 1, "stream": "s", "ops": [{"op_id": "x", "seq": 1, "payload": "{}"}] * 201}, "$.ops"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(client: Any, body: dict[str, Any], where: str) -> None:
    answer = client.post("/sync/v1/push", content=json.dumps(body), headers=client.bearer())

    assert where in client.problem(answer).detail


@pytest.mark.parametrize("path", ROUTES)
def test_a_body_beyond_the_cap_is_refused_and_changes_nothing(
    client: Any, server_engine: Engine, path: str
) -> None:
    headers = client.bearer()
    before = client.get("/health").json()["position"]
    cap = bodies.PUSH_BODY if path.endswith("push") else bodies.OTHER_BODY

    answer = client.post(path, content=b"x" * (cap + 1), headers=headers)

    assert (answer.status_code, client.problem(answer).code) == (413, "too_large")
    assert client.get("/health").json()["position"] == before


def test_the_largest_push_that_is_allowed_fits_under_the_cap() -> None:
    """All payload bytes quotation marks, 200 ops, long ids: still no 413."""
    payload = '"' * (MAX_PUSH_BYTES // MAX_PUSH_OPS)
    ops = [OpEnvelope("x" * 128, 1 << 53, payload, ["y" * 36] * 50) for _ in range(MAX_PUSH_OPS)]

    assert len(encode(Push(PROTOCOL, "s" * 128, ops))) <= bodies.PUSH_BODY


def test_a_packed_request_is_refused(client: Any) -> None:
    answer = client.post("/auth/sign-in", content=gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"})

    assert (answer.status_code, client.problem(answer).code) == (415, "unsupported_encoding")


NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 1 << 53, 1 << 70, 1.5, 1e308, "", " ", "x", "\x00", "a\x00b", "\ud800", "😀" * 40, "x" * 129,
    "x" * 5_000, "'; DROP TABLE feed; --", "../../etc/passwd", "{}", "\u202e", [], [None], ["\x00"], {}, {"a": "\x00"},
    "tablet-1", "tablet-1.1", "g:catalog", "loc:v:supplier",
)  # fmt: skip

OP = {"op_id": "o1", "seq": 1, "payload": "{}", "needs": []}
SOUND: dict[str, dict[str, Any]] = {
    "/auth/sign-in": {"login": "mia", "password": PASSWORD, "device_id": "tablet-1"},
    "/auth/refresh": {"refresh": "x"},
    "/sync/v1/enrol": {"device_id": "tablet-1", "name": "Blue"},
    "/sync/v1/push": {"protocol": 1, "stream": "tablet-1.1", "ops": [OP]},
    "/sync/v1/pull": {
        "protocol": 1, "cursor": {"epoch": "", "position": 0}, "held": ["g:catalog"], "limit": 10,
        "backfill": {"bucket": "g:catalog", "kind": "", "row_id": ""},
    },
}  # fmt: skip


def mutations(value: Any) -> Iterator[Any]:
    """`value` with one part at a time replaced by something nasty."""
    yield from NASTY
    if isinstance(value, dict):
        for key, item in value.items():
            yield {name: other for name, other in value.items() if name != key}
            for changed in mutations(item):
                yield {**value, key: changed}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for changed in mutations(item):
                yield [*value[:index], changed, *value[index + 1 :]]


@on_both
@pytest.mark.slow
@pytest.mark.parametrize("path", ROUTES)
def test_no_body_however_nasty_is_a_bug(client: Any, path: str, server_engine: Engine) -> None:
    headers = client.bearer()
    client.post("/sync/v1/enrol", content=json.dumps(SOUND["/sync/v1/enrol"]), headers=headers)
    bugs = []

    for body in mutations(SOUND[path]):
        answer = client.post(path, content=json.dumps(body), headers=headers)
        if answer.status_code == 401:  # signed in again as somebody's mutation; this session has ended
            headers = client.bearer()
        if answer.status_code >= 500 or (
            answer.status_code >= 400 and answer.headers["content-type"] != "application/problem+json"
        ):
            bugs.append((body, answer.status_code, answer.text))

    assert bugs == []
    assert verify(server_engine) == []


def test_fields_of_a_newer_app_are_ignored(client: Any) -> None:
    body = {"login": "mia", "password": PASSWORD, "device_id": "tablet-1", "biometric": True}

    assert client.post("/auth/sign-in", content=json.dumps(body)).status_code == 200


def test_a_bug_leaks_nothing_and_can_be_found_by_its_number(
    client: Any, accounts: Any, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_asked: Any) -> None:
        raise KeyError("the combination of the safe")

    monkeypatch.setattr(accounts, "sign_in", broken)

    answer = client.post("/auth/sign-in", content=encode(SignIn("mia", PASSWORD, "t")))

    found = client.problem(answer)
    assert (found.status, found.code) == (500, "internal")
    assert "combination" not in answer.text
    assert "Traceback" not in answer.text
    number = answer.headers["x-request-id"]
    assert number in found.detail
    told = lines.until('"message": "request"')
    failed = [json.loads(line) for line in told.splitlines() if "KeyError" in line]
    assert [one["request"] for one in failed] == [number]


def test_a_database_that_is_away_is_a_bad_day_not_a_bug(
    client: Any, accounts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_asked: Any) -> None:
        raise OperationalError("SELECT password", {"login": "mia"}, Exception("server closed the connection"))

    monkeypatch.setattr(accounts, "sign_in", away)

    answer = client.post("/auth/sign-in", content=encode(SignIn("mia", PASSWORD, "t")))

    assert (answer.status_code, client.problem(answer).code) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert "closed" not in answer.text
