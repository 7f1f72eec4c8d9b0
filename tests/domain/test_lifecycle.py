"""The lifecycle is a table one can read aloud; nothing leads outside it (DOMAIN.md §6)."""

from __future__ import annotations

import pytest

from app.domain.commands import ORDER_VERBS
from app.domain.lifecycle import (
    OPEN_ORDER,
    ORDER,
    QUOTE,
    SALE,
    TRANSFER,
    UNPAID_ORDER,
    Table,
    next_state,
    order_table,
    quote_state_on,
    verbs,
)

TABLES = {"quote": (QUOTE, "draft"), "order": (ORDER, "placed"), "transfer": (TRANSFER, "new")}


@pytest.mark.parametrize("table", [QUOTE, ORDER, SALE, TRANSFER])
def test_every_verb_leads_to_a_state_of_the_table(table: Table) -> None:
    assert {state for ways in table.values() for state in ways.values()} <= set(table)


@pytest.mark.parametrize("name", TABLES)
def test_every_state_can_be_reached_from_the_first(name: str) -> None:
    table, first = TABLES[name]
    reached, seen = [first], set()
    while reached:
        state = reached.pop()
        if state not in seen:
            seen.add(state)
            reached += table[state].values()

    assert seen == set(table)


def test_open_and_unpaid_orders_are_states_of_the_table_and_never_both() -> None:
    assert set(OPEN_ORDER) | set(UNPAID_ORDER) <= set(ORDER)
    assert not set(OPEN_ORDER) & set(UNPAID_ORDER)
    assert set(ORDER) - set(OPEN_ORDER) - set(UNPAID_ORDER) == {"paid", "closed", "returned", "cancelled"}


def test_a_sale_from_the_hand_takes_the_same_way_as_an_order_once_it_is_delivered() -> None:
    for state in ("delivered", "invoiced", "paid", "closed", "returned"):
        assert SALE[state] == ORDER[state]
    assert verbs(SALE, "held") == ("release",)


def test_each_verb_of_the_command_is_open_somewhere() -> None:
    assert set(ORDER_VERBS) <= {verb for ways in ORDER.values() for verb in ways}


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("stock", ORDER),
        ("trunk_sale", SALE),
        ("bill_only", SALE),
        ("return", {}),
        ("history", {}),
        ("other", {}),
    ],
)
def test_each_type_of_order_has_its_table(kind: str, table: Table) -> None:
    assert order_table(kind) == table


def test_what_the_table_does_not_allow_leads_nowhere() -> None:
    assert next_state(QUOTE, "declined", "place_order") is None
    assert next_state(QUOTE, "no such state", "submit") is None
    assert next_state(QUOTE, "approved", "place_order") == "accepted"


def test_nothing_is_cancelled_after_it_was_shipped() -> None:
    open_to_cancel = [state for state in ORDER if next_state(ORDER, state, "cancel") == "cancelled"]

    assert open_to_cancel == ["placed", "held", "allocated", "picked"]
    assert next_state(ORDER, "partly_shipped", "cancel") == "shipped"


def test_a_counter_offer_goes_back_to_the_rep() -> None:
    assert next_state(QUOTE, "pending_approval", "counter") == "countered"
    assert verbs(QUOTE, "countered") == ("revise", "lose")


@pytest.mark.parametrize(
    ("path", "state"),
    [
        (("request", "send", "accept"), "accepted"),
        (("send", "accept"), "accepted"),
        (("accept", "send"), "accepted"),
        (("request", "accept", "send"), "accepted"),
        (("send", "decline", "take_back"), "returned"),
        (("decline", "send", "take_back"), "returned"),
        (("request", "decline", "send", "take_back"), "returned"),
        (("send", "send"), None),
        (("accept", "accept"), None),
        (("send", "accept", "take_back"), None),
        (("request", "request"), None),
    ],
)
def test_a_transfer_ends_the_same_in_whichever_order_its_news_arrive(
    path: tuple[str, ...], state: str | None
) -> None:
    now: str | None = "new"
    for verb in path:
        now = next_state(TRANSFER, now or "", verb)

    assert now == state


def test_buttons_come_from_the_table_in_its_order() -> None:
    assert verbs(QUOTE, "offered") == ("place_order", "revise", "lose", "expire")
    assert verbs(QUOTE, "accepted") == ()
    assert verbs(ORDER, "partly_shipped") == ("allocate", "ship", "ship_part", "cancel")


@pytest.mark.parametrize(
    ("state", "until", "day", "reads"),
    [
        ("offered", "2026-11-22", "2026-11-23", "expired"),
        ("offered", "2026-11-23", "2026-11-23", "offered"),
        ("offered", "2026-11-24", "2026-11-23", "offered"),
        ("offered", None, "2026-11-23", "offered"),
        ("approved", "2026-11-22", "2026-11-23", "expired"),
        ("pending_approval", "2026-11-22", "2026-11-23", "pending_approval"),
        ("accepted", "2026-11-22", "2026-11-23", "accepted"),
        ("lost", "2026-11-22", "2026-11-23", "lost"),
    ],
)
def test_an_open_offer_reads_as_expired_after_its_last_day(
    state: str, until: str | None, day: str, reads: str
) -> None:
    assert quote_state_on(state, until, day) == reads
