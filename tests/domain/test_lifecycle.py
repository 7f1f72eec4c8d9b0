"""The lifecycle is a table one can read aloud; nothing leads outside it (DOMAIN.md §6)."""

from __future__ import annotations

import pytest

from app.domain.lifecycle import OPEN_ORDER, ORDER, QUOTE, next_state, verbs


@pytest.mark.parametrize("table", [QUOTE, ORDER])
def test_every_verb_leads_to_a_state_of_the_table(table: dict[str, dict[str, str]]) -> None:
    assert {state for ways in table.values() for state in ways.values()} <= set(table)


def test_open_orders_are_states_of_the_table() -> None:
    assert set(OPEN_ORDER) <= set(ORDER)


def test_what_the_table_does_not_allow_leads_nowhere() -> None:
    assert next_state(QUOTE, "declined", "place_order") is None
    assert next_state(QUOTE, "no such state", "submit") is None
    assert next_state(QUOTE, "approved", "place_order") == "accepted"


def test_buttons_come_from_the_table_in_its_order() -> None:
    assert verbs(QUOTE, "offered") == ("place_order", "revise", "lose", "expire")
    assert verbs(QUOTE, "accepted") == ()
