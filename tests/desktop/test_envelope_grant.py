"""Authority in advance, by hand: granted, drawn from, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QProgressBar
from trunk_kit import Hand, choose, hand_at, with_levels


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
def hand(make_stage: Callable[..., Any], boss: Any) -> Hand:
    return hand_at(make_stage(boss))


def grant(hand: Hand) -> None:
    hand.stage.go("approvals")
    hand.press("approvals.tab.envelopes")
    hand.press("envelopes.new")
    choose(hand, "grant.holder", "Rea Rep")
    for name, words in (("discount", "25"), ("max_amount", "200"), ("budget", "320.00")):
        hand.type(f"grant.{name}", words)


def test_an_envelope_is_granted_drawn_from_and_taken_back(hand: Hand, asking: Any, company: Any) -> None:
    grant(hand)
    hand.type("grant.account", "a1")
    hand.stage.wait(lambda: hand.sees("grant.account.panel"))
    QTest.keyClick(hand.find("grant.account", QLineEdit), Qt.Key.Key_Return)
    hand.stage.settle()
    assert hand.words("grant.account.0") == "Hospital a1"
    hand.press("grant.grant")
    assert hand.words("envelopes.granted.0.state") == "Saved, waiting to send"
    hand.stage.sync()
    assert hand.words("envelopes.granted.0.state") == "Valid"
    assert hand.words("envelopes.granted.0.scope") == "Hospital a1 · every product"
    [(envelope_id,)] = company.rows("SELECT id FROM envelope")

    asking.sync()
    drawn = replace(asking.quote(discount=2000), envelope_id=envelope_id)
    assert asking.workspace.perform(drawn).decision.outcome == "applied"
    asking.sync()
    hand.stage.sync()
    assert hand.words("envelopes.granted.0.used") == "$160.00 of $320.00 used in 1 document, $160.00 left"
    assert hand.find("envelopes.granted.0.bar", QProgressBar).value() == 500

    hand.press("envelopes.granted.0.revoke")
    hand.type("envelopes.reason", "Left the team")
    hand.press("envelopes.take_back")
    assert hand.words("envelopes.granted.0.state") == "Taken back Nov 23"
    assert not hand.sees("envelopes.granted.0.revoke")
    hand.stage.sync()
    assert company.rows("SELECT revoked_on FROM envelope") == [("2026-11-23",)]


def test_more_than_the_own_limit_is_said_while_typing(hand: Hand, boss: Any) -> None:
    grant(hand)
    hand.type("grant.discount", "30.01")
    assert not hand.sees("grant.discount.field.wrong")

    hand.press("grant.grant")
    assert (
        hand.words("grant.discount.field.wrong")
        == "You may give up to 30% yourself, so no more can be granted."
    )
    hand.type("grant.discount", "30")
    assert not hand.sees("grant.discount.field.wrong")
    hand.press("grant.grant")

    assert boss.rows("SELECT json_extract(body, '$.max_discount_bp') FROM envelope") == [(3000,)]


def test_an_account_that_was_added_can_be_dropped_again(hand: Hand) -> None:
    grant(hand)
    hand.type("grant.account", "a2")
    hand.stage.wait(lambda: hand.sees("grant.account.panel"))
    QTest.keyClick(hand.find("grant.account", QLineEdit), Qt.Key.Key_Return)
    hand.stage.settle()
    assert not hand.sees("grant.every_account")

    hand.press("grant.account.0.remove")

    assert hand.sees("grant.every_account")


def test_what_was_typed_for_a_grant_is_there_again(hand: Hand) -> None:
    grant(hand)
    hand.press("grant.cancel")
    hand.press("envelopes.new")

    assert hand.find("grant.budget", QLineEdit).text() == "320.00"
