"""The window: places of a role, what is always in sight, and screens that are reloaded when they should be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.desktop import window
from app.desktop.desk import Desk, Place, Screen
from app.desktop.screens import PLACES
from app.desktop.statusbar import StatusChip
from app.desktop.theme import RAIL_NARROW, RAIL_WIDE, TOUCH
from app.desktop.window import Window


class Diary(Screen):
    """A screen that writes down what the window asks of it."""

    topics = frozenset({"quote"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pages: list[Any] = []

    def reload(self) -> None:
        self.pages.append("reload")

    def open(self, **args: Any) -> None:
        self.pages.append(args)

    def leave(self) -> None:
        self.pages.append("leave")


@pytest.fixture
def diaries(stage: Any) -> Any:
    """The stage's window with two plain places."""
    places = (Place("today", "today", Diary), Place("trunk", "trunk", Diary))
    stage.window.show_desk(stage.desk, places)
    stage.settle()
    return stage


def test_a_rep_sees_no_approvals_and_a_manager_does(make_stage: Any, sqlite_world: Any) -> None:
    rep = make_stage(sqlite_world.tablet("rep"))
    manager = make_stage(sqlite_world.tablet("boss", "manager"))

    assert "approvals" not in rep.window.rail.buttons
    assert list(manager.window.rail.buttons) == [place.key for place in PLACES]


def test_every_place_says_its_shortcut_and_takes_it(diaries: Any) -> None:
    window = diaries.window
    assert window.rail.buttons["trunk"].toolTip() == "Trunk (Ctrl+2)"

    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)

    diaries.wait(lambda: window.place == "trunk")
    assert window.rail.buttons["trunk"].isChecked()


def test_going_somewhere_opens_and_reads_it_and_leaves_the_other(diaries: Any) -> None:
    diaries.go("today")
    today = diaries.window.screens["today"]
    today.pages.clear()

    diaries.go("trunk", lot_id="l1")

    assert today.pages == ["leave"]
    assert diaries.window.screens["trunk"].pages == [{"lot_id": "l1"}, "reload"]


def test_what_changes_is_read_again_once_and_only_where_it_is_shown(
    diaries: Any, rep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    diaries.go("trunk")
    diaries.go("today")
    today, trunk = (diaries.window.screens[key] for key in ("today", "trunk"))
    today.pages.clear()
    trunk.pages.clear()
    monkeypatch.setattr(
        window, "RELOAD_MS", 1000
    )  # three saves take longer than the real one on a busy machine

    quotes = [rep.quote() for _ in range(3)]
    for quote in quotes:
        diaries.tasks.act(lambda workspace, quote=quote: workspace.perform(quote))
    diaries.settle()

    assert today.pages == ["reload"]
    assert trunk.pages == []


def test_while_a_first_load_comes_in_what_is_shown_is_read_again_less_often(diaries: Any) -> None:
    loop, soon = diaries.tasks.loop, diaries.window._reload_soon
    paces = []

    for loading in (False, True, False):
        loop.view = replace(loop.view, loading=loading)
        diaries.tasks.changed.emit(frozenset({"quote"}))
        paces.append(soon.interval())
        diaries.settle()

    assert paces == [window.RELOAD_MS, window.LOADING_RELOAD_MS, window.RELOAD_MS]


def test_a_change_that_is_nobodys_business_reads_nothing(diaries: Any) -> None:
    diaries.go("today")
    today = diaries.window.screens["today"]
    today.pages.clear()

    diaries.tasks.act(lambda workspace: workspace.save_draft("d1", "quote", {}))
    diaries.settle()

    assert today.pages == []


def test_closing_the_window_keeps_what_was_typed(diaries: Any) -> None:
    diaries.go("today")
    today = diaries.window.screens["today"]

    diaries.window.close()

    assert today.pages[-1] == "leave"


def test_an_undo_of_the_last_user_is_not_offered_to_the_next(diaries: Any) -> None:
    diaries.desk.toast("Nothing was sent.", action="Undo", then=lambda: None)
    assert diaries.window.toast_line.isVisible()

    diaries.window.drop_desk()

    assert not diaries.window.toast_line.isVisible()


def test_saving_shows_the_toast_and_the_chip(stage: Any, rep: Any) -> None:
    stage.desk.perform(lambda _workspace: rep.quote())
    stage.settle()

    assert stage.window.toast_line.isVisible()
    assert stage.window.toast_line.words == "Saved — waiting to send (1)"
    assert stage.window.chip.text() == "Saved — 1 waiting to send"

    stage.sync()
    assert stage.window.chip.text() == "Up to date"


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("words", ["Saved — waiting to send (1)", "It is kept, and goes on its way. " * 3])
def test_a_toast_never_lies_over_the_chip_however_long_both_are(
    stage: Any, direction: Any, words: str
) -> None:
    stage.window.setLayoutDirection(direction)
    stage.window.resize(1024, 640)
    stage.settle()

    stage.window.toast(words)
    stage.window.chip.setText(
        "The server has trouble — 12 waiting to send"
    )  # the chip's words come after the toast's
    stage.settle()

    toast, chip = (
        QRect(one.mapToGlobal(QPoint(0, 0)), one.size())
        for one in (stage.window.toast_line, stage.window.chip)
    )
    assert toast.width() > 100
    assert not toast.intersects(chip)
    assert toast.height() <= 60  # of the strip


def test_a_toast_goes_aside_for_the_longer_name_of_the_place_that_is_shown_next(stage: Any) -> None:
    stage.window.resize(1024, 640)
    stage.window.go("sync")
    stage.settle()
    toast, title = stage.window.toast_line, stage.window._title
    stage.window.toast("A hand-over of four units to the trunk of Lee is kept, and is sent soon")
    before = toast.mapToGlobal(QPoint(0, 0)).x()

    stage.window.go("quotes")
    stage.settle()

    ends = title.mapToGlobal(QPoint(0, 0)).x() + title.fontMetrics().horizontalAdvance(title.text())
    assert before < ends, "it stood where the longer name stands now"
    assert toast.mapToGlobal(QPoint(0, 0)).x() > ends


def test_the_rail_counts_what_needs_somebody(make_stage: Any, sqlite_world: Any) -> None:
    rep_tablet, boss_tablet = sqlite_world.tablet("rep"), sqlite_world.tablet("boss", "manager")
    rep_tablet.workspace.perform(rep_tablet.quote(discount=2000))
    rep_tablet.sync()
    manager = make_stage(boss_tablet)

    manager.sync()

    assert manager.window.rail.buttons["approvals"].accessibleDescription() == "1 waits"


def test_bad_news_is_shown_in_the_window_and_can_be_put_away(stage: Any) -> None:
    stage.window.bad_news.say("The disk is full.", "report")
    stage.settle()
    assert stage.window.bad_news.isVisible()

    stage.window.bad_news.findChild(QAbstractButton, "badNews.close").click()

    assert not stage.window.bad_news.isVisible()


@pytest.mark.parametrize(("width", "rail"), [(1280, RAIL_WIDE), (1024, RAIL_NARROW)])
def test_the_rail_fits_the_window(stage: Any, width: int, rail: int) -> None:
    stage.window.resize(width, 640)
    stage.settle()

    assert stage.window.width() == width
    assert stage.window.rail.width() == rail


@pytest.mark.parametrize("place", ["today", "sync", "settings"])
@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)], ids=str)
def test_everything_tapped_is_large_enough_and_has_a_name(
    stage: Any, place: str, size: tuple[int, int]
) -> None:
    stage.window.resize(*size)
    stage.go(place)

    for button in stage.window.findChildren(QAbstractButton):
        if not button.isVisible():
            continue
        assert button.height() >= TOUCH, button.objectName()
        assert button.objectName(), button.text()
        assert button.accessibleName() or button.text(), button.objectName()


def test_somebody_else_at_the_same_window(stage: Any) -> None:
    stage.go("today")

    stage.window.drop_desk()
    stage.window.show_desk(stage.desk, PLACES)
    stage.settle()

    assert stage.window.findChild(StatusChip) is not None
    assert stage.window.findChild(QWidget, "screen.today") is stage.window.screens["today"]


def test_what_waits_for_the_first_frame_comes_once_and_after_it(qtbot: Any) -> None:
    window, told = Window(wearing="dark"), []
    qtbot.addWidget(window)
    window.after_first_frame(lambda: told.append(window.isVisible()))
    assert told == []

    window.show()
    qtbot.waitUntil(lambda: bool(told))
    window.repaint()

    assert told == [True]
