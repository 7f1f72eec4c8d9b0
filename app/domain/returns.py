"""Returns: goods that come back from a customer, for what they were sold for (DOMAIN.md §4, §6).

A return is a fact: the goods are here. What the rules accept is a document of its own that mirrors the sale with
negative amounts, marks the lines of the order and takes its part out of the account's exposure, once. What they cannot
accept is booked into the place and held for the office; it changes nothing on the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from app.domain.commands import ReturnGoods, ReturnLine
from app.domain.eligibility import check_territory
from app.domain.events import (
    Event,
    ExposureGrew,
    LineReturned,
    OrderedLine,
    OrderMoved,
    OrderRecorded,
    StockMoved,
)
from app.domain.facts import NOT_HERE, Facts, OrderFact, OrderLineFact
from app.domain.ids import derived_id
from app.domain.lifecycle import next_state, order_table
from app.domain.lines import check_date
from app.domain.money import share
from app.domain.rejections import Finding, blocking, finding, settled
from app.domain.stock import answers_for, ends
from app.domain.worth import exposure_of

_NOT_OURS = ("place_unknown", "not_custodian")


def return_goods(command: ReturnGoods, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Goods of an order came back into `location_id`."""
    if facts.document_exists:
        return [], [finding("document_exists", command.return_id)]
    order = facts.order.value
    sold = {line.id: line for line in order.lines} if order else {}
    found = check_date(facts, command.business_date) + _check_place(command, facts)
    if not command.lines:
        found.append(finding("no_lines", command.return_id))
    found += _check_order(command, facts)
    found += _check_lots(command, facts)
    if order:
        found += _check_lines(command, sold)
    findings = settled(found, facts.policy.severities)
    accepted = not blocking(findings)
    events: list[Event] = _document(command, facts, order, sold, accepted=accepted) if order else []
    if not any(one.code in _NOT_OURS for one in findings):
        events += [_moved(command, index, line) for index, line in enumerate(command.lines)]
    if order and accepted:
        events += _settle(command, facts, order)
    return events, list(findings)


def _check_order(command: ReturnGoods, facts: Facts) -> list[Finding]:
    """The order and its account are here, the account is the actor's, and the order is in a state from which goods come
    back."""
    order = facts.order.value
    if order is None:
        code = "fact_missing" if facts.order.status == NOT_HERE else "order_unknown"
        return [finding(code, command.order_id, what="order")]
    found: list[Finding] = []
    if next_state(order_table(order.type), order.state, "return") is None:
        found.append(
            finding("order_wrong_state", order.id, number=order.number, state=order.state, verb="return")
        )
    if facts.account.value is None:
        code = "fact_missing" if facts.account.status == NOT_HERE else "account_unknown"
        found.append(finding(code, order.account_id, what="account"))
        return found
    return found + check_territory(facts.account.value, facts.actor.value)


def _check_place(command: ReturnGoods, facts: Facts) -> list[Finding]:
    """The place is the actor's to book into: their own, or for operations a warehouse."""
    place = facts.place.value
    if facts.place.status == NOT_HERE:
        return [finding("fact_missing", command.location_id, what="place")]
    if place is None:
        return [finding("place_unknown", command.location_id)]
    if not answers_for(place, command.actor, facts.actor.value):
        return [finding("not_custodian", command.location_id)]
    return []


def _check_lots(command: ReturnGoods, facts: Facts) -> list[Finding]:
    """A lot for what is tracked, known and of this product; a serial number is one unit in the whole return. A recalled
    or expired lot may come back: it should."""
    found: list[Finding] = []
    units: Counter[tuple[str, str]] = Counter()
    for line in command.lines:
        known, lot = facts.products.get(line.product_id), facts.lots.get(line.lot_id)
        product = known.value if known else None
        if product is None:
            missing = known is None or known.status == NOT_HERE
            code = "fact_missing" if missing else "product_unknown"
            found.append(finding(code, line.product_id, what="product"))
        elif not line.lot_id and product.tracking != "none":
            found.append(finding("lot_required", line.product_id, product=product.name))
        if line.lot_id and (lot is None or lot.value is None or lot.value.product_id != line.product_id):
            found.append(finding("lot_unknown", line.lot_id))
        elif lot and lot.value and lot.value.serial:
            units[line.lot_id, lot.value.serial] += line.qty
    found += [
        finding("serial_quantity", lot_id, lot=serial, asked=qty)
        for (lot_id, serial), qty in sorted(units.items())
        if qty > 1
    ]
    return found


def _check_lines(command: ReturnGoods, sold: Mapping[str, OrderLineFact]) -> list[Finding]:
    """Lines of the order, with their product; of each no more than was sold and is not back, all lines together."""
    found: list[Finding] = []
    back: Counter[str] = Counter()
    for line in command.lines:
        ordered = sold.get(line.order_line_id)
        if ordered is None or ordered.product_id != line.product_id:
            found.append(finding("order_line_unknown", line.order_line_id))
        else:
            back[ordered.id] += line.qty
    for line_id, qty in sorted(back.items()):
        have = sold[line_id].allocated - sold[line_id].returned
        if qty > have:
            found.append(
                finding("return_too_many", line_id, line=sold[line_id].line_no, asked=qty, have=have)
            )
    return found


def _document(
    command: ReturnGoods,
    facts: Facts,
    order: OrderFact,
    sold: Mapping[str, OrderLineFact],
    *,
    accepted: bool,
) -> list[Event]:
    """The return as an order of its own: amounts mirror the sale, with the sign turned."""
    account = facts.account.value
    before = {line.id: line.returned for line in order.lines}
    lines: list[OrderedLine] = []
    for index, line in enumerate(command.lines):
        ordered = sold.get(line.order_line_id)
        came = before.get(line.order_line_id, 0)
        lines.append(_line(command, index, line, ordered, came))
        before[line.order_line_id] = came + line.qty
    return [
        OrderRecorded(
            order_id=command.return_id,
            number=command.number,
            type="return",
            quote_id=None,
            account_id=order.account_id,
            ship_to_id=order.ship_to_id or "",
            territory_id=account.territory_id if account else order.territory_id,
            rep_id=order.rep_id or command.actor,
            state="returned" if accepted else "held",
            currency=order.currency,
            business_date=command.business_date,
            po_number=order.po_number,
            total=sum(one.extended for one in lines),
            op_id=command.op_id,
            lines=tuple(lines),
            tax_total=sum(one.tax for one in lines),
        )
    ]


def _line(
    command: ReturnGoods, index: int, line: ReturnLine, ordered: OrderLineFact | None, came: int
) -> OrderedLine:
    """One line back; of a line that was never sold nothing is worth anything."""
    worth = -share(ordered.extended or 0, ordered.qty, came, line.qty) if ordered else 0
    return OrderedLine(
        id=derived_id(command.op_id, "order_line", index),
        line_no=index + 1,
        product_id=line.product_id,
        lot_id=line.lot_id or None,
        qty=line.qty,
        allocated=line.qty,
        backordered=0,
        unit_price=(ordered.unit_price or 0) if ordered else 0,
        extended=worth,
        tax=-share(ordered.tax, ordered.qty, came, line.qty) if ordered else 0,
    )


def _moved(command: ReturnGoods, index: int, line: ReturnLine) -> StockMoved:
    start, end = ends("return", command.location_id, inward=True)
    return StockMoved(
        movement_id=derived_id(command.op_id, "movement", index),
        kind="return",
        product_id=line.product_id,
        lot_id=line.lot_id,
        qty=line.qty,
        from_location=start,
        to_location=end,
        business_date=command.business_date,
        document_id=command.return_id,
        reason=command.reason,
        op_id=command.op_id,
    )


def _settle(command: ReturnGoods, facts: Facts, order: OrderFact) -> list[Event]:
    """The order's lines marked, the order returned once all of it is back, and its part out of the exposure.

    Of an order that was paid nothing is owed any more: what the customer gets back is a credit, not exposure.
    """
    account = facts.account.value
    assert account is not None
    back: Counter[str] = Counter()
    for line in command.lines:
        back[line.order_line_id] += line.qty
    lines = tuple(
        replace(line, returned=line.returned + back[line.id])
        for line in sorted(order.lines, key=lambda one: one.line_no)
    )
    events: list[Event] = [
        LineReturned(order_line_id=line.id, returned=line.returned) for line in lines if back[line.id]
    ]
    state = next_state(order_table(order.type), order.state, "return")
    if state and all(line.returned == line.allocated for line in lines):
        events.append(OrderMoved(order_id=order.id, state=state))
    before, after = exposure_of(order), exposure_of(replace(order, lines=lines))
    if before != after:
        events.append(
            ExposureGrew(
                account_id=account.id,
                territory_id=account.territory_id,
                rep_id=account.rep_id,
                amount=after[0] - before[0],
                as_of=command.business_date,
                unpaid=after[1] - before[1],
            )
        )
    return events
