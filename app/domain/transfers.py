"""Goods from one custodian to another: two facts with the place in transit between them (SYNC.md §6).

Custody changes when the taker takes goods over, and by nothing else. The giver's fact and the taker's may reach the
server in either order: what was received before the sending was told leaves the place in transit negative until it is.
A line's `sent` less its `received` is what is in transit of it. Received other than sent: both figures stand; with a
reason it is only noted, without one the office gets a case. The rest stays in transit until the taker gets it after all
or the giver takes it back, and counts what he cannot find. Declined goods go the same way back to their giver.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.commands import MoveLine, ReceiveTransfer, RequestTransfer, SendTransfer
from app.domain.events import Event, StockMoved, TransferLine, TransferRecorded
from app.domain.facts import ABSENT, Balance, Facts, TransferFact
from app.domain.goods import (
    Goods,
    check_enough,
    check_holder,
    check_known,
    check_lots,
    check_place,
    leaving,
    moved,
    not_ours,
)
from app.domain.ids import derived_id
from app.domain.lifecycle import TRANSFER, next_state
from app.domain.lines import check_date
from app.domain.parties import ADMIN, COMPANY, IN_TRANSIT, OPERATIONS
from app.domain.rejections import BLOCKS, Finding, finding, settled
from app.domain.stock import ends, take

NO_PLACE_FOR_GOODS = ("reserved", "virtual", "allotment")  # kinds of place that only the books have
Transfer = RequestTransfer | SendTransfer | ReceiveTransfer
Lot = tuple[str, str]  # (product, lot)


def request(command: RequestTransfer, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Ask for goods, by lot or (lot '') by product. `facts.place` is where they should go; its custodian asks, or
    operations. From '' leaves it to the warehouse from where."""
    actor = facts.actor.value
    goods = _goods(command.lines)
    found = check_date(facts, command.business_date) + _check_ends(command, facts)
    mine = check_place(facts.place, command.to_location, command.actor, actor)
    if actor is not None and actor.role in (OPERATIONS, ADMIN):
        mine = [one for one in mine if one.code != "not_custodian"]
    found += mine
    if not goods:
        found.append(finding("no_lines", command.transfer_id))
    if facts.transfer.value is not None or facts.document_exists:
        found.append(finding("document_exists", command.transfer_id))
    found += check_known(facts, (one.product_id for one in goods))
    found += check_lots(facts, goods, required=False)
    lines = _Lines(command.op_id)
    for one in goods:
        lines.add(one.product_id, one.lot_id, asked=one.qty)
    event = _recorded(command, None, TRANSFER["new"]["request"], lines)
    return [event], list(settled(found, facts.policy.severities))


def send(command: SendTransfer, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The giver handed goods over; `facts.place` is the giver's. More or less than was asked for is the giver's to say.

    Sent once only. What the taker has told before counts: then this settles it, and a difference is found here.
    """
    transfer = facts.transfer.value
    goods = _goods(command.lines)
    found = check_date(facts, command.business_date) + _check_ends(command, facts)
    found += check_place(facts.place, command.from_location, command.actor, facts.actor.value)
    found += check_holder(facts)
    if not goods:
        found.append(finding("no_lines", command.transfer_id))
    before = transfer.state if transfer else "new"
    state = next_state(TRANSFER, before, "send")
    told = transfer if _may_tell(facts) else None
    if told is not None and (state is None or any(line.sent for line in told.lines)):
        found.append(_wrong_state(told, "send"))
    elif told is not None and not _fits(command, told):
        found.append(finding("transfer_unknown", command.transfer_id, number=command.number))
    found += _check_taken(command, facts, found)
    found += check_known(facts, (one.product_id for one in goods))
    found += check_lots(facts, goods)
    found += check_enough(facts, goods, any_owner=True)
    if state is None or _not_booked(found):
        return [], list(settled(found, facts.policy.severities))
    moves, lines = _out(command, facts, goods, transfer)
    if before == "taken":
        found += _differences(facts, _sums(goods), lines.received(), {}, lines.reason)
        moves += _right_owners(command, lines, len(moves))
    event = replace(_recorded(command, transfer, state, lines), giver=command.actor)
    return [event, *moves], list(settled(found, facts.policy.severities))


def sent_away(command: SendTransfer, facts: Facts) -> list[Event]:
    """The events of a sending that nobody asked for and whose every check was made by who calls."""
    moves, lines = _out(command, facts, _goods(command.lines), None)
    event = _recorded(command, None, TRANSFER["new"]["send"], lines)
    return [replace(event, giver=command.actor), *moves]


def receive(command: ReceiveTransfer, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The taker took goods over or declined them, or the giver took them back (then `to_location` is the giver's).

    `facts.place` is `to_location`. Declining needs a reason and moves nothing: the goods are in transit until the giver
    takes them back.
    """
    transfer = facts.transfer.value
    back = transfer is not None and transfer.from_location == command.to_location
    verb = ("take_back" if back else "accept") if command.accept else "decline"
    goods = _goods(command.lines) if command.accept else []
    found = check_date(facts, command.business_date) + _check_ends(command, facts)
    found += check_place(facts.place, command.to_location, command.actor, facts.actor.value)
    if command.accept and not command.lines:
        found.append(finding("no_lines", command.transfer_id))
    if not command.accept and not command.reason.strip():
        found.append(finding("reason_required", command.transfer_id))
    state = next_state(TRANSFER, transfer.state if transfer else "new", verb)
    lines = _Lines(command.op_id, transfer)
    rest = lines.in_transit()
    if transfer is not None and _may_tell(facts):
        settles = transfer.state in ("accepted", "declined", "returned")
        if state is None or (back and not command.accept) or (settles and not rest):
            found.append(_wrong_state(transfer, verb))
        elif not _fits(command, transfer, back=back):
            found.append(finding("transfer_unknown", command.transfer_id, number=command.number))
    found += _check_taken(command, facts, found)
    found += check_known(facts, (one.product_id for one in goods))
    found += check_lots(facts, goods)
    if state is None or _not_booked(found):
        return [], list(settled(found, facts.policy.severities))
    reasons = _reasons(command.lines)
    if command.accept and state != "taken":
        found += _differences(facts, rest, _sums(goods), reasons, command.reason)
    moves = _arrive(command, goods, lines)
    event = _recorded(command, transfer, state, lines)
    reason = command.reason.strip() or "; ".join(dict.fromkeys(one for one in reasons.values() if one))
    event = replace(event, reason=reason, taker=event.taker if back else command.actor)
    return [event, *moves], list(settled(found, facts.policy.severities))


# -- what is asked of every transfer ----------------------------------------------------------------------------------


def _check_ends(command: Transfer, facts: Facts) -> list[Finding]:
    """Two places, each of a kind that holds goods. The other's custody is not asked: they tell their own side."""
    found: list[Finding] = []
    if command.from_location == command.to_location:
        found.append(finding("same_place", command.transfer_id))
    other = command.to_location if isinstance(command, SendTransfer) else command.from_location
    named = other or isinstance(command, SendTransfer)  # asked of nobody, goods may come from anywhere
    if named and facts.other_place.status == ABSENT:
        found.append(finding("place_unknown", other))
    found += [
        finding("place_kind_wrong", known.id, kind=known.kind)
        for known in (facts.place.value, facts.other_place.value)
        if known is not None and known.kind in NO_PLACE_FOR_GOODS
    ]
    return found


def _not_booked(found: Iterable[Finding]) -> bool:
    """Whether nothing is booked but the case: not the actor's place, no such place, or no such step."""
    codes = ("same_place", "place_kind_wrong", "transfer_unknown", "transfer_wrong_state")
    found = list(found)
    return not_ours(found) or any(one.code in codes for one in found)


def _may_tell(facts: Facts) -> bool:
    """Whoever names a place they do not know of is told nothing of a transfer there."""
    return facts.place.status != ABSENT


def _check_taken(command: Transfer, facts: Facts, found: Iterable[Finding]) -> list[Finding]:
    """The id is that of a transfer the actor may not know of. From a place that is not theirs, either, nothing is said:
    the answer is that of a transfer that is not there."""
    if not facts.document_exists or not_ours(found):
        return []
    return [finding("transfer_unknown", command.transfer_id, number=command.number)]


def _wrong_state(transfer: TransferFact, verb: str) -> Finding:
    return finding(
        "transfer_wrong_state", transfer.id, number=transfer.number, state=transfer.state, verb=verb
    )


def _fits(command: SendTransfer | ReceiveTransfer, transfer: TransferFact, *, back: bool = False) -> bool:
    """Whether the command is about the transfer's own two places. One that was only asked for may be sent from another
    place than it was asked of, and one that was asked of nobody from anywhere, also when the taker has told first."""
    giver, taker = command.from_location, command.to_location
    if back:
        giver, taker = taker, giver
    from_anywhere = transfer.state == "requested" or not transfer.from_location
    return taker == transfer.to_location and (from_anywhere or giver == transfer.from_location)


def _differences(
    facts: Facts, sent: dict[Lot, int], received: dict[Lot, int], reasons: dict[Lot, str], reason: str
) -> list[Finding]:
    """One finding for each lot of which another quantity (base units) arrived than was sent; without a reason, of the
    line or of the whole document, it is a case."""
    found: list[Finding] = []
    for key in sorted({*sent, *received}):
        left, came = sent.get(key, 0), received.get(key, 0)
        if left == came:
            continue
        product, lot = facts.products.get(key[0]), facts.lots.get(key[1])
        why = reasons.get(key, "") or reason.strip()
        one = finding(
            "transfer_differs",
            key[1] or key[0],
            product=product.value.name if product and product.value else key[0],
            lot=(lot.value.serial or lot.value.number) if lot and lot.value else key[1],
            sent=left,
            received=came,
            reason=why,
        )
        found.append(one if why else replace(one, severity=BLOCKS))
    return found


# -- lines ------------------------------------------------------------------------------------------------------------


def _goods(lines: Iterable[MoveLine]) -> list[Goods]:
    return [Goods(line.product_id, line.lot_id, line.qty, line.reason) for line in lines if line.qty]


def _sums(goods: Iterable[Goods]) -> dict[Lot, int]:
    sums: dict[Lot, int] = {}
    for one in goods:
        sums[one.product_id, one.lot_id] = sums.get((one.product_id, one.lot_id), 0) + one.qty
    return sums


def _reasons(lines: Iterable[MoveLine]) -> dict[Lot, str]:
    """The first reason that is given for each lot."""
    reasons: dict[Lot, str] = {}
    for line in lines:
        key = (line.product_id, line.lot_id)
        reasons[key] = reasons.get(key, "") or line.reason.strip()
    return reasons


@dataclass(slots=True, init=False)
class _Lines:
    """The lines of a transfer while a command changes them: one per product, lot and owner."""

    op_id: str
    reason: str  # that stands with the transfer
    kept: dict[tuple[str, str, str], TransferLine]

    def __init__(self, op_id: str, transfer: TransferFact | None = None) -> None:
        self.op_id = op_id
        self.reason = transfer.reason if transfer else ""
        self.kept = {
            (one.product_id, one.lot_id, one.owner): TransferLine(
                id=one.id,
                product_id=one.product_id,
                lot_id=one.lot_id,
                asked=one.asked,
                sent=one.sent,
                received=one.received,
                owner=one.owner,
            )
            for one in (transfer.lines if transfer else ())
        }

    def add(
        self,
        product_id: str,
        lot_id: str,
        *,
        owner: str = COMPANY,
        asked: int = 0,
        sent: int = 0,
        received: int = 0,
    ) -> None:
        """So many base units more."""
        key = (product_id, lot_id, owner)
        found = self.kept.get(key)
        if found is None:
            line_id = derived_id(self.op_id, "transfer_line", len(self.kept))
            found = TransferLine(
                id=line_id,
                product_id=product_id,
                lot_id=lot_id,
                asked=0,
                sent=0,
                received=0,
                owner=owner,
            )
        self.kept[key] = replace(
            found, asked=found.asked + asked, sent=found.sent + sent, received=found.received + received
        )

    def all(self) -> tuple[TransferLine, ...]:
        """By product, lot and owner; none of nothing."""
        return tuple(
            line for _key, line in sorted(self.kept.items()) if line.asked or line.sent or line.received
        )

    def received(self) -> dict[Lot, int]:
        return _sums(Goods(one.product_id, one.lot_id, one.received) for one in self.all() if one.received)

    def in_transit(self) -> dict[Lot, int]:
        """What was sent and not received, by lot; only where something is."""
        return _sums(
            Goods(one.product_id, one.lot_id, one.sent - one.received)
            for one in self.all()
            if one.sent > one.received
        )

    def balances(self) -> tuple[Balance, ...]:
        """What is in transit of this transfer, as balances."""
        return tuple(
            Balance(IN_TRANSIT, one.product_id, one.lot_id, one.sent - one.received, owner=one.owner)
            for one in self.all()
        )


def _out(
    command: SendTransfer, facts: Facts, goods: Iterable[Goods], transfer: TransferFact | None
) -> tuple[list[StockMoved], _Lines]:
    """Goods out of the place into transit, and the transfer's lines after it."""
    moves = leaving(
        command,
        facts.balances,
        goods,
        kind="transfer_out",
        location_id=command.from_location,
        document_id=command.transfer_id,
    )
    lines = _Lines(command.op_id, transfer)
    for move in moves:
        lines.add(move.product_id, move.lot_id, owner=move.owner, sent=move.qty)
    return moves, lines


def _arrive(command: ReceiveTransfer, goods: Iterable[Goods], lines: _Lines) -> list[StockMoved]:
    """Goods out of transit into the place, under the owner they were sent; more than was sent is the company's."""
    moves: list[StockMoved] = []
    places = ends("transfer_in", command.to_location, inward=True)
    for line in goods:
        for pick in take(lines.balances(), IN_TRANSIT, line.product_id, line.lot_id, line.qty):
            one = Goods(line.product_id, line.lot_id, pick.qty, line.reason)
            ordinal = len(moves)
            moves.append(moved(command, one, ordinal, "transfer_in", places, command.transfer_id, pick.owner))
            lines.add(line.product_id, line.lot_id, owner=pick.owner, received=pick.qty)
    return moves


def _right_owners(command: SendTransfer, lines: _Lines, first: int) -> list[StockMoved]:
    """Goods that were received before anybody could know whose they are get the owner they were sent under.

    They were booked as the company's. Of each owner's goods as many come as too many of the company's did, and those
    of the company go back. `first` is the ordinal of the first movement.
    """
    moves: list[StockMoved] = []
    into = ends("transfer_in", command.to_location, inward=True)
    back = ends("transfer_out", command.to_location)
    for line in lines.all():
        ours = lines.kept.get((line.product_id, line.lot_id, COMPANY))
        if line.owner == COMPANY or ours is None:
            continue
        qty = min(line.sent, ours.received - ours.sent)
        if qty <= 0:
            continue
        one = Goods(line.product_id, line.lot_id, qty)
        for kind, places, owner in (("transfer_in", into, line.owner), ("transfer_out", back, COMPANY)):
            ordinal = first + len(moves)
            moves.append(moved(command, one, ordinal, kind, places, command.transfer_id, owner))
        lines.add(line.product_id, line.lot_id, owner=line.owner, received=qty)
        lines.add(line.product_id, line.lot_id, received=-qty)
    return moves


def _recorded(
    command: Transfer, transfer: TransferFact | None, state: str, lines: _Lines
) -> TransferRecorded:
    """The transfer as it stands after the command. Its number stays the first one, its places the command's until
    somebody has moved goods."""
    settled_place = transfer.from_location if transfer and transfer.state != "requested" else ""
    return TransferRecorded(
        transfer_id=command.transfer_id,
        number=transfer.number if transfer else command.number,
        state=state,
        from_location=settled_place or command.from_location,
        to_location=transfer.to_location if transfer else command.to_location,
        giver=transfer.giver if transfer else "",
        taker=transfer.taker if transfer else "",
        business_date=command.business_date,
        reason=lines.reason,
        op_id=command.op_id,
        lines=lines.all(),
    )
