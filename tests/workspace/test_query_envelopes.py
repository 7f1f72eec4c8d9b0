"""Authority given in advance, as lists: what may be drawn from now, what was granted, what was got."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.commands import GrantEnvelope, RevokeEnvelope
from app.store.engine import reading, writing
from app.workspace.queries.envelopes import envelopes, usable_envelopes
from sync.server.envelopes import keep_key
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


@pytest.fixture
def company(sqlite_world: Any) -> Any:
    """The small world with a key to sign with and people that others can name."""
    with unit_of_work(sqlite_world.engine) as work:
        keep_key(work, entropy=bytes, now=lambda: sqlite_world.server.now())
        for one, role in (("rep", "rep"), ("boss", "manager")):
            row = {"id": one, "name": one.title(), "code": one, "role": role, "territory_id": "north"}
            work.put("rep", [{**row, "active": 1, "origin": "test"}])
    return sqlite_world


def who(tablet: Any) -> dict[str, Any]:
    return {"op_id": tablet.new_id(), "actor": tablet.user, "business_date": DAY}


def grant(company: Any, *, sync: bool = True, **changes: Any) -> Any:
    """The manager grants an envelope; the manager's tablet."""
    boss = company.tablet("boss", "manager")
    values: dict[str, Any] = {
        **who(boss), "envelope_id": "env", "holder": "rep", "account_ids": ("a1",), "product_classes": (),
        "currency": "USD", "max_discount_bp": 2500, "max_amount": 200_00, "budget": 300_00,
        "valid_from": DAY, "valid_to": "2026-12-31", **changes,
    }  # fmt: skip
    assert boss.workspace.perform(GrantEnvelope(**values)).saved
    if sync:
        boss.sync()
    return boss


def usable(tablet: Any, *, day: str = DAY, account: str = "a1", currency: str = "USD") -> Any:
    with reading(tablet.workspace.reader) as connection:
        return usable_envelopes(connection, day, account, currency)


def listed(tablet: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return envelopes(connection, tablet.user)


def draw(tablet: Any, *, qty: int) -> None:
    quote = replace(tablet.quote(discount=2000, qty=qty), envelope_id="env")
    assert tablet.workspace.perform(quote).decision.outcome == "applied"


def test_what_is_left_is_what_was_not_drawn(company: Any) -> None:
    grant(company, product_classes=("device",))
    rep = company.tablet("rep")

    [one] = usable(rep)

    assert (one.envelope_id, one.granted_by, one.product_classes) == ("env", "Boss", ("device",))
    assert (one.max_discount_bp, one.max_amount, one.budget, one.left, one.room) == (
        2500, 200_00, 300_00, 300_00, 200_00,
    )  # fmt: skip
    assert one.valid_to == "2026-12-31"


def test_a_document_may_come_to_the_rest_of_the_budget_at_most(company: Any) -> None:
    grant(company)
    rep = company.tablet("rep")

    draw(rep, qty=2)

    [one] = usable(rep)
    assert (one.left, one.room) == (140_00, 140_00)


def test_an_envelope_that_is_used_up_is_not_offered(company: Any) -> None:
    grant(company, budget=160_00)
    rep = company.tablet("rep")
    assert [one.left for one in usable(rep)] == [160_00]

    draw(rep, qty=2)

    assert usable(rep) == ()


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ({"day": "2026-11-22"}, 0),
        ({"day": "2026-12-31"}, 1),
        ({"day": "2027-01-01"}, 0),
        ({"account": "a2"}, 0),
        ({"currency": "EUR"}, 0),
    ],
)
def test_only_what_fits_day_account_and_currency_is_offered(
    company: Any, asked: dict[str, str], offered: int
) -> None:
    grant(company)

    assert len(usable(company.tablet("rep"), **asked)) == offered


def test_without_accounts_it_is_for_every_account(company: Any) -> None:
    grant(company, account_ids=())

    assert len(usable(company.tablet("rep"), account="a2")) == 1


def test_what_somebody_else_holds_is_not_offered(company: Any) -> None:
    assert usable(grant(company)) == ()


def test_what_ends_first_is_offered_first(company: Any) -> None:
    grant(company, envelope_id="e1", valid_to="2026-12-31")
    grant(company, envelope_id="e2", valid_to="2026-12-01")
    grant(company, envelope_id="e0", valid_to="2026-12-31")

    assert [one.envelope_id for one in usable(company.tablet("rep"))] == ["e2", "e0", "e1"]


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, '2500', '9500')",
        "body = 'no terms'",
        "signature = ''",
        "revoked_on = '2026-11-23'",
    ],
)
def test_what_is_not_signed_or_was_taken_back_is_not_offered(company: Any, change: str) -> None:
    grant(company)
    rep = company.tablet("rep")
    assert len(usable(rep)) == 1

    with writing(rep.workspace.engine) as connection:
        connection.execute(text(f"UPDATE envelope SET {change}"))

    assert usable(rep) == ()


def test_the_list_tells_what_was_granted_until_it_is_sent_signed_and_taken_back(company: Any) -> None:
    boss = grant(company, sync=False)
    [fresh] = listed(boss)
    assert (fresh.sent, fresh.signed, fresh.revoked_on) == (False, False, None)
    boss.sync()
    [signed] = listed(boss)

    boss.workspace.perform(RevokeEnvelope(**who(boss), envelope_id="env", reason="left"))

    [back] = listed(boss)
    assert (signed.sent, signed.signed, signed.mine) == (True, True, True)
    assert (signed.holder, signed.granted_by, signed.accounts) == ("Rep", "Boss", ("Hospital a1",))
    assert signed.terms is not None
    assert (signed.terms.budget, signed.used_amount, signed.used_count) == (300_00, 0, 0)
    assert back.revoked_on == DAY


def test_the_holder_sees_it_as_theirs_with_what_was_drawn(company: Any) -> None:
    grant(company)
    rep = company.tablet("rep")
    draw(rep, qty=2)

    [one] = listed(rep)

    assert (one.mine, one.used_amount, one.used_count) == (False, 160_00, 1)


@pytest.mark.parametrize("body", ["no terms", "[]", "{}", '{"version": 1}', '{"version": 2}'])
def test_terms_that_cannot_be_read_are_listed_without_them(company: Any, body: str) -> None:
    boss = grant(company)
    with writing(boss.workspace.engine) as connection:
        connection.execute(text("UPDATE envelope SET body = :body"), {"body": body})

    [one] = listed(boss)

    assert (one.terms, one.accounts, one.signed) == (None, (), False)


def test_the_newest_stands_first(company: Any) -> None:
    for one in ("e1", "e3", "e2"):
        boss = grant(company, envelope_id=one)

    assert [one.envelope_id for one in listed(boss)] == ["e3", "e2", "e1"]
