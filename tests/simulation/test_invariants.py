"""Every invariant can fire: a world at rest is damaged in one place, and the oracle says which law broke."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import invariants
import invariants_books
import invariants_quiet
import pytest
from observed import Violation
from sim_disk import copy_database, put_database
from sim_world import Simulation
from simulate import playground
from sqlalchemy import text

from app.store.engine import writing

SEED = 0  # a story with sales, quotes, counts and transfers in it


@dataclass
class Rest:
    """A world in which everything agrees."""

    world: Simulation

    @property
    def seen(self) -> Any:
        return self.world.seen

    @property
    def tablet(self) -> Any:
        """One whose person has done something."""
        return next(one for one in self.seen.tablets if one.name == self.seen.saved[0].tablet)

    @property
    def paths(self) -> list[Path]:
        return [self.world.server.path, *(one.path for one in self.seen.tablets)]

    def server(self, statement: str) -> None:
        """Damage the server's tables."""
        with writing(self.world.server.engine) as connection:
            done = connection.execute(text(statement))
            assert done.rowcount

    def device(self, statement: str) -> None:
        """Damage a tablet's file."""
        with closing(sqlite3.connect(self.tablet.path)) as database:
            assert database.execute(statement).rowcount
            database.commit()


@pytest.fixture(scope="module")
def played() -> Iterator[Rest]:
    with playground() as play:
        world = Simulation(SEED, play.folder / "seed", play.templates, invariants, steps=200)
        with world.faults.in_force():
            world.run()
        yield Rest(world)
        world.close()


@pytest.fixture
def rest(played: Rest) -> Iterator[Rest]:
    """The same world again, with an oracle that has seen it whole."""
    kept = [(path, path.with_suffix(".kept")) for path in played.paths]
    seen, lists = (
        played.seen,
        {name: copy(getattr(played.seen, name)) for name in ("saved", "acknowledged", "flipped")},
    )
    for path, aside in kept:
        copy_database(path, aside)
    invariants.begin(seen)
    invariants.when_quiet(seen)
    yield played
    for one in seen.tablets:
        one.revoked = False
    for name, before in lists.items():
        setattr(seen, name, before)
    played.world.server.engine.dispose()
    for machine in played.world.machines.values():
        machine.workspace.engine.dispose()
        machine.workspace.reader.dispose()
    for path, aside in kept:
        put_database(aside, path)


def broken(rest: Rest) -> str:
    """The invariant that the oracle names."""
    with pytest.raises(Violation) as found:
        invariants.when_quiet(rest.seen)
    return found.value.invariant


def test_a_world_at_rest_breaks_nothing(rest: Rest) -> None:
    invariants.when_quiet(rest.seen)


A_SALE = "(SELECT min(id) FROM op_result WHERE command = 'SellFromTrunk' AND outcome <> 'rejected')"
SOLD = (
    "(SELECT min(l.id) FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE o.type = 'trunk_sale')"
)


@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        ("I1", f"DELETE FROM op_result WHERE id = {A_SALE}"),
        ("I2", "INSERT INTO territory VALUES ('west', 'West', 'NO', 'EU', 'test')"),
        ("I5", f"UPDATE op_log SET stream = 'another.1' WHERE op_id = {A_SALE}"),
        ("I9", f"UPDATE op_log SET user_id = 'x' WHERE op_id = {A_SALE}"),
        ("I12", "UPDATE balance SET qty = qty + 1 WHERE id = 'wh|p2|'"),
        ("I14", f"DELETE FROM movement WHERE op_id = {A_SALE}"),
        ("I17", f"UPDATE op_result SET outcome = 'rejected' WHERE id = {A_SALE}"),
        ("I18", f"UPDATE op_log SET payload = '{{}}' WHERE op_id = {A_SALE}"),
        ("I19", "UPDATE bucket_sum SET rows = rows + 1 WHERE kind = 'product'"),
        ("I20", "DELETE FROM product WHERE id = 'p3'"),
        ("I22", f"UPDATE op_log SET seq = seq + 1000 WHERE op_id = {A_SALE}"),
        ("I23", "INSERT INTO attempt VALUES ('op', 9, 'poison')"),
        ("I24", "UPDATE op_result SET outcome = 'held' WHERE outcome = 'applied'"),
    ],
)
def test_damage_on_the_server_is_named(rest: Rest, invariant: str, statement: str) -> None:
    if invariant == "I18":
        invariants.begin(rest.seen)  # an oracle that has not read any op yet
    rest.server(statement)

    assert broken(rest) == invariant


@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        ("I3", "DELETE FROM outbox WHERE seen = 0"),
        ("I4", "INSERT INTO guess SELECT max(ord), 'product', 'p9', NULL FROM outbox"),
        ("I6", "UPDATE meta SET value = CAST(value AS INTEGER) - 1 WHERE key = 'position'"),
        ("I8", "INSERT INTO price SELECT 'px', 'secret', product_id, min_qty, unit_price, valid_from, valid_to, origin"
               " FROM price LIMIT 1"),
        ("I9", "UPDATE op_result SET user_id = 'x' WHERE id = (SELECT min(id) FROM op_result)"),
        ("I10", "UPDATE outbox SET pushed = 0"),
        ("I15", "UPDATE product SET name = 'another' WHERE id = 'p1'"),
        ("I2", "DELETE FROM product WHERE id = 'p1'"),
        ("I25", "UPDATE outbox SET result = 'rejected' WHERE result = 'applied'"),
    ],
)  # fmt: skip
def test_damage_on_a_tablet_is_named(rest: Rest, invariant: str, statement: str) -> None:
    rest.device(statement)

    assert broken(rest) == invariant


def test_an_op_that_is_forgotten_within_its_retention_breaks_i16(rest: Rest) -> None:
    rest.device("UPDATE outbox SET seen = 1")
    invariants.when_quiet(rest.seen)
    rest.device("DELETE FROM outbox")

    assert broken(rest) == "I16"


def test_a_first_load_that_begins_again_breaks_i11(rest: Rest) -> None:
    rest.device(
        "UPDATE bucket SET state = 'backfill', after_kind = 'product', after_id = 'p2' WHERE name = 'g:catalog'"
    )
    rest.seen.changed = {rest.tablet.name}
    invariants.after_step(rest.seen)
    rest.device("UPDATE bucket SET after_kind = '', after_id = '' WHERE name = 'g:catalog'")

    assert broken(rest) == "I11"


def test_another_price_than_was_shown_breaks_i13(rest: Rest) -> None:
    rest.server(f"UPDATE order_line SET unit_price = unit_price + 1 WHERE id = {SOLD}")
    rest.seen.memory.facts.refresh(everything=True)

    with pytest.raises(Violation) as found:
        invariants_books.documents_are_as_shown(rest.seen.memory.facts)
    assert found.value.invariant == "I13"


def test_a_row_that_differs_at_rest_breaks_i7(rest: Rest) -> None:
    rest.device("UPDATE account SET name = 'another'")
    rest.seen.memory.facts.refresh(everything=True)

    with pytest.raises(Violation) as found:
        invariants_quiet.tables_are_equal(rest.seen.memory.facts)
    assert found.value.invariant == "I7"


def test_a_flipped_byte_that_nobody_mends_breaks_i19(rest: Rest) -> None:
    rest.device("UPDATE account SET name = 'another' WHERE id = (SELECT min(id) FROM account)")
    with closing(sqlite3.connect(rest.tablet.path)) as database:
        [row_id] = database.execute("SELECT min(id) FROM account").fetchone()
    rest.seen.flipped = {(rest.tablet.name, "account", row_id)}

    assert broken(rest) == "I19"


def test_an_op_that_comes_in_from_a_revoked_device_breaks_i21(rest: Rest) -> None:
    rest.tablet.revoked = True
    invariants.when_quiet(rest.seen)
    rest.device("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'position'")

    assert broken(rest) == "I21"


def test_an_op_that_is_nowhere_breaks_i3(rest: Rest) -> None:
    lost = copy(rest.seen.saved[0])
    lost.op_id = "never-sent"
    rest.seen.saved.append(lost)

    assert broken(rest) == "I3"
