"""Counting the trunk by hand: blind, safe while selling goes on, kept at every entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableView, QWidget
from trunk_kit import Hand

BALANCE = "SELECT qty FROM balance WHERE id='trunk-rep|p1|{lot}'"


@pytest.fixture
def hand(stage: Any) -> Hand:
    stage.window.activateWindow()
    stage.go("trunk")
    return Hand(stage)


def counting(hand: Hand) -> Hand:
    hand.press("trunk.count_it")
    return hand


def everything_said(widget: QWidget) -> str:
    """Every word and figure on a widget and what is below it, said or shown."""
    said = []
    for one in [widget, *widget.findChildren(QWidget)]:
        said += [one.accessibleName(), one.accessibleDescription(), one.toolTip()]
        for attribute in ("text", "placeholderText"):
            read = getattr(one, attribute, None)
            said.append(str(read()) if callable(read) else "")
        if isinstance(one, QTableView):
            model = one.model()
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    index = model.index(row, column)
                    said += [str(model.data(index, role) or "") for role in range(300)]
    return "\n".join(said)


def test_the_count_is_blind(hand: Hand, rep: Any) -> None:
    rep.workspace.perform(rep.sale(qty=3, lot="l1"))  # 7 left, a figure that stands nowhere else
    hand.stage.settle()
    counting(hand)
    hand.tap_row("count.list", 0)

    page = hand.find("trunk.count")
    keys = [key for key in page.findChildren(QAbstractButton) if key.objectName().startswith("count.key.")]
    for key in keys:
        key.setText("")
        key.setAccessibleName("")
        key.setObjectName("")

    assert "7" not in everything_said(page)
    assert hand.words("count.progress") == "0 of 2 lots"


def test_a_lot_number_and_return_goes_to_its_lot_and_a_figure_and_return_counts_it(
    hand: Hand, rep: Any
) -> None:
    counting(hand)

    hand.type("count.scan", "L2", enter=True)
    assert hand.words("count.lot") == "Lot L2"
    hand.type("count.figure", "4", enter=True)

    assert hand.words("count.progress") == "1 of 2 lots"
    assert [(row[0], row[1]) for row in hand.rows("count.list")] == [("Stent p1", ""), ("Stent p1", "4")]
    assert hand.stage.window.focusWidget().objectName() == "count.scan"


def test_counting_down_the_list_goes_on_to_the_next_open_lot(hand: Hand) -> None:
    counting(hand)
    hand.tap_row("count.list", 0)
    hand.press("count.key.9")
    hand.press("count.enter")

    assert hand.words("count.lot") == "Lot L2"
    assert hand.find("count.figure", QLineEdit).text() == ""


def test_a_code_scanned_into_the_figure_is_a_code(hand: Hand, rep: Any) -> None:
    counting(hand)
    hand.tap_row("count.list", 0)

    hand.type("count.figure", "L2", enter=True)

    assert hand.words("count.lot") == "Lot L2"
    assert hand.words("count.progress") == "0 of 2 lots"


def test_each_scan_counts_one_when_asked(hand: Hand) -> None:
    counting(hand)
    hand.press("count.each_scan")
    for _ in range(3):
        hand.type("count.scan", "L2", enter=True)

    assert [row[1] for row in hand.rows("count.list")] == ["", "3"]


def test_a_product_code_counts_no_lot_by_itself(hand: Hand) -> None:
    counting(hand)
    hand.press("count.each_scan")

    hand.type("count.scan", "P1", enter=True)

    assert hand.words("count.said") == "P1 is 2 lots. Choose the one you hold."
    assert hand.words("count.progress") == "0 of 2 lots"


def test_a_lot_that_is_not_in_the_books_is_added_and_an_unknown_code_is_told(hand: Hand, rep: Any) -> None:
    rep.workspace.perform(rep.sale(qty=4, lot="l2"))
    hand.stage.settle()
    counting(hand)

    hand.type("count.scan", "nothing", enter=True)
    assert "not in the catalogue" in hand.words("count.said")
    hand.type("count.scan", "L2", enter=True)

    assert "Added to the count" in hand.words("count.said")
    assert [row[1] for row in hand.rows("count.list")] == ["", "1"]


def test_selling_while_counting_disturbs_nothing_and_a_variance_needs_its_reason(
    hand: Hand, rep: Any
) -> None:
    counting(hand)
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "10", enter=True)
    rep.workspace.perform(rep.sale(qty=3, lot="l1"))
    rep.workspace.perform(rep.sale(qty=1, lot="l2"))
    hand.stage.settle()
    hand.type("count.scan", "L2", enter=True)
    hand.type("count.figure", "2", enter=True)
    hand.press("count.review")

    assert hand.words("review.agreed") == "1 lot agrees with the books"
    assert hand.words("review.variance.0.difference") == "−1"
    assert not hand.find("review.sign", QAbstractButton).isEnabled()
    assert hand.words("review.hint") == "Say why the count differs: Lot L2."
    hand.press("review.variance.0.reason.other")
    assert not hand.find("review.sign", QAbstractButton).isEnabled()
    hand.type("review.variance.0.note", "fell into the sink")
    hand.stage.wait(lambda: hand.find("review.sign", QAbstractButton).isEnabled())
    hand.type("review.signed_by", "Rita Rep")
    hand.press("review.sign")

    assert hand.words("summary.title") == "Count RE-A-0003, signed by Rita Rep"
    assert "1 variance, −1 units in all" in hand.words("summary.lines")
    assert rep.rows("SELECT lot_id, counted, expected, reason FROM count_line ORDER BY lot_id") == [
        ("l1", 10, 10, ""),
        ("l2", 2, 3, "other: fell into the sink"),
    ]
    assert (rep.one(BALANCE.format(lot="l1")), rep.one(BALANCE.format(lot="l2"))) == (7, 2)
    assert rep.one("SELECT count(*) FROM draft") == 0
    hand.press("summary.trunk")
    assert hand.rows("trunk.day.list")[0][0] == "Count RE-A-0003"


def contradicted(hand: Hand, rep: Any) -> None:
    """None of a lot was counted, three of it were sold after that, and the count is signed."""
    counting(hand)
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "0", enter=True)
    rep.workspace.perform(rep.sale(qty=3, lot="l1"))
    hand.stage.settle()
    hand.press("count.review")
    hand.press("review.variance.0.reason.lost")
    hand.press("review.sign")


def test_a_count_that_is_refused_is_recorded_all_the_same_by_who_has_seen_why(hand: Hand, rep: Any) -> None:
    contradicted(hand, rep)
    assert rep.one("SELECT count(*) FROM count_sheet") == 0
    assert rep.one("SELECT count(*) FROM draft") == 1
    assert hand.words("review.headline").startswith("Not recorded yet")
    assert not hand.sees("review.sign")
    assert "a case" in hand.words("review.hint")

    hand.press("review.anyway")

    assert hand.words("summary.title").endswith("signed by rep")
    assert rep.rows("SELECT command, guess FROM outbox ORDER BY ord") == [
        ("SellFromTrunk", "applied"),
        ("CountTrunk", "applied_exception"),
    ]
    assert rep.one("SELECT count(*) FROM draft") == 0


def test_a_count_that_is_put_right_after_a_refusal_is_signed_as_usual(hand: Hand, rep: Any) -> None:
    contradicted(hand, rep)

    hand.press("review.variance.0.recount")
    hand.type("count.figure", "7", enter=True)
    hand.press("count.review")

    assert not hand.sees("review.anyway")
    assert not hand.sees("review.headline")
    hand.press("review.sign")
    assert rep.rows("SELECT guess FROM outbox WHERE command='CountTrunk'") == [("applied",)]


def test_without_a_name_nothing_is_signed(hand: Hand) -> None:
    counting(hand)
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "10", enter=True)
    hand.press("count.review")
    assert hand.find("review.sign", QAbstractButton).isEnabled()

    hand.find("review.signed_by", QLineEdit).clear()
    hand.type("review.signed_by", " ")

    assert not hand.find("review.sign", QAbstractButton).isEnabled()
    assert hand.words("review.hint") == "Write your name to sign."


def test_a_count_survives_a_restart_and_goes_on(
    hand: Hand, rep: Any, sqlite_world: Any, make_stage: Callable[..., Any]
) -> None:
    counting(hand)
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "9", enter=True)

    again = make_stage(sqlite_world.reopen(rep))
    again.go("trunk")

    other = Hand(again)
    assert other.find("trunk.count_it", QAbstractButton).text() == "Go on counting (1 counted)"
    other.press("trunk.count_it")
    assert [row[1] for row in other.rows("count.list")] == ["9", ""]


def test_a_count_given_up_can_be_had_back(hand: Hand) -> None:
    counting(hand)
    hand.type("count.scan", "L1", enter=True)
    hand.type("count.figure", "9", enter=True)

    hand.press("count.discard")
    assert hand.find("trunk.count_it", QAbstractButton).text() == "Count the trunk"
    hand.press("toast.action")

    assert [row[1] for row in hand.rows("count.list")] == ["9", ""]
