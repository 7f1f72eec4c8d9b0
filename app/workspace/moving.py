"""Moving goods of one's own trunk: each intention as a command, its ids and number made here, on the writer thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from app.domain.commands import (
    AnswerClaim,
    MoveLine,
    ReceiveTransfer,
    RecordMovement,
    ReleaseCustody,
    RequestTransfer,
    SendTransfer,
    TakeCustody,
)
from app.workspace.rows.moving import ReceivedLine, Transfer
from app.workspace.workspace import NotEnrolled, Workspace

Step = TypeVar("Step", SendTransfer, RequestTransfer)


def record_movement(
    workspace: Workspace,
    location_id: str,
    *,
    kind: str,
    product_id: str,
    lot_id: str,
    qty: int,
    reason: str,
) -> RecordMovement:
    """Scrap, give as a sample, lend, bring back, set aside or let go `qty` base units of a lot."""
    op_id, actor, day = _who(workspace)
    return RecordMovement(
        op_id=op_id,
        actor=actor,
        business_date=day,
        movement_id=op_id,
        number=workspace.next_number(),
        kind=kind,
        location_id=location_id,
        reason=reason.strip(),
        lines=(MoveLine(product_id=product_id, lot_id=lot_id, qty=qty),),
    )


def hand_over(
    workspace: Workspace, from_location: str, to_location: str, lines: Sequence[MoveLine]
) -> SendTransfer:
    """Goods handed over to a colleague, or sent back to the warehouse: a transfer that nobody asked for."""
    return _begun(SendTransfer, workspace, from_location, to_location, tuple(lines))


def ask_for(
    workspace: Workspace, from_location: str, to_location: str, wanted: Sequence[tuple[str, int]]
) -> RequestTransfer:
    """Ask for (product, base units); from '' the office decides from where."""
    lines = tuple(MoveLine(product_id=product_id, lot_id="", qty=qty) for product_id, qty in wanted if qty)
    return _begun(RequestTransfer, workspace, from_location, to_location, lines)


def receive(
    workspace: Workspace, transfer: Transfer, location_id: str, came: Sequence[ReceivedLine]
) -> ReceiveTransfer:
    """Take over what came of a transfer, or take back what the other side did not take. `location_id` is the own place.

    Only lines that are still on their way are told: a line that came is not received twice.
    """
    by_id = {one.line_id: one for one in came}
    lines = tuple(
        MoveLine(
            product_id=line.product_id,
            lot_id=line.lot_id,
            qty=by_id[line.id].qty,
            reason=by_id[line.id].reason.strip(),
        )
        for line in transfer.lines
        if line.id in by_id
    )
    return _received(workspace, transfer, location_id, accept=True, reason="", lines=lines)


def decline(workspace: Workspace, transfer: Transfer, location_id: str, reason: str) -> ReceiveTransfer:
    """Do not take the goods over; they stay on their way until the giver takes them back."""
    return _received(workspace, transfer, location_id, accept=False, reason=reason, lines=())


def take_trunk(workspace: Workspace, location_id: str) -> TakeCustody:
    """Ask the server that this device hold the trunk; until it has said yes, nothing changes here."""
    op_id, actor, day = _who(workspace)
    return TakeCustody(op_id=op_id, actor=actor, business_date=day, location_id=location_id)


def give_up_trunk(workspace: Workspace, location_id: str) -> ReleaseCustody:
    """This device takes nothing more out of the trunk; another one may ask for it."""
    op_id, actor, day = _who(workspace)
    return ReleaseCustody(op_id=op_id, actor=actor, business_date=day, location_id=location_id)


def answer_claim(workspace: Workspace, claim_id: str, qty: int, reason: str = "") -> AnswerClaim:
    """`qty` base units of what the office claimed are set aside, or on their way; a reason says why it is not all."""
    op_id, actor, day = _who(workspace)
    return AnswerClaim(
        op_id=op_id,
        actor=actor,
        business_date=day,
        claim_id=claim_id,
        number=workspace.next_number(),
        qty=qty,
        reason=reason.strip(),
    )


def _begun(
    step: type[Step], workspace: Workspace, from_location: str, to_location: str, lines: tuple[MoveLine, ...]
) -> Step:
    """The first step of a transfer: it gives the transfer its id, which is the op's, and its number."""
    op_id, actor, day = _who(workspace)
    return step(
        op_id=op_id,
        actor=actor,
        business_date=day,
        transfer_id=op_id,
        number=workspace.next_number(),
        from_location=from_location,
        to_location=to_location,
        lines=lines,
    )


def _received(
    workspace: Workspace,
    transfer: Transfer,
    location_id: str,
    *,
    accept: bool,
    reason: str,
    lines: tuple[MoveLine, ...],
) -> ReceiveTransfer:
    op_id, actor, day = _who(workspace)
    other = transfer.from_location if transfer.to_location == location_id else transfer.to_location
    return ReceiveTransfer(
        op_id=op_id,
        actor=actor,
        business_date=day,
        transfer_id=transfer.id,
        number=transfer.number,
        from_location=other,
        to_location=location_id,
        accept=accept,
        reason=reason.strip(),
        lines=lines,
    )


def _who(workspace: Workspace) -> tuple[str, str, str]:
    """(a new op id, the user, the business date)."""
    identity = workspace.identity()
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    return workspace.new_id(), identity.user_id, workspace.today()
