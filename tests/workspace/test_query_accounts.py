"""Accounts on the tablet: found while typing, and told whole on one card."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app.store.engine import reading
from app.workspace.queries import accounts as asked
from app.workspace.queries.accounts import find_accounts, read_account, read_order
from app.workspace.queries.search import match_of
from sync.server.feed import unit_of_work


def ask(tablet: Any, query: Any, *args: Any, **named: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args, **named)


def like(world: Any, kind: str, row_id: str, **changes: Any) -> dict[str, Any]:
    """A row as one that is there already, with changes."""
    with reading(world.engine) as connection:
        row = (
            connection.execute(text(f"SELECT * FROM {kind} WHERE id = :id"), {"id": row_id}).mappings().one()
        )
    return {**row, **changes}


def history(row_id: str, account_id: str, day: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id, "number": row_id.upper(), "type": "history", "quote_id": None, "account_id": account_id,
        "ship_to_id": None, "bill_to_id": None, "territory_id": "north", "rep_id": None, "state": "shipped",
        "currency": "USD", "business_date": day, "po_number": "", "total": None, "published_sub_total": "2024.994",
        "published_tax": "196.1", "published_freight": "61.28", "published_total": "2282.374", "due_date": None,
        "online": "0", "op_id": None, "origin": "test", **changes,
    }  # fmt: skip


def line(row_id: str, order_id: str, number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id, "order_id": order_id, "territory_id": "north", "rep_id": None, "line_no": number,
        "product_id": "p1", "lot_id": None, "qty": 2, "allocated": 2, "backordered": 0, "unit_price": None,
        "extended": None, "published_unit_price": "1012.497", "published_discount": "0.02",
        "published_line_total": "2024.994000", "promotion_id": None, "tracking_number": None, "origin": "test",
        **changes,
    }  # fmt: skip


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    named = [
        ("b1", "Harbour Hospital", "AC-100"),
        ("b2", "Old Harbour Clinic", "AC-200"),
        ("b3", "Fjord Clinic", "X9"),
    ]
    with unit_of_work(sqlite_world.engine) as work:
        work.put(
            "account",
            [like(sqlite_world, "account", "a1", id=i, name=name, number=no) for i, name, no in named],
        )
        cities = (("b1", "Oslo"), ("b2", "Molde"), ("b3", "Harstad"))
        work.put(
            "address",
            [like(sqlite_world, "address", "s1", id=f"s-{i}", account_id=i, city=city) for i, city in cities],
        )
        work.put(
            "sales_order",
            [
                history("o1", "b2", "2024-05-01"),
                history("o2", "b2", "2026-02-01", state="cancelled"),
                history("o3", "b1", "2023-01-31"),
            ],
        )
        work.put(
            "order_line", [line("ol1", "o1", 1), line("ol2", "o1", 2, lot_id="l1", published_discount="0")]
        )
    return sqlite_world.tablet("rep")


def names(found: Any) -> list[str]:
    return [row.name for row in found.rows]


@pytest.mark.parametrize("typed", ["harbour", "HARB", "harbour old", "old harb", "ac-200", "cli harb"])
def test_a_word_of_the_name_or_number_in_any_order_finds_it(rep: Any, typed: str) -> None:
    assert "Old Harbour Clinic" in names(ask(rep, find_accounts, typed))


def test_all_words_must_be_there(rep: Any) -> None:
    assert names(ask(rep, find_accounts, "harbour fjord")) == []


def test_a_city_finds_its_accounts_after_those_named_so(rep: Any) -> None:
    assert names(ask(rep, find_accounts, "har")) == ["Harbour Hospital", "Old Harbour Clinic", "Fjord Clinic"]
    assert names(ask(rep, find_accounts, "oslo")) == ["Harbour Hospital"]
    assert names(ask(rep, find_accounts, "os%o")) == names(ask(rep, find_accounts, "os_o")) == []


def test_the_exact_number_comes_first(sqlite_world: Any, rep: Any) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.put("account", [like(sqlite_world, "account", "a1", id="b9", name="Aa X9", number="X91")])
    rep.sync()

    assert [row.number for row in ask(rep, find_accounts, "x9").rows] == ["X9", "X91"]


def test_with_nothing_typed_the_last_to_order_come_first_then_names(rep: Any) -> None:
    found = ask(rep, find_accounts)

    assert names(found) == [
        "Old Harbour Clinic", "Harbour Hospital", "Fjord Clinic", "Hospital a1", "Hospital a2", "Hospital a3",
    ]  # fmt: skip
    assert [row.last_order for row in found.rows][:3] == ["2024-05-01", "2023-01-31", None], (
        "cancelled does not count"
    )
    assert (found.total, found.more) == (6, False)


def test_more_than_the_limit_says_so(rep: Any) -> None:
    found = ask(rep, find_accounts, "hospital", limit=2)

    assert (len(found.rows), found.more) == (2, True)


def test_the_search_reads_the_full_text_index_and_never_walks_through_accounts(rep: Any) -> None:
    with reading(rep.workspace.reader) as connection:
        values = {"match": match_of("har"), "city": "har%", "typed": "HAR", "limit": 51}
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked.SEARCH.text}"), values)]

    assert any(step.startswith("SCAN account_search VIRTUAL TABLE INDEX") for step in plan), plan
    assert any(step.startswith("SEARCH a USING INTEGER PRIMARY KEY") for step in plan), plan
    assert any("sales_order_account" in step for step in plan), plan
    assert not any(step in ("SCAN a", "SCAN account", "SCAN o", "SCAN sales_order") for step in plan), plan


def test_the_card_tells_status_credit_and_addresses(sqlite_world: Any, rep: Any) -> None:
    sqlite_world.hold("a1", "three invoices overdue")
    rep.sync()

    card = ask(rep, read_account, "a1")

    assert (card.status, card.status_reason, card.status_since) == (
        "on_hold",
        "three invoices overdue",
        "2026-11-23",
    )
    assert (card.territory, card.open_orders, card.credit_limit, card.whole) == ("north", 0, None, True)
    assert [(one.role, one.city) for one in card.addresses] == [("ship_to", "Bergen")]
    assert card.has_trunk
    assert card.last_contact is not None


def test_the_card_tells_open_documents_and_what_they_cost(rep: Any) -> None:
    quote, placed = rep.quote(), rep.quote(qty=3)
    for command in (quote, placed, rep.sale()):
        assert rep.workspace.perform(command).saved
    assert rep.workspace.perform(rep.order(placed)).saved

    card = ask(rep, read_account, "a1")

    told = {(one.kind, one.type, one.state, one.total) for one in card.open_documents}
    assert told == {
        ("quote", "", "approved", 200_00),
        ("order", "stock", "placed", 300_00),
        ("order", "trunk_sale", "delivered", 300_00),
    }
    assert card.open_orders == 600_00
    assert card.history == ()


def test_imported_history_is_history_whatever_its_state(rep: Any) -> None:
    card = ask(rep, read_account, "b2")

    assert [(one.number, one.state, one.published_total, one.total) for one in card.history] == [
        ("O2", "cancelled", "2282.374", None),
        ("O1", "shipped", "2282.374", None),
    ]
    assert (card.history_count, card.open_documents) == (2, ())


def test_long_history_is_cut_and_counted(rep: Any) -> None:
    card = ask(rep, read_account, "b2", history=1)

    assert ([one.number for one in card.history], card.history_count) == (["O2"], 2)


def test_an_order_is_told_line_by_line_as_published(rep: Any) -> None:
    order = ask(rep, read_order, "o1")

    assert (order.published_sub_total, order.published_total) == ("2024.994", "2282.374")
    assert [(one.line_no, one.sku, one.lot, one.published_line_total) for one in order.lines] == [
        (1, "P1", "", "2024.994000"),
        (2, "P1", "L1", "2024.994000"),
    ]


def test_what_is_not_on_this_device_is_nothing(rep: Any) -> None:
    assert ask(rep, read_account, "nobody") is None
    assert ask(rep, read_order, "nothing") is None


def test_an_account_of_a_territory_still_loading_says_so(sqlite_world: Any) -> None:
    tablet = sqlite_world.tablet("rep")
    with tablet.workspace.engine.begin() as connection:
        connection.execute(text("UPDATE bucket SET state = 'backfill' WHERE name = 'terr:north'"))

    assert not ask(tablet, read_account, "a1").whole
