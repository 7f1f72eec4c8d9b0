"""How words and figures stand in the cells of a table, and the names of pages in a row of tabs."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QToolButton

from app.desktop.screens.present_page import BigCells
from app.desktop.theme import TEXT, Theme, text_font
from app.desktop.widgets.cells import CellDelegate, in_lines
from app.desktop.widgets.tab_row import TabRow
from app.desktop.widgets.table import Column, Table


@pytest.fixture
def theme(house_style: Theme) -> Theme:
    return house_style


# -- names ------------------------------------------------------------------------------------------------------------


def test_two_long_names_that_differ_at_their_ends_are_told_apart_in_a_narrow_column(house_style: Any) -> None:
    metrics = QFontMetrics(text_font(TEXT))
    of_cup = "Total shoulder system, shoulder glenoid fixation cup with coating, size {}"

    one, other = (in_lines(of_cup.format(size), metrics, 140) for size in ("1", "2"))

    assert (one[0], other[0]) == ("Total shoulder", "Total shoulder")
    assert (one[1][-6:], other[1][-6:]) == ("size 1", "size 2")
    assert max(metrics.horizontalAdvance(line) for line in (*one, *other)) <= 140


def test_a_name_that_has_room_stays_in_its_line(house_style: Any) -> None:
    assert in_lines("Great Bikes", QFontMetrics(text_font(TEXT)), 140) == ("Great Bikes",)


def test_a_long_word_is_cut_in_its_middle(house_style: Any) -> None:
    [line] = in_lines("C-TCCSB-700-EU-STERILE-0001", QFontMetrics(text_font(TEXT)), 120)

    assert line.startswith("C-")
    assert line.endswith("001")


def cell(table: Table[str], row: int) -> QImage:
    """What is painted of a row's first cell."""
    return table.viewport().grab(table.visualRect(table.model().index(row, 0))).toImage()


def inked(picture: QImage) -> list[int]:
    """How many rows of pixels each line of words takes, from the top; the line between two rows is none."""
    ground, heights, above = picture.pixel(2, 2), [], False
    for y in range(4, picture.height() - 4):
        ink = any(picture.pixel(x, y) != ground for x in range(picture.width()))
        if ink and not above:
            heights.append(0)
        if ink:
            heights[-1] += 1
        above = ink
    return heights


@pytest.mark.parametrize("cells", [CellDelegate, BigCells])
def test_the_letters_of_a_name_in_two_lines_are_as_whole_as_those_of_a_name_in_one(
    qtbot: Any, theme: Theme, cells: type[CellDelegate]
) -> None:
    column = Column("Name", lambda words: str(words), strong=True)
    made: Table[str] = Table(theme, [column], name="n", label="Names", key=lambda words: words, tall=True)
    made.setItemDelegate(
        CellDelegate(theme, made, tall=True) if cells is CellDelegate else BigCells(theme, made)
    )
    made.verticalHeader().setDefaultSectionSize(76)
    qtbot.addWidget(made)
    made.resize(240, 300)
    made.show()

    made.set_rows(["pppp", "pppppppppppp pppppppppppp"])

    [one], two = inked(cell(made, 0)), inked(cell(made, 1))
    assert two == [one, one]


# -- figures ----------------------------------------------------------------------------------------------------------


def points(table: Table[str], row: int) -> int:
    """Where the ink of a figure's decimal point is, from the left: the only ink of these cells at the line's foot."""
    place = table.visualRect(table.model().index(row, 0))
    picture = table.viewport().grab(place).toImage()
    ground = picture.pixel(2, 2)
    inked = {
        x: [y for y in range(4, picture.height() - 4) if picture.pixel(x, y) != ground]
        for x in range(picture.width())
    }
    foot = max(y for ys in inked.values() for y in ys)
    return max(x for x, ys in inked.items() if ys and min(ys) > foot - 4)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_figures_of_a_column_stand_below_each_other_at_their_point(
    qtbot: Any, theme: Theme, direction: Qt.LayoutDirection
) -> None:
    column = Column("Price", lambda words: str(words), width=140, end=True)
    made: Table[str] = Table(theme, [column], name="prices", label="Prices", key=lambda words: words)
    qtbot.addWidget(made)
    made.setLayoutDirection(direction)
    made.resize(400, 300)
    made.show()

    made.set_rows(["11111.1111", "1.11", "111.11"])

    found = [points(made, row) for row in range(3)]
    assert max(found) - min(found) <= 1  # a digit is nine pixels wide


def test_a_figure_that_ends_before_the_longest_of_its_column_is_not_cut(qtbot: Any, theme: Theme) -> None:
    column = Column("Price", lambda words: str(words), width=60, end=True)
    made: Table[str] = Table(theme, [column], name="prices", label="Prices", key=lambda words: words)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()

    made.set_rows(["1.11111111", "11111111.1"])

    delegate, width = made.itemDelegate(), made.columnWidth(0)
    assert isinstance(delegate, CellDelegate)
    assert width >= delegate.width("11111111.10000000", "", strong=False)


# -- tabs -------------------------------------------------------------------------------------------------------------

LONG = (
    "[Overview ~~~]",
    "[Open ~]",
    "[History (3) ~~~~]",
    "[Consigned (6) ~~~~]",
    "[Prices ~~]",
    "[Visits ~~]",
)


@pytest.fixture
def tabs(qtbot: Any, house_style: Any) -> TabRow:
    made = TabRow(name="tabs", label="Tabs")
    qtbot.addWidget(made)
    for words in LONG:
        made.addTab(words)
    made.resize(648, 44)
    made.show()
    QApplication.processEvents()
    return made


def test_every_tab_is_in_sight_in_a_language_with_longer_words(tabs: TabRow) -> None:
    ends = [tabs.tabRect(at).right() for at in range(tabs.count())]

    assert ends[-1] < 648
    assert tabs.tabRect(0).height() >= 44
    assert not any(one.isVisible() for one in tabs.findChildren(QToolButton))


def test_tabs_stand_apart_again_when_there_is_room(tabs: TabRow) -> None:
    tight = tabs.tabRect(2).width()

    tabs.resize(1000, 44)
    QApplication.processEvents()

    assert tabs.tabRect(2).width() > tight
