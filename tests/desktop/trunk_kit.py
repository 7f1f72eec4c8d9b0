"""A person at a window: taps, types and reads, on real widgets in sight. For Trunk and Approvals."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget

from app.domain.commands import MoveLine
from app.workspace import moving
from sync.server.envelopes import keep_key
from sync.server.feed import unit_of_work

W = TypeVar("W", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton
KIMS = "trunk-kim"  # a colleague's trunk
PEOPLE = (("rep", "Rea Rep", "rep"), ("boss", "Bea Boss", "manager"), ("chief", "Cem Chief", "finance"))


class Hand:
    """A person at a window."""

    def __init__(self, stage: Any) -> None:
        self.stage = stage

    def find(self, name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]
        found = [one for one in self.stage.window.findChildren(kind, name) if one.isVisible()]
        assert len(found) == 1, f"{name}: {len(found)} of it in sight"
        return found[0]

    def sees(self, name: str) -> bool:
        return any(one.isVisible() for one in self.stage.window.findChildren(QWidget, name))

    def words(self, name: str) -> str:
        return self.find(name, QLabel).text()

    def press(self, name: str) -> None:
        made = self.find(name, QAbstractButton)
        assert made.isEnabled(), f"{name} can't be pressed"
        QTest.mouseClick(made, LEFT)
        self.stage.settle()

    def tap_row(self, name: str, row: int) -> None:
        table = self.find(name, QTableView)
        place = table.visualRect(table.model().index(row, 0)).center()
        QTest.mouseClick(table.viewport(), LEFT, pos=QPoint(20, place.y()))
        self.stage.settle()

    def type(self, name: str, words: str, *, enter: bool = False) -> None:
        field = self.find(name, QLineEdit)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, words)
        if enter:
            QTest.keyClick(field, Qt.Key.Key_Return)
        self.stage.settle()

    def rows(self, name: str) -> list[tuple[str, ...]]:
        model = self.find(name, QTableView).model()
        return [
            tuple(str(model.index(row, column).data() or "") for column in range(model.columnCount()))
            for row in range(model.rowCount())
        ]

    def choose_customer(self, words: str) -> None:
        self.type("trunk.sale.account", words)
        self.stage.wait(lambda: self.sees("trunk.sale.account.panel"))
        QTest.keyClick(self.find("trunk.sale.account", QLineEdit), Qt.Key.Key_Return)
        self.stage.settle()


def hand_at(stage: Any) -> Hand:
    """A person at the window of this stage, which is in front."""
    stage.window.activateWindow()
    return Hand(stage)


def choose(hand: Hand, name: str, words: str) -> None:
    """Take what begins so from a list that folds out."""
    combo = hand.find(name, QComboBox)
    combo.setFocus()
    combo.setCurrentIndex(next(at for at in range(combo.count()) if combo.itemText(at).startswith(words)))
    hand.stage.settle()


def with_levels(world: Any) -> None:
    """The company gets levels and escalation, people with names, and a key to sign with."""
    rule = {
        "code": "discount_over_limit", "levels": [{"role": "manager", "over": 0}, {"role": "finance", "over": 2500}],
        "escalate_after_days": 2, "escalate_to": "finance",
    }  # fmt: skip
    with unit_of_work(world.engine) as work:
        keep_key(work, entropy=bytes, now=world.server.now)
        work.put("policy", [{"id": "approval_rules", "value": json.dumps([rule]), "origin": "test"}])
        for one, name, role in PEOPLE:
            row = {"id": one, "name": name, "code": one, "role": role, "territory_id": "north"}
            work.put("rep", [{**row, "active": 1, "origin": "test"}])


def asked_of(asking: Any, boss: Any) -> Callable[..., Any]:
    """Makes a rep's quote above the limit, on the manager's tablet."""

    def made(**changes: Any) -> Any:
        quote = asking.quote(**{"discount": 2000, **changes})
        assert asking.workspace.perform(quote).decision.outcome == "held"
        asking.sync()
        boss.sync()
        return quote

    return made


def more(hand: Hand, row: int) -> None:
    """A tap on the row's last column."""
    table = hand.find("trunk.list", QTableView)
    column = table.model().columnCount() - 1
    at = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=at)
    hand.stage.settle()


def less(hand: Hand, name: str) -> None:
    QTest.mouseClick(hand.find(f"{name}.less", QWidget), LEFT)
    hand.stage.settle()


def kim_sends(kim: Any, qty: int) -> None:
    """The colleague gets goods of the rep's and sends some back."""
    command = moving.hand_over(
        kim.workspace, KIMS, "trunk-rep", (MoveLine(product_id="p1", lot_id="l1", qty=qty),)
    )
    assert kim.workspace.perform(command, even_so=True).saved
    kim.sync()
