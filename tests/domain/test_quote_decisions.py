"""Deciding on a quote: counter-offers, delegates, escalation, and never the maker."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from decide_kit import DAY, PRICE, codes
from hypothesis import given, strategies as st
from quote_kit import NEED, STANDING, facts, line, moving, submit

from app.domain.commands import CounterLine, DecideApproval
from app.domain.decide import Decision, decide
from app.domain.events import ApprovalClosed, QuoteMoved
from app.domain.facts import ABSENT, NOT_HERE, Known, QuoteFact
from app.domain.lifecycle import QUOTE
from app.domain.parties import ROLES, Delegation, Person
from app.domain.rejections import finding

BOSS = Person("boss", "manager", ("north",))


def verdict(**changes: Any) -> DecideApproval:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "boss", "business_date": DAY, "approval_id": "x", "quote_id": "q",
        "revision": 1, "approve": True, "reason": "",
    }  # fmt: skip
    return DecideApproval(**{**values, **changes})


def judged(command: DecideApproval, quote: QuoteFact = STANDING, **changes: Any) -> Decision:
    return decide(command, facts(**{"quote": Known.held(quote), "actor": Known.held(BOSS), **changes}))


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
