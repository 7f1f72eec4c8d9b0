"""The contract cases the industry argues about: tiers, letters of commitment, cherry-picking, each with its
figures (DOMAIN.md §1, §2).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from contract_kit import (
    BEST,
    DAY,
    EAST,
    START,
    TWO_GPOS,
    TWO_ROWS,
    ask,
    contract,
    letter,
    lost,
    member,
    row,
    won,
    world,
)

from app.domain.catalog import Commitment, Contract
from app.domain.facts import Policy
from app.domain.lines import Asked, judge_all
from app.domain.parties import Membership

# -- tiers and letters of commitment ----------------------------------------------------------------------------------

TIERS = (row("east", 90_0000), row("east", 85_0000, tier="1"), row("east", 80_0000, tier="2"))


@pytest.mark.parametrize(
    ("day", "unit", "tier"),
    [
        ("2026-06-30", 85_0000, "1"),
        ("2026-07-01", 80_0000, "2"),  # tier 2 is reached while the quote is open
    ],
)
def test_a_tier_reached_in_mid_quote_counts_from_its_day(day: str, unit: int, tier: str) -> None:
    letters = (letter("east", "1"), letter("east", "2", valid_from="2026-07-01"))
    facts = world(rows=TIERS, commitments=letters, **EAST)

    step = ask(facts, day=day).steps[0]

    assert (step.after, step.detail) == (unit, tier)


def test_a_quote_shown_before_the_tier_is_honoured_and_the_new_price_told() -> None:
    """Shown at tier 1 (85.00), priced again at tier 2 (80.00): the shown price stands, both traces are kept."""
    letters = (letter("east", "1"), letter("east", "2", valid_from="2026-11-23"))
    before, after = (
        world(rows=TIERS, commitments=letters[:1], **EAST),
        world(rows=TIERS, commitments=letters, **EAST),
    )
    shown = ask(before)
    asked = Asked(
        line_id="1", product_id="p", qty=1, discount_bp=0, shown=shown.unit, shown_trace=shown.trace()
    )

    (judged,) = judge_all([asked], currency="USD", day=DAY, facts=after)

    assert (judged.unit, judged.repriced) == (85_0000, 80_0000)
    assert [one.code for one in judged.findings] == ["price_differs"]
    assert judged.trace == shown.trace()
    assert judged.repriced_trace == ask(after).trace()


@pytest.mark.parametrize(
    ("letters", "unit", "reason", "since", "until"),
    [
        ((), 100_0000, "not_committed", None, None),
        ((letter("east", "1"),), 100_0000, "not_committed", None, None),  # to another tier
        ((letter("east", "2", who="x"),), 100_0000, "not_committed", None, None),
        ((letter("west", "2"),), 100_0000, "not_committed", None, None),
        ((letter("east", "2", signed_on=None),), 100_0000, "loc_not_signed", None, None),
        ((letter("east", "2", signed_on=None, retroactive=True),), 100_0000, "loc_not_signed", None, None),
        # signed late: from the day of the signature on
        ((letter("east", "2", signed_on="2026-11-24"),), 100_0000, "loc_not_signed", "2026-11-24", None),
        ((letter("east", "2", signed_on="2026-11-23"),), 80_0000, BEST, START, None),
        # signed late, but retroactive: from its own first day
        ((letter("east", "2", signed_on="2026-12-24", retroactive=True),), 80_0000, BEST, START, None),
        ((letter("east", "2", valid_from="2026-11-24"),), 100_0000, "loc_not_started", "2026-11-24", None),
        ((letter("east", "2", valid_to="2026-11-22"),), 100_0000, "loc_expired", START, "2026-11-22"),
        ((letter("east", "2", valid_to="2026-11-23"),), 80_0000, BEST, START, None),
    ],
)
def test_a_loc_signed_late_counts_from_its_signature_unless_it_is_retroactive(
    letters: tuple[Commitment, ...], unit: int, reason: str, since: str | None, until: str | None
) -> None:
    found = ask(world(rows=TIERS[2:], commitments=letters, **EAST))
    step = found.steps[0]

    assert found.unit == unit
    assert (step.why, step.since, step.until, step.detail) == (reason, since, until, "2")


def test_of_several_letters_that_do_not_count_the_nearest_is_named() -> None:
    expired = letter("east", "2", id="1", valid_to="2026-11-01")
    coming = letter("east", "2", id="2", valid_from="2026-12-01")
    unsigned = letter("east", "2", id="3", signed_on=None)
    cases = ((expired,), (expired, coming), (expired, coming, unsigned))

    reasons = [ask(world(rows=TIERS[2:], commitments=letters, **EAST)).steps[0].why for letters in cases]

    assert reasons == ["loc_expired", "loc_not_started", "loc_not_signed"]


def test_of_several_tiers_that_are_not_had_the_nearest_is_named() -> None:
    letters = (letter("east", "1", valid_to="2026-11-01"), letter("east", "2", valid_from="2026-12-01"))

    step = ask(world(rows=TIERS[1:], commitments=letters, **EAST)).steps[0]

    assert (step.why, step.detail) == ("loc_not_started", "2")
    assert ask(world(rows=TIERS[1:], **EAST)).steps[0].detail == "1"


def test_a_committed_member_gets_its_tier_before_everybodys_price_even_when_that_is_lower() -> None:
    rows = (row("east", 70_0000, min_qty=5), row("east", 80_0000, tier="2"))

    assert ask(world(rows=rows, commitments=(letter("east", "2"),), **EAST), qty=5).unit == 80_0000


def test_where_the_tier_has_no_price_for_the_quantity_everybodys_holds() -> None:
    rows = (row("east", 90_0000), row("east", 80_0000, tier="2", min_qty=10))
    facts = world(rows=rows, commitments=(letter("east", "2"),), **EAST)

    assert [ask(facts, qty=qty).unit for qty in (9, 10)] == [90_0000, 80_0000]


def test_of_two_tiers_the_one_that_counts_last_is_the_members() -> None:
    letters = (letter("east", "1", signed_on="2026-06-01"), letter("east", "2", signed_on="2026-03-01"))

    assert ask(world(rows=TIERS, commitments=letters, **EAST)).unit == 85_0000


CHERRY = {"memberships": (member("g-east"), member("g-west"))}


@pytest.mark.parametrize(
    ("change", "unit", "reason"),
    [
        # bound to East's tier 2 at 80.00, West's 70.00 cannot be picked
        ({"exclusive": True}, 80_0000, "committed_elsewhere"),
        ({"exclusive": False}, 70_0000, "most_specific"),
        ({"exclusive": True, "signed_on": "2026-11-24"}, 70_0000, "most_specific"),
        ({"exclusive": True, "valid_to": "2026-11-22"}, 70_0000, "most_specific"),
        ({"exclusive": True, "member_id": "x"}, 70_0000, "most_specific"),
    ],
)
def test_cherry_picking_against_a_committed_tier_is_refused_by_name(
    change: dict[str, Any], unit: int, reason: str
) -> None:
    newer_west = (TWO_GPOS[0], replace(TWO_GPOS[1], valid_from="2026-02-01"))  # would win among equals
    facts = world(
        *newer_west,
        rows=(row("east", 80_0000, tier="2"), TWO_ROWS[1]),
        commitments=(replace(letter("east", "2"), **change),),
        **CHERRY,
    )

    found = ask(facts)
    west = next(step for step in found.steps if step.ref == "west")

    assert (found.unit, west.why) == (unit, reason)
    if reason == "committed_elsewhere":
        assert (west.detail, west.since, west.until) == ("Contract east", START, None)


@pytest.mark.parametrize(
    ("east", "memberships"),
    [
        (replace(TWO_GPOS[0], valid_to="2026-11-22"), CHERRY["memberships"]),  # the contract is over
        (TWO_GPOS[0], CHERRY["memberships"][1:]),  # the member left the group
        (replace(TWO_GPOS[0], holder_kind="idn"), CHERRY["memberships"]),  # no purchasing group's
    ],
)
def test_a_commitment_binds_only_while_its_contract_holds(
    east: Contract, memberships: tuple[Membership, ...]
) -> None:
    facts = world(
        east,
        TWO_GPOS[1],
        rows=(TWO_ROWS[1],),
        memberships=memberships,
        commitments=(letter("east", exclusive=True),),
    )

    assert ask(facts).unit == 70_0000


def test_a_commitment_to_a_contract_that_is_not_known_binds_nobody() -> None:
    facts = world(TWO_GPOS[1], rows=(TWO_ROWS[1],), commitments=(letter("gone", exclusive=True),), **CHERRY)

    assert ask(facts).unit == 70_0000


def test_two_exclusive_commitments_keep_out_neither_of_the_two_but_every_other() -> None:
    third = contract("third", "gpo", "g-third")
    facts = world(
        *TWO_GPOS,
        third,
        rows=(*TWO_ROWS, row("third", 1)),
        memberships=(*CHERRY["memberships"], member("g-third")),
        commitments=(
            letter("west", exclusive=True, signed_on="2026-03-01"),
            letter("east", exclusive=True, signed_on="2026-02-01"),
        ),
    )

    found = ask(facts)
    step = next(one for one in found.steps if one.ref == "third")

    assert won(found) == (70_0000, "west")
    assert lost(found) == {
        "east": "equal_rank_dearer", "third": "committed_elsewhere", "base": "less_specific",
    }  # fmt: skip
    assert (step.detail, step.since) == ("Contract east", "2026-02-01")  # the older of the two is named


def test_an_owner_groups_contract_stands_beside_a_purchasing_groups_commitment() -> None:
    facts = world(
        TWO_GPOS[0],
        contract("owner", "idn", "i"),
        rows=(TWO_ROWS[0], row("owner", 75_0000)),
        memberships=(member("g-east"), member("i", "idn")),
        commitments=(letter("east", exclusive=True),),
    )

    assert won(ask(facts)) == (75_0000, "owner")


def test_under_both_parties_a_letter_of_either_counts() -> None:
    facts = world(
        rows=TIERS,
        contracts=EAST["contracts"],
        memberships=(member("g-east", who="a"), member("g-east", who="s")),
        commitments=(letter("east", "2", who="a"),),
        policy=Policy(contract_party="both"),
    )

    assert ask(facts).unit == 80_0000
