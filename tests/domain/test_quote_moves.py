"""Quotes: the moves of their lifecycle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from decide_kit import DAY, codes, only
from quote_kit import APPROVED, facts, moved, moving

from app.domain.commands import MoveQuote
from app.domain.decide import decide
from app.domain.events import QuoteMoved
from app.domain.facts import ABSENT, NOT_HERE, Known
from app.domain.lifecycle import QUOTE
from app.domain.parties import Person
from app.domain.rejections import WARN, finding


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
