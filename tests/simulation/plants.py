"""Planted bugs: each puts one precise fault into the product, and the oracle must find it within a thousand seeds.

    with PLANTS["naive-cursor"]():
        ...  # play seeds

They are the faults that SYNC.md §7 names and more that somebody shipped or might. Those that only threads can show (a
stream that is not locked) are for the real processes of `make crash`.
"""

from __future__ import annotations

import plants_rules
import plants_server
import plants_tablet
import plants_wire
from plants_kit import Plant

PLANTS: dict[str, Plant] = {
    one.name: one
    for one in (*plants_server.PLANTS, *plants_tablet.PLANTS, *plants_rules.PLANTS, *plants_wire.PLANTS)
}
