"""A day end over a trunk of sixty lots, by scan: five taps, three variances, one of them counted twice.

It ends in what the summary says and in what the server's books say.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from finger import Finger, finger_at
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from wedge_kit import STENT, Keys, with_codes

from sync.server.feed import unit_of_work
from sync.server.verify import verify

TRUNK = "trunk-rep"
LIMIT = 2  # base units; more is counted twice
MANY = 10  # of L1: its label is scanned once, and the figure typed
EXPIRES = "2027-09-30"
SHORT, SURPLUS, LARGE = "m-03", "m-07", "m-11"  # lots that differ: one missing, one too many, three missing
LOTS = tuple(f"m-{n:02}" for n in range(36))
SERIALS = tuple(f"s-{n:02}" for n in range(22))


def gtin(number: int) -> str:
    """A GTIN-14 of this number, with its check digit."""
    digits = f"{number:013}"
    total = sum(int(one) * (3 if at % 2 == 0 else 1) for at, one in enumerate(digits))
    return f"{digits}{-total % 10}"


MESH, PUMP = gtin(703206980501), gtin(703206980502)


def booked(lot_id: str) -> int:
    """Base units of a lot of Mesh in the books: one or two, a few of the large one."""
    return 5 if lot_id == LARGE else 1 + int(lot_id[2:]) % 2


def there(lot_id: str) -> int:
    """Base units that lie in the trunk."""
    return booked(lot_id) + {SHORT: -1, SURPLUS: 1, LARGE: -3}.get(lot_id, 0)


def label(lot_id: str) -> str:
    """What is on the goods, as a scanner sends it."""
    if lot_id in ("l1", "l2"):
        return f"01{STENT}17{'270630' if lot_id == 'l1' else '270131'}10{lot_id.upper()}"
    if lot_id in SERIALS:
        return f"01{PUMP}1727093021{lot_id.upper()}"
    return f"01{MESH}1727093010{lot_id.upper()}"


def stock(world: Any) -> None:
    """Sixty lots in the trunk: two of the small world, 36 lots of Mesh, 22 serial numbers of Pump; and their par."""
    with_codes(world)
    small_world = sys.modules[type(world).__module__]
    lot = {"expires": EXPIRES, "recalled_on": None, "origin": "test"}
    with unit_of_work(world.engine) as work:
        work.put(
            "product",
            [
                small_world.product("p3", name="Mesh", gtin=MESH),
                small_world.product("p4", name="Pump", gtin=PUMP, tracking="serial"),
            ],
        )
        meshes = [{"id": one, "product_id": "p3", "lot_number": one.upper(), "serial": ""} for one in LOTS]
        pumps = [{"id": one, "product_id": "p4", "lot_number": "", "serial": one.upper()} for one in SERIALS]
        work.put("lot", [{**one, **lot} for one in (*meshes, *pumps)])
        for one in LOTS:
            small_world.receive(work, f"put-{one}", TRUNK, "p3", one, booked(one))
        for one in SERIALS:
            small_world.receive(work, f"put-{one}", TRUNK, "p4", one, 1)
        level = {"location_id": TRUNK, "origin": "test"}
        held = sum(booked(one) for one in LOTS)
        work.put(
            "par_level",
            [
                {"id": "par-1", "product_id": "p3", "min_qty": held, "par_qty": held, **level},
                {"id": "par-2", "product_id": "p4", "min_qty": 20, "par_qty": 22, **level},
            ],
        )
        work.put("policy", [{"id": "variance_limit", "value": json.dumps(LIMIT), "origin": "test"}])


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    stock(sqlite_world)
    return sqlite_world.tablet("rep")


@pytest.fixture
def finger(stage: Any) -> Finger:
    made = finger_at(stage)
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("today")
    return made


def scan_all(keys: Keys, finger: Finger) -> None:
    """Every unit under the scanner; of the many of L1 one label, and the figure."""
    keys.scan(label("l1"))
    keys.type(str(MANY), end=Qt.Key.Key_Return)
    for _ in range(4):
        keys.scan(label("l2"))
    for one in LOTS:
        for _ in range(there(one)):
            keys.scan(label(one))
    for at, one in enumerate(SERIALS):
        keys.scan(label(one))
        if at == len(SERIALS) - 2:
            assert finger.words("count.progress") == "59 of 60 lots"


def variance_of(finger: Finger, lot_id: str) -> str:
    """The name of the card of this lot."""
    names = [f"review.variance.{at}" for at in range(3)]
    return next(one for one in names if finger.words(f"{one}.lot") == f"Lot {lot_id.upper()}")


def test_a_day_end_over_sixty_lots_by_scan_takes_five_taps(
    finger: Finger, stage: Any, rep: Any, sqlite_world: Any
) -> None:
    keys = Keys(stage)

    with finger.at_most(5, "day end over 60 lots by scan"):
        finger.tap("today.dayEnd")
        scan_all(keys, finger)
        stage.wait(lambda: finger.sees("count.second"))  # after the scanner's pause, by itself
        stage.settle()
        assert finger.words("count.progress") == "Second count: 0 of 1 lot"
        for _ in range(there(LARGE)):
            keys.scan(label(LARGE))
        stage.wait(lambda: finger.sees("review.sign"))
        stage.settle()
        for lot_id, reason in ((SHORT, "lost"), (SURPLUS, "found"), (LARGE, "damaged")):
            finger.tap(f"{variance_of(finger, lot_id)}.reason.{reason}")
        assert finger.words("review.unsent.count") == "Nothing waits to be sent."
        finger.tap("review.sign")

    assert finger.words("summary.title").startswith("Count RE-A-")
    assert finger.words("summary.state") == "Saved — waiting to send (2)"
    assert finger.words("summary.lines").splitlines() == [
        "60 lots counted",
        "57 lots agree with the books",
        "3 variances, −3 units in all",
    ]
    assert finger.words("summary.asked.lines").startswith("3 units of 1 product (RE-A-")
    assert "Counted by me" in finger.words("summary.signature.lines")
    assert rep.one("SELECT fingerprint FROM outbox ORDER BY ord LIMIT 1") in finger.words(
        "summary.signature.lines"
    )
    stage.sync()
    stage.wait(lambda: finger.words("summary.state").startswith("Confirmed"))
    assert finger.words("summary.state") == "Confirmed; a large difference waits for approval"
    assert finger.words("summary.unsent.lines").splitlines()[0] == "Nothing waits to be sent."
    assert in_the_books(sqlite_world) == {
        "l1": MANY,
        "l2": 4,
        **{one: there(one) for one in LOTS if there(one)},
        **dict.fromkeys(SERIALS, 1),
    }
    assert sqlite_world.rows(
        "SELECT lot_id, expected, counted, reason FROM count_line WHERE counted <> expected ORDER BY lot_id"
    ) == [(SHORT, 2, 1, "lost"), (SURPLUS, 2, 3, "found"), (LARGE, 5, 2, "damaged")]
    assert sqlite_world.rows("SELECT lines, variances, signed_by FROM count_sheet") == [(60, 3, "rep")]
    assert sqlite_world.rows(
        "SELECT transfer.state, transfer.from_location, product_id, asked FROM transfer "
        "JOIN transfer_line ON transfer_line.transfer_id = transfer.id"
    ) == [("requested", "wh", "p3", 3)]
    assert verify(sqlite_world.engine) == []


def test_a_crash_in_the_middle_of_scanning_loses_no_line(
    finger: Finger, stage: Any, rep: Any, sqlite_world: Any, make_stage: Any
) -> None:
    finger.tap("today.dayEnd")
    keys = Keys(stage)
    for one in (*LOTS[:3], LOTS[1], SERIALS[0]):
        keys.scan(label(one))

    again = make_stage(sqlite_world.reopen(rep))
    other = finger_at(again)
    again.wait(lambda: QGuiApplication.focusWindow() is again.window.windowHandle())
    again.go("trunk")
    assert other.find("trunk.day_end", QAbstractButton).text() == "Go on: day end (4 counted)"
    other.tap("trunk.day_end")
    Keys(again).scan(label(LOTS[2]))

    assert other.words("count.progress") == "4 of 60 lots"
    counted = {(row[0], row[1]) for row in other.rows("count.list") if row[1]}
    assert counted == {("Mesh", "1"), ("Mesh", "2"), ("Pump", "1")}


def in_the_books(world: Any) -> dict[str, int]:
    """The server's balances of the trunk, by lot."""
    return dict(
        world.rows(
            f"SELECT lot_id, qty FROM balance WHERE location_id='{TRUNK}' AND qty <> 0 ORDER BY lot_id"
        )
    )
