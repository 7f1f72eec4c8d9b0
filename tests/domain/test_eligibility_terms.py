"""Eligibility by what was agreed and permitted: assortments, contracts and licences (§3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eligibility_kit import LICENCE, LICENCED, asked
from order_kit import ACCOUNT, DAY

from app.domain.catalog import Contract, ContractPrice
from app.domain.facts import ABSENT, NOT_HERE, Known, Policy
from app.domain.parties import AssortmentLine, Membership
from app.domain.rejections import BLOCKS, WARN, finding

# -- assortment -------------------------------------------------------------------------------------------------------


def line(
    allowed: bool, *, product: str = "", of: str = "", since: str = "2026-01-01", to: str | None = None
) -> AssortmentLine:
    return AssortmentLine(f"{product}{of}{allowed}{since}", product, of, allowed, since, to)


@pytest.mark.parametrize(
    ("assortment", "lines", "forbidden"),
    [
        ("open", (), []),
        ("listed", (), [("g", None), ("p", None)]),
        ("listed", (line(True, product="p"),), [("g", None)]),
        ("listed", (line(True, of="Implants"), line(True, of="Gloves")), []),
        ("open", (line(False, of="Implants"),), [("p", "2026-01-01")]),
        ("open", (line(False, product="g"),), [("g", "2026-01-01")]),
        # a product beats its class, either way
        ("open", (line(False, of="Implants"), line(True, product="p")), []),
        ("listed", (line(True, of="Implants"), line(False, product="p")), [("g", None), ("p", "2026-01-01")]),
        # equally specific: what forbids wins, and its latest word gives the day
        ("open", (line(True, product="p"), line(False, product="p", since="2026-02-01")), [("p", "2026-02-01")]),
        ("open", (line(True, of="Gloves"), line(False, of="Gloves")), [("g", "2026-01-01")]),
        ("open", (line(False, product="p"), line(False, product="p", since="2026-03-01")), [("p", "2026-03-01")]),
        # dated, both ends in
        ("open", (line(False, product="p", since=DAY, to=DAY),), [("p", DAY)]),
        ("open", (line(False, product="p", since="2026-11-24"),), []),
        ("open", (line(False, product="p", to="2026-11-22"),), []),
        # another product's line with this product's class says nothing of the class
        ("open", (line(False, product="x", of="Implants"),), []),
    ],
)  # fmt: skip
def test_what_an_account_may_buy(
    assortment: str, lines: tuple[AssortmentLine, ...], forbidden: list[tuple[str, str | None]]
) -> None:
    account = Known.held(replace(ACCOUNT, assortment=assortment))

    found = asked(account=account, assortment=lines)

    names = {"p": "Stent", "g": "Glove"}
    assert found == [
        finding("not_in_assortment", one, as_of=since, account="Harbour", product=names[one])
        for one, since in forbidden
    ]
    assert asked(account=account, assortment=lines[::-1]) == found


# -- contracts --------------------------------------------------------------------------------------------------------


def contract(
    kind: str = "account", holder: str = "a", since: str = "2026-01-01", to: str | None = None
) -> Contract:
    return Contract("c", "C1", "Contract", kind, holder, "USD", since, to, False)


def covers(
    product: str = "", of: str = "", *, on: str = "c", since: str = "2026-01-01", to: str | None = None
) -> ContractPrice:
    return ContractPrice("cp", on, product, of, "gold", 500, 1, None, since, to)


def member(who: str, since: str = "2026-01-01", to: str | None = None) -> Membership:
    return Membership("gpo", "gpo", "Group", who, since, to)


@pytest.mark.parametrize(
    ("contracts", "prices", "roster", "party", "off"),
    [
        ((), (), (), "sold_to", []),
        ((contract(),), (), (), "sold_to", ["g", "p"]),
        ((contract(),), (covers("p"),), (), "sold_to", ["g"]),
        ((contract(),), (covers(of="Implants"), covers(of="Gloves")), (), "sold_to", []),
        ((contract(),), (covers("x", "Implants"),), (), "sold_to", ["g", "p"]),
        ((contract(),), (covers("p", "Gloves"),), (), "sold_to", ["g"]),
        ((contract(),), (covers("p", on="other"),), (), "sold_to", ["g", "p"]),
        # dates of the contract, of its lines: both ends in
        ((contract(since=DAY, to=DAY),), (), (), "sold_to", ["g", "p"]),
        ((contract(to="2026-11-22"),), (), (), "sold_to", []),
        ((contract(since="2026-11-24"),), (), (), "sold_to", []),
        ((contract(),), (covers("p", since=DAY, to=DAY),), (), "sold_to", ["g"]),
        ((contract(),), (covers("p", to="2026-11-22"),), (), "sold_to", ["g", "p"]),
        # a group's contract counts on the days of the roster
        ((contract("gpo", "gpo"),), (), (), "sold_to", []),
        ((contract("gpo", "gpo"),), (), (member("a"),), "sold_to", ["g", "p"]),
        ((contract("gpo", "gpo"),), (), (member("a", DAY, DAY),), "sold_to", ["g", "p"]),
        ((contract("gpo", "gpo"),), (), (member("a", to="2026-11-22"),), "sold_to", []),
        ((contract("gpo", "gpo"),), (), (member("a", "2026-11-24"),), "sold_to", []),
        # whose contracts count
        ((contract("ship_to", "s"),), (), (), "sold_to", []),
        ((contract("ship_to", "s"),), (), (), "ship_to", ["g", "p"]),
        ((contract("ship_to", "s"),), (), (), "both", ["g", "p"]),
        ((contract(),), (), (), "ship_to", []),
        ((contract(),), (), (), "both", ["g", "p"]),
        ((contract("gpo", "gpo"),), (), (member("s"),), "sold_to", []),
        ((contract("gpo", "gpo"),), (), (member("s"),), "both", ["g", "p"]),
    ],
)
def test_an_account_with_contracts_is_told_what_they_do_not_cover(
    contracts: tuple[Contract, ...],
    prices: tuple[ContractPrice, ...],
    roster: tuple[Membership, ...],
    party: str,
    off: list[str],
) -> None:
    found = asked(
        contracts=contracts,
        contract_prices=prices,
        memberships=roster,
        policy=Policy(contract_party=party),
    )

    names = {"p": "Stent", "g": "Glove"}
    assert found == [finding("off_contract", one, account="Harbour", product=names[one]) for one in off]
    assert all(one.severity == WARN for one in found)


# -- licences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("licence", "code"),
    [
        ({}, ""),
        ({"product_class": "*"}, ""),
        ({"product_class": "Gloves"}, "licence_missing"),
        ({"state": "OR"}, ""),
        ({"state": "WA"}, "licence_missing"),
        ({"expires": DAY}, ""),
        ({"expires": None}, ""),
        ({"expires": "2026-11-22"}, "licence_expired"),
        ({"valid_from": DAY}, ""),
        ({"valid_from": "2026-11-24"}, "licence_missing"),
        ({"valid_from": "2026-11-24", "expires": None}, "licence_missing"),
    ],
)
def test_a_licensed_class_needs_a_licence_of_the_ship_to_that_day(licence: dict[str, Any], code: str) -> None:
    held = Known.held((replace(LICENCE, **licence),))

    found = asked(policy=LICENCED, licences=held)

    assert [(one.code, one.subject) for one in found] == ([(code, "s")] if code else [])


def test_an_expired_licence_is_named_with_its_day_and_the_one_that_lasted_longest() -> None:
    older = replace(LICENCE, id="lj", number="N 6", expires="2026-06-30")
    newer = replace(LICENCE, expires="2026-10-31")
    awaited = replace(LICENCE, id="lk", number="N 8", valid_from="2027-01-01", expires=None)

    expected = finding(
        "licence_expired",
        "s",
        as_of="2026-11-01",
        number="N 7",
        on="2026-10-31",
        product_class="Implants",
    )
    for held in ((older, newer, awaited), (awaited, newer, older)):
        assert asked(policy=LICENCED, licences=Known.held(held)) == [expected]
    assert expected.severity == BLOCKS


def test_of_two_that_ran_out_together_the_same_one_is_always_named() -> None:
    one = replace(LICENCE, expires="2026-10-31", verified_on="")
    two = replace(one, id="lj", number="N 8")

    for held in ((one, two), (two, one)):
        [found] = asked(policy=LICENCED, licences=Known.held(held))
        assert (dict(found.params)["number"], found.as_of) == ("N 8", None)


def test_each_class_is_asked_for_by_itself() -> None:
    both = Policy(licence_classes=("Implants", "Gloves", "Drugs"))

    assert asked(policy=both, licences=Known(ABSENT)) == [
        finding("licence_missing", "s", product_class="Gloves"),
        finding("licence_missing", "s", product_class="Implants"),
    ]


def test_licences_that_are_not_here_are_not_missing_and_asked_for_only_where_needed() -> None:
    assert asked(policy=LICENCED, licences=Known(NOT_HERE)) == [finding("fact_missing", "s", what="licence")]
    assert asked(licences=Known(NOT_HERE)) == []


def test_a_state_licence_is_no_use_at_an_address_that_is_not_known() -> None:
    held = Known.held((replace(LICENCE, state="OR"),))

    found = asked(policy=LICENCED, licences=held, ship_to=Known(ABSENT))

    assert [one.code for one in found] == ["address_unknown", "licence_missing"]
