"""An account that moves takes along what belongs to it, in one unit of work, on both engines (SYNC.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from app.store import tables as t
from app.store.engine import reading
from app.store.rows import RowChange
from sync.server.descendants import DESCENDANTS
from sync.server.feed import unit_of_work
from sync.server.verify import verify

DOCUMENTS = ("quote", "sales_order")  # they stay where they were made
SCOPE = {"account_id": "a1", "territory_id": "north", "rep_id": None}
DAYS = {"valid_from": "2026-01-01", "valid_to": None, "origin": "test"}
BELONGING: Mapping[str, Mapping[str, Any]] = {
    "assortment": {"product_id": "p1", "product_class": "", "allowed": 0, **DAYS},
    "commitment": {
        "contract_id": "c1",
        "member_id": "a1",
        "tier": "gold",
        "signed_on": None,
        "retroactive": 0,
        "exclusive": 0,
        **DAYS,
    },
    "contact": {"name": "Ada", "job": "", "email": "", "phone": "", "origin": "test"},
    "licence": {
        "ship_to_id": "s1",
        "product_class": "*",
        "state": "",
        "number": "L-1",
        "valid_from": "2026-01-01",
        "expires": None,
        "verified_on": "2026-01-01",
        "origin": "test",
    },
    "roster": {"group_id": "g1", "member_id": "a1", **DAYS},
    "tax_exemption": {
        "ship_to_id": "",
        "country": "NO",
        "state": "",
        "product_class": "*",
        "certificate": "X-1",
        **DAYS,
    },
}


@pytest.fixture
def full(world: Any) -> Any:
    """The small world, where account a1 has one of everything that belongs to an account, and a1 and a2 an address."""
    with unit_of_work(world.engine) as work:
        for kind, row in BELONGING.items():
            work.put(kind, [{"id": f"{kind}-1", **SCOPE, **row}])
        exposure = {"open_orders": 0, "as_of": "2026-11-01", "territory_id": "north", "rep_id": None}
        work.put("exposure", [{"id": "a1", **exposure}])
    return world


def stored(world: Any, kind: str, row_id: str) -> dict[str, Any]:
    table = t.KINDS[kind].table
    with reading(world.engine) as connection:
        return dict(connection.execute(select(table).where(table.c.id == row_id)).mappings().one())


def move(world: Any, account: str, **scope: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("account", [{**stored(world, "account", account), **scope}])


def belongings(tablet: Any) -> dict[str, list[str]]:
    """What a tablet holds of accounts and of what belongs to them, ids by kind, after a sync."""
    tablet.sync()
    tablet.sync()
    held = {
        kind: [one for (one,) in tablet.rows(f"SELECT id FROM {kind} ORDER BY id")]
        for kind in ("account", *DESCENDANTS)
    }
    return {kind: ids for kind, ids in held.items() if ids}


ALL_OF_A1 = {
    "account": ["a1"],
    "address": ["s1"],
    "assortment": ["assortment-1"],
    "commitment": ["commitment-1"],
    "contact": ["contact-1"],
    "exposure": ["a1"],
    "licence": ["licence-1"],
    "roster": ["roster-1"],
    "tax_exemption": ["tax_exemption-1"],
}
THE_OTHERS = {"account": ["a2", "a3"], "address": ["s2", "s3"]}


def test_every_kind_that_copies_an_accounts_scope_follows_it_or_is_a_document() -> None:
    copies = {
        name
        for name, kind in t.KINDS.items()
        if {"account_id", "territory_id", "rep_id"} <= set(kind.columns)
    }

    assert copies | {"exposure"} == {*DESCENDANTS, *DOCUMENTS}


def test_one_tablet_loses_all_of_an_account_that_moves_and_the_other_gains_all_of_it(full: Any) -> None:
    north = full.tablet("rep")
    south = full.tablet("other", territories=("south",))
    before = belongings(north), belongings(south)

    move(full, "a1", territory_id="south")

    assert before[0] == {kind: sorted([*ids, *THE_OTHERS.get(kind, [])]) for kind, ids in ALL_OF_A1.items()}
    assert before[1] == {}
    assert belongings(north) == THE_OTHERS
    assert belongings(south) == ALL_OF_A1
    assert verify(full.engine) == []


def test_an_account_given_to_a_rep_elsewhere_goes_there_with_all_it_has_and_comes_back(full: Any) -> None:
    other = full.tablet("other", territories=("south",))

    move(full, "a1", rep_id="other")
    given = belongings(other)
    move(full, "a1", rep_id=None)

    assert given == ALL_OF_A1
    assert belongings(other) == {}
    assert belongings(full.tablet("rep"))["licence"] == ["licence-1"]


def test_the_account_and_what_belongs_to_it_move_at_one_position(full: Any) -> None:
    before = full.one("SELECT position FROM clock")

    move(full, "a1", territory_id="south")

    written = full.rows(f"SELECT kind, row_id, bucket, deleted FROM feed WHERE position > {before}")
    assert sorted(written) == sorted(
        (kind, row_id, bucket, deleted)
        for kind, ids in ALL_OF_A1.items()
        for row_id in ids
        for bucket, deleted in (("terr:north", 1), ("terr:south", 0))
    )
    assert full.one("SELECT position FROM clock") == before + 1


def test_an_account_that_changes_otherwise_leaves_what_belongs_to_it_alone(full: Any) -> None:
    before = full.one("SELECT position FROM clock")

    move(full, "a1", name="Another name")

    assert full.rows(f"SELECT kind, row_id FROM feed WHERE position > {before}") == [("account", "a1")]


def test_what_is_put_beside_the_move_with_the_old_territory_moves_as_well(full: Any) -> None:
    with unit_of_work(full.engine) as work:
        work.put("account", [{**stored(full, "account", "a1"), "territory_id": "south"}])
        work.put("contact", [{**stored(full, "contact", "contact-1"), "id": "contact-2"}])
        work.remove("licence", ["licence-1"])

    assert stored(full, "contact", "contact-2")["territory_id"] == "south"
    assert full.rows("SELECT count(*) FROM licence") == [(0,)]
    assert verify(full.engine) == []


@pytest.mark.parametrize("read_before", [True, False])
def test_a_move_that_the_rules_have_written_takes_along_as_well(full: Any, read_before: bool) -> None:
    row = stored(full, "account", "a1")
    moved = {**row, "territory_id": "south", "rep_id": "other"}

    with unit_of_work(full.engine) as work:
        work.connection.execute(
            t.account.update().where(t.account.c.id == "a1").values(territory_id="south", rep_id="other")
        )
        work.note([RowChange("account", "a1", row if read_before else None, moved)])

    assert {
        (stored(full, kind, row_id)["territory_id"], stored(full, kind, row_id)["rep_id"])
        for kind, ids in ALL_OF_A1.items()
        for row_id in ids
    } == {("south", "other")}
    assert verify(full.engine) == []


def test_documents_stay_where_they_were_made(full: Any) -> None:
    rep = full.tablet("rep")
    quote = rep.quote(account="a2")
    rep.workspace.perform(quote)
    rep.sync()

    move(full, "a2", territory_id="south")

    assert stored(full, "address", "s2")["territory_id"] == "south"
    assert stored(full, "quote", quote.quote_id)["territory_id"] == "north"
    assert verify(full.engine) == []
