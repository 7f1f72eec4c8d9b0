"""Tax by ship-to and product class, less what a dated certificate frees, rounded once per line (DOMAIN.md §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalog import ListPrice, PriceList, Product, TaxExemption, TaxRate
from app.domain.facts import HELD, Facts, Known
from app.domain.lines import Asked, judge_all
from app.domain.parties import Account, Person, ShipTo
from app.domain.taxes import Tax, tax

DAY, START = "2026-11-23", "2026-01-01"
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)


def rate(row_id: str, ppm: int, **changes: Any) -> TaxRate:
    return replace(TaxRate(row_id, "VAT", "NO", "", "*", ppm, START, None), **changes)


def exempt(**changes: Any) -> TaxExemption:
    return replace(TaxExemption("x", "a", "", "NO", "", "*", "C-1", START, None), **changes)


def facts(*rates: TaxRate, exemptions: tuple[TaxExemption, ...] = (), **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(Person("rep", "rep", ("*",))),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(ShipTo("s", "NO", "OSL")),
        "tax_rates": rates,
        "tax_exemptions": exemptions,
    }
    return Facts(**{**known, **changes})


def due(known: Facts, *, extended: int = 100_00, product_class: str = "III", day: str = DAY) -> Tax:
    return tax(extended, product_class, day=day, facts=known)


VAT, STATE = rate("vat", 250_000), rate("osl", 15_000, name="Sales", state="OSL")


@pytest.mark.parametrize(
    ("rates", "amount", "used"),
    [
        ((VAT,), 25_00, ["vat"]),
        ((VAT, STATE), 26_50, ["vat", "osl"]),  # the state's comes on top of the country's
        ((VAT, replace(STATE, state="BGO")), 25_00, ["vat"]),
        ((VAT, replace(STATE, country="SE")), 25_00, ["vat"]),
        # the class's own rate stands in for '*' of the same place and name, and only there
        ((VAT, rate("own", 120_000, product_class="III")), 12_00, ["own"]),
        ((rate("own", 120_000, product_class="III"), VAT), 12_00, ["own"]),
        ((rate("own", 120_000, product_class="III", valid_from="2025-01-01"), VAT), 12_00, ["own"]),
        ((VAT, rate("own", 120_000, product_class="II")), 25_00, ["vat"]),
        ((VAT, rate("env", 10_000, product_class="III", name="Environment")), 26_00, ["env", "vat"]),
        ((VAT, rate("zero", 0, product_class="III")), 0, ["zero"]),
        # dated: both ends in, of several the later, then the higher id
        ((VAT, rate("b", 200_000, valid_from=DAY)), 20_00, ["b"]),
        ((VAT, rate("b", 200_000, valid_from="2026-11-24")), 25_00, ["vat"]),
        ((VAT, rate("b", 200_000, valid_from=DAY, valid_to=DAY)), 20_00, ["b"]),
        ((VAT, rate("b", 200_000, valid_from="2026-02-01", valid_to="2026-11-22")), 25_00, ["vat"]),
        ((VAT, rate("zzz", 200_000)), 20_00, ["zzz"]),
    ],
)
def test_all_rates_of_the_place_add_up_the_classs_own_instead_of_the_general(
    rates: tuple[TaxRate, ...], amount: int, used: list[str]
) -> None:
    for given in (rates, rates[::-1]):
        found = due(facts(*given))
        assert (found.amount, [one.id for one in found.rates], found.known) == (amount, used, True)


@pytest.mark.parametrize(
    ("change", "amount", "freed"),
    [
        ({}, 0, ["x"]),
        ({"ship_to_id": "s"}, 0, ["x"]),
        ({"ship_to_id": "t"}, 26_50, []),
        ({"account_id": "b"}, 26_50, []),
        ({"country": "SE"}, 26_50, []),
        ({"state": "OSL"}, 25_00, ["x"]),  # a state's certificate frees from that state's tax alone
        ({"state": "BGO"}, 26_50, []),
        ({"product_class": "III"}, 0, ["x"]),
        ({"product_class": "II"}, 26_50, []),
        ({"valid_from": DAY, "valid_to": DAY}, 0, ["x"]),
        ({"valid_from": "2026-11-24"}, 26_50, []),
        ({"valid_to": "2026-11-22"}, 26_50, []),
    ],
)
def test_a_certificate_frees_from_the_tax_it_names_on_its_days(
    change: dict[str, Any], amount: int, freed: list[str]
) -> None:
    found = due(facts(VAT, STATE, exemptions=(exempt(**change),)))

    assert (found.amount, [one.id for one in found.exemptions], found.known) == (amount, freed, True)


def test_of_several_certificates_the_first_by_id_is_named_once() -> None:
    certificates = (exempt(id="y"), exempt(id="b"), exempt(id="a", state="OSL"))

    for given in (certificates, certificates[::-1]):
        found = due(facts(VAT, STATE, exemptions=given))
        assert [one.id for one in found.exemptions] == ["a", "b"]


@pytest.mark.parametrize(
    ("extended", "ppm", "amount"),
    [
        (10, 50_000, 1),
        (9, 50_000, 0),
        (-10, 50_000, -1),
        (1_00, 12_500, 1),
        (1_00, 15_000, 2),
        (1_00, 14_999, 1),
    ],
)
def test_tax_is_rounded_once_half_away_from_zero(extended: int, ppm: int, amount: int) -> None:
    halves = (rate("a", ppm // 2), rate("b", ppm - ppm // 2, name="Other"))

    assert due(facts(rate("a", ppm)), extended=extended).amount == amount
    assert due(facts(*halves), extended=extended).amount == amount


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (facts(), Tax(0)),  # the company keeps no rates
        (facts(replace(VAT, country="SE")), Tax(0)),  # nor for this country
        (facts(VAT, ship_to=Known(HELD)), Tax(0)),
        (facts(replace(VAT, valid_to="2026-11-22")), Tax(0, known=False)),
        (facts(replace(VAT, product_class="II")), Tax(0, known=False)),
        (facts(replace(VAT, state="BGO")), Tax(0, known=False)),
    ],
)
def test_no_rate_is_unknown_only_where_the_country_is_taxed(known: Facts, expected: Tax) -> None:
    assert due(known) == expected


def test_for_nobody_in_particular_no_certificate_counts() -> None:
    assert due(facts(VAT, exemptions=(exempt(),), account=Known(HELD))).amount == 25_00


@pytest.mark.parametrize(
    ("state", "rates", "amount", "where"),
    [
        ("OSL", (VAT,), 50_00, None),
        ("OSL", (replace(VAT, product_class="II"),), 0, "OSL, NO"),
        ("", (replace(VAT, product_class="II"),), 0, "NO"),
        ("OSL", (), 0, None),
    ],
)
def test_a_line_carries_its_tax_and_says_when_it_is_not_known(
    state: str, rates: tuple[TaxRate, ...], amount: int, where: str | None
) -> None:
    known = facts(
        *rates,
        ship_to=Known.held(ShipTo("s", "NO", state)),
        products={"p": Known.held(Product("p", "S1", "Stent", "III", "none"))},
        lists=(PriceList("base", "Base", 30, "USD", START, None),),
        prices=(ListPrice("row", "base", "p", 1, 100_0000, START, None),),
        prices_status=HELD,
    )
    asked = Asked(line_id="1", product_id="p", qty=2, discount_bp=0, shown=100_0000)

    (judged,) = judge_all([asked], currency="USD", day=DAY, facts=known)

    assert (judged.extended, judged.tax) == (200_00, amount)
    told = [(one.code, one.severity, dict(one.params)) for one in judged.findings]
    expected = {"product": "Stent", "where": where, "date": DAY}
    assert told == ([("tax_unknown", "warn", expected)] if where else [])


def test_tax_is_on_the_agreed_price_and_on_a_line_without_a_price_of_ours_too() -> None:
    known = facts(VAT, products={})
    asked = Asked(line_id="1", product_id="p", qty=1, discount_bp=0, shown=80_0000)

    (judged,) = judge_all([asked], currency="USD", day=DAY, facts=known)

    assert (judged.tax, [one.code for one in judged.findings]) == (20_00, ["fact_missing"])
