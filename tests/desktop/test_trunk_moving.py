"""Moving goods by hand: recalled lots, scrap, handing and taking over, filling up, another lot, a second count."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget
from trunk_kit import KIMS as OTHER, Hand, kim_sends, less, more

from app.desktop.theme import TOUCH
from sync.server.feed import unit_of_work

BALANCE = "SELECT qty FROM balance WHERE id='trunk-rep|p1|{lot}'"


def _place(row_id: str, kind: str, custodian: str | None) -> dict[str, Any]:
    territory = "north" if custodian else None
    return {
        "id": row_id, "name": f"Trunk of {custodian}", "kind": kind, "custodian": custodian,
        "territory_id": territory, "origin": "test",
    }  # fmt: skip


@pytest.fixture
def kim(sqlite_world: Any) -> Any:
    """A colleague with a trunk, and the places of the books."""
    virtual = ("v:transit", "v:scrap", "v:quarantine", "v:samples", "v:loaned")
    with unit_of_work(sqlite_world.engine) as work:
        work.put("location", [_place(OTHER, "trunk", "kim"), *(_place(v, "virtual", None) for v in virtual)])
    return sqlite_world.tablet("kim")


@pytest.fixture
def hand(kim: Any, stage: Any) -> Hand:
    stage.sync()
    stage.window.activateWindow()
    stage.go("trunk")
    return Hand(stage)


def recall(world: Any, lot_id: str) -> None:
    with unit_of_work(world.engine) as work:
        [row] = [
            dict(one._mapping)
            for one in work.connection.exec_driver_sql(f"SELECT * FROM lot WHERE id='{lot_id}'")
        ]
        work.put("lot", [{**row, "recalled_on": "2026-11-20"}])


# -- a lot ------------------------------------------------------------------------------------------------------------


def test_a_recalled_lot_is_set_aside_with_two_taps_and_never_sold(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    recall(sqlite_world, "l2")
    hand.stage.sync()
    assert hand.rows("trunk.list")[0][1] == "Recalled"

    hand.tap_row("trunk.list", 0)
    assert not hand.sees("trunk.sale.record")
    assert not hand.sees("trunk.lot.sell")
    assert "Recalled" in hand.words("trunk.lot.warns")
    hand.press("trunk.lot.quarantine")
    hand.press("trunk.move.save")

    assert rep.rows("SELECT lot_id, qty FROM balance WHERE location_id='trunk-rep' AND qty <> 0") == [
        ("l1", 10)
    ]
    assert rep.rows(
        "SELECT kind, qty, reason FROM movement WHERE document_id IN (SELECT op_id FROM outbox)"
    ) == [("quarantine", 4, "Recalled")]
    assert hand.stage.toasts == ["Saved — waiting to send (1)"]
    assert not hand.sees("trunk.lot_panel")


def test_that_a_recalled_lot_was_sold_can_be_told_and_becomes_a_case(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    recall(sqlite_world, "l2")
    hand.stage.sync()
    hand.tap_row("trunk.list", 0)

    hand.press("trunk.lot.sold_already")
    hand.choose_customer("hospital a1")
    hand.press("trunk.sale.record")
    hand.press("trunk.sale.anyway")

    assert rep.rows("SELECT command, guess FROM outbox") == [("SellFromTrunk", "applied_exception")]


def test_scrapping_asks_how_many_and_why(hand: Hand, rep: Any) -> None:
    more(hand, 1)
    hand.press("trunk.lot.scrap")
    assert hand.words("trunk.move.hint") == "Say why."
    assert not hand.find("trunk.move.save", QAbstractButton).isEnabled()

    hand.type("trunk.move.qty.figure", "3")
    hand.press("trunk.move.reason.suggest.0")
    assert hand.find("trunk.move.save", QAbstractButton).text() == "Scrap 3 units"
    hand.press("trunk.move.save")

    assert rep.one(BALANCE.format(lot="l1")) == 7
    assert hand.rows("trunk.day.list") == [("Scrapped", "Saved, waiting to send")]


def test_no_more_can_be_moved_than_there_is(hand: Hand) -> None:
    more(hand, 0)
    hand.press("trunk.lot.sample")

    hand.type("trunk.move.qty.figure", "99")

    assert hand.find("trunk.move.qty.figure", QLineEdit).text() == "4"


def test_the_keyboard_opens_a_lots_actions(hand: Hand) -> None:
    table = hand.find("trunk.list", QTableView)
    table.setFocus(Qt.FocusReason.TabFocusReason)

    QTest.keyClick(table, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    hand.stage.settle()

    assert hand.words("trunk.lot.number") == "Lot L2"


def test_a_sale_that_was_begun_waits_while_a_lot_is_looked_at(hand: Hand) -> None:
    hand.tap_row("trunk.list", 0)
    more(hand, 1)
    assert not hand.sees("trunk.sale.record")

    hand.press("trunk.lot.close")

    assert hand.sees("trunk.sale.record")


# -- transfers --------------------------------------------------------------------------------------------------------


def test_goods_are_handed_over_and_the_colleague_takes_less_with_a_reason(
    hand: Hand, rep: Any, kim: Any, make_stage: Callable[..., Any], sqlite_world: Any
) -> None:
    more(hand, 1)
    hand.press("trunk.lot.hand_over")
    assert not hand.sees("trunk.giving.hint")  # there is only one colleague, and they are chosen
    hand.type("trunk.giving.line.0.qty.figure", "3")
    hand.press("trunk.giving.save")
    hand.press("codes_sheet.done")
    assert rep.one(BALANCE.format(lot="l1")) == 7
    hand.press("trunk.transfers")
    assert hand.rows("ways.list")[0][1] == "On its way from you"
    hand.stage.sync()

    kim.sync()
    other = Hand(make_stage(kim))
    other.stage.go("trunk")
    assert other.find("trunk.transfers", QAbstractButton).text() == "On the way: 1 for you"
    other.press("trunk.transfers")
    less(other, "ways.line.0.qty")
    assert other.words("ways.hint") == "Say why it differs: Lot L1."
    assert not other.find("ways.accept", QAbstractButton).isEnabled()
    other.press("ways.line.0.why.suggest.0")
    other.press("ways.accept")
    other.stage.sync()

    assert sqlite_world.one(f"SELECT qty FROM balance WHERE id='{OTHER}|p1|l1'") == 2
    assert sqlite_world.one("SELECT reason FROM transfer") == "Not in the parcel"
    hand.stage.sync()
    assert hand.rows("ways.list")[0][1] == "Not all was received"
    hand.press("ways.accept")
    assert rep.one(BALANCE.format(lot="l1")) == 8
    assert hand.sees("ways.empty")


def test_a_transfer_is_declined_with_a_reason_only(hand: Hand, kim: Any, rep: Any) -> None:
    kim_sends(kim, 2)
    hand.stage.sync()
    hand.press("trunk.transfers")

    hand.press("ways.decline")
    assert not hand.find("ways.decline", QAbstractButton).isEnabled()
    hand.type("ways.decline.reason", "Not for me")
    hand.press("ways.decline")

    assert rep.rows("SELECT state, reason FROM transfer") == [("declined", "Not for me")]
    assert rep.one("SELECT command FROM outbox") == "ReceiveTransfer"


def test_today_leads_to_goods_that_are_on_their_way(hand: Hand, kim: Any) -> None:
    kim_sends(kim, 2)
    hand.stage.sync()

    hand.stage.go("today")
    hand.tap_row("today.needs.table", 0)

    assert hand.words("ways.detail.title") == "From Trunk of kim"


def test_what_is_entered_is_kept_while_the_device_syncs(hand: Hand, kim: Any) -> None:
    kim_sends(kim, 2)
    hand.stage.sync()
    hand.press("trunk.transfers")
    less(hand, "ways.line.0.qty")

    hand.stage.sync()
    hand.stage.window.screens["trunk"].reload()
    hand.stage.settle()

    assert hand.find("ways.line.0.qty").value() == 1  # type: ignore[attr-defined]


def test_a_lent_lot_is_brought_back_from_the_list(hand: Hand, rep: Any) -> None:
    more(hand, 1)
    hand.press("trunk.lot.loan")
    hand.type("trunk.move.qty.figure", "3")
    hand.type("trunk.move.reason", "Dr. Moe")
    hand.press("trunk.move.save")
    hand.press("trunk.transfers")
    assert hand.rows("ways.list")[0][1] == "Lent"

    less(hand, "ways.line.0.qty")
    hand.press("ways.accept")

    assert rep.one(BALANCE.format(lot="l1")) == 9


# -- filling up -------------------------------------------------------------------------------------------------------


def test_one_tap_asks_for_what_is_below_par_and_it_is_not_asked_for_twice(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    level = {"id": "par", "location_id": "trunk-rep", "product_id": "p1", "min_qty": 15, "par_qty": 20}
    with unit_of_work(sqlite_world.engine) as work:
        work.put("par_level", [{**level, "origin": "test"}])
    hand.stage.sync()
    assert hand.find("trunk.refill", QAbstractButton).text() == "Fill up: 1 below par"

    hand.press("trunk.refill")
    assert hand.words("refill.total") == "1 product · 6 units"
    less(hand, "refill.line.0.qty")
    hand.press("refill.ask")

    assert rep.rows("SELECT state, from_location, to_location FROM transfer") == [
        ("requested", "wh", "trunk-rep")
    ]
    assert rep.one("SELECT asked FROM transfer_line") == 5
    assert hand.sees("trunk.list")
    hand.press("trunk.refill")
    assert hand.words("refill.empty.words") == "Nothing to ask for"


# -- the lot that should go first -------------------------------------------------------------------------------------


def test_another_lot_than_the_first_to_expire_is_sold_with_its_reason(hand: Hand, rep: Any) -> None:
    hand.stage.go("trunk", lot_id="l1", sell_to="a1")
    hand.stage.settle()
    assert hand.words("trunk.sale.item.0.first") == "Should go first: Lot L2, expires Jan 31, 2027"
    assert hand.words("trunk.sale.hint") == "Say why Lot L1 goes before a lot that expires earlier."
    assert "before" not in hand.words("trunk.sale.total")
    assert not hand.find("trunk.sale.record", QAbstractButton).isEnabled()

    hand.type("trunk.sale.item.0.override", "kept for a case")
    told = hand.find("trunk.sale.findings").accessibleDescription()
    assert "Lot L1 goes out before L2, which expire earlier: kept for a case." in told
    hand.press("trunk.sale.record")

    [(payload,)] = rep.rows("SELECT payload FROM outbox")
    assert b"kept for a case" in payload
    assert rep.one(BALANCE.format(lot="l1")) == 9


# -- a second count ---------------------------------------------------------------------------------------------------


def test_a_large_difference_is_counted_twice_before_it_can_be_signed(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.put("policy", [{"id": "variance_limit", "value": json.dumps(2), "origin": "test"}])
    hand.stage.sync()
    hand.press("trunk.count_it")
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "7", enter=True)
    hand.press("count.review")
    assert hand.words("count.second").startswith("Count this lot a second time")
    assert hand.words("count.progress") == "Second count: 0 of 1 lot"
    assert [row[1] for row in hand.rows("count.list")] == [""]
    assert not hand.find("count.review", QAbstractButton).isEnabled()

    hand.tap_row("count.list", 0)
    hand.type("count.figure", "7", enter=True)
    hand.press("count.review")
    assert hand.words("review.variance.0.second") == "Counted twice. More than 2: it goes for approval."
    hand.press("review.variance.0.reason.lost")
    hand.press("review.sign")

    [(payload,)] = rep.rows("SELECT payload FROM outbox")
    assert b'"recounted":true' in payload.replace(b" ", b"")


# -- for every hand ---------------------------------------------------------------------------------------------------


def test_every_control_is_named_and_high_enough_for_a_finger(hand: Hand, kim: Any) -> None:
    kim_sends(kim, 2)
    hand.stage.sync()
    more(hand, 1)
    hand.press("trunk.lot.hand_over")
    check(hand.find("trunk.giving"))
    hand.press("trunk.transfers")
    less(hand, "ways.line.0.qty")
    check(hand.find("trunk.ways"))


def check(page: QWidget) -> None:
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for one in page.findChildren(kind):
            if one.isVisible() and not isinstance(one.parent(), QLineEdit):
                assert one.accessibleName(), one.objectName()
                assert one.objectName()
                assert one.height() >= TOUCH - 2, (one.objectName(), one.height())
    for words in [one for one in page.findChildren(QLabel) if one.isVisible()]:
        assert words.mapTo(page, QPoint(0, 0)).x() + words.width() <= page.width() + 1, words.objectName()
