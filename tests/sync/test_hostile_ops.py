"""A buggy or malicious tablet: it may harm its own stream for a while, and nobody else at all (laws 5, 6, 13)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy.exc import OperationalError

from app.domain.codec import encode
from app.store.engine import reading
from app.workspace import syncing
from sync.protocol.api import ApiProblem
from sync.protocol.messages import Cursor, OpEnvelope, Pull, Push
from sync.protocol.wire import read_page
from sync.server import api as server_api, apply, verify
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS

NOISE = "".join(chr(0x4E00 + (n * n * 7919 + n * 104729) % 20_000) for n in range(900))  # does not compress


def envelope(seq: int, command: Any) -> OpEnvelope:
    return OpEnvelope(command.op_id, seq, encode(command).decode(), [])


def push(tablet: Any, *ops: OpEnvelope) -> list[str]:
    return [one.outcome for one in tablet.api.push(Push(1, tablet.api.caller.stream, list(ops))).answers]


@pytest.mark.parametrize("name", ["A\x00B", "A\ud800B"], ids=["nul", "surrogate"])
def test_an_op_whose_type_cannot_be_stored_is_parked_and_the_next_goes_on(world: Any, name: str) -> None:
    rep = world.tablet("rep")
    odd = OpEnvelope("id-x", 1, json.dumps({"type": name, "v": 1}), [])

    assert push(rep, odd, envelope(2, rep.sale())) == ["parked", "applied"]
    assert world.one("SELECT payload FROM op_log WHERE op_id='id-x'") == odd.payload


def test_an_id_too_long_for_an_index_or_a_resume_key_is_parked_and_the_next_goes_on(world: Any) -> None:
    rep = world.tablet("rep")
    sale = replace(rep.sale(), sale_id=NOISE)

    assert push(rep, envelope(1, sale), envelope(2, rep.sale())) == ["parked", "applied"]
    assert world.one("SELECT count(*) FROM feed WHERE length(row_id) > 512") == 0


def test_what_came_before_a_forked_op_stands(world: Any) -> None:
    rep = world.tablet("rep")
    first, second = envelope(1, rep.sale(qty=1)), envelope(2, rep.sale(qty=2))
    forked = OpEnvelope(first.op_id, 3, first.payload.replace('"qty":1', '"qty":3'), [])

    for _ in range(2):
        with pytest.raises(ApiProblem) as caught:
            push(rep, first, second, forked)
        assert caught.value.problem.code == "op_taken"

    assert world.one("SELECT last_seq FROM device") == 2
    assert world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 7


def test_a_device_revoked_after_it_came_in_writes_nothing(world: Any) -> None:
    rep = world.tablet("rep")
    sale = envelope(1, rep.sale())
    with unit_of_work(world.engine) as work:
        [row] = world.rows("SELECT id, user_id, name, letter, stream, last_seq, enrolled_at FROM device")
        work.put("device", [{**dict(zip(COLUMNS["device"], row, strict=False)), "revoked_at": "now"}])

    with pytest.raises(ApiProblem) as caught:
        push(rep, sale)

    assert (caught.value.problem.status, caught.value.problem.code) == (403, "device_revoked")
    assert world.one("SELECT count(*) FROM op_log") == 0


def test_a_device_that_is_not_enrolled_reads_nothing_not_even_under_anothers_name(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")

    class Stranger:
        user_id, device_id, stream = "rep2", rep.api.caller.device_id, None
        person = rep.api.caller.person

    with pytest.raises(ApiProblem) as caught:
        sqlite_world.server.pull(Stranger(), Pull(1, Cursor(), []))

    assert caught.value.problem.code == "stream_unknown"


@pytest.mark.parametrize("times", [12])
def test_no_sale_makes_an_accounts_sums_overflow(world: Any, times: int) -> None:
    rep = world.tablet("rep")
    huge = {"product_id": "p2", "lot_id": "", "qty": 1_000_000, "discount_bp": 0}
    for number in range(times):
        plain = envelope(number + 1, rep.sale())
        body = json.loads(plain.payload) | {"lines": [{**huge, "shown_price": 100_000_000_000}] * 920}
        assert push(rep, structs.replace(plain, payload=json.dumps(body))) == ["parked"]

    assert push(rep, envelope(times + 1, rep.sale())) == ["applied"]
    assert isinstance(world.one("SELECT open_orders FROM exposure WHERE id='a1'"), int)


def test_a_count_that_takes_more_than_there_is_opens_a_case(world: Any) -> None:
    rep = world.tablet("rep")

    assert push(rep, envelope(1, rep.count(0, 40))) == ["applied_exception"]

    assert world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == -30
    assert world.rows("SELECT code FROM exception_case") == [("stock_short",)]
    with reading(world.engine) as connection:
        assert [one for one in verify.differences(connection) if one.check == "negative"] == []


def test_a_page_never_grows_past_what_a_tablet_takes(
    sqlite_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = sqlite_world.tablet("rep")
    for number in range(20):
        sqlite_world.hold("a2" if number % 2 else "a1", reason=f"{number} " + "x" * 3_000)
        with unit_of_work(sqlite_world.engine) as work:
            work.put("policy", [{"id": f"p{number}", "value": '"' + "y" * 3_000 + '"', "origin": "test"}])
    monkeypatch.setattr(server_api, "MAX_PAGE_BYTES", 20_000)

    body = rep.api.pull(syncing.next_increment(rep.workspace))

    assert len(body) <= 20_000
    assert read_page(body, COLUMNS).more
    rep.sync()
    assert rep.one("SELECT count(*) FROM policy WHERE length(value) > 3000") == 20


@pytest.mark.parametrize("state", ["53100", "53200", "57P03", "08006", "25006", "58030"])
def test_a_database_in_trouble_parks_nothing(state: str) -> None:
    class Broken(Exception):
        sqlstate = state

    assert apply._passing(OperationalError("insert", {}, Broken("no room")))
