"""The list of quotes and orders, and the pages behind it, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.commands import PlaceOrder, QuoteLine, SubmitQuote
from app.domain.lifecycle import ORDER, QUOTE, verbs
from app.domain.pricing import Step
from app.domain.rejections import finding
from app.screens import op_page, order_page, quote_page
from app.screens.formats import Formats
from app.screens.quotes import present, state_words
from app.workspace.rows import quotes as r
from app.workspace.rows.quote_draft import QuoteDraft

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
ROW = r.DocumentRow(
    kind=r.QUOTE, id="q", number="RE-A-0001", revision=1, account_id="a", account="Harbour Hospital",
    account_number="A1", state="approved", order_type="", command="", sending=r.WAITING, currency="USD", total=123_45,
    published_total=None, day="2026-11-23", lines=3, po_number="77", rep="",
)  # fmt: skip
QUOTE_CARD = r.QuoteCard(
    id="q", number="RE-A-0001", revision=1, account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="Main", ship_to_id="s", rep_id="rep", rep="Rep", mine=True, state="approved", sending=r.CONFIRMED,
    currency="USD", day="2026-11-23", po_number="77", note="", list_total=200_00, total=180_00, findings=(),
    lines=(r.QuoteLineRow(1, "p", "SKU", "Stent", "EA", 2, 1000, 90_0000, None, 180_00, '{"v":"1","steps":[]}'),),
    approvals=(), orders=(),
)  # fmt: skip
ORDER_CARD = r.OrderCard(
    id="o", number="RE-A-0002", type="stock", account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="Main", rep="Rep", state="allocated", sending=r.CONFIRMED, currency="USD", day="2026-11-23", due=None,
    po_number="", total=180_00, published_sub_total=None, published_tax=None, published_freight=None,
    published_total=None, quote_id="q", quote_number="RE-A-0001", findings=(),
    lines=(r.OrderLineRow(1, "p", "SKU", "Stent", "", 10, 8, 2, 90_0000, 900_00, None, None),), shipments=(),
)  # fmt: skip
SUBMITTED = SubmitQuote(
    op_id="op", actor="rep", business_date="2026-11-23", quote_id="q", number="RE-A-0003", revision=1, account_id="a",
    ship_to_id="s", currency="USD", po_number="77", note="", lines=(
        QuoteLine(product_id="p", qty=2, discount_bp=0, shown_price=100_0000),
    ),
)  # fmt: skip
OP_CARD = r.OpCard(
    "op", SUBMITTED, "RE-A-0003", "a", "Harbour Hospital", "USD", 200_00, "rejected", "2026-11-23T12:00:00+00:00",
    False,
    (finding("account_on_hold", "a", account="Harbour Hospital", reason="unpaid"),),
    QuoteDraft.of_command("op", SUBMITTED), {"p": "Stent"},
)  # fmt: skip


def listed(
    *rows: r.DocumentRow, wanted: str = r.ALL, words: str = "", role: str = "rep", **counts: int
) -> object:
    return present(
        r.DocumentList(rows, False, counts, ()), wanted=wanted, words=words, role=role, formats=FORMATS
    )


# -- the list ---------------------------------------------------------------------------------------------------------


def test_a_row_says_what_it_is_where_it_stands_and_how_far_it_has_come() -> None:
    [line] = listed(ROW).lines

    assert (line.kind, line.account, line.about) == ("Quote", "Harbour Hospital", "A1 · 3 lines · PO 77")
    assert (line.state, line.tone) == ("Approved", "ok")
    assert (line.sending, line.total, line.date) == ("Saved — waiting to send", "$123.45", "Nov 23")


@pytest.mark.parametrize(
    ("sending", "words"),
    [(r.WAITING, "Saved — waiting to send"), (r.SENT, "Sent"), (r.CONFIRMED, "Confirmed")],
)
def test_three_words_for_how_far_it_has_come(sending: str, words: str) -> None:
    assert listed(replace(ROW, sending=sending)).lines[0].sending == words


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"revision": 2}, "Quote, revision 2"),
        ({"rep": "Ann"}, "Quote by Ann"),
        ({"kind": r.ORDER, "order_type": "stock", "state": "placed"}, "Order"),
        ({"kind": r.ORDER, "order_type": "trunk_sale", "state": "closed"}, "Trunk sale"),
        ({"kind": r.ORDER, "order_type": "history", "state": "shipped"}, "Earlier order"),
        ({"kind": r.OP, "command": "PlaceOrder", "state": "rejected"}, "Order"),
    ],
)
def test_each_document_is_called_by_its_kind(changes: dict[str, object], kind: str) -> None:
    assert listed(replace(ROW, **changes)).lines[0].kind == kind


def test_an_imported_order_shows_its_published_total_and_no_sending() -> None:
    old = replace(
        ROW, kind=r.ORDER, order_type="history", state="shipped", total=None, published_total="82.8529"
    )

    [line] = listed(old).lines

    assert (line.total, line.sending) == ("$82.85", "")


@pytest.mark.parametrize("state", [*QUOTE, "something_new"])
def test_every_quote_state_has_words(state: str) -> None:
    assert state_words(r.QUOTE, state)[0]


@pytest.mark.parametrize("state", [*ORDER, "something_new"])
def test_every_order_state_has_words(state: str) -> None:
    assert state_words(r.ORDER, state)[0]


@pytest.mark.parametrize("outcome", ["rejected", "parked", "guess_refused", "something_new"])
def test_every_op_that_needs_somebody_says_so(outcome: str) -> None:
    words, tone = state_words(r.OP, outcome)

    assert words.startswith("Needs you")
    assert tone == "bad"


@pytest.mark.parametrize("wanted", r.FILTERS)
def test_an_empty_filter_teaches_the_next_step(wanted: str) -> None:
    state = listed(wanted=wanted)

    assert state.empty
    assert state.empty_more


def test_filters_count_what_a_person_watches() -> None:
    state = listed(drafts=2, needs_you=1, wanted=r.DRAFTS)

    assert [one.words for one in state.filters if "·" in one.words] == ["Drafts · 2", "Needs you · 1"]
    assert [one.key for one in state.filters if one.chosen] == [r.DRAFTS]


@pytest.mark.parametrize(
    ("role", "may"), [("rep", True), ("manager", True), ("finance", False), ("operations", False)]
)
def test_only_those_who_quote_are_offered_a_new_quote(role: str, may: bool) -> None:
    assert listed(role=role).may_write is may


# -- a quote ----------------------------------------------------------------------------------------------------------


def keys(actions: tuple[object, ...]) -> list[str]:
    return [one.key for one in actions]  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", QUOTE)
def test_the_buttons_are_the_verbs_of_the_lifecycle(state: str) -> None:
    offered = set(keys(quote_page.actions(replace(QUOTE_CARD, state=state), "rep", DAY)))

    assert offered & {"place_order", "revise"} == set(verbs(QUOTE, state)) & {"place_order", "revise"}
    assert "copy" in offered


def test_only_the_author_revises_and_orders() -> None:
    others = replace(QUOTE_CARD, mine=False)

    assert keys(quote_page.actions(others, "rep", DAY)) == ["present", "copy", "open_account"]
    assert keys(quote_page.actions(others, "finance", DAY)) == ["open_account"]


def test_a_quote_that_was_ordered_leads_to_its_order() -> None:
    ordered = replace(QUOTE_CARD, state="accepted", orders=(r.OrderRef("o", "RE-A-0002", "placed"),))

    first = quote_page.actions(ordered, "rep", DAY)[0]

    assert (first.words, first.target) == ("Open order RE-A-0002", "o")


def test_a_need_says_whose_it_is_where_it_stands_and_what_was_said() -> None:
    need = r.ApprovalRow(
        "n", 1, "manager", "discount_over_limit", "declined", "2026-11-22", "Ann", "2026-11-23", "too much"
    )

    [told] = quote_page.present(
        replace(QUOTE_CARD, approvals=(need,)), role="rep", day=DAY, formats=FORMATS
    ).approvals

    assert (told.words, told.state, told.tone) == ("Manager: Discount over the limit", "Declined", "bad")
    assert told.more == "Ann on Nov 23, 2026: “too much”"


def test_a_need_of_an_earlier_revision_says_which() -> None:
    need = r.ApprovalRow("n", 1, "manager", "discount_over_limit", "superseded", "2026-11-22", "", None, "")

    card = replace(QUOTE_CARD, revision=2, approvals=(need,))

    assert (
        quote_page.present(card, role="rep", day=DAY, formats=FORMATS)
        .approvals[0]
        .words.endswith("(revision 1)")
    )


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("price_differs", "The shown price stands."),
        ("price_too_old", "It was shown too long ago, so it needs approval."),
    ],
)
def test_the_servers_price_stands_beside_the_shown_one_with_its_reason(code: str, says: str) -> None:
    [line] = QUOTE_CARD.lines
    found = finding(code, "1", product="Stent", shown=90_0000, own=95_0000, currency="USD", days=20)
    card = replace(QUOTE_CARD, lines=(replace(line, repriced=95_0000),), findings=(found,))

    page = quote_page.present(card, role="rep", day=DAY, formats=FORMATS)

    assert [(one.words, one.more) for one in page.differs] == [
        ("Stent: you showed $90.00, the server has $95.00.", says)
    ]
    assert page.lines[0].server == "server: $95.00"
    assert page.findings == ()  # told once, line by line


def test_a_kept_trace_still_explains_the_price() -> None:
    from app.domain.pricing import Price

    steps = (Step("list", "base", "Base", True, "most_specific", None, 100_0000),)
    kept = Price(100_0000, 100_0000, 200_00, 200_00, "USD", steps).trace()
    [line] = QUOTE_CARD.lines

    page = quote_page.present(
        replace(QUOTE_CARD, lines=(replace(line, trace=kept),)), role="rep", day=DAY, formats=FORMATS
    )

    assert [step.name for step in page.lines[0].explain().used] == ["Base"]


def test_totals_show_list_discount_and_total() -> None:
    page = quote_page.present(QUOTE_CARD, role="rep", day=DAY, formats=FORMATS)

    assert [(one.name, one.words) for one in page.totals] == [
        ("List total", "$200.00"),
        ("Discounts", "−$20.00"),
    ]
    assert (page.total_label, page.total) == ("Total in USD", "$180.00")


# -- an order ---------------------------------------------------------------------------------------------------------


def test_an_order_line_says_what_is_reserved_and_what_follows() -> None:
    page = order_page.present(ORDER_CARD, role="rep", formats=FORMATS)

    [line] = page.lines
    assert (line.allocated, line.backordered, line.tone) == ("8 of 10", "2 to follow", "warn")
    assert page.next_step == "Stock is reserved for a part of it; the rest follows."


def test_an_order_the_server_has_not_seen_reserves_nothing_yet() -> None:
    [line] = ORDER_CARD.lines
    card = replace(ORDER_CARD, state="placed", lines=(replace(line, allocated=0, backordered=0),))

    assert order_page.present(card, role="rep", formats=FORMATS).lines[0].allocated == "not yet"


def test_an_imported_order_is_shown_as_published() -> None:
    [line] = ORDER_CARD.lines
    old = replace(
        line, unit_price=None, extended=None, published_unit_price="37.49", published_line_total="74.98"
    )
    card = replace(
        ORDER_CARD, type="history", state="shipped", total=None, quote_id="", published_sub_total="74.98",
        published_tax="5.9984", published_freight="1.8745", published_total="82.8529", lines=(old,),
        shipments=(r.ShipmentRow("2014-07-07", "TRUCK", "T1"),),
    )  # fmt: skip

    page = order_page.present(card, role="rep", formats=FORMATS)

    assert [one.words for one in page.totals] == ["$74.98", "$6.00", "$1.87"]
    assert (page.total, page.lines[0].unit, page.lines[0].allocated) == ("$82.85", "$37.49", "")
    assert [(one.words, one.more) for one in page.shipments] == [("Jul 7, 2014 · TRUCK", "Tracking T1")]
    assert keys(page.actions) == ["copy", "open_account"]


@pytest.mark.parametrize("state", ORDER)
def test_every_order_state_says_what_comes_next(state: str) -> None:
    assert order_page.present(replace(ORDER_CARD, state=state), role="rep", formats=FORMATS).next_step


# -- what was refused -------------------------------------------------------------------------------------------------


def test_a_refused_quote_shows_every_reason_its_content_and_the_next_steps() -> None:
    page = op_page.present(OP_CARD, FORMATS)

    assert page.title == "Quote RE-A-0003 was refused"
    assert keys(page.actions) == ["open_as_draft", "dismiss"]
    assert [one.sentence for one in page.findings] == ["Harbour Hospital is on hold: unpaid."]
    assert [(one.name, one.words) for one in page.content] == [("2 × Stent", "shown $100.00")]


@pytest.mark.parametrize("outcome", ["guess_refused", "parked"])
def test_what_the_server_may_still_accept_is_not_written_on(outcome: str) -> None:
    """Or the quote could stand twice."""
    page = op_page.present(replace(OP_CARD, outcome=outcome), FORMATS)

    assert keys(page.actions) == []
    assert page.says


def test_a_refused_order_leads_back_to_its_quote() -> None:
    order = PlaceOrder(
        op_id="op",
        actor="rep",
        business_date="2026-11-23",
        order_id="o",
        number="RE-A-0004",
        quote_id="q",
        revision=1,
    )
    card = replace(OP_CARD, command=order, number="RE-A-0004", content=None, names={})

    page = op_page.present(card, FORMATS)

    assert page.title == "Order RE-A-0004 was refused"
    assert [(one.key, one.target) for one in page.actions] == [("open_quote", "q"), ("dismiss", "op")]
    assert op_page.document(card) == (r.ORDER, "o")


def test_an_op_that_went_well_leads_to_its_document() -> None:
    assert op_page.settled_well(replace(OP_CARD, outcome="applied"))
    assert not op_page.settled_well(OP_CARD)
    assert op_page.document(OP_CARD) == (r.QUOTE, "q")
