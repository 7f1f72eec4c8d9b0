"""One price function: the most specific layer wins, every loser says why, the trace adds up (DOMAIN.md §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalog import ListPrice, PriceList, Promotion
from app.domain.facts import HELD, NOT_HERE, Facts, Known
from app.domain.pricing import Price, Unpriced, price, read_trace

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
) -> Price | Unpriced:
    facts = Facts(actor=Known(NOT_HERE), lists=lists, prices=rows, promotions=offers, prices_status=HELD)
    return price(
        "p", qty, discount, **{"segment": "store", "currency": "USD", "day": DAY, "facts": facts, **changes}
    )


def why(found: Price | Unpriced) -> list[tuple[str, bool, str]]:
    return [(step.ref, step.won, step.why) for step in found.steps]


def test_the_most_specific_list_wins_and_the_other_says_so() -> None:
    found = ask(row("base", 100_0000), row("own", 60_0000), lists=(BASE, OWN))

    assert isinstance(found, Price)
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
        (replace(OWN, currency="EUR"), "no_rate"),
        (replace(OWN, disabled_on=DAY), "list_disabled"),
        (replace(OWN, scope="group"), "other_group"),
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

    assert isinstance(found, Price)
    assert found.unit == unit


@pytest.mark.parametrize(("qty", "unit"), [(1, 30), (9, 30), (10, 20), (11, 20), (100, 10)])
def test_a_quantity_break_begins_exactly_at_its_quantity(qty: int, unit: int) -> None:
    found = ask(row("base", 30), row("base", 20, min_qty=10), row("base", 10, min_qty=100), qty=qty)

    assert isinstance(found, Price)
    assert found.unit == unit


def test_no_price_anywhere_is_no_price_not_zero_and_says_why() -> None:
    none = ask(row("base", 5, min_qty=2), lists=(BASE, OWN))

    assert isinstance(none, Unpriced)
    assert why(none) == [("own", False, "not_on_list"), ("base", False, "quantity_below")]
    assert none.steps[1].qty == 2
    assert read_trace(none.trace()) == none.steps
    assert isinstance(ask(), Unpriced)


def test_a_promotion_on_the_list_takes_its_part_of_the_list_price() -> None:
    found = ask(row("base", 100_0000), row("own", 60_0000), lists=(BASE, OWN), offers=(offer(1000),))

    assert isinstance(found, Price)
    assert found.unit == 50_0000  # 100 x (0.6 - 0.1)
    assert found.list_unit == 60_0000


def test_a_promotion_on_the_running_price_takes_its_part_of_that() -> None:
    offers = (offer(1000, basis="running"),)
    found = ask(row("base", 100_0000), row("own", 60_0000), lists=(BASE, OWN), offers=offers)

    assert isinstance(found, Price)
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

    assert isinstance(found, Price)
    assert found.unit == 10_0000
    assert why(found)[1] == ("o1", False, reason)


def test_only_the_best_promotion_applies() -> None:
    found = ask(
        row("base", 10_0000), offers=(offer(500, id="small"), offer(2000, id="big"), offer(0, id="none"))
    )

    assert isinstance(found, Price)
    assert found.unit == 8_0000
    assert why(found)[1:] == [("big", True, "best"), ("small", False, "not_best")]


def test_the_discount_comes_last_and_shows_what_it_took() -> None:
    found = ask(row("base", 10_0000), offers=(offer(1000),), discount=500, qty=3)

    assert isinstance(found, Price)
    last = found.steps[-1]
    assert (last.rule, last.before, last.after, last.percent_bp) == ("discount", 9_0000, 8_5500, 500)
    assert (found.extended, found.list_extended) == (25_65, 30_00)


def test_a_promotion_never_makes_a_price_negative() -> None:
    found = ask(row("base", 100_0000), row("own", 10_0000), lists=(BASE, OWN), offers=(offer(5000),))

    assert isinstance(found, Price)
    assert found.unit == 0


def test_the_stored_trace_reads_back_as_it_was() -> None:
    found = ask(row("base", 10_0000), offers=(offer(1000),), discount=500)

    assert isinstance(found, Price)
    assert read_trace(found.trace()) == found.steps
    assert read_trace("") == ()


# -- offers: amounts, prices of their own, several at once -------------------------------------------------------------

AMOUNT = {"percent_bp": 0, "currency": "USD"}


def given(*offers: Promotion, unit: int = 100_0000, qty: int = 1) -> tuple[int, list[tuple[str, bool, str]]]:
    """The unit price with the offers, and what became of each."""
    found = ask(row("base", unit), offers=offers, qty=qty)
    assert isinstance(found, Price)
    return found.unit, why(found)[1:]


@pytest.mark.parametrize(
    ("one", "unit", "verdict"),
    [
        (offer(0, **AMOUNT, amount_off=12_5000), 87_5000, (True, "best")),
        (offer(0, **AMOUNT, amount_off=100_0001), 0, (True, "best")),  # never below zero
        (offer(0, **AMOUNT, fixed_price=70_0000), 70_0000, (True, "best")),
        (offer(0, **AMOUNT, fixed_price=0), 0, (True, "best")),
        (offer(0, **AMOUNT, fixed_price=100_0000), 100_0000, (False, "not_lower")),
        (offer(0, **AMOUNT, fixed_price=110_0000), 100_0000, (False, "not_lower")),
        (offer(0, percent_bp=0, currency="EUR", amount_off=1), 100_0000, (False, "other_currency")),
        (offer(0, percent_bp=0, currency="EUR", fixed_price=1), 100_0000, (False, "other_currency")),
        (offer(0, percent_bp=0, currency="", amount_off=1), 100_0000, (False, "other_currency")),
        (offer(1000, currency="EUR"), 90_0000, (True, "best")),  # a percentage has no currency
    ],
)
def test_an_offer_may_be_an_amount_or_a_price_of_its_own(
    one: Promotion, unit: int, verdict: tuple[bool, str]
) -> None:
    assert given(one) == (unit, [("o1", *verdict)])
    beside = given(one, offer(1, id="x", audience="individual"))  # one that does not apply changes nothing
    assert (beside[0], sorted(beside[1])) == (unit, [("o1", *verdict), ("x", False, "other_audience")])


@pytest.mark.parametrize(
    ("one", "detail", "percent", "currency"),
    [
        (offer(0, **AMOUNT, amount_off=1), "amount", None, ""),
        (offer(0, **AMOUNT, fixed_price=1), "fixed", None, ""),
        (offer(100), "list", 100, ""),
        (offer(100, basis="running"), "running", 100, ""),
        (offer(100, audience="individual"), "individual", 100, ""),
        (offer(0, percent_bp=0, currency="EUR", amount_off=1), "amount", None, "EUR"),
    ],
)
def test_a_step_of_an_offer_carries_what_its_sentence_needs(
    one: Promotion, detail: str, percent: int | None, currency: str
) -> None:
    step = ask(row("base", 100_0000), offers=(replace(one, min_qty=2, max_qty=9),), qty=5).steps[1]

    assert (step.detail, step.percent_bp, step.currency) == (detail, percent, currency)
    assert (step.qty, step.max_qty, step.since, step.until) == (2, 9, "2026-01-01", "2026-12-31")


STACK = {"stacks": True, "basis": "running"}


@pytest.mark.parametrize(
    ("offers", "unit", "verdicts"),
    [
        # 10% and 5% that stack: 100 -> 90 -> 85.50
        (
            (offer(500, id="b", **STACK), offer(1000, id="a", **STACK)),
            85_5000,
            [("a", True, "stacked"), ("b", True, "stacked")],
        ),
        # stacking needs both sides
        (
            (offer(500, id="b", **STACK), offer(1000, id="a")),
            90_0000,
            [("a", True, "best"), ("b", False, "not_best")],
        ),
        # the best combination against the best single one
        (
            (offer(500, id="b", **STACK), offer(1000, id="a", **STACK), offer(1400, id="c")),
            85_5000,
            [("a", True, "stacked"), ("b", True, "stacked"), ("c", False, "not_best")],
        ),
        (
            (offer(500, id="b", **STACK), offer(1000, id="a", **STACK), offer(1460, id="c")),
            85_4000,
            [("c", True, "best"), ("a", False, "not_best"), ("b", False, "not_best")],
        ),
        # of equal ones the single offer
        (
            (offer(500, id="b", **STACK), offer(1000, id="a", **STACK), offer(1450, id="c")),
            85_5000,
            [("c", True, "best"), ("a", False, "not_best"), ("b", False, "not_best")],
        ),
        # own price first, then the running percentage, then list percentage, then the amount: 80 -> 72 -> 67 -> 60
        (
            (
                offer(0, id="m", **AMOUNT, amount_off=7_0000, stacks=True),
                offer(500, id="l", stacks=True),
                offer(1000, id="r", **STACK),
                offer(0, id="f", **AMOUNT, fixed_price=80_0000, stacks=True),
            ),
            60_0000,
            [("f", True, "stacked"), ("r", True, "stacked"), ("l", True, "stacked"), ("m", True, "stacked")],
        ),
        # a running percentage comes before one of the list, however small: 100 -> 95 -> 85, not 100 -> 90 -> 85.50
        (
            (offer(1000, id="l", stacks=True), offer(500, id="r", **STACK)),
            85_0000,
            [("r", True, "stacked"), ("l", True, "stacked")],
        ),
        # one of a stack that takes nothing off is not given
        (
            (
                offer(0, id="f", **AMOUNT, fixed_price=80_0000, stacks=True),
                offer(0, id="g", **AMOUNT, fixed_price=85_0000, stacks=True),
            ),
            80_0000,
            [("f", True, "stacked"), ("g", False, "not_lower")],
        ),
        # larger first, then by id
        (
            (
                offer(0, id="b", **AMOUNT, amount_off=5_0000, stacks=True),
                offer(0, id="a", **AMOUNT, amount_off=5_0000, stacks=True),
                offer(0, id="c", **AMOUNT, amount_off=6_0000, stacks=True),
            ),
            84_0000,
            [("c", True, "stacked"), ("a", True, "stacked"), ("b", True, "stacked")],
        ),
        # of two equal single ones the larger percentage, then the id
        (
            (offer(1000, id="b"), offer(1000, id="a")),
            90_0000,
            [("a", True, "best"), ("b", False, "not_best")],
        ),
        (
            (offer(0, id="a", **AMOUNT, amount_off=10_0000), offer(1000, id="b")),
            90_0000,
            [("b", True, "best"), ("a", False, "not_best")],
        ),
        # nothing lowers the price
        (
            (
                offer(0, id="a", **AMOUNT, fixed_price=100_0000),
                offer(0, id="b", **AMOUNT, fixed_price=100_0000),
            ),
            100_0000,
            [("a", False, "not_lower"), ("b", False, "not_lower")],
        ),
    ],
)
def test_the_best_single_offer_stands_against_all_that_stack(
    offers: tuple[Promotion, ...], unit: int, verdicts: list[tuple[str, bool, str]]
) -> None:
    assert given(*offers) == (unit, verdicts)
    assert given(*offers[::-1]) == (unit, verdicts)


def test_offers_that_give_nothing_are_not_looked_at() -> None:
    assert given(offer(0), offer(0, id="x", fixed_price=None, amount_off=0)) == (100_0000, [])


def test_each_step_of_a_stack_begins_where_the_last_one_ended() -> None:
    offers = (offer(500, id="b", **STACK), offer(1000, id="a", **STACK))

    steps = ask(row("base", 100_0000), offers=offers).steps[1:]

    assert [(step.before, step.after) for step in steps] == [(100_0000, 90_0000), (90_0000, 85_5000)]


@pytest.mark.parametrize(("qty", "unit"), [(4, 100_0000), (5, 90_0000), (9, 90_0000), (10, 100_0000)])
def test_the_band_of_an_offer_has_both_its_ends_in(qty: int, unit: int) -> None:
    assert given(offer(1000, min_qty=5, max_qty=9), qty=qty)[0] == unit


@pytest.mark.parametrize(
    ("day", "unit"), [("2025-12-31", 100), ("2026-01-01", 90), ("2026-12-31", 90), ("2027-01-01", 100)]
)
def test_the_days_of_an_offer_have_both_their_ends_in(day: str, unit: int) -> None:
    found = ask(row("base", 100_0000), offers=(offer(1000),), day=day)

    assert isinstance(found, Price)
    assert found.unit == unit * 1_0000


def test_breaks_and_bands_go_by_the_quantity_of_the_document() -> None:
    rows, offers = (row("base", 100_0000), row("base", 80_0000, min_qty=10)), (offer(1000, min_qty=10),)

    alone, together = ask(*rows, offers=offers, qty=5), ask(*rows, offers=offers, qty=5, break_qty=10)

    assert isinstance(alone, Price)
    assert isinstance(together, Price)
    assert (alone.unit, together.unit) == (100_0000, 72_0000)
    assert (together.extended, together.list_extended) == (360_00, 400_00)
