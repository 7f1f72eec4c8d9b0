"""When to try again: full jitter, bounded, and the server's word is honoured."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sync.client.pacing import BASE, CAP, IDLE, delay

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
