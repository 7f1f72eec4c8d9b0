"""A wiped tablet's unsent work, from the sealed file into the books (SYNC.md law 14)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from app.store import tables as t
from app.store.engine import reading, writing
from app.store.sealing import SEAL_KEY
from app.store.signatures import SealBroken, new_seal_key, open_sealed, seal
from app.workspace import sealing
from sync.server import parking
from sync.server.feed import unit_of_work
from sync.server.people import Refused
from sync.server.sealing import keep_seal_key, open_outbox
from sync.server.tables import seal_key

ONCE = bytes(range(32))


def keep(engine: Engine, dice: Any, clock: Any) -> str:
    with unit_of_work(engine) as work:
        return keep_seal_key(work, entropy=dice, now=clock)


def policy(engine: Engine) -> dict[str, str]:
    with reading(engine) as connection:
        value = connection.execute(select(t.policy.c.value).where(t.policy.c.id == SEAL_KEY)).scalar_one()
    return dict(json.loads(value))


def private(engine: Engine) -> bytes:
    with reading(engine) as connection:
        return bytes.fromhex(connection.execute(select(seal_key.c.private)).scalar_one())


@pytest.fixture
def sealed(world: Any, dice: Any, clock: Any, tmp_path: Path) -> Any:
    """A rep's tablet with two unsent sales, and the file they were sealed into."""
    keep(world.engine, dice, clock)
    rep = world.tablet("rep")
    for command in (rep.sale(), rep.sale(qty=1)):
        assert rep.workspace.perform(command, even_so=True).saved
    path = sealing.seal_outbox(rep.workspace, tmp_path, ONCE)
    assert path is not None
    return rep, path


def test_the_key_is_made_once_and_only_its_public_half_is_told(
    server_engine: Engine, dice: Any, clock: Any
) -> None:
    made = [keep(server_engine, dice, clock) for _ in range(2)]

    key = new_seal_key(private(server_engine))
    assert made == [key.id, key.id]
    assert policy(server_engine) == {"id": key.id, "public": key.public}


def test_unsent_work_of_a_wiped_tablet_is_applied_in_the_end(world: Any, sealed: Any, clock: Any) -> None:
    _rep, path = sealed
    blob = path.read_bytes()

    opened = [open_outbox(world.engine, blob, now=clock) for _ in range(2)]

    assert [len(one.kept) for one in opened] == [2, 2]
    with reading(world.engine) as connection:
        waiting = parking.waiting(connection)
    assert [(one.op_id, one.rescued) for one in waiting] == [(op_id, True) for op_id in opened[0].kept]
    assert world.one("SELECT count(*) FROM op_log") == 0
    outcomes = [parking.retry_parked(world.engine, one.op_id, now=clock) for one in waiting]
    assert outcomes == ["applied", "applied"]
    assert world.one("SELECT -sum(qty) FROM balance WHERE location_id = 'v:customer'") == -4
    assert open_outbox(world.engine, blob, now=clock).kept == opened[0].kept
    with reading(world.engine) as connection:
        assert parking.waiting(connection) == []


def test_the_file_is_not_readable_without_the_key_and_a_flipped_byte_is_refused(
    world: Any, sealed: Any, clock: Any
) -> None:
    _rep, path = sealed
    blob = path.read_bytes()

    assert b"op_id" not in blob
    with pytest.raises(SealBroken):
        open_outbox(world.engine, blob[:-1] + bytes([blob[-1] ^ 1]), now=clock)
    with writing(world.engine) as connection:
        connection.execute(seal_key.delete())
    with pytest.raises(Refused, match="does not have"):
        open_outbox(world.engine, blob, now=clock)
    assert world.one("SELECT count(*) FROM rescued") == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"identity": {"user_id": "boss", "device_id": "DEVICE"}}, "no device"),
        ({"identity": {"user_id": "rep", "device_id": "strange"}}, "no device"),
        ({"format": 2}, "newer program"),
        ({"ops": [{"op_id": 1}]}, "cannot be read"),
    ],
)
def test_what_was_sealed_by_a_stranger_is_refused(
    world: Any, sealed: Any, clock: Any, changes: dict[str, Any], says: str
) -> None:
    rep, path = sealed
    key = new_seal_key(private(world.engine))
    whole = json.loads(open_sealed(bytes.fromhex(key.private), path.read_bytes()))
    text_ = json.dumps(whole | changes).replace("DEVICE", rep.api.caller.device_id)

    with pytest.raises(Refused, match=says):
        open_outbox(world.engine, seal(bytes.fromhex(key.public), text_.encode(), ONCE), now=clock)
    assert world.one("SELECT count(*) FROM rescued") == 0


def test_the_command_says_what_is_wrong_with_a_file(sqlite_url: str, tmp_path: Path, here: Any) -> None:
    (tmp_path / "no.sealed").write_text("in the way")

    assert (
        "no sealed file" in here("rescue", "open", tmp_path / "no.sealed", "--data", tmp_path, code=2).stderr
    )
    assert "No such file" in here("rescue", "open", tmp_path / "none", "--data", tmp_path, code=2).stderr


def test_without_a_key_nothing_is_sealed(world: Any, tmp_path: Path) -> None:
    rep = world.tablet("rep")
    assert rep.workspace.perform(rep.sale(), even_so=True).saved

    assert sealing.seal_outbox(rep.workspace, tmp_path / "sealed", ONCE) is None
    assert not (tmp_path / "sealed").exists()


def test_a_seal_stands_until_something_else_is_saved(sealed: Any, tmp_path: Path) -> None:
    rep, path = sealed

    assert sealing.seal_outbox(rep.workspace, tmp_path, ONCE) == path
    path.unlink()
    again = sealing.seal_outbox(rep.workspace, tmp_path, ONCE)
    assert again is not None
    assert again.is_file()


def test_the_order_holds_until_the_device_is_accepted_again(world: Any) -> None:
    rep = world.tablet("rep")
    told = []
    for order in ("lock", "wipe", "what is this"):
        sealing.lock(rep.workspace, order)
        told.append(sealing.locked(rep.workspace))
    sealing.unlock(rep.workspace)

    assert [*told, sealing.locked(rep.workspace)] == ["lock", "wipe", "lock", ""]
