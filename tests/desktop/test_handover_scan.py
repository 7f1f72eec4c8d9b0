"""Goods handed over between two tablets without a network: the giver's codes under the taker's scanner."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from trunk_kit import Hand
from wedge_kit import Keys, with_codes

from app.desktop.pictures import drawn
from app.desktop.widgets.scan_sheet import ScanSheet
from app.domain.commands import MoveLine
from app.store.engine import reading
from app.workspace import handing, moving
from sync.server.feed import unit_of_work

OTHER = "trunk-mate"


@pytest.fixture
def mate(sqlite_world: Any) -> Any:
    """The taker's tablet; the goods of the small world have numbers."""
    with_codes(sqlite_world)
    small_world = sys.modules[type(sqlite_world).__module__]
    with unit_of_work(sqlite_world.engine) as work:
        virtual = small_world.place("v:transit", "virtual")
        work.put("location", [small_world.place(OTHER, "trunk", "mate"), virtual])
    return sqlite_world.tablet("mate")


@pytest.fixture
def giver(mate: Any, sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


@pytest.fixture
def hand(make_stage: Any, mate: Any) -> Hand:
    stage = make_stage(mate)
    stage.window.activateWindow()
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("trunk")
    return Hand(stage)


@pytest.fixture
def parts(giver: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Three of L1 and four of L2, in several codes: a part holds little here."""
    monkeypatch.setattr("app.workspace.code_parts.PART_LENGTH", 200)
    lines = (MoveLine(product_id="p1", lot_id="l1", qty=3), MoveLine(product_id="p1", lot_id="l2", qty=4))
    command = moving.hand_over(giver.workspace, "trunk-rep", OTHER, lines)
    assert giver.workspace.perform(command).saved
    with reading(giver.workspace.reader) as connection:
        return handing.hand_over_codes(connection, command.op_id)


def test_goods_are_taken_over_from_codes_read_in_any_order(
    hand: Hand, parts: tuple[str, ...], mate: Any
) -> None:
    keys = Keys(hand.stage)
    assert len(parts) > 2

    for part in reversed(parts[1:]):
        keys.scan(part)
    assert hand.words("scan_sheet.refusal.title") == "Codes are still missing"
    assert hand.words("scan_sheet.refusal.says") == f"Of {len(parts)} codes these are missing: 1."
    keys.scan(parts[0])

    assert not hand.sees("scan_sheet")
    said = [one.text() for one in hand.find("take_sheet").findChildren(QLabel)]
    assert said.count("Stent p1") == 2
    assert {"3 units", "4 units"} <= set(said)
    hand.press("take_sheet.take")
    assert mate.one("SELECT sum(qty) FROM balance WHERE location_id='trunk-mate'") == 7


def test_codes_that_were_taken_once_are_not_taken_twice(hand: Hand, parts: tuple[str, ...]) -> None:
    keys = Keys(hand.stage)
    for _ in range(2):
        for part in parts:
            keys.scan(part)
        if hand.sees("take_sheet"):
            hand.press("take_sheet.take")

    assert hand.words("scan_sheet.refusal.title") == "Taken already"


def test_codes_for_somebody_else_are_refused_in_words(
    make_stage: Any, giver: Any, parts: tuple[str, ...]
) -> None:
    stage = make_stage(giver)
    stage.window.activateWindow()
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("trunk")
    hand = Hand(stage)

    for part in parts:
        Keys(stage).scan(part)

    assert hand.words("scan_sheet.refusal.title") == "Not handed over to you"
    assert hand.words("scan_sheet.refusal.next").startswith("The person who keeps")


def test_a_damaged_code_is_told_and_the_next_try_starts_afresh(hand: Hand, parts: tuple[str, ...]) -> None:
    keys = Keys(hand.stage)
    broken = parts[0][:-3] + ("AAA" if parts[0][-3:] != "AAA" else "BBB")
    for part in (broken, *parts[1:]):
        keys.scan(part)

    assert hand.words("scan_sheet.refusal.title") == "Code misread"
    for part in parts:
        keys.scan(part)

    assert hand.sees("take_sheet")


def test_the_camera_reads_part_after_part_without_a_tap(
    hand: Hand, parts: tuple[str, ...], mate: Any
) -> None:
    hand.press("trunk.scan")
    sheet = hand.find("scan_sheet", ScanSheet)
    entered: list[str] = []
    sheet.entered.connect(entered.append)

    for part in parts:
        for _ in range(3):  # the same code stays before the camera for some frames
            sheet.on_frame(drawn(part))
        hand.stage.settle()

    assert entered == list(parts)
    hand.press("take_sheet.take")
    assert mate.one("SELECT sum(qty) FROM balance WHERE location_id='trunk-mate'") == 7
