"""What the quote editor offers: favourites, what the account orders often, and earlier documents to copy from."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from sqlalchemy import text

from app.store.engine import reading
from app.workspace.queries import offering
from app.workspace.queries.offering import copied, earlier_documents, offers
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from sync.server.feed import unit_of_work

DAY = "2026-11-23"
DRAFT = QuoteDraft(
    id="op-1", number="RE-A-0009", revision=1, quote_id="q-9", account_id="a1", ship_to_id="s1"
)


def order(row_id: str, day: str, *, state: str = "shipped", **changes: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("quote_id", "bill_to_id", "rep_id", "total", "due_date", "online", "op_id", "published_sub_total",
         "published_tax", "published_freight")
    )  # fmt: skip
    return {
        "id": row_id, "number": row_id.upper(), "type": "history", "account_id": "a1", "ship_to_id": "s1",
        "territory_id": "north", "state": state, "currency": "USD", "business_date": day, "po_number": "",
        "published_total": "120.50", "origin": "test", "tax_total": 0, "case_ref": "", **empty, **changes,
    }  # fmt: skip


def order_line(order_id: str, number: int, product_id: str, qty: int) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("rep_id", "lot_id", "unit_price", "extended", "published_unit_price", "published_discount",
         "published_line_total", "promotion_id", "tracking_number")
    )  # fmt: skip
    return {
        "id": f"{order_id}-{number}", "order_id": order_id, "territory_id": "north", "line_no": number,
        "product_id": product_id, "qty": qty, "allocated": 0, "backordered": 0, "origin": "test", "tax": 0,
        "trace": "", "returned": 0, **empty,
    }  # fmt: skip


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    """The rep's tablet; a1 ordered p2 three times, p1 twice, and once each a product that is sold no more, one that has
    no price and one that it may not buy."""
    small_world = sys.modules[type(sqlite_world).__module__]
    product, price_row = small_world.product, small_world.price_row
    shut = {
        "account_id": "a1",
        "product_id": "p5",
        "product_class": "",
        "allowed": 0,
        "valid_from": "2026-01-01",
    }
    scope = {"territory_id": "north", "rep_id": None, "valid_to": None, "origin": "test"}
    lines = {
        "h1": (("p1", 5), ("p2", 7), ("p3", 1), ("p4", 2), ("p5", 1)),
        "h2": (("p2", 9), ("p1", 4)),
        "h3": (("p2", 3),),
    }
    with unit_of_work(sqlite_world.engine) as work:
        work.put(
            "product",
            [product("p3", sell_until="2026-10-31"), product("p4"), product("p5"), product("p6")],
        )
        work.put("price", [price_row("pr3", "p3", 5_0000), price_row("pr5", "p5", 5_0000)])
        work.put("price", [price_row("pr6", "p6", 6_0000)])
        work.put("assortment", [{"id": "no-p5", **shut, **scope}])
        work.put(
            "sales_order",
            [
                order("h1", "2026-08-01"),
                order("h2", "2026-09-02"),
                order("h3", "2026-10-03"),
                order("h4", "2026-11-01", state="cancelled"),
            ],
        )
        work.put(
            "order_line",
            [
                order_line(order_id, number, *one)
                for order_id, of in {**lines, "h4": (("p6", 1),)}.items()
                for number, one in enumerate(of, 1)
            ],
        )
    return sqlite_world.tablet("rep")


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def test_what_an_account_orders_often_comes_first_with_when_and_how_many(rep: Any) -> None:
    found = ask(rep, offers, DRAFT, DAY).products

    assert [(one.id, one.times, one.last_on, one.last_qty) for one in found[:2]] == [
        ("p2", 3, "2026-10-03", 3),
        ("p1", 2, "2026-09-02", 4),
    ]
    assert (found[0].price, found[0].currency) == (2_5000, "USD")


def test_what_is_sold_no_more_and_what_was_cancelled_is_not_offered(rep: Any) -> None:
    found = ask(rep, offers, DRAFT, DAY).products

    assert [one.id for one in found] == ["p2", "p1", "p4", "p5"]


def test_what_cannot_be_added_says_why(rep: Any) -> None:
    found = {one.id: one.refusal for one in ask(rep, offers, DRAFT, DAY).products}

    assert found["p1"] is None
    assert found["p4"] is not None
    assert found["p4"].code == "price_missing"
    assert found["p5"] is not None
    assert found["p5"].code == "not_in_assortment"


def test_favourites_come_before_it_by_name_and_stand_there_once(rep: Any) -> None:
    found = ask(rep, offers, DRAFT, DAY, frozenset({"p6", "p1", "gone"})).products

    assert [(one.id, one.favourite, one.times) for one in found[:3]] == [
        ("p1", True, 2),
        ("p6", True, 0),
        ("p2", False, 3),
    ]


def test_a_favourite_that_is_sold_no_more_stays_and_says_so(rep: Any) -> None:
    [first, *_others] = ask(rep, offers, DRAFT, DAY, frozenset({"p3"})).products

    assert first.id == "p3"
    assert first.refusal is not None
    assert first.refusal.code == "product_not_sold"


def test_before_there_is_an_account_favourites_have_no_price_and_may_be_added(rep: Any) -> None:
    nobody = QuoteDraft(id="op", number="N", revision=1, quote_id="q")

    found = ask(rep, offers, nobody, DAY, frozenset({"p1", "p3"}))

    assert [(one.id, one.price, one.refusal is None) for one in found.products] == [
        ("p1", None, True),
        ("p3", None, False),
    ]
    assert not found.earlier


def test_an_account_that_never_ordered_has_nothing_to_copy(rep: Any) -> None:
    newcomer = QuoteDraft(id="op", number="N", revision=1, quote_id="q", account_id="a2", ship_to_id="s2")

    assert not ask(rep, offers, newcomer, DAY).earlier
    assert ask(rep, earlier_documents, newcomer) == ()
    assert ask(rep, offers, DRAFT, DAY).earlier


def test_earlier_orders_and_quotes_are_listed_the_newest_first(rep: Any) -> None:
    quote = rep.quote(qty=2)
    assert rep.workspace.perform(quote).saved

    found = ask(rep, earlier_documents, DRAFT)

    assert [(one.kind, one.number, one.day, one.lines) for one in found] == [
        ("quote", quote.number, DAY, 1),
        ("order", "H3", "2026-10-03", 1),
        ("order", "H2", "2026-09-02", 2),
        ("order", "H1", "2026-08-01", 5),
    ]
    assert (found[0].total, found[1].published_total) == (200_00, "120.50")
    assert found[3].names == ("Stent p1", "Stent p2", "Stent p3")


def test_a_quote_that_became_an_order_stands_as_the_order(rep: Any) -> None:
    quote = rep.quote(qty=2)
    placed = rep.order(quote) if rep.workspace.perform(quote).saved else None
    assert placed is not None
    assert rep.workspace.perform(placed).saved

    assert ask(rep, earlier_documents, DRAFT)[0].number == placed.number
    assert quote.number not in [one.number for one in ask(rep, earlier_documents, DRAFT)]


def test_the_quote_that_is_being_revised_is_not_copied_into_itself(rep: Any) -> None:
    quote = rep.quote(qty=2)
    assert rep.workspace.perform(quote).saved
    revising = QuoteDraft(
        id="op", number=quote.number, revision=2, quote_id=quote.quote_id, account_id="a1", ship_to_id="s1"
    )

    assert quote.number not in [one.number for one in ask(rep, earlier_documents, revising)]


def test_a_copy_has_what_can_be_sold_today_and_says_what_cannot_and_why(rep: Any) -> None:
    oldest = ask(rep, earlier_documents, DRAFT)[-1]

    found = ask(rep, copied, DRAFT, oldest, DAY)

    assert found.number == "H1"
    assert found.lines == (DraftLine("p1", 5, 0), DraftLine("p2", 7, 0))
    assert [(one.name, one.finding.code) for one in found.left_out] == [
        ("Stent p3", "product_not_sold"),
        ("Stent p4", "price_missing"),
        ("Stent p5", "not_in_assortment"),
    ]


def test_the_discounts_of_then_are_not_copied(rep: Any) -> None:
    assert rep.workspace.perform(rep.quote(qty=2, discount=1000)).saved
    newest = ask(rep, earlier_documents, DRAFT)[0]

    assert ask(rep, copied, DRAFT, newest, DAY).lines == (DraftLine("p1", 2, 0),)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("_OFTEN", "sales_order_account"),
        ("_OFTEN", "order_line_order"),
        ("_EARLIER", "quote_account"),
        ("_EARLIER", "sales_order_account"),
        ("_NAMES", "order_line_order"),
        ("_NAMES", "quote_line_quote"),
        ("_ANY", "sales_order_account"),
    ],
)
def test_histories_are_read_by_their_indexes(rep: Any, statement: str, index: str) -> None:
    values = {"account": "a1", "but": "q", "limit": 60, "most": 3}
    asked = getattr(offering, statement).text.replace(":ids", "('h1')")
    with reading(rep.workspace.reader) as connection:
        plan = " | ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"), values))

    assert index in plan
    assert "SCAN sales_order" not in plan
