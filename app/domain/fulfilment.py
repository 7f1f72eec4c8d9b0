"""The way of an order: release, allocate, pick, ship, deliver, invoice, pay, close, or cancel (DOMAIN.md §6).

Rules that are ours to choose, in one place:
- Shipping sends what is reserved. The order is shipped when that completes every line, else partly shipped; what is
  missing is allocated and shipped later, or cancelled.
- A release is somebody's yes: what would ask for approval is told and passes. Goods that were handed over already
  cannot be stopped: with a written reason the office also passes what blocks.
- At shipment what would ask for approval passes with a written reason; an expired or recalled lot does not pass.
- Allocating gives back reserved lots that may not be shipped any more, then reserves what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from app.domain.commands import MoveOrder
from app.domain.eligibility import check_sale, check_status
from app.domain.events import Event, ExposureGrew, LineAllocated, OrderMoved
from app.domain.facts import NOT_HERE, Facts, OrderFact, OrderLineFact, Reservation
from app.domain.licences import check_licences
from app.domain.lifecycle import ORDER, next_state, order_table
from app.domain.lines import believed_day, check_date, reserving_day
from app.domain.parties import ADMIN, FINANCE, OPERATIONS, Account
from app.domain.rejections import APPROVAL, BLOCKS, WARN, Finding, blocking, finding, settled
from app.domain.reserving import Booking, Wanted, give_back, hand_over, in_order, reserve, unfit
from app.domain.worth import exposure_of

Said = tuple[list[Event], list[Finding]]

# Who may take an order along a verb. The author of an order may also cancel it.
ROLES: Mapping[str, tuple[str, ...]] = {
    "release": (FINANCE, OPERATIONS, ADMIN),
    "allocate": (OPERATIONS, ADMIN),
    "cancel": (OPERATIONS, ADMIN),
    "pick": (OPERATIONS, ADMIN),
    "ship": (OPERATIONS, ADMIN),
    "deliver": (OPERATIONS, ADMIN),
    "invoice": (FINANCE, ADMIN),
    "pay": (FINANCE, ADMIN),
    "close": (FINANCE, ADMIN),
}


_BEYOND_REASON = ("fact_missing", "not_allowed")


@dataclass(frozen=True, slots=True)
class _Move:
    """A verb that is open, by somebody who may, on an order of a known account."""

    command: MoveOrder
    facts: Facts
    order: OrderFact
    account: Account

    @property
    def day(self) -> str:
        """The day it is judged and booked on."""
        return believed_day(self.command.business_date, self.facts)

    @property
    def booking(self) -> Booking:
        return Booking(
            op_id=self.command.op_id,
            document_id=self.order.id,
            day=self.day,
            min_shelf_days=self.account.min_shelf_days,
            reason=self.command.reason,
        )

    @property
    def reserving(self) -> Booking:
        """As `booking`, for goods that are set aside now."""
        return replace(self.booking, judged_on=reserving_day(self.day, self.facts))

    def to(self, verb: str) -> str:
        """Where a verb leads from the order's state; that it is open has been asked before."""
        state = next_state(order_table(self.order.type), self.order.state, verb)
        assert state is not None
        return state

    def moved(self, state: str) -> list[Event]:
        return [OrderMoved(order_id=self.order.id, state=state)] if state != self.order.state else []

    def exposure(self, state: str, lines: Iterable[OrderLineFact]) -> list[Event]:
        """The change of the account's exposure when the order comes to `state` with these lines."""
        before = exposure_of(self.order)
        after = exposure_of(replace(self.order, state=state, lines=tuple(lines)))
        amount, unpaid = after[0] - before[0], after[1] - before[1]
        if not amount and not unpaid:
            return []
        return [
            ExposureGrew(
                account_id=self.account.id,
                territory_id=self.account.territory_id,
                rep_id=self.account.rep_id,
                amount=amount,
                as_of=self.day,
                unpaid=unpaid,
            )
        ]


def move(command: MoveOrder, facts: Facts) -> Said:
    """Take an order along a verb of its lifecycle table, with everything that follows from it."""
    order, account = facts.order.value, facts.account.value
    if order is None:
        code = "fact_missing" if facts.order.status == NOT_HERE else "order_unknown"
        return [], [finding(code, command.order_id, what="order")]
    # the office moves an order today, so an old date is told and nothing is left to hold
    found = [replace(one, severity=WARN) for one in check_date(facts, command.business_date)]
    found += _check_actor(command, order, facts)
    if next_state(order_table(order.type), order.state, command.verb) is None:
        found.append(
            finding("order_wrong_state", order.id, number=order.number, state=order.state, verb=command.verb)
        )
    if account is None:
        code = "fact_missing" if facts.account.status == NOT_HERE else "account_unknown"
        found.append(finding(code, order.account_id, what="account"))
    if account is None or blocking(tuple(found)):
        return [], sorted(found)
    events, more = _VERBS[command.verb](_Move(command, facts, order, account))
    found += more
    return ([] if blocking(tuple(found)) else events), sorted(found)


def _check_actor(command: MoveOrder, order: OrderFact, facts: Facts) -> list[Finding]:
    actor, roles = facts.actor.value, ROLES[command.verb]
    author = command.verb == "cancel" and command.actor == order.rep_id
    if actor is None or not (author or actor.role in roles):
        return [finding("not_allowed", command.actor, role=",".join(roles))]
    if command.verb == "release" and command.actor == order.rep_id:
        return [finding("maker_is_checker", order.id, number=order.number)]
    return []


def _release(one: _Move) -> Said:
    """All of eligibility is asked again on the day. A stock order then takes what the warehouse has at once."""
    actor, order = one.facts.actor.value, one.order
    checked = check_sale(
        one.facts,
        account_id=order.account_id,
        ship_to_id=order.ship_to_id or "",
        po_number=order.po_number,
        currency=order.currency,
        product_ids=(line.product_id for line in order.lines),
        total=order.total,
        counted=exposure_of(order)[0],
        day=one.day,
    )
    found = list(settled(checked, one.facts.policy.severities))
    over_limit = any(f.code == "credit_limit_exceeded" and f.severity == APPROVAL for f in found)
    if over_limit and actor and actor.role not in (FINANCE, ADMIN):
        found.append(finding("not_allowed", one.command.actor, role=FINANCE))
    state = one.to("release")
    if order_table(order.type) is not ORDER:
        found = _passed(found, (APPROVAL, BLOCKS), one)
        return [*one.moved(state), *one.exposure(state, order.lines)], found
    found = [replace(f, severity=WARN) if f.severity == APPROVAL else f for f in found]
    if one.facts.warehouse.status == NOT_HERE:
        return one.moved(state), found
    events, short, got = _fill(one, order.lines, ())
    if got:
        allocated = next_state(ORDER, state, "allocate")
        assert allocated is not None
        state = allocated
    return [*one.moved(state), *events], found + short


def _passed(found: Iterable[Finding], severities: tuple[str, ...], one: _Move) -> list[Finding]:
    """The findings; those of these severities are only told when the command gives a reason, else they ask for one.

    No word of the office makes up for a fact that is not here, and none makes its giver somebody who may.
    """
    reason = bool(one.command.reason.strip())
    kept: list[Finding] = []
    missing = False
    for each in found:
        open_to_reason = each.severity in severities and each.code not in _BEYOND_REASON
        missing = missing or (open_to_reason and not reason)
        kept.append(replace(each, severity=WARN) if open_to_reason and reason else each)
    return kept + ([finding("reason_required", one.order.id)] if missing else [])


def _allocate(one: _Move) -> Said:
    """Give back what may not be shipped any more, then reserve what the lines miss, as far as the warehouse goes."""
    if one.facts.warehouse.status == NOT_HERE:
        return [], [finding("fact_missing", one.order.id, what="warehouse")]
    bad = [each for each in one.order.reservations if _unfit(one, each, one.reserving)]
    lines = _less(one.order.lines, bad)
    events, short, got = _fill(one, lines, bad)
    if not got and not bad:
        missing = any(line.allocated < line.qty for line in lines)
        return [], [finding("nothing_reserved", one.order.id, number=one.order.number)] if missing else []
    return [*one.moved(one.to("allocate")), *events], short


def _unfit(one: _Move, reservation: Reservation, booking: Booking) -> list[Finding]:
    known = one.facts.lots.get(reservation.lot_id)
    return unfit(reservation, known.value if known else None, booking)


def _fill(
    one: _Move, lines: Iterable[OrderLineFact], bad: Iterable[Reservation]
) -> tuple[list[Event], list[Finding], bool]:
    """Reserve what the lines miss. Answers the events, a finding for each line that is still short, and whether
    anything was reserved."""
    ordered = sorted(lines, key=lambda line: line.line_no)
    back = give_back(bad, one.booking)
    wanted = [Wanted(line.id, line.product_id, line.qty - line.allocated) for line in ordered]
    got, moves = reserve(wanted, one.facts.warehouse.value or (), one.reserving, ordinal=len(back))
    events: list[Event] = []
    short: list[Finding] = []
    for line in ordered:
        allocated = line.allocated + got[line.id]
        left = line.qty - allocated
        events.append(LineAllocated(order_line_id=line.id, allocated=allocated, backordered=left))
        if left:
            short.append(finding("backordered", line.id, line=line.line_no, missing=left, asked=line.qty))
    return [*events, *back, *moves], short, bool(moves)


def _less(lines: Iterable[OrderLineFact], gone: Iterable[Reservation]) -> tuple[OrderLineFact, ...]:
    """The lines once these reservations are gone: of several lines of one product the last loses first."""
    left: dict[str, int] = {}
    for one in gone:
        left[one.product_id] = left.get(one.product_id, 0) + one.qty
    kept: list[OrderLineFact] = []
    for line in sorted(lines, key=lambda each: each.line_no, reverse=True):
        lost = min(line.allocated, left.get(line.product_id, 0))
        left[line.product_id] = left.get(line.product_id, 0) - lost
        kept.append(replace(line, allocated=line.allocated - lost))
    return tuple(reversed(kept))


def _cancel(one: _Move) -> Said:
    """Everything that is still reserved goes back; of an order that was partly shipped only the rest is cancelled."""
    state = one.to("cancel")
    lines = _less(one.order.lines, one.order.reservations)
    told = [LineAllocated(order_line_id=line.id, allocated=line.allocated, backordered=0) for line in lines]
    back = give_back(one.order.reservations, one.booking)
    return [*one.moved(state), *told, *back, *one.exposure(state, lines)], []


def _pick(one: _Move) -> Said:
    return one.moved(one.to("pick")), _check_reserved(one)


def _check_reserved(one: _Move) -> list[Finding]:
    """Something is reserved. A device that does not hold the warehouse goes by the lines: not here never means zero."""
    by_lines = one.facts.warehouse.status == NOT_HERE and any(line.allocated for line in one.order.lines)
    if one.order.reservations or by_lines:
        return []
    return [finding("nothing_reserved", one.order.id, number=one.order.number)]


def _ship(one: _Move) -> Said:
    """What is reserved goes to the customer, after the account, its licences and the lots are judged again."""
    order, facts, day = one.order, one.facts, one.day
    found = _check_reserved(one)
    sent = [each.product_id for each in order.reservations] or [line.product_id for line in order.lines]
    checked = check_status(one.account) + check_licences(facts, order.ship_to_id or "", sent, day)
    for each in in_order(order.reservations):
        known = facts.lots.get(each.lot_id)
        if each.lot_id and (known is None or known.value is None):
            found.append(finding("fact_missing", each.lot_id, what="lot"))
        checked += _unfit(one, each, one.booking)
    found += [
        replace(f, severity=BLOCKS) if f.code == "lot_expired" else f
        for f in settled(checked, facts.policy.severities)
    ]
    whole = all(line.allocated == line.qty for line in order.lines)
    state = one.to("ship" if whole else "ship_part")
    return [*one.moved(state), *hand_over(order.reservations, one.booking)], _passed(found, (APPROVAL,), one)


def _along(one: _Move) -> Said:
    """A verb that only moves the order, and with it what it holds of the account's exposure."""
    state = one.to(one.command.verb)
    return [*one.moved(state), *one.exposure(state, one.order.lines)], []


_VERBS: Mapping[str, Callable[[_Move], Said]] = {
    "release": _release,
    "allocate": _allocate,
    "cancel": _cancel,
    "pick": _pick,
    "ship": _ship,
    "deliver": _along,
    "invoice": _along,
    "pay": _along,
    "close": _along,
}
