"""The sum of a row's content: what both ends compute from stored rows to see whether their copies agree (law 12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

from app.store.kinds import KINDS, Kind

MODULUS = 1 << 63


def row_sum(kind: Kind, row: Mapping[str, Any]) -> int:
    """A number from every column of the row, in the order of their names; from 1 to 2^63 - 1.

    Sums of rows are added modulo MODULUS: the order is no matter.
    """
    name = kind.name
    told = json.dumps([name, *map(row.__getitem__, _columns(name))])
    return (int.from_bytes(blake2b(told.encode("ascii"), digest_size=8).digest(), "big") % (MODULUS - 1)) + 1


def shape(kind: Kind) -> str:
    """A short name for the kind's columns: only sums of one shape can be compared."""
    return blake2b("\x1f".join(_columns(kind.name)).encode(), digest_size=4).hexdigest()


@cache
def _columns(name: str) -> tuple[str, ...]:
    return tuple(sorted(KINDS[name].columns))
