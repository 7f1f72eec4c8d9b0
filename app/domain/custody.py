"""The lease of a trunk or an allotment: only the ops of the one device that holds it lower it (SYNC.md §6).

So selling from the trunk you hold is decidable without the server. The holder gives it up in its own stream, after all
its earlier ops; then another device takes it, with the server. The office moves it when a tablet is lost.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.commands import MoveLease, ReleaseCustody, TakeCustody
from app.domain.events import CaseOpened, CustodyMoved, Event, StockMoved
from app.domain.facts import NOT_HERE, Facts
from app.domain.goods import check_holder, check_place, not_ours
from app.domain.ids import derived_id
from app.domain.parties import ADMIN, LEASED, MANAGER, OPERATIONS, Place
from app.domain.rejections import Finding, finding

_OFFICE = (MANAGER, OPERATIONS, ADMIN)


def first_use(facts: Facts, events: Iterable[Event]) -> list[Event]:
    """A trunk or an allotment that never had a holder is held by the device of its custodian that lowers it first."""
    actor = facts.actor.value
    if not facts.device or actor is None:
        return []
    lowered = {one.from_location for one in events if isinstance(one, StockMoved)}
    places = [facts.place.value, *(one.place for one in facts.allotments)]
    return [
        CustodyMoved(location_id=one.id, holder=facts.device, holder_name=facts.device_name)
        for one in places
        if one is not None and one.id in lowered and _free(one, actor.id)
    ]


def _free(place: Place, user_id: str) -> bool:
    """One of the user's that never had a holder."""
    return place.kind in LEASED and place.holder is None and place.custodian == user_id


def take(command: TakeCustody, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The device asks to hold the trunk. Only the server gives it: on a tablet the answer changes nothing yet."""
    found = check_place(facts.place, command.location_id, command.actor, facts.actor.value, kinds=LEASED)
    if not facts.device:
        found.append(finding("device_unknown", command.location_id))
    place = facts.place.value
    if place is not None and place.holder and place.holder != facts.device:
        found.append(finding("custody_held", place.id, device=place.holder_name or place.holder))
    if found or facts.received_on is None:
        return [], found
    return [
        CustodyMoved(location_id=command.location_id, holder=facts.device, holder_name=facts.device_name)
    ], []


def release(command: ReleaseCustody, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A fact: the device lowers the trunk no more. From a device that did not hold it, only the office hears of it."""
    found = check_place(facts.place, command.location_id, command.actor, facts.actor.value, kinds=LEASED)
    if not not_ours(found):
        found += check_holder(facts)
    if found:
        return [], found
    return [CustodyMoved(location_id=command.location_id, holder="", holder_name="")], []


def move(command: MoveLease, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The office gives the trunk to a device of its custodian. By force from one that has not given it up: then there
    is a case, as that device may still bring sales."""
    place, actor, device = facts.place.value, facts.actor.value, facts.lease.value
    if actor is None or actor.role not in _OFFICE:
        return [], [finding("not_allowed", command.actor, role=",".join(_OFFICE))]
    if place is None or place.kind not in LEASED:
        if place is not None:
            return [], [finding("place_kind_wrong", place.id, kind=place.kind)]
        code = "fact_missing" if facts.place.status == NOT_HERE else "place_unknown"
        return [], [finding(code, command.location_id, what="place")]
    found: list[Finding] = []
    if place.territory_id and not actor.covers(place.territory_id):
        found.append(finding("not_your_territory", place.id))
    if not command.reason.strip():
        found.append(finding("reason_required", place.id))
    if device is None or device.revoked or device.user_id != place.custodian:
        # somebody else's device is answered as one that is not there
        code = "fact_missing" if facts.lease.status == NOT_HERE else "device_unknown"
        return [], [*found, finding(code, command.device_id, what="device")]
    held = bool(place.holder) and place.holder != device.id
    before = place.holder_name or place.holder or ""
    if held and not command.force:
        found.append(finding("custody_held", place.id, device=before))
    if found:
        return [], found
    moved = CustodyMoved(location_id=place.id, holder=device.id, holder_name=device.name)
    if not held:
        return [moved], []
    forced = finding("custody_forced", place.id, device=before, to=device.name, reason=command.reason.strip())
    case = CaseOpened(
        case_id=derived_id(command.op_id, "exception_case", 0),
        territory_id=place.territory_id,
        rep_id=device.user_id,
        op_id=command.op_id,
        code=forced.code,
        findings=(forced,),
        opened_on=facts.received_on or command.business_date,
    )
    return [moved, case], [forced]
