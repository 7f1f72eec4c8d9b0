"""The sum of a row's content: what both ends compute from stored rows to see whether their copies agree (law 12)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from app.store.kinds import Kind

MODULUS = 1 << 63


def row_sum(kind: Kind, row: Mapping[str, Any]) -> int:
    """A number from the row's id and every column, by name; below 2^63, and never 0.

    Sums of rows are added modulo MODULUS: the order is no matter.
    """
    told = (f"{name}\x1f{row[name]!r}" for name in sorted(kind.columns))
    digest = blake2b("\x1e".join((kind.name, *told)).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") % (MODULUS - 1)) + 1


def shape(kind: Kind) -> str:
    """A short name for the kind's columns."""
    return blake2b("\x1f".join(sorted(kind.columns)).encode(), digest_size=4).hexdigest()
