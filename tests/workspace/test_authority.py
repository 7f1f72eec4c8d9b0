"""Authority given in advance, from tablet to server to tablet: signed, verified, counted down, settled at sync."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.commands import Delegate, GrantEnvelope, RevokeEnvelope, SubmitQuote
from app.store.engine import writing
from sync.server.envelopes import keep_key
from sync.server.feed import unit_of_work

DAY = "2026-11-23"
DEEP = 2000  # basis points: a quote of two comes to 160.00, and a rep may give 1000
COUNTERS = "SELECT used_amount, used_count FROM envelope"


@pytest.fixture
def company(sqlite_world: Any) -> Any:
    """The small world with a key to sign with and people that others can name."""
    people = [("rep", "rep", "north"), ("boss", "manager", "north"), ("chief", "finance", None)]
    with unit_of_work(sqlite_world.engine) as work:
        keep_key(work, entropy=bytes, now=lambda: sqlite_world.server.now())
        work.put(
            "rep",
            [
                {
                    "id": one,
                    "name": one,
                    "code": one,
                    "role": role,
                    "territory_id": where,
                    "active": 1,
                    "origin": "x",
                }
                for one, role, where in people
            ],
        )
    return sqlite_world


def who(tablet: Any) -> dict[str, Any]:
    return {"op_id": tablet.new_id(), "actor": tablet.user, "business_date": DAY}


def grant(tablet: Any, **changes: Any) -> GrantEnvelope:
    values: dict[str, Any] = {
        **who(tablet), "envelope_id": "env", "holder": "rep", "account_ids": ("a1",), "product_classes": (),
        "currency": "USD", "max_discount_bp": 2500, "max_amount": 200_00, "budget": 200_00,
        "valid_from": DAY, "valid_to": "2026-12-31", **changes,
    }  # fmt: skip
    return GrantEnvelope(**values)


def granted(company: Any, **changes: Any) -> None:
    """An envelope that the manager granted and the server signed."""
    boss = company.tablet("boss", "manager")
    assert boss.workspace.perform(grant(boss, **changes)).decision.outcome == "applied"
    boss.sync()


def draw(tablet: Any) -> tuple[SubmitQuote, str]:
    """A quote over the rep's limit that names the envelope, and what the tablet says of it."""
    quote = replace(tablet.quote(discount=DEEP), envelope_id="env")
    return quote, tablet.workspace.perform(quote).decision.outcome


def tamper(tablet: Any, statement: str) -> None:
    with writing(tablet.workspace.engine) as connection:
        connection.execute(text(statement))


def outcome(company: Any, quote: SubmitQuote) -> str:
    return str(company.one(f"SELECT outcome FROM op_result WHERE id='{quote.op_id}'"))


def test_authority_is_signed_drawn_offline_and_the_same_figure_on_both_sides(company: Any) -> None:
    granted(company)
    rep = company.tablet("rep")

    quote, said = draw(rep)
    assert said == "applied"
    assert rep.rows(COUNTERS) == [(160_00, 1)]
    rep.sync()

    assert outcome(company, quote) == "applied"
    for side in (rep, company):
        assert side.rows(COUNTERS) == [(160_00, 1)]
        assert side.rows("SELECT state, envelope_id FROM quote") == [("approved", "env")]
        assert side.rows("SELECT document_id, amount FROM envelope_use") == [(quote.quote_id, 160_00)]
        assert side.rows("SELECT id FROM approval") == []


def test_a_revision_of_a_quote_counts_the_envelope_down_once(company: Any) -> None:
    granted(company)
    rep = company.tablet("rep")
    quote, _ = draw(rep)
    rep.sync()
    dearer = replace(rep.quote(discount=DEEP - 1), quote_id=quote.quote_id, envelope_id="env", revision=2)

    assert rep.workspace.perform(dearer).decision.outcome == "applied"
    rep.sync()

    for side in (rep, company):
        assert side.rows(COUNTERS) == [(160_02, 2)]
        assert side.rows("SELECT amount FROM envelope_use ORDER BY amount") == [(2,), (160_00,)]


def test_a_budget_that_two_tablets_drew_twice_ends_held(company: Any) -> None:
    granted(company)
    one, two = company.tablet("rep"), company.tablet("rep")
    (first, said_first), (second, said_second) = draw(one), draw(two)
    assert (said_first, said_second) == ("applied", "applied")

    two.sync()
    one.sync()
    two.sync()

    assert (outcome(company, second), outcome(company, first)) == ("applied", "held")
    for side in (one, two, company):
        assert side.rows(COUNTERS) == [(160_00, 1)]
        assert side.one(f"SELECT state FROM quote WHERE id='{first.quote_id}'") == "pending_approval"
        assert side.rows("SELECT quote_id, role, code FROM approval") == [
            (first.quote_id, "manager", "discount_over_limit")
        ]


@pytest.mark.parametrize("change", ["'2500', '9500'", "'\"a1\"', ''", "'\"USD\"', '\"USE\"'"])
def test_a_changed_byte_of_the_terms_is_noticed_on_the_tablet(company: Any, change: str) -> None:
    granted(company)
    rep = company.tablet("rep")
    tamper(rep, f"UPDATE envelope SET body = replace(body, {change})")

    quote, said = draw(rep)

    assert said == "held"
    assert '"why":"unsigned"' in rep.one("SELECT findings FROM quote").replace(" ", "")
    rep.sync()  # the server judges by its own row
    assert outcome(company, quote) == "applied"


def test_counters_that_were_set_back_on_the_tablet_are_corrected_at_sync(company: Any) -> None:
    granted(company)
    rep = company.tablet("rep")
    draw(rep)
    rep.sync()
    tamper(rep, "UPDATE envelope SET used_amount = 0, used_count = 0")

    quote, said = draw(rep)
    assert said == "applied"
    rep.sync()

    assert outcome(company, quote) == "held"
    assert company.rows(COUNTERS) == [(160_00, 1)]
    assert rep.one(f"SELECT state FROM quote WHERE id='{quote.quote_id}'") == "pending_approval"


def test_what_the_server_has_not_signed_yet_covers_nothing(company: Any) -> None:
    boss = company.tablet("boss", "manager")

    boss.workspace.perform(grant(boss))

    assert boss.rows("SELECT key_id, signature FROM envelope") == [("", "")]
    boss.sync()
    [(body, signature)] = boss.rows("SELECT body, signature FROM envelope")
    assert json.loads(body)["holder"] == "rep"
    assert len(signature) == 128


def test_authority_that_was_taken_back_covers_nothing_any_more(company: Any) -> None:
    granted(company)
    rep = company.tablet("rep")
    boss = company.tablet("boss", "manager")
    back = RevokeEnvelope(**who(boss), envelope_id="env", reason="left the team")
    assert boss.workspace.perform(back).decision.outcome == "applied"
    boss.sync()

    quote, said = draw(rep)
    rep.sync()

    assert (said, outcome(company, quote)) == ("applied", "held")  # the tablet could not know
    assert draw(rep)[1] == "held"


def test_an_approval_does_not_wait_for_someone_on_holiday(company: Any) -> None:
    with unit_of_work(company.engine) as work:
        limited = dict(work.connection.execute(text("SELECT * FROM account WHERE id='a1'")).mappings().one())
        work.put("account", [{**limited, "credit_limit": 100_00}])
    rep, chief = company.tablet("rep"), company.tablet("chief", "finance", territories=("*",))
    boss = company.tablet("boss", "manager")
    quote = rep.quote()
    assert rep.workspace.perform(quote).decision.outcome == "held"
    rep.sync()
    boss.sync()
    assert not boss.workspace.perform(boss.verdict(quote)).saved

    away = Delegate(**who(chief), delegation_id="d", to_user="boss", valid_from=DAY, valid_to="2026-12-07")
    chief.workspace.perform(away)
    chief.sync()
    boss.sync()
    said = boss.workspace.perform(boss.verdict(quote)).decision.outcome
    boss.sync()
    rep.sync()

    assert said == "applied"
    for side in (rep, boss, company):
        assert side.rows("SELECT state, decided_by FROM approval") == [("approved", "boss")]
        assert side.rows("SELECT state FROM quote") == [("approved",)]
