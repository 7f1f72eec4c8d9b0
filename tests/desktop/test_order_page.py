"""An order on its page, by hand: cancelled by its author, and goods that come back by line and lot."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox
from quotes_kit import Hands

from app.domain.commands import MoveOrder
from app.domain.parties import Person
from sync.server.apply import perform_here

DAY = "2026-11-23"
OFFICE = Person("u-office", "operations", ("*",))


@pytest.fixture
def hands(stage: Any) -> Hands:
    return Hands(stage)


def along(hands: Hands, world: Any, order_id: str, *verbs: str) -> None:
    """The office takes the order on, verb by verb, and the tablet hears of it."""
    for verb in verbs:
        command = MoveOrder(
            op_id=world.ids(), actor="u-office", business_date=DAY, order_id=order_id, verb=verb, reason=""
        )
        assert perform_here(world.engine, OFFICE, command, now=world.server.now).outcome.startswith("applied")
    hands.stage.sync()


def placed(hands: Hands, qty: str = "5") -> str:
    hands.new_quote()
    hands.type("quote.line.0.qty.figure", qty)
    hands.tap("quote.submit")
    hands.tap("quote_page.place_order")
    hands.stage.sync()
    hands.tap("quote_page.open_order")
    return str(hands.screen.showing[1])


def test_an_order_is_cancelled_by_its_author_with_a_reason(hands: Hands, sqlite_world: Any) -> None:
    order_id = placed(hands)
    assert hands.words("order_page.chip.0") == "Allocated"

    hands.tap("order_page.cancel")
    hands.type("cancel_sheet.reason", "ordered twice")
    hands.tap("cancel_sheet.confirm")

    assert hands.words("order_page.chip.0") == "Cancelled"
    assert not hands.sees("order_page.cancel")
    hands.stage.sync()
    assert sqlite_world.rows(f"SELECT state FROM sales_order WHERE id='{order_id}'") == [("cancelled",)]


def test_goods_come_back_into_the_trunk_by_line_and_lot(hands: Hands, sqlite_world: Any) -> None:
    order_id = placed(hands)
    along(hands, sqlite_world, order_id, "pick", "ship", "deliver")
    before = sqlite_world.one("SELECT qty FROM balance WHERE location_id='trunk-rep' AND lot_id='l1'")

    hands.tap("order_page.return")
    hands.type("return_sheet.line.0.qty.figure", "2")
    lots = hands.find("return_sheet.line.0.lot", QComboBox)
    lots.setCurrentIndex(lots.findData("l1"))
    assert not hands.find("return_sheet.confirm").isEnabled()  # nobody has said why
    hands.type("return_sheet.reason", "two too many")
    hands.tap("return_sheet.confirm")

    assert hands.cells("order_page.lines")[0][1].startswith("5")
    assert hands.sql(f"SELECT returned FROM order_line WHERE order_id='{order_id}'") == [(2,)]
    hands.stage.sync()
    after = sqlite_world.one("SELECT qty FROM balance WHERE location_id='trunk-rep' AND lot_id='l1'")
    assert after - before == 2


def test_a_return_wants_a_quantity_and_a_lot(hands: Hands, sqlite_world: Any) -> None:
    order_id = placed(hands)
    along(hands, sqlite_world, order_id, "pick", "ship", "deliver")
    hands.tap("order_page.return")
    hands.type("return_sheet.reason", "broken seal")
    confirm = hands.find("return_sheet.confirm")
    lots = hands.find("return_sheet.line.0.lot", QComboBox)
    lots.setCurrentIndex(0)
    assert not confirm.isEnabled()

    hands.type("return_sheet.line.0.qty.figure", "1")
    assert confirm.isEnabled()

    lots.setCurrentIndex(-1)
    assert not confirm.isEnabled()
    hands.tap("return_sheet.back")
    assert len(hands.outbox()) == 2
