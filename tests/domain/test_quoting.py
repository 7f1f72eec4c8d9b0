"""Quotes: what is stored of one, what it needs, and what envelopes cover."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from decide_kit import ACCOUNT, DAY, PRICE, REP, codes, only
from quote_kit import BASE, LIMITS, NEED, STANDING, facts, moving, submit

from app.domain.authority import body_of
from app.domain.catalog import ListPrice, Product
from app.domain.commands import GrantEnvelope, SubmitQuote
from app.domain.decide import Decision, decide
from app.domain.events import (
    ApprovalAsked,
    ApprovalClosed,
    EnvelopeDrawn,
    PricedLine,
    QuoteMoved,
    QuoteRecorded,
)
from app.domain.facts import ABSENT, ApprovalLevel, ApprovalRule, EnvelopeFact, Known, Policy, QuoteFact
from app.domain.ids import derived_id
from app.domain.lines import Asked, judge_all
from app.domain.rejections import WARN, finding


def recorded(said: Decision) -> QuoteRecorded:
    [found] = only(said, QuoteRecorded)
    assert isinstance(found, QuoteRecorded)
    return found


# -- submitting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "until"), [(30, "2026-12-23"), (0, DAY), (8_000_000, "9999-12-31")])
def test_a_quote_is_good_for_the_days_that_policy_gives(days: int, until: str) -> None:
    said = decide(submit(), facts(policy=Policy(LIMITS, quote_valid_days=days)))

    assert recorded(said).valid_until == until


def test_company_policy_decides_how_strict_a_finding_is() -> None:
    held = facts(account=Known.held(replace(ACCOUNT, status="on_hold")))
    mild = replace(held, policy=Policy(LIMITS, severities={"account_on_hold": "warn"}))
    silent = replace(held, policy=Policy(LIMITS, severities={"account_on_hold": "ok"}))
    asks = replace(held, policy=Policy(LIMITS, severities={"account_on_hold": "approval"}))

    assert [decide(submit(), one).outcome for one in (held, mild, silent, asks)] == [
        "rejected", "applied", "applied", "held",
    ]  # fmt: skip
    assert [(one.role, one.code) for one in only(decide(submit(), asks), ApprovalAsked)] == [
        ("manager", "account_on_hold")
    ]


def test_needs_carry_their_level_and_the_day_after_which_another_may_decide() -> None:
    own = ApprovalRule(
        "discount_over_limit", (ApprovalLevel("manager"), ApprovalLevel("finance", 2000)), 4, "director"
    )

    said = decide(submit(discount=2500), facts(policy=Policy(LIMITS, approval_rules=(own,))))

    assert said.outcome == "held"
    assert recorded(said).state == "pending_approval"
    assert [(one.role, one.level, one.due_on, one.escalate_to, one.asked_on) for one in only(said, ApprovalAsked)] == [
        ("manager", 1, "2026-11-27", "director", DAY),
        ("finance", 2, "2026-11-27", "director", DAY),
    ]  # fmt: skip
    assert len({one.approval_id for one in only(said, ApprovalAsked)}) == 2


def test_another_account_is_priced_from_nothing_and_the_discount_given_once() -> None:
    before = Known.held(replace(STANDING, state="approved", approvals=()))
    other = replace(ACCOUNT, id="b", territory_id="west", price_list_id="own")
    own = replace(BASE, id="own", rank=10, scope="group")
    known = facts(
        actor=Known.held(replace(REP, territories=("*",))),
        quote=before,
        account=Known.held(other),
        lists=(own,),
        prices=(ListPrice("y", "own", "p", 1, 80_0000, "2020-01-01", None),),
    )

    said = decide(submit(revision=2, account_id="b", discount=1000, shown=72_0000), known)

    quote = recorded(said)
    assert (said.outcome, said.findings) == ("applied", ())
    assert (quote.account_id, quote.territory_id, quote.revision) == ("b", "west", 2)
    assert (quote.list_total, quote.total) == (160_00, 144_00)  # ten percent once, of the other list's price
    assert [(one.unit_price, one.repriced, one.discount_bp) for one in quote.lines] == [(72_0000, None, 1000)]


def test_a_price_carried_over_from_another_account_is_told_line_by_line() -> None:
    cheap = facts(prices=(ListPrice("x", "base", "p", 1, 80_0000, "2020-01-01", None),))

    said = decide(submit(discount=1000), cheap)

    assert codes(said) == ["price_differs"]
    assert (recorded(said).lines[0].unit_price, recorded(said).lines[0].repriced) == (90_0000, 72_0000)


def test_a_price_list_disabled_later_strands_no_quote() -> None:
    offered = Known.held(replace(STANDING, state="approved", approvals=()))
    bare = facts(quote=offered, lists=(), prices=())

    said = decide(moving("offer"), bare)

    assert (said.outcome, [one.state for one in only(said, QuoteMoved)]) == ("applied", ["offered"])


def test_totals_are_sums_of_what_the_lines_come_to() -> None:
    lines = submit().lines * 3

    quote = recorded(decide(submit(lines=lines), facts()))

    assert (quote.total, quote.list_total) == (600_00, 600_00)
    assert [one.line_no for one in quote.lines] == [1, 2, 3]
    assert quote.tax_total == sum(one.tax for one in quote.lines)


def test_credit_is_judged_on_all_lines_together() -> None:
    limited = facts(account=Known.held(replace(ACCOUNT, credit_limit=599_99)))

    said = decide(submit(lines=submit().lines * 3), limited)

    assert codes(said) == ["credit_limit_exceeded"]
    assert [one.role for one in only(said, ApprovalAsked)] == ["finance"]


def test_everything_a_quote_needs_is_stored_with_it() -> None:
    command = submit(
        discount=2000, revision=2, number="MB-A-0007", po_number="PO-1", note="by Friday", op_id="op-2"
    )  # fmt: skip
    before = Known.held(replace(STANDING, state="countered", approvals=()))

    said = decide(command, facts(quote=before))

    quote = recorded(said)
    [line] = quote.lines
    assert quote == QuoteRecorded(
        quote_id="q", number="MB-A-0007", revision=2, account_id="a", ship_to_id="s", territory_id="north",
        rep_id="rep", state="pending_approval", currency="USD", business_date=DAY, po_number="PO-1",
        note="by Friday", list_total=200_00, total=160_00, findings=said.findings, op_id="op-2",
        lines=quote.lines, tax_total=line.tax, valid_until="2026-12-23", envelope_id=None,
    )  # fmt: skip
    assert line == PricedLine(
        id=derived_id("op-2", "quote_line", 0), line_no=1, product_id="p", qty=2, discount_bp=2000,
        unit_price=80_0000, repriced=None, extended=160_00, trace=line.trace, repriced_trace="", tax=line.tax,
    )  # fmt: skip
    [asked] = only(said, ApprovalAsked)
    assert asked == ApprovalAsked(
        approval_id=derived_id("op-2", "approval", 0), quote_id="q", revision=2, territory_id="north",
        rep_id="rep", role="manager", code="discount_over_limit", detail=asked.detail, asked_on=DAY, level=1,
        due_on=None, escalate_to="",
    )  # fmt: skip
    [detail] = json.loads(asked.detail)
    assert (detail["subject"], detail["params"]["discount"]) == ("1", "2000")


def test_a_later_revision_overtakes_what_nobody_has_decided() -> None:
    settled_one = replace(NEED, id="y", state="declined")
    before = Known.held(replace(STANDING, approvals=(settled_one, NEED)))

    said = decide(submit(revision=2, business_date="2026-11-25"), facts(quote=before))

    assert only(said, ApprovalClosed) == [
        ApprovalClosed(
            approval_id="x",
            state="superseded",
            decided_by=None,
            decided_on="2026-11-25",
            comment="",
            counter="",
        )
    ]
    assert recorded(said).state == "approved"


def test_what_was_shown_is_stored_beside_what_the_rules_found() -> None:
    """`shown_trace`, `repriced_trace` and the tax come from the judgement of the line, whatever it makes of them."""
    told = replace(submit(shown=90_0000).lines[0], shown_trace='{"v":"1","steps":[]}')
    command = submit(lines=(told, *submit().lines))

    said = decide(command, facts())

    judged_lines = judge_all(
        [
            Asked(line_id="1", product_id="p", qty=2, discount_bp=0, shown=90_0000, shown_trace=told.shown_trace),
            Asked(line_id="2", product_id="p", qty=2, discount_bp=0, shown=PRICE),
        ],
        currency="USD", day=DAY, facts=facts(),
    )  # fmt: skip
    assert [(a.trace, a.repriced_trace, a.tax, a.repriced) for a in recorded(said).lines] == [
        (b.trace, b.repriced_trace, b.tax, b.repriced) for b in judged_lines
    ]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"account": Known(ABSENT)}, finding("account_unknown", "a")),
        ({"ship_to": Known(ABSENT)}, finding("address_unknown", "s", account="Harbour")),
        (
            {"account": Known.held(replace(ACCOUNT, currency="EUR"))},
            finding("currency_mismatch", "a", asked="USD", currency="EUR"),
        ),
        ({"products": {"p": Known(ABSENT)}}, finding("product_unknown", "p")),
        ({"actor": Known.held(replace(REP, role="finance"))}, finding("not_allowed", "rep")),
        ({"document_exists": True}, finding("document_exists", "q")),
        (
            {"account": Known.held(replace(ACCOUNT, po_required=True))},
            finding("po_number_required", "a", account="Harbour"),
        ),
    ],
)
def test_a_refused_quote_says_what_is_wrong_with_which(known: dict[str, Any], told: Any) -> None:
    said = decide(submit(), facts(**known))

    assert (said.outcome, said.events) == ("rejected", ())
    assert told in said.findings


def test_a_po_number_that_is_given_is_enough() -> None:
    strict = facts(account=Known.held(replace(ACCOUNT, po_required=True)))

    assert decide(submit(po_number="PO-1"), strict).outcome == "applied"


@pytest.mark.parametrize(
    ("command", "before", "told"),
    [
        (submit(revision=3), STANDING, finding("revision_moved_on", "q", number="MB-A-0001", mine=3, now=1)),
        (submit(revision=1), STANDING, finding("document_exists", "q")),
        (submit(revision=2), replace(STANDING, rep_id="other"), finding("document_exists", "q")),
        (
            submit(revision=2),
            replace(STANDING, state="lost"),
            finding("quote_wrong_state", "q", number="MB-A-0001", state="lost", verb="revise"),
        ),
    ],
)
def test_a_revision_follows_the_one_before_by_the_same_hand(
    command: SubmitQuote, before: QuoteFact, told: Any
) -> None:
    assert decide(command, facts(quote=Known.held(before))).findings == (told,)


# -- envelopes --------------------------------------------------------------------------------------------------------


GRANT = GrantEnvelope(
    op_id="g", actor="boss", business_date=DAY, envelope_id="e", holder="rep", account_ids=("a",),
    product_classes=("Bikes",), currency="USD", max_discount_bp=2500, max_amount=150_00, budget=200_00,
    valid_from=DAY, valid_to=DAY,
)  # fmt: skip


def envelope(**changes: Any) -> Known[EnvelopeFact]:
    return Known.held(replace(EnvelopeFact("e", "rep", "boss", body_of(GRANT), True, 0, 0, None), **changes))


def test_a_covered_discount_stands_approved_and_draws_the_total() -> None:
    said = decide(submit(discount=2500, envelope_id="e"), facts(envelope=envelope()))

    assert said.outcome == "applied"
    assert [(one.code, one.severity) for one in said.findings] == [
        ("discount_over_limit", WARN), ("envelope_used", WARN),
    ]  # fmt: skip
    assert (recorded(said).state, recorded(said).envelope_id) == ("approved", "e")
    assert recorded(said).findings == said.findings
    assert only(said, ApprovalAsked) == []
    [use] = only(said, EnvelopeDrawn)
    assert use == EnvelopeDrawn(
        use_id=derived_id("op", "envelope_use", 0), envelope_id="e", holder="rep", granted_by="boss",
        document_id="q", amount=150_00, used_on=DAY, op_id="op",
    )  # fmt: skip


def test_a_budget_that_two_tablets_drew_ends_held_at_the_second() -> None:
    """The server decides again on its own counters: the tablet's did not know of the other's draw."""
    said = decide(submit(discount=2500, envelope_id="e"), facts(envelope=envelope(used_amount=150_00)))

    assert said.outcome == "held"
    assert finding("envelope_not_used", "e", why="budget") in said.findings
    assert [one.role for one in only(said, ApprovalAsked)] == ["manager"]
    assert (recorded(said).envelope_id, only(said, EnvelopeDrawn)) == (None, [])


def test_a_product_of_another_class_is_not_covered() -> None:
    gloves = {"p": Known.held(Product("p", "S1", "Stent", "Gloves", "lot"))}

    said = decide(submit(discount=2500, envelope_id="e"), facts(envelope=envelope(), products=gloves))

    assert finding("envelope_not_used", "e", why="other_class") in said.findings


def test_credit_is_asked_of_finance_although_the_discount_is_covered() -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=149_99))

    said = decide(submit(discount=2500, envelope_id="e"), facts(envelope=envelope(), account=limited))

    assert [(one.role, one.code) for one in only(said, ApprovalAsked)] == [
        ("finance", "credit_limit_exceeded")
    ]
    assert (recorded(said).state, recorded(said).envelope_id) == ("pending_approval", "e")


def test_a_refused_quote_draws_nothing() -> None:
    closed = Known.held(replace(ACCOUNT, status="closed"))

    said = decide(submit(discount=2500, envelope_id="e"), facts(envelope=envelope(), account=closed))

    assert (said.outcome, said.events) == ("rejected", ())
