"""What the list and the card of accounts say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.screens.accounts import present_card, present_list
from app.screens.formats import Formats
from app.screens.order_history import present_order, published
from app.workspace.rows.accounts import (
    AccountCard,
    AccountRow,
    AccountsFound,
    AccountTerms,
    AddressRow,
    ContactRow,
    DocumentRow,
    LicenceRow,
    OrderDetail,
    OrderLineRow,
)

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 14, 5, tzinfo=UTC), zone=UTC)
ROW = AccountRow("a1", "AC-1", "Harbour Hospital", "store", "active", None, "Bergen", "2026-11-01")
ADDRESS = AddressRow("s1", "ship_to", "Main", "1 Quay", "", "Bergen", "", "5003", "NO")
DOCUMENT = DocumentRow(
    "order", "o1", "SO1", "history", "shipped", "2014-03-01", "USD", None, "2626.5408", "PO55"
)
CARD = AccountCard(
    id="a1", number="AC-1", name="Harbour Hospital", segment="store", status="active", status_reason="",
    status_since=None, territory="North", rep="Ada Berg", price_list="Group", currency="USD", po_required=False,
    terms_days=30, credit_limit=1_000_00, open_orders=400_00, last_contact="2026-11-23T09:00:00+00:00", whole=True,
    has_trunk=True, addresses=(ADDRESS,), contacts=(), open_documents=(), history=(DOCUMENT,), history_count=1,
)  # fmt: skip
LINE = OrderLineRow(
    "l1", 1, "p1", "S-1", "Stent", "EA", "L7", 3, 0, None, None, "1012.497", "0.02", "2024.994000"
)
ORDER = OrderDetail(
    "o1", "2014-03-01", "shipped", "PO55", "USD", "2024.994", "196.1", "61.28", "2282.374", "2014-03-08", "CARGO",
    "T-9", (LINE,),
)  # fmt: skip


def found(*rows: AccountRow, words: str = "", more: bool = False, total: int = 80) -> AccountsFound:
    return AccountsFound(words, rows, more, total)


def figure(card: AccountCard, key: str) -> Any:
    return next(one for one in present_card(card, FORMATS, role="rep", day=DAY).figures if one.key == key)


def deeds(card: AccountCard, role: str = "rep") -> dict[str, bool]:
    return {one.key: one.enabled for one in present_card(card, FORMATS, role=role, day=DAY).deeds}


# -- the list ---------------------------------------------------------------------------------------------------------


def test_an_active_account_says_nothing_about_its_state() -> None:
    [line] = present_list(found(ROW), FORMATS).lines

    assert (line.about, line.state, line.last) == ("AC-1 · Bergen", "", "Nov 1, 2026")


@pytest.mark.parametrize(
    ("status", "words", "tone"), [("on_hold", "On hold", "bad"), ("closed", "Closed", "muted")]
)
def test_an_account_that_cannot_buy_says_so_in_words_and_tone(status: str, words: str, tone: str) -> None:
    [line] = present_list(found(replace(ROW, status=status)), FORMATS).lines

    assert (line.state, line.tone) == (words, tone)
    assert words in line.spoken


def test_an_account_that_never_ordered_says_so() -> None:
    assert present_list(found(replace(ROW, last_order=None)), FORMATS).lines[0].last == "never ordered"


@pytest.mark.parametrize(
    ("what", "note"),
    [
        (found(ROW, total=1), "Last ordered first. All 1."),
        (found(ROW, more=True, total=5012), "Last ordered first. 1 of 5,012 — type to find the others."),
        (found(ROW, words="har"), "1 account found"),
        (found(ROW, ROW, words="har"), "2 accounts found"),
        (found(ROW, words="har", more=True), "The first 1. Type more to narrow it down."),
        (found(words="har"), ""),
    ],
)
def test_the_list_says_what_it_is(what: AccountsFound, note: str) -> None:
    assert present_list(what, FORMATS).note == note


def test_an_empty_device_teaches_to_sync_an_empty_search_to_search_otherwise() -> None:
    nothing, missed = present_list(found(total=0), FORMATS), present_list(found(words=" zz "), FORMATS)

    assert (nothing.empty, nothing.empty_step) == ("No accounts on this device yet", "Go to Sync")
    assert (missed.empty, missed.empty_step) == ("No account matches “zz”", "")


# -- the card ---------------------------------------------------------------------------------------------------------


def test_credit_says_what_is_left_and_how_old_that_is() -> None:
    credit = figure(CARD, "credit")

    assert (credit.value, credit.tone) == ("$600.00 left of $1,000.00", "")
    assert credit.more == "$400.00 in open orders, as of 09:00"


def test_credit_over_its_limit_is_told_in_words_and_tone() -> None:
    credit = figure(replace(CARD, open_orders=1_200_50), "credit")

    assert (credit.value, credit.tone) == ("$200.50 over the limit of $1,000.00", "bad")


def test_no_limit_is_not_a_limit_of_nothing() -> None:
    assert figure(replace(CARD, credit_limit=None), "credit").value == "No limit set"
    assert figure(replace(CARD, credit_limit=0, open_orders=0), "credit").value == "$0.00 left of $0.00"


@pytest.mark.parametrize(
    ("changes", "value", "more"),
    [
        ({}, "Net 30 days", "No PO number needed"),
        ({"terms_days": 0, "po_required": True}, "Payment at once", "PO number required"),
    ],
)
def test_terms_are_told_in_words(changes: dict[str, Any], value: str, more: str) -> None:
    terms = figure(replace(CARD, **changes), "terms")

    assert (terms.value, terms.more) == (value, more)


def test_an_account_on_hold_says_since_when_why_and_what_next() -> None:
    held = replace(CARD, status="on_hold", status_reason="three invoices overdue", status_since="2026-11-11")

    view = present_card(held, FORMATS, role="rep", day=DAY)

    assert (view.state, view.tone) == ("On hold since Nov 11, 2026", "bad")
    [finding] = view.findings
    assert "three invoices overdue" in finding.sentence
    assert finding.next_step


def test_a_quote_for_an_account_on_hold_can_still_be_begun() -> None:
    assert deeds(replace(CARD, status="on_hold"))["quote"], (
        "submitting it says why it stops, and the draft is kept"
    )


@pytest.mark.parametrize(
    ("role", "trunk", "enabled"),
    [
        ("rep", True, {"quote": True, "sell": True, "visit": True}),
        ("manager", False, {"quote": True, "sell": False, "visit": True}),
        ("finance", False, {"quote": False, "sell": False, "visit": True}),
    ],
)
def test_what_can_be_done_follows_the_role_and_the_trunk(
    role: str, trunk: bool, enabled: dict[str, bool]
) -> None:
    view = present_card(replace(CARD, has_trunk=trunk), FORMATS, role=role, day=DAY)

    assert {one.key: one.enabled for one in view.deeds} == enabled
    assert all(one.tip for one in view.deeds if not one.enabled), "a button that is off says why"


def test_an_address_with_two_roles_is_told_once() -> None:
    both = replace(CARD, addresses=(ADDRESS, replace(ADDRESS, id="b1", role="bill_to")))

    [address] = present_card(both, FORMATS, role="rep", day=DAY).addresses

    assert (address.kind, address.label, address.lines) == (
        "Ship to and bill to", "Main", ("1 Quay", "5003 Bergen, NO"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("phone", "email", "urls"),
    [
        ("+47 55 10 (0) 20-30", "ada.berg+b@x.no", ["tel:+47551002030", "mailto:ada.berg+b@x.no"]),
        ("555-0100", "", ["tel:5550100"]),
        ("ask at the desk", "none", []),
        ("", "a b?c@x.no", ["mailto:a%20b%3Fc@x.no"]),
    ],
)
def test_a_contact_is_one_tap_from_a_call_or_a_letter(phone: str, email: str, urls: list[str]) -> None:
    card = replace(CARD, contacts=(ContactRow("c1", "Ada Berg", "Buyer", email, phone),))

    [contact] = present_card(card, FORMATS, role="rep", day=DAY).contacts

    assert [one.url for one in contact.ways] == urls
    assert all("Ada Berg" in one.spoken for one in contact.ways)


def test_a_licence_that_runs_out_is_told_above_everything() -> None:
    terms = AccountTerms(
        licences=(LicenceRow("*", "WA-1", "Main", "2025-01-01", "2026-12-05", "2026-10-29"),)
    )

    view = present_card(replace(CARD, terms=terms), FORMATS, role="rep", day=DAY)

    assert [one.code for one in view.findings] == ["licence_soon"]
    assert [one.state for one in view.licences] == ["Expires in 12 days"]


def test_documents_say_their_state_in_words_and_their_own_kind_of_total() -> None:
    quote = DocumentRow("quote", "q1", "RE-A-1", "", "pending_approval", "2026-11-20", "USD", 12_50, None, "")

    view = present_card(replace(CARD, open_documents=(quote,)), FORMATS, role="rep", day=DAY)

    assert [(one.about, one.state, one.total) for one in view.open] == [
        ("Quote", "Waiting for approval", "$12.50")
    ]
    assert [(one.about, one.state, one.total) for one in view.history] == [("PO55", "Shipped", "$2,626.5408")]
    assert (view.open_tab, view.history_tab, view.history_note) == ("Open (1)", "History (1)", "")


def test_a_cut_history_says_how_much_there_is() -> None:
    assert (
        present_card(replace(CARD, history_count=250), FORMATS, role="rep", day=DAY).history_note
        == "The newest 1 of 250."
    )


# -- an order opened --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2626.5408", "$2,626.5408"),
        ("2024.994000", "$2,024.9940"),
        ("12", "$12.00"),
        ("0", "$0.00"),
        ("-3.5", "−$3.50"),
        ("1.23456", "1.23456 USD"),
        ("n/a", "n/a USD"),
        ("NaN", "NaN USD"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_a_published_figure_loses_no_digit(text: str | None, shown: str) -> None:
    assert published(text, "USD", FORMATS) == shown


def test_an_imported_order_tells_what_its_paper_said() -> None:
    view = present_order(ORDER, FORMATS)

    assert view.summary == (
        "As published: sub-total $2,024.9940 · tax $196.10 · freight $61.28 · total $2,282.3740"
    )
    assert view.about == "Mar 1, 2014 · PO55 · Shipped Mar 8, 2014 by CARGO · tracking T-9"
    [line] = view.lines
    assert (line.product, line.about) == ("Stent", "S-1 · Lot L7 · 2% off")
    assert (line.each, line.total) == ("3 × $1,012.4970", "$2,024.9940")


def test_an_order_of_our_own_tells_its_own_figures() -> None:
    ours = replace(LINE, unit_price=12_5000, extended=37_50, published_discount=None, lot="", backordered=1)

    view = present_order(replace(ORDER, published_total=None, shipped_on=None, lines=(ours,)), FORMATS)

    assert (view.summary, view.about) == ("", "Mar 1, 2014 · PO55 · Shipped · tracking T-9")
    assert (view.lines[0].about, view.lines[0].each, view.lines[0].total) == (
        "S-1 · 1 to follow", "3 × $12.50", "$37.50",
    )  # fmt: skip
