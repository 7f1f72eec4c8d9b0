"""The trunk, driven by hand: selling from it and counting it, on real widgets over a real workspace and server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from trunk_kit import Hand

from app.desktop.theme import TOUCH

BALANCE = "SELECT qty FROM balance WHERE id='trunk-rep|p1|{lot}'"


@pytest.fixture
def hand(stage: Any) -> Hand:
    stage.window.activateWindow()
    stage.go("trunk")
    return Hand(stage)


# -- the list ---------------------------------------------------------------------------------------------------------


def test_lots_are_listed_first_expired_first_with_words_totals_and_age(hand: Hand) -> None:
    assert [(row[0], row[1], row[2]) for row in hand.rows("trunk.list")] == [
        ("Stent p1", "Expires in 69 days", "4"),
        ("Stent p1", "Jun 30, 2027", "10"),
    ]
    assert hand.words("trunk.totals") == "2 lots · 14 units"
    assert hand.words("trunk.as_of") == "as of 12:00"
    assert "Jan 4" in hand.find("trunk.bars").accessibleDescription()


def test_searching_and_filtering_narrow_the_list_and_an_empty_one_says_what_to_do(hand: Hand) -> None:
    hand.type("trunk.search", "l1")
    assert [row[2] for row in hand.rows("trunk.list")] == ["10"]

    hand.type("trunk.search", "zebra")
    assert hand.words("trunk.empty.words") == "No lot like this"

    hand.find("trunk.search", QLineEdit).clear()
    hand.stage.settle()
    hand.press("trunk.filter.soon_90")
    assert [row[2] for row in hand.rows("trunk.list")] == ["4"]


def test_who_has_no_trunk_is_told_how_to_get_one(make_stage: Callable[..., Any], sqlite_world: Any) -> None:
    stage = make_stage(sqlite_world.tablet("boss", "manager"))
    stage.go("trunk")

    assert Hand(stage).words("trunk.empty.words") == "No trunk is yours yet"


# -- selling ----------------------------------------------------------------------------------------------------------


def test_three_taps_sell_a_lot_and_the_trunk_is_down_at_once(hand: Hand, rep: Any) -> None:
    hand.tap_row("trunk.list", 0)
    hand.stage.wait(lambda: hand.sees("trunk.sale.account.panel"))
    hand.tap_row("trunk.sale.account.choices", 0)
    assert hand.words("trunk.sale.total") == "$100.00"

    hand.press("trunk.sale.record")

    assert rep.one(BALANCE.format(lot="l2")) == 3
    assert hand.stage.toasts == ["Saved — waiting to send (1)"]
    assert [row[2] for row in hand.rows("trunk.list")] == ["3", "10"]
    assert hand.rows("trunk.day.list") == [("Sale RE-A-0001", "Saved, waiting to send")]
    assert rep.rows("SELECT unit_price, extended, lot_id FROM order_line") == [(100_0000, 100_00, "l2")]
    assert rep.one("SELECT count(*) FROM draft") == 0


def test_no_more_can_be_sold_than_there_is(hand: Hand, rep: Any) -> None:
    hand.tap_row("trunk.list", 0)
    hand.choose_customer("hospital a1")

    hand.type("trunk.sale.item.0.qty.figure", "99")
    assert hand.find("trunk.sale.item.0.qty").value() == 4  # type: ignore[attr-defined]
    assert hand.find("trunk.sale.item.0.qty.figure", QLineEdit).text() == "4"
    assert not hand.find("trunk.sale.item.0.qty.more", QAbstractButton).isEnabled()
    hand.press("trunk.sale.record")

    assert rep.one(BALANCE.format(lot="l2")) == 0
    assert rep.one("SELECT sum(qty) FROM order_line") == 4


def test_a_product_without_a_lot_is_served_first_expired_first_over_several_lots(
    hand: Hand, rep: Any
) -> None:
    hand.tap_row("trunk.list", 0)
    hand.press("trunk.sale.item.0.remove")
    hand.type("trunk.sale.add", "stent")
    hand.stage.wait(lambda: hand.sees("trunk.sale.add.panel"))
    QTest.keyClick(hand.find("trunk.sale.add", QLineEdit), Qt.Key.Key_Return)
    hand.stage.settle()
    hand.choose_customer("hospital a1")
    hand.type("trunk.sale.item.0.qty.figure", "6")
    assert hand.words("trunk.sale.item.0.lots") == "First expired first: Lot L2 × 4 + Lot L1 × 2"

    hand.press("trunk.sale.record")

    assert rep.rows("SELECT lot_id, qty FROM order_line ORDER BY line_no") == [("l2", 4), ("l1", 2)]


def test_a_sale_the_rules_refuse_shows_every_reason_and_can_be_recorded_anyway(hand: Hand, rep: Any) -> None:
    hand.stage.go("trunk", lot_id="l2", sell_to="a3")
    hand.stage.settle()
    told = hand.find("trunk.sale.findings").accessibleDescription()
    assert "Account on hold" in told
    assert "PO number missing" in told

    hand.press("trunk.sale.record")
    assert rep.one("SELECT count(*) FROM outbox") == 0
    assert hand.words("trunk.sale.headline").startswith("Not recorded yet")
    assert rep.one("SELECT count(*) FROM draft") == 1

    hand.press("trunk.sale.anyway")
    assert rep.rows("SELECT command, guess FROM outbox") == [("SellFromTrunk", "applied_exception")]
    assert rep.one(BALANCE.format(lot="l2")) == 3


def test_a_po_number_given_after_a_refusal_is_taken(hand: Hand, rep: Any, sqlite_world: Any) -> None:
    from sync.server.feed import unit_of_work

    with unit_of_work(sqlite_world.engine) as work:
        [row] = [dict(one) for one in _accounts(sqlite_world) if one["id"] == "a2"]
        work.put("account", [{**row, "po_required": 1}])
    hand.stage.sync()
    hand.stage.go("trunk", lot_id="l2", sell_to="a2")
    hand.stage.settle()
    hand.press("trunk.sale.record")
    number = rep.one("SELECT json_extract(body, '$.number') FROM draft")

    hand.type("trunk.sale.po", "PO-77")
    hand.press("trunk.sale.record")

    assert rep.rows("SELECT number, po_number, state FROM sales_order") == [(number, "PO-77", "delivered")]


def test_a_sale_being_put_together_survives_a_restart(
    hand: Hand, rep: Any, sqlite_world: Any, make_stage: Callable[..., Any]
) -> None:
    hand.stage.go("trunk", lot_id="l1", sell_to="a2")
    hand.stage.settle()
    hand.type("trunk.sale.item.0.qty.figure", "3")
    hand.stage.window.leave()
    hand.stage.settle()

    again = make_stage(sqlite_world.reopen(rep))
    again.go("trunk")

    other = Hand(again)
    assert other.words("trunk.sale.account_name") == "Hospital a2"
    assert other.find("trunk.sale.item.0.qty").value() == 3  # type: ignore[attr-defined]


def test_a_sale_put_away_can_be_had_back(hand: Hand) -> None:
    hand.tap_row("trunk.list", 1)
    hand.press("trunk.sale.close")
    assert not hand.sees("trunk.sale.record")

    hand.press("toast.action")

    assert hand.words("trunk.sale.item.0.product") == "Stent p1"


def test_why_a_price_is_one_tap_away(hand: Hand) -> None:
    hand.stage.go("trunk", lot_id="l1", sell_to="a1")
    hand.stage.settle()

    hand.press("trunk.sale.item.0.why")

    assert hand.words("why_price_sheet.product") == "Stent p1"
    hand.press("why_price_sheet.close")


# -- both sides -------------------------------------------------------------------------------------------------------


def test_after_a_sync_both_tablets_agree(hand: Hand, rep: Any, sqlite_world: Any) -> None:
    hand.stage.go("trunk", lot_id="l2", sell_to="a1")
    hand.stage.settle()
    hand.press("trunk.sale.record")
    hand.press("trunk.count_it")
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "9", enter=True)
    hand.press("count.review")
    hand.press("review.variance.0.reason.lost")
    hand.press("review.sign")
    hand.press("summary.trunk")

    hand.stage.sync()
    boss = sqlite_world.tablet("boss", "manager")

    stock = "SELECT lot_id, qty FROM balance WHERE location_id='trunk-rep' ORDER BY 1"
    assert rep.rows(stock) == boss.rows(stock) == sqlite_world.rows(stock) == [("l1", 9), ("l2", 3)]
    assert rep.one("SELECT count(*) FROM guess") == 0
    assert {row[1] for row in hand.rows("trunk.day.list")} == {"Confirmed"}


def test_no_part_flashes_up_as_a_window_of_its_own(stage: Any, qapp: Any) -> None:
    class Watch(QObject):
        seen: list[str] = []  # noqa: RUF012

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    hand = Hand(stage)
    stage.go("trunk", lot_id="l2", sell_to="a1")
    hand.press("trunk.sale.close")
    hand.press("trunk.count_it")
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "9", enter=True)
    hand.press("count.review")
    qapp.removeEventFilter(watch)

    assert watch.seen == []


def test_everything_that_is_tapped_is_big_enough_and_has_a_name(hand: Hand) -> None:
    hand.stage.go("trunk", lot_id="l2", sell_to="a1")
    hand.stage.settle()
    for page in ("trunk.sale", "trunk.lots"):
        for made in hand.find(page).findChildren(QAbstractButton):
            if made.isVisible() and made.objectName():
                assert made.accessibleName(), made.objectName()
                assert made.height() >= TOUCH, (made.objectName(), made.height())
                assert made.width() >= TOUCH, (made.objectName(), made.width())


def _accounts(world: Any) -> list[Any]:
    from sqlalchemy import select

    from app.store.engine import reading
    from app.store.tables import account

    with reading(world.engine) as connection:
        return list(connection.execute(select(account)).mappings())
