"""What needs somebody, and what the Sync page lists: one read each, of real rows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app.domain.parties import Person
from app.store.engine import reading
from app.workspace.moving import answer_claim
from app.workspace.queries import sync
from app.workspace.queries.today import badges, today

DAY = "2026-11-23"
REP = Person("rep", "rep", ("north",))
BOSS = Person("boss", "manager", ("north",))


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def test_a_morning_is_sorted_into_what_needs_whom(sqlite_world: Any, rep: Any) -> None:
    boss = sqlite_world.tablet("boss", "manager")
    sqlite_world.hold("a2")
    inside, above, refused = rep.quote(), rep.quote(discount=2000), rep.quote(account="a2")
    for command in (inside, above, refused):
        rep.workspace.perform(command)
    rep.sync()
    boss.sync()

    mine, theirs = ask(rep, today, REP, DAY), ask(boss, today, BOSS, DAY)

    assert [op.op_id for op in mine.asking] == [refused.op_id]
    assert [quote.id for quote in mine.approved] == [inside.quote_id]
    assert [quote.id for quote in mine.pending] == [above.quote_id]
    assert (mine.waiting, mine.approvals) == ((), ())
    assert [one.quote_id for one in theirs.approvals] == [above.quote_id]
    assert (ask(rep, badges, REP, DAY), ask(boss, badges, BOSS, DAY)) == (
        {"needs_you": 2, "approvals": 0},
        {"needs_you": 0, "approvals": 1},
    )


def test_a_declined_quote_tells_who_said_what(sqlite_world: Any, rep: Any) -> None:
    boss = sqlite_world.tablet("boss", "manager")
    quote = rep.quote(discount=2000)
    rep.workspace.perform(quote)
    rep.sync()
    boss.sync()
    boss.workspace.perform(boss.verdict(quote, approve=False, reason="too much"))
    boss.sync()
    rep.sync()

    [declined] = ask(rep, today, REP, DAY).declined

    assert (declined.id, declined.comment) == (quote.quote_id, "too much")


def test_ops_are_named_by_their_document_and_account(rep: Any) -> None:
    quote, sale, count = rep.quote(), rep.sale(), rep.count(9, 7)
    for command in (quote, sale, count):
        rep.workspace.perform(command)

    waiting = ask(rep, sync.waiting)

    assert [(op.command, op.number, op.account, op.document_kind, op.document_id) for op in waiting] == [
        ("SubmitQuote", quote.number, "Hospital a1", "quote", quote.quote_id),
        ("SellFromTrunk", sale.number, "Hospital a1", "sales_order", sale.sale_id),
        ("CountTrunk", count.number, "", "count_sheet", count.count_id),
    ]


def test_an_op_of_a_newer_program_is_listed_without_its_document(rep: Any) -> None:
    rep.workspace.perform(rep.quote())
    with rep.workspace.engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET command='NewThing', payload=CAST('{}' AS BLOB)"))

    [op] = ask(rep, sync.waiting)

    assert (op.command, op.number, op.document_kind) == ("NewThing", "", "")


def test_the_figures_of_the_chip(sqlite_world: Any, rep: Any) -> None:
    sqlite_world.hold("a2")
    refused = rep.quote(account="a2")
    rep.workspace.perform(refused)
    before = ask(rep, sync.figures)
    rep.sync()
    rep.workspace.perform(rep.quote())

    figures = ask(rep, sync.figures)

    assert (before.unsent, before.unsettled, before.needs_you) == (1, 1, 0)
    assert (figures.unsent, figures.unsettled, figures.needs_you) == (1, 1, 1)
    assert figures.what == ""
    assert figures.last_contact is not None

    rep.workspace.dismiss(refused.op_id)
    assert ask(rep, sync.figures).needs_you == 0


def test_a_rep_without_a_trunk_has_nothing_that_expires(sqlite_world: Any) -> None:
    boss = sqlite_world.tablet("boss", "manager")

    assert ask(boss, today, BOSS, DAY).expiring == ()


def test_what_the_office_claims_of_the_own_trunk_needs_the_rep(sqlite_world: Any, rep: Any) -> None:
    columns = "'trunk-rep', 'north', 'rep', 'p1', 'l1', 4, 1, 'recall', '', 'why'"
    tail = "'2026-11-20', NULL, '', ''"
    rep.sync()
    with rep.workspace.engine.begin() as connection:
        for name, state in (("c1", "open"), ("c2", "answered")):
            connection.execute(text(f"INSERT INTO claim VALUES ('{name}', {columns}, '{state}', {tail})"))

    [claim] = ask(rep, today, REP, DAY).claims

    assert (claim.id, claim.kind, claim.lot, claim.left, claim.on_hand) == ("c1", "recall", "L1", 3, 10)
    assert ask(rep, badges, REP, DAY)["needs_you"] == 1
    assert ask(rep, today, BOSS, DAY).claims == ()


def test_an_answer_to_a_claim_is_named_by_its_number(rep: Any) -> None:
    rep.sync()
    with rep.workspace.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO claim VALUES ('c1', 'trunk-rep', 'north', 'rep', 'p1', 'l1', 4, 0, 'recall', '', 'why', "
                "'open', '2026-11-20', NULL, '', '')"
            )
        )
    said = answer_claim(rep.workspace, "c1", 4)
    assert rep.workspace.perform(said).saved

    [op] = ask(rep, sync.waiting)

    assert (op.command, op.number, op.document_kind) == ("AnswerClaim", said.number, "movement")
