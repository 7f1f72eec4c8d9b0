"""Seeded chance for the demo company: the same seed and words give the same dice, on every machine, for ever."""

from __future__ import annotations

from random import Random  # noqa: TID251 - no chance in it: always seeded from arguments


def dice(seed: int, *words: str) -> Random:
    """Dice for one subject, so that a product more or less in the data changes nothing for the others."""
    return Random("|".join((str(seed), *words)))
