"""Prices on the tablet by whose contract counts, with tax and authority in advance, equal to what is judged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.store.engine import reading
from app.workspace.queries.quoting import find_products, judged, priced
from app.workspace.queries.trunk_sale import read_customer
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from sync.server.feed import unit_of_work

DAY = "2026-11-23"
VALID = {"valid_from": "2020-01-01", "valid_to": None, "origin": "test"}
SCOPE = {"territory_id": "north", "rep_id": None}
ANNEX = {
    "id": "s1b", "account_id": "a1", "role": "ship_to", "label": "Annex", "line1": "2 Quay", "line2": "",
    "city": "Seattle", "state": "WA", "postal_code": "98101", "country": "US", "latitude": None, "longitude": None,
    "origin": "test", **SCOPE,
}  # fmt: skip


@pytest.fixture
def terms(sqlite_world: Any) -> Any:
    """a1 has two ship-tos; the second has a contract of its own, pays a state's tax, and the first is exempt."""
    with unit_of_work(sqlite_world.engine) as work:
        work.put("address", [ANNEX])
        head = {"number": "C-9", "name": "Annex prices", "holder_kind": "ship_to", "holder_id": "s1b"}
        work.put("contract", [{"id": "c1", **head, "currency": "USD", "promotions": 0, **VALID}])
        row = {"contract_id": "c1", "product_id": "p1", "product_class": "", "tier": "", "min_qty": 1}
        work.put(
            "contract_price", [{"id": "cp1", **row, "unit_price": 70_0000, "discount_bp": None, **VALID}]
        )
        rate = {"country": "US", "product_class": "*", **VALID}
        work.put("tax_rate", [{"id": "t1", "name": "State tax", "state": "WA", "rate_ppm": 65_000, **rate}])
    return sqlite_world


def policy(world: Any, party: str) -> None:
    with unit_of_work(world.engine) as work:
        work.put("policy", [{"id": "contract_party", "value": json.dumps(party), "origin": "test"}])


def draft(ship_to_id: str = "s1b", **fields: Any) -> QuoteDraft:
    values: dict[str, Any] = {
        "id": "op-1", "number": "RE-A-0001", "revision": 1, "quote_id": "q-1", "account_id": "a1",
        "ship_to_id": ship_to_id, "lines": (DraftLine("p1", 2, 0),), **fields,
    }  # fmt: skip
    return QuoteDraft(**values)


def ask(tablet: Any, query: Any, *args: Any, **named: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args, **named)


@pytest.mark.parametrize(("party", "unit"), [("sold_to", 100_0000), ("ship_to", 70_0000), ("both", 70_0000)])
def test_the_price_shown_is_the_price_judged_whosever_contract_counts(
    terms: Any, party: str, unit: int
) -> None:
    policy(terms, party)
    rep = terms.tablet("rep")
    mine = draft()

    found = ask(rep, judged, mine, DAY)
    quote = found.priced
    performed = rep.workspace.perform(
        mine.command(actor="rep", day=DAY, currency="USD", shown=quote.shown, traces=quote.traces)
    )

    assert quote.shown == (unit,)
    [event] = performed.decision.events
    [line] = event.lines
    assert (line.unit_price, line.repriced) == (unit, None)
    assert [one.code for one in performed.decision.findings if "price" in one.code] == []
    assert (quote.total, quote.tax, quote.gross) == (
        event.total,
        event.tax_total,
        event.total + event.tax_total,
    )
    rep.sync()
    assert terms.rows("SELECT unit_price, repriced FROM quote_line") == [(unit, None)]


def test_the_other_ship_to_of_the_account_has_the_list_price_and_no_tax(terms: Any) -> None:
    policy(terms, "ship_to")
    rep = terms.tablet("rep")

    found = ask(rep, judged, draft("s1"), DAY).priced

    assert (found.shown, found.tax, found.gross) == ((100_0000,), 0, 200_00)


def test_products_to_choose_have_the_price_of_the_ship_to(terms: Any) -> None:
    policy(terms, "ship_to")
    rep = terms.tablet("rep")

    [here] = ask(rep, find_products, "P1", "a1", DAY, ship_to_id="s1b")
    [there] = ask(rep, find_products, "P1", "a1", DAY, ship_to_id="s1")

    assert (here.price, there.price) == (70_0000, 100_0000)


@pytest.mark.parametrize(("asked", "place"), [("s1b", "s1b"), ("", "s1b"), ("s2", "s1b"), ("s1", "s1")])
def test_a_sale_from_the_trunk_rests_on_its_ship_to_or_the_first_of_the_account(
    terms: Any, asked: str, place: str
) -> None:
    rep = terms.tablet("rep")

    customer = ask(rep, read_customer, "a1", ["p1"], asked)

    assert customer.buyer.ship_tos[0].id == "s1b"  # by label: Annex before Main
    assert customer.pricing.ship_to.value.id == place
    assert customer.pricing.synced_on == DAY


def test_prices_know_the_day_of_the_last_contact(terms: Any) -> None:
    rep = terms.tablet("rep")

    assert ask(rep, priced, "a1", (DraftLine("p1", 1, 0),), DAY).facts.synced_on == DAY


def test_the_tax_names_its_rates_and_the_certificate_that_frees(terms: Any) -> None:
    rep = terms.tablet("rep")
    [line] = ask(rep, judged, draft(), DAY).priced.lines
    assert (line.tax.amount, [one.name for one in line.tax.rates]) == (13_00, ["State tax"])

    row = {"account_id": "a1", "ship_to_id": "s1b", "country": "US", "state": "", "product_class": "*"}
    with unit_of_work(terms.engine) as work:
        work.put("tax_exemption", [{"id": "x1", **row, **SCOPE, "certificate": "WA-77", **VALID}])
    rep.sync()

    [line] = ask(rep, judged, draft(), DAY).priced.lines
    assert (line.tax.amount, [one.certificate for one in line.tax.exemptions]) == (0, ["WA-77"])


def test_a_draft_keeps_the_authority_it_draws_on_and_old_drafts_open() -> None:
    mine = draft(envelope_id="env")
    old = {key: value for key, value in mine.body().items() if key != "envelope_id"}

    assert QuoteDraft.of_body("op-1", mine.body()) == mine
    assert QuoteDraft.of_body("op-1", old) == draft()
    command = mine.command(actor="rep", day=DAY, currency="USD", shown=(1,))
    assert command.envelope_id == "env"
    assert QuoteDraft.of_command("op-1", command) == mine


def test_for_another_customer_authority_in_advance_is_drawn_on_anew() -> None:
    assert draft(envelope_id="env").for_account("a2", "").envelope_id == ""
