"""Journeys: every way in which goods move, from the Trunk by touch: taken over short and over, sent back, scrapped,
given as a sample, lent and brought back, told used at a customer. Each ends in the server's books.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
from finger import Finger, finger_at
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QTableView
from wedge_kit import L1, L2, STENT, Keys, with_codes

from app.domain.commands import MoveLine
from app.workspace import moving
from sync.server.feed import unit_of_work
from sync.server.verify import verify

KIM = "trunk-kim"


@pytest.fixture
def world(sqlite_world: Any) -> Any:
    """A colleague with goods in a trunk of their own, and the places of the books."""
    with_codes(sqlite_world)
    small_world = sys.modules[type(sqlite_world).__module__]
    virtual = ("v:transit", "v:scrap", "v:quarantine", "v:samples", "v:loaned")
    with unit_of_work(sqlite_world.engine) as work:
        work.put("location", [small_world.place(one, "virtual") for one in virtual])
        work.put("location", [small_world.place(KIM, "trunk", "kim")])
        for lot in ("l1", "l2"):
            small_world.receive(work, f"kim-{lot}", KIM, "p1", lot, 9)
    return sqlite_world


@pytest.fixture
def rep(world: Any) -> Any:
    return world.tablet("rep")


@pytest.fixture
def finger(stage: Any) -> Finger:
    made = finger_at(stage)
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("trunk")
    return made


def more(finger: Finger, row: int) -> None:
    """A tap on the last column of a lot."""
    table = finger.find("trunk.list", QTableView)
    finger.tap_row("trunk.list", row, table.model().columnCount() - 1)


def change(world: Any, kind: str, row_id: str, **changes: Any) -> None:
    with unit_of_work(world.engine) as work:
        row = work.connection.exec_driver_sql(f"SELECT * FROM {kind} WHERE id='{row_id}'").mappings().one()
        work.put(kind, [{**row, **changes}])


def held(world: Any, place: str) -> dict[str, int]:
    rows = world.rows(f"SELECT lot_id, qty FROM balance WHERE location_id='{place}' AND qty <> 0")
    return dict(rows)


def send_two_lots(world: Any) -> None:
    """The colleague hands over three of one lot and two of another, and syncs."""
    kim = world.tablet("kim")
    lines = (MoveLine(product_id="p1", lot_id="l1", qty=3), MoveLine(product_id="p1", lot_id="l2", qty=2))
    assert kim.workspace.perform(moving.hand_over(kim.workspace, KIM, "trunk-rep", lines)).saved
    kim.sync()


def test_goods_are_received_short_and_over_with_their_reasons(finger: Finger, world: Any) -> None:
    send_two_lots(world)
    finger.stage.sync()

    with finger.at_most(6, "receive two lots, one short and one over"):
        finger.tap("trunk.transfers")
        finger.tap("ways.line.0.qty.less")
        finger.tap("ways.line.0.why.suggest.0")
        finger.tap("ways.line.1.qty.more")
        finger.tap("ways.line.1.why.suggest.2")
        finger.tap("ways.accept")

    finger.stage.sync()
    assert world.rows("SELECT lot_id, sent, received FROM transfer_line ORDER BY lot_id") == [
        ("l1", 3, 2),
        ("l2", 2, 3),
    ]
    assert world.one("SELECT reason FROM transfer") == "Not in the parcel; More was packed"
    assert held(world, "trunk-rep") == {"l1": 12, "l2": 7}
    assert verify(world.engine) == []


def test_a_label_scanned_by_hand_on_the_way_points_at_its_line(finger: Finger, world: Any) -> None:
    send_two_lots(world)
    finger.stage.sync()
    finger.tap("trunk.transfers")

    with finger.at_most(1, "find the line of a label on the way"):
        finger.tap("ways.scan")
        finger.type("scan_sheet.code", L2, enter=True)

    assert not finger.sees("scan_sheet")
    pointed_at = finger.stage.window.focusWidget()
    assert pointed_at is not None
    assert pointed_at.objectName() == "ways.line.1.qty.figure"


def test_goods_go_back_to_the_warehouse_a_recalled_lot_among_them(finger: Finger, world: Any) -> None:
    change(world, "lot", "l2", recalled_on="2026-11-20")
    finger.stage.sync()

    with finger.at_most(3, "send a lot and a recalled one back to the warehouse"):
        more(finger, 1)
        finger.tap("trunk.lot.return")
        Keys(finger.stage).scan(f"01{STENT}10L2")
        assert [finger.words(f"trunk.giving.line.{at}.lot").split(" · ")[0] for at in (0, 1)] == [
            "Lot L1",
            "Lot L2",
        ]
        finger.type("trunk.giving.line.1.qty.figure", "4")
        finger.tap("trunk.giving.save")

    assert not finger.sees("codes_sheet")
    finger.stage.sync()
    assert world.rows("SELECT state, to_location FROM transfer") == [("in_transit", "wh")]
    assert held(world, "trunk-rep") == {"l1": 9}
    assert held(world, "v:transit") == {"l1": 1, "l2": 4}
    assert verify(world.engine) == []


@pytest.mark.parametrize(
    ("action", "taps", "place"),
    [("scrap", 4, "v:scrap"), ("sample", 4, "v:samples"), ("quarantine", 4, "v:quarantine")],
)
def test_a_unit_is_scrapped_given_or_set_aside_with_its_reason(
    finger: Finger, world: Any, action: str, taps: int, place: str
) -> None:
    with finger.at_most(taps, f"{action} one unit"):
        more(finger, 1)
        finger.tap(f"trunk.lot.{action}")
        finger.tap("trunk.move.reason.suggest.0")
        finger.tap("trunk.move.save")

    finger.stage.sync()
    assert held(world, place) == {"l1": 1}
    assert held(world, "trunk-rep") == {"l1": 9, "l2": 4}
    assert verify(world.engine) == []


def test_a_unit_is_lent_and_brought_back(finger: Finger, world: Any) -> None:
    with finger.at_most(3, "lend one unit"):
        more(finger, 1)
        finger.tap("trunk.lot.loan")
        finger.type("trunk.move.reason", "Dr. Moe, until Friday")
        finger.tap("trunk.move.save")
    finger.stage.sync()
    assert held(world, "v:loaned") == {"l1": 1}

    with finger.at_most(2, "bring a lent unit back"):
        finger.tap("trunk.transfers")
        finger.tap("ways.accept")

    finger.stage.sync()
    assert held(world, "v:loaned") == {}
    assert held(world, "trunk-rep") == {"l1": 10, "l2": 4}
    assert verify(world.engine) == []


@pytest.mark.parametrize("replace", [False, True], ids=["bill-only", "bill-and-replace"])
def test_a_use_at_a_customer_is_told_from_the_trunk_with_the_customers_own_po_number(
    finger: Finger, world: Any, replace: bool
) -> None:
    world.consign()
    change(world, "account", "a1", po_required=1)
    finger.stage.sync()

    with finger.at_most(3 if replace else 4, f"tell a use, {'to be replaced' if replace else 'bill only'}"):
        finger.tap("trunk.use")
        finger.tap_row("accounts.consigned.list", 0)
        assert finger.words("accounts.usage.po.field.label") == "PO number (needed)"
        finger.type("accounts.usage.po", "PO-2026-117")
        finger.type("accounts.usage.case", "OR 4 / 1187")
        if not replace:
            finger.tap("accounts.usage.bill_only")
        finger.tap("accounts.usage.record")

    finger.stage.sync()
    assert world.rows("SELECT type, account_id, po_number, case_ref, total FROM sales_order") == [
        ("bill_only", "a1", "PO-2026-117", "OR 4 / 1187", 100_00)
    ]
    assert world.rows("SELECT state, to_location FROM transfer") == (
        [("requested", "shelf")] if replace else []
    )
    assert held(world, "shelf") == {"l1": 5, "l2": 1}
    assert verify(world.engine) == []


def test_of_several_customers_one_is_chosen(finger: Finger, world: Any) -> None:
    world.consign()
    world.consign("shelf-2", "s2")
    finger.stage.sync()

    with finger.at_most(2, "choose the customer of a use"):
        finger.tap("trunk.use")
        finger.tap_row("trunk.use_at.list", 1)

    assert finger.stage.went[-1] == ("accounts", {"account_id": "a2", "consigned": True})
    assert finger.sees("accounts.consigned.list")


def test_where_nothing_is_consigned_the_way_says_so(finger: Finger) -> None:
    finger.tap("trunk.use")

    assert finger.stage.toasts[-1].startswith("No goods that you answer for lie at a customer.")


def test_a_lot_whose_label_is_recalled_is_not_handed_over_by_scan(finger: Finger, world: Any) -> None:
    change(world, "lot", "l2", recalled_on="2026-11-20")
    finger.stage.sync()
    finger.tap("trunk.hand_over")

    Keys(finger.stage).scan(L2)
    assert finger.words("scan_sheet.refusal.title") == "RECALLED – do not use"
    Keys(finger.stage).scan(L1)

    assert finger.words("trunk.giving.line.0.lot").startswith("Lot L1")
    assert not finger.find("trunk.giving.save", QAbstractButton).text().endswith("2 units")
