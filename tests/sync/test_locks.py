"""What PostgreSQL holds for a command before it writes: the balances of its place, so that nobody waits in a circle."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.domain import commands as c
from app.domain.parties import Person
from app.store.engine import server_engine as open_engine
from app.store.read_facts import Everything, read_facts

REP = Person("rep", "rep", ("north",))
WHO = {"op_id": "op", "actor": "rep", "business_date": "2026-11-23", "number": "RE-A-0001"}
BACK = c.ReturnLine(order_line_id="ol", product_id="p1", lot_id="l1", qty=1)
MOVED = c.MoveLine(product_id="p1", lot_id="l1", qty=1)


def _small_world() -> Any:
    spec = spec_from_file_location("small_world_seed", Path(__file__).parents[1] / "small_world.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    made = open_engine(postgres_url)
    _small_world().seed(made)
    yield made
    made.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "command",
    [
        c.ReturnGoods(
            **WHO, return_id="r", order_id="o", location_id="trunk-rep", reason="", lines=(BACK,)
        ),
        c.ReceiveTransfer(
            **WHO, transfer_id="t", from_location="wh", to_location="trunk-rep", accept=True, reason="",
            lines=(MOVED,),
        ),
        c.RecordMovement(
            **WHO, movement_id="m", kind="receive", location_id="trunk-rep", reason="", lines=(MOVED,)
        ),
    ],
    ids=lambda one: type(one).__name__,
)  # fmt: skip
def test_goods_that_come_in_hold_the_balances_of_their_place_first(
    command: c.Command, engine: Engine
) -> None:
    with engine.connect() as first, engine.connect() as second:
        read_facts(first, command, reach=Everything(), actor=REP, received_on="2026-11-23", lock=True)
        with pytest.raises(OperationalError, match="could not obtain lock"):
            second.execute(text("SELECT qty FROM balance WHERE id = 'trunk-rep|p1|l1' FOR UPDATE NOWAIT"))


SOLD = c.SellFromTrunk(
    **WHO, sale_id="s", location_id="trunk-rep", account_id="a1", ship_to_id="s1", currency="USD", po_number="",
    lines=(c.SaleLine(product_id="p1", lot_id="l1", qty=1, discount_bp=0, shown_price=1),),
)  # fmt: skip


@pytest.mark.postgres
def test_of_two_first_uses_of_a_trunk_in_one_moment_the_second_waits(engine: Engine) -> None:
    with engine.connect() as first, engine.connect() as second:
        read_facts(first, SOLD, reach=Everything(), actor=REP, received_on="2026-11-23", lock=True)
        with pytest.raises(OperationalError, match="could not obtain lock"):
            second.execute(text("SELECT holder FROM location WHERE id = 'trunk-rep' FOR UPDATE NOWAIT"))


@pytest.mark.postgres
def test_a_trunk_that_is_held_is_not_locked_for_those_who_only_use_it(engine: Engine) -> None:
    with engine.begin() as office:
        office.execute(text("UPDATE location SET holder = 'tablet-1' WHERE id = 'trunk-rep'"))
    with engine.connect() as first, engine.connect() as second:
        read_facts(first, SOLD, reach=Everything(), actor=REP, received_on="2026-11-23", lock=True)
        found = second.execute(text("SELECT holder FROM location WHERE id = 'trunk-rep' FOR UPDATE NOWAIT"))

        assert found.scalar_one() == "tablet-1"
