"""Notes of visits on an account's card, written by hand: saved, kept while one is elsewhere, and never lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from lookup_kit import click, find, words
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QTabBar
from sqlalchemy import text

from app.store.engine import reading


@pytest.fixture
def accounts(stage: Any) -> Any:
    """The stage at Accounts."""
    stage.go("accounts")
    return stage


def note(qtbot: Any, stage: Any, words: str) -> None:
    find(stage, "accounts.visit.note", QPlainTextEdit).setFocus()
    qtbot.keyClicks(find(stage, "accounts.visit.note", QPlainTextEdit), words)
    stage.settle()


def test_a_visit_is_noted_and_stands_on_top_here_and_in_the_servers_books(
    qtbot: Any, sqlite_world: Any, rep: Any, accounts: Any
) -> None:
    accounts.go("accounts", account_id="a1", visits=True)
    save = find(accounts, "accounts.visit.save", QPushButton)
    assert (save.isEnabled(), save.toolTip()) == (False, "Write a note to save the visit.")

    note(qtbot, accounts, "Needs six stents by May")
    click(qtbot, accounts, "accounts.visit.weeks.2")
    click(qtbot, accounts, "accounts.visit.save")
    accounts.settle()

    assert words(accounts, "accounts.visit.1.note") == "Needs six stents by May"
    assert "Next Dec 7, 2026" in find(accounts, "accounts.visit.1").accessibleName()
    assert find(accounts, "accounts.tabs", QTabBar).tabText(5) == "Visits (1)"
    assert find(accounts, "accounts.visit.note").toPlainText() == ""
    rep.sync()
    with reading(sqlite_world.engine) as connection:
        kept = connection.execute(text("SELECT account_id, visited_by, note, next_on FROM visit")).all()
    assert kept == [("a1", "rep", "Needs six stents by May", "2026-12-07")]
    assert rep.workspace.drafts("visit") == (), "what was saved is no draft any more"


def test_a_note_survives_leaving_the_page_and_belongs_to_its_account(
    qtbot: Any, make_stage: Any, rep: Any, accounts: Any
) -> None:
    accounts.go("accounts", account_id="a1", visits=True)
    note(qtbot, accounts, "Ask for the")
    accounts.go("accounts", account_id="a2", visits=True)
    assert find(accounts, "accounts.visit.note").toPlainText() == ""

    accounts.go("catalogue")
    again = make_stage(rep)  # the app is started anew
    again.go("accounts", account_id="a1", visits=True)

    assert find(again, "accounts.visit.note").toPlainText() == "Ask for the"


def test_a_note_that_could_not_be_saved_is_written_on_and_kept(qtbot: Any, rep: Any, accounts: Any) -> None:
    accounts.go("accounts", account_id="a1", visits=True)
    note(qtbot, accounts, "Ask")
    with rep.workspace.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE visit RENAME TO elsewhere")
    save = find(accounts, "accounts.visit.save", QPushButton)
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    accounts.wait(lambda: bool(accounts.failures) and save.isEnabled())
    accounts.failures.clear()
    with rep.workspace.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO visit")

    note(qtbot, accounts, " Ida")
    accounts.go("catalogue")

    assert save.isEnabled()
    assert [kept.body["note"] for kept in rep.workspace.drafts("visit")] == ["Ask Ida"]


def test_while_a_note_is_being_saved_nothing_can_be_typed_that_would_be_lost(
    qtbot: Any, accounts: Any
) -> None:
    accounts.go("accounts", account_id="a1", visits=True)
    note(qtbot, accounts, "Ask")
    gate = threading.Event()
    accounts.tasks.act(lambda _workspace: gate.wait(30))  # the writer is busy

    find(accounts, "accounts.visit.save", QPushButton).click()
    during = find(accounts, "accounts.visit.note").isEnabled()
    gate.set()
    accounts.settle()

    assert (during, find(accounts, "accounts.visit.note").isEnabled()) == (False, True)


def test_a_note_that_is_emptied_leaves_no_draft(qtbot: Any, rep: Any, accounts: Any) -> None:
    accounts.go("accounts", account_id="a1", visits=True)
    note(qtbot, accounts, "x")
    accounts.go("catalogue")
    accounts.settle()
    assert len(rep.workspace.drafts("visit")) == 1

    accounts.go("accounts", account_id="a1", visits=True)
    find(accounts, "accounts.visit.note").setPlainText("")
    accounts.go("catalogue")
    accounts.settle()

    assert rep.workspace.drafts("visit") == ()


def test_no_next_visit_is_named_unless_it_is_wanted(qtbot: Any, rep: Any, accounts: Any) -> None:
    accounts.go("accounts", account_id="a1", visits=True)
    day = find(accounts, "accounts.visit.next")
    assert (day.isEnabled(), day.iso()) == (False, "2026-12-21")
    click(qtbot, accounts, "accounts.visit.weeks.1")
    assert (day.isEnabled(), day.iso()) == (True, "2026-11-30")

    find(accounts, "accounts.visit.again").click()
    note(qtbot, accounts, "Nothing new")
    click(qtbot, accounts, "accounts.visit.save")
    accounts.settle()

    assert "Next" not in find(accounts, "accounts.visit.1").accessibleName()
