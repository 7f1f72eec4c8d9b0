"""Approvals in words: what is asked, what it earns, and whether it can be decided at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.rejections import finding
from app.screens.approval_prices import other_price
from app.screens.approvals import present, present_detail, why
from app.screens.formats import Formats
from app.workspace.rows.approvals import (
    ApprovalDetail,
    ApprovalLine,
    ApprovalQueue,
    DecidedRow,
    EarlierOrder,
    NeedLine,
    OtherNeed,
    QueueRow,
    UnusedDecision,
)

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
TRACE = (
    '{"v":"1","steps":[["list","base","Base",1,"most_specific",null,1000000,null],'
    '["discount","","",1,"given",1000000,800000,2000]]}'
)
NEED = (
    NeedLine("1", (("discount", "2000"), ("limit", "1000"), ("product", "Stent"))),
    NeedLine("2", (("discount", "1500"), ("limit", "1000"), ("product", "Wire"))),
)
LINE = ApprovalLine(1, "p1", "S1", "Stent", "EA", 2, 2000, 1000, 80_0000, None, 160_00, TRACE, 60_0000)
ASKED = OtherNeed("a", "manager", "discount_over_limit", "pending", "", None, "")
DETAIL = ApprovalDetail(
    "a", "q", "MB-A-0042", 1, 1, "pending_approval", "manager", "discount_over_limit", "pending", NEED, "2026-11-20",
    "acc", "Harbour", "A1", "active", "", "Main, 1 Quay", "rep", "Mia Berg", "2026-11-20", "USD", "", "",
    200_00, 160_00, (LINE,), (finding("discount_over_limit", "1", product="Stent", discount=2000, limit=1000),),
    (ASKED,), (), 0, True,
)  # fmt: skip


def test_the_queue_tells_the_discount_furthest_over_its_limit_and_the_age() -> None:
    row = QueueRow(
        "a", "q", "MB-A-0042", 1, "manager", "discount_over_limit", NEED, "2026-11-20", "Harbour", "acc", "Mia Berg",
        "USD", 200_00, 160_00,
    )  # fmt: skip

    state = present(ApprovalQueue((row,), (), (), None), FORMATS)

    [told] = state.waiting
    assert told.need == "20% off, limit 10%"
    assert told.about == "MB-A-0042 · Mia Berg · 3 days ago"
    assert state.waiting_words == "Waiting 1"


def test_margin_is_told_for_each_line_and_for_the_whole() -> None:
    state = present_detail(DETAIL, (), FORMATS, waiting=True)

    assert state.margin == "Margin $40.00 (25%)"
    assert (state.lines[0].margin, state.lines[0].cost, state.lines[0].list_price) == (
        "25%",
        "cost $120.00",
        "list $100.00",
    )
    assert (state.lines[0].limit, state.lines[0].tone) == ("limit 10%", "warn")


def test_a_loss_is_told_as_one() -> None:
    dear = replace(DETAIL, lines=(replace(LINE, unit_cost=90_0000),))

    state = present_detail(dear, (), FORMATS, waiting=True)

    assert (state.margin, state.margin_tone) == ("Margin −$20.00 (−12.5%)", "bad")


def test_costs_that_are_not_here_or_unknown_are_never_taken_for_none() -> None:
    elsewhere = replace(DETAIL, costs_here=False)
    unknown = replace(DETAIL, lines=(replace(LINE, unit_cost=None),))

    assert present_detail(elsewhere, (), FORMATS, waiting=True).margin == "Cost is not on this device"
    assert (
        present_detail(unknown, (), FORMATS, waiting=True).margin == "Margin unknown: 1 line without a cost"
    )


def test_each_line_over_its_limit_is_named_and_the_reps_own_words_stay() -> None:
    state = present_detail(replace(DETAIL, note="ten more in spring"), (), FORMATS, waiting=True)

    assert state.need_lines == (
        "Stent: 20% off, 10% over the limit of 10%",
        "Wire: 15% off, 5% over the limit of 10%",
    )
    assert state.note == "ten more in spring"
    assert state.notes == ()  # the need is told once, and not in words meant for the rep


def test_a_need_without_figures_is_told_by_its_finding() -> None:
    params = (
        ("account", "Harbour"),
        ("amount", "16000"),
        ("currency", "USD"),
        ("limit", "10000"),
        ("used", "0"),
    )
    credit = replace(DETAIL, code="credit_limit_exceeded", need=(NeedLine("acc", params),))

    [told] = present_detail(credit, (), FORMATS, waiting=True).need_lines

    assert told == "Harbour has $0.00 in open orders; with this $160.00 it passes its limit of $100.00."


def test_what_the_rules_refuse_cannot_be_decided_and_says_why() -> None:
    settled = finding("approval_settled", "a", number="MB-A-0042", state="declined")

    state = present_detail(DETAIL, (settled,), FORMATS, waiting=True)

    assert not state.can_decide
    assert [one.code for one in state.findings] == ["approval_settled"]
    assert present_detail(DETAIL, (), FORMATS, waiting=True).can_decide
    assert not present_detail(DETAIL, (), FORMATS, waiting=False).can_decide


def test_a_decision_tells_who_when_and_why() -> None:
    own = OtherNeed("a", "manager", "discount_over_limit", "declined", "Ann Boss", "2026-11-22", "too much")
    second = OtherNeed("b", "finance", "discount_over_limit", "superseded", "", "2026-11-22", "")

    state = present_detail(replace(DETAIL, state="declined", needs=(own, second)), (), FORMATS, waiting=False)

    assert state.decision == "Ann Boss, yesterday: too much"
    assert [(one.title, one.state) for one in state.asked] == [
        ("Manager: Discount over the limit", "Declined"),
        ("Finance: Discount over the limit", "Not needed any more"),
    ]


def test_the_customers_past_is_told_latest_first_imported_figures_as_published() -> None:
    orders = (
        EarlierOrder("MB-A-0007", "stock", "2026-11-01", "shipped", "USD", 500_00, None),
        EarlierOrder("SO43659", "history", "2014-05-31", "shipped", "USD", None, "20565.6206"),
    )

    state = present_detail(replace(DETAIL, history=orders, orders=12), (), FORMATS, waiting=True)

    assert state.history_head == "12 orders so far, the latest:"
    assert state.history == (
        "MB-A-0007 · Nov 1, 2026 · $500.00 · Shipped",
        "SO43659 · May 31, 2014 · $20,565.62 · Shipped",
    )


def test_past_decisions_tell_how_their_op_stands_and_unused_ones_come_first() -> None:
    mine = DecidedRow(
        "a", "q", "N-1", 1, "x", "approved", "Harbour", "USD", 1, "Ann", "2026-11-23", "ok", False, None
    )
    other = replace(mine, approval_id="b", state="declined", comment="no", op_pushed=None)
    lost = UnusedDecision(
        "op",
        "c",
        "N-2",
        "Quay",
        False,
        True,
        "2026-11-23T10:00:00+00:00",
        (finding("approval_settled", "c", state="approved"),),
    )

    state = present(ApprovalQueue((), (mine, other), (lost,), None), FORMATS)

    assert [(row.state, row.comment) for row in state.past[1:]] == [
        ("Approved", "ok · Saved, waiting to send"),
        ("Declined", "no"),
    ]
    assert state.past[0].state == "Refused: your decline was not used"
    assert state.past[0].op_id == "op"


def test_why_a_line_costs_what_it_costs_comes_from_the_trace_that_was_kept() -> None:
    explained = why(DETAIL, 1, FORMATS)

    assert explained is not None
    assert [step.change or step.amount for step in explained.used] == ["$100.00", "$100.00 → $80.00"]
    assert why(DETAIL, 9, FORMATS) is None


def test_the_servers_other_price_stands_beside_the_shown_one_with_both_explanations() -> None:
    other = replace(LINE, repriced=85_0000, repriced_trace=TRACE.replace("800000", "850000"))

    found = other_price(replace(DETAIL, lines=(other,)), 1, FORMATS)

    assert found is not None
    assert (found.words, found.two.shown.result, found.two.own.result) == (
        "The server’s price is $85.00", "$80.00 per EA", "$85.00 per EA",
    )  # fmt: skip
    assert other_price(DETAIL, 1, FORMATS) is None
    assert other_price(DETAIL, 9, FORMATS) is None
