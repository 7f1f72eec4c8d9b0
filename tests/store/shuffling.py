"""Any value with every list in it in another order: what must not change an answer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any


def shuffled(value: Any, dice: random.Random) -> Any:
    """`value`, its tuples and mappings shuffled all the way down.

    A tuple of numbers is left alone: it is a pair with a meaning by place (`Policy.freshness`), not a list. So are
    the keys of mappings.
    """
    if is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: shuffled(getattr(value, one.name), dice) for one in fields(value)}
        return replace(value, **parts)
    if isinstance(value, Mapping):
        items = [(key, shuffled(item, dice)) for key, item in value.items()]
        return dict(dice.sample(items, len(items)))
    if isinstance(value, tuple) and not all(isinstance(item, int) for item in value):
        items = [shuffled(item, dice) for item in value]
        return tuple(dice.sample(items, len(items)))
    return value
