"""A thin slice of `make fuzz`, and that its judges would notice: each is shown a wrong answer."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import http_cases
import mutate
import server_messages
import tablet_answers
from house import house, quiet
from report import Report

from app.workspace import syncing
from sync.protocol.messages import BackfillAt, Cursor, Pull, decode
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import read_page
from sync.server.api import ServerApi
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS


def nothing(_line: str) -> None:
    return


@pytest.fixture
def server_thrower(tmp_path: Path) -> Iterator[Any]:
    with server_messages.throwing(tmp_path, 7, Report("server", nothing)) as made:
        yield made


@pytest.fixture
def tablet_thrower(tmp_path: Path) -> Iterator[Any]:
    with tablet_answers.throwing(tmp_path, 7, Report("tablet", nothing)) as made:
        yield made


def test_every_answer_is_as_the_interface_describes_it(tmp_path: Path) -> None:
    found = http_cases.play(tmp_path, 7, 200, nothing)

    assert (found["cases"], found["kinds"]) == (200, {})


def test_an_answer_that_is_not_as_described_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with quiet(), house(tmp_path, 7) as server:
        cases = http_cases.Cases(server, 7, nothing)
        monkeypatch.setattr(ServerApi, "rescue", lambda *_: {"kept": "all of it"})
        [rescue] = [one for one in cases.operations if one.path == "/sync/v1/rescue"]

        cases.batch(rescue, http_cases.GenerationMode.POSITIVE, 30, 1)

    assert {one.operation for one in cases.findings} == {"POST /sync/v1/rescue"}


def test_mutated_messages_do_the_server_no_harm(server_thrower: Any) -> None:
    for number in range(400):
        server_thrower.throw(number)

    assert server_thrower.report.result()["kinds"] == {}


def test_a_read_that_writes_is_found(server_thrower: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def writes(api: Any, *_asked: Any) -> bytes:
        with unit_of_work(api.engine) as work:
            work.put("policy", [{"id": "odd", "value": "1", "origin": "test"}])
        return b""

    monkeypatch.setattr(ServerApi, "pull", writes)
    for number in range(60):
        server_thrower.throw(number)

    assert "a pull wrote something" in server_thrower.report.findings
    assert "pull that decided nothing changed bucket_sum, clock, feed, history, policy" in (
        server_thrower.report.findings
    )


def test_mutated_answers_do_the_tablet_no_harm(tablet_thrower: Any) -> None:
    for number in range(300):
        tablet_thrower.throw(number)

    assert tablet_thrower.report.result()["kinds"] == {}


def test_an_answer_that_costs_a_saved_op_is_found(
    tablet_thrower: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgets(workspace: Any, *_asked: Any) -> None:
        with workspace.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM outbox")

    monkeypatch.setattr(syncing, "absorb_push", forgets)
    for number in range(150):
        tablet_thrower.throw(number)

    assert "push let in has touched saved ops" in tablet_thrower.report.findings


@pytest.mark.parametrize(
    "message", [b'{"a":[1,{"b":"c"}],"d":"{\\"e\\":1}"}', b"", b"\xff", b"[]", b'{"t":"hello"}\n{}']
)
def test_the_dice_decide_everything_and_a_mutation_never_fails(message: bytes) -> None:
    def broken(seed: int) -> tuple[bytes, bytes]:
        dice = random.Random(seed)
        return mutate.mutated(message, dice, [message]), mutate.mutated_page(message, dice, [message])

    made = [broken(seed) for seed in range(300)]

    assert made == [broken(seed) for seed in range(300)]
    assert len(set(made)) > 100


def test_a_resume_key_of_a_kind_nobody_knows_goes_on_with_the_next(server_thrower: Any) -> None:
    target = server_thrower.target
    at = BackfillAt("g:catalog", "lou", "x")

    page = read_page(
        target.server.api.pull(target.caller, Pull(PROTOCOL, Cursor(), ["g:catalog"], at)), COLUMNS
    )

    assert {kind for kind, _ in page.rows} == {"product"}
    only = Pull(PROTOCOL, Cursor(), ["g:catalog"], BackfillAt("g:catalog", "lou", "x", True))
    assert read_page(target.server.api.pull(target.caller, only), COLUMNS).rows == []


def test_what_is_nested_too_deeply_is_not_the_servers_answer() -> None:
    from sync.client.http_api import _decoded
    from sync.protocol.api import Unreachable
    from sync.protocol.messages import RescueAnswer

    with pytest.raises(Unreachable):
        _decoded(b'{"kept":[' + b"[" * 100_000, RescueAnswer)
    assert decode(b"[]") == []


def test_a_number_that_no_stream_reaches_is_not_the_servers_answer() -> None:
    from sync.client.http_api import _decoded
    from sync.protocol.api import Unreachable
    from sync.protocol.messages import Enrolled, PushAnswer, User, encode

    me = User("mia", "mia", "Mia Berg", "rep", "MI", ["north"])

    with pytest.raises(Unreachable):
        _decoded(encode(Enrolled("d", "d.2", "Z", 1 << 64, me)), Enrolled)
    with pytest.raises(Unreachable):
        _decoded(encode(PushAnswer(1 << 64, [], "")), PushAnswer)
