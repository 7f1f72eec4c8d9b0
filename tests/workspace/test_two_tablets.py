"""One quote revised on two tablets that did not know of each other: nobody's work is overwritten without a word."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any


def test_the_revision_that_came_second_changes_nothing_and_says_which_one_stands(world: Any) -> None:
    first, second = world.tablet("rep"), world.tablet("rep")
    quote = first.quote()
    first.workspace.perform(quote)
    first.sync()
    second.sync()
    line = quote.lines[0]
    five, seven = (
        replace(quote, op_id=tablet.new_id(), revision=2, lines=(replace(line, qty=qty),))
        for tablet, qty in ((first, 5), (second, 7))
    )
    for tablet, command in ((first, five), (second, seven)):
        assert tablet.workspace.perform(command).decision.outcome == "applied"

    first.sync()
    second.sync()
    first.sync()

    for side in (first, second, world):
        assert side.rows("SELECT q.revision, l.qty FROM quote q, quote_line l") == [(2, 5)]
    [(result, findings, payload)] = second.rows(
        f"SELECT result, findings, payload FROM outbox WHERE op_id = '{seven.op_id}'"
    )
    assert result == "rejected"
    [[code, subject, told, _as_of, _severity]] = json.loads(findings)
    assert (code, subject) == ("revision_moved_on", quote.quote_id)
    assert told == {"number": quote.number, "mine": "2", "now": "2"}
    assert json.loads(payload)["lines"][0]["qty"] == 7, "what was asked for is lost"
    assert world.rows(f"SELECT user_id, outcome FROM op_result WHERE id = '{seven.op_id}'") == [
        ("rep", "rejected")
    ]
