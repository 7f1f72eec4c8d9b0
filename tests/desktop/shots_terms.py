"""States that terms make: contract prices explained, every finding at once, tax, authority in advance, what became of a
quote, and the way of an order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLineEdit
from shot_registry import Scene, shot
from shots_quotes import OFFICE, find, products, take_first, tap, write

from app.desktop.widgets.panel import bring_into_sight
from app.domain.commands import CounterLine, DecideApproval, GrantEnvelope, MoveOrder
from app.domain.parties import Person
from sync.server.apply import perform_here
from sync.server.envelopes import keep_key
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


def rows(scene: Scene, statement: str) -> list[dict[str, Any]]:
    """Rows of the server."""
    with scene.world.engine.connect() as connection:
        return [dict(one) for one in connection.exec_driver_sql(statement).mappings()]


def change(scene: Scene, kind: str, where: str, **values: Any) -> None:
    """The office changes rows, and the tablet hears of it."""
    found = rows(scene, f"SELECT * FROM {kind} WHERE {where}")
    assert found, where
    with unit_of_work(scene.world.engine) as work:
        work.put(kind, [{**one, **values} for one in found])
    scene.stage.sync()


def office(scene: Scene, person: Person, command: Any) -> None:
    done = perform_here(scene.world.engine, person, command, now=scene.stage.workspace.now)
    assert done.outcome.startswith("applied"), done
    scene.stage.sync()


def who(scene: Scene, person: Person) -> dict[str, Any]:
    return {"op_id": scene.world.new_id(), "actor": person.id, "business_date": DAY}


def manager(scene: Scene) -> Person:
    [row] = rows(scene, f"SELECT territory_id FROM rep WHERE id='{scene.world.story.rep}'")
    return Person(scene.world.story.manager, "manager", (row["territory_id"],))


def sku(scene: Scene, product_id: str) -> str:
    return str(rows(scene, f"SELECT sku FROM product WHERE id='{product_id}'")[0]["sku"])


def contract_products(scene: Scene) -> list[str]:
    """Products with prices on the demo company's contracts, the one with three gold breaks first."""
    found = rows(
        scene,
        "SELECT product_id FROM contract_price WHERE product_id <> '' GROUP BY product_id"
        " ORDER BY max(min_qty) DESC, product_id",
    )
    return [one["product_id"] for one in found]


def committed(scene: Scene) -> str:
    """The account of the GPO that committed to it alone."""
    return str(rows(scene, "SELECT account_id FROM commitment WHERE exclusive=1")[0]["account_id"])


def state(scene: Scene) -> str:
    """The id of the document that is shown."""
    return str(scene.stage.window.screens["quotes"].showing[1])


def quote_for(scene: Scene, account_id: str, *skus: str) -> None:
    scene.stage.window.activateWindow()
    scene.stage.go("quotes", new_for=account_id)
    for one in skus:
        take_first(scene, "quote.product", one)
    scene.stage.settle()


@shot("quotes-editor-contract")
def editor_contract(scene: Scene) -> None:
    first, second, third, *_rest = contract_products(scene)
    quote_for(scene, committed(scene), *(sku(scene, one) for one in (first, second, third)))
    write(scene, "quote.line.0.qty.figure", "12")
    write(scene, "quote.line.0.discount", "4")


@shot("quotes-editor-why-contract", each=True)
def editor_why_contract(scene: Scene) -> None:
    tap(scene, "quote.line.0.why")


@shot("quotes-editor-no-price-why", each=True)
def editor_no_price(scene: Scene) -> None:
    gone = contract_products(scene)[1]
    if rows(scene, f"SELECT 1 FROM price WHERE product_id='{gone}' AND valid_to IS NULL"):
        for kind in ("price", "contract_price"):
            change(scene, kind, f"product_id='{gone}'", valid_to="2026-11-20")
    tap(scene, "quote.line.1.why")


@shot("quotes-editor-why-floor", role="manager", each=True)
def editor_floor(scene: Scene) -> None:
    """A manager sees the floor that the price is below."""
    if not scene.stage.window.findChildren(QLineEdit, "quote.line.0.discount"):
        quote_for(scene, committed(scene), sku(scene, contract_products(scene)[0]))
        write(scene, "quote.line.0.discount", "35")
    tap(scene, "quote.line.0.why")


@shot("quotes-editor-tax")
def editor_tax(scene: Scene) -> None:
    write(scene, "quote.line.0.discount", "")
    tap(scene, "quote.line.1.remove")
    scene.stage.window.toast_line.hide()


@shot("quotes-editor-tax-exempt")
def editor_exempt(scene: Scene) -> None:
    [row] = rows(scene, "SELECT account_id FROM tax_exemption")
    quote_for(scene, row["account_id"], *products(scene)[:2])


@shot("quotes-editor-envelope")
def editor_envelope(scene: Scene) -> None:
    boss = manager(scene)
    with unit_of_work(scene.world.engine) as work:
        keep_key(work, entropy=bytes, now=scene.stage.workspace.now)
    grant = GrantEnvelope(
        **who(scene, boss), envelope_id=scene.world.new_id(), holder=scene.world.story.rep, account_ids=(),
        product_classes=(), currency="USD", max_discount_bp=1500, max_amount=5_000_00, budget=12_000_00,
        valid_from=DAY, valid_to="2026-12-31",
    )  # fmt: skip
    office(scene, boss, grant)
    quote_for(scene, scene.world.story.account, *products(scene)[:2])
    write(scene, "quote.line.0.discount", "13")


@shot("quotes-editor-envelope-drawn")
def editor_envelope_drawn(scene: Scene) -> None:
    QTest.mouseClick(find(scene, "quote.envelope.0", QCheckBox), Qt.MouseButton.LeftButton, pos=find(
        scene, "quote.envelope.0", QCheckBox).rect().center())  # fmt: skip
    scene.stage.settle()


@shot("quotes-editor-all-findings")
def editor_all_findings(scene: Scene) -> None:
    """Everything that can be wrong at once."""
    held = scene.world.story.account_on_hold
    change(scene, "account", f"id='{held}'", credit_limit=1_00, min_order=9_000_00)
    gone = contract_products(scene)[1]
    quote_for(scene, held, *products(scene)[:3], sku(scene, gone))
    for line, percent in ((0, "22.5"), (1, "17"), (2, "31")):
        write(scene, f"quote.line.{line}.discount", percent)
    tap(scene, "quote.submit")


@shot("quotes-all-findings-end", each=True)
def editor_findings_end(scene: Scene) -> None:
    bar = find(scene, "quote.findings.scroll").verticalScrollBar()
    bar.setValue(bar.maximum())


@shot("quotes-countered")
def countered(scene: Scene) -> None:
    quote_for(scene, scene.world.story.account, *products(scene)[:3])
    write(scene, "quote.line.0.qty.figure", "20")
    write(scene, "quote.line.0.discount", "14")
    write(scene, "quote.line.1.discount", "12.5")
    tap(scene, "quote.submit")
    scene.stage.sync()
    boss, quote_id = manager(scene), state(scene)
    asked = rows(scene, f"SELECT * FROM approval WHERE quote_id='{quote_id}' AND role='manager'")
    lines = rows(scene, f"SELECT * FROM quote_line WHERE quote_id='{quote_id}' ORDER BY line_no")
    counter = DecideApproval(
        **who(scene, boss), quote_id=quote_id, approval_id=asked[0]["id"], revision=1, approve=False,
        reason="Twelve of them go at this price until the end of the quarter.",
        counter=(
            CounterLine(line_no=1, qty=12, unit_price=lines[0]["unit_price"] * 112 // 100),
            CounterLine(line_no=2, qty=0, unit_price=lines[1]["unit_price"]),
        ),
    )  # fmt: skip
    office(scene, boss, counter)


@shot("quotes-counter-taken")
def counter_taken(scene: Scene) -> None:
    tap(scene, "quote_page.take_counter")


@shot("quotes-offered")
def offered(scene: Scene) -> None:
    quote_for(scene, scene.world.story.account, products(scene)[0])
    tap(scene, "quote.submit")
    tap(scene, "quote_page.offer")
    scene.stage.sync()
    change(scene, "quote", f"id='{state(scene)}'", valid_until="2026-11-26")


@shot("quotes-lose", each=True)
def lose(scene: Scene) -> None:
    tap(scene, "quote_page.lose")


@shot("quotes-lost")
def lost(scene: Scene) -> None:
    tap(scene, "quote_page.lose")
    write(scene, "lose_sheet.reason", "The hospital bought elsewhere")
    tap(scene, "lose_sheet.confirm")
    scene.stage.sync()


@shot("quotes-expired")
def expired(scene: Scene) -> None:
    quote_for(scene, scene.world.story.account, products(scene)[0])
    tap(scene, "quote.submit")
    scene.stage.sync()
    change(scene, "quote", f"id='{state(scene)}'", valid_until="2026-11-20")


@shot("quotes-repriced-two")
def repriced(scene: Scene) -> None:
    """A contract price and a list price change that the tablet has not heard of."""
    first = contract_products(scene)[0]
    quote_for(scene, committed(scene), sku(scene, first), products(scene)[2])
    write(scene, "quote.line.0.discount", "4")
    lists = {
        "contract_price": f"product_id='{first}' AND unit_price IS NOT NULL",
        "price": f"product_id='{scene.world.story.quote_products[2]}'",
    }
    for kind, where in lists.items():
        found = rows(scene, f"SELECT * FROM {kind} WHERE {where}")
        with unit_of_work(scene.world.engine) as work:
            work.put(kind, [{**one, "unit_price": one["unit_price"] + 2_5000} for one in found])
    tap(scene, "quote.submit")
    scene.stage.sync()


@shot("quotes-repriced-why", each=True)
def repriced_why(scene: Scene) -> None:
    tap(scene, "quote_page.differs.0.why_two")


@shot("quotes-repriced-pending")
def repriced_pending(scene: Scene) -> None:
    """A price that has changed unheard of, under a discount over the limit: for somebody to decide."""
    quote_for(scene, scene.world.story.account, products(scene)[1])
    write(scene, "quote.line.0.discount", "14")
    with unit_of_work(scene.world.engine) as work:
        found = rows(scene, f"SELECT * FROM price WHERE product_id='{scene.world.story.quote_products[1]}'")
        work.put("price", [{**one, "unit_price": one["unit_price"] + 2_5000} for one in found])
    tap(scene, "quote.submit")
    scene.stage.sync()


def order_of(scene: Scene, *quantities: int) -> str:
    """An order placed and known to the server; its id."""
    quote_for(scene, scene.world.story.account, *products(scene)[: len(quantities)])
    for line, qty in enumerate(quantities):
        write(scene, f"quote.line.{line}.qty.figure", str(qty))
    tap(scene, "quote.submit")
    tap(scene, "quote_page.place_order")
    scene.stage.sync()
    tap(scene, "quote_page.open_order")
    return state(scene)


def along(scene: Scene, order_id: str, *verbs: str) -> None:
    for verb in verbs:
        office(scene, OFFICE, MoveOrder(**who(scene, OFFICE), order_id=order_id, verb=verb, reason=""))


@shot("order-allocated")
def allocated(scene: Scene) -> None:
    product = scene.world.story.quote_products[1]
    [row] = rows(
        scene,
        f"SELECT sum(qty) AS qty FROM balance WHERE product_id='{product}'"
        f" AND location_id='{scene.world.story.warehouse}'",
    )
    order_of(scene, 3, int(row["qty"]) + 4)


@shot("order-partly")
def partly(scene: Scene) -> None:
    along(scene, state(scene), "pick", "ship")


@shot("order-return", each=True)
def order_return(scene: Scene) -> None:
    shown = rows(scene, f"SELECT state FROM sales_order WHERE id='{state(scene)}'")
    if not shown or shown[0]["state"] != "delivered":
        along(scene, order_of(scene, 5), "pick", "ship", "deliver")
    tap(scene, "order_page.return")
    write(scene, "return_sheet.line.0.qty.figure", "2")


@shot("order-returned")
def order_returned(scene: Scene) -> None:
    tap(scene, "order_page.return")
    write(scene, "return_sheet.line.0.qty.figure", "2")
    combo = find(scene, "return_sheet.line.0.lot")
    combo.setCurrentIndex(0)
    find(scene, "return_sheet.reason", QLineEdit).setText("Ordered too many")
    QTest.mouseClick(find(scene, "return_sheet.confirm", QAbstractButton), Qt.MouseButton.LeftButton)
    scene.stage.settle()
    scene.stage.sync()


@shot("accounts-terms")
def account_terms(scene: Scene) -> None:
    scene.stage.go("accounts", account_id=committed(scene))


@shot("approvals-repriced", role="manager", each=True)
def approval_repriced(scene: Scene) -> None:
    scene.stage.sync()
    [row] = rows(scene, "SELECT id FROM approval WHERE state='pending' ORDER BY id DESC LIMIT 1")
    scene.stage.go("approvals", approval_id=row["id"])
    bring_into_sight(find(scene, "approval.why"))
    scene.stage.settle()
