"""States of present mode and the signature: shown, being signed, signed, and beside the quote and the sale."""

from __future__ import annotations

import math

from demo_world import DAY
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from shot_registry import Scene, shot
from shots_quotes import find, products, take_first, tap, write
from signing_kit import draw as draw_stroke

from app.domain.commands import SaleLine, SellFromTrunk
from sync.server.feed import unit_of_work


def draw(scene: Scene) -> None:
    """A signature with the mouse, in two strokes."""
    pad = find(scene, "present.pad", QWidget)
    pad.clear()
    low = pad.height() * 2 // 3
    name = [
        QPoint(round(40 + 4 * at + 9 * math.sin(at / 2)), round(low - 24 * abs(math.sin(at / 3.1)) - at / 3))
        for at in range(46)
    ]
    below = [QPoint(60 + 12 * at, low + 16 - at) for at in range(16)]
    for stroke in (name, below):
        draw_stroke(pad, stroke)
    scene.stage.settle()


@shot("present-quote")
def present_quote(scene: Scene) -> None:
    scene.stage.window.activateWindow()
    scene.stage.go("quotes", new_for=scene.world.story.account)
    for sku in products(scene)[:3]:
        take_first(scene, "quote.product", sku)
    write(scene, "quote.line.1.discount", "5")
    write(scene, "quote.po", "PO 2231")
    tap(scene, "quote.submit")
    tap(scene, "quote_page.present")


@shot("present-signing")
def signing(scene: Scene) -> None:
    write(scene, "present.name", "Jon Grande")
    draw(scene)


@shot("present-cleared")
def cleared(scene: Scene) -> None:
    tap(scene, "present.clear")


@shot("present-signed")
def signed(scene: Scene) -> None:
    tap(scene, "present.clear")
    tap(scene, "present.confirm")
    scene.stage.window.toast_line.hide()


@shot("present-signed-quote-page")
def signed_quote_page(scene: Scene) -> None:
    scene.stage.sync()
    tap(scene, "present.back")


@shot("present-signed-other")
def signed_other(scene: Scene) -> None:
    """The office corrects the PO number: what was signed is another document now."""
    with scene.world.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM quote WHERE po_number = 'PO 2231'").mappings()
        rows = [{**one, "po_number": "PO 2232"} for one in found]
    with unit_of_work(scene.world.engine) as work:
        work.put("quote", rows)
    scene.stage.sync()


@shot("present-again")
def again(scene: Scene) -> None:
    tap(scene, "quote_page.present")


@shot("present-sale")
def sale(scene: Scene) -> None:
    tap(scene, "present.back")
    story, workspace = scene.world.story, scene.stage.workspace
    [(price, currency)] = workspace.reader.connect().exec_driver_sql(
        f"SELECT price.unit_price, price_list.currency FROM price JOIN price_list ON price_list.id = price.list_id"
        f" WHERE price.product_id = '{story.trunk_product}' ORDER BY price_list.scope, price.min_qty LIMIT 1"
    )
    sold = SellFromTrunk(
        op_id=workspace.new_id(), actor=story.rep, business_date=DAY, sale_id=workspace.new_id(),
        number=workspace.next_number(), location_id=story.trunk, account_id=story.account,
        ship_to_id=story.ship_to[story.account], currency=currency, po_number="",
        lines=(
            SaleLine(
                product_id=story.trunk_product, lot_id=story.trunk_lots[-1][0], qty=2, discount_bp=0, shown_price=price
            ),
        ),
    )  # fmt: skip
    assert workspace.perform(sold, even_so=True).saved
    scene.stage.go("quotes", order_id=sold.sale_id)
    tap(scene, "order_page.present")


@shot("present-signed-order-page")
def signed_order_page(scene: Scene) -> None:
    write(scene, "present.name", "Jon Grande")
    draw(scene)
    tap(scene, "present.confirm")
    tap(scene, "present.back")
    scene.stage.window.toast_line.hide()
