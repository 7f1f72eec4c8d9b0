"""What comes on top of a contract's price: promotions, discounts, and the policies that forbid them (DOMAIN.md §2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contract_kit import (
    DAY,
    LIST_ROW,
    OFFER,
    ask,
    contract,
    lost,
    member,
    row,
    won,
    world,
)

from app.domain.facts import Policy
from app.domain.lines import Asked, judge_all


@pytest.mark.parametrize(
    ("promotions", "policy", "discount", "unit", "reason", "findings"),
    [
        (False, "most_specific", 0, 80_0000, "contract_excludes", []),
        (True, "most_specific", 0, 72_0000, None, []),
        (False, "most_specific", 500, 76_0000, "contract_excludes", []),
        # fixed: neither offers nor the rep's discount apply, and the discount asked needs a yes
        (True, "contract_fixed", 0, 80_0000, "contract_fixed", []),
        (False, "contract_fixed", 500, 80_0000, "contract_fixed", ["contract_price_fixed"]),
    ],
)
def test_a_promotion_on_a_contract_price_needs_the_contracts_word(
    promotions: bool, policy: str, discount: int, unit: int, reason: str | None, findings: list[str]
) -> None:
    facts = world(
        contract("c", "account", "a", promotions=promotions),
        rows=(row("c", 80_0000),),
        promotions=(OFFER,),
        policy=Policy({"rep": {"*": 2000}}, price_policy=policy),
    )

    found = ask(facts, discount=discount)
    asked = Asked(line_id="1", product_id="p", qty=1, discount_bp=discount, shown=unit)
    (judged,) = judge_all([asked], currency="USD", day=DAY, facts=facts)

    assert found.unit == unit
    assert lost(found).get("o") == reason
    assert [one.code for one in judged.findings] == findings
    if findings:
        assert dict(judged.findings[0].params) == {"product": "Stent", "discount": "500"}
        assert found.steps[-1].why == "contract_fixed"


@pytest.mark.parametrize(
    ("policy", "shown", "codes"),
    [
        ("contract_fixed", 80_0000, []),
        ("contract_fixed", 76_0000, ["price_differs", "contract_price_fixed"]),
        ("contract_fixed", 81_0000, ["price_differs"]),
        ("most_specific", 76_0000, ["price_differs"]),
    ],
)
def test_a_lower_price_shown_is_no_way_around_a_contracts_fixed_price(
    policy: str, shown: int, codes: list[str]
) -> None:
    facts = world(
        contract("c", "account", "a"),
        rows=(row("c", 80_0000),),
        policy=Policy({"rep": {"*": 2000}}, price_policy=policy),
    )
    asked = Asked(line_id="1", product_id="p", qty=1, discount_bp=0, shown=shown)

    (judged,) = judge_all([asked], currency="USD", day=DAY, facts=facts)

    assert [one.code for one in judged.findings] == codes
    if "contract_price_fixed" in codes:
        assert dict(judged.findings[1].params) == {"product": "Stent", "discount": "500"}


@pytest.mark.parametrize(
    ("listed", "off", "percents", "unit"),
    [
        # list x (0.6 - 0.02) is 27.8790|34; rounding 28.8403|8 and 0.9613|46 each by itself would give 27.8791
        (48_0673, 4000, (200,), 27_8790),
        (48_0673, 4000, (200, 300), 26_4370),  # and two that stack: x 0.55 is 26.4370|15
        (48_0673, 0, (200,), 47_1060),
        (48_0673, 9900, (200,), 0),  # never below zero
        # a percentage of the running price is taken first; from there on each is rounded by itself
        (48_0673, 4000, (-1000, 200), 24_9951),
    ],
)
def test_percentages_of_the_list_are_added_up_and_rounded_once(
    listed: int, off: int, percents: tuple[int, ...], unit: int
) -> None:
    """A negative percentage is one of the running price."""
    facts = world(
        contract("c", "account", "a", promotions=True),
        rows=(row("c", None, discount_bp=off),),
        prices=(replace(LIST_ROW, unit_price=listed),),
        promotions=tuple(
            replace(OFFER, id=str(n), percent_bp=abs(of), basis="running" if of < 0 else "list", stacks=True)
            for n, of in enumerate(percents)
        ),
    )

    assert ask(facts).unit == unit


def test_without_a_list_price_a_percentage_of_the_list_is_one_of_the_contracts_price() -> None:
    facts = world(
        contract("c", "account", "a", promotions=True),
        rows=(row("c", 80_0000),),
        prices=(),
        promotions=(replace(OFFER, basis="list"),),
    )

    assert ask(facts).unit == 72_0000


def test_under_contract_fixed_a_price_of_a_list_takes_offers_and_discounts_as_ever() -> None:
    facts = world(promotions=(OFFER,), policy=Policy({"rep": {"*": 2000}}, price_policy="contract_fixed"))

    found = ask(facts, discount=1000)

    assert (found.unit, found.fixed) == (81_0000, False)


def test_best_of_takes_the_lowest_layer_and_of_equal_ones_the_more_specific() -> None:
    facts = world(
        contract("c", "account", "a"),
        contract("i", "idn", "i"),
        rows=(row("c", 90_0000), row("i", 80_0000)),
        memberships=(member("i", "idn"),),
        prices=(replace(LIST_ROW, unit_price=80_0000),),
        policy=Policy(price_policy="best_of"),
    )

    found = ask(facts)

    assert won(found) == (80_0000, "i")
    assert found.steps[1].why == "lowest"
    assert lost(found) == {"c": "not_lowest", "base": "not_lowest"}
