"""What each step of a price carries, to the field: it is stored with documents and put into words years later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from contract_kit import (
    BASE,
    DAY,
    EAST,
    LIST_ROW,
    OFFER,
    START,
    ask,
    contract,
    letter,
    member,
    row,
    world,
)

from app.domain.catalog import Contract, ExchangeRate, Floor, ListPrice, PriceList
from app.domain.facts import Known, Policy
from app.domain.parties import Membership
from app.domain.pricing import CONTRACT_RULES, RULE_VERSION, RULES, WHY, Price, Step, read_trace, stored


def test_the_words_that_stored_traces_keep_stay_what_they_are() -> None:
    """Screens word them, documents keep them: one that is renamed leaves old documents without an explanation."""
    assert RULE_VERSION == "2"
    assert CONTRACT_RULES == ("ship_to", "account", "idn", "gpo")
    assert RULES == ("ship_to", "account", "idn", "gpo", "list", "rate", "promotion", "discount", "floor")
    assert sorted(WHY) == [
        "below_floor", "below_floor_never", "best", "committed_elsewhere", "contract_excludes", "contract_expired",
        "contract_fixed", "contract_not_yet_valid", "converted", "equal_rank_dearer", "equal_rank_older",
        "equal_rank_other_currency", "equal_rank_same", "expired", "given", "less_specific", "list_disabled",
        "list_not_valid", "loc_expired", "loc_not_signed", "loc_not_started", "lowest", "most_specific",
        "no_list_price", "no_rate", "no_ship_to", "not_best", "not_committed", "not_lower", "not_lowest",
        "not_on_contract", "not_on_list", "not_on_roster", "not_yet_valid", "other_audience", "other_currency",
        "other_group", "other_party", "quantity_above", "quantity_below", "stacked",
    ]  # fmt: skip


def test_every_step_of_a_price_of_all_kinds() -> None:
    """Contract in euro 80.00 x 1.1 = 88.00, offer 10% -> 79.20, discount 5% -> 75.24, floor 80.00."""
    facts = world(
        contract("c", "account", "a", currency="EUR", promotions=True),
        contract("i", "idn", "i"),
        rows=(
            row("c", 80_0000, min_qty=2, valid_from="2026-02-01", valid_to="2026-12-31"),
            row("c", 1, min_qty=9),
        ),
        rates=(ExchangeRate("r", "EUR", "USD", 110_000_000, "2026-11-20"),),
        promotions=(replace(OFFER, min_qty=2, max_qty=7), replace(OFFER, id="o2", audience="individual")),
        floors=Known.held((Floor("f", "p", "USD", 80_0000, "approval", "director", START, None),)),
    )

    found = ask(facts, qty=3, discount=500)

    assert found == Price(
        75_2400, 88_0000, 225_72, 264_00, "USD",
        (
            Step("account", "c", "Contract c", True, "most_specific", None, 80_0000, None, 2, "2026-02-01",
                 "2026-12-31", "", None, "EUR"),
            Step("rate", "r", "", True, "converted", 80_0000, 88_0000, None, None, "2026-11-20", None, "", None,
                 "EUR", 110_000_000),
            Step("idn", "i", "Contract i", False, "not_on_roster"),
            Step("list", "base", "Base list", False, "less_specific", None, 100_0000, None, 1, "2020-01-01"),
            Step("promotion", "o", "Autumn", True, "best", 88_0000, 79_2000, 1000, 2, START, "2026-12-31",
                 "running", 7),
            Step("promotion", "o2", "Autumn", False, "other_audience", None, None, 1000, 1, START, "2026-12-31",
                 "individual"),
            Step("discount", "", "", True, "given", 79_2000, 75_2400, 500),
            Step("floor", "f", "", True, "below_floor", 75_2400, 75_2400, None, None, START, None, "director"),
        ),
        fixed=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "step"),
    [
        ({"valid_to": "2026-11-22"}, ("list_not_valid", "2020-01-01", "2026-11-22")),
        ({"valid_from": "2026-11-24"}, ("list_not_valid", "2026-11-24", None)),
        ({"disabled_on": "2026-11-23"}, ("list_disabled", "2026-11-23", None)),
        ({"disabled_on": "2026-11-24"}, ("not_on_list", None, None)),
        ({"scope": "group"}, ("other_group", None, None)),
        ({"scope": "territory"}, ("not_on_list", None, None)),
    ],
)
def test_a_list_that_does_not_apply_names_its_days(
    one: dict[str, Any], step: tuple[str, str | None, str | None]
) -> None:
    other = replace(PriceList("x", "Other", 10, "USD", "2020-01-01", None), **one)
    why, since, until = step

    found = ask(world(lists=(other, BASE)))

    assert found.steps[0] == Step("list", "x", "Other", False, why, since=since, until=until)


@pytest.mark.parametrize(
    ("term", "step"),
    [
        ({"min_qty": 5}, {"why": "quantity_below", "qty": 5}),
        ({"valid_from": "2026-12-01"}, {"why": "not_yet_valid", "since": "2026-12-01"}),
        ({"valid_to": "2026-11-01"}, {"why": "expired", "until": "2026-11-01"}),
        # a tier's row that is over is expired, whoever is committed
        ({"tier": "2", "valid_to": "2026-11-01"}, {"why": "expired", "until": "2026-11-01"}),
        ({"tier": "2", "valid_from": "2026-12-01"}, {"why": "not_yet_valid", "since": "2026-12-01"}),
        ({"tier": "2"}, {"why": "not_committed", "detail": "2"}),
    ],
)
def test_a_contract_without_a_price_names_what_is_missing(term: dict[str, Any], step: dict[str, Any]) -> None:
    found = ask(world(rows=(row("east", 80_0000, **term),), **EAST))

    assert found.steps[0] == Step("gpo", "east", "Contract east", False, **step)


@pytest.mark.parametrize(
    ("term", "why"),
    [
        ({"valid_from": DAY, "valid_to": DAY}, "most_specific"),
        ({"valid_from": DAY, "valid_to": DAY, "min_qty": 5}, "quantity_below"),
        ({"valid_from": DAY, "valid_to": DAY, "tier": "2"}, "not_committed"),
    ],
)
def test_the_days_of_a_contracts_price_have_both_their_ends_in(term: dict[str, Any], why: str) -> None:
    assert ask(world(rows=(row("east", 80_0000, **term),), **EAST)).steps[0].why == why


@pytest.mark.parametrize(
    ("one", "memberships"),
    [
        (contract("c", "ship_to", "s", valid_to="2026-12-31"), ()),
        (contract("c", "gpo", "g", valid_to="2026-12-31"), (member("g", who="s"),)),
    ],
)
def test_a_contract_of_the_other_party_names_its_days(
    one: Contract, memberships: tuple[Membership, ...]
) -> None:
    found = ask(world(one, rows=(row("c", 1),), memberships=memberships))

    assert found.steps[0] == Step(
        one.holder_kind, "c", "Contract c", False, "other_party", since=START, until="2026-12-31"
    )


def test_a_discount_on_a_fixed_price_is_told_and_not_given() -> None:
    facts = world(
        contract("c", "account", "a"), rows=(row("c", 80_0000),), policy=Policy(price_policy="contract_fixed")
    )

    found = ask(facts, discount=500)

    assert (found.unit, found.fixed) == (80_0000, True)
    assert found.steps[-1] == Step("discount", "", "", False, "contract_fixed", None, None, 500)


def test_of_several_missing_quantities_days_and_ends_the_nearest_is_named() -> None:
    cases = {
        "quantity_below": ({"min_qty": 9}, {"min_qty": 5}, {"min_qty": 7}),
        "not_yet_valid": (
            {"valid_from": "2027-01-01"},
            {"valid_from": "2026-12-01"},
            {"valid_to": "2026-02-01"},
        ),
        "expired": ({"valid_to": "2026-11-01"}, {"valid_to": "2026-02-01"}),
    }
    told = {}

    for why, terms in cases.items():
        step = ask(
            world(contract("c", "account", "a"), rows=tuple(row("c", 1, **term) for term in terms))
        ).steps[0]
        told[step.why] = (step.qty, step.since, step.until)
        assert step.why == why

    assert told == {
        "quantity_below": (5, None, None),
        "not_yet_valid": (None, "2026-12-01", None),
        "expired": (None, None, "2026-11-01"),
    }


@pytest.mark.parametrize(("off", "unit"), [(0, 100_0000), (1, 99_9900), (10_000, 0)])
def test_a_contracts_discount_that_lost_names_the_list_price_it_is_off(off: int, unit: int) -> None:
    facts = world(
        contract("c", "account", "a"),
        contract("s", "ship_to", "s"),
        rows=(row("c", None, discount_bp=off, valid_to="2026-12-31", min_qty=2, tier="1"), row("s", 1)),
        commitments=(letter("c", "1"),),
        policy=Policy(contract_party="both"),
    )

    step = ask(facts, qty=2).steps[1]

    assert step == Step(
        "account", "c", "Contract c", False, "less_specific", 100_0000, unit, off, 2, START, "2026-12-31", "1"
    )


def test_no_list_price_and_no_rate_name_tier_and_currency() -> None:
    tiered = world(
        contract("c", "account", "a"),
        contract("s", "ship_to", "s"),
        rows=(row("c", None, discount_bp=5, tier="1"), row("s", 5)),
        commitments=(letter("c", "1"),),
        policy=Policy(contract_party="both"),
        prices=(),
    )
    foreign = world(contract("c", "account", "a", currency="EUR"), rows=(row("c", 5),))

    assert ask(tiered).steps[1] == Step("account", "c", "Contract c", False, "no_list_price", detail="1")
    assert ask(foreign).steps[0] == Step("account", "c", "Contract c", False, "no_rate", detail="EUR")


def test_of_two_rows_of_one_quantity_the_later_counts_then_the_id() -> None:
    older = ListPrice("b", "base", "p", 1, 1, "2026-01-01", None)
    newer, twin = (
        replace(older, id="a", unit_price=2, valid_from="2026-02-01"),
        replace(older, id="c", unit_price=3),
    )
    terms = [
        replace(row("c", one.unit_price), id=one.id, valid_from=one.valid_from)
        for one in (older, newer, twin)
    ]
    own = contract("c", "account", "a")

    assert ask(world(prices=(older, newer))).unit == ask(world(prices=(newer, older))).unit == 2
    assert ask(world(prices=(older, twin))).unit == ask(world(prices=(twin, older))).unit == 3
    assert (
        ask(world(own, rows=(terms[0], terms[1]))).unit
        == ask(world(own, rows=(terms[1], terms[0]))).unit
        == 2
    )
    assert (
        ask(world(own, rows=(terms[0], terms[2]))).unit
        == ask(world(own, rows=(terms[2], terms[0]))).unit
        == 3
    )


def test_nobody_may_go_below_the_newest_floor_of_never_whatever_role_stands_there() -> None:
    floor = Floor("f", "p", "USD", 200_0000, "never", "manager", START, None)
    lower = replace(floor, id="g", unit_price=1, role="finance", valid_from="2026-02-01")

    assert [step.rule for step in ask(world(floors=Known.held((floor, lower)))).steps] == ["list"]
    (step,) = [one for one in ask(world(floors=Known.held((floor,)))).steps if one.rule == "floor"]
    assert step == Step("floor", "f", "", True, "below_floor_never", 100_0000, 100_0000, since=START)


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        (Step("list", "i", "N", False, "expired"), ["list", "i", "N", 0, "expired"]),
        (Step("list", "i", "N", True, "best", None, 7), ["list", "i", "N", 1, "best", 7]),
        (
            Step("list", "i", "N", True, "best", 1, 0, 2, 3, "2026-01-01", "2026-01-02", "d", 4, "EUR", 5),
            ["list", "i", "N", 1, "best", 0, 3, "2026-01-01", "2026-01-02", 1, 2, "d", 4, "EUR", 5],
        ),
        (Step("discount", "", "", True, "given", 2, 1, 500),
         ["discount", "", "", 1, "given", 1, None, None, None, 2, 500]),
    ],
)  # fmt: skip
def test_a_step_is_stored_without_its_empty_end_and_reads_back(step: Step, kept: list[object]) -> None:
    assert stored(step) == kept
    trace = Price(1, 1, 1, 1, "USD", (step,)).trace()
    assert read_trace(trace) == (step,)


def test_a_trace_says_the_version_once_and_keeps_every_letter() -> None:
    step = Step("list", "i", "Østfold", False, "expired")

    assert (
        Price(1, 1, 1, 1, "USD", (step,)).trace() == '{"v":"2","steps":[["list","i","Østfold",0,"expired"]]}'
    )


def test_a_day_of_a_trace_is_a_day() -> None:
    assert (
        DAY in Price(1, 1, 1, 1, "USD", ask(world(prices=(replace(LIST_ROW, valid_to=DAY),))).steps).trace()
    )
