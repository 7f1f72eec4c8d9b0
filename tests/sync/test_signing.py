"""At the customer's, between tablet and server: signed offline, visits noted, favourites kept on every device."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select, text

from app.store import tables as t
from app.store.engine import reading
from app.workspace.field import mark_favourite, record_visit, sign_document
from app.workspace.queries.documents import order_card, quote_card
from app.workspace.queries.favourites import favourite_ids
from app.workspace.queries.signatures import latest_signature, to_sign
from app.workspace.queries.visits import visits_due, visits_of
from app.workspace.rows.signatures import Signature, ToSign
from sync.server.verify import verify

CASES = "SELECT code FROM exception_case ORDER BY code"


def shown(tablet: Any, document_id: str, document: str = "quote") -> ToSign:
    with reading(tablet.workspace.reader) as connection:
        found = to_sign(connection, document, document_id)
    assert found is not None
    return found


def signature(tablet: Any, document_id: str, document: str = "quote", revision: int = 1) -> Signature | None:
    with reading(tablet.workspace.reader) as connection:
        return latest_signature(connection, document, document_id, revision)


def sign(tablet: Any, what: ToSign, *, even_so: bool = False) -> bool:
    command = sign_document(tablet.workspace, what, signer=" Dr. Ada ", strokes="1,2 3,4;5,6")
    return bool(tablet.workspace.perform(command, even_so=even_so).saved)


def quoted(tablet: Any, **changes: Any) -> Any:
    quote = tablet.quote(**changes)
    assert tablet.workspace.perform(quote).saved
    return quote


def test_a_quote_signed_offline_agrees_before_and_after_the_sync(world: Any) -> None:
    rep = world.tablet("rep")
    quote = quoted(rep)

    assert sign(rep, shown(rep, quote.quote_id))

    before = signature(rep, quote.quote_id)
    rep.sync()
    after = signature(rep, quote.quote_id)
    assert before is not None
    assert (before.signer, before.meaning, before.agrees, before.sending) == (
        "Dr. Ada",
        "accepts",
        True,
        "waiting",
    )
    assert after == replace(before, sending="confirmed")
    assert world.rows(CASES) == []
    assert verify(world.engine) == []


def test_the_cards_of_a_quote_and_an_order_show_the_signature(world: Any) -> None:
    rep = world.tablet("rep")
    quote = quoted(rep)
    order = rep.order(quote)
    rep.sync()
    assert rep.workspace.perform(order).saved
    rep.sync()
    assert sign(rep, shown(rep, quote.quote_id))
    assert sign(rep, shown(rep, order.order_id, "order"))
    rep.sync()

    with reading(rep.workspace.reader) as connection:
        cards = quote_card(connection, quote.quote_id), order_card(connection, order.order_id)

    told = [(one.signature.meaning, one.signature.agrees) for one in cards if one and one.signature]
    assert told == [("accepts", True), ("received", True)]
    assert verify(world.engine) == []


def test_a_signature_on_a_revision_that_was_overtaken_is_kept_with_a_case(world: Any) -> None:
    rep = world.tablet("rep")
    quote = quoted(rep)
    old = shown(rep, quote.quote_id)
    again = replace(quote, op_id=rep.new_id(), revision=2, lines=(replace(quote.lines[0], qty=5),))
    assert rep.workspace.perform(again).saved

    refused, saved = sign(rep, old), sign(rep, old, even_so=True)
    rep.sync()

    assert (refused, saved) == (False, True)
    assert world.rows(CASES) == [("signed_other",)]
    kept, current = signature(rep, quote.quote_id, revision=1), signature(rep, quote.quote_id, revision=2)
    assert kept is not None
    assert (kept.agrees, current) == (False, None)
    assert verify(world.engine) == []


def test_a_revision_for_another_account_leaves_the_signature_with_the_first(world: Any) -> None:
    rep = world.tablet("rep")
    quote = quoted(rep)
    assert sign(rep, shown(rep, quote.quote_id))
    again = replace(quote, op_id=rep.new_id(), revision=2, account_id="a2", ship_to_id="s2")
    assert rep.workspace.perform(again).saved

    rep.sync()

    assert world.rows("SELECT account_id, revision FROM signature") == [("a1", 1)]
    assert world.rows("SELECT account_id, revision FROM quote") == [("a2", 2)]
    assert verify(world.engine) == []


def test_a_signature_on_a_revision_that_comes_later_is_a_case_and_no_difference(world: Any) -> None:
    rep = world.tablet("rep")
    quote = quoted(rep)
    assert sign(rep, replace(shown(rep, quote.quote_id), revision=2), even_so=True)
    again = replace(quote, op_id=rep.new_id(), revision=2, account_id="a2", ship_to_id="s2")
    assert rep.workspace.perform(again).saved

    rep.sync()

    assert world.rows(CASES) == [("signed_other",)]
    assert verify(world.engine) == []


def test_a_signature_on_a_quote_that_was_refused_is_a_case(world: Any) -> None:
    rep = world.tablet("rep")
    world.hold("a1")
    quote = quoted(rep)
    assert sign(rep, shown(rep, quote.quote_id))

    rep.sync()

    assert world.rows(CASES) == [("signed_unknown",)]
    assert world.rows("SELECT id FROM signature") == []
    assert signature(rep, quote.quote_id) is None
    assert verify(world.engine) == []


def test_the_signature_given_last_counts(world: Any) -> None:
    rep = world.tablet("rep")
    quote = quoted(rep)
    what = shown(rep, quote.quote_id)
    for moment in (
        "2026-11-23T12:30:00+01:00",
        "2026-11-23T11:29:00+00:00",
    ):  # the second is a minute earlier
        command = sign_document(rep.workspace, what, signer=moment[11:16], signed_at=moment)
        assert rep.workspace.perform(command).saved

    found = signature(rep, quote.quote_id)

    assert found is not None
    assert found.signer == "12:30"


def test_a_visit_is_seen_by_everybody_who_holds_the_account(world: Any) -> None:
    rep, boss = world.tablet("rep"), world.tablet("boss", "manager")
    assert rep.workspace.perform(
        record_visit(rep.workspace, "a1", " wants the long ones ", "2026-12-01")
    ).saved
    rep.sync()
    boss.sync()

    with reading(boss.workspace.reader) as connection:
        [visit] = visits_of(connection, "a1")

    assert (visit.note, visit.day, visit.next_on, visit.mine) == (
        "wants the long ones",
        "2026-11-23",
        "2026-12-01",
        False,
    )
    assert verify(world.engine) == []


def test_a_visit_is_due_until_the_next_one_and_only_for_who_comes(world: Any) -> None:
    rep, boss = world.tablet("rep"), world.tablet("boss", "manager")
    for account, next_on in (("a1", "2026-11-24"), ("a2", "2026-11-25"), ("a3", "")):
        assert rep.workspace.perform(record_visit(rep.workspace, account, "talked", next_on)).saved
    assert boss.workspace.perform(record_visit(boss.workspace, "a1", "looked in")).saved
    rep.sync()
    boss.sync()
    rep.sync()

    def due(user: str, day: str) -> list[str]:
        with reading(rep.workspace.reader) as connection:
            return [one.account_id for one in visits_due(connection, user, day)]

    assert [due("rep", day) for day in ("2026-11-23", "2026-11-24", "2026-11-25")] == [
        [],
        ["a1"],
        ["a1", "a2"],
    ]
    assert due("boss", "2026-12-31") == []
    assert rep.workspace.perform(record_visit(rep.workspace, "a1", "all well")).saved
    assert due("rep", "2026-11-25") == ["a2"]


def test_a_visit_at_an_account_that_is_gone_is_a_case(world: Any) -> None:
    rep = world.tablet("rep")
    assert rep.workspace.perform(record_visit(rep.workspace, "a1", "talked")).saved
    from sync.server.feed import unit_of_work

    with unit_of_work(world.engine) as work:
        found = work.connection.execute(select(t.account).where(t.account.c.id == "a1")).mappings().one()
        work.put("account", [{**found, "territory_id": "south"}])

    rep.sync()

    assert world.rows(CASES) == [("account_unknown",)]
    assert world.rows("SELECT id FROM visit") == []
    assert verify(world.engine) == []


def test_favourites_are_the_persons_on_all_of_their_devices(world: Any) -> None:
    rep, second, mate = world.tablet("rep"), world.tablet("rep"), world.tablet("mate")

    def held(tablet: Any, user: str) -> set[str]:
        tablet.sync()
        with reading(tablet.workspace.reader) as connection:
            return set(favourite_ids(connection, user))

    for product in ("p1", "p2"):
        assert rep.workspace.perform(mark_favourite(rep.workspace, product, True)).saved
    rep.sync()
    both = held(second, "rep")
    assert second.workspace.perform(mark_favourite(second.workspace, "p1", False)).saved
    second.sync()

    assert (both, held(rep, "rep"), held(mate, "rep")) == ({"p1", "p2"}, {"p2"}, set())
    with reading(mate.workspace.reader) as connection:
        assert connection.execute(text("SELECT count(*) FROM favourite")).scalar_one() == 0
    assert verify(world.engine) == []


def test_signatures_and_visits_follow_an_account_that_moves(world: Any) -> None:
    from sync.server.feed import unit_of_work

    rep, south = world.tablet("rep"), world.tablet("other", territories=("south",))
    quote = quoted(rep)
    assert sign(rep, shown(rep, quote.quote_id))
    assert rep.workspace.perform(record_visit(rep.workspace, "a1", "talked")).saved
    rep.sync()
    with unit_of_work(world.engine) as work:
        found = work.connection.execute(select(t.account).where(t.account.c.id == "a1")).mappings().one()
        work.put("account", [{**found, "territory_id": "south"}])
    rep.sync()
    south.sync()

    counted = "SELECT (SELECT count(*) FROM signature), (SELECT count(*) FROM visit)"
    assert (rep.rows(counted), south.rows(counted)) == ([(1, 0)], [(1, 1)]), (
        "its author keeps the signed quote"
    )
    assert verify(world.engine) == []
