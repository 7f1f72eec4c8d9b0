"""A document written in two places: nothing is overwritten, the owner decides, and what was is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.commands import CloseDraft, SaveDraft, SettleDraft
from app.domain.decide import Decision, decide
from app.domain.drafts import KEPT, revision_of
from app.domain.events import DraftRevised, DraftRevisionDropped, DraftRevisionMoved, DraftSaved, Event
from app.domain.facts import ABSENT, NOT_HERE, DraftFact, DraftRevisionFact, Facts, Known
from app.domain.parties import Person
from app.domain.rejections import finding

DAY = "2026-11-23"
NEW = revision_of("op")
SAVE = SaveDraft(
    op_id="op",
    actor="rep",
    business_date=DAY,
    draft_id="d",
    kind="quote",
    number="MB-A-0001",
    based_on="r2",
    body='{"note":"mine"}',
    saved_at="2026-11-23T10:00:00Z",
    device="Mia's tablet",
)
SETTLE = SettleDraft(
    op_id="op",
    actor="rep",
    business_date=DAY,
    draft_id="d",
    keep="r3",
    over=("r2", "r3"),
    body="",
    saved_at="2026-11-23T10:00:00Z",
    device="Mia's tablet",
)
CLOSE = CloseDraft(op_id="op", actor="rep", business_date=DAY, draft_id="d", based_on="r2")
MOVED_ON = finding("draft_moved_on", "d", number="MB-A-0001")


def revision(number: int, state: str) -> DraftRevisionFact:
    return DraftRevisionFact(f"r{number}", "d", number, state, f'{{"note":"{number}"}}')


ONE_HEAD = (revision(1, "past"), revision(2, "head"))
TWO_SIDES = (*ONE_HEAD, revision(3, "sibling"))


def draft(*revisions: DraftRevisionFact, **changes: Any) -> Known[DraftFact]:
    return Known.held(
        replace(DraftFact("d", "rep", "quote", "MB-A-0001", "r2", "open", revisions), **changes)
    )


def judged(command: Any, known: Known[DraftFact], **more: Any) -> Decision:
    return decide(command, Facts(actor=Known.held(Person("rep", "rep", ("north",))), draft=known, **more))


def only(events: tuple[Event, ...], kind: type[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def saved(head: str, state: str = "open") -> DraftSaved:
    return DraftSaved(
        draft_id="d", owner_id="rep", kind="quote", number="MB-A-0001", head=head, state=state, op_id="op"
    )


def moved(*ids: str, by: str = "", on: str | None = None) -> list[DraftRevisionMoved]:
    return [DraftRevisionMoved(revision_id=one, state="past", decided_by=by, decided_on=on) for one in ids]


# -- saving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [Known(ABSENT), Known(NOT_HERE)])
def test_the_first_save_makes_the_draft_and_its_head(known: Known[DraftFact]) -> None:
    said = judged(replace(SAVE, based_on=""), known)

    assert (said.outcome, said.findings) == ("applied", ())
    assert said.events == (
        saved(NEW),
        DraftRevised(
            revision_id=NEW,
            draft_id="d",
            owner_id="rep",
            number=1,
            based_on="",
            state="head",
            body='{"note":"mine"}',
            author="rep",
            device="Mia's tablet",
            saved_at="2026-11-23T10:00:00Z",
            op_id="op",
        ),
    )


def test_a_save_on_the_head_becomes_the_next_head() -> None:
    said = judged(SAVE, draft(*ONE_HEAD))

    assert (said.outcome, said.findings) == ("applied", ())
    assert only(said.events, DraftSaved) == [saved(NEW)]
    assert only(said.events, DraftRevisionMoved) == moved("r2")
    [made] = only(said.events, DraftRevised)
    assert (made.number, made.state, made.based_on) == (3, "head", "r2")


def test_a_save_on_what_is_not_the_head_any_more_stands_beside_it() -> None:
    said = judged(replace(SAVE, based_on="r1"), draft(*ONE_HEAD))

    assert (said.outcome, said.findings) == ("applied_modified", (MOVED_ON,))
    assert only(said.events, DraftSaved) == [saved("r2")]
    assert only(said.events, DraftRevisionMoved) == []
    [made] = only(said.events, DraftRevised)
    assert (made.number, made.state, made.based_on) == (3, "sibling", "r1")


def test_writing_on_beside_the_head_replaces_the_own_sibling_only() -> None:
    said = judged(replace(SAVE, based_on="r3"), draft(*TWO_SIDES, revision(4, "sibling")))

    assert (said.outcome, said.findings) == ("applied_modified", (MOVED_ON,))
    assert only(said.events, DraftSaved) == [saved("r2")]
    assert only(said.events, DraftRevisionMoved) == moved("r3")
    [made] = only(said.events, DraftRevised)
    assert (made.number, made.state) == (5, "sibling")


def test_a_draft_that_was_closed_meanwhile_is_open_again() -> None:
    said = judged(SAVE, draft(*ONE_HEAD, state="closed"))

    assert (said.outcome, said.findings) == ("applied_modified", (MOVED_ON,))
    assert only(said.events, DraftSaved) == [saved(NEW)]


def test_the_oldest_past_revisions_go_when_there_are_too_many() -> None:
    past = tuple(replace(revision(number, "past"), id=f"p{number}") for number in range(1, KEPT + 2))
    head = replace(revision(KEPT + 2, "head"), id="r2")

    said = judged(SAVE, draft(*past, head))
    beside = judged(replace(SAVE, based_on="x"), draft(*past, head))

    assert [one.revision_id for one in only(said.events, DraftRevisionDropped)] == ["p2", "p1"]
    assert only(beside.events, DraftRevisionDropped) == [DraftRevisionDropped(revision_id="p1", draft_id="d")]


def test_as_many_past_revisions_as_are_kept_all_stay() -> None:
    past = tuple(replace(revision(number, "past"), id=f"p{number}") for number in range(1, KEPT))

    said = judged(SAVE, draft(*past, replace(revision(KEPT, "head"), id="r2")))

    assert only(said.events, DraftRevisionDropped) == []


# -- settling ---------------------------------------------------------------------------------------------------------


def test_the_owner_keeps_one_side_and_the_journal_says_so() -> None:
    said = judged(SETTLE, draft(*TWO_SIDES))

    assert (said.outcome, said.findings) == ("applied", ())
    assert said.events == (
        saved(NEW),
        *moved("r2", "r3", by="rep", on=DAY),
        DraftRevised(
            revision_id=NEW,
            draft_id="d",
            owner_id="rep",
            number=4,
            based_on="r3",
            state="head",
            body='{"note":"3"}',
            author="rep",
            device="Mia's tablet",
            saved_at="2026-11-23T10:00:00Z",
            op_id="op",
        ),
    )


def test_what_was_merged_becomes_the_head() -> None:
    said = judged(replace(SETTLE, body='{"note":"both"}'), draft(*TWO_SIDES), received_on="2026-11-25")

    assert [one.body for one in only(said.events, DraftRevised)] == ['{"note":"both"}']
    assert only(said.events, DraftRevisionMoved) == moved("r2", "r3", by="rep", on="2026-11-25")


def test_a_past_revision_comes_back() -> None:
    said = judged(replace(SETTLE, keep="r1", over=("r2",)), draft(*ONE_HEAD))

    assert [one.body for one in only(said.events, DraftRevised)] == ['{"note":"1"}']


@pytest.mark.parametrize("change", [{"over": ("r2",)}, {"over": ("r2", "r3", "r1")}, {"keep": "r9"}])
def test_nothing_is_decided_when_another_version_has_come_since(change: dict[str, Any]) -> None:
    said = judged(replace(SETTLE, **change), draft(*TWO_SIDES))

    assert (said.outcome, said.events) == ("rejected", ())
    assert said.findings == (finding("revision_moved_on", "d", number="MB-A-0001"),)


def test_settling_drops_what_is_too_much() -> None:
    past = tuple(replace(revision(number, "past"), id=f"p{number}") for number in range(1, KEPT + 1))
    now = (replace(revision(KEPT + 1, "head"), id="r2"), replace(revision(KEPT + 2, "sibling"), id="r3"))

    said = judged(SETTLE, draft(*past, *now))

    assert [one.revision_id for one in only(said.events, DraftRevisionDropped)] == ["p2", "p1"]


# -- closing ----------------------------------------------------------------------------------------------------------


def test_a_draft_that_was_handed_in_is_closed() -> None:
    said = judged(CLOSE, draft(*ONE_HEAD))

    assert (said.outcome, said.events) == ("applied", (saved("r2", "closed"),))


@pytest.mark.parametrize("known", [draft(*TWO_SIDES), draft(*ONE_HEAD, head="r1")])
def test_a_draft_with_another_side_stays_open(known: Known[DraftFact]) -> None:
    said = judged(CLOSE, known)

    assert (said.outcome, said.events, said.findings) == ("applied_modified", (), (MOVED_ON,))


# -- whose ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [SAVE, SETTLE, CLOSE])
def test_anothers_draft_is_not_there(command: Any) -> None:
    said = judged(command, draft(*TWO_SIDES, owner_id="other"))

    assert (said.outcome, said.findings) == ("rejected", (finding("draft_unknown", "d", what="draft"),))


@pytest.mark.parametrize("command", [SETTLE, CLOSE])
@pytest.mark.parametrize(("status", "code"), [(ABSENT, "draft_unknown"), (NOT_HERE, "fact_missing")])
def test_what_is_not_there_cannot_be_settled_or_closed(command: Any, status: str, code: str) -> None:
    said = judged(command, Known(status))

    assert (said.outcome, said.findings) == ("rejected", (finding(code, "d", what="draft"),))


@pytest.mark.parametrize(("length", "fits"), [(1, False), (2, True), (200_000, True), (200_001, False)])
def test_a_draft_has_a_length(length: int, fits: bool) -> None:
    if fits:
        replace(SAVE, body="x" * length)
    else:
        with pytest.raises(ValueError, match="length of the body"):
            replace(SAVE, body="x" * length)


@pytest.mark.parametrize(("length", "fits"), [(0, True), (200_000, True), (200_001, False)])
def test_a_merged_draft_has_a_length(length: int, fits: bool) -> None:
    if fits:
        replace(SETTLE, body="x" * length)
    else:
        with pytest.raises(ValueError, match="length of the body"):
            replace(SETTLE, body="x" * length)
