"""Sums of buckets and the chain of nonces: as right as the feed, whatever happened (SYNC.md laws 10 and 12)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from app.store.engine import reading, server_engine, writing
from app.store.sums import MODULUS, row_sum
from app.store.tables import KINDS
from sync.protocol.api import ApiProblem
from sync.protocol.messages import BackfillAt, Cursor, Pull
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import Page, read_page
from sync.server import schema, sums
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS

BY_BUCKET = "SELECT bucket, kind, rows, sum FROM bucket_sum WHERE rows > 0 ORDER BY bucket, kind"


def by_the_tables(engine: Engine) -> list[tuple[str, str, int, int]]:
    """What bucket_sum must say, from the rows alone."""
    totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    with reading(engine) as connection:
        for name, kind in KINDS.items():
            for row in connection.execute(select(kind.table)).mappings():
                for bucket in kind.buckets(row):
                    totals[bucket, name][0] += 1
                    totals[bucket, name][1] += row_sum(kind, dict(row))
    return sorted((*key, rows, number % MODULUS) for key, (rows, number) in totals.items())


def play(world: Any) -> Any:
    """A sale with movements, a count, a quote that becomes an order; the rep's tablet."""
    rep = world.tablet("rep")
    quote = rep.quote()
    for command in (rep.sale(), rep.count(6, 7), quote):
        assert rep.workspace.perform(command).saved
    rep.sync()
    assert rep.workspace.perform(rep.order(quote)).saved
    rep.sync()
    return rep


def change(world: Any, name: str, row_id: str = "p1") -> None:
    with unit_of_work(world.engine) as work:
        row = (
            work.connection.execute(
                select(KINDS["product"].table).where(KINDS["product"].table.c.id == row_id)
            )
            .mappings()
            .one()
        )
        work.put("product", [{**row, "name": name}])


def ask(tablet: Any, cursor: Cursor, held: list[str], **options: Any) -> Page:
    return read_page(tablet.api.pull(Pull(PROTOCOL, cursor, held, **options)), COLUMNS)


def here(world: Any) -> Cursor:
    [(epoch, position, nonce)] = world.rows("SELECT epoch, position, nonce FROM clock")
    return Cursor(epoch, position, nonce)


def refused(tablet: Any, cursor: Cursor, **options: Any) -> tuple[int, str, int | None]:
    with pytest.raises(ApiProblem) as caught:
        ask(tablet, cursor, ["g:catalog"], **options)
    told = caught.value.problem
    return told.status, told.code, told.expected


# -- sums -------------------------------------------------------------------------------------------------------------


def test_the_sums_kept_are_those_of_the_stored_rows_movements_with_their_position_too(world: Any) -> None:
    play(world)

    assert sorted(world.rows(BY_BUCKET)) == by_the_tables(world.engine)
    assert world.one("SELECT count(*) FROM movement WHERE position IS NULL") == 0


def test_a_row_that_moves_is_gone_or_comes_back_takes_its_sum_along(world: Any) -> None:
    with reading(world.engine) as connection:
        a2 = dict(
            connection.execute(select(KINDS["account"].table).where(KINDS["account"].table.c.id == "a2"))
            .mappings()
            .one()
        )
    with unit_of_work(world.engine) as work:
        work.put("account", [{**a2, "territory_id": "south", "rep_id": "rep"}])
    with unit_of_work(world.engine) as work:
        work.remove("address", ["s1", "s2", "s3"])
    moved = sorted(world.rows(BY_BUCKET)), by_the_tables(world.engine)
    with unit_of_work(world.engine) as work:
        work.put("account", [a2])

    assert moved[0] == moved[1]
    assert ("terr:south", "account", 1) in [row[:3] for row in moved[0]]
    assert "address" not in {row[1] for row in moved[0]}
    assert sorted(world.rows(BY_BUCKET)) == by_the_tables(world.engine)


def test_sums_of_a_database_from_before_are_made_from_its_tables(world: Any) -> None:
    play(world)
    kept = world.rows(BY_BUCKET), world.rows("SELECT bucket, kind, row_id, sum FROM feed ORDER BY 1, 2, 3")
    with writing(world.engine) as connection:
        connection.execute(text("DELETE FROM bucket_sum"))
        connection.execute(text("DELETE FROM history"))
        connection.execute(text("UPDATE feed SET sum = 0"))
        connection.execute(text("UPDATE clock SET nonce = ''"))

    with writing(world.engine) as connection:
        sums.rebuild(connection)

    again = world.rows(BY_BUCKET), world.rows("SELECT bucket, kind, row_id, sum FROM feed ORDER BY 1, 2, 3")
    assert again == kept
    now = here(world)
    assert world.rows("SELECT position, nonce FROM history") == [(now.position, now.nonce)]


def test_sums_are_told_at_the_end_only_of_what_is_asked_held_and_granted(world: Any) -> None:
    rep = world.tablet("rep")
    start, held = here(world), ["g:catalog", "g:policy", "terr:south"]
    for name in ("One", "Two", "Three"):
        change(world, name)
        change(world, name, "p2")
    asked = ["g:catalog", "terr:south", "terr:north"]

    first = ask(rep, start, held, limit=1, sums=asked)
    last = ask(rep, first.cursor, held, sums=asked)
    page = ask(rep, last.cursor, held, sums=asked, backfill=BackfillAt("g:catalog"))

    assert (first.more, first.sums, last.more) == (True, [], False)
    assert page.sums == []
    assert {one.bucket for one in last.sums} == {"g:catalog"}
    assert [(one.bucket, one.kind, one.rows, one.sum) for one in last.sums] == [
        row for row in by_the_tables(world.engine) if row[0] == "g:catalog"
    ]


# -- history ----------------------------------------------------------------------------------------------------------


def test_two_histories_with_the_same_rows_are_one_and_part_where_a_row_differs(
    sqlite_world: Any, tmp_path: Any
) -> None:
    backup = tmp_path / "backup.db"
    change(sqlite_world, "Before")
    with writing(sqlite_world.engine) as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{backup}'")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    change(sqlite_world, "Same")
    change(sqlite_world, "This")
    restored = server_engine(f"sqlite:///{backup}")
    other = type(sqlite_world)(restored, tmp_path, sqlite_world.server, sqlite_world.ids)
    change(other, "Same")
    same = here(sqlite_world).position - 1
    change(other, "That")

    histories = [dict(one.rows("SELECT position, nonce FROM history")) for one in (sqlite_world, other)]
    restored.dispose()

    assert histories[0][same] == histories[1][same]
    assert histories[0][same + 1] != histories[1][same + 1]


def test_a_cursor_from_a_history_that_was_lost_is_refused_with_the_number_expected(world: Any) -> None:
    rep = play(world)
    now = here(world)

    assert refused(rep, Cursor(now.epoch, now.position, "f" * 32)) == (410, "epoch", 5)
    assert refused(rep, Cursor(now.epoch, now.position + 1, now.nonce)) == (410, "epoch", 5)
    assert refused(rep, Cursor("another", now.position, now.nonce)) == (410, "epoch", 5)


def test_marks_lead_back_to_the_newest_position_that_both_have(world: Any) -> None:
    rep = world.tablet("rep")
    old = here(world)
    change(world, "One")
    newer = here(world)
    change(world, "Two")
    lost = Cursor(old.epoch, newer.position + 5, "f" * 32)
    marks = [lost, Cursor(old.epoch, newer.position + 1, "e" * 32), newer, old]

    page = ask(rep, lost, ["g:catalog"], marks=marks)

    assert page.since == newer
    assert [row["name"] for kind, row in page.rows if kind == "product"] == ["Two"]
    assert page.cursor == here(world)


def test_without_a_common_mark_everything_is_compared_from_the_beginning(world: Any) -> None:
    rep = world.tablet("rep")
    now = here(world)
    strange = Cursor("another", now.position, now.nonce)

    page = ask(rep, strange, ["g:catalog"], marks=[strange, Cursor(now.epoch, 1, "f" * 32)])

    assert page.since == Cursor(now.epoch, 0, "")
    assert {row["id"] for kind, row in page.rows if kind == "product"} == {"p1", "p2"}
    assert page.cursor.epoch == now.epoch


def test_every_cursor_that_is_given_is_taken_again(world: Any) -> None:
    rep = world.tablet("rep")
    cursor = here(world)
    for name in ("One", "Two", "Three"):
        change(world, name)
        change(world, name, "p2")
    seen = [cursor]

    while (page := ask(rep, seen[-1], ["g:catalog"], limit=1)).more:
        seen.append(page.cursor)
    seen.append(page.cursor)

    assert len(seen) == 3
    assert seen[-1] == here(world)
    assert all(one.nonce for one in seen)
    assert all(ask(rep, one, ["g:catalog"]).since == one for one in seen)


def test_old_nonces_are_thinned_to_every_thousandth(world: Any) -> None:
    late = 200_999
    with writing(world.engine) as connection:
        connection.execute(text("DELETE FROM history"))
        connection.execute(text(f"UPDATE clock SET position = {late}"))
        for position in (99_000, 99_001, 100_999, 101_000, 101_001, late):
            connection.execute(text(f"INSERT INTO history VALUES ({position}, 'n')"))

    change(world, "Later")

    assert [row[0] for row in world.rows("SELECT position FROM history ORDER BY position")] == [
        99_000, 101_000, 101_001, late, late + 1,
    ]  # fmt: skip


def test_an_upgrade_from_before_there_were_sums_makes_them(sqlite_world: Any) -> None:
    assert schema.upgrade(sqlite_world.engine) == (schema.head(), schema.head())
    assert sqlite_world.rows(BY_BUCKET) == by_the_tables(sqlite_world.engine)
