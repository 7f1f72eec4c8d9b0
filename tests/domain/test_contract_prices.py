"""The contract cases the industry argues about: days, equal rank, quantity, currencies, with their figures
(DOMAIN.md §2).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from contract_kit import (
    BASE,
    BEST,
    DAY,
    EAST,
    LIST,
    LIST_ROW,
    START,
    ask,
    contract,
    lost,
    row,
    won,
    world,
)

from app.domain.catalog import ExchangeRate, ListPrice, PriceList
from app.domain.commands import PlaceOrder
from app.domain.decide import decide
from app.domain.events import OrderRecorded
from app.domain.facts import Known, QuoteFact, QuoteLineFact
from app.domain.lines import Asked, judge_all
from app.domain.pricing import Unpriced, price

# -- dates ------------------------------------------------------------------------------------------------------------


def test_a_contract_expired_yesterday_and_renewed_backdated_prices_the_same_day_again() -> None:
    """Old contract 90.00 until 22 November. The renewal (88.00 from the 23rd) is entered a week later."""
    old = contract("old", "account", "a", valid_to="2026-11-22")
    renewal = contract("new", "account", "a", valid_from="2026-11-23")
    rows = (row("old", 90_0000), row("new", 88_0000))
    before, after = world(old, rows=rows), world(old, renewal, rows=rows)

    assert won(ask(before, day="2026-11-22")) == (90_0000, "old")
    assert won(ask(before)) == (LIST, "base")
    step = ask(before).steps[0]
    assert (step.why, step.since, step.until) == ("contract_expired", START, "2026-11-22")
    assert won(ask(after)) == (88_0000, "new")
    assert won(ask(after, day="2026-11-22")) == (90_0000, "old")
    assert lost(ask(after, day="2026-11-22"))["new"] == "contract_not_yet_valid"


@pytest.mark.parametrize(
    ("terms", "reason", "since", "until", "qty"),
    [
        ({"valid_to": "2026-11-22"}, "expired", None, "2026-11-22", None),
        ({"valid_from": "2026-11-24"}, "not_yet_valid", "2026-11-24", None, None),
        ({"min_qty": 2}, "quantity_below", None, None, 2),
        ({"product_id": "other"}, "not_on_contract", None, None, None),
        ({"product_id": "", "product_class": "II"}, "not_on_contract", None, None, None),
        ({"unit_price": None}, "not_on_contract", None, None, None),  # a row that says nothing
    ],
)
def test_a_contract_without_a_price_says_why(
    terms: dict[str, Any], reason: str, since: str | None, until: str | None, qty: int | None
) -> None:
    found = ask(world(contract("c", "account", "a"), rows=(row("c", 90_0000, **terms),)))
    step = found.steps[0]

    assert found.unit == LIST
    assert (step.ref, step.why, step.since, step.until, step.qty) == ("c", reason, since, until, qty)


def test_rows_of_other_tiers_do_not_blur_the_reason() -> None:
    """Everybody's price starts at 10, a tier's at 1. For a member without a tier the reason is the quantity."""
    rows = (row("east", 90_0000, min_qty=10), row("east", 80_0000, tier="2"))

    step = ask(world(rows=rows, **EAST)).steps[0]

    assert (step.why, step.qty) == ("quantity_below", 10)


def test_a_price_list_disabled_after_the_quote_strands_nothing() -> None:
    """Quoted at 60.00 from a list, which is disabled next day: new prices are the base list's, the quote is ordered."""
    own = PriceList("own", "Clearance", 10, "USD", START, None)
    rows = (LIST_ROW, ListPrice("o", "own", "p", 1, 60_0000, START, None))
    before = world(lists=(own, BASE), prices=rows)
    after = world(lists=(replace(own, disabled_on="2026-11-24"), BASE), prices=rows)
    assert won(ask(before)) == won(ask(after)) == (60_0000, "own")
    assert won(ask(after, day="2026-11-24")) == (LIST, "base")
    gone = next(step for step in ask(after, day="2026-11-24").steps if step.ref == "own")
    assert (gone.why, gone.since) == ("list_disabled", "2026-11-24")
    kept = QuoteLineFact("l", 1, "p", 2, 60_0000, 120_00, trace=ask(before).trace())
    quote = QuoteFact("q", "MB-A-1", 1, "a", "s", "north", "rep", "approved", "USD", "", 120_00, (kept,), ())

    order = PlaceOrder(
        op_id="op",
        actor="rep",
        business_date="2026-11-24",
        order_id="o",
        number="N",
        quote_id="q",
        revision=1,
    )
    said = decide(order, replace(after, quote=Known.held(quote)))

    assert said.outcome == "applied"
    (placed,) = [event for event in said.events if isinstance(event, OrderRecorded)]
    assert [(line.unit_price, line.extended) for line in placed.lines] == [(60_0000, 120_00)]
    assert placed.total == 120_00


# -- equal rank, specificity, quantity --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "unit", "winner", "reason"),
    [
        # (valid_from, price, currency) of contracts "1" and "2"
        (("2026-01-01", 80, "USD"), ("2026-06-01", 90, "USD"), 90_0000, "2", "equal_rank_older"),
        (("2026-06-01", 80, "USD"), ("2026-01-01", 70, "USD"), 80_0000, "1", "equal_rank_older"),
        (("2026-06-01", 80, "USD"), ("2026-06-01", 70, "USD"), 70_0000, "2", "equal_rank_dearer"),
        (("2026-06-01", 70, "USD"), ("2026-06-01", 80, "USD"), 70_0000, "1", "equal_rank_dearer"),
        (("2026-06-01", 80, "USD"), ("2026-06-01", 80, "USD"), 80_0000, "1", "equal_rank_same"),
        # in the document's own currency before a converted one, however new or low that is
        (("2026-01-01", 80, "USD"), ("2026-06-01", 10, "EUR"), 80_0000, "1", "equal_rank_other_currency"),
    ],
)
def test_of_two_contracts_of_equal_rank_the_newer_wins_then_the_lower_then_the_id(
    one: tuple[str, int, str], other: tuple[str, int, str], unit: int, winner: str, reason: str
) -> None:
    pair = {"1": one, "2": other}
    facts = world(
        *(
            contract(key, "account", "a", valid_from=start, currency=cur)
            for key, (start, _, cur) in pair.items()
        ),
        rows=tuple(row(key, amount * 1_0000) for key, (_, amount, _) in pair.items()),
        rates=(ExchangeRate("r", "EUR", "USD", 110_000_000, START),),
    )

    found = ask(facts)

    assert won(found) == (unit, winner)
    assert lost(found) == {({"1", "2"} - {winner}).pop(): reason, "base": "less_specific"}


def test_two_lists_of_equal_rank_follow_the_same_rule() -> None:
    newer = PriceList("b2", "Base 2026", 30, "USD", START, None)
    facts = world(lists=(BASE, newer), prices=(LIST_ROW, ListPrice("n", "b2", "p", 1, 120_0000, START, None)))

    found = ask(facts)

    assert won(found) == (120_0000, "b2")
    assert lost(found) == {"base": "equal_rank_older"}


def test_a_row_for_the_product_beats_one_for_its_class() -> None:
    rows = (
        row("c", 90_0000),
        row("c", 80_0000, product_id="", product_class="III", min_qty=5),
        row("c", 70_0000, product_id="", product_class="II"),
    )
    facts = world(contract("c", "account", "a"), rows=rows)

    assert ask(facts, qty=5).unit == 90_0000
    assert ask(replace(facts, contract_prices=rows[1:]), qty=5).unit == 80_0000


def test_where_the_products_row_starts_higher_the_class_has_a_price() -> None:
    rows = (row("c", 70_0000, min_qty=10), row("c", 80_0000, product_id="", product_class="III"))
    facts = world(contract("c", "account", "a"), rows=rows)

    assert [ask(facts, qty=qty).unit for qty in (9, 10)] == [80_0000, 70_0000]


def test_a_discount_of_a_contract_is_off_the_base_list_of_that_day() -> None:
    own = PriceList("own", "Own", 10, "USD", START, None)
    facts = world(
        contract("c", "account", "a", currency="EUR"),  # a percentage has no currency
        rows=(row("c", None, discount_bp=1250),),
        rates=(ExchangeRate("r", "EUR", "USD", 110_000_000, START),),
        lists=(own, BASE),
        prices=(LIST_ROW, ListPrice("o", "own", "p", 1, 60_0000, START, None)),
    )

    found = ask(facts)
    step = found.steps[0]

    assert won(found) == (87_5000, "c")
    assert (step.before, step.after, step.percent_bp, step.currency) == (100_0000, 87_5000, 1250, "")
    assert len(found.steps) == 3


def test_a_discount_of_a_contract_without_a_list_price_is_no_price() -> None:
    facts = world(contract("c", "account", "a"), rows=(row("c", None, discount_bp=1250),), prices=())

    found = price("p", 1, 0, segment="store", currency="USD", day=DAY, facts=facts)

    assert isinstance(found, Unpriced)
    assert lost(found) == {"c": "no_list_price", "base": "not_on_list"}


@pytest.mark.parametrize(
    ("qty", "unit", "reason"), [(9, 100_0000, "quantity_below"), (10, 80_0000, BEST), (11, 80_0000, BEST)]
)
def test_a_quantity_exactly_at_a_break_has_reached_it(qty: int, unit: int, reason: str) -> None:
    found = ask(world(contract("c", "account", "a"), rows=(row("c", 80_0000, min_qty=10),)), qty=qty)

    assert (found.unit, found.steps[0].why, found.steps[0].qty) == (unit, reason, 10)


def test_two_lines_of_five_reach_the_break_at_ten_together() -> None:
    facts = world(contract("c", "account", "a"), rows=(row("c", 80_0000, min_qty=10),))
    lines = [
        Asked(line_id=str(n), product_id="p", qty=qty, discount_bp=0, shown=80_0000)
        for n, qty in enumerate((5, 5))
    ]

    both = judge_all(lines, currency="USD", day=DAY, facts=facts)
    alone = judge_all(lines[:1], currency="USD", day=DAY, facts=facts)

    assert [(one.unit, one.repriced, one.extended) for one in both] == [(80_0000, None, 400_00)] * 2
    assert alone[0].repriced == LIST


# -- currencies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rates", "unit", "layer", "rate"),
    [
        ((), 100_0000, "base", None),
        (
            (ExchangeRate("r1", "EUR", "USD", 108_500_000, "2026-11-24"),),
            100_0000,
            "base",
            None,
        ),  # of tomorrow
        (
            (ExchangeRate("r1", "USD", "EUR", 108_500_000, START),),
            100_0000,
            "base",
            None,
        ),  # the other way round
        ((ExchangeRate("r1", "EUR", "SEK", 108_500_000, START),), 100_0000, "base", None),
        ((ExchangeRate("r1", "EUR", "USD", 108_500_000, "2026-11-23"),), 86_8000, "c", "r1"),
        # 80.00 x 1.085 = 86.80; the newest of the day wins, then the higher id
        (
            (
                ExchangeRate("r1", "EUR", "USD", 108_500_000, "2026-11-23"),
                ExchangeRate("r2", "EUR", "USD", 120_000_000, "2026-11-22"),
                ExchangeRate("r0", "EUR", "USD", 130_000_000, "2026-11-23"),
            ),
            86_8000,
            "c",
            "r1",
        ),
        # one rounding, half away from zero: 800,000 x 1.08500062 = 868,000.496 -> 868,000; x 1.08500063 -> 868,001
        ((ExchangeRate("r1", "EUR", "USD", 108_500_062, START),), 86_8000, "c", "r1"),
        ((ExchangeRate("r1", "EUR", "USD", 108_500_063, START),), 86_8001, "c", "r1"),
    ],
)
def test_a_currency_without_a_rate_that_day_gives_no_price(
    rates: tuple[ExchangeRate, ...], unit: int, layer: str, rate: str | None
) -> None:
    facts = world(contract("c", "account", "a", currency="EUR"), rows=(row("c", 80_0000),), rates=rates)

    found = ask(facts)
    converted = [step for step in found.steps if step.rule == "rate"]

    assert won(found) == (unit, layer)
    assert [(one.ref, one.before, one.after, one.currency) for one in converted] == (
        [(rate, 80_0000, unit, "EUR")] if rate else []
    )
    if rate is None:
        assert (found.steps[0].why, found.steps[0].detail) == ("no_rate", "EUR")
    else:
        assert found.steps[0].currency == "EUR"  # the layer's own price stays told in its currency
        assert (converted[0].rate, converted[0].since) == (
            next((one.rate, one.valid_from) for one in rates if one.id == rate)
        )


def test_a_list_in_another_currency_is_converted_too() -> None:
    euro = replace(BASE, currency="EUR")
    facts = world(lists=(euro,), rates=(ExchangeRate("r", "EUR", "USD", 50_000_000, START),))

    assert ask(facts).unit == 50_0000
    assert lost(price("p", 1, 0, segment="", currency="SEK", day=DAY, facts=facts)) == {"base": "no_rate"}
