"""The feed: one entry a row and bucket, stamped at commit, and no cursor ever passes a row (laws 7 and 8)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text

from app.store.engine import reading, server_engine as open_engine
from sync.protocol.api import ApiProblem
from sync.protocol.messages import BackfillAt, Cursor, Pull
from sync.protocol.wire import read_page
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS


def account(world: Any, row_id: str, **changes: Any) -> dict[str, Any]:
    [row] = [
        dict(zip(COLUMNS["account"], found, strict=True))
        for found in world.rows(f"SELECT {', '.join(COLUMNS['account'])} FROM account WHERE id='a1'")
    ]
    return {**row, "id": row_id, **changes}


def pull(tablet: Any, **values: Any) -> Any:
    request = Pull(1, **{"cursor": Cursor(), "held": [], **values})
    return read_page(tablet.api.pull(request), COLUMNS)


def head(world: Any) -> int:
    return int(world.one("SELECT position FROM clock"))


def test_a_row_changed_many_times_has_one_entry_at_its_latest_position(world: Any) -> None:
    for number in range(5):
        with unit_of_work(world.engine) as work:
            work.put("account", [account(world, "a1", name=f"Name {number}")])

    assert world.rows("SELECT count(*), max(position) FROM feed WHERE kind='account' AND row_id='a1'") == [
        (1, head(world))
    ]


def test_writing_the_same_row_again_writes_nothing_at_all(world: Any) -> None:
    before = head(world)

    with unit_of_work(world.engine) as work:
        counts = work.put("account", [account(world, "a1")])

    assert (counts.unchanged, head(world)) == (1, before)


def test_a_row_that_moves_leaves_a_delete_entry_where_it_was(world: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("account", [account(world, "a1", territory_id="south")])

    assert world.rows(
        "SELECT bucket, deleted FROM feed WHERE kind='account' AND row_id='a1' ORDER BY bucket"
    ) == [
        ("terr:north", 1),
        ("terr:south", 0),
    ]


def test_a_failed_unit_of_work_leaves_neither_row_nor_entry(world: Any) -> None:
    before = head(world)

    def fail_midway() -> None:
        with unit_of_work(world.engine) as work:
            work.put("account", [account(world, "a9")])
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="power"):
        fail_midway()

    assert world.one("SELECT count(*) FROM account WHERE id='a9'") == 0
    assert world.one("SELECT count(*) FROM feed WHERE row_id='a9'") == 0
    assert head(world) == before


def test_no_reader_ever_misses_a_row_while_eight_writers_commit(postgres_url: str, sqlite_world: Any) -> None:
    """`id > cursor` loses rows here; a position stamped under the clock row, taken last, loses none."""
    engine = open_engine(postgres_url)
    template = account(sqlite_world, "x")
    stop = threading.Event()
    seen: set[str] = set()

    def write(writer: int) -> None:
        for number in range(25):
            with unit_of_work(engine) as work:
                work.put("account", [{**template, "id": f"w{writer}-{number}"}])

    def read_on(cursor: int) -> int:
        with reading(engine) as connection:
            query = text("SELECT row_id, position FROM feed WHERE position > :after ORDER BY position")
            rows = connection.execute(query, {"after": cursor}).all()
        seen.update(row.row_id for row in rows)
        return max((row.position for row in rows), default=cursor)

    def follow() -> None:
        cursor = 0
        while not stop.is_set():
            cursor = read_on(cursor)
        read_on(cursor)

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(one,)) for one in range(8)]
    reader.start()
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    engine.dispose()

    assert len(seen) == 200


def test_pages_end_at_whole_positions_and_the_cursor_is_the_last_entry_returned(world: Any) -> None:
    rep = world.tablet("rep")
    start = head(world)
    for size in (3, 4, 2):
        with unit_of_work(world.engine) as work:
            work.put("account", [account(world, f"n{size}-{n}") for n in range(size)])

    held = ["terr:north"]
    epoch = world.one("SELECT epoch FROM clock")
    pages, cursor = [], Cursor(epoch, start)
    while True:
        page = pull(rep, cursor=cursor, held=held, limit=2)
        pages.append(len(page.rows))
        cursor = page.cursor
        if not page.more:
            break

    assert pages == [3, 4, 2]
    assert cursor.position == head(world)
    assert pull(rep, cursor=cursor, held=held).cursor == cursor


def test_a_backfill_resumes_after_its_last_row_and_says_when_it_is_whole(world: Any) -> None:
    rep = world.tablet("rep")
    at, rows, pages = BackfillAt("g:catalog"), [], 0
    while at is not None:
        page = pull(rep, cursor=Cursor("", 0), held=["g:catalog"], backfill=at, limit=3)
        rows += [(kind, row["id"]) for kind, row in page.rows]
        at, pages = page.backfill, pages + 1

    assert rows == [("lot", "l1"), ("lot", "l2"), ("product", "p1"), ("product", "p2")]
    assert pages == 2


def test_a_bucket_that_is_not_granted_is_dropped_and_gives_no_rows(world: Any) -> None:
    rep = world.tablet("rep")
    epoch = world.one("SELECT epoch FROM clock")

    page = pull(rep, cursor=Cursor(epoch, 0), held=["terr:south", "cost:main", "rep:boss", "g:policy"])

    assert page.drop == ["cost:main", "rep:boss", "terr:south"]
    assert {kind for kind, _ in page.rows} == {"policy", "territory", "price_list", "location"}


def test_a_cursor_of_another_history_is_refused(world: Any) -> None:
    rep = world.tablet("rep")

    with pytest.raises(ApiProblem) as caught:
        pull(rep, cursor=Cursor("another", 3), held=["g:policy"])

    assert (caught.value.problem.status, caught.value.problem.code) == (410, "epoch")
