"""decide: requests may be refused or held, facts are booked; every finding is told, never only the first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from decide_kit import ACCOUNT, DAY, PRICE, PRODUCT, QUOTE, REP, WHO, codes, facts, only, place

from app.domain.commands import Command, DecideApproval, QuoteLine, SetAccountStatus, SubmitQuote
from app.domain.decide import Decision, decide
from app.domain.events import ApprovalAsked, ApprovalClosed, QuoteMoved
from app.domain.facts import ABSENT, NOT_HERE, ApprovalFact, Known, QuoteFact
from app.domain.parties import Exposure, Person
from app.domain.rejections import CODES, Finding, finding


def submit(*, qty: int = 2, discount: int = 0, shown: int | None = None, **changes: Any) -> SubmitQuote:
    price = PRICE * (10_000 - discount) // 10_000 if shown is None else shown
    line = QuoteLine(product_id="p", qty=qty, discount_bp=discount, shown_price=price)
    values: dict[str, Any] = {
        "quote_id": "q", "number": "MB-A-0001", "revision": 1, "account_id": "a", "ship_to_id": "s",
        "currency": "USD", "po_number": "", "note": "", "lines": (line,),
    }  # fmt: skip
    return SubmitQuote(**{**WHO, **values, **changes})


def verdict(**changes: Any) -> DecideApproval:
    values: dict[str, Any] = {
        "approval_id": "x",
        "quote_id": "q",
        "revision": 1,
        "approve": True,
        "reason": "",
    }
    return DecideApproval(**{**WHO, "actor": "boss", **values, **changes})


# -- quotes -----------------------------------------------------------------------------------------------------------


def test_a_quote_inside_all_limits_stands_approved() -> None:
    said = decide(submit(), facts())

    assert (said.outcome, said.findings) == ("applied", ())
    [recorded] = said.events
    assert (recorded.state, recorded.total, recorded.list_total) == ("approved", 200_00, 200_00)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("discount", "asked"),
    [
        (1000, []),
        (1001, ["manager"]),
        (3000, ["manager"]),
        (3001, ["finance", "manager"]),
        (6000, ["finance", "manager"]),
    ],
)
def test_a_discount_over_the_limit_asks_each_level_that_may_not_give_it(
    discount: int, asked: list[str]
) -> None:
    said = decide(submit(discount=discount), facts())

    assert said.outcome == ("held" if asked else "applied")
    assert sorted(need.role for need in only(said, ApprovalAsked)) == asked


def test_the_limit_follows_the_product_class() -> None:
    gloves = {"p": Known.held(replace(PRODUCT, product_class="Gloves"))}

    assert decide(submit(discount=300), facts(products=gloves)).outcome == "held"
    assert decide(submit(discount=300), facts()).outcome == "applied"


def test_every_reason_is_told_at_once() -> None:
    bad = replace(
        ACCOUNT, status="on_hold", status_reason="unpaid", status_since="2026-11-01", po_required=True
    )
    away = replace(bad, territory_id="south", currency="EUR")
    gone = {"p": Known.held(replace(PRODUCT, sell_until="2026-01-01"))}

    said = decide(
        submit(discount=2000), facts(account=Known.held(away), products=gone, ship_to=Known(ABSENT))
    )

    assert said.outcome == "rejected"
    assert said.events == ()
    assert codes(said) == [
        "account_on_hold",
        "address_unknown",
        "currency_mismatch",
        "discount_over_limit",
        "not_your_territory",
        "po_number_required",
        "product_not_sold",
    ]
    assert said.findings[0].as_of == "2026-11-01"


@pytest.mark.parametrize(
    ("command", "change", "code"),
    [
        (submit(lines=()), {}, "no_lines"),
        (submit(), {"prices": ()}, "price_missing"),
        (submit(), {"prices": (), "prices_status": NOT_HERE}, "fact_missing"),
        (submit(), {"account": Known(NOT_HERE)}, "fact_missing"),
        (submit(), {"account": Known(ABSENT)}, "account_unknown"),
        (submit(), {"account": Known.held(replace(ACCOUNT, status="closed"))}, "account_closed"),
        (submit(), {"ship_to": Known(NOT_HERE)}, "fact_missing"),
        (submit(), {"products": {}}, "fact_missing"),
        (submit(), {"products": {"p": Known(NOT_HERE)}}, "fact_missing"),
        (submit(), {"products": {"p": Known(ABSENT)}}, "product_unknown"),
        (
            submit(),
            {"products": {"p": Known.held(replace(PRODUCT, sell_from="2027-01-01"))}},
            "product_not_sold",
        ),
        (submit(), {"actor": Known.held(replace(REP, role="finance"))}, "not_allowed"),
        (submit(), {"actor": Known(NOT_HERE)}, "not_allowed"),
        (submit(), {"document_exists": True}, "document_exists"),
        (submit(), {"quote": Known.held(QUOTE)}, "document_exists"),
        (submit(revision=2), {"quote": Known.held(replace(QUOTE, rep_id="other"))}, "document_exists"),
        (submit(revision=3), {"quote": Known.held(QUOTE)}, "revision_moved_on"),
        (submit(revision=2), {"quote": Known.held(replace(QUOTE, state="accepted"))}, "quote_wrong_state"),
        (submit(revision=2), {"quote": Known(ABSENT)}, "quote_unknown"),
        (submit(revision=2), {"quote": Known(NOT_HERE)}, "fact_missing"),
        (
            submit(),
            {"account": Known.held(replace(ACCOUNT, credit_limit=1)), "exposure": Known(NOT_HERE)},
            "fact_missing",
        ),
    ],
)
def test_a_quote_is_refused_with_its_reason(command: Command, change: dict[str, Any], code: str) -> None:
    said = decide(command, facts(**change))

    assert said.outcome == "rejected"
    assert code in codes(said)


def test_an_account_in_another_territory_is_mine_when_i_am_its_rep() -> None:
    mine = replace(ACCOUNT, territory_id="south", rep_id="rep")

    assert decide(submit(), facts(account=Known.held(mine))).outcome == "applied"


@pytest.mark.parametrize(("used", "outcome"), [(800_00, "applied"), (800_01, "held")])
def test_credit_is_asked_of_finance_just_above_the_limit(used: int, outcome: str) -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=1000_00))

    said = decide(submit(), facts(account=limited, exposure=Known.held(Exposure(used))))

    assert said.outcome == outcome
    assert [need.role for need in only(said, ApprovalAsked)] == (["finance"] if outcome == "held" else [])


@pytest.mark.parametrize(
    ("received", "shown", "expected"),
    [
        (DAY, 99_0000, ["price_differs"]),
        ("2026-12-07", 99_0000, ["price_differs"]),
        ("2026-12-08", 99_0000, ["price_too_old"]),
        (DAY, 101_0000, ["price_differs"]),
        (DAY, 89_0000, ["discount_over_limit", "price_differs"]),
    ],
)
def test_a_price_that_differs_is_honoured_for_some_days_but_counts_as_discount(
    received: str, shown: int, expected: list[str]
) -> None:
    said = decide(submit(shown=shown), facts(received_on=received))

    assert codes(said) == expected
    [line] = said.events[0].lines  # type: ignore[union-attr]
    assert (line.unit_price, line.repriced) == (shown, PRICE)


@pytest.mark.parametrize(
    ("shown", "discount", "list_total"),
    [(100_0000, 0, 200_00), (90_0000, 1000, 200_00), (80_0000, 0, 160_00), (0, 10_000, 0)],
)
def test_a_price_that_differs_shows_no_discount_that_nobody_gave(
    shown: int, discount: int, list_total: int
) -> None:
    said = decide(submit(shown=shown, discount=discount), facts())

    assert said.events[0].list_total == (200_00 if discount == 10_000 else list_total)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("received", "outcome"),
    [("2026-11-22", "applied"), ("2026-11-21", "held"), ("2026-12-07", "applied"), ("2026-12-24", "held")],
)
def test_a_business_date_too_far_away_is_held(received: str, outcome: str) -> None:
    assert decide(submit(), facts(received_on=received)).outcome == outcome


def test_a_new_revision_overtakes_what_was_asked_before() -> None:
    pending = ApprovalFact("x", "q", 1, "manager", "discount_over_limit", "pending")
    settled = replace(pending, id="y", state="approved")
    before = Known.held(replace(QUOTE, state="pending_approval", approvals=(pending, settled)))

    said = decide(submit(revision=2, discount=2000), facts(quote=before))

    assert said.outcome == "held"
    assert [(e.approval_id, e.state) for e in only(said, ApprovalClosed)] == [("x", "superseded")]


# -- approvals --------------------------------------------------------------------------------------------------------


ASKED = ApprovalFact("x", "q", 1, "manager", "discount_over_limit", "pending")
PENDING = replace(QUOTE, state="pending_approval", approvals=(ASKED,))
BOSS = Known.held(Person("boss", "manager", ("north",)))


def judged(command: DecideApproval, quote: QuoteFact = PENDING, actor: Known[Person] = BOSS) -> Decision:
    return decide(command, facts(quote=Known.held(quote), actor=actor))


def test_the_last_yes_approves_the_quote() -> None:
    two = replace(PENDING, approvals=(ASKED, replace(ASKED, id="y", role="finance")))

    assert only(judged(verdict(), two), QuoteMoved) == []
    assert [e.state for e in only(judged(verdict()), QuoteMoved)] == ["approved"]


def test_a_late_decision_counts_and_its_age_is_told() -> None:
    late = facts(quote=Known.held(PENDING), actor=BOSS, received_on="2027-03-01")

    said = decide(verdict(), late)

    assert (said.outcome, codes(said)) == ("applied", ["back_dated"])
    assert [e.state for e in only(said, QuoteMoved)] == ["approved"]


def test_the_first_no_declines_the_quote_and_overtakes_the_other_needs() -> None:
    two = replace(PENDING, approvals=(ASKED, replace(ASKED, id="y", role="finance")))

    said = judged(verdict(approve=False, reason="too cheap"), two)

    assert [(e.approval_id, e.state) for e in only(said, ApprovalClosed)] == [
        ("x", "declined"),
        ("y", "superseded"),
    ]
    assert [e.state for e in only(said, QuoteMoved)] == ["declined"]


@pytest.mark.parametrize(
    ("command", "quote", "actor", "code"),
    [
        (verdict(approve=False), PENDING, BOSS, "reason_required"),
        (verdict(approval_id="z"), PENDING, BOSS, "approval_unknown"),
        (verdict(revision=2), PENDING, BOSS, "revision_moved_on"),
        (verdict(), replace(PENDING, revision=2), BOSS, "revision_moved_on"),
        (verdict(), replace(PENDING, state="declined"), BOSS, "quote_wrong_state"),
        (
            verdict(),
            replace(PENDING, approvals=(replace(ASKED, state="approved"),)),
            BOSS,
            "approval_settled",
        ),
        (verdict(actor="rep"), PENDING, Known.held(replace(REP, role="manager")), "maker_is_checker"),
        (verdict(), PENDING, Known.held(Person("boss", "rep", ("north",))), "not_allowed"),
        (verdict(), PENDING, Known.held(Person("boss", "finance", ("north",))), "not_allowed"),
        (verdict(), PENDING, Known.held(Person("boss", "manager", ("south",))), "not_allowed"),
        (verdict(), PENDING, Known(NOT_HERE), "not_allowed"),
    ],
)
def test_a_decision_is_refused_with_its_reason(
    command: DecideApproval, quote: QuoteFact, actor: Known[Person], code: str
) -> None:
    said = judged(command, quote, actor)

    assert said.outcome == "rejected"
    assert code in codes(said)


def test_an_administrator_may_stand_in_for_any_role() -> None:
    assert judged(verdict(), actor=Known.held(Person("boss", "admin", ("*",)))).outcome == "applied"


@pytest.mark.parametrize(("status", "code"), [(ABSENT, "quote_unknown"), (NOT_HERE, "fact_missing")])
def test_a_quote_that_is_not_there_cannot_be_decided_or_ordered(status: str, code: str) -> None:
    for command in (verdict(), place()):
        assert codes(decide(command, facts(quote=Known(status)))) == [code]


# -- the office -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status", "reason", "change", "expected"),
    [
        ("operations", "on_hold", "unpaid", {}, []),
        ("finance", "active", "", {}, []),
        ("operations", "on_hold", " ", {}, ["reason_required"]),
        ("rep", "on_hold", "unpaid", {}, ["not_allowed"]),
        ("admin", "closed", "gone", {"account": Known(ABSENT)}, ["account_unknown"]),
        ("admin", "closed", "gone", {"account": Known(NOT_HERE)}, ["fact_missing"]),
    ],
)
def test_the_office_sets_an_accounts_status(
    role: str, status: str, reason: str, change: dict[str, Any], expected: list[str]
) -> None:
    command = SetAccountStatus(**WHO, account_id="a", status=status, reason=reason)

    said = decide(command, facts(**{"actor": Known.held(replace(REP, role=role)), **change}))

    assert codes(said) == expected
    assert said.outcome == ("rejected" if expected else "applied")


def test_a_command_without_a_rule_is_a_bug_that_stops() -> None:
    with pytest.raises(TypeError, match="no rule"):
        decide(Command(**WHO), facts())


def test_a_finding_has_a_listed_code() -> None:
    with pytest.raises(ValueError, match="unlisted"):
        Finding("nonsense")
    assert finding("account_on_hold").severity == CODES["account_on_hold"]
