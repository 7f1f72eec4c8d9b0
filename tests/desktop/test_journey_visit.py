"""Journeys: a visit that is due, from Today to the note of it; a product kept at hand; a contact to call."""

from __future__ import annotations

from typing import Any

import pytest
from finger import Finger, finger_at
from lookup_kit import give_a_contact
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from app.domain.field_commands import RecordVisit
from sync.server.verify import verify

VISITS = "SELECT account_id, visited_by, note, next_on FROM visit ORDER BY day, id"


@pytest.fixture
def finger(stage: Any) -> Finger:
    made = finger_at(stage)
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    return made


def test_a_visit_that_is_due_is_told_with_four_taps_and_is_due_no_more(
    finger: Finger, rep: Any, sqlite_world: Any
) -> None:
    promised = RecordVisit(
        op_id="v1", actor="rep", business_date="2026-11-02", visit_id="v1", account_id="a1", note="Bring two stents",
        next_on="2026-11-20",
    )  # fmt: skip
    assert rep.workspace.perform(promised).saved
    finger.stage.go("today")
    assert finger.rows("today.group.0.table")[0] == ("Hospital a1", "3 days late")

    with finger.at_most(4, "tell a visit that is due"):
        finger.tap_row("today.group.0.table", 0)
        assert finger.words("accounts.visit.1.note") == "Bring two stents"
        finger.tap("accounts.visit.note")
        QTest.keyClicks(finger.find("accounts.visit.note", QPlainTextEdit), "Both were implanted")
        finger.tap("accounts.visit.weeks.4")
        finger.tap("accounts.visit.save")
    finger.stage.settle()

    assert finger.words("accounts.visit.1.note") == "Both were implanted"
    assert finger.stage.toasts[-1] == "Saved — waiting to send (2)"
    finger.stage.go("today")
    assert not finger.sees("today.group.0.table") or "Hospital a1" not in str(
        finger.rows("today.group.0.table")
    )
    finger.stage.sync()
    assert sqlite_world.rows(VISITS) == [
        ("a1", "rep", "Bring two stents", "2026-11-20"),
        ("a1", "rep", "Both were implanted", "2026-12-21"),
    ]
    assert verify(sqlite_world.engine) == []


def test_a_product_is_kept_at_hand_with_one_tap_and_found_by_one(finger: Finger, sqlite_world: Any) -> None:
    finger.stage.go("catalogue")

    with finger.at_most(2, "keep a product at hand, and find it"):
        finger.tap_row("catalogue.list", 1)
        finger.stage.settle()
        finger.tap("catalogue.starred")

    assert [row[1] for row in finger.rows("catalogue.list")] == ["Stent p2"]
    finger.stage.sync()
    assert sqlite_world.rows("SELECT user_id, product_id, favourite FROM favourite") == [("rep", "p2", 1)]
    assert verify(sqlite_world.engine) == []


def test_a_contact_is_called_with_one_tap_from_the_card(finger: Finger, sqlite_world: Any) -> None:
    give_a_contact(sqlite_world)
    finger.stage.sync()
    finger.stage.go("accounts", account_id="a1")

    with finger.at_most(1, "call a contact"):
        finger.tap("accounts.contact.1.call")

    assert QGuiApplication.clipboard().text() == "+47551", (
        "no program here dials; the number is there to paste"
    )
