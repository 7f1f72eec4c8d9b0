"""Hands and eyes for the screens of Quotes & orders: tap, type, choose, and read what stands there."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget

from sync.server.feed import unit_of_work


@dataclass
class Hands:
    """Somebody in front of a stage's window."""

    stage: Any

    @property
    def screen(self) -> Any:
        return self.stage.window.screens["quotes"]

    def go(self, **args: Any) -> Hands:
        self.stage.window.activateWindow()
        self.stage.go("quotes", **args)
        return self

    def find(self, name: str, kind: type[Any] = QWidget) -> Any:
        shown = [one for one in self.stage.window.findChildren(kind, name) if one.isVisible()]
        assert len(shown) == 1, f"{len(shown)} visible parts are called {name}"
        return shown[0]

    def sees(self, name: str) -> bool:
        return any(one.isVisible() for one in self.stage.window.findChildren(QWidget, name))

    def words(self, name: str) -> str:
        return str(self.find(name, QLabel).text())

    def all_words(self, name: str) -> str:
        """Every word inside a part."""
        return " | ".join(one.text() for one in self.find(name).findChildren(QLabel) if one.text())

    def tap(self, name: str) -> None:
        QTest.mouseClick(self.find(name, QAbstractButton), Qt.MouseButton.LeftButton)
        self.stage.settle()

    def type_only(self, name: str, words: str) -> None:
        """Type over what stands in a field, and wait for nothing."""
        field = self.find(name, QLineEdit)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        QTest.keyClicks(field, words)

    def type(self, name: str, words: str) -> None:
        self.type_only(name, words)
        self.stage.settle()

    def choose(self, name: str, words: str) -> None:
        """Type into a type-ahead and take what stands first."""
        self.type(name, words)
        assert self.rows(f"{name}.choices") > 0, f"nothing found for {words}"
        self.key(name, Qt.Key.Key_Return)

    def choose_item(self, name: str, words: str) -> None:
        """Take an entry of a choice that folds out."""
        combo = self.find(name, QComboBox)
        at = combo.findText(words)
        assert at >= 0, f"{words} is not among {[combo.itemText(n) for n in range(combo.count())]}"
        combo.setCurrentIndex(at)
        combo.activated.emit(at)
        self.stage.settle()

    def key(self, name: str, key: Qt.Key, *, control: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.find(name), key, modifier)
        if control:
            QTest.qWait(150)  # a button that is tapped by its shortcut shows it for a moment
        self.stage.settle()

    def rows(self, name: str) -> int:
        return int(self.find(name, QTableView).model().rowCount())

    def cells(self, name: str) -> list[list[str]]:
        """The words of a table, row by row."""
        model = self.find(name, QTableView).model()
        return [
            [str(model.index(at, column).data() or "") for column in range(model.columnCount())]
            for at in range(model.rowCount())
        ]

    def tap_row(self, name: str, at: int, column: int = 0) -> None:
        table = self.find(name, QTableView)
        index: QModelIndex = table.model().index(at, column)
        table.scrollTo(index)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
        self.stage.settle()

    def pause(self) -> None:
        """A pause in typing: longer than the 300 ms after which a draft is kept."""
        QTest.qWait(350)
        self.stage.settle()

    # -- common ways --------------------------------------------------------------------------------------------------

    def new_quote(self, account: str = "a1", *products: str) -> None:
        """A new quote for an account with one of each product."""
        self.go(new=True)
        self.choose("quote.account", account)
        for product in products or ("p1",):
            self.choose("quote.product", product)

    def outbox(self) -> list[dict[str, Any]]:
        """The commands in the outbox, oldest first."""
        rows = self.sql("SELECT payload FROM outbox ORDER BY ord")
        return [json.loads(payload) for (payload,) in rows]

    def drafts(self) -> list[dict[str, Any]]:
        rows = self.sql("SELECT body FROM draft WHERE kind='quote' ORDER BY id")
        return [json.loads(body) for (body,) in rows]

    def sql(self, statement: str) -> list[Any]:
        with self.stage.workspace.reader.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]


def new_price(world: Any, unit_price: int) -> None:
    """The office changes the base price of p1."""
    row = {"id": "pr1", "list_id": "base", "product_id": "p1", "min_qty": 1, "unit_price": unit_price}
    dates = {"valid_from": "2020-01-01", "valid_to": None, "origin": "test"}
    with unit_of_work(world.engine) as work:
        work.put("price", [{**row, **dates}])


def give_a_list_of_its_own(world: Any, account_id: str, *, unit_price: int) -> None:
    """The account gets a price list with a price for p1."""
    listed = {"id": "gpo", "name": "GPO", "scope": "group", "territory_id": None, "currency": "USD"}
    dates = {"valid_from": "2020-01-01", "valid_to": None, "origin": "test"}
    row = {"id": "g1", "list_id": "gpo", "product_id": "p1", "min_qty": 1, "unit_price": unit_price}
    with world.engine.connect() as connection:
        [account] = connection.exec_driver_sql(f"SELECT * FROM account WHERE id='{account_id}'").mappings()
    with unit_of_work(world.engine) as work:
        work.put("price_list", [{**listed, **dates}])
        work.put("price", [{**row, **dates}])
        work.put("account", [{**account, "price_list_id": "gpo"}])


def ordered_before(world: Any) -> None:
    """What a1 ordered in the old system: p2 three times, p1 twice; once each a product that is sold no more (p3), one
    without a price (p4) and one that it may not buy (p5)."""
    small_world = sys.modules[type(world).__module__]
    scope = {"territory_id": "north", "rep_id": None, "origin": "test"}
    shut = {"account_id": "a1", "product_id": "p5", "product_class": "", "allowed": 0}
    lines = {
        "h1": (("p1", 5), ("p2", 7), ("p3", 1), ("p4", 2), ("p5", 1)),
        "h2": (("p2", 9), ("p1", 4)),
        "h3": (("p2", 3),),
    }
    days = {"h1": "2026-08-01", "h2": "2026-09-02", "h3": "2026-10-03"}
    products = [small_world.product("p3", sell_until="2026-10-31"), small_world.product("p4")]
    with unit_of_work(world.engine) as work:
        work.put("product", [*products, small_world.product("p5")])
        work.put("price", [small_world.price_row(f"pr{n}", f"p{n}", 5_0000) for n in (3, 5)])
        forbidden = {"id": "no-p5", "valid_from": "2026-01-01", "valid_to": None}
        work.put("assortment", [{**forbidden, **shut, **scope}])
        work.put("sales_order", [_published(order_id, days[order_id], scope) for order_id in lines])
        work.put(
            "order_line",
            [
                _published_line(order_id, number, product_id, qty, scope)
                for order_id, of in lines.items()
                for number, (product_id, qty) in enumerate(of, 1)
            ],
        )


def _published(order_id: str, day: str, scope: dict[str, Any]) -> dict[str, Any]:
    nothing = ("quote_id", "bill_to_id", "total", "due_date", "online", "op_id", "published_sub_total")
    return {
        **dict.fromkeys((*nothing, "published_tax", "published_freight")),
        **scope,
        "id": order_id,
        "number": order_id.upper(),
        "type": "history",
        "account_id": "a1",
        "ship_to_id": "s1",
        "state": "shipped",
        "currency": "USD",
        "business_date": day,
        "po_number": f"PO-{order_id}",
        "published_total": "120.50",
        "tax_total": 0,
        "case_ref": "",
    }


def _published_line(
    order_id: str, number: int, product_id: str, qty: int, scope: dict[str, Any]
) -> dict[str, Any]:
    nothing = ("lot_id", "unit_price", "extended", "published_unit_price", "published_discount")
    return {
        **dict.fromkeys((*nothing, "published_line_total", "promotion_id", "tracking_number")),
        **scope,
        "id": f"{order_id}-{number}",
        "order_id": order_id,
        "line_no": number,
        "product_id": product_id,
        "qty": qty,
        "allocated": 0,
        "backordered": 0,
        "tax": 0,
        "trace": "",
        "returned": 0,
    }
