"""The server keeps the key, signs what was granted, and hands the public half to every tablet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from app.store import tables as t
from app.store.engine import reading
from app.store.envelopes import KEYS, envelope_fact
from app.store.rows import RowChange
from app.store.signatures import new_key
from sync.server.compose import opened
from sync.server.envelopes import keep_key, sign_granted
from sync.server.feed import unit_of_work
from sync.server.settings import resolve
from sync.server.tables import feed, signing_key


def envelope(row_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id, "holder": "rep", "granted_by": "boss", "body": f'{{"id":"{row_id}"}}', "key_id": "",
        "signature": "", "used_amount": 0, "used_count": 0, "revoked_on": None, "op_id": None, **changes,
    }  # fmt: skip


def grant(engine: Engine, *rows: dict[str, Any]) -> list[RowChange]:
    """What apply does with an op that granted these: write the rows, then sign them."""
    changes = [RowChange("envelope", row["id"], None, row) for row in rows]
    with unit_of_work(engine) as work:
        work.connection.execute(t.envelope.insert(), list(rows))
        signed = sign_granted(work.connection, changes)
        work.note([*changes, *signed])
    return signed


def keys(engine: Engine) -> dict[str, str]:
    with reading(engine) as connection:
        value = connection.execute(select(t.policy.c.value).where(t.policy.c.id == KEYS)).scalar_one()
    return dict(json.loads(value))


def held(engine: Engine, row_id: str) -> dict[str, Any]:
    with reading(engine) as connection:
        return dict(connection.execute(select(t.envelope).where(t.envelope.c.id == row_id)).mappings().one())


def position(engine: Engine, kind: str, row_id: str) -> int:
    with reading(engine) as connection:
        found = select(feed.c.position).where(feed.c.kind == kind, feed.c.row_id == row_id)
        return int(max(connection.execute(found).scalars()))


def keep(engine: Engine, dice: Any, clock: Any) -> str:
    with unit_of_work(engine) as work:
        return keep_key(work, entropy=dice, now=clock)


def test_a_grant_is_signed_by_the_servers_key(server_engine: Engine, dice: Any, clock: Any) -> None:
    made = keep(server_engine, dice, clock)

    [change] = grant(server_engine, envelope("e"))

    row = held(server_engine, "e")
    assert change.after == row
    assert row["key_id"] == made
    assert envelope_fact(row, keys(server_engine)).signed
    assert not envelope_fact({**row, "body": '{"id":"f"}'}, keys(server_engine)).signed


def test_the_key_is_made_once_and_only_its_public_half_travels(
    server_engine: Engine, dice: Any, clock: Any
) -> None:
    first = keep(server_engine, dice, clock)
    travelled = position(server_engine, "policy", KEYS)
    again = keep(server_engine, dice, clock)

    with reading(server_engine) as connection:
        [row] = connection.execute(select(signing_key)).mappings()
    assert first == again == row["id"]
    assert keys(server_engine) == {first: new_key(bytes.fromhex(row["private"])).public}
    assert row["created_at"] == clock().isoformat()
    assert position(server_engine, "policy", KEYS) == travelled  # nothing new to tell


def test_what_was_granted_before_there_was_a_key_is_signed_with_it(
    server_engine: Engine, dice: Any, clock: Any
) -> None:
    assert grant(server_engine, envelope("e"), envelope("f")) == []
    before = position(server_engine, "envelope", "e")
    assert held(server_engine, "e")["signature"] == ""

    keep(server_engine, dice, clock)

    assert all(envelope_fact(held(server_engine, one), keys(server_engine)).signed for one in ("e", "f"))
    assert position(server_engine, "envelope", "e") > before


def test_an_older_key_still_holds_and_the_newest_signs(server_engine: Engine, dice: Any, clock: Any) -> None:
    keep(server_engine, dice, clock)
    grant(server_engine, envelope("old"))
    newer = new_key(bytes(32))
    clock.forward(days=1)
    with unit_of_work(server_engine) as work:
        values = {"id": newer.id, "private": newer.private, "created_at": clock().isoformat()}
        work.connection.execute(signing_key.insert().values(values))

    assert keep(server_engine, dice, clock) == newer.id
    grant(server_engine, envelope("new"))

    assert held(server_engine, "new")["key_id"] == newer.id != held(server_engine, "old")["key_id"]
    assert all(envelope_fact(held(server_engine, one), keys(server_engine)).signed for one in ("old", "new"))


def test_a_policy_that_lost_the_keys_gets_them_back(server_engine: Engine, dice: Any, clock: Any) -> None:
    keep(server_engine, dice, clock)
    known = keys(server_engine)
    with unit_of_work(server_engine) as work:
        work.remove("policy", [KEYS])

    keep(server_engine, dice, clock)

    assert keys(server_engine) == known


def test_what_is_signed_already_or_is_no_envelope_is_left_alone(
    server_engine: Engine, dice: Any, clock: Any
) -> None:
    keep(server_engine, dice, clock)
    [signed] = grant(server_engine, envelope("e"))
    others = [
        RowChange("policy", "x", None, {"id": "x", "value": "1", "origin": "test"}),
        RowChange("envelope", "gone", {"signature": ""}, None),
        signed,
    ]

    with unit_of_work(server_engine) as work:
        assert sign_granted(work.connection, others) == []


def test_a_server_that_serves_has_a_key(tmp_path: Path) -> None:
    settings = resolve(tmp_path, None, create=True)

    with opened(settings, migrate=True) as server:
        server.app()
        first = keys(server.engine)
        server.app()

        assert len(first) == 1
        assert keys(server.engine) == first
        assert grant(server.engine, envelope("e"))[0].after == held(server.engine, "e")
