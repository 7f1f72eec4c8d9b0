"""Consigned stock used at a case: billed at use and never before, as the title stays ours until then (DOMAIN.md §1)."""

from __future__ import annotations

from app.domain.commands import UseConsigned
from app.domain.events import Event, TransferLine, TransferRecorded
from app.domain.facts import Facts
from app.domain.handover import handover_events, judge_handover
from app.domain.ids import derived_id
from app.domain.lifecycle import TRANSFER
from app.domain.rejections import Finding, blocking, finding, settled


def use(command: UseConsigned, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Goods of a consignment place went into a patient: a bill-only order, and with `replace` a request for as much.

    The rep in charge of the place or operations tells it. Which lot was used is what happened in the room, so none is
    proposed and none overridden.
    """
    judged, found = judge_handover(command, command.usage_id, facts, kinds=("consignment",))
    place = facts.place.value
    if place is not None and place.ship_to_id not in (None, command.ship_to_id):
        found.append(finding("place_of_other_customer", place.id))
    findings = settled(found, facts.policy.severities)
    if facts.document_exists:
        return [], list(findings)
    events = handover_events(
        command, command.usage_id, facts, judged, findings, order_type="bill_only", kind="use"
    )
    if command.replace and not blocking(findings):
        events.append(_replacement(command))
    return events, list(findings)


def _replacement(command: UseConsigned) -> TransferRecorded:
    """A request for as much again, by product: the warehouse decides from where and which lots. Its ids come from the
    op, its number from the usage's, so telling it twice asks once."""
    used: dict[str, int] = {}
    for line in command.lines:
        used[line.product_id] = used.get(line.product_id, 0) + line.qty
    return TransferRecorded(
        transfer_id=derived_id(command.op_id, "transfer", 0),
        number=f"{command.number}-R",
        state=TRANSFER["new"]["request"],
        from_location="",
        to_location=command.location_id,
        giver="",
        taker="",
        business_date=command.business_date,
        reason="",
        op_id=command.op_id,
        lines=tuple(
            TransferLine(
                id=derived_id(command.op_id, "transfer_line", ordinal),
                product_id=product_id,
                lot_id="",
                asked=qty,
                sent=0,
                received=0,
            )
            for ordinal, (product_id, qty) in enumerate(sorted(used.items()))
        ),
    )
