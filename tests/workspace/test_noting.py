"""A note of a visit while it is written: kept, taken up again, and once saved, no draft any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.store.engine import reading
from app.workspace.noting import begin_visit, keep_visit, visit_draft, visit_op
from app.workspace.rows.notes import VisitDraft


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def begun(rep: Any, account_id: str) -> VisitDraft | None:
    with reading(rep.workspace.reader) as connection:
        return visit_draft(connection, account_id)


def test_a_note_that_was_begun_is_taken_up_again_by_its_account(rep: Any) -> None:
    draft = replace(begin_visit(rep.workspace, "a1"), note="Ask for the", next_on="2026-12-07")

    keep_visit(rep.workspace, draft)

    assert begin_visit(rep.workspace, "a1") == draft
    assert begin_visit(rep.workspace, "a2").note == ""


def test_a_new_note_is_not_kept_before_something_is_written(rep: Any) -> None:
    begin_visit(rep.workspace, "a1")

    assert begun(rep, "a1") is None


def test_a_note_with_nothing_in_it_goes(rep: Any) -> None:
    draft = replace(begin_visit(rep.workspace, "a1"), note="x")
    keep_visit(rep.workspace, draft)

    keep_visit(rep.workspace, replace(draft, note=" "))

    assert rep.workspace.drafts("visit") == ()


def test_a_stop_after_saving_leaves_no_second_note(rep: Any) -> None:
    draft = replace(begin_visit(rep.workspace, "a1"), note="Needs stents")
    keep_visit(rep.workspace, draft)

    assert rep.workspace.perform(visit_op(rep.workspace, draft)).saved

    assert begun(rep, "a1") is None, "its draft is still there, and is known to be saved"
    assert begin_visit(rep.workspace, "a1").id != draft.id
