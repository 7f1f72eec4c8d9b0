"""The day end on the screen: what counts by scan, what the review asks, what goes with the signature, the summary."""

from __future__ import annotations

import json
import threading
from typing import Any

import pypdfium2
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from trunk_kit import Hand
from wedge_kit import STENT, Keys, with_codes

from sync.server.feed import unit_of_work

L1, L2 = f"01{STENT}1727063010L1", f"01{STENT}1727013110L2"
BOX = f"01{'1' + STENT[1:-1] + '5'}1727063010L1"  # ten of L1


def par(product_id: str, least: int, par_qty: int) -> dict[str, Any]:
    row = {"id": f"par-{product_id}", "location_id": "trunk-rep", "product_id": product_id, "origin": "test"}
    return {**row, "min_qty": least, "par_qty": par_qty}


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    with_codes(sqlite_world)
    with unit_of_work(sqlite_world.engine) as work:
        work.put("par_level", [par("p1", 14, 14)])
        work.put("policy", [{"id": "variance_limit", "value": json.dumps(2), "origin": "test"}])
    return sqlite_world.tablet("rep")


@pytest.fixture
def hand(stage: Any) -> Hand:
    stage.window.activateWindow()
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("trunk")
    made = Hand(stage)
    made.press("trunk.day_end")
    return made


@pytest.fixture
def keys(stage: Any) -> Keys:
    return Keys(stage)


def counted(hand: Hand) -> list[str]:
    return [row[1] for row in hand.rows("count.list")]


def pause_over(hand: Hand) -> None:
    """The scanner rests: the pause ends now."""
    hand.stage.window.screens["trunk"].counting.count.pause.setInterval(0)
    hand.stage.window.screens["trunk"].reload()
    hand.stage.settle()


def look_over(hand: Hand, keys: Keys, l1: int = 1, l2: int = 4) -> None:
    """A box and single units of L1, and so many of L2; then the review."""
    keys.scan(BOX)
    for _ in range(l1 - 1):
        keys.scan(L1)
    for _ in range(l2):
        keys.scan(L2)
    hand.press("count.review")


def test_a_box_under_the_scanner_counts_what_it_holds_and_a_unit_adds_one(hand: Hand, keys: Keys) -> None:
    keys.scan(BOX)
    keys.scan(L1)

    assert counted(hand) == ["11", ""]


def test_a_figure_behind_a_scan_replaces_what_was_scanned_and_is_no_second_count(
    hand: Hand, keys: Keys, rep: Any
) -> None:
    keys.scan(L2)
    hand.type("count.figure", "4", enter=True)

    assert counted(hand) == ["", "4"]
    assert json.loads(rep.one("SELECT body FROM draft"))["lines"][0]["recounted"] is False


def test_after_the_last_lot_the_review_comes_by_itself(hand: Hand, keys: Keys) -> None:
    keys.scan(BOX)
    for _ in range(4):
        keys.scan(L2)
    assert hand.words("count.said").startswith("All are counted. The review comes by itself")

    pause_over(hand)

    assert hand.words("review.agreed") == "Everything counted agrees with the books."


def test_while_somebody_types_the_review_does_not_come_in_between(hand: Hand, keys: Keys) -> None:
    keys.scan(BOX)
    keys.scan(L2)
    QTest.keyClicks(hand.find("count.figure", QLineEdit), "4")

    assert not hand.stage.window.screens["trunk"].counting.count.pause.isActive()
    assert not hand.sees("count.said")


def test_a_scan_on_the_review_goes_on_counting(hand: Hand, keys: Keys) -> None:
    look_over(hand, keys, l2=3)
    assert hand.words("review.variance.0.difference") == "−1"

    keys.scan(L2)

    assert counted(hand) == ["10", "4"]


def test_the_second_count_shows_no_figure_and_takes_scans_from_the_start(hand: Hand, keys: Keys) -> None:
    look_over(hand, keys, l2=1)
    assert hand.words("count.progress") == "Second count: 0 of 1 lot"
    assert counted(hand) == [""]

    keys.scan(L2)
    keys.scan(L2)

    assert counted(hand) == ["2"]
    hand.press("count.review")
    assert hand.words("review.variance.0.difference") == "−2"


def test_a_lot_that_was_not_counted_is_named_and_one_tap_says_that_none_is_there(
    hand: Hand, keys: Keys
) -> None:
    keys.scan(BOX)
    hand.press("count.review")
    assert hand.words("review.uncounted") == "1 lot was not counted and stays as the books have it"
    assert hand.words("review.left.0.lot") == "Lot L2"

    hand.press("review.left.0.none")

    assert hand.words("count.progress") == "Second count: 0 of 1 lot"  # four are missing: more than the limit


def test_what_is_short_is_proposed_up_to_par_and_asked_for_with_the_signature(
    hand: Hand, keys: Keys, rep: Any
) -> None:
    look_over(hand, keys, l2=3)
    hand.press("review.variance.0.reason.lost")
    assert hand.find("review.sign", QAbstractButton).text() == "Sign, and ask for 1 unit"

    hand.press("review.sign")

    assert rep.rows("SELECT command FROM outbox ORDER BY seq") == [("CountTrunk",), ("RequestTransfer",)]
    assert rep.one("SELECT asked FROM transfer_line") == 1


def test_switched_off_nothing_is_asked_for(hand: Hand, keys: Keys, rep: Any) -> None:
    look_over(hand, keys, l2=3)
    hand.press("review.variance.0.reason.lost")
    hand.press("review.refill.ask")
    assert hand.find("review.sign", QAbstractButton).text() == "Sign and save"

    hand.press("review.sign")

    assert rep.rows("SELECT command FROM outbox") == [("CountTrunk",)]


def test_a_quantity_that_was_edited_is_asked_for(hand: Hand, keys: Keys, rep: Any) -> None:
    look_over(hand, keys, l2=3)
    hand.press("review.variance.0.reason.lost")
    hand.type("review.refill.line.0.qty.figure", "6")

    hand.press("review.sign")

    assert rep.one("SELECT asked FROM transfer_line") == 6


def test_unsent_work_is_told_before_signing(hand: Hand, keys: Keys, rep: Any) -> None:
    rep.workspace.perform(rep.sale(qty=1, lot="l2"))
    hand.stage.settle()

    look_over(hand, keys, l2=3)

    assert hand.words("review.unsent.count") == "1 entry waits to be sent."
    assert hand.words("review.unsent.oldest").startswith("The oldest: Sale from the trunk RE-A-")


def test_a_count_that_closes_no_day_proposes_nothing(hand: Hand, keys: Keys) -> None:
    hand.press("count.discard")
    hand.press("trunk.count_it")

    look_over(hand, keys, l2=3)

    assert not hand.sees("review.closing")
    assert hand.find("review.sign", QAbstractButton).text() == "Sign and save"


def test_the_summary_follows_the_sync_and_counts_down(hand: Hand, keys: Keys) -> None:
    look_over(hand, keys, l2=3)
    hand.press("review.variance.0.reason.lost")
    hand.press("review.sign")
    assert hand.words("summary.state") == "Saved — waiting to send (2)"
    assert hand.words("summary.unsent.lines").splitlines()[0] == "2 entries wait to be sent."

    hand.stage.sync()
    hand.stage.wait(lambda: hand.words("summary.state") == "Confirmed")

    assert hand.words("summary.unsent.lines").splitlines()[0] == "Nothing waits to be sent."


def test_the_summary_is_opened_again_from_what_was_done_today(hand: Hand, keys: Keys) -> None:
    look_over(hand, keys)
    hand.press("review.sign")
    title = hand.words("summary.title")
    hand.press("summary.trunk")

    hand.tap_row("trunk.day.list", 0)

    assert hand.words("summary.title") == title


def test_the_paper_carries_the_hash_that_the_screen_shows(hand: Hand, keys: Keys, rep: Any) -> None:
    look_over(hand, keys)
    hand.press("review.sign")
    digest = rep.one("SELECT fingerprint FROM outbox")
    assert digest in hand.words("summary.signature.lines")

    hand.press("summary.print")

    [path] = hand.stage.desk.papers.folder.iterdir()
    document = pypdfium2.PdfDocument(path.read_bytes())
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert digest in "".join(text.split())


def test_a_refused_signature_says_why_and_keeps_the_count(hand: Hand, keys: Keys, rep: Any) -> None:
    look_over(hand, keys, l2=3)
    hand.press("review.variance.0.reason.lost")
    with rep.workspace.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE location SET custodian='boss' WHERE id='trunk-rep'")

    hand.press("review.sign")

    assert hand.sees("review.findings")
    assert rep.one("SELECT count(*) FROM draft") == 1


def test_a_second_tap_before_the_summary_has_come_is_no_failure(hand: Hand, keys: Keys, rep: Any) -> None:
    look_over(hand, keys)
    gate, sign = threading.Event(), hand.find("review.sign", QAbstractButton)
    hand.stage.tasks.read(lambda _connection: gate.wait(30), lambda _: None)  # the reader is busy

    sign.click()
    hand.stage.wait(lambda: rep.one("SELECT count(*) FROM draft") == 0)
    QTest.qWait(20)  # the answer has come to the page
    sign.click()
    gate.set()
    hand.stage.settle()

    assert hand.stage.failures == []


def test_the_scan_button_opens_the_sheet_for_codes_by_hand(hand: Hand) -> None:
    hand.press("count.label")
    hand.find("scan_sheet.code", QLineEdit).setText(L2)
    hand.press("scan_sheet.take")

    assert counted(hand) == ["", "1"]
