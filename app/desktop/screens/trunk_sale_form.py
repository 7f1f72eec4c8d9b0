"""What a sale from the trunk looks like: the customer, what is sold, what the rules say, the total and its button.

The form shows a SaleState and says what was meant; it keeps nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.desktop.screens.trunk_item import ItemLine
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.fields import Labelled, button, chip, cross, label, money
from app.desktop.widgets.panel import Card, Scroll, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.desktop.widgets.table import Column
from app.desktop.widgets.type_ahead import TypeAhead
from app.screens.trunk_sale import ACTIONS, Choice, ItemState, SaleState
from app.screens.wording import tr
from app.workspace.rows.quoting import AccountChoice


class SaleForm(Card):
    """Item signals carry the place of the item first. NAME begins the names of its parts; WORDS are the keys of what
    another kind of handover words differently."""

    NAME = "trunk.sale"
    ACTIONS: ClassVar[tuple[str, ...]] = ACTIONS
    WORDS: ClassVar[Mapping[str, str]] = {
        "title": "sale.title",
        "ship_to": "sale.ship_to",
        "add": "sale.add",
        "close": "sale.close",
        "record": "sale.record",
    }

    ship_to_chosen = Signal(str)
    po_typed = Signal(str)
    qty_changed = Signal(int, int)
    item_removed = Signal(int)
    why_asked = Signal(int)
    override_given = Signal(int, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name=self.NAME, margin=0, gap=0)
        self._theme = theme
        self.items: list[ItemLine] = []
        self._choosing = False
        self._make_customer()
        self._make_foot()
        self.add: TypeAhead[Choice] = TypeAhead(
            theme,
            (Column("", lambda one: one.title, second=lambda one: one.about, strong=True),),
            name=f"{self.NAME}.add",
            hint=tr(self.WORDS["add"]),
            key=lambda one: one.key,
            spoken=lambda one: f"{one.title}, {one.about}",
            nothing=tr("trunk.empty.not_found"),
        )
        self.close_sale = cross(tr(self.WORDS["close"]), name=f"{self.NAME}.close", theme=theme)
        self.findings = SideFindings(theme, name=f"{self.NAME}.findings", actions=self.ACTIONS)
        self._lines = column()
        self._arrange()

    # -- showing ------------------------------------------------------------------------------------------------------

    def show_state(self, state: SaleState, *, busy: bool) -> None:
        """Show the sale; what is being typed is left alone."""
        self._show_customer(state)
        self._show_items(state.items)
        self.headline.setText(state.headline)
        self.headline.setVisible(bool(state.headline))
        self.findings.show_findings(state.findings)
        self.total.setText(state.total)
        self.total_about.setText(state.total_about)
        self.hint.setText(state.hint or state.more)
        self.hint.setVisible(bool(state.hint or state.more))
        self.record.setVisible(not state.anyway)
        self.record.setEnabled(state.ready and not busy)
        self.anyway.setVisible(state.anyway)
        self.anyway.setEnabled(state.ready and not busy)

    def reveal_findings(self) -> None:
        """Bring a refusal into sight."""
        QTimer.singleShot(0, self, self._scroll_to_findings)

    def _scroll_to_findings(self) -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        inside = self.headline.parentWidget()
        assert inside is not None
        self._scroll.verticalScrollBar().setValue(self.headline.mapTo(inside, QPoint(0, -GRID)).y())

    def ask_why(self, lot_id: str) -> bool:
        """Go to the reason for selling this lot; False where none is asked for."""
        for line in self.items:
            if lot_id and line.override.isVisible() and line.key.endswith(f"|{lot_id}"):
                line.override.setFocus()
                return True
        return False

    def choose_customer(self) -> None:
        """Bring the search for a customer forward."""
        self._choosing = True
        self._show_choosing(True)
        self._scroll.verticalScrollBar().setValue(0)
        self.account.setFocus()

    def customer_chosen(self) -> None:
        self._choosing = False

    def _show_customer(self, state: SaleState) -> None:
        self._show_choosing(self._choosing or not state.customer)
        self.account_name.setText(state.customer)
        self.account_about.setText(state.customer_about)
        self.account_state.setText(state.customer_state)
        self.account_state.setVisible(bool(state.customer_state))
        shown = tuple(
            (self.ship_to.itemData(at), self.ship_to.itemText(at)) for at in range(self.ship_to.count())
        )
        with QSignalBlocker(self.ship_to):
            if shown != state.ship_tos:
                self.ship_to.clear()
                for address_id, words in state.ship_tos:
                    self.ship_to.addItem(words, address_id)
            self.ship_to.setCurrentIndex(self.ship_to.findData(state.ship_to_id))
        self.ship_to.setToolTip(self.ship_to.currentText())
        self.po_field.rename(state.po_label)
        self.po_field.mark_wrong(state.po_wrong)
        if not self.po.hasFocus() and self.po.text() != state.po_number:
            self.po.setText(state.po_number)

    def _show_choosing(self, choosing: bool) -> None:
        self.account.setVisible(choosing)
        self._chosen.setVisible(not choosing)

    def _show_items(self, items: tuple[ItemState, ...]) -> None:
        """One line for each item. A line is kept while its item and what there is of it stay the same."""
        wanted = [(item.key, item.most) for item in items]
        if [(line.key, line.most) for line in self.items] != wanted:
            for line in self.items:
                line.hide()
                self._lines.removeWidget(line)
                line.deleteLater()
            self.items = [self._line(item, at) for at, item in enumerate(items)]
        for line, item in zip(self.items, items, strict=True):
            line.show_item(item)

    def _line(self, item: ItemState, at: int) -> ItemLine:
        line = ItemLine(self._theme, item, f"{self.NAME}.item.{at}")
        line.qty_changed.connect(lambda qty: self.qty_changed.emit(at, qty))
        line.why_asked.connect(lambda: self.why_asked.emit(at))
        line.removed.connect(lambda: self.item_removed.emit(at))
        line.override_given.connect(lambda reason: self.override_given.emit(at, reason))
        self._lines.addWidget(line)
        return line

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_customer(self) -> None:
        self.account: TypeAhead[AccountChoice] = TypeAhead(
            self._theme,
            (
                Column(
                    "", lambda one: one.name, strong=True, second=lambda one: f"{one.number} · {one.place}"
                ),
                Column(
                    "",
                    lambda one: "" if one.status == "active" else tr(f"account_state.{one.status}"),
                    width=96,
                    chip=True,
                    end=True,
                    tone=lambda _one: "bad",
                ),
            ),
            name=f"{self.NAME}.account",
            hint=tr("sale.customer.search"),
            key=lambda one: one.id,
            spoken=lambda one: f"{one.name}, {one.number}",
            nothing=tr("sale.customer.none"),
            eager=True,
        )
        self.account_name = label("", "strong", name=f"{self.NAME}.account_name", wrap=True)
        self.account_about = label("", "muted", name=f"{self.NAME}.account_about", gives_way=True)
        self.account_state = chip("", "bad", name=f"{self.NAME}.account_state")
        self.change = button(tr("sale.customer.change"), name=f"{self.NAME}.change_account")
        self.change.clicked.connect(self.choose_customer)
        self.ship_to = Combo()
        self.ship_to.setObjectName(f"{self.NAME}.ship_to")
        self.ship_to.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.ship_to.setMinimumContentsLength(8)
        self.ship_to.activated.connect(lambda at: self.ship_to_chosen.emit(str(self.ship_to.itemData(at))))
        self.po = QLineEdit()
        self.po.setMaxLength(200)
        self.po.setObjectName(f"{self.NAME}.po")
        self.po.setMaxLength(80)
        self.po.textEdited.connect(self.po_typed)
        self.ship_to_field = Labelled(
            tr(self.WORDS["ship_to"]), self.ship_to, name=f"{self.NAME}.ship_to.field"
        )
        self.po_field = PoField(self.po, name=f"{self.NAME}.po.field")
        self._chosen = QWidget()

    def _add_fields(self, below: QVBoxLayout) -> None:
        """Put in what else is asked, under ship-to and PO number."""

    def _make_foot(self) -> None:
        self.headline = label("", "strong", name=f"{self.NAME}.headline", tone="bad", wrap=True)
        self.total = money("", "title", name=f"{self.NAME}.total")
        self.total_about = label("", "muted", name=f"{self.NAME}.total_about")
        self.hint = label("", "muted", name=f"{self.NAME}.hint", wrap=True, stands=True)
        self.record = button(
            tr(self.WORDS["record"]),
            name=f"{self.NAME}.record",
            kind="primary",
            icon="ok",
            theme=self._theme,
            shortcut="Ctrl+Return",
        )
        self.anyway = button(
            tr("sale.anyway"), name=f"{self.NAME}.anyway", kind="danger", icon="warning", theme=self._theme
        )

    def _arrange(self) -> None:
        head = row()
        head.setContentsMargins(2 * GRID, GRID, GRID, 0)
        head.addWidget(label(tr(self.WORDS["title"]), "head", name=f"{self.NAME}.title"), 1)
        head.addWidget(self.close_sale)
        self.body.addLayout(head)
        scroll = self._scroll = Scroll(name=f"{self.NAME}.scroll", margin=0, gap=12)
        scroll.body.setContentsMargins(2 * GRID, 4, 2 * GRID, GRID)
        scroll.body.addWidget(self.account)
        chosen = column(self._chosen)
        top = row()
        names = column(gap=0)
        names.addWidget(self.account_name)
        about = row()
        about.addWidget(self.account_about)
        about.addWidget(self.account_state)
        about.addStretch(1)
        names.addLayout(about)
        top.addLayout(names, 1)
        top.addWidget(self.change)
        chosen.addLayout(top)
        fields = row()
        fields.addWidget(self.ship_to_field, 3)
        fields.addWidget(self.po_field, 2)
        chosen.addLayout(fields)
        self._add_fields(chosen)
        scroll.body.addWidget(self._chosen)
        scroll.body.addLayout(self._lines)
        scroll.body.addWidget(self.add)
        scroll.body.addWidget(self.headline)
        scroll.body.addWidget(self.findings)
        self.body.addWidget(scroll, 1)
        foot = QFrame()
        foot.setObjectName(f"{self.NAME}.foot")
        below = column(foot)
        below.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        sums = row()
        sums.addWidget(label(tr("sale.total"), "strong"))
        sums.addWidget(self.total_about)
        sums.addStretch(1)
        sums.addWidget(self.total)
        below.addLayout(sums)
        for part in (self.hint, self.record, self.anyway):
            below.addWidget(part)
        self.body.addWidget(foot)
        self.account.keeps_clear = self.add.keeps_clear = foot


class PoField(Labelled):
    """The PO number; its name says whether the customer needs one."""

    def __init__(self, field: QLineEdit, *, name: str) -> None:
        super().__init__(tr("sale.po"), field, name=name)
        self._field = field

    def rename(self, words: str) -> None:
        above = self.findChild(QLabel, f"{self.objectName()}.label")
        if above is not None and above.text() != words:
            above.setText(words)
            self._field.setAccessibleName(words)

    def mark_wrong(self, wrong: bool) -> None:
        """Mark the field; what is wrong stands among the findings."""
        if (self._field.property("state") == "wrong") != wrong:
            mark(self._field, state="wrong" if wrong else "")
