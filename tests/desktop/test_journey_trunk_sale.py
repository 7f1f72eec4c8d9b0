"""Journeys: a sale from the trunk, its lot proposed by expiry; and from a label to a line, of a quote and of a sale."""

from __future__ import annotations

from typing import Any

import pytest
from finger import Finger, finger_at
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from quotes_kit import Hands
from wedge_kit import L1, L2, Keys, with_codes

from sync.server.verify import verify

SOLD = "SELECT lot_id, qty, from_location, to_location FROM movement WHERE kind = 'sell'"


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    with_codes(sqlite_world)
    return sqlite_world.tablet("rep")


@pytest.fixture
def finger(stage: Any) -> Finger:
    made = finger_at(stage)
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    return made


def type_choice(finger: Finger, name: str, words: str) -> None:
    """Typed, and the first one found taken by Return: no tap."""
    finger.type(name, words)
    finger.stage.wait(lambda: finger.sees(f"{name}.panel"))
    QTest.keyClick(finger.find(name, QLineEdit), Qt.Key.Key_Return)
    finger.stage.settle()


def test_a_lot_of_the_trunk_is_sold_with_three_taps_and_booked_once(
    finger: Finger, rep: Any, sqlite_world: Any
) -> None:
    finger.stage.go("today")

    with finger.at_most(3, "sell from the trunk, from the day's page"):
        finger.tap("rail.trunk")
        finger.tap_row("trunk.list", 0)
        type_choice(finger, "trunk.sale.account", "hospital a1")
        assert finger.words("trunk.sale.item.0.lots") == "Lot L2"  # it expires first
        finger.tap("trunk.sale.record")

    assert finger.stage.toasts == ["Saved — waiting to send (1)"]
    assert finger.rows("trunk.day.list")[0][1] == "Saved, waiting to send"
    finger.stage.sync()
    assert sqlite_world.rows(SOLD) == [("l2", 1, "trunk-rep", "v:customer")]
    assert sqlite_world.rows("SELECT type, account_id, total FROM sales_order") == [
        ("trunk_sale", "a1", 100_00)
    ]
    assert verify(sqlite_world.engine) == []


def test_more_of_a_product_than_its_first_lot_has_comes_from_the_next_to_expire(
    finger: Finger, rep: Any, sqlite_world: Any
) -> None:
    finger.stage.go("trunk")

    with finger.at_most(3, "sell six of a product whose first lot has four"):
        finger.tap_row("trunk.list", 0)
        finger.type("trunk.sale.item.0.qty.figure", "4")
        type_choice(finger, "trunk.sale.add", "stent")
        finger.type("trunk.sale.item.1.qty.figure", "2")
        type_choice(finger, "trunk.sale.account", "hospital a1")
        assert finger.words("trunk.sale.item.1.lots") == "First expired first: Lot L1"
        finger.tap("trunk.sale.record")

    finger.stage.sync()
    assert sorted(row[:2] for row in sqlite_world.rows(SOLD)) == [("l1", 2), ("l2", 4)]
    assert verify(sqlite_world.engine) == []


def test_a_sale_by_scan_takes_one_tap(finger: Finger, rep: Any, sqlite_world: Any) -> None:
    finger.stage.go("trunk")
    keys = Keys(finger.stage)

    with finger.at_most(0, "from a label to a line of a sale"):
        keys.scan(L2)
        assert finger.words("trunk.sale.item.0.lots") == "Lot L2"
    with finger.at_most(1, "the rest of a sale by scan"):
        keys.scan(L2)
        type_choice(finger, "trunk.sale.account", "hospital a1")
        finger.tap("trunk.sale.record")

    finger.stage.sync()
    assert sqlite_world.rows(SOLD) == [("l2", 2, "trunk-rep", "v:customer")]
    assert sqlite_world.one("SELECT total FROM sales_order") == 200_00


def test_a_label_is_a_line_of_a_quote_without_a_tap(finger: Finger, rep: Any) -> None:
    hands = Hands(finger.stage)
    hands.go(new=True)
    hands.choose("quote.account", "a1")

    with finger.at_most(0, "from a label to a line of a quote"):
        Keys(finger.stage).scan(L1)

    assert finger.words("quote.line.0.extended") == "$100.00"


def test_a_label_that_no_scanner_is_at_hand_for_is_typed_with_one_tap(finger: Finger, rep: Any) -> None:
    finger.stage.go("trunk")

    with finger.at_most(1, "from a typed code to a line of a sale"):
        finger.tap("trunk.scan")
        finger.type("scan_sheet.code", L2, enter=True)

    assert finger.words("trunk.sale.item.0.lots") == "Lot L2"
