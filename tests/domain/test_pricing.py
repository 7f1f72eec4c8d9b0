"""One price function: the most specific layer wins, every loser says why, the trace adds up (DOMAIN.md §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.domain.catalog import ListPrice, PriceList, Promotion
from app.domain.facts import HELD, NOT_HERE, Facts, Known
from app.domain.pricing import Price, price, read_trace

DAY = "2026-11-23"
BASE = PriceList("base", "Base list", 30, "USD", "2020-01-01", None)
OWN = PriceList("own", "Reseller list", 10, "USD", "2020-01-01", None)


def row(
    list_id: str, unit: int, *, min_qty: int = 1, start: str = "2020-01-01", end: str | None = None
) -> ListPrice:
    return ListPrice(f"{list_id}-{min_qty}-{start}", list_id, "p", min_qty, unit, start, end)


def offer(percent: int, **changes: Any) -> Promotion:
    made = Promotion("o1", "Autumn", "p", "store", "list", percent, 1, None, "2026-01-01", "2026-12-31")
    return replace(made, **changes)


def ask(
    *rows: ListPrice,
    lists: tuple[PriceList, ...] = (BASE,),
    offers: tuple[Promotion, ...] = (),
    qty: int = 1,
    discount: int = 0,
    **changes: Any,
) -> Price | None:
    facts = Facts(actor=Known(NOT_HERE), lists=lists, prices=rows, promotions=offers, prices_status=HELD)
    return price(
        "p", qty, discount, **{"segment": "store", "currency": "USD", "day": DAY, "facts": facts, **changes}
    )


def why(found: Price | None) -> list[tuple[str, bool, str]]:
    assert found is not None
    return [(step.ref, step.won, step.why) for step in found.steps]


def test_the_most_specific_list_wins_and_the_other_says_so() -> None:
    found = ask(row("base", 100_0000), row("own", 60_0000), lists=(BASE, OWN))

    assert found is not None
    assert found.unit == 60_0000
    assert why(found) == [("own", True, "most_specific"), ("base", False, "less_specific")]


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ((), "not_on_list"),
        ((row("own", 1, min_qty=10),), "quantity_below"),
        ((row("own", 1, end="2026-11-22"),), "expired"),
        ((row("own", 1, start="2026-11-24"),), "not_yet_valid"),
    ],
)
def test_a_layer_that_lost_says_why(own: tuple[ListPrice, ...], reason: str) -> None:
    found = ask(row("base", 100_0000), *own, lists=(BASE, OWN))

    assert why(found) == [("own", False, reason), ("base", True, "most_specific")]


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (replace(OWN, currency="EUR"), "other_currency"),
        (replace(OWN, valid_to="2026-11-22"), "list_not_valid"),
        (replace(OWN, valid_from="2026-11-24"), "list_not_valid"),
    ],
)
def test_a_list_that_does_not_apply_says_why(own: PriceList, reason: str) -> None:
    assert why(ask(row("base", 1), row("own", 1), lists=(BASE, own)))[0] == ("own", False, reason)


@pytest.mark.parametrize(("day", "unit"), [("2026-06-30", 10), ("2026-07-01", 20), ("2026-12-31", 20)])
def test_a_price_is_a_price_on_a_day_both_ends_in(day: str, unit: int) -> None:
    rows = (row("base", 10, end="2026-06-30"), row("base", 20, start="2026-07-01", end="2026-12-31"))
    found = ask(*rows, day=day)

    assert found is not None
    assert found.unit == unit


@pytest.mark.parametrize(("qty", "unit"), [(1, 30), (9, 30), (10, 20), (11, 20), (100, 10)])
def test_a_quantity_break_begins_exactly_at_its_quantity(qty: int, unit: int) -> None:
    found = ask(row("base", 30), row("base", 20, min_qty=10), row("base", 10, min_qty=100), qty=qty)

    assert found is not None
    assert found.unit == unit


def test_no_price_anywhere_is_no_price_not_zero() -> None:
    assert ask() is None
    assert ask(row("base", 5, min_qty=2)) is None


def test_a_promotion_on_the_list_takes_its_part_of_the_list_price() -> None:
    found = ask(row("base", 100_0000), row("own", 60_0000), lists=(BASE, OWN), offers=(offer(1000),))

    assert found is not None
    assert found.unit == 50_0000  # 100 x (0.6 - 0.1)
    assert found.list_unit == 60_0000


def test_a_promotion_on_the_running_price_takes_its_part_of_that() -> None:
    offers = (offer(1000, basis="running"),)
    found = ask(row("base", 100_0000), row("own", 60_0000), lists=(BASE, OWN), offers=offers)

    assert found is not None
    assert found.unit == 54_0000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"audience": "individual"}, "other_audience"),
        ({"valid_to": "2026-11-22"}, "expired"),
        ({"valid_from": "2026-11-24"}, "not_yet_valid"),
        ({"min_qty": 6}, "quantity_below"),
        ({"max_qty": 4}, "quantity_above"),
    ],
)
def test_a_promotion_that_does_not_apply_says_why(change: dict[str, Any], reason: str) -> None:
    found = ask(row("base", 10_0000), offers=(offer(1000, **change),), qty=5)

    assert found is not None
    assert found.unit == 10_0000
    assert why(found)[1] == ("o1", False, reason)


def test_only_the_best_promotion_applies() -> None:
    found = ask(
        row("base", 10_0000), offers=(offer(500, id="small"), offer(2000, id="big"), offer(0, id="none"))
    )

    assert found is not None
    assert found.unit == 8_0000
    assert why(found)[1:] == [("big", True, "best"), ("small", False, "not_best")]


def test_the_discount_comes_last_and_shows_what_it_took() -> None:
    found = ask(row("base", 10_0000), offers=(offer(1000),), discount=500, qty=3)

    assert found is not None
    last = found.steps[-1]
    assert (last.rule, last.before, last.after, last.percent_bp) == ("discount", 9_0000, 8_5500, 500)
    assert (found.extended, found.list_extended) == (25_65, 30_00)


def test_a_promotion_never_makes_a_price_negative() -> None:
    found = ask(row("base", 100_0000), row("own", 10_0000), lists=(BASE, OWN), offers=(offer(5000),))

    assert found is not None
    assert found.unit == 0


def test_the_stored_trace_reads_back_as_it_was() -> None:
    found = ask(row("base", 10_0000), offers=(offer(1000),), discount=500)

    assert found is not None
    assert read_trace(found.trace()) == found.steps
    assert read_trace("") == ()


rows_strategy = st.lists(
    st.builds(
        lambda list_id, unit, qty, start, end: ListPrice(
            f"{list_id}{unit}{qty}{start}{end}", list_id, "p", qty, unit, start, end
        ),
        st.sampled_from(["base", "own"]),
        st.integers(0, 10**8),
        st.integers(1, 20),
        st.sampled_from(["2020-01-01", "2026-11-01"]),
        st.sampled_from([None, "2026-11-10", "2026-12-31"]),
    ),
    max_size=12,
)


@given(rows_strategy, st.integers(1, 25), st.randoms(use_true_random=False))
def test_the_price_never_depends_on_the_order_of_the_facts(
    rows: list[ListPrice], qty: int, dice: Any
) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)

    assert ask(*rows, lists=(BASE, OWN), qty=qty) == ask(*shuffled, lists=(OWN, BASE), qty=qty)
