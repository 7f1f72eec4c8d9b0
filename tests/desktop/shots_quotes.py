"""States of Quotes & orders: the list, the editor inside and over the limits, a refusal, and the pages of documents."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QTableView, QWidget
from shot_registry import Scene, shot

from app.domain.commands import SetAccountStatus
from app.domain.parties import Person
from sync.server.apply import perform_here
from sync.server.feed import unit_of_work

OFFICE = Person("u-office", "operations", ("*",))


def find(scene: Scene, name: str, kind: type[Any] = QWidget) -> Any:
    found = scene.stage.window.findChild(kind, name)
    assert found is not None, name
    return found


def tap(scene: Scene, name: str) -> None:
    QTest.mouseClick(find(scene, name, QPushButton), Qt.MouseButton.LeftButton)
    scene.stage.settle()


def write(scene: Scene, name: str, words: str) -> None:
    field = find(scene, name, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, words)
    scene.stage.settle()


def take_first(scene: Scene, name: str, words: str) -> None:
    """Type into a type-ahead and take the first choice."""
    write(scene, name, words)
    table = find(scene, f"{name}.choices", QTableView)
    scene.stage.wait(lambda: table.isVisible() and table.model().rowCount() > 0)
    QTest.keyClick(find(scene, name, QLineEdit), Qt.Key.Key_Return)
    scene.stage.settle()


def products(scene: Scene) -> list[str]:
    return [
        scene.stage.workspace.reader.connect()
        .exec_driver_sql(f"SELECT sku FROM product WHERE id='{one}'")
        .scalar()
        for one in scene.world.story.quote_products
    ]


@shot("quotes-empty")
def quotes_empty(scene: Scene) -> None:
    scene.stage.window.activateWindow()
    scene.stage.go("quotes")
    tap(scene, "quotes.filter.drafts")


@shot("quotes-editor-new", each=True)
def editor_new(scene: Scene) -> None:
    if (
        scene.stage.window.findChild(QLineEdit, "quote.account") is None
        or not find(scene, "quote.account", QLineEdit).isVisible()
    ):
        tap(scene, "quotes.new")
    scene.stage.window.setFocus()
    find(scene, "quote.account", QLineEdit).setFocus()
    scene.stage.settle()


@shot("quotes-editor-lines")
def editor_typing(scene: Scene) -> None:
    scene.stage.go("quotes", new_for=scene.world.story.account)
    for sku in products(scene)[:3]:
        take_first(scene, "quote.product", sku)
    scene.stage.settle()


@shot("quotes-editor-choices", each=True)
def editor_choices(scene: Scene) -> None:
    write(scene, "quote.product", "ca")


@shot("quotes-editor-why", each=True)
def editor_why(scene: Scene) -> None:
    write(scene, "quote.product", "")
    tap(scene, "quote.line.0.why")


@shot("quotes-editor-inside")
def editor_inside(scene: Scene) -> None:
    write(scene, "quote.product", "")
    write(scene, "quote.line.0.qty.figure", "12")
    write(scene, "quote.line.1.discount", "5")
    write(scene, "quote.po", "PO 2231")


@shot("quotes-editor-over")
def editor_over(scene: Scene) -> None:
    write(scene, "quote.line.1.discount", "22.5")
    write(scene, "quote.line.2.discount", "1.234")


@shot("quotes-pending")
def pending(scene: Scene) -> None:
    write(scene, "quote.line.2.discount", "")
    tap(scene, "quote.submit")


@shot("quotes-refused-draft")
def refused_draft(scene: Scene) -> None:
    scene.stage.go("quotes", new_for=scene.world.story.account_on_hold)
    take_first(scene, "quote.product", products(scene)[0])
    write(scene, "quote.line.0.discount", "15")
    tap(scene, "quote.submit")


@shot("quotes-order")
def order(scene: Scene) -> None:
    scene.stage.go("quotes", new_for=scene.world.story.account)
    for sku in products(scene)[:3]:
        take_first(scene, "quote.product", sku)
    tap(scene, "quote.submit")
    tap(scene, "quote_page.place_order")
    scene.stage.sync()
    tap(scene, "quote_page.open_order")


@shot("quotes-ordered-quote")
def ordered_quote(scene: Scene) -> None:
    tap(scene, "order_page.open_quote")


@shot("quotes-repriced")
def repriced(scene: Scene) -> None:
    """The office raises a price that the tablet has not heard of."""
    scene.stage.go("quotes", new_for=scene.world.story.account)
    take_first(scene, "quote.product", products(scene)[2])
    with scene.world.engine.connect() as connection:
        product = scene.world.story.quote_products[2]
        prices = (
            connection.exec_driver_sql(f"SELECT * FROM price WHERE product_id='{product}'").mappings().all()
        )
    with unit_of_work(scene.world.engine) as work:
        work.put("price", [{**one, "unit_price": one["unit_price"] + 2_5000} for one in prices])
    tap(scene, "quote.submit")
    scene.stage.sync()


@shot("quotes-needs-you")
def needs_you(scene: Scene) -> None:
    story = scene.world.story
    scene.stage.go("quotes", new_for=story.account_to_hold)
    take_first(scene, "quote.product", products(scene)[1])
    tap(scene, "quote.submit")
    hold = SetAccountStatus(
        op_id=scene.world.new_id(), actor=OFFICE.id, business_date="2026-11-23", account_id=story.account_to_hold,
        status="on_hold", reason="two invoices overdue",
    )  # fmt: skip
    assert (
        perform_here(scene.world.engine, OFFICE, hold, now=lambda: scene.stage.workspace.now()).outcome
        == "applied"
    )
    scene.stage.sync()
    [(op_id,)] = scene.stage.workspace.reader.connect().exec_driver_sql(
        "SELECT op_id FROM outbox WHERE result='rejected'"
    )
    scene.stage.go("quotes", op_id=op_id)


@shot("quotes-list")
def quotes_list(scene: Scene) -> None:
    tap(scene, "op_page.back")
    tap(scene, "quotes.filter.all")


@shot("quotes-history")
def history(scene: Scene) -> None:
    [(order_id,)] = scene.stage.workspace.reader.connect().exec_driver_sql(
        "SELECT id FROM sales_order WHERE type='history' ORDER BY number LIMIT 1"
    )
    scene.stage.go("quotes", order_id=order_id)


@shot("quotes-nothing-found")
def nothing_found(scene: Scene) -> None:
    tap(scene, "order_page.back")
    write(scene, "quotes.search", "zebra")
