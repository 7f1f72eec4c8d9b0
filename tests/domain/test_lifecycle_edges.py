"""The lifecycle told as ways that documents go: each step by its verb, and where a way ends (DOMAIN.md §6)."""

from __future__ import annotations

import pytest

from app.domain.lifecycle import OPEN_ORDER, ORDER, QUOTE, next_state, verbs

Table = dict[str, dict[str, str]]


def walked(table: Table, way: str) -> str:
    """A way as the table leads it: the same first state and verbs, and behind each verb the state that it leads to."""
    state, *steps = way.split()
    told = [state]
    for verb in steps[::2]:
        state = next_state(table, state, verb) or "nowhere"
        told += [verb, state]
    return " ".join(told)


@pytest.mark.parametrize(
    "way",
    [
        "draft submit approved offer offered place_order accepted",
        "draft submit approved place_order accepted",
        "draft submit_for_approval pending_approval approve approved",
        "draft submit_for_approval pending_approval decline declined revise draft",
        "draft submit_for_approval pending_approval revise draft",
        "approved revise draft",
        "approved lose lost",
        "approved expire expired revise draft",
        "offered revise draft",
        "offered lose lost",
        "offered expire expired",
    ],
)
def test_a_quote_may_go_this_way(way: str) -> None:
    assert walked(QUOTE, way) == way


@pytest.mark.parametrize(
    "way",
    [
        "placed allocate allocated pick picked ship shipped deliver delivered invoice invoiced pay paid close closed",
        "placed hold held release placed",
        "placed cancel cancelled",
        "held cancel cancelled",
        "allocated cancel cancelled",
        "picked cancel cancelled",
        "delivered return returned",
        "invoiced return returned",
        "paid return returned",
    ],
)
def test_an_order_may_go_this_way(way: str) -> None:
    assert walked(ORDER, way) == way


@pytest.mark.parametrize("state", ["shipped", "delivered", "invoiced", "paid", "closed"])
def test_what_has_been_shipped_is_never_cancelled(state: str) -> None:
    assert next_state(ORDER, state, "cancel") is None


@pytest.mark.parametrize(
    ("table", "state"),
    [(QUOTE, "accepted"), (QUOTE, "lost"), (ORDER, "returned"), (ORDER, "cancelled"), (ORDER, "closed")],
)
def test_an_end_is_in_the_table_and_has_no_verbs(table: Table, state: str) -> None:
    assert state in table
    assert verbs(table, state) == ()


def test_a_state_that_nobody_knows_has_no_verbs() -> None:
    assert verbs(QUOTE, "no such state") == ()
    assert next_state(ORDER, "no such state", "cancel") is None


@pytest.mark.parametrize("state", ["placed", "held", "allocated", "picked", "shipped", "delivered"])
def test_goods_not_yet_invoiced_count_against_the_credit_limit(state: str) -> None:
    assert state in OPEN_ORDER


@pytest.mark.parametrize("state", ["invoiced", "paid", "closed", "cancelled", "returned"])
def test_an_order_that_is_settled_or_gone_counts_no_more(state: str) -> None:
    assert state not in OPEN_ORDER
