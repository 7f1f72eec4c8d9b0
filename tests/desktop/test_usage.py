"""Consigned goods at a customer, driven by hand: what lies there, telling its use, and what the server's books say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTabBar
from sqlalchemy import text
from trunk_kit import Hand
from wedge_kit import STENT, Keys, with_codes

from app.desktop.screens.account_card import CONSIGNED
from app.desktop.theme import TOUCH
from sync.server.feed import unit_of_work

BALANCE = "SELECT qty FROM balance WHERE id='shelf|p1|{lot}'"


@pytest.fixture
def hand(sqlite_world: Any, rep: Any, stage: Any) -> Hand:
    """At the card of a1, on the page of what is consigned there."""
    sqlite_world.consign()
    rep.sync()
    stage.window.activateWindow()
    stage.go("accounts", account_id="a1", consigned=True)
    return Hand(stage)


def change(world: Any, kind: str, row_id: str, **changes: Any) -> None:
    with unit_of_work(world.engine) as work:
        [row] = work.connection.execute(text(f"SELECT * FROM {kind} WHERE id = '{row_id}'")).mappings()
        work.put(kind, [{**row, **changes}])


def test_the_card_shows_what_lies_there_by_expiry_with_units_place_and_age(hand: Hand) -> None:
    assert [row[:3] for row in hand.rows("accounts.consigned.list")] == [
        ("Stent p1", "Expires in 69 days", "2"),
        ("Stent p1", "Jun 30, 2027", "5"),
    ]
    assert hand.find("accounts.tabs", QTabBar).tabText(CONSIGNED) == "Consigned (2)"
    assert hand.words("accounts.consigned.totals") == "2 lots · 7 units"
    assert hand.words("accounts.consigned.as_of") == "as of 12:00"
    assert hand.words("accounts.consigned.about").startswith("shelf · Main, 1 Quay, 5003 Bergen, NO")


def test_an_account_without_a_consignment_place_has_no_such_page(hand: Hand) -> None:
    hand.stage.go("accounts", account_id="a2")

    assert not hand.find("accounts.tabs", QTabBar).isTabVisible(CONSIGNED)
    assert not hand.sees("accounts.consigned")


def test_a_use_ends_in_the_servers_books_as_a_bill_and_a_request_for_as_much(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    hand.tap_row("accounts.consigned.list", 0)
    hand.type("accounts.usage.case", "OR 4 / 1187")
    hand.type("accounts.usage.po", "PO-7")
    hand.press("accounts.usage.item.0.qty.more")
    assert hand.words("accounts.usage.total") == "$200.00"
    hand.press("accounts.usage.record")

    assert hand.stage.toasts == ["Saved — waiting to send (1)"]
    assert [row[2] for row in hand.rows("accounts.consigned.list")] == ["5"]
    assert rep.one("SELECT count(*) FROM draft") == 0
    hand.stage.sync()
    books = sqlite_world
    assert books.rows(
        "SELECT type, state, account_id, ship_to_id, po_number, case_ref, total FROM sales_order"
    ) == [("bill_only", "delivered", "a1", "s1", "PO-7", "OR 4 / 1187", 200_00)]
    assert books.rows("SELECT kind, lot_id, qty, from_location FROM movement WHERE op_id <> ''") == [
        ("use", "l2", 2, "shelf")
    ]
    assert books.rows("SELECT state, to_location FROM transfer") == [("requested", "shelf")]
    assert books.rows("SELECT product_id, asked FROM transfer_line") == [("p1", 2)]
    assert books.one(BALANCE.format(lot="l2")) == 0
    assert "OR 4 / 1187" in books.one("SELECT payload FROM op_log")


def test_the_order_is_called_a_usage_on_its_page(hand: Hand, rep: Any) -> None:
    hand.tap_row("accounts.consigned.list", 0)
    hand.press("accounts.usage.record")

    hand.stage.go("quotes", order_id=rep.one("SELECT id FROM sales_order"))

    shown = [one.text() for one in hand.stage.window.findChildren(QLabel) if one.isVisible()]
    assert any("Usage" in words for words in shown), shown


def test_bill_only_asks_for_nothing(hand: Hand, sqlite_world: Any) -> None:
    hand.tap_row("accounts.consigned.list", 1)
    QTest.mouseClick(
        hand.find("accounts.usage.bill_only"), Qt.MouseButton.LeftButton,
        pos=hand.find("accounts.usage.bill_only").rect().center(),
    )  # fmt: skip
    hand.press("accounts.usage.record")
    hand.stage.sync()

    assert sqlite_world.rows("SELECT type, state FROM sales_order") == [("bill_only", "delivered")]
    assert sqlite_world.rows("SELECT id FROM transfer") == []


def test_lots_are_added_from_the_form_and_a_lot_that_lasts_longer_needs_no_reason(
    hand: Hand, sqlite_world: Any
) -> None:
    hand.press("accounts.consigned.use")
    assert hand.words("accounts.usage.hint") == "Add the lots that were used."
    assert not hand.find("accounts.usage.record", QAbstractButton).isEnabled()
    hand.type("accounts.usage.add", "l1")
    hand.stage.wait(lambda: hand.sees("accounts.usage.add.panel"))
    QTest.keyClick(hand.find("accounts.usage.add", QLineEdit), Qt.Key.Key_Return)
    hand.stage.settle()

    assert hand.words("accounts.usage.item.0.lots") == "Lot L1"
    assert not hand.sees("accounts.usage.item.0.override")
    hand.press("accounts.usage.record")
    hand.stage.sync()

    assert sqlite_world.rows("SELECT state FROM sales_order") == [("delivered",)]


def test_every_reason_against_a_use_is_shown_and_what_happened_is_recorded_anyway(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    change(sqlite_world, "account", "a1", po_required=1)
    change(sqlite_world, "lot", "l1", recalled_on="2026-11-20")
    sqlite_world.hold("a1")
    hand.stage.sync()
    hand.tap_row("accounts.consigned.list", 1)
    assert hand.words("accounts.usage.po.field.label") == "PO number (needed)"

    hand.press("accounts.usage.record")

    said = hand.find("accounts.usage.findings").accessibleDescription()
    assert [one for one in ("Account on hold", "PO number missing", "Lot recalled") if one not in said] == []
    assert rep.one("SELECT count(*) FROM outbox") == 0
    assert rep.rows("SELECT kind FROM draft") == [("usage",)]
    hand.press("accounts.usage.anyway")
    hand.stage.sync()
    assert sqlite_world.rows("SELECT type, state FROM sales_order") == [("bill_only", "held")]
    assert sqlite_world.one(BALANCE.format(lot="l1")) == 4


def test_a_use_being_put_together_waits_at_its_place(hand: Hand) -> None:
    hand.tap_row("accounts.consigned.list", 0)
    hand.type("accounts.usage.case", "C-9")
    hand.stage.go("accounts", account_id="a2")
    hand.stage.go("accounts", account_id="a1", consigned=True)

    hand.press("accounts.consigned.use")

    assert hand.find("accounts.usage.case", QLineEdit).text() == "C-9"
    assert hand.words("accounts.usage.item.0.lots") == "Lot L2"


def test_a_use_put_away_can_be_had_back(hand: Hand) -> None:
    hand.tap_row("accounts.consigned.list", 0)
    hand.press("accounts.usage.close")
    assert hand.sees("accounts.consigned")

    hand.press("toast.action")

    assert hand.words("accounts.usage.item.0.lots") == "Lot L2"


def test_a_use_being_put_together_survives_a_restart(
    hand: Hand, rep: Any, sqlite_world: Any, make_stage: Callable[..., Any]
) -> None:
    hand.tap_row("accounts.consigned.list", 1)
    hand.type("accounts.usage.case", "C-9")
    hand.stage.window.leave()
    hand.stage.settle()

    again = make_stage(sqlite_world.reopen(rep))
    again.go("accounts", account_id="a1", consigned=True)
    other = Hand(again)
    other.press("accounts.consigned.use")

    assert other.find("accounts.usage.case", QLineEdit).text() == "C-9"
    assert other.words("accounts.usage.item.0.lots") == "Lot L1"


def test_keys_alone_are_enough_to_begin_and_to_record(hand: Hand, sqlite_world: Any) -> None:
    table = hand.find("accounts.consigned.list")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    hand.stage.settle()
    assert hand.stage.window.focusWidget() is hand.find("accounts.usage.case")

    QTest.keyClick(hand.stage.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hand.stage.wait(lambda: bool(hand.stage.toasts))  # a button that a key presses is seen to go down first
    hand.stage.sync()

    assert sqlite_world.rows("SELECT type, state FROM sales_order") == [("bill_only", "delivered")]


def test_going_to_the_account_from_a_finding_shows_its_card_and_the_use_waits(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    sqlite_world.hold("a1")
    hand.stage.sync()
    hand.tap_row("accounts.consigned.list", 0)

    hand.press("accounts.usage.findings.0.step")

    assert hand.words("accounts.state").startswith("On hold")
    assert not hand.sees("accounts.usage")
    assert rep.rows("SELECT kind FROM draft") == [("usage",)]


def test_another_place_of_the_account_has_its_own_lots(hand: Hand, sqlite_world: Any, rep: Any) -> None:
    sqlite_world.address("s9", "a1", "Annex")
    sqlite_world.consign("annex", "s9", lots=(("l1", 1),))
    hand.stage.sync()
    hand.stage.go("accounts", account_id="a1", consigned=True)
    assert len(hand.rows("accounts.consigned.list")) == 3
    hand.press("accounts.consigned.use")
    places = hand.find("accounts.usage.ship_to", QComboBox)
    assert [places.itemText(at).split(" · ")[0] for at in range(places.count())] == ["annex", "shelf"]

    places.setCurrentIndex(1)
    places.activated.emit(1)
    hand.stage.settle()
    hand.type("accounts.usage.add", "l2")
    hand.stage.wait(lambda: hand.sees("accounts.usage.add.panel"))
    QTest.keyClick(hand.find("accounts.usage.add", QLineEdit), Qt.Key.Key_Return)
    hand.stage.settle()
    hand.press("accounts.usage.record")
    hand.stage.sync()

    assert sqlite_world.rows("SELECT ship_to_id FROM sales_order") == [("s1",)]
    assert sqlite_world.one(BALANCE.format(lot="l2")) == 1


def test_why_a_price_is_one_tap_away(hand: Hand) -> None:
    hand.tap_row("accounts.consigned.list", 0)

    hand.press("accounts.usage.item.0.why")

    assert hand.words("why_price_sheet.product") == "Stent p1"
    hand.press("why_price_sheet.close")


def test_who_does_not_answer_for_the_goods_is_told_so(
    hand: Hand, sqlite_world: Any, make_stage: Callable[..., Any]
) -> None:
    other = make_stage(sqlite_world.tablet("boss", "manager"))
    other.go("accounts", account_id="a1", consigned=True)
    seen = Hand(other)

    assert not seen.find("accounts.consigned.use", QAbstractButton).isEnabled()
    assert seen.words("accounts.consigned.why_not") == "Only who answers for these goods can tell their use."
    seen.tap_row("accounts.consigned.list", 0)
    assert not seen.sees("accounts.usage")


def test_everything_that_is_tapped_is_big_enough_and_has_a_name(hand: Hand) -> None:
    hand.tap_row("accounts.consigned.list", 0)

    for made in hand.find("accounts.usage").findChildren(QAbstractButton):
        if made.isVisible() and made.objectName():
            assert made.accessibleName(), made.objectName()
            assert made.height() >= TOUCH, (made.objectName(), made.height())
            assert made.width() >= TOUCH, (made.objectName(), made.width())


def test_a_use_is_told_by_scanning_the_label(hand: Hand, rep: Any, sqlite_world: Any) -> None:
    with_codes(sqlite_world)
    rep.sync()
    hand.stage.settle()
    hand.tap_row("accounts.consigned.list", 0)  # L2
    keys = Keys(hand.stage)

    keys.scan(f"01{STENT}10L1")
    keys.scan(f"01{STENT}10L1")

    figures = [hand.find(f"accounts.usage.item.{at}.qty.figure", QLineEdit).text() for at in (0, 1)]
    assert figures == ["1", "2"]
    keys.scan(f"01{STENT}10NEW")
    assert hand.words("scan_sheet.refusal.title") == "Not in this place"
