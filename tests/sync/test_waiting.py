"""Pulls that wait: what ends a wait, what does not, and that a wait holds no connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import Engine, event

from app.store.tables import KINDS
from sync.protocol.messages import Cursor, Enrol, Pull, Push, encode
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import Page, read_page
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS

on_both = pytest.mark.parametrize(
    "server_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def server_url(request: pytest.FixtureRequest) -> str:
    """HTTP does not care for the engine: SQLite, but where a test says `on_both`."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))


class Tablet:
    """A device over HTTP that holds all it may and has read all there is, and asks for what comes next."""

    def __init__(self, client: Any, device: str) -> None:
        self.client, self.device = client, device
        self.tokens = client.sign_in(device)
        self.bearer = client.bearer(self.tokens)
        client.post("/sync/v1/enrol", content=encode(Enrol(device, "Blue")), headers=self.bearer)
        first = self.pull(Pull(PROTOCOL, Cursor(), []))
        self.request = Pull(PROTOCOL, first.cursor, [one.bucket for one in first.add], wait=25)

    def ask(self, request: Pull) -> Any:
        return self.client.post("/sync/v1/pull", content=encode(request), headers=self.bearer)

    def pull(self, request: Pull) -> Page:
        answer = self.ask(request)
        assert answer.status_code == 200, answer.text
        return read_page(answer.content, COLUMNS)


class Room:
    """Who waits at the server."""

    def __init__(self, client: Any, app: Any, threads: ThreadPoolExecutor) -> None:
        self.client, self.waiting, self.threads = client, app.state.waiting, threads
        self.tablet = Tablet(client, "tablet-1")

    def until(self, count: int) -> None:
        """Until as many wait; asking the server for its health is what passes the time."""
        for _ in range(2_000):
            if self.waiting.count == count:
                return
            self.client.get("/health")
        raise AssertionError(f"{self.waiting.count} wait, not {count}")

    def until_idle(self) -> None:
        while not self.waiting.idle:
            self.client.get("/health")

    def wait(self, tablet: Tablet | None = None, **changes: Any) -> Future[Any]:
        """The answer to come of a pull that waits by now."""
        tablet = tablet or self.tablet
        before = self.waiting.count
        answer = self.threads.submit(tablet.ask, structs.replace(tablet.request, **changes))
        self.until(before + 1)
        return answer


@pytest.fixture
def room(client: Any, app: Any) -> Iterator[Room]:
    with ThreadPoolExecutor(8) as threads:
        made = Room(client, app, threads)
        yield made
        made.waiting.close()
        made.until_idle()


def page_of(answer: Future[Any]) -> Page:
    found = answer.result(60)
    assert found.status_code == 200, found.text
    return read_page(found.content, COLUMNS)


def empty(page: Page) -> bool:
    return not (page.add or page.drop or page.rows or page.gone or page.more)


def territory(engine: Engine, row_id: str) -> None:
    with unit_of_work(engine) as work:
        work.put(
            "territory", [{"id": row_id, "name": row_id, "country": "US", "region": "", "origin": "demo"}]
        )


def _of(kind: str, row_id: str, **values: Any) -> dict[str, Any]:
    """A row with nothing in it but what is said."""
    columns = KINDS[kind].table.columns
    filled = {
        column.name: 0 if column.type.python_type is int else "" for column in columns if not column.nullable
    }
    return {**dict.fromkeys(columns.keys()), **filled, "id": row_id, **values}


@on_both
def test_a_commit_that_concerns_the_waiter_ends_its_wait_with_the_rows(
    room: Room, server_engine: Engine
) -> None:
    answer = room.wait()

    territory(server_engine, "t-9")

    page = page_of(answer)
    assert [row["id"] for kind, row in page.rows if kind == "territory"] == ["t-9"]
    assert page.cursor.position == room.tablet.request.cursor.position + 1


def test_what_is_new_already_is_not_waited_with(room: Room, server_engine: Engine) -> None:
    territory(server_engine, "t-9")

    page = room.tablet.pull(room.tablet.request)

    assert [row["id"] for _, row in page.rows] == ["t-9"]


@on_both
def test_a_commit_that_concerns_others_reads_no_page(
    room: Room, server_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = room.wait(wait=1)
    pages = []
    original = type(room.waiting.api).page
    monkeypatch.setattr(
        type(room.waiting.api), "page", lambda self, *asked: pages.append(asked) or original(self, *asked)
    )

    with unit_of_work(server_engine) as work:
        work.put("commission_plan", [_of("commission_plan", "plan", rep_id="somebody-else")])

    page = page_of(answer)
    assert empty(page)
    assert page.cursor == room.tablet.request.cursor
    assert pages == []


def test_a_new_contract_that_reaches_the_waiter_is_granted_at_once(room: Room, server_engine: Engine) -> None:
    with unit_of_work(server_engine) as work:
        work.put("account", [_of("account", "a1", territory_id="t-1")])
    room.tablet.request = structs.replace(
        room.tablet.request, cursor=room.tablet.pull(room.tablet.request).cursor
    )
    answer = room.wait()

    with unit_of_work(server_engine) as work:
        work.put("contract", [_of("contract", "c-1", holder_id="a1")])

    assert [one.bucket for one in page_of(answer).add] == ["ctr:c-1"]


def test_when_the_time_is_over_the_answer_is_whole_and_empty(room: Room) -> None:
    page = page_of(room.wait(wait=1))

    assert empty(page)
    assert page.cursor == room.tablet.request.cursor


def test_a_newer_pull_of_the_device_ends_its_older_wait(room: Room) -> None:
    older = room.wait()

    room.tablet.pull(structs.replace(room.tablet.request, wait=0))

    assert empty(page_of(older))


def test_another_device_does_not_end_it(room: Room) -> None:
    answer = room.wait()

    other = Tablet(room.client, "tablet-2")
    other.pull(structs.replace(other.request, wait=0))

    assert room.waiting.count == 1
    room.waiting.close()
    assert empty(page_of(answer))


def test_a_revoked_device_gets_no_row_of_the_commit_that_wakes_it(room: Room, accounts: Any) -> None:
    answer = room.wait()

    accounts.revoke_device("tablet-1")

    assert room.client.problem(answer.result(60)).code == "device_revoked"


def test_a_client_that_leaves_ends_its_wait(room: Room, base: str) -> None:
    content = encode(room.tablet.request)
    host, _, port = base.removeprefix("http://").partition(":")
    head = f"POST /sync/v1/pull HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(content)}\r\n"
    head += f"Authorization: {room.tablet.bearer['Authorization']}\r\n\r\n"
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + content)
        room.until(1)

    room.until(0)


def test_the_end_of_the_process_answers_everybody_and_lets_nobody_wait(room: Room) -> None:
    answer = room.wait()

    room.waiting.close()

    assert empty(page_of(answer))
    assert empty(room.tablet.pull(room.tablet.request))


@on_both
def test_who_waits_holds_no_connection(room: Room, server_engine: Engine) -> None:
    out: list[int] = []
    event.listen(server_engine, "checkout", lambda *_: out.append(1))
    event.listen(server_engine, "checkin", lambda *_: out.append(-1))
    answers = [room.wait(Tablet(room.client, f"tablet-{n}")) for n in range(2, 5)]

    room.waiting.close()

    assert [empty(page_of(one)) for one in answers] == [True] * 3
    room.until_idle()
    assert sum(out) == 0


def test_a_push_to_this_process_is_not_waited_for_until_the_next_look(
    room: Room, server_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.waiting.LOOK_SECONDS", 1_000.0)
    answer = room.wait()
    territory(server_engine, "t-9")

    pushed = room.client.post(
        "/sync/v1/push", content=encode(Push(PROTOCOL, "tablet-1.1", [])), headers=room.tablet.bearer
    )

    assert pushed.status_code == 200
    assert [row["id"] for _, row in page_of(answer).rows] == ["t-9"]
