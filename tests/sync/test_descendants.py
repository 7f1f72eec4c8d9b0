"""An account that moves takes along what belongs to it, in one unit of work, on both engines (SYNC.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from app.store import tables as t
from app.store.engine import reading
from app.store.rows import RowChange
from app.workspace.field import sign_document
from app.workspace.queries.signatures import to_sign
from sync.server import descendants, feed
from sync.server.descendants import DESCENDANTS, DOCUMENTS
from sync.server.feed import finish_moves, unit_of_work
from sync.server.verify import verify

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
    "visit": {"visited_by": "rep", "day": "2026-11-20", "note": "talked", "next_on": "", "op_id": ""},
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
    "visit": ["visit-1"],
}
THE_OTHERS = {"account": ["a2", "a3"], "address": ["s2", "s3"]}


def test_every_kind_that_copies_an_accounts_scope_follows_it_or_is_a_document() -> None:
    copies = {
        name
        for name, kind in t.KINDS.items()
        if {"account_id", "territory_id", "rep_id"} <= set(kind.columns)
    }

    documents = {parent for parent, _ in DOCUMENTS.values()}
    assert copies | {"exposure"} == {*DESCENDANTS, *documents}
    of_documents = {
        name
        for name, kind in t.KINDS.items()
        if {"territory_id", "rep_id"} <= set(kind.columns) and {"quote_id", "order_id"} & set(kind.columns)
    }
    assert of_documents | documents == set(DOCUMENTS)


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


TERRITORIES = " UNION ALL ".join(f"SELECT '{kind}', territory_id, rep_id FROM {kind}" for kind in DOCUMENTS)


def with_documents(world: Any) -> Any:
    """A rep's tablet that has a quote waiting for its manager, a signed one, its order and a sale, all of a2."""
    rep = world.tablet("rep")
    quote, held = rep.quote(account="a2"), rep.quote(account="a2", discount=2000)
    for command in (quote, held, rep.sale(account="a2")):
        assert rep.workspace.perform(command, even_so=True).saved
    rep.sync()
    with reading(rep.workspace.reader) as connection:
        shown = to_sign(connection, "quote", quote.quote_id)
    assert shown is not None
    assert rep.workspace.perform(sign_document(rep.workspace, shown, signer="Dr. Ada")).saved
    assert rep.workspace.perform(rep.order(quote)).saved
    rep.sync()
    return rep


def documents(tablet: Any) -> dict[str, int]:
    tablet.sync()
    tablet.sync()
    return {kind: tablet.one(f"SELECT count(*) FROM {kind}") for kind in sorted(DOCUMENTS)}


def test_documents_follow_their_account_and_stay_their_authors(full: Any) -> None:
    rep = with_documents(full)
    other = full.tablet("other", territories=("south",))
    before = documents(rep), documents(other)
    assert before[0] == {
        **dict.fromkeys(DOCUMENTS, 2),
        "approval": 1,
        "signature": 1,
        "shipment": before[0]["shipment"],
    }

    move(full, "a2", territory_id="south")

    assert {tuple(row[1:]) for row in full.rows(TERRITORIES)} == {("south", "rep")}
    assert set(before[1].values()) == {0}
    assert documents(other) == before[0] == documents(rep)
    assert verify(full.engine) == []


def test_a_document_that_another_territory_made_stays_there(full: Any) -> None:
    with_documents(full)
    with unit_of_work(full.engine) as work:
        row = stored(full, "quote", full.rows("SELECT id FROM quote ORDER BY id")[0][0])
        work.put("territory", [{**stored(full, "territory", "north"), "id": "west"}])
        work.put("quote", [{**row, "territory_id": "west"}])

    move(full, "a2", territory_id="south")

    assert {one for (one,) in full.rows("SELECT territory_id FROM quote")} == {"west", "south"}


# -- more than one transaction ----------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three rows are many."""
    for module in (descendants, feed):
        monkeypatch.setattr(module, "MOST", 3)
    return 3


def test_a_large_move_goes_in_parts_and_every_row_arrives(full: Any, few: int) -> None:
    rep, other = with_documents(full), full.tablet("other", territories=("south",))
    old = documents(rep)
    before = full.one("SELECT position FROM clock")

    move(full, "a2", territory_id="south")

    parts = full.rows(
        f"SELECT position, count(*) FROM feed WHERE position > {before} AND bucket = 'terr:south' GROUP BY position"
    )
    assert len(parts) > 3
    assert max(count for _, count in parts) <= few
    assert full.rows("SELECT * FROM move") == []
    assert {row[1] for row in full.rows(TERRITORIES)} == {"south"}
    assert documents(other) == old
    assert verify(full.engine) == []


def test_many_accounts_that_move_at_once_go_in_parts_too(full: Any, few: int) -> None:
    with unit_of_work(full.engine) as work:
        for one in ("a1", "a2", "a3"):
            work.put("account", [{**stored(full, "account", one), "territory_id": "south"}])

    assert full.rows("SELECT * FROM move") == []
    assert verify(full.engine) == []
    assert full.one("SELECT count(*) FROM address WHERE territory_id = 'south'") == 3


def test_a_move_that_was_cut_off_is_seen_and_finished_at_the_next_start(full: Any, few: int) -> None:
    with_documents(full)
    with feed.writing(full.engine) as connection:  # a kill right after the commit of the first part
        work = feed.UnitOfWork(connection)
        work.put("account", [{**stored(full, "account", "a2"), "territory_id": "south"}])
        work.stamp()
    cut_off = {one.check for one in verify(full.engine)}
    with feed.writing(full.engine) as connection:  # and another after the second
        work = feed.UnitOfWork(connection)
        assert work.follow()
        work.stamp()
    still = {one.check for one in verify(full.engine)}

    taken = finish_moves(full.engine)

    assert (cut_off, still & {"move"}) == ({"move", "scope"}, {"move"})
    assert taken > 1
    assert {row[1] for row in full.rows(TERRITORIES)} == {"south"}
    assert verify(full.engine) == []
    assert finish_moves(full.engine) == 0


def test_an_account_that_moves_on_and_back_in_the_middle_of_a_move_takes_everything_along(
    full: Any, few: int
) -> None:
    with_documents(full)
    for territory in ("south", "north", "south"):
        with feed.writing(full.engine) as connection:
            work = feed.UnitOfWork(connection)
            work.put("account", [{**stored(full, "account", "a2"), "territory_id": territory}])
            work.stamp()
        with feed.writing(full.engine) as connection:
            work = feed.UnitOfWork(connection)
            work.follow()
            work.stamp()

    finish_moves(full.engine)

    assert {row[1] for row in full.rows(TERRITORIES)} == {"south"}
    assert verify(full.engine) == []
