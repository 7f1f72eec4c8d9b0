"""Quotes: what is stored of one, counter-offers, delegates, envelopes, and the moves of its lifecycle."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.domain.authority import body_of
from app.domain.catalog import ListPrice, PriceList, Product
from app.domain.commands import CounterLine, DecideApproval, GrantEnvelope, MoveQuote, QuoteLine, SubmitQuote
from app.domain.decide import Decision, decide
from app.domain.events import (
    ApprovalAsked,
    ApprovalClosed,
    EnvelopeDrawn,
    PricedLine,
    QuoteMoved,
    QuoteRecorded,
)
from app.domain.facts import (
    ABSENT,
    HELD,
    NOT_HERE,
    ApprovalFact,
    ApprovalLevel,
    ApprovalRule,
    EnvelopeFact,
    Facts,
    Known,
    Policy,
    QuoteFact,
    QuoteLineFact,
)
from app.domain.ids import derived_id
from app.domain.lifecycle import QUOTE
from app.domain.lines import Asked, judge_all
from app.domain.parties import ROLES, Account, Delegation, Exposure, Person, ShipTo
from app.domain.rejections import WARN, finding

DAY = "2026-11-23"
PRICE = 100_0000
LIMITS = {"rep": {"*": 1000}, "manager": {"*": 3000}, "finance": {"*": 5000}}
REP = Person("rep", "rep", ("north",))
BOSS = Person("boss", "manager", ("north",))
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)
BASE = PriceList("base", "Base", 30, "USD", "2020-01-01", None)
NEED = ApprovalFact("x", "q", 1, "manager", "discount_over_limit", "pending")
STANDING = QuoteFact(
    id="q", number="MB-A-0001", revision=1, account_id="a", ship_to_id="s", territory_id="north", rep_id="rep",
    state="pending_approval", currency="USD", po_number="", total=200_00,
    lines=(
        QuoteLineFact("l1", 1, "p", 2, PRICE, 200_00),
        QuoteLineFact("l2", 2, "p", 1, 50_0000, 50_00),
    ),
    approvals=(NEED,), valid_until="2026-12-23",
)  # fmt: skip


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(REP),
        "policy": Policy(LIMITS),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(ShipTo("s", "NO", "")),
        "exposure": Known.held(Exposure(0)),
        "products": {"p": Known.held(Product("p", "S1", "Stent", "Bikes", "lot"))},
        "lists": (BASE,),
        "prices": (ListPrice("x", "base", "p", 1, PRICE, "2020-01-01", None),),
        "prices_status": HELD,
        "quote": Known(ABSENT),
    }
    return Facts(**{**known, **changes})


def submit(*, discount: int = 0, shown: int | None = None, **changes: Any) -> SubmitQuote:
    price = PRICE * (10_000 - discount) // 10_000 if shown is None else shown
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "quote_id": "q", "number": "MB-A-0001",
        "revision": 1, "account_id": "a", "ship_to_id": "s", "currency": "USD", "po_number": "", "note": "",
        "lines": (QuoteLine(product_id="p", qty=2, discount_bp=discount, shown_price=price),),
    }  # fmt: skip
    return SubmitQuote(**{**values, **changes})


def recorded(said: Decision) -> QuoteRecorded:
    [found] = only(said, QuoteRecorded)
    assert isinstance(found, QuoteRecorded)
    return found


def only(said: Decision, kind: type) -> list[Any]:
    return [event for event in said.events if type(event) is kind]


def codes(said: Decision) -> list[str]:
    return [found.code for found in said.findings]


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


# -- deciding ---------------------------------------------------------------------------------------------------------


def verdict(**changes: Any) -> DecideApproval:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "boss", "business_date": DAY, "approval_id": "x", "quote_id": "q",
        "revision": 1, "approve": True, "reason": "",
    }  # fmt: skip
    return DecideApproval(**{**values, **changes})


def judged(command: DecideApproval, quote: QuoteFact = STANDING, **changes: Any) -> Decision:
    return decide(command, facts(**{"quote": Known.held(quote), "actor": Known.held(BOSS), **changes}))


def line(line_no: int, qty: int, unit_price: int) -> CounterLine:
    return CounterLine(line_no=line_no, qty=qty, unit_price=unit_price)


def no(*counter: CounterLine, **changes: Any) -> DecideApproval:
    return verdict(**{"approve": False, "counter": counter, **changes})


def test_a_counter_offer_gives_the_quote_back_with_other_figures() -> None:
    two = replace(STANDING, approvals=(NEED, replace(NEED, id="y", role="finance")))

    said = judged(no(line(2, 3, 45_0000), line(1, 0, PRICE), reason="take more"), two)

    assert (said.outcome, said.findings) == ("applied", ())
    mine, other, moved = said.events
    assert isinstance(mine, ApprovalClosed)
    assert (mine.approval_id, mine.state, mine.decided_by, mine.comment) == (
        "x",
        "countered",
        "boss",
        "take more",
    )
    assert json.loads(mine.counter) == [
        {"line_no": 1, "qty": 0, "unit_price": PRICE},
        {"line_no": 2, "qty": 3, "unit_price": 45_0000},
    ]
    assert isinstance(other, ApprovalClosed)
    assert (other.approval_id, other.state, other.decided_by, other.counter) == ("y", "superseded", None, "")
    assert moved == QuoteMoved(quote_id="q", state="countered")


def test_a_counter_offer_speaks_for_itself_and_needs_no_reason() -> None:
    assert judged(no(line(1, 1, PRICE))).outcome == "applied"
    assert judged(no(reason=" ")).findings == (finding("reason_required", "x", number="MB-A-0001"),)


@pytest.mark.parametrize(("word", "state"), [(True, "approved"), (False, "declined")])
def test_a_decision_is_kept_with_who_when_and_why(word: bool, state: str) -> None:
    said = judged(verdict(approve=word, reason="as agreed"))

    assert said.events == (
        ApprovalClosed(
            approval_id="x", state=state, decided_by="boss", decided_on=DAY, comment="as agreed", counter=""
        ),
        QuoteMoved(quote_id="q", state=state),
    )


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (no(line(3, 1, PRICE)), [finding("counter_wrong", "3", number="MB-A-0001", line=3, why="line")]),
        (
            no(line(1, 1, PRICE), line(1, 3, PRICE)),
            [finding("counter_wrong", "1", number="MB-A-0001", line=1, why="line")],
        ),
        (
            no(line(1, 2, PRICE), line(2, 1, 50_0000)),
            [finding("counter_wrong", "q", number="MB-A-0001", why="unchanged")],
        ),
        (
            verdict(counter=(line(1, 1, PRICE),)),
            [finding("counter_wrong", "q", number="MB-A-0001", why="approved")],
        ),
    ],
)
def test_a_counter_offer_names_lines_of_the_quote_once_and_changes_something(
    command: DecideApproval, told: list[Any]
) -> None:
    said = judged(command)

    assert (said.outcome, said.events, list(said.findings)) == ("rejected", (), told)


@pytest.mark.parametrize("counter", [line(1, 3, PRICE), line(1, 2, PRICE - 1)])
def test_a_quantity_or_a_price_is_change_enough(counter: CounterLine) -> None:
    assert judged(no(counter, line(2, 1, 50_0000))).outcome == "applied"


@pytest.mark.parametrize(("status", "code"), [(ABSENT, "quote_unknown"), (NOT_HERE, "fact_missing")])
def test_a_quote_that_is_not_there_is_named(status: str, code: str) -> None:
    for command in (verdict(), moving("offer"), submit(revision=2)):
        assert finding(code, "q", what="quote") in decide(command, facts(quote=Known(status))).findings


@pytest.mark.parametrize(
    ("command", "quote", "told"),
    [
        (verdict(approval_id="z"), STANDING, finding("approval_unknown", "z", number="MB-A-0001")),
        (
            verdict(),
            replace(STANDING, approvals=(replace(NEED, state="declined"),)),
            finding("approval_settled", "x", number="MB-A-0001", state="declined"),
        ),
        (
            verdict(revision=3),
            STANDING,
            finding("revision_moved_on", "q", number="MB-A-0001", mine=3, now=1),
        ),
        (
            verdict(),
            replace(STANDING, state="lost"),
            finding("quote_wrong_state", "q", number="MB-A-0001", state="lost", verb="approve"),
        ),
        (
            verdict(actor="other"),
            replace(STANDING, territory_id="south"),
            finding("not_allowed", "other", role="manager"),
        ),
    ],
)
def test_a_refused_decision_says_what_stands_against_it(
    command: DecideApproval, quote: QuoteFact, told: Any
) -> None:
    said = judged(command, quote, actor=Known.held(replace(BOSS, id=command.actor)))

    assert (said.outcome, said.events, said.findings) == ("rejected", (), (told,))


def test_everything_against_a_decision_is_told_in_order() -> None:
    gone = replace(STANDING, state="lost", territory_id="south", approvals=(replace(NEED, state="approved"),))

    said = judged(no(line(9, 1, 1), revision=4), gone, received_on="2027-06-01")

    assert codes(said) == [
        "approval_settled", "back_dated", "counter_wrong", "not_allowed", "quote_wrong_state", "revision_moved_on",
    ]  # fmt: skip
    assert dict(said.findings[4].params)["verb"] == "counter"


def test_a_countered_quote_waits_for_the_reps_next_revision() -> None:
    countered = replace(STANDING, state="countered", approvals=(replace(NEED, state="countered"),))

    assert decide(submit(revision=2), facts(quote=Known.held(countered))).outcome == "applied"
    assert "quote_wrong_state" in codes(judged(verdict(), countered))


def test_a_decision_on_an_old_revision_is_refused() -> None:
    asked_again = replace(NEED, id="z", revision=2)
    revised = replace(STANDING, revision=2, approvals=(replace(NEED, state="superseded"), asked_again))

    said = judged(verdict(), revised)

    assert codes(said) == ["approval_settled", "revision_moved_on"]
    assert judged(verdict(approval_id="z", revision=2), revised).outcome == "applied"
    assert codes(judged(verdict(approval_id="z", revision=1), revised)) == ["revision_moved_on"]
    old = replace(revised, approvals=(replace(NEED, state="pending"),))
    assert codes(judged(verdict(revision=2), old)) == ["revision_moved_on"]


def test_the_maker_is_told_so_and_nothing_else() -> None:
    said = judged(verdict(), replace(STANDING, rep_id="boss"))

    assert said.findings == (finding("maker_is_checker", "q", number="MB-A-0001"),)


HOLIDAY = Delegation("d", "away", "boss", "finance", ("north",), "2026-11-20", "2026-11-25")
FINANCE = replace(
    STANDING, approvals=(replace(NEED, role="finance", due_on="2026-11-22", escalate_to="director"),)
)


@pytest.mark.parametrize(
    ("day", "outcome"), [("2026-11-25", "applied"), ("2026-11-26", "rejected"), ("2026-11-19", "rejected")]
)
def test_a_delegate_decides_for_somebody_on_holiday(day: str, outcome: str) -> None:
    assert judged(verdict(business_date=day), FINANCE, delegations=(HOLIDAY,)).outcome == outcome


def test_nobody_decides_in_the_place_of_the_maker() -> None:
    own = replace(FINANCE, rep_id="away")

    said = judged(verdict(), own, delegations=(HOLIDAY,))

    assert said.findings == (finding("not_allowed", "boss", role="finance"),)


@pytest.mark.parametrize(("day", "outcome"), [("2026-11-22", "rejected"), ("2026-11-23", "applied")])
def test_an_approval_that_nobody_decided_goes_to_the_next(day: str, outcome: str) -> None:
    director = Known.held(replace(BOSS, role="director"))

    assert judged(verdict(business_date=day), FINANCE, actor=director).outcome == outcome


def test_a_clock_set_forward_reaches_no_escalation_and_a_clock_set_back_no_delegation() -> None:
    director = Known.held(replace(BOSS, role="director"))
    early = judged(verdict(business_date="2027-06-01"), FINANCE, actor=director, received_on="2026-11-22")
    late = judged(verdict(), FINANCE, delegations=(HOLIDAY,), received_on="2027-06-01")

    assert [codes(one) for one in (early, late)] == [["back_dated", "not_allowed"]] * 2


@pytest.mark.parametrize(("asked_on", "outcome"), [(DAY, "applied"), ("2026-11-25", "rejected")])
def test_a_delegation_that_was_over_when_it_was_asked_decides_nothing_by_an_older_date(
    asked_on: str, outcome: str
) -> None:
    last_day = replace(HOLIDAY, valid_to=DAY)
    quote = replace(FINANCE, approvals=(replace(FINANCE.approvals[0], asked_on=asked_on),))

    said = judged(verdict(), quote, delegations=(last_day,), received_on="2026-12-01")

    assert said.outcome == outcome
    assert codes(said) == ([] if outcome == "applied" else ["not_allowed"])


def test_a_decision_within_the_days_that_policy_allows_counts_for_its_own_day() -> None:
    assert judged(verdict(), FINANCE, delegations=(HOLIDAY,), received_on="2026-12-23").outcome == "applied"
    assert judged(verdict(), FINANCE, delegations=(HOLIDAY,), received_on="2026-12-24").outcome == "rejected"


PEOPLE = ("rep", "boss", "away", "chief")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(ROLES),
        st.sampled_from(["x", "y"]),
        st.sampled_from(["yes", "no", "counter"]),
        st.sampled_from(["2026-11-20", "2026-11-23", "2027-01-01"]),
    ),
    max_size=6,
)
HANDED = st.lists(
    st.builds(
        Delegation,
        id=st.just("d"),
        from_user=st.sampled_from(PEOPLE),
        to_user=st.sampled_from(PEOPLE),
        role=st.sampled_from(ROLES),
        territories=st.just(("*",)),
        valid_from=st.just("2026-11-01"),
        valid_to=st.just("2027-12-31"),
    ),
    max_size=4,
)


@given(maker=st.sampled_from(PEOPLE), steps=STEPS, handed=HANDED)
def test_no_sequence_of_decisions_lets_the_maker_approve(maker: str, steps: list[Any], handed: Any) -> None:
    needs = (
        replace(NEED, due_on="2026-11-22", escalate_to="director"),
        replace(NEED, id="y", role="finance", level=2),
    )
    quote = replace(STANDING, rep_id=maker, approvals=needs)
    yes_by: dict[str, str] = {}

    for who, role, need, word, day in steps:
        command = verdict(
            actor=who, approval_id=need, business_date=day, approve=word == "yes", reason="because",
            counter=(line(1, 1, PRICE),) if word == "counter" else (),
        )  # fmt: skip
        said = judged(
            command,
            quote,
            actor=Known.held(Person(who, role, ("north",))),
            delegations=tuple(one for one in handed if one.to_user == who),
        )
        for event in said.events:
            if isinstance(event, ApprovalClosed):
                assert event.decided_by != maker
                assert event.state in ("approved", "declined", "countered", "superseded")
                if event.state == "approved":
                    yes_by[event.approval_id] = str(event.decided_by)
                closed = tuple(
                    replace(a, state=event.state) if a.id == event.approval_id else a for a in quote.approvals
                )
                quote = replace(quote, approvals=closed)
            elif isinstance(event, QuoteMoved):
                assert event.state in QUOTE[quote.state].values()
                quote = replace(quote, state=event.state)
        if quote.state == "approved":
            assert set(yes_by) == {"x", "y"}
    assert maker not in yes_by.values()


# -- moving -----------------------------------------------------------------------------------------------------------


def moving(verb: str, **changes: Any) -> MoveQuote:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "quote_id": "q", "revision": 1, "reason": "",
    }  # fmt: skip
    return MoveQuote(**{**values, "verb": verb, **changes})


APPROVED = replace(STANDING, state="approved", approvals=())


def moved(command: MoveQuote, quote: QuoteFact = APPROVED, **changes: Any) -> Decision:
    return decide(command, facts(**{"quote": Known.held(quote), **changes}))


@pytest.mark.parametrize(
    ("command", "state"),
    [
        (moving("offer"), "offered"),
        (moving("lose", reason="too dear"), "lost"),
        (moving("expire", business_date="2026-12-24"), "expired"),
    ],
)
def test_a_quote_is_taken_along_its_lifecycle(command: MoveQuote, state: str) -> None:
    said = moved(command)

    assert (said.outcome, said.events) == ("applied", (QuoteMoved(quote_id="q", state=state),))


@pytest.mark.parametrize("state", sorted(QUOTE))
@pytest.mark.parametrize("verb", ["offer", "lose", "expire"])
def test_no_move_leads_outside_the_table(state: str, verb: str) -> None:
    said = moved(moving(verb, reason="so", business_date="2027-01-01"), replace(APPROVED, state=state))

    target = QUOTE[state].get(verb)
    assert [one.state for one in only(said, QuoteMoved)] == ([target] if target else [])
    assert codes(said) == ([] if target else ["quote_wrong_state"])


@pytest.mark.parametrize(
    ("day", "until", "outcome"),
    [
        ("2026-12-23", "2026-12-23", "rejected"),
        ("2026-12-24", "2026-12-23", "applied"),
        ("2026-12-24", None, "rejected"),
    ],
)
def test_a_quote_expires_only_after_its_last_day(day: str, until: str | None, outcome: str) -> None:
    assert moved(moving("expire", business_date=day), replace(APPROVED, valid_until=until)).outcome == outcome


def test_a_clock_set_forward_lets_no_quote_expire() -> None:
    said = moved(moving("expire", business_date="2027-06-01"), received_on=DAY)

    assert said.outcome == "rejected"
    assert codes(said) == ["back_dated", "quote_wrong_state"]


def test_an_old_move_counts_and_its_age_is_told() -> None:
    said = moved(moving("offer"), received_on="2027-06-01")

    assert (said.outcome, codes(said)) == ("applied", ["back_dated"])
    assert said.findings[0].severity == WARN


@pytest.mark.parametrize(
    ("role", "outcome"),
    [
        ("rep", "rejected"),
        ("manager", "rejected"),
        ("finance", "rejected"),
        ("operations", "applied"),
        ("admin", "applied"),
    ],
)
def test_its_author_or_the_office_moves_a_quote(role: str, outcome: str) -> None:
    said = moved(moving("offer", actor="other"), actor=Known.held(Person("other", role, ("*",))))

    assert said.outcome == outcome
    if outcome == "rejected":
        assert said.findings == (finding("not_allowed", "other", role="operations,admin"),)


@pytest.mark.parametrize(
    ("command", "known", "told"),
    [
        (moving("lose", reason="  "), {}, ["reason_required"]),
        (moving("offer", revision=2), {}, ["revision_moved_on"]),
        (moving("offer"), {"actor": Known(NOT_HERE)}, ["not_allowed"]),
        (moving("offer"), {"quote": Known(ABSENT)}, ["quote_unknown"]),
        (moving("offer"), {"quote": Known(NOT_HERE)}, ["fact_missing"]),
        (
            moving("lose", revision=2),
            {"quote": Known.held(replace(APPROVED, state="accepted"))},
            ["quote_wrong_state", "reason_required", "revision_moved_on"],
        ),
    ],
)
def test_a_move_is_refused_with_every_reason(
    command: MoveQuote, known: dict[str, Any], told: list[str]
) -> None:
    said = decide(command, facts(**{"quote": Known.held(APPROVED), **known}))

    assert (said.outcome, said.events, codes(said)) == ("rejected", (), told)
