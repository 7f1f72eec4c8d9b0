"""Parts that screens are made of, as a finger and a keyboard use them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QWidget

from app.desktop.theme import TOUCH, Theme
from app.desktop.widgets.fields import QuantityField, SearchField, label
from app.desktop.widgets.panel import EmptyState, FindingsList
from app.desktop.widgets.split import ListDetail
from app.domain.rejections import finding
from app.screens.findings import all_in_words
from app.screens.formats import Formats


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


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
