"""Cases for the office are closed by somebody who may look, who did not make them, and with words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.commands import ResolveCase
from app.domain.decide import Decision, decide
from app.domain.events import CaseResolved
from app.domain.facts import ABSENT, NOT_HERE, CaseFact, Facts, Known
from app.domain.parties import Person
from app.domain.rejections import Finding, finding

DAY = "2026-11-23"
CLOSE = ResolveCase(op_id="op", actor="ops", business_date=DAY, case_id="e", resolution="credited")
CASE = CaseFact("e", "north", "rep", "open", "")
OFFICE = Known.held(Person("ops", "operations", ("north",)))


def judged(command: ResolveCase = CLOSE, **known: Any) -> Decision:
    return decide(command, Facts(**{"actor": OFFICE, "case": Known.held(CASE), **known}))


@pytest.mark.parametrize("role", ["manager", "operations", "finance", "admin"])
def test_the_office_closes_a_case_with_words(role: str) -> None:
    said = judged(actor=Known.held(Person("ops", role, ("north",))))

    assert said.outcome == "applied"
    assert said.events == (
        CaseResolved(case_id="e", resolved_by="ops", resolution="credited", resolved_on=DAY),
    )


def test_the_day_is_the_servers() -> None:
    said = judged(received_on="2026-11-25")

    assert [event.resolved_on for event in said.events if isinstance(event, CaseResolved)] == ["2026-11-25"]


def test_a_case_of_no_territory_is_anybodys_in_the_office() -> None:
    assert judged(case=Known.held(replace(CASE, territory_id=None))).outcome == "applied"


NOBODY = finding("not_allowed", "ops", role="manager,operations,finance,admin")
GONE = finding("case_unknown", "e", what="case")


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"actor": Known.held(Person("ops", "rep", ("*",)))}, NOBODY),
        ({"actor": Known(NOT_HERE)}, NOBODY),
        ({"case": Known(ABSENT)}, GONE),
        ({"case": Known.held(replace(CASE, territory_id="south"))}, GONE),
        ({"case": Known(NOT_HERE)}, finding("fact_missing", "e", what="case")),
        ({"case": Known.held(replace(CASE, state="resolved"))}, finding("case_resolved", "e")),
        ({"case": Known.held(replace(CASE, rep_id="ops"))}, finding("maker_is_checker", "e", number="e")),
    ],
)
def test_a_case_stays_open(known: dict[str, Any], told: Finding) -> None:
    said = judged(**known)

    assert (said.outcome, said.events, said.findings) == ("rejected", (), (told,))


def test_words_that_say_nothing_do_not_close_it() -> None:
    said = judged(replace(CLOSE, resolution=" "))

    assert said.findings == (finding("reason_required", "e"),)
