"""Approvals, decided by hand: on real widgets over a real workspace, with a real server behind both tablets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from trunk_kit import Hand, asked_of, hand_at

from app.desktop.theme import TOUCH


@pytest.fixture
def boss(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("boss", "manager")


@pytest.fixture
def ask(rep: Any, boss: Any) -> Callable[..., Any]:
    return asked_of(rep, boss)


@pytest.fixture
def hand(make_stage: Callable[..., Any], boss: Any) -> Hand:
    return hand_at(make_stage(boss))


def test_nothing_waiting_says_what_would(hand: Hand) -> None:
    hand.stage.go("approvals")

    assert hand.words("approvals.empty.words") == "Nothing waits for you"
    assert not hand.sees("approval.approve")


def test_what_waits_is_told_with_who_asks_how_much_and_why(hand: Hand, ask: Callable[..., Any]) -> None:
    ask(note="They buy ten more in spring", po_number="PO-9")
    hand.stage.go("approvals")

    assert hand.rows("approvals.list") == [("Hospital a1", "$160.00")]
    assert hand.words("approval.account") == "Hospital a1"
    assert hand.words("approval.title") == "Quote RE-B-0001, revision 1"
    assert hand.words("approval.total") == "$160.00"
    assert hand.words("approval.saving") == "20% below the list total of $200.00"
    assert hand.words("approval.need_lines") == "Stent p1: 20% off, 10% over the limit of 10%"
    assert hand.words("approval.note") == "They buy ten more in spring"
    assert hand.rows("approval.lines") == [("Stent p1", "$80.00", "20%", "$160.00", "no cost")]
    assert "$100.00 → $80.00" in hand.find("approval.why_price").accessibleDescription()


def test_approving_takes_one_tap_and_the_rep_sees_it_after_a_sync(
    hand: Hand, ask: Callable[..., Any], rep: Any, boss: Any, sqlite_world: Any
) -> None:
    quote = ask()
    hand.stage.go("approvals")

    hand.press("approval.approve")

    assert hand.stage.toasts == ["Saved — waiting to send (1)"]
    assert hand.words("approvals.empty.words") == "Nothing waits for you"
    hand.press("approvals.tab.past")
    assert hand.rows("approvals.past") == [("Hospital a1", "Approved")]
    hand.stage.sync()
    rep.sync()
    for side in (rep, boss, sqlite_world):
        assert side.one(f"SELECT state FROM quote WHERE id='{quote.quote_id}'") == "approved"
        assert side.rows("SELECT state, decided_by FROM approval") == [("approved", "boss")]


def test_declining_needs_a_reason_and_the_rep_reads_it(hand: Hand, ask: Callable[..., Any], rep: Any) -> None:
    ask()
    hand.stage.go("approvals")

    hand.press("approval.decline")
    assert hand.words("approval.wrong") == "Say why you decline; the rep reads it."
    assert hand.stage.window.focusWidget().objectName() == "approval.comment"
    assert hand.rows("approvals.list") == [("Hospital a1", "$160.00")]
    hand.type("approval.comment", "Offer 15 percent")
    hand.press("approval.decline")

    hand.stage.sync()
    rep.sync()
    assert rep.rows("SELECT state, comment FROM approval") == [("declined", "Offer 15 percent")]
    hand.press("approvals.tab.past")
    hand.tap_row("approvals.past", 0)
    assert hand.words("approval.decision") == "boss, today: Offer 15 percent"


def test_the_next_one_is_chosen_after_a_decision(hand: Hand, ask: Callable[..., Any]) -> None:
    ask()
    ask(account="a2", discount=2500)
    hand.stage.go("approvals")

    hand.press("approval.approve")

    assert hand.rows("approvals.list") == [("Hospital a2", "$150.00")]
    assert hand.words("approval.account") == "Hospital a2"


def test_nobody_is_offered_their_own_quote(
    make_stage: Callable[..., Any], boss: Any, sqlite_world: Any
) -> None:
    finance = sqlite_world.tablet("fin", "finance")
    own = boss.quote(discount=4000)
    assert boss.workspace.perform(own).decision.outcome == "held"
    boss.sync()
    finance.sync()
    stage = make_stage(boss)
    stage.go("approvals")
    assert Hand(stage).sees("approvals.empty")

    other = make_stage(finance)
    other.go("approvals")

    assert Hand(other).rows("approvals.list") == [("Hospital a1", "$120.00")]


def test_a_comment_that_was_typed_is_there_again_after_a_restart(
    hand: Hand, ask: Callable[..., Any], boss: Any, sqlite_world: Any, make_stage: Callable[..., Any]
) -> None:
    ask()
    hand.stage.go("approvals")
    hand.type("approval.comment", "Let me call them")
    hand.stage.window.leave()
    hand.stage.settle()

    again = make_stage(sqlite_world.reopen(boss))
    again.go("approvals")

    assert Hand(again).find("approval.comment", QLineEdit).text() == "Let me call them"


def test_a_comment_is_kept_after_a_pause_and_gone_once_it_was_used(
    hand: Hand, ask: Callable[..., Any], boss: Any
) -> None:
    ask()
    hand.stage.go("approvals")

    hand.type("approval.comment", "Let me call them")
    hand.stage.wait(lambda: boss.one("SELECT count(*) FROM draft") == 1)
    hand.press("approval.approve")

    assert boss.one("SELECT count(*) FROM draft") == 0


def test_comments_stay_with_their_approvals(hand: Hand, ask: Callable[..., Any]) -> None:
    ask()
    ask(account="a2")
    hand.stage.go("approvals")
    hand.type("approval.comment", "First")
    hand.tap_row("approvals.list", 1)
    assert hand.find("approval.comment", QLineEdit).text() == ""

    hand.tap_row("approvals.list", 0)

    assert hand.find("approval.comment", QLineEdit).text() == "First"


def test_the_slower_of_two_managers_is_told_and_can_put_it_away(
    hand: Hand, ask: Callable[..., Any], sqlite_world: Any
) -> None:
    quote = ask()
    other = sqlite_world.tablet("boss2", "manager")
    other.workspace.perform(other.verdict(quote, approve=False, reason="too much"))
    hand.stage.go("approvals")
    hand.press("approval.approve")
    other.sync()

    hand.stage.sync()
    hand.press("approvals.tab.past")

    assert [row[1] for row in hand.rows("approvals.past")] == [
        "Refused: your approval was not used",
        "Declined",
    ]
    hand.tap_row("approvals.past", 0)
    assert "Already decided" in hand.find("approval.findings").accessibleDescription()
    hand.press("approval.seen")
    assert [row[1] for row in hand.rows("approvals.past")] == ["Declined"]


def test_what_was_settled_while_it_was_open_says_so_and_decides_nothing(
    hand: Hand, ask: Callable[..., Any], boss: Any
) -> None:
    quote = ask()
    hand.stage.go("approvals")
    screen = hand.stage.window.screens["approvals"]
    screen.reload = lambda: None  # the screen has not heard of it yet
    boss.workspace.perform(boss.verdict(quote, approve=False, reason="no"))

    hand.press("approval.approve")

    assert "Already decided" in hand.find("approval.findings").accessibleDescription()
    assert not hand.sees("approval.approve")
    assert boss.rows("SELECT state FROM approval") == [("declined",)]


def test_the_rail_says_how_many_wait(hand: Hand, ask: Callable[..., Any]) -> None:
    ask()
    ask(account="a2")
    hand.stage.go("approvals")
    assert hand.find("rail.approvals").accessibleDescription() == "2 wait"

    hand.press("approval.approve")
    hand.stage.wait(lambda: hand.find("rail.approvals").accessibleDescription() == "1 waits")


def test_an_approval_can_be_gone_to_by_its_quote(hand: Hand, ask: Callable[..., Any]) -> None:
    ask()
    second = ask(account="a2")

    hand.stage.go("approvals", quote_id=second.quote_id)

    assert hand.words("approval.account") == "Hospital a2"


def test_everything_that_is_tapped_is_big_enough_and_has_a_name(hand: Hand, ask: Callable[..., Any]) -> None:
    ask()
    hand.stage.go("approvals")

    for made in hand.stage.window.screens["approvals"].findChildren(QAbstractButton):
        if made.isVisible() and made.objectName():
            assert made.accessibleName(), made.objectName()
            assert made.height() >= TOUCH, (made.objectName(), made.height())
