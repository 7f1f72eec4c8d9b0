"""Goods that a customer has got already: a sale from the trunk, or consigned stock used at a case.

Both are facts. They are priced and checked as any sale, booked as an order that is delivered, or held for the office
when a check says otherwise, and they count against the account's credit at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.commands import SellFromTrunk, UseConsigned
from app.domain.eligibility import check_sale
from app.domain.events import Event, ExposureGrew, OrderedLine, OrderRecorded
from app.domain.facts import Facts
from app.domain.goods import Goods, check_enough, check_holder, check_lots, check_place, leaving, not_ours
from app.domain.ids import derived_id
from app.domain.lines import Asked, Judged, check_date, judge_all
from app.domain.rejections import APPROVAL, Finding, blocking, finding


def goods_of(command: SellFromTrunk | UseConsigned) -> list[Goods]:
    """What the lines of a sale hand over, without prices."""
    return [Goods(line.product_id, line.lot_id, line.qty) for line in command.lines]


def judge_handover(
    command: SellFromTrunk | UseConsigned, document_id: str, facts: Facts, *, kinds: Sequence[str]
) -> tuple[list[Judged], list[Finding]]:
    """The lines with their prices, and everything that is asked of goods handed over from a place of `kinds`.
    Severities are not settled yet."""
    day = command.business_date
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
    found = check_date(facts, day)
    found += check_sale(
        facts,
        account_id=command.account_id,
        ship_to_id=command.ship_to_id,
        po_number=command.po_number,
        currency=command.currency,
        product_ids=[line.product_id for line in command.lines],
        total=sum(one.extended for one in judged),
        day=day,
    )
    found += check_place(facts.place, command.location_id, command.actor, facts.actor.value, kinds=kinds)
    found += check_holder(facts)
    if not command.lines:
        found.append(finding("no_lines", document_id))
    if facts.document_exists:
        found.append(finding("document_exists", document_id))
    account, goods = facts.account.value, goods_of(command)
    found += check_lots(facts, goods, day=day, min_shelf_days=account.min_shelf_days if account else 0)
    found += check_enough(facts, goods)
    for one in judged:
        found += one.findings
    return judged, found


def accepted(findings: Sequence[Finding]) -> bool:
    """Whether the handover stands without anybody's word."""
    return not any(f.severity == APPROVAL for f in findings) and not blocking(tuple(findings))


def handover_events(
    command: SellFromTrunk | UseConsigned,
    document_id: str,
    facts: Facts,
    judged: Sequence[Judged],
    findings: tuple[Finding, ...],
    *,
    order_type: str,
    kind: str,
) -> list[Event]:
    """The order, the goods out of the place (when it is the actor's), and the account's exposure."""
    account, total = facts.account.value, sum(one.extended for one in judged)
    lines = tuple(
        OrderedLine(
            id=derived_id(command.op_id, "order_line", index),
            line_no=index + 1,
            product_id=line.product_id,
            lot_id=line.lot_id or None,
            qty=line.qty,
            allocated=line.qty,
            backordered=0,
            unit_price=price.unit,
            extended=price.extended,
            tax=price.tax,
            trace=price.trace,
        )
        for index, (line, price) in enumerate(zip(command.lines, judged, strict=True))
    )
    events: list[Event] = [
        OrderRecorded(
            order_id=document_id,
            number=command.number,
            type=order_type,
            quote_id=None,
            account_id=command.account_id,
            ship_to_id=command.ship_to_id,
            territory_id=account.territory_id if account else "",
            rep_id=command.actor,
            state="delivered" if accepted(findings) else "held",
            currency=command.currency,
            business_date=command.business_date,
            po_number=command.po_number,
            total=total,
            tax_total=sum(one.tax for one in judged),
            op_id=command.op_id,
            lines=lines,
            case_ref=command.case_ref if isinstance(command, UseConsigned) else "",
        )
    ]
    if not not_ours(findings):
        events += leaving(
            command,
            facts.balances,
            goods_of(command),
            kind=kind,
            location_id=command.location_id,
            document_id=document_id,
        )
    if account and accepted(
        findings
    ):  # what is held is owed once the office has released it (app.domain.worth)
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
