"""A table over frozen rows, for a finger as for a keyboard. Rows come whole from a query; the model only shows them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QInputDevice, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QScroller,
    QScrollerProperties,
    QTableView,
    QWidget,
)

from app.desktop.theme import ROW, SMALL, TALL_ROW, Theme, text_font
from app.desktop.widgets.cells import FIGURES, PAD, CellDelegate, CellRole, Look
from app.screens.formats import decimals
from app.screens.wording import spoken

R = TypeVar("R")
_NOWHERE = QModelIndex()
_SEEN = 60  # rows that are asked how wide their figures are
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column. `width` in px, 0 = shares what is left. `second` is a smaller line below, `tone` the state ('ok',
    'warn', 'bad', 'accent', 'muted', ''), `chip` paints the words on a coloured ground."""

    title: str
    text: Callable[[R], str]
    width: int = 0
    end: bool = False
    strong: bool = False
    quiet: bool = False
    chip: bool = False
    second: Callable[[R], str] | None = None
    tone: Callable[[R], str] | None = None
    icon: Callable[[R], str] | None = None

    @property
    def look(self) -> Look:
        return Look(self.end, self.strong, self.quiet, self.chip)


class RowsModel(QAbstractTableModel, Generic[R]):
    """Rows in columns. `key` tells which row is which, so a list keeps its place; `spoken` is the row in one line."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        spoken: Callable[[R], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns, self.key, self._spoken = tuple(columns), key, spoken
        self._looks = tuple(column.look for column in self.columns)
        self.rows: tuple[R, ...] = ()
        self._decimals: dict[int, int] = {}

    def line_up(self, at: int, rows: Sequence[R]) -> None:
        """Have the figures of this column stand below each other at the decimal point: as far from the end as the
        longest of these rows."""
        column = self.columns[at]
        self._decimals[at] = max((decimals(column.text(row), spoken()[1]) for row in rows), default=0)

    def padded(self, at: int, row: R) -> str:
        """The figure of this column with digits where it ends before the longest: as wide as its place has to be."""
        words = self.columns[at].text(row)
        return words + "0" * self._short(at, words)

    def _short(self, at: int, words: str) -> int:
        most = self._decimals.get(at, 0)
        own = decimals(words, spoken()[1]) if most else 0
        return max(0, most - own) if own else 0

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show these rows. Values that changed in place are repainted; anything else is a new list."""
        fresh, before = tuple(rows), self.rows
        if fresh == before:
            return
        if [self.key(row) for row in fresh] == [self.key(row) for row in before]:
            self.rows = fresh
            self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case CellRole.LOOK:
                return self._looks[index.column()]
            case CellRole.SHORT if column.end:
                return self._short(index.column(), column.text(row))
            case CellRole.SECOND if column.second is not None:
                return column.second(row)
            case CellRole.ICON if column.icon is not None:
                return column.icon(row)
            case CellRole.TONE if column.tone is not None:
                return column.tone(row)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(
                    part for part in (column.text(row), column.second(row) if column.second else "") if part
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row) if self._spoken is not None else column.text(row)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = FIGURES if column.end else Qt.AlignmentFlag.AlignLeading
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            column = self.columns[section]
            end = Qt.AlignmentFlag.AlignTrailing if column.chip else FIGURES
            side = end if column.end else Qt.AlignmentFlag.AlignLeading
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class Table(QTableView, Generic[R]):
    """A list to choose from. `chosen` follows the current row (None when there is none); `opened` is a double
    click (with `tap` a single one), Return or Space on a row. `set_rows` keeps the chosen row and the place."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[Column[R]],
        *,
        name: str,
        label: str,
        key: Callable[[R], Hashable],
        spoken: Callable[[R], str] | None = None,
        tall: bool = False,
        head: bool = True,
        bare: bool = False,
        tap: bool = False,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setProperty("bare", "true" if bare else "false")
        self.rows_model: RowsModel[R] = RowsModel(columns, key=key, spoken=spoken, parent=self)
        self.setModel(self.rows_model)
        self.setItemDelegate(CellDelegate(theme, self, tall=tall))
        self._dress(tall=tall, head=head)
        self.selectionModel().selectionChanged.connect(self._on_selection)  # taking the focus chooses nothing
        (self.clicked if tap else self.doubleClicked).connect(self._on_open)
        theme.changed.connect(self.viewport().update)

    @property
    def rows(self) -> tuple[R, ...]:
        return self.rows_model.rows

    def current(self) -> R | None:
        """The chosen row."""
        chosen = self.selectionModel().selectedRows()
        return self.rows[chosen[0].row()] if chosen else None

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show these rows, in the same place, with the same row chosen where it is still there."""
        model, held = self.rows_model, self.current()
        place = self.verticalScrollBar().value()
        before = model.rows
        model.set_rows(rows)
        if model.rows is before:
            return
        if held is not None:
            self.select_key(model.key(held), scroll=False)
        self.verticalScrollBar().setValue(place)
        self._widen()
        if self.current() is None:
            if held is not None:
                self.chosen.emit(None)
        elif self.current() != held:
            self.chosen.emit(self.current())

    def select_key(self, key: Hashable, *, scroll: bool = True) -> bool:
        """Choose the row of this key; False when it is not in the list."""
        for at, row in enumerate(self.rows):
            if self.rows_model.key(row) == key:
                index = self.rows_model.index(at, 0)
                flags = (
                    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                )
                blocked = self.selectionModel().blockSignals(not scroll)
                self.selectionModel().setCurrentIndex(index, flags)
                self.selectionModel().blockSignals(blocked)
                self.viewport().update()
                if scroll:
                    self.scrollTo(index)
                return True
        return False

    def select_first(self) -> None:
        """Choose the first row when none is chosen."""
        if self.current() is None and self.rows:
            self.select_key(self.rows_model.key(self.rows[0]))

    def fit(self, *, at_least: int = 0) -> None:
        """Be as high as the rows are: a short list inside something that scrolls."""
        head = self.horizontalHeader().sizeHint().height() if not self.horizontalHeader().isHidden() else 0
        side = self.verticalHeader().defaultSectionSize()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(head + side * max(len(self.rows), at_least) + 2)

    def hide_columns(self, *titles: str) -> None:
        """Show every column but these: what a narrow window leaves out."""
        for at, column in enumerate(self.rows_model.columns):
            self.setColumnHidden(at, column.title in titles)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            and self.current() is not None
        ):
            self.opened.emit(self.current())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A lower window (a keyboard comes up) doesn't lose the chosen row."""
        chosen = self.selectionModel().selectedRows()
        top = self.visualRect(chosen[0]).top() if chosen else -1
        was_in_sight = 0 <= top < event.oldSize().height()
        super().resizeEvent(event)
        if chosen and was_in_sight:
            self.scrollTo(chosen[0])

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.select_first()

    def _dress(self, *, tall: bool, head: bool) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        side = self.verticalHeader()
        side.setVisible(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(TALL_ROW if tall else ROW)
        top = self.horizontalHeader()
        top.setVisible(head)
        top.setHighlightSections(False)
        top.setMinimumSectionSize(40)
        top.setTextElideMode(Qt.TextElideMode.ElideRight)
        for at, column in enumerate(self.rows_model.columns):
            if column.width:
                top.setSectionResizeMode(at, QHeaderView.ResizeMode.Fixed)
                self.setColumnWidth(at, max(column.width, self._named(column)))
            else:
                top.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        kinetic(self)

    def _named(self, column: Column[R]) -> int:
        """The width of a column's title, which is another one in each language; half as much again at most."""
        if self.horizontalHeader().isHidden():
            return 0
        words = QFontMetrics(text_font(SMALL, QFont.Weight.DemiBold)).horizontalAdvance(column.title)
        return min(words + 2 * PAD + 2, column.width * 3 // 2)

    def _widen(self) -> None:
        """Figures are never cut: their columns are as wide as the widest among the first rows."""
        delegate = self.itemDelegate()
        assert isinstance(delegate, CellDelegate)
        for at, column in enumerate(self.rows_model.columns):
            if column.end and not column.chip:
                self.rows_model.line_up(at, self.rows[:_SEEN])
            if column.width and column.end and not column.chip:
                cells = (
                    (self.rows_model.padded(at, row), column.second(row) if column.second else "")
                    for row in self.rows[:_SEEN]
                )
                needed = max((delegate.width(*cell, strong=column.strong) for cell in cells), default=0)
                self.setColumnWidth(at, max(column.width, self._named(column), needed))

    def _on_selection(self, *_change: object) -> None:
        row = self.current()
        if row is not None:
            self.chosen.emit(row)

    def _on_open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.rows[index.row()])


def kinetic(view: QAbstractItemView | QWidget) -> None:
    """Let a finger throw the list. Where there is no touchscreen a mouse selects and drags as it does everywhere.

    The gesture is the mouse's, which a touch becomes: it alone holds a press back until it is known to be no throw, so
    that throwing a list over a row or a button doesn't tap it.
    """
    if not has_touchscreen():
        return
    viewport = view.viewport() if isinstance(view, QAbstractItemView) else view
    QScroller.grabGesture(viewport, QScroller.ScrollerGestureType.LeftMouseButtonGesture)
    scroller = QScroller.scroller(viewport)
    properties = scroller.scrollerProperties()
    metric = QScrollerProperties.ScrollMetric
    off = QScrollerProperties.OvershootPolicy.OvershootAlwaysOff
    properties.setScrollMetric(metric.VerticalOvershootPolicy, off)
    properties.setScrollMetric(metric.HorizontalOvershootPolicy, off)
    properties.setScrollMetric(metric.DragStartDistance, 0.003)
    scroller.setScrollerProperties(properties)


def has_touchscreen() -> bool:
    """Whether this device can be touched."""
    return any(one.type() is QInputDevice.DeviceType.TouchScreen for one in QInputDevice.devices())
