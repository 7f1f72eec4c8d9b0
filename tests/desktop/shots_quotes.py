"""States of Quotes & orders: the list, the editor inside and over the limits, a refusal, and the pages of documents."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QTableView, QWidget
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


@shot("quotes-editor-packs")
def editor_packs(scene: Scene) -> None:
    """A line in the packs that the product comes in."""
    units = find(scene, "quote.line.0.units", QComboBox)
    units.setCurrentIndex(1)
    units.activated.emit(1)
    scene.stage.settle()


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


@shot("quotes-offers", each=True)
def offers(scene: Scene) -> None:
    """What stands ready for an account that ordered before; a favourite, and two that are chosen."""
    scene.stage.window.activateWindow()
    scene.stage.go("quotes", new_for=bought_before(scene))
    table = find(scene, "quote.product.offers.list", QTableView)
    scene.stage.wait(lambda: table.isVisible() and table.model().rowCount() > 3)
    if not table.model().rows[0].favourite:
        tap_cell(scene, table, 2, 3)
    tap_cell(scene, table, 0, 1)
    for row in (1, 2):
        tap_cell(scene, table, row, 0)


@shot("quotes-offers-empty", each=True)
def offers_empty(scene: Scene) -> None:
    """Nothing stands ready and nothing was ordered: a new quote before there is an account."""
    table = find(scene, "quote.product.offers.list", QTableView)
    if table.isVisible() and table.model().rows and table.model().rows[0].favourite:
        tap_cell(scene, table, 0, 3)
    scene.stage.go("quotes", new=True)
    find(scene, "quote.product", QLineEdit).setFocus(Qt.FocusReason.ShortcutFocusReason)
    scene.stage.settle()


@shot("quotes-copy", each=True)
def copying(scene: Scene) -> None:
    scene.stage.go("quotes", new_for=bought_before(scene))
    tap(scene, "quote.product.offers.copy")


@shot("quotes-copied-partly", each=True)
def copied_partly(scene: Scene) -> None:
    """Some of what was ordered is sold no more by now."""
    account = bought_before(scene)
    with scene.world.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT p.* FROM product p JOIN order_line l ON l.product_id = p.id "
            f"JOIN sales_order o ON o.id = l.order_id WHERE o.account_id = '{account}' ORDER BY p.id LIMIT 12"
        )
        gone = [{**row, "sell_until": "2026-09-30"} for row in rows.mappings().all()[:12:4]]
    with unit_of_work(scene.world.engine) as work:
        work.put("product", gone)
    scene.stage.sync()
    scene.stage.go("quotes", new_for=account)
    tap(scene, "quote.product.offers.copy")
    table = find(scene, "quote_copy.list", QTableView)
    scene.stage.wait(lambda: table.model().rowCount() > 0)
    tap_cell(scene, table, 0, 0)


def bought_before(scene: Scene) -> str:
    """The rep's account with the fewest, but several, earlier lines."""
    with scene.stage.workspace.reader.connect() as connection:
        return str(
            connection.exec_driver_sql(
                "SELECT o.account_id FROM sales_order o JOIN order_line l ON l.order_id = o.id "
                "JOIN account a ON a.id = o.account_id WHERE a.status = 'active' AND o.type = 'history' "
                "GROUP BY 1 HAVING count(*) > 20 ORDER BY count(*), 1 LIMIT 1"
            ).scalar_one()
        )


def tap_cell(scene: Scene, table: Any, row: int, column: int) -> None:
    at = table.model().index(row, column)
    table.scrollTo(at)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(at).center())
    scene.stage.settle()


@shot("quotes-changed", each=True)
def changed(scene: Scene) -> None:
    """Two revisions of a quote side by side."""
    if not find_all(scene, "quote_page.changes"):
        scene.stage.go("quotes", new_for=scene.world.story.account)
        for sku in products(scene)[:3]:
            take_first(scene, "quote.product", sku)
        tap(scene, "quote.submit")
        tap(scene, "quote_page.revise")
        write(scene, "quote.line.0.qty.figure", "12")
        write(scene, "quote.line.1.discount", "5")
        tap(scene, "quote.line.2.remove")
        write(scene, "quote.po", "PO 2231")
        tap(scene, "quote.submit")
    tap(scene, "quote_page.changes")


def find_all(scene: Scene, name: str) -> list[Any]:
    return [one for one in scene.stage.window.findChildren(QPushButton, name) if one.isVisible()]
