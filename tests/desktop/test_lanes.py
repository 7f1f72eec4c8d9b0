"""Long work stands still while somebody waits, and not for ever."""

from __future__ import annotations

import threading

from app.desktop.lanes import Lane, Waiting

LONG = 30.0  # seconds; nothing here takes as long


def test_long_work_goes_on_where_nobody_waits() -> None:
    assert Waiting().give_way(0)


def test_long_work_stands_still_until_the_last_answer_is_there() -> None:
    waiting, told = Waiting(), list[str]()
    waiting.begin()
    waiting.begin()
    loader = threading.Thread(target=lambda: (waiting.give_way(LONG), told.append("the loader")))
    loader.start()

    waiting.end()
    assert waiting.give_way(0) is False
    told.append("the answer")
    waiting.end()
    loader.join(LONG)

    assert told == ["the answer", "the loader"]


def test_an_answer_that_never_comes_keeps_long_work_only_for_a_while() -> None:
    waiting = Waiting()
    waiting.begin()

    assert [waiting.give_way(0.001) for _ in range(3)] == [False, False, False]


def test_once_closed_nobody_is_waited_for() -> None:
    waiting = Waiting()
    waiting.begin()

    waiting.close()
    waiting.begin()

    assert waiting.give_way(0)


def test_a_lane_does_later_work_last_and_all_of_it_before_it_closes() -> None:
    gate, done = threading.Event(), list[int]()
    lane = Lane("test", lambda error: None)
    lane.put(lambda: gate.wait(LONG) and None)
    lane.put(lambda: done.append(3), later=True)
    lane.put(lambda: done.append(1))
    lane.put(lambda: done.append(2))

    gate.set()
    ended = lane.close(LONG)

    assert (done, ended) == ([1, 2, 3], True)
