"""Which tablet holds the trunk, in words, and what can be done about it here."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.wording import tr
from app.workspace.rows.trunk import ASKED, FREE, MINE, NOBODYS, TrunkPlace


@dataclass(frozen=True, slots=True)
class LeaseState:
    """`says` is '' where there is nothing to say. `takes`: the button that asks for the trunk is there, and `can_take`
    that it can be pressed. `can_give_up`: this tablet holds the trunk. `asks`: giving it up is being asked for."""

    says: str = ""
    takes: bool = False
    can_take: bool = False
    can_give_up: bool = False
    asks: bool = False
    reads_only: bool = False


def lease_state(place: TrunkPlace | None, *, giving_up: bool = False) -> LeaseState:
    """How the trunk stands to this tablet; `giving_up` while the person is asked whether to hand it over."""
    if place is None or place.lease == NOBODYS:
        return LeaseState()
    if place.lease == MINE:
        return LeaseState(
            tr("trunk.lease.give_up.ask") if giving_up else "", can_give_up=not giving_up, asks=giving_up
        )
    if place.lease == ASKED:
        return LeaseState(tr("trunk.lease.asked"), reads_only=True)
    free = place.lease == FREE
    device = place.holder_name or tr("trunk.lease.another")
    says = tr("trunk.lease.free") if free else tr("trunk.lease.others", device=device)
    return LeaseState(says, takes=True, can_take=free, reads_only=True)
