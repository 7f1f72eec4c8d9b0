"""The trunk's lease between tablets and the server: handed over, taken, moved when a tablet is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.commands import ReleaseCustody, TakeCustody

DAY = "2026-11-23"


@pytest.fixture
def two(sqlite_world: Any) -> Any:
    """A rep with two tablets; the first has sold from the trunk, so it holds it, and both know."""
    sqlite_world.first, sqlite_world.second = sqlite_world.tablet("rep"), sqlite_world.tablet("rep")
    assert sqlite_world.first.workspace.perform(sqlite_world.first.sale()).saved
    sqlite_world.first.sync()
    sqlite_world.second.sync()
    sqlite_world.trunk = sqlite_world.one("SELECT id FROM location WHERE holder IS NOT NULL")
    return sqlite_world


def at(world: Any) -> tuple[str, str]:
    return "--database", f"sqlite:///{Path(str(world.engine.url.database))}"


def asked(world: Any, kind: type, op_id: str) -> Any:
    return kind(op_id=op_id, actor="rep", business_date=DAY, location_id=world.trunk)


def holder(world: Any) -> str:
    return str(world.one(f"SELECT holder FROM location WHERE id = '{world.trunk}'"))


def test_who_sells_first_holds_the_trunk_and_the_other_tablet_is_told_so(two: Any) -> None:
    said = two.second.workspace.perform(two.second.sale())

    assert holder(two) == "dev-rep-0"
    assert not said.saved
    assert "not_holding_device" in {one.code for one in said.decision.findings}


def test_a_trunk_is_given_up_on_one_tablet_and_taken_on_the_other(two: Any) -> None:
    assert two.first.workspace.perform(asked(two, ReleaseCustody, "give")).saved
    assert not two.first.workspace.perform(two.first.sale()).saved
    two.first.sync()
    two.second.sync()
    assert two.second.workspace.perform(asked(two, TakeCustody, "take")).saved
    assert not two.second.workspace.perform(two.second.sale()).saved, "believed before the server said so"
    two.second.sync()

    assert holder(two) == "dev-rep-1"
    assert two.second.workspace.perform(two.second.sale()).saved
    two.second.sync()
    assert two.rows("SELECT id FROM exception_case") == []


def test_a_lost_tablets_trunk_is_moved_and_what_it_still_brings_is_a_case(two: Any, here: Any) -> None:
    move = ("lease", "move", two.trunk, "dev-rep-1", "--reason", "left in a taxi")
    refused = here(*move, *at(two), code=2)
    moved = here(*move, "--force", *at(two))
    late = two.first.sale()
    assert two.first.workspace.perform(late).saved
    two.first.sync()

    assert "custody_held" in refused.stderr
    assert moved.stdout.endswith(": held by dev-rep-1\n")
    assert "(dev-rep-1)" in here("lease", "list", *at(two)).stdout
    codes = two.rows("SELECT code FROM exception_case ORDER BY code")
    assert [row[0] for row in codes] == ["custody_forced", "not_holding_device"]
    assert two.one(f"SELECT outcome FROM op_result WHERE id = '{late.op_id}'") == "applied_exception"
    assert two.rows(f"SELECT id FROM movement WHERE op_id = '{late.op_id}'")
    assert here("verify", *at(two)).stdout == "verify: ok\n"


def test_verify_tells_of_a_holder_that_is_no_tablet_of_the_custodians(two: Any, here: Any) -> None:
    with two.engine.begin() as connection:
        connection.execute(text("UPDATE location SET holder = 'x' WHERE holder IS NOT NULL"))
        connection.execute(text("UPDATE location SET holder = 'dev-rep-0' WHERE kind = 'dc'"))

    told = here("verify", *at(two), code=1).stdout
    assert "a device of its custodian" in told
    assert "no holder: it is no trunk" in told


def test_no_trunk_by_that_name_is_moved(two: Any, here: Any) -> None:
    told = here("lease", "move", "nowhere", "dev-rep-1", "--reason", "lost", *at(two), code=2)

    assert "no trunks are called 'nowhere'" in told.stderr
