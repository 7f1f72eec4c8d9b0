"""Who decides in whose place, as read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may be named to decide in one's place."""

    user_id: str
    name: str
    role: str
    territory: str  # name, '' for all


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A delegation: the name of the other person, days both ends in."""

    delegation_id: str
    name: str
    role: str  # whose place it is: of the one who gave it, when it was given
    valid_from: str
    valid_to: str
    sent: bool  # False while it waits on this device


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """What is on from today: given and got, the first to begin first; and who could be named."""

    given: tuple[DelegationRow, ...]
    got: tuple[DelegationRow, ...]
    colleagues: tuple[Colleague, ...]  # who decides in their own right first, then by name
