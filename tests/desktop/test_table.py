"""Lists and tables, as a finger and a keyboard use them: they keep their place, and are chosen from and opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScroller, QWidget

from app.desktop.theme import ROW, TALL_ROW, TOUCH, Theme
from app.desktop.widgets.cells import CellRole
from app.desktop.widgets.fields import SearchField
from app.desktop.widgets.table import Column, Table


@dataclass(frozen=True)
class Thing:
    id: str
    name: str
    qty: int = 1


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


def things(count: int) -> list[Thing]:
    return [Thing(f"t{n:03}", f"Thing {n}") for n in range(count)]


@pytest.fixture
def table(qtbot: Any, theme: Theme) -> Table[Thing]:
    made: Table[Thing] = Table(
        theme,
        [
            Column("Name", lambda thing: thing.name, second=lambda thing: thing.id),
            Column("Qty", lambda thing: str(thing.qty), width=80, end=True),
        ],
        name="things",
        label="Things",
        key=lambda thing: thing.id,
        spoken=lambda thing: f"{thing.name}, {thing.qty}",
    )
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_a_list_keeps_its_place_when_it_is_read_again(table: Table[Thing]) -> None:
    table.set_rows(things(100))
    table.select_key("t050")
    table.verticalScrollBar().setValue(1800)

    table.set_rows([Thing("new", "New"), *things(100)])

    assert table.current() == Thing("t050", "Thing 50")
    assert table.verticalScrollBar().value() == 1800


def test_the_same_rows_disturb_nobody(table: Table[Thing]) -> None:
    heard: list[Any] = []
    table.set_rows(things(5))
    table.select_key("t002")
    table.chosen.connect(heard.append)

    table.set_rows(things(5))

    assert heard == []


def test_a_chosen_row_that_has_changed_is_told_again(table: Table[Thing]) -> None:
    heard: list[Any] = []
    table.set_rows(things(3))
    table.select_key("t001")
    table.chosen.connect(heard.append)

    table.set_rows([Thing("t000", "Thing 0"), Thing("t001", "Thing 1", 9), Thing("t002", "Thing 2")])

    assert heard == [Thing("t001", "Thing 1", 9)]


def test_a_chosen_row_that_has_gone_is_told(table: Table[Thing]) -> None:
    heard: list[Any] = []
    table.set_rows(things(3))
    table.select_key("t001")
    table.chosen.connect(heard.append)

    table.set_rows(things(1))

    assert heard[-1] is None
    assert table.current() is None


def test_the_keyboard_chooses_and_opens(qtbot: Any, table: Table[Thing]) -> None:
    opened: list[Thing] = []
    table.opened.connect(opened.append)
    table.set_rows(things(5))
    table.select_first()
    table.setFocus()

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(table, key)

    assert opened == [Thing("t002", "Thing 2")]


def test_rows_are_high_enough_for_a_finger(qtbot: Any, theme: Theme, table: Table[Thing]) -> None:
    table.set_rows(things(2))

    assert ROW >= TOUCH
    assert TALL_ROW >= TOUCH
    assert table.rowHeight(0) >= TOUCH


def test_a_tap_opens_where_it_is_meant_to(qtbot: Any, theme: Theme) -> None:
    opened: list[Thing] = []
    made: Table[Thing] = Table(
        theme, [Column("Name", lambda t: t.name)], name="taps", label="Taps", key=lambda t: t.id, tap=True
    )
    qtbot.addWidget(made)
    made.opened.connect(opened.append)
    made.set_rows(things(3))
    made.show()

    at = made.visualRect(made.rows_model.index(1, 0)).center()
    QTest.mouseClick(made.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert opened == [Thing("t001", "Thing 1")]


class TestFinger:
    """A touchscreen, as Qt sees one: touches that nobody takes become mouse events."""

    @pytest.fixture
    def touch(self, qapp: Any) -> Any:
        device = QTest.createTouchDevice()

        def touch(widget: QWidget, what: str, x: int, y: int) -> None:
            sequence = QTest.touchEvent(widget, device)
            getattr(sequence, what)(0, QPoint(x, y), widget)
            sequence.commit()
            QTest.qWait(10)

        yield touch
        from shiboken6 import delete

        delete(device)

    @pytest.fixture
    def list_of_taps(self, qtbot: Any, theme: Theme, touch: Any) -> Table[Thing]:
        made: Table[Thing] = Table(
            theme, [Column("Name", lambda t: t.name)], name="taps", label="Taps", key=lambda t: t.id, tap=True
        )
        qtbot.addWidget(made)
        made.resize(300, 400)
        made.set_rows(things(100))
        made.show()
        return made

    def test_a_tap_opens_the_row_under_it(self, touch: Any, list_of_taps: Table[Thing]) -> None:
        heard: list[tuple[str, Thing]] = []
        list_of_taps.opened.connect(lambda row: heard.append(("opened", row)))
        list_of_taps.chosen.connect(lambda row: heard.append(("chosen", row)))
        at = list_of_taps.visualRect(list_of_taps.rows_model.index(2, 0)).center()

        touch(list_of_taps.viewport(), "press", at.x(), at.y())
        touch(list_of_taps.viewport(), "release", at.x(), at.y())

        third = Thing("t002", "Thing 2")
        assert heard == [("chosen", third), ("opened", third)]

    def test_throwing_a_list_scrolls_it_and_taps_nothing(
        self, touch: Any, list_of_taps: Table[Thing]
    ) -> None:
        heard: list[Any] = []
        list_of_taps.opened.connect(heard.append)
        list_of_taps.chosen.connect(heard.append)
        viewport = list_of_taps.viewport()

        touch(viewport, "press", 100, 300)
        for y in range(290, 100, -15):
            touch(viewport, "move", 100, y)
        touch(viewport, "release", 100, 100)
        QTest.qWait(100)

        assert heard == []
        assert list_of_taps.verticalScrollBar().value() > 100
        QScroller.scroller(viewport).stop()


def test_without_a_touchscreen_a_mouse_is_a_mouse(table: Table[Thing]) -> None:
    assert not QScroller.hasScroller(table.viewport())


def test_taking_the_focus_by_mouse_chooses_nothing(table: Table[Thing]) -> None:
    heard: list[Any] = []
    table.set_rows(things(3))
    table.chosen.connect(heard.append)

    table.setFocus(Qt.FocusReason.MouseFocusReason)
    assert (heard, table.current()) == ([], None)

    table.clearFocus()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert heard == [Thing("t000", "Thing 0")]


def test_a_screen_reader_hears_the_whole_row(table: Table[Thing]) -> None:
    table.set_rows(things(1))
    index = table.rows_model.index(0, 1)

    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Thing 0, 1"
    assert table.rows_model.index(0, 0).data(CellRole.SECOND) == "t000"


def test_only_the_rows_in_sight_are_asked_for_words(qtbot: Any, theme: Theme) -> None:
    asked: set[str] = set()
    made: Table[Thing] = Table(
        theme, [Column("Name", lambda t: asked.add(t.id) or t.name)], name="long", label="Long", key=lambda t: t.id
    )  # fmt: skip
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()

    made.set_rows(things(20_000))
    QApplication.processEvents()

    assert 0 < len(asked) < 40


def test_a_table_grows_with_its_rows(qtbot: Any, table: Table[Thing]) -> None:
    table.set_rows(things(3))
    table.fit()
    before = table.height()

    table.set_rows(things(5))
    table.fit()

    assert table.height() == before + 2 * ROW


def test_down_goes_from_the_search_to_the_list(qtbot: Any, theme: Theme, table: Table[Thing]) -> None:
    made = SearchField(theme, name="search", hint="Search")
    qtbot.addWidget(made)
    made.list_below = table
    table.set_rows(things(2))
    table.activateWindow()

    QTest.keyClick(made, Qt.Key.Key_Down)

    assert table.window().focusWidget() is table
