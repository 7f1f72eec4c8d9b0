"""The contract cases the industry argues about, each with its figures (DOMAIN.md §2, §8).

One product, list price 100.00 in the base list. Contracts of the account, its owner group (IDN) and purchasing groups
(GPO) are added as a case needs them. Prices are told as (unit in 1/10,000, the layer that won), losers as
(layer, reason).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalog import (
    Commitment,
    Contract,
    ContractPrice,
    ExchangeRate,
    Floor,
    ListPrice,
    PriceList,
    Product,
    Promotion,
)
from app.domain.commands import PlaceOrder, QuoteLine, SubmitQuote
from app.domain.decide import decide
from app.domain.events import OrderRecorded
from app.domain.facts import HELD, Facts, Known, Policy, QuoteFact, QuoteLineFact
from app.domain.lines import Asked, judge_all
from app.domain.money import extend, share
from app.domain.parties import Account, Exposure, Membership, Person, ShipTo
from app.domain.pricing import Price, PriceBook, Unpriced, price

DAY, START = "2026-11-23", "2026-01-01"
LIST, BEST = 100_0000, "most_specific"
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)
SITE = ShipTo("s", "US", "WA")
BASE = PriceList("base", "Base list", 30, "USD", "2020-01-01", None)
LIST_ROW = ListPrice("row", "base", "p", 1, LIST, "2020-01-01", None)
PRODUCT = Product("p", "S1", "Stent", "III", "none")


def contract(row_id: str, kind: str, holder: str, **changes: Any) -> Contract:
    made = Contract(row_id, f"C-{row_id}", f"Contract {row_id}", kind, holder, "USD", START, None, False)
    return replace(made, **changes)


def row(contract_id: str, unit: int | None, **changes: Any) -> ContractPrice:
    made = ContractPrice(
        f"{contract_id}{unit}{changes}", contract_id, "p", "", "", 1, unit, None, START, None
    )
    return replace(made, **changes)


def member(group: str, kind: str = "gpo", who: str = "a", **changes: Any) -> Membership:
    return replace(Membership(group, kind, f"Group {group}", who, START, None), **changes)


def letter(contract_id: str, tier: str = "", who: str = "a", **changes: Any) -> Commitment:
    made = Commitment(f"loc-{contract_id}{tier}", contract_id, who, tier, START, False, False, START, None)
    return replace(made, **changes)


def world(*contracts: Contract, rows: tuple[ContractPrice, ...] = (), **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(Person("rep", "rep", ("north",))),
        "policy": Policy({"rep": {"*": 2000}}),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(SITE),
        "exposure": Known.held(Exposure(0)),
        "products": {"p": Known.held(PRODUCT)},
        "lists": (BASE,),
        "prices": (LIST_ROW,),
        "prices_status": HELD,
        "contracts": contracts,
        "contract_prices": rows,
    }
    return Facts(**{**known, **changes})


def ask(facts: Facts, *, day: str = DAY, qty: int = 1, discount: int = 0, **changes: Any) -> Price:
    found = price(
        "p", qty, discount, **{"segment": "store", "currency": "USD", "day": day, "facts": facts, **changes}
    )
    assert isinstance(found, Price)
    return found


def won(found: Price) -> tuple[int, str]:
    """The unit price and the first layer used."""
    return found.unit, next(step.ref for step in found.steps if step.won)


def lost(found: Price | Unpriced) -> dict[str, str]:
    return {step.ref: step.why for step in found.steps if not step.won}


# -- whose contract ---------------------------------------------------------------------------------------------------

TWO_GPOS = (contract("east", "gpo", "g-east"), contract("west", "gpo", "g-west"))
TWO_ROWS = (row("east", 80_0000), row("west", 70_0000))


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


# -- tiers and letters of commitment ----------------------------------------------------------------------------------

TIERS = (row("east", 90_0000), row("east", 85_0000, tier="1"), row("east", 80_0000, tier="2"))
EAST = {"contracts": (contract("east", "gpo", "g-east"),), "memberships": (member("g-east"),)}


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


# -- promotions, discount, policies -----------------------------------------------------------------------------------

OFFER = Promotion("o", "Autumn", "p", "all", "running", 1000, 1, None, START, "2026-12-31")


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
