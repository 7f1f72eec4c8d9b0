"""A day end on a tablet: the count and what is asked for are one, and what becomes of both can be read."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.ids import fingerprint
from app.store.engine import reading
from app.workspace import counting, moving
from app.workspace.queries.day_end import closing, day_end
from app.workspace.queries.trunk import count_view
from app.workspace.rows.day_end import AskedLine, DayEnd, Standing

DAY = "2026-11-23"
TRUNK = "trunk-rep"


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def the_day(tablet: Any) -> DayEnd:
    found: DayEnd = ask(tablet, day_end, "rep", DAY)
    return found


def counted(tablet: Any, figure: int = 9, reason: str = "lost") -> Any:
    """A count of L1, with its reason, as it will be signed."""
    counting.enter_count(tablet.workspace, TRUNK, "p1", "l1", figure)
    counting.give_reason(tablet.workspace, TRUNK, "p1|l1", reason, "")
    return counting.count_command(tablet.workspace, TRUNK, "Rita")


def sign(tablet: Any, *commands: Any) -> Any:
    return tablet.workspace.perform_all(
        commands, also=lambda connection: counting.forget_count(connection, TRUNK)
    )


def test_count_request_and_the_draft_that_goes_are_one_transaction(rep: Any) -> None:
    count, request = counted(rep), moving.ask_for(rep.workspace, "wh", TRUNK, (("p1", 5),))

    assert [one.saved for one in sign(rep, count, request)] == [True, True]

    assert rep.rows("SELECT command FROM outbox ORDER BY seq") == [("CountTrunk",), ("RequestTransfer",)]
    assert rep.one("SELECT count(*) FROM draft") == 0


def test_when_one_of_them_is_refused_nothing_is_kept_and_the_count_is_still_there(rep: Any) -> None:
    count, request = counted(rep), moving.ask_for(rep.workspace, "wh", TRUNK, ())

    answers = sign(rep, count, request)

    assert [one.saved for one in answers] == [False, False]
    assert [one.code for one in answers[-1].decision.findings] == ["no_lines"]
    assert rep.one("SELECT count(*) FROM outbox") == 0
    assert rep.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 10
    assert [one.counted for one in ask(rep, counting.count_draft, TRUNK).lines] == [9]


def test_after_the_first_refusal_the_rest_is_not_asked(rep: Any) -> None:
    count, request = counted(rep, reason=""), moving.ask_for(rep.workspace, "wh", TRUNK, (("p1", 5),))

    answers = sign(rep, count, request)

    assert [(one.op_id, one.saved) for one in answers] == [(count.op_id, False)]


def test_the_summary_follows_both_ops_until_the_server_has_said_yes(rep: Any) -> None:
    count, request = counted(rep), moving.ask_for(rep.workspace, "wh", TRUNK, (("p1", 5),))
    sign(rep, count, request)
    before = the_day(rep)
    assert [one.standing for one in before.counts] == [Standing(pushed=False, result=None)]
    assert [one.standing for one in before.asked] == [Standing(pushed=False, result=None)]
    assert before.waiting == 2
    assert before.oldest.startswith(DAY)

    rep.sync()
    rep.sync()

    after = the_day(rep)
    assert [one.standing for one in (*after.counts, *after.asked)] == [Standing(), Standing()]
    assert (after.waiting, after.oldest) == (0, "")
    assert [one.lines for one in after.asked] == [(AskedLine("Stent p1", "P1", 5),)]


def test_a_signature_carries_its_moment_and_the_hash_of_the_very_bytes_that_are_sent(
    rep: Any, sqlite_world: Any
) -> None:
    sign(rep, counted(rep))
    rep.sync()

    [count] = the_day(rep).counts

    assert (count.signed_by, count.signed_at[:10]) == ("Rita", DAY)
    assert count.digest == fingerprint(rep.one("SELECT payload FROM outbox"))
    assert count.digest == sqlite_world.one("SELECT fingerprint FROM op_log")


def test_closing_the_day_tells_what_waits_oldest_first_and_when_the_server_was_heard(rep: Any) -> None:
    first, second = rep.sale(qty=1), rep.sale(qty=2)
    rep.workspace.perform(first)
    rep.workspace.perform(second)

    found = ask(rep, closing, ask(rep, count_view, "rep"))

    assert [one.op_id for one in found.unsent] == [first.op_id, second.op_id]
    assert found.last_contact is not None


def test_a_count_that_closes_the_day_stays_one_after_a_restart(rep: Any, sqlite_world: Any) -> None:
    counting.start_count(rep.workspace, TRUNK, day_end=True)
    counting.start_count(rep.workspace, TRUNK)

    again = sqlite_world.reopen(rep)

    assert ask(again, counting.count_draft, TRUNK).day_end
