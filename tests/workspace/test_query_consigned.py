"""What lies of ours at a customer's, and the use of it being put together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import text

from app.domain.commands import SaleLine, UseConsigned
from app.store.engine import reading, writing
from app.workspace.queries.accounts import read_account
from app.workspace.queries.consigned import consigned
from app.workspace.rows.trunk import SaleItem
from app.workspace.selling import begin_usage, forget_saved, keep_usage, usage_draft
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def used(tablet: Any, op_id: str, **changes: Any) -> UseConsigned:
    line = SaleLine(product_id="p1", lot_id="l2", qty=1, discount_bp=0, shown_price=100_0000)
    values = {
        "op_id": op_id, "actor": tablet.user, "business_date": DAY, "usage_id": op_id,
        "number": tablet.workspace.next_number(), "location_id": "shelf", "account_id": "a1", "ship_to_id": "s1",
        "currency": "USD", "po_number": "", "case_ref": "C-1", "replace": False, "lines": (line,), **changes,
    }  # fmt: skip
    return UseConsigned(**values)


def test_lots_lie_there_by_expiry_with_their_recall_their_keeper_and_the_last_contact(
    sqlite_world: Any,
) -> None:
    sqlite_world.consign()
    with unit_of_work(sqlite_world.engine) as work:
        [row] = work.connection.execute(text("SELECT * FROM lot WHERE id = 'l1'")).mappings()
        work.put("lot", [{**row, "recalled_on": "2026-11-20"}])
        about = {"code": "RB", "role": "rep", "territory_id": "north", "active": 1, "origin": "test"}
        work.put("rep", [{"id": "rep", "name": "Rita Berg", **about}])
    rep = sqlite_world.tablet("rep")

    found = ask(rep, consigned, "a1")

    [place] = found.places
    assert (place.id, place.ship_to_id, place.ship_to) == ("shelf", "s1", "Main, 1 Quay, 5003 Bergen, NO")
    assert (place.keeper, place.mine, place.complete) == ("Rita Berg", True, True)
    assert [(one.lot_number, one.expires, one.recalled_on, one.qty) for one in place.lots] == [
        ("L2", "2027-01-31", None, 2),
        ("L1", "2027-06-30", "2026-11-20", 5),
    ]
    assert found.as_of.startswith("2026-11-23T12:00")
    assert ask(rep, read_account, "a1").consigned == found


def test_only_places_at_the_accounts_own_ship_tos_are_read_in_the_order_of_their_addresses(
    sqlite_world: Any,
) -> None:
    sqlite_world.address("s9", "a1", "Annex")
    sqlite_world.address("b1", "a1", "Bills", "bill_to")
    for place_id, address in (("shelf", "s1"), ("annex", "s9"), ("other", "s2"), ("at-bills", "b1")):
        sqlite_world.consign(place_id, address)
    rep = sqlite_world.tablet("rep")

    assert [one.id for one in ask(rep, consigned, "a1").places] == ["annex", "shelf"]
    assert ask(rep, consigned, "a3").places == ()


def test_a_place_of_somebody_else_is_seen_by_the_manager_and_is_not_hers_to_book(sqlite_world: Any) -> None:
    sqlite_world.consign()
    boss, other = sqlite_world.tablet("boss", "manager"), sqlite_world.tablet("other")

    [seen] = ask(boss, consigned, "a1").places

    assert (seen.mine, len(seen.lots)) == (False, 2)
    assert ask(other, consigned, "a1").places == ()  # its lots are not sent to another rep


def test_operations_may_book_what_leaves_any_place(sqlite_world: Any) -> None:
    sqlite_world.consign()
    desk = sqlite_world.tablet("desk", "operations")

    assert [one.mine for one in ask(desk, consigned, "a1").places] == [True]


def test_the_custodian_is_told_of_a_place_whose_lots_are_still_on_their_way(sqlite_world: Any) -> None:
    sqlite_world.consign()
    rep = sqlite_world.tablet("rep")
    with writing(rep.workspace.engine) as connection:
        connection.execute(text("UPDATE bucket SET state = 'backfill' WHERE name = 'loc:shelf'"))

    [place] = ask(rep, consigned, "a1").places

    assert (place.mine, place.complete) == (True, False)


def test_goods_of_the_customer_that_lie_beside_ours_name_their_owner(sqlite_world: Any) -> None:
    sqlite_world.consign()
    with unit_of_work(sqlite_world.engine) as work:
        [row] = work.connection.execute(text("SELECT * FROM balance WHERE id = 'shelf|p1|l1'")).mappings()
        work.put("balance", [{**row, "id": "shelf|p1|l1|a1", "owner": "a1", "qty": 1}])
    rep = sqlite_world.tablet("rep")

    [place] = ask(rep, consigned, "a1").places

    assert sorted((one.lot_number, one.qty, one.owner) for one in place.lots) == [
        ("L1", 1, "Hospital a1"),
        ("L1", 5, ""),
        ("L2", 2, ""),
    ]


def test_a_lot_used_up_no_longer_lies_there(sqlite_world: Any) -> None:
    sqlite_world.consign()
    rep = sqlite_world.tablet("rep")
    line = SaleLine(product_id="p1", lot_id="l2", qty=2, discount_bp=0, shown_price=100_0000)

    assert rep.workspace.perform(used(rep, rep.new_id(), lines=(line,))).saved

    assert [one.lot_number for one in ask(rep, consigned, "a1").places[0].lots] == ["L1"]


def test_what_was_begun_at_a_place_comes_back_there_and_nowhere_else(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    begun = begin_usage(rep.workspace, "a1", "shelf", "s1")
    assert ask(rep, usage_draft, "shelf") is None  # nothing was put on it yet
    kept = replace(begun, items=(SaleItem("p1", "l2", 1),), case_ref="C-1", restock=False)
    keep_usage(rep.workspace, kept)

    assert ask(rep, usage_draft, "shelf") == kept
    assert begin_usage(rep.workspace, "a1", "shelf", "s1") == kept
    assert begin_usage(rep.workspace, "a1", "annex", "s9").items == ()


def test_a_place_that_has_moved_bills_the_address_where_it_is_now(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    keep_usage(rep.workspace, begin_usage(rep.workspace, "a1", "shelf", "s1"))

    again = begin_usage(rep.workspace, "a2", "shelf", "s2")

    assert (again.account_id, again.ship_to_id) == ("a2", "s2")


def test_a_use_that_was_saved_leaves_no_draft(sqlite_world: Any) -> None:
    sqlite_world.consign()
    rep = sqlite_world.tablet("rep")
    draft = begin_usage(rep.workspace, "a1", "shelf", "s1")
    keep_usage(rep.workspace, draft)
    assert rep.workspace.perform(used(rep, draft.sale_id)).saved

    assert ask(rep, usage_draft, "shelf") is None
    forget_saved(rep.workspace)
    assert rep.one("SELECT count(*) FROM draft") == 0
