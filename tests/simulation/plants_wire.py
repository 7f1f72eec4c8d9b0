"""Planted bugs of proof and repair: sums, history, rescue, streams."""

from __future__ import annotations

from plants_kit import Plant

PLANTS: tuple[Plant, ...] = ()
