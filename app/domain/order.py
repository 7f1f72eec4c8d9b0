"""Orders: from an approved quote to lines with reserved and backordered quantities."""

from __future__ import annotations

from app.domain.commands import PlaceOrder
from app.domain.eligibility import check_credit, check_status
from app.domain.events import Event, ExposureGrew, OrderedLine, OrderRecorded, QuoteMoved, StockMoved
from app.domain.facts import NOT_HERE, Balance, Facts, QuoteFact
from app.domain.ids import derived_id
from app.domain.lifecycle import QUOTE, next_state
from app.domain.lines import check_date
from app.domain.parties import ADMIN, OPERATIONS, reserved_place
from app.domain.rejections import APPROVAL, Finding, blocking, finding
from app.domain.stock import after_picks, fefo


def ordered_lines(
    command: PlaceOrder, quote: QuoteFact, warehouse: tuple[Balance, ...] | None
) -> tuple[tuple[OrderedLine, ...], tuple[StockMoved, ...]]:
    """The order's lines and the reservations for them.

    `warehouse` is None on a device that may not reserve: then nothing is allocated and nothing backordered yet.
    """
    lines: list[OrderedLine] = []
    moves: list[StockMoved] = []
    for line in quote.lines:
        picks = (
            fefo(warehouse, line.product_id, line.qty, not_before=command.business_date) if warehouse else ()
        )
        if warehouse:
            warehouse = after_picks(warehouse, line.product_id, picks)
        for pick in picks:
            moves.append(
                StockMoved(
                    movement_id=derived_id(command.op_id, "movement", len(moves)),
                    kind="reserve",
                    product_id=line.product_id,
                    lot_id=pick.lot_id,
                    qty=pick.qty,
                    from_location=pick.location_id,
                    to_location=reserved_place(pick.location_id),
                    business_date=command.business_date,
                    document_id=command.order_id,
                    reason="",
                    op_id=command.op_id,
                )
            )
        allocated = sum(pick.qty for pick in picks)
        lines.append(
            OrderedLine(
                id=derived_id(command.op_id, "order_line", line.line_no),
                line_no=line.line_no,
                product_id=line.product_id,
                lot_id=None,
                qty=line.qty,
                allocated=allocated,
                backordered=0 if warehouse is None else line.qty - allocated,
                unit_price=line.unit_price,
                extended=line.extended,
            )
        )
    return tuple(lines), tuple(moves)


def place(command: PlaceOrder, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The quote becomes an order: its prices stand, the account is checked again, stock is reserved where it can be."""
    quote, actor = facts.quote.value, facts.actor.value
    if quote is None:
        code = "fact_missing" if facts.quote.status == NOT_HERE else "quote_unknown"
        return [], [finding(code, command.quote_id, what="quote")]
    found = check_date(facts, command.business_date)
    if actor is None or (actor.id != quote.rep_id and actor.role not in (OPERATIONS, ADMIN)):
        found.append(finding("not_allowed", command.actor, role=OPERATIONS))
    if facts.document_exists:
        found.append(finding("document_exists", command.order_id))
    if command.revision != quote.revision:
        found.append(
            finding(
                "revision_moved_on", quote.id, number=quote.number, mine=command.revision, now=quote.revision
            )
        )
    state = next_state(QUOTE, quote.state, "place_order")
    if state is None:
        found.append(
            finding("quote_wrong_state", quote.id, number=quote.number, state=quote.state, verb="place_order")
        )
    account = facts.account.value
    if account is None:
        code = "fact_missing" if facts.account.status == NOT_HERE else "account_unknown"
        found.append(finding(code, quote.account_id, what="account"))
    else:
        found += check_status(account)
    found += check_credit(facts, quote.total)
    if blocking(tuple(found)) or account is None or state is None:
        return [], sorted(set(found))
    needs_yes = any(f.severity == APPROVAL for f in found)
    stock = None if needs_yes else facts.warehouse.value
    lines, moves = ordered_lines(command, quote, stock)
    found += [
        finding("backordered", line.id, line=line.line_no, missing=line.backordered, asked=line.qty)
        for line in lines
        if line.backordered
    ]
    order_state = "held" if needs_yes else "placed" if stock is None or not moves else "allocated"
    events: list[Event] = [
        QuoteMoved(quote_id=quote.id, state=state),
        OrderRecorded(
            order_id=command.order_id,
            number=command.number,
            type="stock",
            quote_id=quote.id,
            account_id=quote.account_id,
            ship_to_id=quote.ship_to_id,
            territory_id=account.territory_id,
            rep_id=quote.rep_id,
            state=order_state,
            currency=quote.currency,
            business_date=command.business_date,
            po_number=quote.po_number,
            total=quote.total,
            op_id=command.op_id,
            lines=lines,
        ),
        *moves,
        ExposureGrew(
            account_id=account.id,
            territory_id=account.territory_id,
            rep_id=account.rep_id,
            amount=quote.total,
            as_of=command.business_date,
        ),
    ]
    return events, sorted(set(found))
