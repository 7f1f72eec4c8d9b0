"""A draft written on two tablets, on the screen: both are shown with what differs, one tap keeps either or both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QRadioButton
from quotes_kit import Hands

from app.store.engine import reading
from app.workspace import drafting, sharing
from app.workspace.queries.quotes import drafts
from app.workspace.rows.quote_draft import DraftLine


@pytest.fixture
def hands(stage: Any, rep: Any, sqlite_world: Any) -> Hands:
    """The rep's window, where a draft was written on that the rep's other tablet has changed as well."""
    other = sqlite_world.tablet("rep")
    begun = drafting.start(rep.workspace, "a1", (DraftLine("p1", 2, 0),))
    one = drafting.keep(rep.workspace, replace(begun, ship_to_id="s1"))
    sharing.share(rep.workspace, one.id)
    rep.sync()
    other.sync()
    with reading(other.workspace.engine) as connection:
        [theirs] = drafts(connection)
    lines = (DraftLine("p1", 5, 1_000), DraftLine("p2", 1, 0))
    drafting.keep(other.workspace, replace(theirs, note="from the car", lines=lines))
    sharing.share(other.workspace, drafts_of(other)[0].id)
    other.sync()
    drafting.keep(rep.workspace, replace(drafts_of(rep)[0], po_number="PO-7"))
    sharing.share(rep.workspace, one.id)
    rep.sync()
    made = Hands(stage)
    made.other = other
    made.go()
    made.tap_row("quotes.table", 0)
    return made


def drafts_of(tablet: Any) -> Any:
    with reading(tablet.workspace.engine) as connection:
        return drafts(connection)


def test_both_versions_are_shown_with_what_differs(hands: Hands) -> None:
    assert hands.find("quote.versions").text() == "2 versions"

    hands.tap("quote.versions")

    assert hands.words("versions.heading") == "RE-A-0001 was written on two tablets"
    assert [hands.words(f"versions.side.{at}.title") for at in (0, 1)] == [
        "rep, on tablet: written beside it",
        "rep, on tablet: what counts now",
    ]
    assert [hands.words(f"versions.part.{at}.1.words") for at in range(4)] == [
        "Nothing",
        "from the car",
        "5 units, 10% off",
        "1 unit",
    ]


def test_one_tap_keeps_the_other_side_on_both_tablets(hands: Hands) -> None:
    hands.tap("quote.versions")

    hands.tap("versions.side.1.keep")

    [kept] = hands.drafts()
    assert (kept["note"], kept["po_number"], len(kept["lines"])) == ("from the car", "", 2)
    assert hands.find("quote.versions").text() == "Versions"
    hands.stage.tasks.sync_now()
    hands.stage.settle()


def test_the_best_of_both_is_taken_part_by_part(hands: Hands) -> None:
    hands.tap("quote.versions")
    hands.find("versions.part.1.1", QRadioButton).click()  # their note
    hands.find("versions.part.2.1", QRadioButton).click()  # their line of p1

    hands.tap("versions.take")

    [kept] = hands.drafts()
    assert (kept["note"], kept["po_number"]) == ("from the car", "PO-7")
    assert kept["lines"] == [{"product_id": "p1", "qty": 5, "discount_bp": 1_000}]


def test_what_was_before_comes_back(hands: Hands) -> None:
    hands.tap("quote.versions")

    hands.tap("versions.past.0.keep")

    [kept] = hands.drafts()
    assert (kept["note"], kept["po_number"]) == ("", "")
    assert kept["lines"] == [{"product_id": "p1", "qty": 2, "discount_bp": 0}]
