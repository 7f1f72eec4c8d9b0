"""Orders: from an approved quote to lines with reserved and backordered quantities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.domain.allotting import promised
from app.domain.commands import PlaceOrder
from app.domain.eligibility import check_sale, discreet
from app.domain.events import Event, ExposureGrew, OrderedLine, OrderRecorded, QuoteMoved, StockMoved
from app.domain.facts import NOT_HERE, Balance, Facts, QuoteFact
from app.domain.ids import derived_id
from app.domain.lifecycle import ORDER, QUOTE, next_state
from app.domain.lines import check_date, reserving_day
from app.domain.parties import ADMIN, OPERATIONS, Account
from app.domain.rejections import APPROVAL, WARN, Finding, blocking, finding, settled
from app.domain.reserving import Booking, Wanted, reserve


def place(command: PlaceOrder, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The quote becomes an order: its prices and taxes stand as they were quoted, whatever became of their lists; the
    sale is judged again, and stock is reserved where it can be.

    What was approved on this revision is not asked twice, except for credit: what the account owes has moved since.
    """
    quote, account, day = facts.quote.value, facts.account.value, command.business_date
    if quote is None:
        code = "fact_missing" if facts.quote.status == NOT_HERE else "quote_unknown"
        return [], [finding(code, command.quote_id, what="quote")]
    checked = [*check_date(facts, day), *_check_quote(command, quote, facts)]
    checked += check_sale(
        facts,
        account_id=quote.account_id,
        ship_to_id=quote.ship_to_id,
        po_number=quote.po_number,
        currency=quote.currency,
        product_ids=(line.product_id for line in quote.lines),
        total=quote.total,
        day=day,
    )
    found = _covered(settled(checked, facts.policy.severities), quote)
    if blocking(tuple(found)) or account is None:
        return [], discreet(found, facts)
    asks = any(one.severity == APPROVAL for one in found)
    lines, moves = ordered_lines(
        command,
        quote,
        None if asks else facts.warehouse.value,
        account,
        kept=() if asks else promised(command, facts, quote.rep_id),
        fit_on=reserving_day(day, facts),
    )
    found += [
        finding("backordered", line.id, line=line.line_no, missing=line.backordered, asked=line.qty)
        for line in lines
        if line.backordered
    ]
    verb = "hold" if asks else "allocate" if moves else ""
    state = next_state(ORDER, "placed", verb) or "placed"
    events = [*_recorded(command, quote, account, state, lines), *moves, _grew(command, quote, account)]
    return events, sorted(found)


def _check_quote(command: PlaceOrder, quote: QuoteFact, facts: Facts) -> list[Finding]:
    """The author or the office orders, once, from the latest revision of a quote that is open and not run out."""
    actor = facts.actor.value
    found: list[Finding] = []
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
    if next_state(QUOTE, quote.state, "place_order") is None:
        found.append(
            finding("quote_wrong_state", quote.id, number=quote.number, state=quote.state, verb="place_order")
        )
    elif quote.valid_until is not None and command.business_date > quote.valid_until:
        found.append(
            finding(
                "quote_expired", quote.id, as_of=quote.valid_until, number=quote.number, on=quote.valid_until
            )
        )
    return found


def _covered(found: Iterable[Finding], quote: QuoteFact) -> list[Finding]:
    """The findings; those that somebody said yes to on this revision are only told."""
    said_yes = {
        one.code for one in quote.approvals if one.state == "approved" and one.revision == quote.revision
    } - {"credit_limit_exceeded"}
    return sorted(
        replace(one, severity=WARN) if one.severity == APPROVAL and one.code in said_yes else one
        for one in found
    )


def ordered_lines(
    command: PlaceOrder,
    quote: QuoteFact,
    warehouse: tuple[Balance, ...] | None,
    account: Account,
    *,
    fit_on: str,
    kept: tuple[Balance, ...] = (),
) -> tuple[tuple[OrderedLine, ...], list[StockMoved]]:
    """The order's lines and the reservations for them.

    What is `kept` for the rep goes first, on the tablet as on the server. `warehouse` is None on a device that may not
    reserve, and for an order that is held: then nothing else is allocated and nothing backordered yet. `fit_on` is the
    day (ISO) on which the lots must be fit.
    """
    quoted = sorted(quote.lines, key=lambda line: line.line_no)
    ids = {line.id: derived_id(command.op_id, "order_line", line.line_no) for line in quoted}
    wanted = [Wanted(ids[line.id], line.product_id, line.qty) for line in quoted]
    booking = Booking(
        op_id=command.op_id,
        document_id=command.order_id,
        day=command.business_date,
        min_shelf_days=account.min_shelf_days,
        judged_on=fit_on,
    )
    mine, moves = reserve(wanted, kept, booking)
    left = [replace(one, qty=one.qty - mine[one.line_id]) for one in wanted]
    free, more = reserve(left, warehouse or (), booking, ordinal=len(moves))
    moves += more
    got = {line_id: qty + free[line_id] for line_id, qty in mine.items()}
    lines = tuple(
        OrderedLine(
            id=ids[line.id],
            line_no=line.line_no,
            product_id=line.product_id,
            lot_id=None,
            qty=line.qty,
            allocated=got[ids[line.id]],
            backordered=0 if warehouse is None else line.qty - got[ids[line.id]],
            unit_price=line.unit_price,
            extended=line.extended,
            tax=line.tax,
            trace=line.trace,
        )
        for line in quoted
    )
    return lines, moves


def _recorded(
    command: PlaceOrder, quote: QuoteFact, account: Account, state: str, lines: tuple[OrderedLine, ...]
) -> list[Event]:
    accepted = next_state(QUOTE, quote.state, "place_order")
    assert accepted is not None
    return [
        QuoteMoved(quote_id=quote.id, state=accepted),
        OrderRecorded(
            order_id=command.order_id,
            number=command.number,
            type="stock",
            quote_id=quote.id,
            account_id=quote.account_id,
            ship_to_id=quote.ship_to_id,
            territory_id=account.territory_id,
            rep_id=quote.rep_id,
            state=state,
            currency=quote.currency,
            business_date=command.business_date,
            po_number=quote.po_number,
            total=quote.total,
            op_id=command.op_id,
            lines=lines,
            tax_total=quote.tax_total,
        ),
    ]


def _grew(command: PlaceOrder, quote: QuoteFact, account: Account) -> ExposureGrew:
    return ExposureGrew(
        account_id=account.id,
        territory_id=account.territory_id,
        rep_id=account.rep_id,
        amount=quote.total,
        as_of=command.business_date,
    )
