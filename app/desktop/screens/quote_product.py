"""The product field of the quote editor: search while typing, and before that what stands ready, to be tapped.

The panel of what stands ready is a child of the window, as the one of a search is; the field keeps the focus, so a
letter typed at any moment is a search. A tap on a product adds it and the panel stays; a tap on the box before it
chooses it, to be added with others at once; a tap on the star keeps it among the favourites.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.desktop.theme import GRID, TALL_ROW, Theme
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import row
from app.desktop.widgets.table import Column, Table
from app.desktop.widgets.type_ahead import TypeAhead
from app.screens.formats import Formats
from app.screens.quote_editor import price_of_product
from app.screens.quote_offers import OfferLine, OffersState
from app.screens.wording import tr
from app.workspace.rows.quoting import ProductChoice

_CHOOSE, _STAR = 0, 3  # columns
_MOST = 6  # rows in sight at once
_LEAST_WIDTH = 440
_OPENING = (
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class OfferPanel(QFrame):
    """What stands ready. `added` carries product ids, `chosen` and `starred` the line that was tapped so."""

    added = Signal(tuple)
    chosen = Signal(object)
    starred = Signal(object)
    copying = Signal()
    done = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}.panel")
        self.setProperty("card", "true")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVisible(False)
        self._make_table(theme, name)
        self.empty = label("", "quiet", name=f"{name}.empty", wrap=True, stands=True)
        self.empty.setContentsMargins(2 * GRID, 12, 2 * GRID, 12)
        self.keys = label(tr("quote_offers.keys"), "muted", name=f"{name}.keys", gives_way=True)
        self.copy = button(tr("quote_offers.copy"), name=f"{name}.copy", icon="history", theme=theme)
        self.add = button("", name=f"{name}.add", kind="primary", icon="plus", theme=theme)
        self.close_it = button(tr("quote_offers.done"), name=f"{name}.done", kind="quiet")
        for part, key in ((self.copy, "Ctrl+R"), (self.add, "Return"), (self.close_it, "Esc")):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it
            part.setProperty("byKey", key)
            part.setToolTip(tr("widget.shortcut", words=part.text(), shortcut=key))
        self.copy.clicked.connect(self.copying)
        self.add.clicked.connect(self.add_chosen)
        self.close_it.clicked.connect(self.done)
        foot = row()
        foot.setContentsMargins(GRID, GRID, GRID, GRID)
        foot.addWidget(self.copy)
        foot.addWidget(self.keys)
        foot.addStretch(1)
        foot.addWidget(self.add)
        foot.addWidget(self.close_it)
        self._foot = foot
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self.table)
        whole.addWidget(self.empty)
        whole.addLayout(foot)

    def _make_table(self, theme: Theme, name: str) -> None:
        def box(one: OfferLine) -> str:
            return "chosen" if one.chosen else "choose"

        self.table: Table[OfferLine] = Table(
            theme,
            (
                Column(
                    "", lambda _one: "", width=48, icon=box, tone=lambda one: "accent" if one.chosen else ""
                ),
                Column("", lambda one: one.name, strong=True, second=lambda one: one.about),
                Column(
                    "",
                    lambda one: one.price,
                    width=132,
                    end=True,
                    second=lambda one: one.under_price,
                    tone=lambda one: one.tone if one.tone == "bad" else "",
                ),
                Column(
                    "",
                    lambda _one: "",
                    width=48,
                    icon=lambda one: "starred" if one.favourite else "star",
                    tone=lambda one: "accent" if one.favourite else "",
                ),
            ),
            name=f"{name}.list",
            label=tr("quote_offers.title"),
            key=lambda one: one.product_id,
            spoken=lambda one: one.spoken,
            tall=True,
            head=False,
            bare=True,
        )
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setProperty("byKey", "Down")
        self.table.clicked.connect(self._on_tap)

    def show_state(self, state: OffersState) -> None:
        """Show what stands ready."""
        self.table.set_rows(state.lines)
        self.table.setVisible(bool(state.lines))
        self.empty.setText(state.empty)
        self.empty.setVisible(bool(state.empty))
        self.add.setText(state.add)
        self.add.setAccessibleName(state.add)
        self.add.setVisible(bool(state.add))
        self.keys.setVisible(bool(state.lines) and not state.add)  # there is no room for both
        self.copy.setVisible(state.may_copy)

    def wanted_height(self, room: int) -> int:
        """As high as its rows, at most the room: whole rows only."""
        foot = self._foot.sizeHint().height() + 2
        if not self.table.rows:
            return foot + self.empty.heightForWidth(self.width() - 2) + GRID
        fitting = max(1, min(len(self.table.rows), _MOST, (room - foot) // TALL_ROW))
        return foot + fitting * TALL_ROW

    # -- by hand ------------------------------------------------------------------------------------------------------

    def _on_tap(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        line = self.table.rows[index.row()]
        if index.column() == _CHOOSE:
            self.chosen.emit(line)
        elif index.column() == _STAR:
            self.starred.emit(line)
        else:
            self.added.emit((line.product_id,))

    def add_chosen(self) -> None:
        self.added.emit(tuple(one.product_id for one in self.table.rows if one.chosen))

    # -- by key, which the field hands on -----------------------------------------------------------------------------

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether this key means something here: then it is done."""
        line = self.table.current()
        match Qt.Key(event.key()):
            case Qt.Key.Key_Down | Qt.Key.Key_Up as key:
                self._step(1 if key == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                if self.add.isVisible():
                    self.add_chosen()
                elif line is not None:
                    self.added.emit((line.product_id,))
            case Qt.Key.Key_Space if line is not None:
                self.chosen.emit(line)
            case Qt.Key.Key_D if line is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.starred.emit(line)
            case Qt.Key.Key_Escape:
                self.done.emit()
            case _:
                return False
        return True

    def _step(self, by: int) -> None:
        rows = self.table.rows
        if rows:
            at = max(0, min(len(rows) - 1, self.table.currentIndex().row() + by))
            self.table.select_key(rows[at].product_id)


class ProductField(TypeAhead[ProductChoice]):
    """See the module. `offers_asked` when the panel opens: answer with `show_offers`. It is as wide as `span`."""

    offers_asked = Signal()
    offers_closed = Signal()

    def __init__(self, theme: Theme, formats: Formats, *, name: str, span: QWidget) -> None:
        def price(one: ProductChoice) -> str:
            return price_of_product(one, formats)

        self._offering = False
        self._beginning = False  # `begin` was called, and the focus comes when the window is in front
        super().__init__(
            theme,
            (
                Column("", lambda one: one.name, strong=True, second=lambda one: one.sku),
                Column("", price, width=130, end=True, second=lambda one: one.unit),
            ),
            name=name,
            hint=tr("quote_editor.add"),
            key=lambda one: one.id,
            spoken=lambda one: f"{one.name}, {one.sku}, {price(one)}",
            nothing=tr("quote_editor.no_product_found"),
            shortcut="Ctrl+K",
        )
        self._span = span
        self.offers = OfferPanel(theme, f"{name}.offers")
        self.offers.done.connect(self.close_offers)
        self.destroyed.connect(self.offers.deleteLater)

    # -- what stands ready --------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Be ready for the next product, with what stands ready in sight."""
        self._beginning = True
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.hasFocus():
            self._beginning = False
            if not self._offering and not self.text().strip():
                self.open_offers()  # it had the focus before

    def open_offers(self) -> None:
        """Ask for what stands ready, to be shown."""
        self._offering = True
        self.offers_asked.emit()

    def show_offers(self, state: OffersState) -> None:
        """Show it; ignored when nobody wants it any more."""
        if not self._offering or self.text().strip() or not self.isVisible():
            return
        self.offers.show_state(state)
        self._place_offers()
        line = self.offers.table.current()
        self.setAccessibleDescription(line.spoken if line is not None else state.empty)

    def close_offers(self) -> None:
        """Put the panel away."""
        if self._offering:
            self._offering = False
            self.offers.setVisible(False)
            self.offers_closed.emit()

    @property
    def offering(self) -> bool:
        return self._offering

    def _place_offers(self) -> None:
        """Above the field, whole rows, not over the title; below it where it stands high."""
        window = self.window()
        if self.offers.parent() is not window:
            self.offers.setParent(window)
            window.installEventFilter(self)
        left = self._span.mapTo(window, QPoint(0, 0)).x()
        top = self.mapTo(window, QPoint(0, -4)).y()
        width = max(self._span.width(), _LEAST_WIDTH)
        self.offers.resize(width, self.offers.height())
        height = self.offers.wanted_height(top - self._ceiling(window))
        self.offers.setGeometry(left, top - height, width, height)
        self.offers.setVisible(True)
        self.offers.raise_()

    # -- when ---------------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        wanted, self._beginning = self._beginning or event.reason() in _OPENING, False
        if wanted and not self._offering and not self.text().strip():
            self.open_offers()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_offers()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.text().strip() and not self._offering:
            self.open_offers()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._beginning = False
        self.close_offers()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.offers.isVisible() and self.offers.take_key(event):
            line = self.offers.table.current()
            self.setAccessibleDescription(line.spoken if line is not None else "")
            return
        if not self.showing and not self.text().strip() and event.key() == Qt.Key.Key_Down:
            self.open_offers()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self.close_offers()
        return super().eventFilter(watched, event)

    def _on_searched(self, words: str) -> None:
        if words:
            self.close_offers()
        super()._on_searched(words)
