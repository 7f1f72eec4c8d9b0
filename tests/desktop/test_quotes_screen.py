"""Quotes & orders after submitting: states in words, orders, revisions, copies, and what the server refused."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from quotes_kit import Hands, new_price


@pytest.fixture
def hands(stage: Any) -> Hands:
    return Hands(stage)


@pytest.fixture
def manager(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("boss", "manager")


def submit(hands: Hands, *, account: str = "a1", discount: str = "", product: str = "p1") -> str:
    """A quote made and submitted; its id."""
    hands.new_quote(account, product)
    if discount:
        hands.type("quote.line.0.discount", discount)
    hands.tap("quote.submit")
    return str(hands.outbox()[-1]["quote_id"])


def decide(manager: Any, quote_id: str, *, approve: bool = True, reason: str = "") -> None:
    """The manager decides the pending need of a quote, and sends it."""
    from app.domain.commands import DecideApproval

    manager.sync()
    need = manager.one(f"SELECT id FROM approval WHERE quote_id='{quote_id}' AND state='pending'")
    revision = manager.one(f"SELECT revision FROM quote WHERE id='{quote_id}'")
    command = DecideApproval(
        op_id=manager.new_id(), actor="boss", business_date="2026-11-23", approval_id=need, quote_id=quote_id,
        revision=revision, approve=approve, reason=reason,
    )  # fmt: skip
    assert manager.workspace.perform(command).saved
    manager.sync()


# -- the way of a quote -----------------------------------------------------------------------------------------------


def test_after_approval_the_order_is_placed_and_the_warehouse_answers(hands: Hands, manager: Any) -> None:
    quote_id = submit(hands, discount="20")
    assert hands.words("quote_page.chip.0") == "Waiting for approval"
    assert not hands.sees("quote_page.place_order")
    hands.stage.sync()
    assert hands.words("quote_page.chip.1") == "Confirmed"
    decide(manager, quote_id)

    hands.stage.sync()

    assert hands.words("quote_page.chip.0") == "Approved"
    assert "Approved" in hands.all_words("quote_page.approvals")
    assert "boss on Nov 23, 2026" in hands.all_words("quote_page.approvals")
    hands.tap("quote_page.place_order")
    assert hands.words("quote_page.chip.0") == "Accepted"
    hands.tap("quote_page.open_order")
    assert hands.words("order_page.chip.0") == "Placed"
    assert hands.words("order_page.chip.1") == "Saved — waiting to send"
    assert hands.cells("order_page.lines") == [["Stent p1", "1", "not yet", "$80.00", "$80.00"]]

    hands.stage.sync()

    assert hands.words("order_page.chip.0") == "Allocated"
    assert hands.words("order_page.chip.1") == "Confirmed"
    assert hands.cells("order_page.lines") == [["Stent p1", "1", "1 of 1", "$80.00", "$80.00"]]
    assert hands.words("order_page.next") == "Stock is reserved for it."


def test_more_than_the_warehouse_has_is_told_line_by_line(hands: Hands) -> None:
    hands.new_quote()
    hands.type("quote.line.0.qty.figure", "60")
    hands.tap("quote.submit")
    hands.tap("quote_page.place_order")

    hands.stage.sync()
    hands.tap("quote_page.open_order")

    assert hands.cells("order_page.lines")[0][:3] == ["Stent p1", "60", "50 of 60"]
    assert "Part of it later" in hands.all_words("order_page.findings")


def test_a_declined_quote_says_who_and_why_and_can_be_revised(hands: Hands, manager: Any) -> None:
    quote_id = submit(hands, discount="20")
    hands.stage.sync()
    decide(manager, quote_id, approve=False, reason="margin too thin")
    hands.stage.sync()
    assert hands.words("quote_page.chip.0") == "Declined"
    assert "boss on Nov 23, 2026: “margin too thin”" in hands.all_words("quote_page.approvals")

    hands.tap("quote_page.back")
    hands.tap("quotes.filter.needs_you")
    assert [row[2] for row in hands.cells("quotes.table")] == ["Declined"]
    hands.tap_row("quotes.table", 0)
    hands.tap("quote_page.revise")
    assert hands.words("quote.revision") == "Revision 2"
    hands.type("quote.line.0.discount", "8")
    hands.tap("quote.submit")
    hands.stage.sync()

    assert hands.words("quote_page.chip.0") == "Approved"
    assert hands.words("quote_page.about").endswith("Revision 2")
    assert hands.sql("SELECT id, revision, state, total FROM quote") == [(quote_id, 2, "approved", 92_00)]


def test_revising_twice_writes_on_one_draft(hands: Hands) -> None:
    quote_id = submit(hands)
    hands.tap("quote_page.revise")
    hands.type("quote.note", "second thoughts")

    hands.go(quote_id=quote_id)
    hands.tap("quote_page.revise")

    assert hands.find("quote.note", QLineEdit).text() == "second thoughts"
    assert len(hands.drafts()) == 1


def test_a_copy_is_a_new_quote_with_the_same_lines(hands: Hands) -> None:
    quote_id = submit(hands, discount="5")

    hands.tap("quote_page.copy")

    [draft] = hands.drafts()
    assert draft["quote_id"] != quote_id
    assert draft["revision"] == 1
    assert draft["lines"] == [{"product_id": "p1", "qty": 1, "discount_bp": 500}]
    assert hands.words("quote.account_name") == "Hospital a1"


def test_the_servers_other_price_stands_beside_the_one_shown(hands: Hands, sqlite_world: Any) -> None:
    new_price(sqlite_world, 110_0000)
    submit(hands)  # at 100.00: this tablet has not heard of it

    hands.stage.sync()

    told = hands.all_words("quote_page.differs")
    assert "Stent p1: you showed $100.00, the server has $110.00." in told
    assert "The shown price stands." in told
    assert hands.cells("quote_page.lines")[0][2] == "$100.00"


def test_a_submitted_line_still_explains_its_price(hands: Hands) -> None:
    submit(hands, discount="5")

    hands.tap_row("quote_page.lines", 0)

    sheet = hands.stage.window.findChild(QWidget, "why_price_sheet")
    told = " | ".join(one.text() for one in sheet.findChildren(QLabel))
    assert "$95.00 per EA" in told
    assert "Price list · Base" in told
    sheet.close()


def test_an_order_that_is_refused_at_once_says_why(hands: Hands, sqlite_world: Any) -> None:
    quote_id = submit(hands)
    hands.stage.sync()
    sqlite_world.hold("a1", "two invoices overdue")
    hands.stage.sync()
    hands.go(quote_id=quote_id)

    hands.tap("quote_page.place_order")

    assert hands.words("quote_page.next") == "The order could not be placed"
    assert "Hospital a1 is on hold: two invoices overdue" in hands.all_words("quote_page.findings")
    assert hands.sql("SELECT count(*) FROM sales_order") == [(0,)]


# -- what the server refused ------------------------------------------------------------------------------------------


def test_a_refused_quote_is_opened_as_a_draft_under_its_number_and_submitted_again(
    hands: Hands, sqlite_world: Any
) -> None:
    quote_id = refused(hands, sqlite_world)
    [row] = [one for one in hands.cells("quotes.table") if one[2] == "Needs you: refused"]
    number = row[0]
    hands.tap_row("quotes.table", 0)
    assert hands.words("op_page.title") == f"Quote {number} was refused"
    assert "Hospital a2 is on hold: unpaid" in hands.all_words("op_page.findings")
    assert "1 × Stent p1" in hands.all_words("op_page.content")

    hands.tap("op_page.open_as_draft")

    assert hands.words("quote.title") == f"Quote {number}"
    assert hands.words("quote.account_state") == "On hold"
    assert hands.drafts()[0]["quote_id"] == quote_id
    assert hands.sql("SELECT seen FROM outbox") == [(1,)]
    hands.tap("quote.change_account")
    hands.choose("quote.account", "a1")
    hands.tap("quote.submit")
    hands.stage.sync()
    assert hands.words("quote_page.chip.0") == "Approved"
    assert hands.words("quote_page.chip.1") == "Confirmed"
    assert hands.sql("SELECT id, account_id FROM quote") == [(quote_id, "a1")]


def test_a_refused_quote_that_is_dealt_with_leaves_the_list(hands: Hands, sqlite_world: Any) -> None:
    refused(hands, sqlite_world)
    hands.tap_row("quotes.table", 0)

    hands.tap("op_page.dismiss")
    hands.tap("quotes.filter.needs_you")

    assert hands.words("quotes.empty.words") == "Nothing needs you"
    assert hands.sql("SELECT result, seen FROM outbox") == [("rejected", 1)]


@pytest.mark.parametrize("door", ["op_id", "quote_id"])
def test_what_was_refused_is_found_from_other_places(hands: Hands, sqlite_world: Any, door: str) -> None:
    quote_id = refused(hands, sqlite_world)
    [(op_id,)] = hands.sql("SELECT op_id FROM outbox")

    hands.go(**{door: {"op_id": op_id, "quote_id": quote_id}[door]})

    assert hands.words("op_page.title").endswith("was refused")


def refused(hands: Hands, world: Any) -> str:
    """A quote that this tablet accepted and the server refuses, and the list with it."""
    world.hold("a2")
    quote_id = submit(hands, account="a2")
    hands.stage.sync()
    hands.go()
    hands.screen.show_list()
    hands.stage.settle()
    return quote_id


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_tells_every_state_in_words(hands: Hands, sqlite_world: Any) -> None:
    submit(hands)
    hands.stage.sync()
    submit(hands, discount="20")
    hands.new_quote("a2", "p2")
    hands.tap("quote.back")

    rows = hands.cells("quotes.table")

    assert [(row[2], row[3]) for row in rows] == [
        ("Draft", "Draft, only here"),
        ("Waiting for approval", "Saved — waiting to send"),
        ("Approved", "Confirmed"),
    ]
    assert [row[5] for row in rows] == ["$2.50", "$80.00", "$100.00"]
    assert [row[1] for row in rows] == ["Hospital a2", "Hospital a1", "Hospital a1"]


@pytest.mark.parametrize(
    ("wanted", "states"),
    [
        ("drafts", ["Draft"]),
        ("waiting", ["Waiting for approval"]),
        ("pending", ["Waiting for approval"]),
        ("approved", ["Approved"]),
        ("orders", ["Allocated"]),
        ("needs_you", []),
    ],
)
def test_each_filter_shows_its_own(hands: Hands, wanted: str, states: list[str]) -> None:
    submit(hands)
    hands.tap("quote_page.place_order")
    submit(hands)
    hands.stage.sync()
    submit(hands, discount="20")
    hands.new_quote("a2", "p2")
    hands.tap("quote.back")

    hands.tap(f"quotes.filter.{wanted}")

    assert [row[2] for row in hands.cells("quotes.table")] == states if states else hands.sees("quotes.empty")


def test_the_list_is_searched_by_account_and_number(hands: Hands) -> None:
    submit(hands, account="a1")
    submit(hands, account="a2")
    hands.tap("quote_page.back")

    hands.type("quotes.search", "hospital a2")
    assert [row[1] for row in hands.cells("quotes.table")] == ["Hospital a2"]

    hands.type("quotes.search", "zebra")
    assert hands.words("quotes.empty.words") == "Nothing found for “zebra”"


def test_a_draft_that_was_submitted_just_before_the_app_died_is_put_away(hands: Hands) -> None:
    hands.new_quote()
    hands.tap("quote.back")
    [(draft_id, body)] = hands.sql("SELECT id, body FROM draft")
    hands.tap_row("quotes.table", 0)
    hands.tap("quote.submit")
    dies_between(hands, draft_id, body)

    hands.go()
    hands.screen.show_list()
    hands.stage.settle()

    assert [row[2] for row in hands.cells("quotes.table")] == ["Approved"]
    assert hands.drafts() == []


def dies_between(hands: Hands, draft_id: str, body: str) -> None:
    """As if the op had been saved and the draft not yet deleted."""
    with hands.stage.workspace.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO draft VALUES (?, 'quote', ?, '2026-11-23', '', NULL)", (draft_id, body)
        )


# -- doors from other places ------------------------------------------------------------------------------------------


def test_a_quote_is_begun_from_an_account(hands: Hands) -> None:
    hands.go(new_for="a2")

    assert hands.words("quote.account_name") == "Hospital a2"
    assert hands.words("quote.title") == "Quote RE-A-0001"


def test_a_product_from_the_catalogue_goes_on_the_newest_draft(hands: Hands) -> None:
    hands.go(new_for="a2")
    hands.stage.go("today")

    hands.go(add_product="p2")
    hands.go(add_product="p1")

    [draft] = hands.drafts()
    hands.pause()
    assert draft["account_id"] == "a2"
    assert [line["product_id"] for line in hands.drafts()[0]["lines"]] == ["p2", "p1"]


def test_a_product_from_the_catalogue_begins_a_quote_when_there_is_no_draft(hands: Hands) -> None:
    hands.go(add_product="p2")

    assert hands.words("quote.line.0.name") == "Stent p2"
    assert hands.words("quote.verdict") == "Choose the account"


def test_a_document_that_is_not_here_says_so(hands: Hands) -> None:
    hands.go(quote_id="nowhere")

    assert hands.words("quotes.gone.words") == "This document is not on this device."


def test_every_control_has_a_name_for_a_screen_reader(hands: Hands) -> None:
    hands.new_quote("a1", "p1", "p2")

    silent = [
        one.objectName() or type(one).__name__
        for kind in (QPushButton, QLineEdit)
        for one in hands.screen.findChildren(kind)
        if one.isVisible() and not (one.accessibleName() or one.text())
    ]

    assert silent == []


def test_a_revised_quote_shows_what_changed_between_any_two_revisions(hands: Hands) -> None:
    hands.new_quote("a1", "p1")
    hands.tap("quote.submit")
    for qty, discount in (("5", ""), ("5", "10")):
        hands.tap("quote_page.revise")
        hands.type("quote.line.0.qty.figure", qty)
        hands.type("quote.line.0.discount", discount)
        hands.tap("quote.submit")

    hands.tap("quote_page.changes")

    assert hands.words("quote_changes.title") == "What changed in RE-A-0001"
    assert hands.words("quote_changes.total") == "Net total $500.00 → $450.00: $50.00 less"
    assert hands.cells("quote_changes.list")[0][2:] == ["5 EA at $100.00", "5 EA at $90.00"]
    hands.choose_item("quote_changes.before", "Revision 1, Nov 23, 2026")
    assert hands.words("quote_changes.total") == "Net total $100.00 → $450.00: $350.00 more"
    assert hands.cells("quote_changes.list")[0][2:] == ["1 EA at $100.00", "5 EA at $90.00"]


def test_a_quote_that_was_never_revised_has_nothing_to_compare(hands: Hands) -> None:
    hands.new_quote("a1", "p1")
    hands.tap("quote.submit")

    assert not hands.sees("quote_page.changes")
