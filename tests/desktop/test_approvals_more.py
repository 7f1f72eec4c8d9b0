"""Approvals by hand: levels, due days, a counter-offer, several at once, standing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLineEdit
from trunk_kit import Hand, asked_of, choose, hand_at, with_levels

from app.desktop.tasks import BadNews
from app.desktop.theme import TOUCH
from app.desktop.widgets.days import DayField


@pytest.fixture
def company(sqlite_world: Any) -> Any:
    """Levels and escalation, people with names, and a key to sign with."""
    with_levels(sqlite_world)
    return sqlite_world


@pytest.fixture
def boss(company: Any) -> Any:
    return company.tablet("boss", "manager")


@pytest.fixture
def asking(company: Any) -> Any:
    return company.tablet("rep")


@pytest.fixture
def ask(asking: Any, boss: Any) -> Callable[..., Any]:
    return asked_of(asking, boss)


@pytest.fixture
def hand(make_stage: Callable[..., Any], boss: Any) -> Hand:
    return hand_at(make_stage(boss))


# -- levels and days --------------------------------------------------------------------------------------------------


def test_the_levels_and_the_due_day_stand_beside_the_need(hand: Hand, ask: Callable[..., Any]) -> None:
    ask(discount=3000)
    hand.stage.go("approvals")

    assert hand.words("approval.level") == "Level 1 of 2: manager, then finance"
    assert hand.words("approval.due") == "For a manager until Nov 25; from Nov 26 finance may decide as well."
    assert hand.words("approval.asked.0.title") == "Manager: Discount over the limit (this one)"
    assert hand.words("approval.asked.1.state") == "Waiting"
    assert not hand.sees("approval.acting")

    hand.press("approval.approve")
    hand.press("approvals.tab.past")
    hand.tap_row("approvals.past", 0)
    assert hand.words("approval.asked.0.more") == "Bea Boss, today"
    assert not hand.sees("approval.due")


def test_an_overdue_one_may_be_decided_by_the_next_role_and_says_why(
    company: Any, make_stage: Callable[..., Any], asking: Any
) -> None:
    asking.workspace.perform(asking.quote(discount=2000, business_date="2026-11-19"))
    asking.sync()
    stage = make_stage(company.tablet("chief", "finance", territories=("*",)))
    stage.window.activateWindow()
    hand = Hand(stage)

    stage.go("approvals")

    assert "Overdue" in hand.find("approvals.list").model().data(
        hand.find("approvals.list").model().index(0, 0), 3
    )
    assert hand.words("approval.state") == "Overdue"
    assert hand.words("approval.due").startswith("Overdue: it was to be decided by Nov 21.")
    assert (
        hand.words("approval.acting") == "It was asked of a manager; you may decide it because it is overdue."
    )
    hand.press("approval.approve")
    assert hand.sees("approvals.empty")


# -- counter-offer ----------------------------------------------------------------------------------------------------


def test_a_counter_offer_goes_back_to_the_rep_with_its_lines(
    hand: Hand, ask: Callable[..., Any], asking: Any
) -> None:
    ask()
    hand.stage.go("approvals")

    hand.press("approval.counter")
    assert hand.find("counter.line.0.price", QLineEdit).text() == "80.00"
    assert hand.find("counter.line.0.qty.figure", QLineEdit).text() == "2"
    hand.type("counter.line.0.qty.figure", "4")
    hand.type("counter.line.0.price", "85.50")
    assert hand.words("counter.total") == "$342.00"
    assert hand.words("counter.difference") == "$182.00 more than asked"
    hand.type("counter.reason", "For four")
    hand.press("counter.send")

    assert hand.sees("approvals.empty")
    hand.stage.sync()
    asking.sync()
    counter = '[{"line_no":1,"qty":4,"unit_price":855000}]'
    assert asking.rows("SELECT state, comment, counter FROM approval") == [("countered", "For four", counter)]
    assert asking.rows("SELECT state FROM quote") == [("countered",)]
    hand.press("approvals.tab.past")
    hand.tap_row("approvals.past", 0)
    assert hand.words("approval.counter.lines") == "Stent p1: 4 at $85.50 (asked: 2 at $80.00)"


def test_what_cannot_be_sent_says_why_and_what_was_typed_is_still_there(
    hand: Hand, ask: Callable[..., Any], boss: Any
) -> None:
    ask()
    hand.stage.go("approvals")
    hand.press("approval.counter")

    hand.press("counter.send")
    assert hand.words("counter.wrong").startswith("Nothing is changed yet.")
    hand.type("counter.line.0.price", "1,234")
    hand.press("counter.send")
    assert hand.words("counter.wrong") == "Write the price as a figure with a point, such as 1234.50."
    assert hand.find("counter.line.0.price").property("state") == "wrong"
    hand.press("counter.cancel")
    assert hand.sees("approval.approve")
    hand.press("approval.counter")

    assert hand.find("counter.line.0.price", QLineEdit).text() == "1,234"
    assert boss.rows("SELECT state FROM approval") == [("pending",)]


def test_a_counter_offer_stays_with_the_revision_it_was_written_on(
    hand: Hand, ask: Callable[..., Any], asking: Any, boss: Any
) -> None:
    quote = ask()
    hand.stage.go("approvals")
    hand.press("approval.counter")
    hand.type("counter.line.0.price", "85")
    screen = hand.stage.window.screens["approvals"]
    screen.reload = lambda: None  # the screen has not heard of it yet
    asking.workspace.perform(
        asking.quote(quote_id=quote.quote_id, number=quote.number, revision=2, discount=1500)
    )
    asking.sync()
    boss.sync()

    hand.press("counter.send")

    assert hand.sees("counter.send")
    assert "revision" in hand.find("counter.findings").accessibleDescription()
    assert boss.rows("SELECT DISTINCT counter FROM approval") == [("",)]


# -- several at once --------------------------------------------------------------------------------------------------


def test_ten_alike_take_three_taps_from_anywhere(hand: Hand, ask: Callable[..., Any], boss: Any) -> None:
    for _ in range(10):
        ask()

    hand.press("rail.approvals")
    hand.press("approvals.alike")
    hand.press("bulk.approve")

    assert hand.sees("approvals.empty")
    assert hand.stage.toasts == ["10 decided"]
    assert boss.rows("SELECT state, count(*) FROM approval GROUP BY state") == [("approved", 10)]
    assert boss.rows("SELECT count(*) FROM outbox") == [(10,)]  # a decision each, with an op of its own


def test_one_can_be_left_out_and_declining_asks_for_a_reason(
    hand: Hand, ask: Callable[..., Any], boss: Any
) -> None:
    for account in ("a1", "a2", "a1"):
        ask(account=account)
    hand.stage.go("approvals")
    hand.press("approvals.alike")
    hand.find("bulk.row.1.box", QCheckBox).click()
    assert hand.find("bulk.decline", QAbstractButton).text() == "Decline 2"

    hand.press("bulk.decline")
    assert hand.words("bulk.wrong") == "Say why you decline; the rep reads it."
    hand.type("bulk.reason", "Quarter is closed")
    hand.press("bulk.decline")

    assert hand.rows("approvals.list") == [("Hospital a2", "$160.00")]
    assert boss.rows("SELECT DISTINCT comment FROM approval WHERE state='declined'") == [
        ("Quarter is closed",)
    ]


def test_what_is_refused_among_several_stays_with_its_reason(
    hand: Hand, ask: Callable[..., Any], boss: Any
) -> None:
    first = ask()
    ask(account="a2")
    hand.stage.go("approvals")
    hand.press("approvals.alike")
    screen = hand.stage.window.screens["approvals"]
    heard, screen.reload = screen.reload, lambda: None  # the screen has not heard of it yet
    boss.workspace.perform(boss.verdict(first, approve=False, reason="no"))
    screen.reload = heard

    hand.press("bulk.approve")

    assert hand.stage.toasts[-1] == "1 decided; 1 could not be"
    assert hand.words("bulk.row.0.refused").startswith(
        "Somebody has dealt with this approval of quote RE-B-0001"
    )
    assert not hand.sees("bulk.row.1")
    assert boss.rows("SELECT state FROM approval ORDER BY state") == [("approved",), ("declined",)]


def test_one_alone_is_not_offered_as_several(hand: Hand, ask: Callable[..., Any]) -> None:
    ask()
    hand.stage.go("approvals")

    assert not hand.sees("approvals.alike")


# -- standing in ------------------------------------------------------------------------------------------------------


def test_a_place_is_handed_on_and_listed(hand: Hand, boss: Any, company: Any) -> None:
    hand.stage.go("approvals")
    hand.press("approvals.tab.delegations")
    assert hand.words("delegations.given.none") == "Nobody decides in your place."

    hand.press("delegations.give")
    assert hand.words("delegations.wrong") == "Choose who decides in your place."
    choose(hand, "delegations.to_user", "Cem Chief")
    hand.find("delegations.last", DayField).set_iso("2026-11-27")
    hand.press("delegations.give")

    assert hand.words("delegations.given.0.words") == "Cem Chief, as manager"
    assert hand.words("delegations.given.0.days") == "Nov 23, 2026 to Nov 27, 2026"
    assert hand.words("delegations.given.0.state") == "Saved, waiting to send"
    hand.stage.sync()
    assert hand.words("delegations.given.0.state") == "Now"
    assert company.rows("SELECT from_user, to_user, valid_from, valid_to FROM delegation") == [
        ("boss", "chief", "2026-11-23", "2026-11-27")
    ]


def test_days_that_do_not_fit_are_said_before_anything_is_saved(hand: Hand, boss: Any) -> None:
    hand.stage.go("approvals")
    hand.press("approvals.tab.delegations")
    choose(hand, "delegations.to_user", "Cem Chief")
    hand.find("delegations.last", DayField).set_iso("2026-11-20")

    hand.press("delegations.give")

    assert hand.words("delegations.wrong") == "The first day must not come after the last."
    assert boss.rows("SELECT count(*) FROM outbox") == [(0,)]


def test_everything_that_is_tapped_is_big_enough_and_has_a_name(hand: Hand, ask: Callable[..., Any]) -> None:
    ask()
    ask()

    def look() -> None:
        for made in hand.stage.window.screens["approvals"].findChildren(QAbstractButton):
            if made.isVisible() and made.objectName().split(".")[0] in (
                "approvals",
                "counter",
                "bulk",
                "grant",
            ):
                assert made.accessibleName(), made.objectName()
                assert made.height() >= TOUCH, (made.objectName(), made.height())

    hand.stage.go("approvals")
    look()
    hand.press("approval.counter")
    look()
    hand.press("counter.cancel")
    hand.press("approvals.alike")
    look()
    hand.press("bulk.cancel")
    hand.press("approvals.tab.delegations")
    look()
    hand.press("approvals.tab.envelopes")
    hand.press("envelopes.new")
    look()


def test_approvals_that_were_taken_away_do_not_hear_of_a_failure(hand: Hand, qtbot: Any) -> None:
    stage = hand.stage
    stage.go("approvals")
    stage.window.drop_desk()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    with qtbot.captureExceptions() as caught:
        stage.tasks.failed.emit(BadNews(OSError("disk full"), "writer"))

    assert [kind for kind, _error, _trace in caught] == []
