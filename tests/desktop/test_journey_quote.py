"""Journeys to a signed quote: five products for an account and the customer's signature, by taps; an earlier order
again; a scan to a line. Each ends in what the screen says and in what the server's books say.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest
from finger import Finger, finger_at
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from quotes_kit import ordered_before
from wedge_kit import GAUZE, L1, Keys, with_codes

from sync.server.feed import unit_of_work
from sync.server.verify import verify

AT_HAND = "quote.product.offers.list"
NAME = 1  # the column of a product that stands ready
FOUND = ("Cannula", "Drape", "Forceps")  # what is searched for; p1 and p2 stand ready


def company(world: Any) -> None:
    """a1 ordered p1 and p2 before; three products more, and two contacts who may sign."""
    small_world = sys.modules[type(world).__module__]
    with_codes(world)
    ordered_before(world)
    contact = {
        "account_id": "a1",
        "territory_id": "north",
        "rep_id": None,
        "job": "",
        "phone": "",
        "email": "",
    }
    with unit_of_work(world.engine) as work:
        work.put("product", [small_world.product(f"f{at}", name=name) for at, name in enumerate(FOUND)])
        work.put("price", [small_world.price_row(f"prf{at}", f"f{at}", 10_0000) for at in range(len(FOUND))])
        names = ("Ingrid Solberg", "Otto Lind")
        work.put(
            "contact",
            [{**contact, "id": f"c{at}", "name": name, "origin": "test"} for at, name in enumerate(names)],
        )


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    company(sqlite_world)
    return sqlite_world.tablet("rep")


@pytest.fixture
def finger(stage: Any) -> Finger:
    made = finger_at(stage)
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("today")
    return made


def to_a_new_quote(finger: Finger) -> None:
    """From Today to a quote for a1: two taps, and the name typed."""
    finger.tap("today.newQuote")
    finger.type("quote.account", "a1")
    finger.stage.wait(lambda: finger.sees("quote.account.choices"))
    finger.tap_row("quote.account.choices", 0)


def search_and_tap(finger: Finger, words: str) -> None:
    """A product that is known by name: typed, and one tap on what was found."""
    finger.type("quote.product", words)
    finger.stage.wait(lambda: finger.sees("quote.product.choices"))
    finger.tap_row("quote.product.choices", 0)


def draw(finger: Finger) -> None:
    """The customer's signature: no tap."""
    pad = finger.find("present.pad")
    half = pad.height() / 2
    places = [QPoint(20 + 6 * at, round(half + half / 3 * math.sin(at / 3))) for at in range(20)]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(pad, place)
        QApplication.processEvents()
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=places[-1])


def have_it_signed(finger: Finger) -> None:
    """Present, the signer's name, the drawing, and the signature confirmed: three taps."""
    finger.tap("quote_page.present")
    finger.tap("present.name.0")
    draw(finger)
    finger.tap("present.confirm")


def in_the_books(world: Any) -> list[tuple[Any, ...]]:
    """Quote, signer and meaning, as the server has them."""
    return [
        tuple(row)
        for row in world.rows(
            "SELECT q.number, q.state, q.total, s.signer, s.meaning, s.strokes <> '' AND s.digest <> '' "
            "FROM quote q JOIN signature s ON s.document_id = q.id AND s.revision = q.revision"
        )
    ]


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)])
def test_five_products_are_quoted_and_signed_within_twelve_taps(
    finger: Finger, stage: Any, sqlite_world: Any, size: tuple[int, int]
) -> None:
    stage.window.resize(*size)
    stage.settle()

    with finger.at_most(12, "quote 5 products and have it signed"):
        to_a_new_quote(finger)
        finger.tap_row(AT_HAND, 0, NAME)
        finger.tap_row(AT_HAND, 1, NAME)
        for words in FOUND:
            search_and_tap(finger, words)
        finger.tap("quote.submit")
        have_it_signed(finger)

    assert finger.words("present.total") == "$132.50"
    assert finger.words("present.signed.sending") == "Saved — waiting to send"
    stage.sync()
    assert finger.words("present.signed.sending") == "Confirmed"
    [(number, *signed)] = in_the_books(sqlite_world)
    assert signed == ["approved", 132_50, "Ingrid Solberg", "accepts", 1]
    assert number in finger.words("present.title")
    assert sqlite_world.rows(
        "SELECT line_no, product_id, qty, extended FROM quote_line ORDER BY line_no"
    ) == [
        (1, "p2", 1, 2_50),
        (2, "p1", 1, 100_00),
        (3, "f0", 1, 10_00),
        (4, "f1", 1, 10_00),
        (5, "f2", 1, 10_00),
    ]
    assert verify(sqlite_world.engine) == []


def test_an_earlier_order_is_quoted_again_and_signed(finger: Finger, stage: Any, sqlite_world: Any) -> None:
    with finger.at_most(9, "quote an earlier order again and have it signed"):
        to_a_new_quote(finger)
        finger.tap("quote.product.offers.copy")
        finger.tap_row("quote_copy.list", 1)
        finger.tap("quote.submit")
        have_it_signed(finger)

    stage.sync()
    assert finger.words("present.signed.sending") == "Confirmed"
    [(_number, *signed)] = in_the_books(sqlite_world)
    assert signed == ["approved", 422_50, "Ingrid Solberg", "accepts", 1]
    assert sqlite_world.rows("SELECT product_id, qty FROM quote_line ORDER BY line_no") == [
        ("p2", 9),
        ("p1", 4),
    ]
    assert verify(sqlite_world.engine) == []


def test_favourites_chosen_together_are_added_by_one_more_tap(finger: Finger) -> None:
    to_a_new_quote(finger)
    finger.tap_row(AT_HAND, 0, 3)
    finger.tap_row(AT_HAND, 1, 3)

    with finger.at_most(3, "two favourites onto a quote at once"):
        finger.tap_row(AT_HAND, 0, 0)
        finger.tap_row(AT_HAND, 1, 0)
        finger.tap("quote.product.offers.add")

    draft = finger.stage.window.screens["quotes"].editor.draft
    assert sorted(line.product_id for line in draft.lines) == ["p1", "p2"]


def test_a_scan_is_a_line_without_a_tap(finger: Finger, stage: Any, sqlite_world: Any) -> None:
    keys = Keys(stage)
    to_a_new_quote(finger)

    with finger.at_most(0, "scan to line"):
        keys.scan(L1)
        keys.scan(f"]E0{GAUZE}")

    assert finger.words("quote.line.0.name") == "Stent p1"
    assert finger.words("quote.total") == "$102.50"
    finger.tap("quote.submit")
    stage.sync()
    assert sqlite_world.rows("SELECT product_id, qty FROM quote_line ORDER BY line_no") == [
        ("p1", 1),
        ("p2", 1),
    ]
    assert verify(sqlite_world.engine) == []
