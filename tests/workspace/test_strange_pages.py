"""A page of the feed with anything in it: nothing breaks, nothing is let in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.store.engine import reading
from app.workspace import syncing
from app.workspace.cursors import marks, read_cursor
from sync.protocol.api import Unreachable
from sync.protocol.messages import Cursor


def page_of(cursor: Cursor, lines: str, *, epoch: str = "", back: int = 0, sums: str = "[]") -> bytes:
    """A page that goes on from `cursor`, with anything in it."""
    since = json.dumps({"epoch": cursor.epoch, "position": cursor.position, "nonce": cursor.nonce})
    then = json.dumps({"epoch": epoch or cursor.epoch, "position": cursor.position - back, "nonce": "n"})
    hello = '"protocol":2,"server_time":"2026-11-23T12:00:00+00:00","head":9,"results":0'
    return (
        f'{{"t":"hello","epoch":"{cursor.epoch}","since":{since},{hello}}}\n{lines}'
        f'{{"t":"end","cursor":{then},"more":false,"backfill":null,"rows":0,"sums":{sums}}}\n'
    ).encode()


@pytest.mark.parametrize(
    "lines",
    [
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n["x",7,"o"]\n',
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n["x",null,"o"]\n',
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n["",  "{}","o"]\n',
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n[true,"{}","o"]\n',
        '{"t":"kind","name":"policy","columns":["id","origin"]}\n["x","o"]\n',
        '{"t":"kind","name":["policy"],"columns":["id"]}\n["x"]\n',
        '{"t":"kind","name":"pack","columns":["id","product_id","gtin","level","quantity","origin"]}\n'
        '["x","p1","","package",9223372036854775808,"o"]\n',
        '{"t":"buckets","add":['
        + ",".join(f'{{"bucket":"b{n}","rows":1}}' for n in range(10_000))
        + '],"drop":[]}\n',
        '{"t":"buckets","add":[{"bucket":"b","rows":-1}],"drop":[]}\n',
        '{"t":"gone","bucket":7,"kind":"policy","ids":["x"]}\n',
        '{"t":"gone","bucket":"g:policy","kind":"policy","ids":[7]}\n',
        "[" * 5_000 + "]" * 5_000 + "\n",
        '{"t":"kind","name":"op_result","columns":["id"]}\n["x"]\n',
    ],
)
def test_whatever_a_page_has_in_it_nothing_breaks_and_nothing_changes(sqlite_world: Any, lines: str) -> None:
    rep = sqlite_world.tablet("rep")
    request = syncing.next_increment(rep.workspace)
    before = (
        rep.rows("SELECT * FROM policy ORDER BY id"),
        rep.rows("SELECT * FROM bucket"),
        rep.rows("SELECT * FROM meta ORDER BY key"),
    )
    body = page_of(request.cursor, lines)

    with pytest.raises(Unreachable):
        syncing.absorb_pull(rep.workspace, request, body)

    assert before == (
        rep.rows("SELECT * FROM policy ORDER BY id"),
        rep.rows("SELECT * FROM bucket"),
        rep.rows("SELECT * FROM meta ORDER BY key"),
    )


@pytest.mark.parametrize(
    ("epoch", "back", "sums"),
    [
        ("another", 0, "[]"),
        (None, 1, "[]"),
        (None, 0, '[{"bucket":"g:policy","kind":"policy","rows":1,"sum":99999999999999999999,"shape":"s"}]'),
        (None, 0, '[{"bucket":"g:policy","kind":"policy","rows":-1,"sum":1,"shape":"s"}]'),
    ],
)
def test_a_cursor_that_goes_back_and_sums_that_are_none_are_not_let_in(
    sqlite_world: Any, epoch: str | None, back: int, sums: str
) -> None:
    rep = sqlite_world.tablet("rep")
    request = syncing.next_increment(rep.workspace)
    mine = request.cursor
    body = page_of(mine, "", epoch=epoch or "", back=back, sums=sums)

    with pytest.raises(Unreachable):
        syncing.absorb_pull(rep.workspace, request, body)

    with reading(rep.workspace.reader) as connection:
        assert read_cursor(connection) == mine
        assert marks(connection)[0] == mine
