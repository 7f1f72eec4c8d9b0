"""People and customers."""

from __future__ import annotations

from dataclasses import dataclass

REP, MANAGER, OPERATIONS, FINANCE, ADMIN = "rep", "manager", "operations", "finance", "admin"
ROLES = (REP, MANAGER, OPERATIONS, FINANCE, ADMIN)


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user: `territories` are ids, or ("*",) for all."""

    id: str
    role: str
    territories: tuple[str, ...]
    code: str = ""

    def covers(self, territory_id: str) -> bool:
        return "*" in self.territories or territory_id in self.territories


@dataclass(frozen=True, slots=True)
class Account:
    """The customer that orders (sold-to). Amounts in minor units of its currency."""

    id: str
    number: str
    name: str
    segment: str  # store | individual
    status: str  # active | on_hold | closed
    status_reason: str
    status_since: str | None
    territory_id: str
    rep_id: str | None
    price_list_id: str | None
    currency: str
    po_required: bool
    credit_limit: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A stock location and who answers for it."""

    id: str
    kind: str  # dc | hub | trunk | consignment | reserved | virtual
    custodian: str | None


SUPPLIER, CUSTOMER, ADJUSTMENT = "v:supplier", "v:customer", "v:adjustment"


def reserved_place(location_id: str) -> str:
    """The counterpart of a warehouse that holds what is reserved there."""
    return f"{location_id}:reserved"
