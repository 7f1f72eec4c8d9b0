"""Lines beside what was shown: whose steps are kept, the discount a wrong price amounts to, long documents."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalog import ListPrice, PriceList, Product
from app.domain.facts import HELD, NOT_HERE, Facts, Known, Policy
from app.domain.lines import Asked, Judged, judge_all
from app.domain.parties import Account, Person
from app.domain.pricing import LONGEST, TRACES, Price, Step, Unpriced, explains, fitting, price, read_trace

DAY, START = "2026-11-23", "2026-01-01"
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)
LISTS = (
    PriceList("own", "Own list", 10, "USD", START, None),
    PriceList("base", "Base list", 30, "USD", START, None),
)


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(Person("rep", "rep", ("north",))),
        "policy": Policy({"rep": {"*": 1000}, "manager": {"*": 9000}}),
        "account": Known.held(ACCOUNT),
        "products": {"p": Known.held(Product("p", "S1", "Stent", "III", "none"))},
        "lists": LISTS,
        "prices": (ListPrice("row", "base", "p", 1, 100_0000, START, None),),
        "prices_status": HELD,
    }
    return Facts(**{**known, **changes})


def asked(shown: int, *, discount: int = 0, trace: str = "", qty: int = 2) -> Asked:
    return Asked(line_id="1", product_id="p", qty=qty, discount_bp=discount, shown=shown, shown_trace=trace)


def judged(line: Asked, known: Facts | None = None) -> Judged:
    (one,) = judge_all([line], currency="USD", day=DAY, facts=known or facts())
    return one


def own(discount: int = 0) -> Price:
    found = price("p", 2, discount, segment="store", currency="USD", day=DAY, facts=facts())
    assert isinstance(found, Price)
    return found


def test_an_equal_price_keeps_the_steps_as_shown_and_nothing_beside_them() -> None:
    shown = own().short_trace()

    one = judged(asked(100_0000, trace=shown))

    assert (one.unit, one.repriced, one.extended, one.list_extended) == (100_0000, None, 200_00, 200_00)
    assert (one.trace, one.repriced_trace, one.findings) == (shown, "", ())


def test_without_shown_steps_the_deciders_own_are_kept() -> None:
    assert judged(asked(95_0000, discount=500)).trace == own(500).trace()


def test_a_price_that_differs_keeps_both_traces() -> None:
    shown = Price(
        99_0000, 99_0000, 198_00, 198_00, "USD", (Step("list", "x", "X", True, "best", None, 99_0000),)
    )

    one = judged(asked(99_0000, trace=shown.trace()))

    assert (one.unit, one.repriced, one.extended, one.list_extended) == (99_0000, 100_0000, 198_00, 198_00)
    assert (one.trace, one.repriced_trace) == (shown.trace(), own().trace())
    assert [found.code for found in one.findings] == ["price_differs"]


def test_a_price_that_differs_without_steps_keeps_the_deciders_own() -> None:
    one = judged(asked(99_0000))

    assert one.trace == one.repriced_trace == own().trace()


@pytest.mark.parametrize(
    "trace",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"v":"2","steps":{}}',
        '{"v":"2","steps":[]}',
        '{"v":"2","steps":[1]}',
        '{"v":"2","steps":[["list","x","X",1]]}',
        '{"v":"2","steps":[["list","x","X",0,"best",1000000]]}',  # nothing won
        '{"v":"2","steps":[["list","x","X",1,"best",999999]]}',  # another price
        '{"v":"2","steps":[["list","x","X",1,"best","1000000"]]}',
        '{"v":"2","steps":[["list","x",null,1,"best",1000000]]}',
        '{"v":"2","steps":[["list","x","X",1,"best",1000000,1,"yesterday"]]}',
        '{"v":"2","steps":[["list","x","X",1,"best",1000000,1,"20260101"]]}',
        '{"v":"2","steps":[["list","x","X",1,"best",1000000,1,7]]}',
        '{"v":"2","steps":[["list","x","X",1,"best",1000000,1,null,null,1,1,"",1,"",1,1]]}',  # a field too many
        "[" * 100_000,
    ],
)
def test_steps_that_do_not_explain_the_shown_price_are_not_kept(trace: str) -> None:
    assert not explains(trace, 100_0000)
    assert judged(asked(100_0000, trace=trace)).trace == own().trace()


@pytest.mark.parametrize(
    ("version", "row"),
    [
        ("1", '"best",null,1000000,null'),
        ("2", '"best",1000000'),
        ("3", '"best",1000000'),  # of a newer program: as far as it can be read
    ],
)
def test_steps_of_every_version_explain(version: str, row: str) -> None:
    trace = f'{{"v":"{version}","steps":[["list","x","X",1,{row}]]}}'

    assert explains(trace, 100_0000)
    assert read_trace(trace) == (Step("list", "x", "X", True, "best", None, 100_0000, version=version),)


def test_a_row_of_version_1_has_no_more_than_its_eight_fields() -> None:
    assert not explains('{"v":"1","steps":[["list","x","X",1,"best",null,1000000,null,1]]}', 100_0000)


def test_a_trace_without_a_version_has_none() -> None:
    assert read_trace('{"steps":[["list","x","X",0,"expired"]]}')[0].version == ""


@pytest.mark.parametrize(
    ("shown", "discount", "codes", "given"),
    [
        (90_0000, 1000, [], None),  # at the limit
        (89_9900, 1001, ["discount_over_limit"], 1001),
        (89_9900, 0, ["discount_over_limit", "price_differs"], 1001),  # a lower price is a discount
        (90_0000, 0, ["price_differs"], None),
        (85_0000, 500, ["discount_over_limit", "price_differs"], 1500),
        (110_0000, 0, ["price_differs"], None),
    ],
)
def test_a_lower_price_counts_as_the_discount_it_amounts_to(
    shown: int, discount: int, codes: list[str], given: int | None
) -> None:
    found = judged(asked(shown, discount=discount)).findings

    assert sorted(one.code for one in found) == codes
    told = [dict(one.params)["discount"] for one in found if one.code == "discount_over_limit"]
    assert told == ([str(given)] if given else [])


@pytest.mark.parametrize(
    ("shown", "discount", "before"),
    [(94_0000, 500, 197_89), (1_0000, 10_000, 2_00), (99_0000, 0, 198_00)],
)
def test_the_list_amount_of_an_honoured_price_is_that_price_without_its_discount(
    shown: int, discount: int, before: int
) -> None:
    assert judged(asked(shown, discount=discount, qty=2), facts(prices=(
        ListPrice("row", "base", "p", 1, 100_0001, START, None),
    ))).list_extended == before  # fmt: skip


def test_a_free_product_has_no_discount_to_be_over() -> None:
    free = facts(prices=(ListPrice("row", "base", "p", 1, 0, START, None),))

    assert judged(asked(0), free).findings == ()
    assert [one.code for one in judged(asked(1), free).findings] == ["price_differs"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"products": {}}, ["price_differs"]),
        ({"products": {"p": Known(NOT_HERE)}}, ["price_differs"]),
        ({"actor": Known(NOT_HERE)}, ["price_differs"]),
        ({"received_on": "2026-12-07"}, ["discount_over_limit", "price_differs"]),
        ({"received_on": "2026-12-08"}, ["discount_over_limit", "price_too_old"]),
    ],
)
def test_what_is_not_known_is_not_judged_and_an_old_price_needs_a_yes(
    changes: dict[str, Any], codes: list[str]
) -> None:
    assert sorted(one.code for one in judged(asked(50_0000), facts(**changes)).findings) == codes


@pytest.mark.parametrize(("status", "code"), [(HELD, "price_missing"), (NOT_HERE, "fact_missing")])
def test_no_price_keeps_the_steps_that_say_why(status: str, code: str) -> None:
    one = judged(asked(5_0000), facts(prices=(), prices_status=status))

    assert [(f.code, dict(f.params)) for f in one.findings] == [(code, {"product": "Stent", "what": "price"})]
    assert [(step.ref, step.why) for step in read_trace(one.trace)] == [
        ("own", "not_on_list"), ("base", "not_on_list"),
    ]  # fmt: skip
    assert (one.unit, one.repriced, one.extended, one.list_extended) == (5_0000, None, 10_00, 10_00)


def test_the_customers_group_decides_on_its_offers() -> None:
    nobody = facts(account=Known(NOT_HERE))

    assert judged(asked(100_0000), nobody).findings == ()


# -- long documents ---------------------------------------------------------------------------------------------------


def made(size: int) -> Price:
    """A price whose trace has exactly `size` bytes."""
    won = Step("list", "w", "W", True, "most_specific", None, 1)
    blank = Price(1, 1, 1, 1, "USD", (won, Step("list", "", "", False, "expired")))
    name = "x" * (size - len(blank.trace()))
    return replace(blank, steps=(won, Step("list", "", name, False, "expired")))


@pytest.mark.parametrize(("over", "whole"), [(0, True), (1, False)])
def test_traces_that_are_too_long_together_keep_only_what_won(over: int, whole: bool) -> None:
    lines = [made(10_000) for _ in range(14)] + [made(10_000 + over)]
    assert sum(len(one.trace()) for one in lines) == TRACES + over

    kept = fitting(lines)

    assert kept == [one.trace() if whole else one.short_trace() for one in lines]


@pytest.mark.parametrize(("size", "whole"), [(LONGEST, True), (LONGEST + 1, False)])
def test_one_trace_that_is_too_long_is_shortened_alone(size: int, whole: bool) -> None:
    long, short = made(size), made(200)

    assert fitting([long, short]) == [long.trace() if whole else long.short_trace(), short.trace()]


def test_bytes_count_not_characters() -> None:
    step = Step("list", "", "ø" * 8_000, False, "expired")
    line = Price(1, 1, 1, 1, "USD", (step,))

    assert len(line.trace()) < LONGEST < len(line.trace().encode())
    assert fitting([line]) == [line.short_trace()]


def test_a_short_trace_has_the_steps_that_won_and_no_price_has_none() -> None:
    assert [step.ref for step in read_trace(own(500).short_trace())] == ["base", ""]
    assert json.loads(Unpriced((Step("list", "x", "X", False, "expired"),)).short_trace()) == {
        "v": "2",
        "steps": [],
    }


def test_a_trace_of_six_layers_is_short_enough_to_travel() -> None:
    names = "0198b2a4-0000-7000-8000-00000000000"
    layers = tuple(
        Step(
            rule, f"{names}{n}", "Harbour agreement", n == 0, "less_specific", None, 100_0000, None, 10, START
        )
        for n, rule in enumerate(("account", "idn", "gpo", "list", "list", "list"))
    )

    assert len(Price(1, 1, 1, 1, "USD", layers).trace()) <= 700
