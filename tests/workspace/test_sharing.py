"""A draft written on two tablets of one rep: what one writes the other has, and nothing of either is overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.store.engine import reading
from app.workspace import drafting, sharing
from app.workspace.queries.quotes import drafts
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft


class Writer:
    """One tablet of the rep, and the draft that is open on it."""

    def __init__(self, tablet: Any) -> None:
        self.tablet = tablet
        self.workspace = tablet.workspace

    def drafts(self) -> tuple[QuoteDraft, ...]:
        with reading(self.workspace.engine) as connection:
            return drafts(connection)

    def only(self) -> QuoteDraft:
        [one] = self.drafts()
        return one

    def write(self, one: QuoteDraft, note: str) -> QuoteDraft:
        return drafting.keep(self.workspace, replace(one, note=note))

    def leave(self, one: QuoteDraft) -> None:
        sharing.share(self.workspace, one.id)
        self.tablet.sync()

    def versions(self, one: QuoteDraft) -> Any:
        with reading(self.workspace.engine) as connection:
            return sharing.versions(connection, sharing.document_id(one))

    def conflicts(self) -> dict[str, int]:
        with reading(self.workspace.engine) as connection:
            return sharing.conflicts(connection)


@pytest.fixture
def two(world: Any) -> tuple[Writer, Writer]:
    """Two tablets of the rep, and a draft that was begun on the first and is on both."""
    first, second = Writer(world.tablet("rep")), Writer(world.tablet("rep"))
    one = drafting.start(first.workspace, "a1", (DraftLine("p1", 2, 0),))
    first.leave(one)
    second.tablet.sync()
    return first, second


def test_a_draft_that_was_left_is_on_the_other_tablet_too(two: tuple[Writer, Writer]) -> None:
    first, second = two

    mine, other = first.only(), second.only()

    assert (other.number, other.lines, other.account_id) == (mine.number, mine.lines, "a1")
    assert other.id != mine.id  # each would be an op of its own


def test_what_one_writes_the_other_has_where_nothing_was_typed(two: tuple[Writer, Writer]) -> None:
    first, second = two
    first.leave(first.write(first.only(), "from the first"))
    second.tablet.sync()
    second.leave(second.write(second.only(), "from the second"))
    first.tablet.sync()

    assert [one.only().note for one in two] == ["from the second", "from the second"]
    assert first.conflicts() == {}


def test_what_both_write_stands_side_by_side_and_nothing_is_lost(two: tuple[Writer, Writer]) -> None:
    first, second = two
    first.leave(first.write(first.only(), "from the first"))
    second.leave(second.write(second.only(), "from the second"))
    first.tablet.sync()

    assert [one.only().note for one in two] == ["from the first", "from the second"]
    for one in two:
        assert one.conflicts() == {sharing.document_id(one.only()): 2}
        standing = one.versions(one.only()).standing
        assert [(v.state, v.draft.note, v.device) for v in standing] == [
            ("sibling", "from the second", "tablet"),
            ("head", "from the first", "tablet"),
        ]


def test_writing_on_beside_the_head_stays_one_version(two: tuple[Writer, Writer]) -> None:
    first, second = two
    first.leave(first.write(first.only(), "from the first"))
    second.leave(second.write(second.only(), "from the second"))
    second.leave(second.write(second.only(), "the second again"))

    standing = second.versions(second.only()).standing

    assert [v.draft.note for v in standing] == ["the second again", "from the first"]


@pytest.mark.parametrize("keep", ["head", "sibling"])
def test_one_tap_keeps_either_side_everywhere(two: tuple[Writer, Writer], keep: str) -> None:
    first, second = two
    first.leave(first.write(first.only(), "from the first"))
    second.leave(second.write(second.only(), "from the second"))
    known = second.versions(second.only())
    chosen = next(one for one in known.standing if one.state == keep)

    assert sharing.settle(second.workspace, known, chosen.id).saved
    second.tablet.sync()
    first.tablet.sync()

    assert [one.only().note for one in two] == [chosen.draft.note] * 2
    assert [one.conflicts() for one in two] == [{}, {}]
    journal = first.versions(first.only()).versions
    assert {v.draft.note for v in journal} >= {"from the first", "from the second"}
    assert {v.decided_by for v in journal if v.draft.note.startswith("from") and v.state == "past"} == {"rep"}


def test_field_by_field_takes_the_best_of_both(two: tuple[Writer, Writer]) -> None:
    first, second = two
    first.leave(first.write(first.only(), "from the first"))
    second.leave(drafting.keep(second.workspace, replace(second.only(), po_number="PO-7")))
    known = second.versions(second.only())
    head = next(one for one in known.standing if one.state == "head")

    merged = replace(head.draft, po_number="PO-7")
    assert sharing.settle(second.workspace, known, head.id, merged).saved
    second.tablet.sync()
    first.tablet.sync()

    assert [(one.only().note, one.only().po_number) for one in two] == [("from the first", "PO-7")] * 2


def test_a_past_version_comes_back_with_one_tap(two: tuple[Writer, Writer]) -> None:
    first, second = two
    first.leave(first.write(first.only(), "good words"))
    first.leave(first.write(first.only(), "bad words"))
    known = first.versions(first.only())
    good = next(one for one in known.versions if one.draft.note == "good words")

    assert sharing.settle(first.workspace, known, good.id).saved
    first.tablet.sync()
    second.tablet.sync()

    assert [one.only().note for one in two] == ["good words"] * 2


def test_words_of_another_tablet_that_came_while_the_editor_was_open_are_not_overwritten(
    two: tuple[Writer, Writer],
) -> None:
    first, second = two
    open_here = second.only()
    first.leave(first.write(first.only(), "from the first"))
    second.tablet.sync()  # nothing was typed here yet, so the other's words came in under the open editor

    second.leave(second.write(open_here, "typed on the old words"))

    notes = {v.draft.note for v in second.versions(open_here).standing}
    assert notes == {"from the first", "typed on the old words"}


def test_an_editor_that_is_left_late_does_not_stand_beside_itself(two: tuple[Writer, Writer]) -> None:
    first, _second = two
    open_here = first.write(first.only(), "one")
    sharing.share(
        first.workspace, open_here.id
    )  # the minute was over; the editor does not know its new base yet

    first.leave(first.write(open_here, "one two"))

    assert first.conflicts() == {}
    assert first.versions(open_here).standing[0].draft.note == "one two"


def test_a_draft_that_was_thrown_away_goes_everywhere(two: tuple[Writer, Writer]) -> None:
    first, second = two
    sharing.put_away(first.workspace, first.only().id)
    first.tablet.sync()
    second.tablet.sync()

    assert [one.drafts() for one in two] == [(), ()]


def test_what_was_typed_elsewhere_since_outlives_the_throwing_away(two: tuple[Writer, Writer]) -> None:
    first, second = two
    second.write(second.only(), "not to be lost")
    sharing.put_away(first.workspace, first.only().id)
    first.tablet.sync()
    second.tablet.sync()
    second.leave(second.only())
    first.tablet.sync()

    assert [one.only().note for one in two] == ["not to be lost"] * 2


def test_drafts_are_shared_a_minute_after_the_last_change_and_once(two: tuple[Writer, Writer]) -> None:
    first, _second = two
    one = first.write(first.only(), "later")

    assert sharing.share_due(first.workspace) == 0  # typed just now
    first.workspace.now = lambda now=first.workspace.now: now() + 2 * sharing.PAUSE
    assert sharing.share_due(first.workspace, but=one.id) == 0
    assert sharing.share_due(first.workspace) == 1
    assert sharing.share_due(first.workspace) == 0


def test_a_draft_with_nothing_on_it_is_nobodys_business(world: Any) -> None:
    first = Writer(world.tablet("rep"))
    one = drafting.start(first.workspace)

    assert sharing.share(first.workspace, one.id) is None
    sharing.put_away(first.workspace, one.id)

    assert first.drafts() == ()
    assert first.tablet.rows("SELECT * FROM outbox") == []


def test_a_shared_draft_that_was_handed_in_goes_from_both_tablets(two: tuple[Writer, Writer]) -> None:
    first, second = two
    one = first.only()
    quote = first.tablet.quote(quote_id=one.quote_id, number=one.number, op_id=one.id)
    assert first.workspace.perform(quote).saved  # and the app stops before the draft is put away

    assert drafting.put_away_leftovers(first.workspace) == 1
    first.tablet.sync()
    second.tablet.sync()

    assert [one.drafts() for one in two] == [(), ()]
