"""Trunk stock: selling from it and counting it. Both are facts: what happened is booked, and what the rules cannot
accept becomes a case for the office (SYNC.md law 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.domain.commands import CountTrunk, SellFromTrunk
from app.domain.eligibility import check_account, check_credit, check_products
from app.domain.events import (
    CountedLine,
    CountRecorded,
    Event,
    ExposureGrew,
    OrderedLine,
    OrderRecorded,
    StockMoved,
)
from app.domain.facts import NOT_HERE, Facts
from app.domain.ids import derived_id
from app.domain.lines import Asked, Judged, check_date, judge_all
from app.domain.parties import ADJUSTMENT, CUSTOMER
from app.domain.rejections import APPROVAL, Finding, blocking, finding
from app.domain.stock import on_hand


def sell(command: SellFromTrunk, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Goods left the trunk. Delivered when all is well; held for the office when a check says otherwise."""
    day = command.business_date
    found = check_date(facts, day)
    found += check_account(
        facts,
        command.account_id,
        ship_to_id=command.ship_to_id,
        po_number=command.po_number,
        currency=command.currency,
    )
    found += _check_place(facts, command.location_id, command.actor)
    if not command.lines:
        found.append(finding("no_lines", command.sale_id))
    if facts.document_exists:
        found.append(finding("document_exists", command.sale_id))
    found += check_products(facts, (line.product_id for line in command.lines), day)
    found += _check_lots(command, facts)
    asked = [
        Asked(
            line_id=line.lot_id or line.product_id,
            product_id=line.product_id,
            qty=line.qty,
            discount_bp=line.discount_bp,
            shown=line.shown_price,
        )
        for line in command.lines
    ]
    judged = judge_all(asked, currency=command.currency, day=day, facts=facts)
    for one in judged:
        found += one.findings
    found += check_credit(facts, sum(one.extended for one in judged))
    findings = tuple(sorted(set(found)))
    if facts.document_exists:
        return [], list(findings)
    return _sale_events(command, facts, judged, findings), list(findings)


def _sale_events(
    command: SellFromTrunk, facts: Facts, judged: list[Judged], findings: tuple[Finding, ...]
) -> list[Event]:
    """The sale's order, the goods out of the trunk (when it is the actor's), and the account's exposure."""
    account, total = facts.account.value, sum(one.extended for one in judged)
    accepted = not blocking(findings) and not any(f.severity == APPROVAL for f in findings)
    lines = tuple(
        OrderedLine(
            id=derived_id(command.op_id, "order_line", index),
            line_no=index + 1,
            product_id=line.product_id,
            lot_id=line.lot_id or None,
            qty=line.qty,
            allocated=line.qty,
            backordered=0,
            unit_price=judged[index].unit,
            extended=judged[index].extended,
        )
        for index, line in enumerate(command.lines)
    )
    events: list[Event] = [
        OrderRecorded(
            order_id=command.sale_id,
            number=command.number,
            type="trunk_sale",
            quote_id=None,
            account_id=command.account_id,
            ship_to_id=command.ship_to_id,
            territory_id=account.territory_id if account else "",
            rep_id=command.actor,
            state="delivered" if accepted else "held",
            currency=command.currency,
            business_date=command.business_date,
            po_number=command.po_number,
            total=total,
            op_id=command.op_id,
            lines=lines,
        )
    ]
    for index, line in enumerate(command.lines if not _not_ours(findings) else ()):
        events.append(
            StockMoved(
                movement_id=derived_id(command.op_id, "movement", index),
                kind="sell",
                product_id=line.product_id,
                lot_id=line.lot_id,
                qty=line.qty,
                from_location=command.location_id,
                to_location=CUSTOMER,
                business_date=command.business_date,
                document_id=command.sale_id,
                reason="",
                op_id=command.op_id,
            )
        )
    if account and not blocking(findings):
        events.append(
            ExposureGrew(
                account_id=account.id,
                territory_id=account.territory_id,
                rep_id=account.rep_id,
                amount=total,
                as_of=command.business_date,
            )
        )
    return events


def _check_place(facts: Facts, location_id: str, actor: str) -> list[Finding]:
    if facts.place.status == NOT_HERE:
        return [finding("fact_missing", location_id, what="place")]
    if facts.place.value is None:
        return [finding("place_unknown", location_id)]
    if facts.place.value.custodian != actor:
        return [finding("not_custodian", location_id)]
    return []


def _not_ours(findings: Iterable[Finding]) -> bool:
    """Whether the place is not the actor's: then the case is all that is booked, and nobody else's stock moves."""
    return any(f.code in ("place_unknown", "not_custodian") for f in findings)


def _check_lots(command: SellFromTrunk, facts: Facts) -> list[Finding]:
    """Lots named, known, of this product, not recalled; and enough of each, all lines together."""
    found: list[Finding] = []
    wanted: Counter[tuple[str, str]] = Counter()
    for line in command.lines:
        known = facts.products.get(line.product_id)
        product = known.value if known else None
        wanted[line.product_id, line.lot_id] += line.qty
        if not line.lot_id:
            if product and product.tracking != "none":
                found.append(finding("lot_required", line.product_id, product=product.name))
            continue
        lot = facts.lots.get(line.lot_id)
        if lot is None or lot.value is None or lot.value.product_id != line.product_id:
            found.append(finding("lot_unknown", line.lot_id))
            continue
        if lot.value.recalled_on and lot.value.recalled_on <= command.business_date:
            found.append(finding("lot_recalled", line.lot_id, lot=lot.value.number, on=lot.value.recalled_on))
        if lot.value.expires and lot.value.expires < command.business_date:
            found.append(finding("lot_expired", line.lot_id, lot=lot.value.number, on=lot.value.expires))
    for (product_id, lot_id), qty in sorted(wanted.items()):
        have = on_hand(facts.balances, product_id, lot_id)
        if have < qty:
            found.append(finding("stock_short", lot_id or product_id, asked=qty, have=have))
    return found


def count(command: CountTrunk, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A signed count: each variance is a movement against the adjustment place, with its reason."""
    found = check_date(facts, command.business_date) + _check_place(facts, command.location_id, command.actor)
    if not command.lines:
        found.append(finding("no_lines", command.count_id))
    if facts.document_exists:
        found.append(finding("document_exists", command.count_id))
    if facts.document_exists or _not_ours(found):
        return [], sorted(set(found))
    seen: set[tuple[str, str]] = set()
    lines: list[CountedLine] = []
    moves: list[StockMoved] = []
    for line in command.lines:
        if (line.product_id, line.lot_id) in seen:
            found.append(finding("counted_twice", line.lot_id or line.product_id))
            continue
        seen.add((line.product_id, line.lot_id))
        ordinal = len(lines)
        lines.append(
            CountedLine(
                id=derived_id(command.op_id, "count_line", ordinal),
                product_id=line.product_id,
                lot_id=line.lot_id,
                counted=line.counted,
                expected=line.expected,
                reason=line.reason,
            )
        )
        variance = line.counted - line.expected
        if variance == 0:
            continue
        if not line.reason.strip():
            found.append(
                finding("variance_reason_required", line.lot_id or line.product_id, variance=variance)
            )
        have = on_hand(facts.balances, line.product_id, line.lot_id)
        if variance < 0 and have + variance < 0:
            found.append(finding("stock_short", line.lot_id or line.product_id, asked=-variance, have=have))
        places = (ADJUSTMENT, command.location_id) if variance > 0 else (command.location_id, ADJUSTMENT)
        moves.append(
            StockMoved(
                movement_id=derived_id(command.op_id, "movement", ordinal),
                kind="count_adjustment",
                product_id=line.product_id,
                lot_id=line.lot_id,
                qty=abs(variance),
                from_location=places[0],
                to_location=places[1],
                business_date=command.business_date,
                document_id=command.count_id,
                reason=line.reason,
                op_id=command.op_id,
            )
        )
    sheet = CountRecorded(
        count_id=command.count_id,
        number=command.number,
        location_id=command.location_id,
        rep_id=command.actor,
        business_date=command.business_date,
        signed_by=command.signed_by,
        op_id=command.op_id,
        lines=tuple(lines),
    )
    return [sheet, *moves], sorted(set(found))
