"""What holds for every price, whatever the facts: hypothesis makes contracts, lists, offers, floors and rates."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings, strategies as st

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
from app.domain.facts import HELD, NOT_HERE, Facts, Known, Policy
from app.domain.lines import Asked, judge_all
from app.domain.parties import Account, Membership, ShipTo
from app.domain.pricing import RULES, WHY, Price, Unpriced, price, read_trace

DAY = "2026-11-23"
ACCOUNT = Account(
    "a", "A1", "Harbour", "store", "active", "", None, "north", None, "group", "USD", False, None
)
HOLDERS = (("account", "a"), ("account", "b"), ("ship_to", "s"), ("idn", "i"), ("gpo", "g"), ("gpo", "h"))

starts = st.sampled_from(["2026-01-01", "2026-06-01", DAY, "2026-12-01"])
ends = st.sampled_from([None, "2026-11-22", DAY, "2027-12-31"])
units = st.integers(0, 10**7)
quantities = st.integers(1, 12)
currencies = st.sampled_from(["USD", "USD", "EUR", "SEK"])
ids = st.sampled_from(["1", "2", "3", "4"])


def unique(rows: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(rows, max_size=most, unique_by=lambda one: one.id).map(tuple)


contracts = unique(
    st.builds(
        lambda row_id, holder, currency, start, end, offers: Contract(
            row_id, row_id, f"Contract {row_id}", *holder, currency, start, end, offers
        ),
        ids, st.sampled_from(HOLDERS), currencies, starts, ends, st.booleans(),
    )
)  # fmt: skip
terms = unique(
    st.builds(
        lambda row_id, of, what, tier, qty, unit, off, start, end: ContractPrice(
            row_id, of, "p" if what else "", "" if what else "III", tier, qty, unit, off, start, end
        ),
        st.sampled_from("abcdefgh"), ids, st.booleans(), st.sampled_from(["", "", "1", "2"]), quantities,
        st.one_of(st.none(), units), st.one_of(st.none(), st.integers(0, 10_000)), starts, ends,
    ),
    8,
)  # fmt: skip
letters = unique(
    st.builds(
        Commitment, st.sampled_from("abcd"), ids, st.sampled_from(["a", "s"]), st.sampled_from(["", "1", "2"]),
        st.sampled_from([None, "2026-01-01", "2026-12-01"]), st.booleans(), st.booleans(), starts, ends,
    )
)  # fmt: skip
rosters = st.lists(
    st.builds(
        lambda group, who, start, end: Membership(*group, who, start, end),
        st.sampled_from([("i", "idn", "I"), ("g", "gpo", "G"), ("h", "gpo", "H")]),
        st.sampled_from(["a", "s"]), starts, ends,
    ),
    max_size=5,
).map(tuple)  # fmt: skip
lists = unique(
    st.builds(
        lambda row_id, rank, currency, start, end, scope, off: PriceList(
            row_id, f"List {row_id}", rank, currency, start, end, scope, off
        ),
        st.sampled_from(["base", "north", "group"]), st.sampled_from([10, 20, 30]), currencies, starts, ends,
        st.sampled_from(["base", "group", "territory"]), st.sampled_from([None, None, DAY, "2026-11-24"]),
    )
)  # fmt: skip
rows = unique(
    st.builds(
        ListPrice, st.sampled_from("abcdefgh"), st.sampled_from(["base", "north", "group"]),
        st.sampled_from(["p", "p", "q"]), quantities, units, starts, ends,
    ),
    8,
)  # fmt: skip
offers = unique(
    st.builds(
        lambda row_id, audience, basis, percent, low, high, amount, own, currency, stacks: Promotion(
            row_id, f"Offer {row_id}", "p", audience, basis, percent, low, high, "2026-01-01", "2026-12-31",
            amount, own, currency, stacks,
        ),
        st.sampled_from("abcde"), st.sampled_from(["all", "store", "individual"]),
        st.sampled_from(["list", "running"]), st.sampled_from([0, 0, 500, 2500]), quantities,
        st.one_of(st.none(), quantities), st.sampled_from([0, 0, 1_0000]), st.one_of(st.none(), st.none(), units),
        st.sampled_from(["USD", "EUR"]), st.booleans(),
    ),
    5,
)  # fmt: skip
floors = unique(
    st.builds(
        Floor, st.sampled_from("abcd"), st.just("p"), currencies, units, st.sampled_from(["approval", "never"]),
        st.sampled_from(["manager", "finance"]), starts, ends,
    )
)  # fmt: skip
rates = unique(
    st.builds(
        lambda row_id, rate, start: ExchangeRate(row_id, "EUR", "USD", rate, start),
        st.sampled_from("abc"), st.integers(1, 3 * 10**8), starts,
    )
)  # fmt: skip
policies = st.builds(
    lambda how, party: Policy({"rep": {"*": 500}}, price_policy=how, contract_party=party),
    st.sampled_from(["most_specific", "best_of", "contract_fixed"]),
    st.sampled_from(["sold_to", "ship_to", "both"]),
)


@st.composite
def worlds(draw: Any) -> Facts:
    """All that a price can rest on; a base list with a price is there more often than not."""
    base, row = (
        PriceList("sure", "Sure", 40, "USD", "2020-01-01", None),
        ListPrice("z", "sure", "p", 1, 5_000_000, "2020-01-01", None),
    )
    sure = draw(st.booleans())
    return Facts(
        actor=Known(NOT_HERE),
        policy=draw(policies),
        account=Known.held(ACCOUNT),
        ship_to=Known.held(ShipTo("s", "US", "")) if draw(st.booleans()) else Known(NOT_HERE),
        products={"p": Known.held(Product("p", "S1", "Stent", "III", "none"))},
        lists=draw(lists) + ((base,) if sure else ()),
        prices=draw(rows) + ((row,) if sure else ()),
        promotions=draw(offers),
        contracts=draw(contracts),
        contract_prices=draw(terms),
        memberships=draw(rosters),
        commitments=draw(letters),
        rates=draw(rates),
        floors=Known.held(draw(floors)),
        prices_status=HELD,
    )


def ask(facts: Facts, qty: int = 1, discount: int = 0) -> Price | Unpriced:
    return price("p", qty, discount, segment="store", currency="USD", day=DAY, facts=facts)


discounts = st.sampled_from([0, 0, 500, 3333, 10_000])


@given(worlds(), quantities, discounts, st.randoms(use_true_random=False))
def test_shuffling_any_list_of_the_facts_changes_nothing(
    facts: Facts, qty: int, discount: int, dice: Any
) -> None:
    shuffled: dict[str, Any] = {}
    for field in fields(facts):
        value = getattr(facts, field.name)
        rows_of = value.value if isinstance(value, Known) else value
        if isinstance(rows_of, tuple):
            mixed = list(rows_of)
            dice.shuffle(mixed)
            shuffled[field.name] = Known.held(tuple(mixed)) if isinstance(value, Known) else tuple(mixed)
    assert {"lists", "prices", "contracts", "commitments", "floors", "promotions"} <= set(shuffled)

    assert ask(replace(facts, **shuffled), qty, discount) == ask(facts, qty, discount)


@given(worlds(), quantities, discounts)
def test_the_trace_adds_up_and_reads_back(facts: Facts, qty: int, discount: int) -> None:
    found = ask(facts, qty, discount)

    assert read_trace(found.trace()) == found.steps
    for step in found.steps:
        assert step.rule in RULES
        assert step.why in WHY
    layers = len(facts.contracts) + len(facts.lists)
    told = [step for step in found.steps if step.rule not in ("promotion", "discount", "floor", "rate")]
    assert len(told) == layers  # every layer says what became of it
    if isinstance(found, Unpriced):
        assert not any(step.won for step in found.steps)
        return
    won = [step for step in found.steps if step.won]
    for before, after in pairwise(won):
        assert after.before == before.after
    assert won[-1].after == found.unit
    assert 0 <= found.unit <= found.list_unit
    assert sum(step.won for step in told) == 1
    assert read_trace(found.short_trace()) == tuple(won)


@given(worlds(), quantities, discounts, units)
def test_a_price_below_a_floor_is_never_without_its_finding(
    facts: Facts, qty: int, discount: int, shown: int
) -> None:
    found = ask(facts, qty, discount)
    for agreed in (shown, found.unit if isinstance(found, Price) else shown):
        if isinstance(found, Unpriced):
            continue
        line = Asked(line_id="1", product_id="p", qty=qty, discount_bp=discount, shown=agreed)
        (judged,) = judge_all([line], currency="USD", day=DAY, facts=facts)
        codes = {one.code for one in judged.findings}

        # told apart from the rules' own way: the newest floor of each role, in dollars before others
        below = {"below_floor": False, "below_floor_never": False}
        for kind in {
            (one.below, one.role if one.below == "approval" else "") for one in facts.floors.value or ()
        }:
            dollars = [
                one
                for one in facts.floors.value or ()
                if (one.below, one.role if one.below == "approval" else "") == kind
                and one.currency == "USD"
                and one.valid_from <= DAY
                and (one.valid_to is None or one.valid_to >= DAY)
            ]
            if dollars:
                last = max(dollars, key=lambda one: (one.valid_from, one.unit_price))
                code = "below_floor" if kind[0] == "approval" else "below_floor_never"
                below[code] = below[code] or agreed < last.unit_price
        assert codes >= {code for code, broken in below.items() if broken}


@given(worlds(), st.integers(1, 14), st.integers(1, 14), discounts)
def test_a_higher_quantity_never_costs_more_unless_a_rule_says_so(
    facts: Facts, one: int, other: int, discount: int
) -> None:
    """More may cost more in two cases only: the band of an offer ends (max_qty), or a row begins at a break (min_qty)
    that comes before the one that held so far: it is of the same kind and dearer, or of a kind or layer that is asked
    first. Without bands that end and without breaks it never does."""
    flat = replace(
        facts,
        prices=tuple(replace(row, min_qty=1) for row in facts.prices),
        contract_prices=tuple(replace(row, min_qty=1) for row in facts.contract_prices),
        promotions=tuple(replace(offer, max_qty=None) for offer in facts.promotions),
    )
    few, many = sorted((one, other))

    first, second = ask(flat, few, discount), ask(flat, many, discount)

    assert isinstance(first, Price) == isinstance(second, Price)
    if isinstance(first, Price) and isinstance(second, Price):
        assert second.unit <= first.unit


@given(
    st.lists(st.tuples(st.integers(1, 20), units), min_size=1, max_size=6, unique_by=lambda one: one[0]),
    st.integers(1, 25),
    st.integers(1, 25),
)
def test_breaks_that_fall_with_the_quantity_never_make_more_cost_more(
    steps: list[tuple[int, int]], one: int, other: int
) -> None:
    falling = zip(
        sorted(qty for qty, _ in steps), sorted((unit for _, unit in steps), reverse=True), strict=True
    )
    made = tuple(ListPrice(f"r{qty}", "base", "p", qty, unit, "2026-01-01", None) for qty, unit in falling)
    base = PriceList("base", "Base", 30, "USD", "2026-01-01", None)
    facts = Facts(actor=Known(NOT_HERE), lists=(base,), prices=made, prices_status=HELD)
    few, many = sorted((one, other))

    first, second = ask(facts, few), ask(facts, many)

    if isinstance(first, Price):
        assert isinstance(second, Price)
        assert second.unit <= first.unit


def test_a_break_with_a_higher_price_is_a_rule_that_says_so() -> None:
    base = PriceList("base", "Base", 30, "USD", "2026-01-01", None)
    made = tuple(
        ListPrice(f"r{qty}", "base", "p", qty, unit, "2026-01-01", None) for qty, unit in ((1, 10), (5, 12))
    )
    facts = Facts(actor=Known(NOT_HERE), lists=(base,), prices=made, prices_status=HELD)

    found = [ask(facts, qty) for qty in (4, 5)]

    assert [one.unit for one in found if isinstance(one, Price)] == [10, 12]


@settings(max_examples=50)
@given(worlds(), st.lists(quantities, min_size=1, max_size=4))
def test_lines_of_a_document_are_priced_as_one_quantity_of_their_product(
    facts: Facts, split: list[int]
) -> None:
    found = ask(facts, sum(split))
    lines = [
        Asked(line_id=str(n), product_id="p", qty=qty, discount_bp=0, shown=1) for n, qty in enumerate(split)
    ]

    own = {
        judged.unit if judged.repriced is None else judged.repriced
        for judged in judge_all(lines, currency="USD", day=DAY, facts=facts)
    }

    assert own == {found.unit if isinstance(found, Price) else 1}
