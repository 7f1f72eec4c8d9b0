"""Parts that screens are made of, as a finger and a keyboard use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScroller, QToolButton, QWidget

from app.desktop.theme import ROW, TALL_ROW, TOUCH, Theme
from app.desktop.widgets.cells import CellRole
from app.desktop.widgets.fields import QuantityField, SearchField, label
from app.desktop.widgets.panel import EmptyState, FindingsList
from app.desktop.widgets.split import ListDetail
from app.desktop.widgets.table import Column, Table
from app.domain.rejections import finding
from app.screens.findings import all_in_words
from app.screens.formats import Formats


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


class TestQuantity:
    @pytest.fixture
    def field(self, qtbot: Any, theme: Theme) -> QuantityField:
        made = QuantityField(theme, name="qty", label="Quantity", low=1, high=500)
        qtbot.addWidget(made)
        made.show()
        return made

    def test_the_big_buttons_step(self, field: QuantityField) -> None:
        heard: list[Any] = []
        field.changed.connect(heard.append)

        field.findChild(QToolButton, "qty.more").click()
        field.findChild(QToolButton, "qty.more").click()
        field.findChild(QToolButton, "qty.less").click()

        assert heard == [2, 3, 2]
        assert not field.findChild(QToolButton, "qty.more").isHidden()
        assert min(field.findChild(QToolButton, "qty.more").size().toTuple()) >= TOUCH

    def test_typing_is_heard_and_held_within_bounds(self, field: QuantityField) -> None:
        heard: list[Any] = []
        field.changed.connect(heard.append)
        edit = field.findChild(QLineEdit, "qty.figure")
        edit.clear()

        QTest.keyClicks(edit, "48")

        assert heard == [4, 48]
        field.set_value(9000)
        assert (field.value(), edit.text()) == (500, "500")

    def test_arrow_keys_step(self, field: QuantityField) -> None:
        QTest.keyClick(field.findChild(QLineEdit, "qty.figure"), Qt.Key.Key_Up)

        assert field.value() == 2

    def test_the_lowest_cannot_be_lowered(self, field: QuantityField) -> None:
        assert not field.findChild(QToolButton, "qty.less").isEnabled()

    def test_an_optional_one_begins_empty(self, qtbot: Any, theme: Theme) -> None:
        made = QuantityField(theme, name="count", label="Counted", optional=True)
        qtbot.addWidget(made)

        assert made.value() is None
        assert made.findChild(QLineEdit, "count.figure").text() == ""
        made.findChild(QToolButton, "count.more").click()
        assert made.value() == 1


def test_search_is_heard_while_typing_and_escape_clears(qtbot: Any, theme: Theme) -> None:
    heard: list[str] = []
    made = SearchField(theme, name="search", hint="Search accounts", shortcut="Ctrl+F")
    qtbot.addWidget(made)
    made.show()
    made.searched.connect(heard.append)

    QTest.keyClicks(made, "st ")
    QTest.keyClick(made, Qt.Key.Key_Escape)

    assert heard == ["s", "st", "st", ""]
    assert made.accessibleName() == "Search accounts"


def test_down_goes_from_the_search_to_the_list(qtbot: Any, theme: Theme, table: Table[Thing]) -> None:
    made = SearchField(theme, name="search", hint="Search")
    qtbot.addWidget(made)
    made.list_below = table
    table.set_rows(things(2))
    table.activateWindow()

    QTest.keyClick(made, Qt.Key.Key_Down)

    assert table.window().focusWidget() is table


def test_findings_offer_only_the_steps_this_screen_can_take(qtbot: Any, theme: Theme) -> None:
    from datetime import UTC, datetime

    formats = Formats(lambda: datetime(2026, 11, 23, tzinfo=UTC))
    words = all_in_words(
        [finding("no_lines", "q1"), finding("account_on_hold", "a1", account="Bergen")], formats
    )
    made = FindingsList(theme, name="found", actions=["edit"])
    qtbot.addWidget(made)
    asked: list[tuple[str, str]] = []
    made.asked.connect(lambda action, subject: asked.append((action, subject)))

    made.show_findings(words)
    [step] = made.findChildren(QPushButton)
    step.click()

    assert asked == [("edit", "q1")]
    assert "Account on hold" in made.accessibleDescription()
    made.show_findings(())
    assert not made.isVisible()


def test_an_empty_list_teaches_the_next_step(qtbot: Any, theme: Theme) -> None:
    taken: list[bool] = []
    made = EmptyState(
        theme,
        name="empty",
        icon="quotes",
        words="No quotes yet.",
        step="New quote",
        then=lambda: taken.append(True),
    )
    qtbot.addWidget(made)

    made.findChild(QPushButton, "empty.step").click()

    assert taken == [True]


def test_list_and_detail_stand_beside_each_other_where_there_is_room(qtbot: Any, theme: Theme) -> None:
    left, right = QWidget(), QWidget()
    made = ListDetail(theme, left, right, name="split")
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    assert left.isVisible()
    assert right.isVisible()
    assert not made.back.isVisible()

    made.resize(700, 600)
    assert (left.isVisible(), right.isVisible()) == (True, False)

    made.show_detail()
    assert (left.isVisible(), right.isVisible(), made.back.isVisible()) == (False, True, True)

    made.back.click()
    assert (left.isVisible(), right.isVisible()) == (True, False)


def test_a_narrow_window_can_get_narrow(qtbot: Any, theme: Theme) -> None:
    left, right = QWidget(), QWidget()
    left.setMinimumWidth(500)
    right.setMinimumWidth(700)
    made = ListDetail(theme, left, right, name="split", width=400)
    qtbot.addWidget(made)
    made.show()

    made.resize(600, 400)

    assert made.width() == 600


def test_words_that_were_narrow_once_give_the_height_back(qtbot: Any) -> None:
    words = label("Hand the trunk over? This tablet then only shows it.", wrap=True, stands=True)
    ground = QWidget()
    qtbot.addWidget(ground)
    words.setParent(ground)
    ground.show()
    words.resize(60, 20)
    narrow = words.minimumHeight()
    words.resize(600, 20)
    assert 0 < words.minimumHeight() < narrow
