"""The simulator in small: a hundred seeds hold every invariant, and a seed is the same story each time it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from simulate import playground

SHARE = 20


@pytest.fixture(scope="module")
def play() -> Iterator[Any]:
    with playground() as made:
        yield made


def failed_before() -> list[int]:
    """The seeds of seeds.txt."""
    lines = Path(__file__).with_name("seeds.txt").read_text().splitlines()
    return [int(line.split()[0]) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("first", range(0, 100, SHARE))
def test_a_hundred_seeds_hold_every_invariant(play: Any, first: int) -> None:
    found = [play(seed, steps=40) for seed in range(first, first + SHARE)]

    assert [(one["seed"], one["violation"]) for one in found if one["violation"]] == []
    assert sum(one["counters"].get("ops", 0) for one in found) > SHARE


def test_seeds_that_failed_once_hold_today(play: Any) -> None:
    found = [play(seed) for seed in failed_before()]

    assert [(one["seed"], one["violation"]) for one in found if one["violation"]] == []


def test_a_seed_runs_the_same_twice(play: Any) -> None:
    first, second = play(5), play(5)

    assert first["digest"] == second["digest"]
    assert first["digest"] != play(6)["digest"]
