"""Today, Sync and Settings on a stage, driven by their own controls."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.desktop.widgets.panel import Card
from app.desktop.widgets.table import Table
from app.domain.commands import ClaimStock
from app.domain.parties import Person
from sync.server.apply import perform_here


def press(stage: Any, name: str) -> None:
    """Tap the button of this name."""
    found = [
        one for one in stage.window.findChildren(QPushButton) if one.objectName() == name and one.isVisible()
    ]
    assert len(found) == 1, name
    found[0].click()
    stage.settle()


def words(stage: Any, name: str) -> str:
    return stage.window.findChild(QLabel, name).text()


@pytest.fixture
def refused(stage: Any, rep: Any, sqlite_world: Any) -> Any:
    """The rep's window after the office has refused a quote; the op's id is `stage.op_id`."""
    sqlite_world.hold("a2", "three invoices overdue")
    quote = rep.quote(account="a2")
    stage.desk.perform(lambda _workspace: quote)
    stage.settle()
    stage.sync()
    stage.op_id = quote.op_id
    return stage


def test_today_shows_nothing_to_do_and_then_what_there_is(stage: Any, rep: Any) -> None:
    today = stage.go("today")
    assert today.clear.isVisible()

    stage.desk.perform(lambda _workspace: rep.quote())
    stage.settle()

    assert [item.state for item in today.table.rows] == ["Approved"]
    assert not today.clear.isVisible()
    assert today.table.height() == 62  # as high as its one row


def test_a_tap_on_a_refused_quote_opens_its_page(refused: Any) -> None:
    today = refused.go("today")
    [item] = today.table.rows
    assert item.second == "Hospital a2 is on hold: three invoices overdue (as of today)."

    at = today.table.visualRect(today.table.rows_model.index(0, 0)).center()
    QTest.mouseClick(today.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    refused.settle()

    assert refused.went[-1] == ("quotes", {"op_id": refused.op_id})


def test_lots_that_expire_soon_are_told(make_stage: Any, sqlite_world: Any) -> None:
    from sync.server.feed import unit_of_work

    lot = {
        "id": "l2",
        "product_id": "p1",
        "lot_number": "L2",
        "serial": "",
        "recalled_on": None,
        "origin": "test",
    }
    with unit_of_work(sqlite_world.engine) as work:
        work.put("lot", [{**lot, "expires": "2026-12-01"}])
    stage = make_stage(sqlite_world.tablet("rep"))

    today = stage.go("today")

    table = today.findChild(Table, "today.group.0.table")
    assert [(item.title, item.second, item.state) for item in table.rows] == [
        ("Stent p1", "Lot L2 · 4 on hand", "in 8 days")
    ]


def test_the_sync_page_says_what_waits_and_then_what_came_of_it(stage: Any, rep: Any) -> None:
    page = stage.go("sync")
    assert words(stage, "sync.heading") == "Everything is up to date"
    assert page.no_waiting.isVisible()

    stage.desk.perform(lambda _workspace: rep.quote())
    stage.settle()
    assert words(stage, "sync.heading") == "1 change is saved here and waits to be sent"
    assert [(op.title[:5], op.state) for op in page.waiting_table.rows] == [
        ("Quote", "Saved, waiting to send")
    ]

    press(stage, "sync.now")
    stage.wait(lambda: not stage.tasks.loop.busy)
    stage.settle()
    assert [op.state for op in page.latest_table.rows] == ["Confirmed"]
    assert not page.waiting_table.isVisible()


def test_a_refusal_says_why_and_what_next_and_can_be_put_away(refused: Any) -> None:
    page = refused.go("sync", op_id=refused.op_id)
    card = page.findChild(Card, f"sync.op.{refused.op_id}")
    said = " ".join(label.text() for label in card.findChildren(QLabel))
    assert "Account on hold" in said
    assert "Ask finance to release the account." in said

    press(refused, f"sync.op.{refused.op_id}.findings.0.step")
    assert refused.went[-1] == ("accounts", {"account_id": "a2"})

    refused.go("sync")
    press(refused, f"sync.op.{refused.op_id}.done")
    assert not page.asking.isVisible()
    assert [op.state for op in page.latest_table.rows] == ["Refused"]
    assert refused.window.chip.text() == "Up to date"


def test_offline_is_no_dialog_and_loses_nothing(make_stage: Any, rep: Any) -> None:
    from stage import NoNetwork

    stage = make_stage(rep, api=NoNetwork())
    stage.go("sync")

    stage.desk.perform(lambda _workspace: rep.quote())
    stage.settle()
    stage.sync()

    assert words(stage, "sync.heading") == "No network"
    assert words(stage, "sync.says").startswith("1 change is saved here and waits to be sent.")
    assert stage.window.chip.text() == "Saved — 1 waiting to send · Offline since 12:00"
    assert stage.failures == []


def test_settings_change_the_theme_at_once(stage: Any) -> None:
    page = stage.go("settings")

    press(stage, "settings.theme.dark")

    assert stage.asked == ["wear dark"]
    assert page.themes["dark"].isChecked()
    assert stage.theme.name == "dark"


def test_signing_out_says_what_waits_and_asks_the_shell(stage: Any, rep: Any) -> None:
    stage.go("settings")
    stage.desk.perform(lambda _workspace: rep.quote())
    stage.settle()
    assert "1 change waits to be sent" in words(stage, "settings.signOut.words")

    press(stage, "settings.signOut")

    assert stage.asked == ["sign_out"]


def test_one_button_answers_what_the_office_claims_also_offline(
    stage: Any, rep: Any, sqlite_world: Any
) -> None:
    office = Person("u-office", "operations", ("*",))
    for number, qty in (("c1", 3), ("c2", 9)):
        claim = ClaimStock(
            op_id=f"op-{number}", actor=office.id, business_date="2026-11-23", claim_id=number,
            location_id="trunk-rep", product_id="p1", lot_id="l1", qty=qty, kind="recall", to_location="",
            reason="batch fault",
        )  # fmt: skip
        perform_here(sqlite_world.engine, office, claim, now=stage.workspace.now)
    stage.sync()
    today = stage.go("today")
    assert words(stage, "today.claim.0.title").startswith("Recalled: 3 × ")

    press(stage, "today.claim.0.answer")  # no sync: at once

    assert words(stage, "today.claim.0.title").startswith("Recalled: 9 × ")
    press(stage, "today.claim.0.answer")  # the trunk has 7, and nothing says why
    assert stage.window.findChild(QLabel, "today.claim.0.title") is not None
    today.findChild(QLineEdit, "today.claim.0.reason").setText("two were sold")
    press(stage, "today.claim.0.answer")
    assert today.clear.isVisible()
    assert not today.claims.isVisible()
    stage.sync()
    told = sqlite_world.rows("SELECT id, answered, state, answer FROM claim ORDER BY id")
    assert [tuple(one) for one in told] == [("c1", 3, "answered", ""), ("c2", 7, "answered", "two were sold")]


def test_settings_offer_the_languages_and_ask_the_shell(stage: Any) -> None:
    page = stage.go("settings")
    assert {name: choice.text() for name, choice in page.languages.items()} == {
        "system": "As the system",
        "en": "English",
        "es": "Español",
    }
    assert [name for name, choice in page.languages.items() if choice.isChecked()] == ["system"]

    press(stage, "settings.language.es")
    stage.settle()

    assert stage.asked == ["speak es"]
