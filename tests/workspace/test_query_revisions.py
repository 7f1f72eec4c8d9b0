"""The revisions of a quote, from the rows that stand, the ops that were sent, and the drafts that were shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.commands import QuoteLine
from app.store.engine import reading
from app.workspace import drafting, sharing
from app.workspace.queries.revisions import revisions
from app.workspace.rows.quote_draft import DraftLine


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def known(tablet: Any, quote_id: str) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return revisions(connection, quote_id)


def revised(tablet: Any, first: Any, *, qty: int, revision: int = 2) -> Any:
    lines = (QuoteLine(product_id="p1", qty=qty, discount_bp=0, shown_price=100_0000),)
    again = replace(first, op_id=tablet.new_id(), revision=revision, lines=lines, po_number="77")
    performed = tablet.workspace.perform(again)
    assert performed.saved, performed.decision.findings
    return again


def test_what_this_tablet_submitted_is_known_with_its_prices(rep: Any) -> None:
    first = rep.quote(qty=2, discount=1000)
    assert rep.workspace.perform(first).saved
    revised(rep, first, qty=5)
    rep.sync()

    found = known(rep, first.quote_id)

    assert [(one.number, one.total, one.po_number) for one in found.known] == [
        (2, 500_00, "77"),
        (1, 180_00, ""),
    ]
    [before] = found.of(1).lines
    assert (before.name, before.qty, before.discount_bp, before.unit_price) == ("Stent p1", 2, 1000, 90_0000)
    assert found.of(1).day == "2026-11-23"


def test_every_revision_is_known_not_only_the_last_two(rep: Any) -> None:
    first = rep.quote(qty=2)
    assert rep.workspace.perform(first).saved
    revised(rep, first, qty=5)
    revised(rep, first, qty=7, revision=3)

    assert [one.number for one in known(rep, first.quote_id).known] == [3, 2, 1]


def test_what_was_refused_is_no_revision(rep: Any) -> None:
    first = rep.quote(qty=2)
    assert rep.workspace.perform(first).saved
    wrong = replace(first, op_id=rep.new_id(), revision=2, account_id="a3", ship_to_id="s3")
    assert not rep.workspace.perform(wrong).saved
    revised(rep, first, qty=5)

    found = known(rep, first.quote_id)

    assert [one.account for one in found.known] == ["Hospital a1", "Hospital a1"]


def test_another_tablet_of_the_person_knows_what_was_asked_by_the_shared_draft(
    rep: Any, sqlite_world: Any
) -> None:
    begun = drafting.start(rep.workspace, "a1", (DraftLine("p1", 3, 500),))
    draft = drafting.keep(rep.workspace, replace(begun, ship_to_id="s1", note="as shared"))
    sharing.share(rep.workspace, draft.id)
    first = draft.command(actor="rep", day="2026-11-23", currency="USD", shown=(95_0000,))
    assert rep.workspace.perform(first).saved
    sharing.put_away(rep.workspace, draft.id)
    revised(rep, first, qty=5)
    rep.sync()
    other = sqlite_world.tablet("rep")

    found = known(other, first.quote_id)

    assert [(one.number, one.total) for one in found.known] == [(2, 500_00), (1, None)]
    assert found.of(1).note == "as shared"
    [before] = found.of(1).lines
    assert (before.qty, before.discount_bp, before.unit_price) == (3, 500, None)


def test_a_tablet_that_saw_only_the_end_knows_only_that(rep: Any, sqlite_world: Any) -> None:
    first = rep.quote(qty=2)
    assert rep.workspace.perform(first).saved
    revised(rep, first, qty=5)
    rep.sync()
    boss = sqlite_world.tablet("boss", "manager")

    assert [one.number for one in known(boss, first.quote_id).known] == [2]


def test_a_quote_that_is_not_here_has_no_revisions(rep: Any) -> None:
    assert known(rep, "nowhere") is None
