"""The contract cases the industry argues about: whose contract counts, each with its figures (DOMAIN.md §2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contract_kit import (
    BASE,
    BEST,
    LIST,
    LIST_ROW,
    START,
    TWO_GPOS,
    TWO_ROWS,
    ask,
    contract,
    lost,
    member,
    row,
    won,
    world,
)

from app.domain.catalog import PriceList
from app.domain.facts import HELD, Known, Policy
from app.domain.parties import ShipTo

# -- whose contract ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "group", "unit", "layer", "loser"),
    [
        # two sites of one owner group, each in its own purchasing group
        ("site-1", "g-east", 80_0000, "east", "west"),
        ("site-2", "g-west", 70_0000, "west", "east"),
    ],
)
def test_sites_of_one_idn_in_different_gpos_each_buy_at_their_own(
    site: str, group: str, unit: int, layer: str, loser: str
) -> None:
    facts = world(
        *TWO_GPOS,
        contract("owner", "idn", "idn"),
        rows=TWO_ROWS,
        policy=Policy(contract_party="ship_to"),
        ship_to=Known.held(ShipTo(site, "US", "WA")),
        memberships=(member("idn", "idn", site), member(group, "gpo", site)),
    )

    found = ask(facts)

    assert won(found) == (unit, layer)
    assert lost(found) == {loser: "not_on_roster", "owner": "not_on_contract", "base": "less_specific"}


@pytest.mark.parametrize(
    ("day", "unit", "since", "until"),
    [
        # on the roster from 1 March to 31 October, both days in
        ("2026-02-28", 100_0000, "2026-03-01", None),
        ("2026-03-01", 80_0000, None, None),
        ("2026-10-31", 80_0000, None, None),
        ("2026-11-01", 100_0000, None, "2026-10-31"),
    ],
)
def test_an_affiliate_joins_or_leaves_on_a_date(
    day: str, unit: int, since: str | None, until: str | None
) -> None:
    facts = world(
        contract("east", "gpo", "g-east"),
        rows=(row("east", 80_0000),),
        memberships=(member("g-east", valid_from="2026-03-01", valid_to="2026-10-31"),),
    )

    found = ask(facts, day=day)
    step = found.steps[0]

    assert found.unit == unit
    if unit == LIST:
        assert (step.why, step.since, step.until, step.detail) == (
            "not_on_roster",
            since,
            until,
            "Group g-east",
        )


def test_an_affiliate_that_left_and_joins_again_is_told_both_days() -> None:
    facts = world(
        contract("east", "gpo", "g-east"),
        rows=(row("east", 80_0000),),
        memberships=(
            member("g-east", valid_from="2025-01-01", valid_to="2025-06-30"),
            member("g-east", valid_from="2026-02-01", valid_to="2026-10-31"),
            member("g-east", valid_from="2027-02-01"),
            member("g-east", valid_from="2027-01-01"),
            member("g-east", who="somebody else"),
        ),
    )

    step = ask(facts).steps[0]

    assert (step.why, step.since, step.until) == ("not_on_roster", "2027-01-01", "2026-10-31")


def test_a_group_whose_roster_never_named_the_customer_says_no_day() -> None:
    step = ask(world(contract("east", "gpo", "g-east"), rows=(row("east", 1),))).steps[0]

    assert (step.why, step.since, step.until, step.detail) == ("not_on_roster", None, None, "")


@pytest.mark.parametrize(
    ("party", "unit", "layer", "loser", "reason"),
    [
        ("sold_to", 90_0000, "sold", "ship", "other_party"),
        ("ship_to", 95_0000, "ship", "sold", "other_party"),
        ("both", 95_0000, "ship", "sold", "less_specific"),  # the ship-to's own is the more specific
        ("nonsense", 90_0000, "sold", "ship", "other_party"),  # as the default
    ],
)
def test_sold_to_and_ship_to_with_different_contracts_go_by_company_policy(
    party: str, unit: int, layer: str, loser: str, reason: str
) -> None:
    facts = world(
        contract("sold", "account", "a"),
        contract("ship", "ship_to", "s"),
        rows=(row("sold", 90_0000), row("ship", 95_0000)),
        policy=Policy(contract_party=party),
    )

    found = ask(facts)

    assert won(found) == (unit, layer)
    assert lost(found)[loser] == reason


@pytest.mark.parametrize(
    ("party", "who", "reason"),
    [
        ("sold_to", "s", "other_party"),  # only the ship-to is on the roster
        ("ship_to", "a", "other_party"),
        ("sold_to", "a", BEST),
        ("ship_to", "s", BEST),
        ("both", "a", BEST),
        ("both", "s", BEST),
        ("both", "x", "not_on_roster"),
    ],
)
def test_a_groups_contract_counts_through_the_party_of_company_policy(
    party: str, who: str, reason: str
) -> None:
    facts = world(
        contract("east", "gpo", "g-east"),
        rows=(row("east", 80_0000),),
        memberships=(member("g-east", who=who),),
        policy=Policy(contract_party=party),
    )

    assert ask(facts).steps[0].why == reason


@pytest.mark.parametrize(
    ("kind", "holder", "party", "reason"),
    [
        ("ship_to", "s", "ship_to", "no_ship_to"),
        ("ship_to", "s", "both", "no_ship_to"),
        ("ship_to", "s", "sold_to", "other_party"),
        ("gpo", "g", "ship_to", "no_ship_to"),
        ("gpo", "g", "both", "not_on_roster"),
        ("account", "a", "ship_to", "other_party"),
        ("account", "other", "sold_to", "other_party"),
    ],
)
def test_without_a_ship_to_its_contracts_say_so(kind: str, holder: str, party: str, reason: str) -> None:
    facts = world(
        contract("c", kind, holder),
        rows=(row("c", 1),),
        policy=Policy(contract_party=party),
        ship_to=Known(HELD),
    )

    assert lost(ask(facts))["c"] == reason


def test_for_nobody_in_particular_no_contract_counts() -> None:
    facts = world(
        contract("c", "account", "a"),
        contract("g", "gpo", "g"),
        rows=(row("c", 1), row("g", 1)),
        account=Known(HELD),
        ship_to=Known(HELD),
        memberships=(member("g"),),
    )

    assert lost(ask(facts)) == {"c": "other_party", "g": "not_on_roster"}


def test_layers_are_asked_from_the_customers_own_contract_to_the_base_list() -> None:
    lists = (
        BASE,
        PriceList("north", "North", 20, "USD", START, None),
        PriceList("own", "Own", 10, "USD", START, None),
    )
    facts = world(
        contract("gpo", "gpo", "g"),
        contract("idn", "idn", "i"),
        contract("own-c", "account", "a"),
        rows=(row("gpo", 4), row("idn", 3), row("own-c", 2)),
        memberships=(member("g"), member("i", "idn")),
        lists=lists,
        prices=(LIST_ROW, replace(LIST_ROW, list_id="north"), replace(LIST_ROW, list_id="own")),
    )

    found = ask(facts)

    assert [step.ref for step in found.steps] == ["own-c", "idn", "gpo", "own", "north", "base"]
    assert [step.rule for step in found.steps] == ["account", "idn", "gpo", "list", "list", "list"]
    assert won(found) == (2, "own-c")
    assert set(lost(found).values()) == {"less_specific"}
