"""What a refusal tells somebody of an account that is not theirs: that it is not, and nothing that rests on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from order_kit import ACCOUNT, DAY, STENT, facts

from app.domain.catalog import Contract, ContractPrice, Floor
from app.domain.commands import PlaceOrder, QuoteLine, SubmitQuote
from app.domain.decide import Decision, decide
from app.domain.facts import ABSENT, Known, Policy, QuoteFact, QuoteLineFact
from app.domain.parties import Exposure
from app.domain.rejections import finding

AWAY = replace(
    ACCOUNT,
    name="Rival Clinic",
    territory_id="south",
    rep_id="elsewhere",
    status="on_hold",
    status_reason="lawsuit",
    po_required=True,
    currency="EUR",
    credit_limit=7_00,
    min_order=900_00,
    assortment="listed",
)
START = "2026-01-01"
KNOWN: dict[str, Any] = {
    "account": Known.held(AWAY),
    "exposure": Known.held(Exposure(12_34, 56_78, "2026-11-20")),
    "policy": Policy({"rep": {"*": 0}}, licence_classes=("Implants",)),
    "contracts": (Contract("c", "C", "Secret", "account", "a", "USD", START, None, False),),
    "contract_prices": (ContractPrice("cp", "c", "p", "", "", 1, 77_7700, None, START, None),),
    "floors": Known.held((Floor("f", "p", "USD", 66_0000, "approval", "director", START, None),)),
    "received_on": DAY,
}
LINE = QuoteLine(product_id="p", qty=2, discount_bp=0, shown_price=1_0000)


def asked(**changes: Any) -> Decision:
    command = SubmitQuote(
        op_id="op", actor="rep", business_date=DAY, quote_id="q", number="MB-A-0009", revision=1, account_id="a",
        ship_to_id="s", currency="USD", po_number="", note="", lines=(LINE,),
    )  # fmt: skip
    return decide(command, facts("rep", **{**KNOWN, "quote": Known(ABSENT), **changes}))


def ordered(**changes: Any) -> Decision:
    line = QuoteLineFact("ql", 1, "p", 2, 1_0000, 2_00)
    quote = QuoteFact(
        "q", "MB-A-0009", 1, "a", "s", "north", "other", "approved", "USD", "", 2_00, (line,), (),
    )  # fmt: skip
    command = PlaceOrder(
        op_id="op",
        actor="rep",
        business_date=DAY,
        order_id="new",
        number="MB-A-0010",
        quote_id="q",
        revision=1,
    )
    return decide(command, facts("rep", **{**KNOWN, "quote": Known.held(quote), **changes}))


AWAY_SAYS = finding("not_your_territory", "a", account="a")


def test_a_quote_for_somebody_elses_account_tells_nothing_of_it() -> None:
    said = asked()

    assert (said.outcome, said.findings) == ("rejected", (AWAY_SAYS,))


def test_what_rests_on_the_command_and_the_catalogue_is_still_told() -> None:
    gone = {"p": Known.held(replace(STENT, sell_until="2026-11-22"))}

    said = asked(products=gone, received_on="2027-06-01")

    assert [one.code for one in said.findings] == ["back_dated", "not_your_territory", "product_not_sold"]


def test_an_order_on_somebody_elses_quote_tells_nothing_of_the_account() -> None:
    said = ordered()

    assert said.outcome == "rejected"
    assert said.findings == (finding("not_allowed", "rep", role="operations"), AWAY_SAYS)


@pytest.mark.parametrize("say", [asked, ordered])
def test_a_tablet_goes_by_the_rows_it_was_given_and_tells_everything(say: Any) -> None:
    told = {one.code for one in say(received_on=None).findings}

    assert {"not_your_territory", "account_on_hold", "credit_limit_exceeded", "licence_missing"} <= told


@pytest.mark.parametrize("say", [asked, ordered])
def test_the_accounts_own_people_are_told_everything_by_the_server(say: Any) -> None:
    told = {one.code for one in say(account=Known.held(replace(AWAY, territory_id="north"))).findings}

    assert {"account_on_hold", "credit_limit_exceeded", "licence_missing"} <= told
    assert "not_your_territory" not in told
