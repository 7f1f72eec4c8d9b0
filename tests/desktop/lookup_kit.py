"""Hands and eyes for the two places where one looks things up, Accounts and the catalogue, and what the office puts
there: a contact, a price of an account's own.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableView, QWidget

from sync.server.feed import unit_of_work


def find(stage: Any, name: str, kind: type[Any] = QWidget) -> Any:
    found = stage.window.findChild(kind, name)
    assert found is not None, name
    return found


def words(stage: Any, name: str) -> str:
    return str(find(stage, name, QLabel).text())


def type_(qtbot: Any, stage: Any, name: str, typed: str) -> None:
    qtbot.keyClicks(find(stage, name, QLineEdit), typed)
    qtbot.wait(30)
    stage.settle()


def click_row(qtbot: Any, stage: Any, name: str, row: int, column: int | None = None) -> None:
    """A tap on the row; on its first words, when no column is named."""
    table = find(stage, name, QTableView)
    at = _first_words(name) if column is None else column
    where: QPoint = table.visualRect(table.model().index(row, at)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    stage.settle()


def click(qtbot: Any, stage: Any, name: str) -> None:
    qtbot.mouseClick(find(stage, name, QPushButton), Qt.MouseButton.LeftButton)
    stage.settle()


def shown(stage: Any, name: str, column: int | None = None) -> list[str]:
    """The words of a column; of the first that has words, when none is named."""
    model = find(stage, name, QTableView).model()
    at = _first_words(name) if column is None else column
    return [model.index(row, at).data() for row in range(model.rowCount())]


def _first_words(name: str) -> int:
    return 1 if name == "catalogue.list" else 0  # that list begins with its stars


def give_a_contact(world: Any) -> None:
    """Hospital a1 has a buyer with a phone and an address."""
    contact = {
        "id": "k1", "account_id": "a1", "territory_id": "north", "rep_id": None, "name": "Ada Berg", "job": "Buyer",
        "email": "ada@x.no", "phone": "+47 551", "origin": "test",
    }  # fmt: skip
    with unit_of_work(world.engine) as work:
        work.put("contact", [contact])


def agree_on_a_price(world: Any) -> None:
    """Hospital a1 gets a contract for p2, at $1.50."""
    valid = {"valid_from": "2020-01-01", "valid_to": None, "origin": "test"}
    head = {
        "number": "C-1",
        "name": "Own prices",
        "holder_kind": "account",
        "holder_id": "a1",
        "currency": "USD",
    }
    line = {"contract_id": "c1", "product_id": "p2", "product_class": "", "tier": "", "min_qty": 1}
    with unit_of_work(world.engine) as work:
        work.put("contract", [{"id": "c1", "promotions": 0, **head, **valid}])
        work.put("contract_price", [{"id": "n1", "unit_price": 1_5000, "discount_bp": None, **line, **valid}])
