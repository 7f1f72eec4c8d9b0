"""What a rule writes down comes in an order of its own, whatever the order of the lists it was given."""

from __future__ import annotations

from itertools import permutations

import pytest

from app.domain.catalog import ListPrice, PriceList, Product
from app.domain.commands import DecideApproval, Delegate, QuoteLine, SubmitQuote
from app.domain.decide import decide
from app.domain.events import ApprovalClosed, DelegationRecorded
from app.domain.facts import HELD, ApprovalFact, Facts, Known, Policy, QuoteFact, QuoteLineFact
from app.domain.parties import Account, Exposure, Person, ShipTo

DAY = "2026-11-23"
NEEDS = tuple(ApprovalFact(one, "q", 1, "manager", "back_dated", "pending") for one in ("n1", "n2", "n3"))
REP, BOSS = Person("rep", "rep", ("north",)), Person("boss", "manager", ("north", "west", "east"))


def quote(needs: tuple[ApprovalFact, ...]) -> Known[QuoteFact]:
    lines = (QuoteLineFact("l", 1, "p", 1, 10_0000, 10_00),)
    head = ("q", "R-1", 1, "a", "s", "north", "rep", "pending_approval", "USD", "", 10_00)
    return Known.held(QuoteFact(*head, lines, needs))


@pytest.mark.parametrize("needs", list(permutations(NEEDS)))
def test_what_a_no_overtakes_is_closed_in_the_order_of_the_ids(needs: tuple[ApprovalFact, ...]) -> None:
    command = DecideApproval(
        op_id="o", actor="boss", business_date=DAY, approval_id="n2", quote_id="q", revision=1, approve=False,
        reason="too dear",
    )  # fmt: skip

    said = decide(command, Facts(actor=Known.held(BOSS), quote=quote(needs)))

    closed = [one.approval_id for one in said.events if isinstance(one, ApprovalClosed)]
    assert closed == ["n2", "n1", "n3"]  # the one decided, then the others


@pytest.mark.parametrize("needs", list(permutations(NEEDS)))
def test_what_a_revision_overtakes_is_closed_in_the_order_of_the_ids(needs: tuple[ApprovalFact, ...]) -> None:
    command = SubmitQuote(
        op_id="o", actor="rep", business_date=DAY, quote_id="q", number="R-1", revision=2, account_id="a",
        ship_to_id="s", currency="USD", po_number="", note="",
        lines=(QuoteLine(product_id="p", qty=1, discount_bp=0, shown_price=10_0000),),
    )  # fmt: skip
    account = Account(
        "a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None
    )

    said = decide(
        command,
        Facts(
            actor=Known.held(REP),
            policy=Policy({"rep": {"*": 1000}}),
            account=Known.held(account),
            ship_to=Known.held(ShipTo("s", "NO", "")),
            exposure=Known.held(Exposure(0)),
            products={"p": Known.held(Product("p", "P", "Stent", "Bikes", "none"))},
            lists=(PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
            prices=(ListPrice("x", "base", "p", 1, 10_0000, "2020-01-01", None),),
            prices_status=HELD,
            quote=quote(needs),
        ),
    )

    assert [one.approval_id for one in said.events if isinstance(one, ApprovalClosed)] == ["n1", "n2", "n3"]


@pytest.mark.parametrize("territories", list(permutations(BOSS.territories)))
def test_the_territories_of_a_delegation_are_sorted(territories: tuple[str, ...]) -> None:
    command = Delegate(
        op_id="o",
        actor="boss",
        business_date=DAY,
        delegation_id="d",
        to_user="rep",
        valid_from=DAY,
        valid_to=DAY,
    )

    said = decide(
        command,
        Facts(actor=Known.held(Person("boss", "manager", territories)), delegate=Known.held(REP)),
    )

    [handed] = [one for one in said.events if isinstance(one, DelegationRecorded)]
    assert handed.territories == ("east", "north", "west")
