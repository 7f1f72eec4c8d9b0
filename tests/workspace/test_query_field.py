"""What is read of favourites and of ops at a customer's; the reads of a full device go by their indexes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from app.store.engine import reading
from app.store.tables import visit
from app.workspace.field import mark_favourite, record_visit, sign_document
from app.workspace.queries import sync, visits
from app.workspace.queries.favourites import favourites
from app.workspace.queries.signatures import to_sign


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def test_favourites_stand_by_name_and_those_taken_out_do_not(rep: Any) -> None:
    for product, wanted in (("p2", True), ("p1", True), ("p2", False), ("p2", True)):
        assert rep.workspace.perform(mark_favourite(rep.workspace, product, wanted)).saved

    with reading(rep.workspace.reader) as connection:
        both = favourites(connection, "rep")

    assert [(one.product_id, one.sku, one.name, one.brand, one.unit) for one in both] == [
        ("p1", "P1", "Stent p1", "Corvia", "EA"),
        ("p2", "P2", "Stent p2", "Corvia", "EA"),
    ]


def test_nobody_sees_the_favourites_of_another(rep: Any) -> None:
    assert rep.workspace.perform(mark_favourite(rep.workspace, "p1", True)).saved

    with reading(rep.workspace.reader) as connection:
        assert favourites(connection, "mate") == ()


def test_what_waits_to_be_sent_names_the_document_that_was_signed_and_the_account_that_was_visited(
    rep: Any,
) -> None:
    quote, sale = rep.quote(), rep.sale(account="a2")
    for command in (quote, sale):
        assert rep.workspace.perform(command).saved
    for document, document_id in (("quote", quote.quote_id), ("order", sale.sale_id)):
        with reading(rep.workspace.reader) as connection:
            shown = to_sign(connection, document, document_id)
        assert shown is not None
        assert rep.workspace.perform(sign_document(rep.workspace, shown, signer="Dr. Ada")).saved
    assert rep.workspace.perform(record_visit(rep.workspace, "a2", "talked")).saved

    with reading(rep.workspace.reader) as connection:
        waiting = sync.waiting(connection)

    told = {(one.command, one.number, one.account) for one in waiting}
    assert {
        ("SignDocument", quote.number, "Hospital a1"),
        ("SignDocument", sale.number, "Hospital a2"),
        ("RecordVisit", "", "Hospital a2"),
    } <= told


def test_a_document_that_is_not_here_is_not_to_be_signed(rep: Any) -> None:
    with reading(rep.workspace.reader) as connection:
        assert (to_sign(connection, "quote", "gone"), to_sign(connection, "order", "gone")) == (None, None)


@pytest.mark.parametrize(
    ("where", "index"),
    [(visit.c.account_id == "a1", "visit_account"), (visit.c.visited_by == "rep", "visit_by")],
)
def test_visits_are_found_by_their_index(rep: Any, where: Any, index: str) -> None:
    statement = visits._visits().where(where)
    asked = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))

    with reading(rep.workspace.reader) as connection:
        plan = " | ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")))

    assert f"SEARCH visit USING INDEX {index}" in plan
