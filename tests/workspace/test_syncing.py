"""A turn against everything a network can do: nothing is lost, nothing happens twice (laws 1, 2, 9, 13, 14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.store.engine import writing
from app.store.tables import KINDS
from app.workspace import outbox, syncing
from sync.client.turn import Trouble, run_turn
from sync.protocol.api import Unreachable, problem
from sync.protocol.messages import PushAnswer
from sync.protocol.wire import read_page
from sync.server.feed import unit_of_work

SHARED = sorted(KINDS)


@dataclass
class Weather:
    """The server behind a bad line: what it does to each answer is written down beforehand."""

    api: Any
    plan: list[Any]
    pulls: list[Any] = field(default_factory=list)

    def _next(self, answer: Any) -> Any:
        what = self.plan.pop(0) if self.plan else "ok"
        if what == "lost":
            raise Unreachable("the reply was lost")
        if what == "cut":
            return answer[: len(answer) // 2]
        if what == "portal":
            return b"<html>Please sign in to the hotel network</html>"
        if isinstance(what, Exception):
            raise what
        return answer

    def push(self, request: Any) -> Any:
        return self._next(self.api.push(request))

    def pull(self, request: Any) -> Any:
        self.pulls.append(request)
        return self._next(self.api.pull(request))

    def enrol(self, request: Any) -> Any:
        return self.api.enrol(request)

    def rescue(self, request: Any) -> Any:
        return self._next(self.api.rescue(request))


def contents(side: Any) -> dict[str, Any]:
    return {name: side.rows(f"SELECT * FROM {name} ORDER BY id") for name in SHARED}


def test_a_lost_reply_to_a_push_is_sent_again_and_counted_once(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))

    turn = run_turn(rep.workspace, Weather(rep.api, ["lost"]))
    assert turn.trouble is Trouble.OFFLINE
    assert rep.rows("SELECT pushed FROM outbox") == [(0,)]
    rep.sync()

    assert rep.rows("SELECT result FROM outbox") == [("applied",)]
    assert sqlite_world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 7


@pytest.mark.parametrize("weather", ["cut", "portal", "lost"])
def test_half_a_page_or_somebody_elses_page_is_offline_and_changes_nothing(
    sqlite_world: Any, weather: str
) -> None:
    rep = sqlite_world.tablet("rep")
    sqlite_world.hold("a1")
    before = contents(rep)

    turn = run_turn(rep.workspace, Weather(rep.api, [weather]))

    assert turn.trouble is Trouble.OFFLINE
    assert contents(rep) == before


@pytest.mark.parametrize(
    ("refusal", "trouble"),
    [
        (problem(401, "token_expired", "Sign in"), Trouble.SIGN_IN),
        (problem(403, "device_revoked", "Revoked"), Trouble.REVOKED),
        (problem(403, "actor_mismatch", "Another user"), Trouble.WRONG_USER),
        (problem(503, "busy", "Busy"), Trouble.SERVER),
    ],
)
def test_no_refusal_ever_empties_the_outbox(sqlite_world: Any, refusal: Exception, trouble: Trouble) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))

    turn = run_turn(rep.workspace, Weather(rep.api, [refusal, refusal]))

    assert turn.trouble is trouble
    assert rep.rows("SELECT pushed, result FROM outbox") == [(0, None)]


def test_a_push_that_is_refused_does_not_stop_the_pull(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    sqlite_world.hold("a2")

    turn = run_turn(rep.workspace, Weather(rep.api, [problem(400, "bad_op", "Refused")]))

    assert turn.trouble is Trouble.REFUSED
    assert rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold"


def test_a_server_that_says_gap_gets_the_ops_again_from_there(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    rep.workspace.perform(rep.sale(qty=1))
    with writing(rep.workspace.engine) as connection:
        outbox.server_has(connection, rep.api.caller.stream, 1)  # as if an answer had lied

    rep.sync()

    assert rep.rows("SELECT result FROM outbox") == [("applied",), ("applied",)]


def test_a_first_sync_that_is_cut_off_goes_on_where_it_was(sqlite_world: Any) -> None:
    fresh = sqlite_world.tablet("rep", sync=False)
    first = Weather(fresh.api, ["ok", "ok", "ok", "lost"])
    run_turn(fresh.workspace, first)
    filled = {name for (name,) in fresh.rows("SELECT name FROM bucket WHERE state='filled'")}
    assert len(filled) == 2

    second = Weather(sqlite_world.reopen(fresh).api, [])
    tablet = sqlite_world.tablets[-1]
    assert run_turn(tablet.workspace, second).trouble is None

    assert not filled & {one.backfill.bucket for one in second.pulls if one.backfill}
    assert tablet.rows("SELECT DISTINCT state FROM bucket") == [("complete",)]


def test_pages_of_what_is_held_are_applied_together_or_not_at_all(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    [row] = [
        dict(zip(KINDS["account"].columns, one, strict=True))
        for one in sqlite_world.rows(
            "SELECT " + ", ".join(KINDS["account"].columns) + " FROM account WHERE id='a1'"
        )
    ]
    for number in range(3):
        with unit_of_work(sqlite_world.engine) as work:
            work.put("account", [{**row, "id": f"n{number}-{n}"} for n in range(1500)])

    turn_one = Weather(rep.api, ["ok", "lost"])
    assert run_turn(rep.workspace, turn_one).trouble is Trouble.OFFLINE
    assert rep.one("SELECT count(*) FROM account") == 3
    assert rep.one("SELECT count(*) FROM staged") == 1
    again = sqlite_world.reopen(rep)
    again.sync()

    assert again.one("SELECT count(*) FROM account") == 4503
    assert again.one("SELECT count(*) FROM staged") == 0


def test_a_deleted_row_stays_deleted(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    with unit_of_work(sqlite_world.engine) as work:
        work.remove("price", ["pr2"])

    rep.sync()

    assert rep.rows("SELECT id FROM price") == [("pr1",)]


def test_quiet_tablets_hold_exactly_the_servers_rows_of_their_buckets(sqlite_world: Any) -> None:
    rep, boss = sqlite_world.tablet("rep"), sqlite_world.tablet("boss", "manager")
    quote = rep.quote(discount=2000)
    for command in (quote, rep.sale(), rep.count(6, 7), rep.quote(account="a2")):
        rep.workspace.perform(command)
    sqlite_world.hold("a2")
    for tablet in (rep, boss, rep):
        tablet.sync()

    for tablet in (rep, boss):
        held = {name for (name,) in tablet.rows("SELECT name FROM bucket")}
        for name, kind in KINDS.items():
            columns = ", ".join(kind.columns)
            theirs = [
                row
                for row in sqlite_world.rows(f"SELECT {columns} FROM {name} ORDER BY id")
                if set(kind.buckets(dict(zip(kind.columns, row, strict=True)))) & held
            ]
            assert tablet.rows(f"SELECT {columns} FROM {name} ORDER BY id") == theirs, name


def test_only_settled_ops_that_were_seen_are_ever_forgotten(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    done, waiting, refused = rep.sale(qty=1), rep.sale(qty=2), rep.quote(account="a2")
    rep.workspace.perform(done)
    rep.workspace.perform(refused)
    sqlite_world.hold("a2")
    rep.sync()
    rep.workspace.perform(waiting)
    rep.workspace.dismiss(done.op_id)
    rep.workspace.dismiss(waiting.op_id)

    assert rep.workspace.tidy("2026-01-01") == 0
    assert rep.workspace.tidy("2027-01-01") == 1

    assert {one for (one,) in rep.rows("SELECT op_id FROM outbox")} == {waiting.op_id, refused.op_id}
    assert rep.workspace.perform(rep.sale(qty=1)).saved
    assert rep.one("SELECT max(seq) FROM outbox") == 4


def test_a_page_with_unknown_kinds_and_columns_is_read_for_what_is_known() -> None:
    body = b"\n".join(
        [
            b'{"t":"hello","protocol":1,"epoch":"e","server_time":"2026-11-23T12:00:00+00:00","head":9}',
            b'{"t":"weather","sun":true}',
            b'{"t":"kind","name":"hologram","columns":["id","x"]}',
            b'["h1",1]',
            b'{"t":"kind","name":"policy","columns":["id","colour","value","origin"]}',
            b'["discount_limit","blue","{}","test"]',
            b'{"t":"end","cursor":{"epoch":"e","position":9},"more":false,"backfill":null,"rows":2}',
        ]
    )

    page = read_page(body, syncing.COLUMNS)

    assert page.rows == [("policy", {"id": "discount_limit", "value": "{}", "origin": "test"})]


def test_an_answer_that_counts_past_our_numbers_is_not_believed_to_have_our_later_ops(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=1))
    push = syncing.next_push(rep.workspace)
    answer = rep.api.push(push)
    rep.workspace.perform(rep.sale(qty=2))

    syncing.absorb_push(rep.workspace, push.stream, PushAnswer(answer.last_seq, [], "").last_seq)

    assert rep.rows("SELECT seq, pushed FROM outbox ORDER BY seq") == [(1, 1), (2, 0)]
