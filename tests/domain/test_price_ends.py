"""Where a price ends: at the floor, at the cent, and at the mistakes that others shipped (DOMAIN.md §2, §8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from contract_kit import (
    ACCOUNT,
    BASE,
    DAY,
    LIST,
    LIST_ROW,
    OFFER,
    PRODUCT,
    START,
    ask,
    contract,
    lost,
    row,
    won,
    world,
)

from app.domain.catalog import ExchangeRate, Floor, ListPrice, PriceList
from app.domain.commands import QuoteLine, SubmitQuote
from app.domain.decide import decide
from app.domain.facts import HELD, Known
from app.domain.lines import Asked, judge_all
from app.domain.money import extend, share
from app.domain.pricing import Price, PriceBook

# -- floors -----------------------------------------------------------------------------------------------------------

FLOOR = Floor("f", "p", "USD", 90_0000, "approval", "director", START, None)
NEVER = Floor("n", "p", "USD", 80_0000, "never", "", START, None)


@pytest.mark.parametrize(
    ("shown", "codes"),
    [
        (90_0001, []),
        (90_0000, []),  # exactly at the floor is not below it
        (89_9999, ["below_floor"]),
        (80_0000, ["below_floor"]),
        (79_9999, ["below_floor", "below_floor_never"]),
    ],
)
def test_a_line_at_the_floor_needs_nobody_and_one_below_it_does(shown: int, codes: list[str]) -> None:
    facts = world(
        prices=(replace(LIST_ROW, unit_price=shown),), floors=Known.held((NEVER, FLOOR))
    )  # the shown price is our own
    asked = Asked(line_id="7", product_id="p", qty=1, discount_bp=0, shown=shown)

    (judged,) = judge_all([asked], currency="USD", day=DAY, facts=facts)
    steps = [step for step in ask(facts).steps if step.rule == "floor"]

    assert [one.code for one in judged.findings] == codes
    assert [(one.why, one.before, one.after, one.won) for one in steps] == [
        (c, shown, shown, True) for c in codes
    ]
    if codes:
        first = judged.findings[0]
        assert (first.subject, first.severity, first.as_of) == ("7", "approval", START)
        assert dict(first.params) == {
            "product": "Stent", "shown": str(shown), "currency": "USD", "roles": "director",
        }  # fmt: skip
        assert "900000" not in str(judged) + str(steps)  # what the floor is, is told to nobody
    if len(codes) == 2:
        assert judged.findings[1].severity == "blocks"
        assert dict(judged.findings[1].params) == {"product": "Stent", "shown": str(shown), "currency": "USD"}


def test_the_floor_is_judged_on_the_price_that_is_sold() -> None:
    """Our own price is 100.00, the shown one 85.00, the floor 90.00: what is sold is below it."""
    asked = Asked(line_id="1", product_id="p", qty=1, discount_bp=0, shown=85_0000)

    (judged,) = judge_all([asked], currency="USD", day=DAY, facts=world(floors=Known.held((FLOOR,))))
    higher = replace(asked, shown=95_0000)
    dear = world(floors=Known.held((FLOOR,)), prices=(replace(LIST_ROW, unit_price=80_0000),))
    (other,) = judge_all([higher], currency="USD", day=DAY, facts=dear)

    assert "below_floor" in [one.code for one in judged.findings]
    assert [one.code for one in other.findings] == ["price_differs"]


@pytest.mark.parametrize(
    ("floors", "refs"),
    [
        ((), []),
        ((replace(FLOOR, product_id="x"),), []),
        ((replace(FLOOR, valid_to="2026-11-22"),), []),
        ((replace(FLOOR, valid_from="2026-11-24"),), []),
        ((replace(FLOOR, valid_to=DAY, valid_from=DAY),), ["f"]),
        ((replace(FLOOR, currency="EUR"),), []),  # no rate from it
        ((replace(FLOOR, currency="GBP"),), ["f"]),  # 90.00 x 1.2 = 108.00
        ((replace(FLOOR, currency="GBP", unit_price=66_0000),), []),
        # of one role the newest, then the higher, then the later id; one in the document's currency before others
        ((FLOOR, replace(FLOOR, id="g", valid_from="2026-02-01", unit_price=1)), []),
        ((FLOOR, replace(FLOOR, id="e", unit_price=1)), ["f"]),
        ((FLOOR, replace(FLOOR, id="g")), ["g"]),
        ((FLOOR, replace(FLOOR, id="g", valid_from="2026-02-01", currency="GBP")), ["f"]),
        ((FLOOR, replace(FLOOR, id="g", role="finance")), ["f", "g"]),
    ],
)
def test_of_the_floors_of_a_role_the_one_in_force_counts(floors: tuple[Floor, ...], refs: list[str]) -> None:
    facts = world(
        prices=(replace(LIST_ROW, unit_price=80_0000),),
        rates=(ExchangeRate("r", "GBP", "USD", 120_000_000, START),),
    )

    for given in (floors, floors[::-1]):
        found = ask(replace(facts, floors=Known.held(given)))
        assert [step.ref for step in found.steps if step.rule == "floor"] == refs


# -- cents ------------------------------------------------------------------------------------------------------------


def test_a_cent_of_rounding_over_200_lines_is_the_sum_of_rounded_lines() -> None:
    """200 lines of 1 at 1.0050: each is 1.01 (half away from zero), together 202.00; rounded once it were 201.00."""
    names = [f"p{n}" for n in range(200)]
    facts = world(
        prices=tuple(ListPrice(name, "base", name, 1, 1_0050, START, None) for name in names),
        products={name: Known.held(replace(PRODUCT, id=name)) for name in names},
    )
    lines = tuple(QuoteLine(product_id=name, qty=1, discount_bp=0, shown_price=1_0050) for name in names)
    command = SubmitQuote(
        op_id="op", actor="rep", business_date=DAY, quote_id="q", number="N", revision=1, account_id="a",
        ship_to_id="s", currency="USD", po_number="", note="", lines=lines,
    )  # fmt: skip

    said = decide(command, facts)
    (quote,) = [event for event in said.events if hasattr(event, "list_total")]

    assert (quote.total, quote.list_total) == (202_00, 202_00)
    assert sum(line.extended for line in quote.lines) == quote.total
    assert extend(1_0050, 200, "USD") == 201_00


def test_a_total_is_the_same_however_often_and_in_whatever_order_it_is_computed() -> None:
    lines = [
        Asked(line_id=str(n), product_id="p", qty=n + 1, discount_bp=333, shown=96_6700) for n in range(7)
    ]
    totals = {
        sum(one.extended for one in judge_all(order, currency="USD", day=DAY, facts=world()))
        for order in (lines, lines[::-1], lines[3:] + lines[:3])
    }

    assert totals == {28 * 96_67}


@pytest.mark.parametrize(
    ("unit", "qty", "parts", "refunds"),
    [
        (33_3333, 3, (1, 1, 1), (33_33, 33_34, 33_33)),
        (1_0050, 7, (3, 4), (3_02, 4_02)),
        (0, 2, (1, 1), (0, 0)),
    ],
)
def test_a_return_mirrors_its_sale(
    unit: int, qty: int, parts: tuple[int, ...], refunds: tuple[int, ...]
) -> None:
    sold = extend(unit, qty, "USD")

    given = tuple(share(sold, qty, sum(parts[:n]), part) for n, part in enumerate(parts))

    assert given == refunds
    assert sum(given) == sold


# -- what others shipped (DOMAIN.md §8) -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("segment", "audience", "unit"),
    [
        ("store", "store", 90_0000),
        ("", "store", 100_0000),
        ("", "", 100_0000),  # an offer for nobody is not one for customers without a group
        ("", "all", 90_0000),
        ("store", "individual", 100_0000),
    ],
)
def test_a_customer_without_a_group_gets_no_group_discount(segment: str, audience: str, unit: int) -> None:
    facts = world(promotions=(replace(OFFER, audience=audience),))

    assert ask(facts, segment=segment).unit == unit


def test_a_group_list_is_for_its_own_accounts_alone() -> None:
    group = PriceList("grp", "Resellers", 10, "USD", START, None, scope="group")
    rows = (LIST_ROW, ListPrice("g", "grp", "p", 1, 60_0000, START, None))
    facts = world(lists=(BASE, group), prices=rows)
    mine = replace(facts, account=Known.held(replace(ACCOUNT, price_list_id="grp")))

    assert won(ask(facts)) == (LIST, "base")
    assert lost(ask(facts)) == {"grp": "other_group"}
    assert won(ask(mine)) == (60_0000, "grp")
    assert won(ask(replace(mine, account=Known(HELD)))) == (LIST, "base")


def test_a_discount_is_given_once_when_the_customer_is_changed_and_back() -> None:
    """5% off 100.00 is 95.00; off the other customer's 80.00 it is 76.00; and back it is 95.00 again."""
    mine = world()
    other = world(
        contract("c", "account", "b"), rows=(row("c", 80_0000),), account=Known.held(replace(ACCOUNT, id="b"))
    )

    units = [ask(facts, discount=500).unit for facts in (mine, other, mine)]

    assert units == [95_0000, 76_0000, 95_0000]
    for facts in (mine, other):
        assert [step.percent_bp for step in ask(facts, discount=500).steps if step.rule == "discount"] == [
            500
        ]


class Counted(tuple[Any, ...]):
    """Rows that count how often somebody walks through them."""

    walks = 0

    def __iter__(self) -> Any:
        Counted.walks += 1
        return super().__iter__()


def test_twenty_thousand_products_are_priced_without_walking_through_the_facts_for_each() -> None:
    """Half an hour it takes where each product walks through the prices of all: 20,000 x 20,000 rows."""
    names = [f"p{n}" for n in range(20_000)]
    prices = Counted(
        ListPrice(name, "base", name, 1, 1_0000 + n, START, None) for n, name in enumerate(names)
    )
    facts = world(
        prices=prices,
        contract_prices=Counted(),
        promotions=Counted(),
        contracts=Counted(),
        lists=Counted((BASE,)),
    )
    Counted.walks = 0

    book = PriceBook(facts, segment="store", currency="USD", day=DAY)
    prepared = Counted.walks
    units = [found.unit for name in names if isinstance(found := book.price(name, 1, 0), Price)]

    assert units == [1_0000 + n for n in range(20_000)]
    assert Counted.walks == prepared <= 8
