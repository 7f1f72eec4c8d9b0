"""A count that was made when the device's ops had other numbers: it goes on in a fresh stream (SYNC.md law 2, §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.store.engine import reading
from app.workspace import syncing


def test_a_sale_after_the_scan_is_not_expected_before_it_when_the_ops_got_new_numbers(world: Any) -> None:
    rep = world.tablet("rep")
    for _ in range(3):
        assert rep.workspace.perform(rep.sale(qty=1)).saved
        rep.sync()
    with reading(rep.workspace.reader) as connection:
        position = syncing.read_cursor(connection).position
    assert rep.workspace.perform(rep.sale(qty=2)).saved
    asked = rep.count(5, 5)
    scanned = replace(asked.lines[0], position=position, own_seq=4, recounted=True)
    assert rep.workspace.perform(rep.sale(qty=1)).saved
    assert rep.workspace.perform(replace(asked, lines=(scanned,))).saved

    syncing.fork(rep.workspace, rep.api.caller.stream)
    rep.sync()

    assert world.rows("SELECT seq FROM op_log WHERE stream = 'dev-rep-0.2' ORDER BY seq") == [
        (1,),
        (2,),
        (3,),
    ]
    assert world.rows("SELECT counted, expected FROM count_line") == [(5, 5)]
    assert world.one("SELECT qty FROM balance WHERE id = 'trunk-rep|p1|l1'") == 4
