"""Which buckets a person may hold: pure, from the person and the company's lists (SYNC.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.parties import ADMIN, FINANCE, MANAGER, OPERATIONS, Person


@dataclass(frozen=True, slots=True)
class Company:
    """What decides on grants: all territory ids, all price list ids with their territory, stock locations, roles that
    may see cost, and the contracts that reach the person (`pull.contracts_of`)."""

    territories: tuple[str, ...]
    price_lists: tuple[tuple[str, str | None], ...]
    locations: tuple[Mapping[str, str | None], ...]  # id, kind, custodian, territory_id
    cost_roles: tuple[str, ...]
    contracts: tuple[str, ...] = ()


def granted(person: Person, device_id: str, company: Company) -> tuple[str, ...]:
    """Every bucket of this person on this device, sorted.

    A rep sees the own trunk; managers and the office see the trunks of their territories; everybody sees warehouses.
    """
    buckets = {"g:catalog", "g:policy", f"rep:{person.id}", f"dev:{device_id}"}
    mine = [one for one in company.territories if person.covers(one)]
    buckets |= {f"terr:{one}" for one in mine}
    buckets |= {
        f"pl:{list_id}"
        for list_id, territory in company.price_lists
        if territory is None or territory in mine
    }
    buckets |= {f"loc:{place['id']}" for place in company.locations if _may_see(person, place)}
    buckets |= {f"ctr:{one}" for one in company.contracts}
    if person.role in company.cost_roles:
        buckets.add("cost:main")
    return tuple(sorted(buckets))


def _may_see(person: Person, place: Mapping[str, str | None]) -> bool:
    if place["kind"] in ("dc", "hub", "reserved"):
        return True
    if place["kind"] not in ("trunk", "allotment", "consignment"):
        return False
    if place["custodian"] == person.id:
        return True
    territory = place["territory_id"]
    return (
        person.role in (MANAGER, OPERATIONS, FINANCE, ADMIN)
        and territory is not None
        and person.covers(territory)
    )


def may_hold(held: Iterable[str], allowed: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(add, drop): what the device lacks, and what it holds but may not."""
    held, allowed = set(held), set(allowed)
    return tuple(sorted(allowed - held)), tuple(sorted(held - allowed))
