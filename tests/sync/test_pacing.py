"""When to try again: full jitter, bounded, and the server's word is honoured."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sync.client.pacing import BASE, CAP, IDLE, Pace, delay
from sync.client.turn import Turn

dice = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), dice)
def test_a_retry_waits_somewhere_below_its_bound(failures: int, roll: float) -> None:
    assert 0 <= delay(failures, roll) <= min(CAP, BASE * 2 ** min(failures - 1, 16))


@given(st.integers(1, 30), dice, st.floats(0, 3600))
def test_retry_after_is_a_lower_bound(failures: int, roll: float, said: float) -> None:
    assert delay(failures, roll, said) >= said


def test_nobody_can_make_a_tablet_wait_for_ever() -> None:
    assert delay(1, 0.5, 1e9) == 3600


def test_all_well_is_the_idle_pause() -> None:
    assert delay(0, 0.9) == IDLE


def test_while_a_push_is_told_to_wait_rows_come_down_and_nothing_goes_up() -> None:
    pace = Pace(0.0)

    pace.ended(0.0, 0.5, Turn(held_up=True, push_after=50.0), failed=True)
    pulls = []
    while not pace.may_push(pace.due):
        pulls.append(pace.due)
        pace.ended(pace.due, 0.5, Turn(pushing=False), failed=False)

    assert pulls == [IDLE, 2 * IDLE]
    assert (pace.due, pace.failures) == (50.0, 1)
    pace.ended(50.0, 0.5, Turn(), failed=False)
    assert (pace.due, pace.failures) == (50.0 + IDLE, 0)


def test_a_pull_that_fails_in_between_lets_nothing_go_up_earlier() -> None:
    pace = Pace(0.0)
    pace.ended(0.0, 0.5, Turn(held_up=True, push_after=50.0), failed=True)

    pace.ended(20.0, 0.5, Turn(pushing=False, retry_after=7.0), failed=True)

    assert (pace.due, pace.may_push(pace.due)) == (27.0, False)


def test_a_tap_does_not_wait() -> None:
    pace = Pace(0.0)
    pace.ended(0.0, 0.5, Turn(held_up=True, push_after=50.0), failed=True)

    pace.at_once(1.0)

    assert (pace.due, pace.may_push(1.0)) == (1.0, True)
