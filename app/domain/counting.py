"""Counting a place by causal delta (SYNC.md §6).

A counted line says where the device stood at the scan. What was expected is what had moved up to then, so a sale
before or after the scan is in the books beside the count, and neither disturbs the other. There is no snapshot.
"""

from __future__ import annotations

from app.domain.commands import CountLine, CountTrunk
from app.domain.events import CountedLine, CountRecorded, Event, StockMoved
from app.domain.facts import Balance, Facts
from app.domain.goods import Goods, check_holder, check_place, moved, not_ours
from app.domain.ids import derived_id
from app.domain.lines import check_date
from app.domain.rejections import Finding, finding, settled
from app.domain.stock import ends, in_books, take

KIND = "count_adjustment"


def count(command: CountTrunk, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A signed count: each variance is a movement against the adjustment place, with its reason.

    A lot that the books do not know in this place is a surplus like any other. Goods that are missing are the
    company's first, then those of others in the order of their names; a surplus is the company's.
    """
    found = check_date(facts, command.business_date)
    found += check_place(facts.place, command.location_id, command.actor, facts.actor.value)
    if not command.lines:
        found.append(finding("no_lines", command.count_id))
    if facts.document_exists:
        found.append(finding("document_exists", command.count_id))
    if facts.document_exists or not_ours(found):
        return [], list(settled(found, facts.policy.severities))
    seen: set[tuple[str, str]] = set()
    lines: list[CountedLine] = []
    moves: list[StockMoved] = []
    for line in command.lines:
        key = (line.product_id, line.lot_id)
        if key in seen:
            found.append(finding("counted_twice", line.lot_id or line.product_id))
            continue
        seen.add(key)
        expected = facts.expected.get(key, 0) if line.position >= 0 else line.expected
        found += _judge(line, expected, facts)
        lines.append(
            CountedLine(
                id=derived_id(command.op_id, "count_line", len(lines)),
                product_id=line.product_id,
                lot_id=line.lot_id,
                counted=line.counted,
                expected=expected,
                reason=line.reason,
                claimed=line.expected,
            )
        )
        moves += _adjust(command, line, line.counted - expected, facts.balances, len(moves))
    if any(move.from_location == command.location_id for move in moves):
        found += check_holder(facts)
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
    return [sheet, *moves], list(settled(found, facts.policy.severities))


def _judge(line: CountLine, expected: int, facts: Facts) -> list[Finding]:
    """A serial number is one unit; a variance has a reason, is there to be lowered, and over the company's limit (base
    units; exactly the limit is within it) was counted twice and still needs a yes."""
    found: list[Finding] = []
    subject, variance = line.lot_id or line.product_id, line.counted - expected
    lot = facts.lots.get(line.lot_id)
    if lot and lot.value and lot.value.serial and line.counted > 1:
        found.append(finding("serial_quantity", subject, lot=lot.value.serial, asked=line.counted))
    if variance == 0:
        return found
    if not line.reason.strip():
        found.append(finding("variance_reason_required", subject, variance=variance))
    have = in_books(facts.balances, line.product_id, line.lot_id)
    if have + variance < 0:
        found.append(finding("stock_short", subject, asked=-variance, have=have))
    limit = facts.policy.variance_limit
    if limit is not None and abs(variance) > limit:
        code = "variance_over_limit" if line.recounted else "second_count_missing"
        found.append(finding(code, subject, variance=variance, allowed=limit))
    return found


def _adjust(
    command: CountTrunk, line: CountLine, variance: int, balances: tuple[Balance, ...], first: int
) -> list[StockMoved]:
    """The movements of one variance, one per owner. `first` is the ordinal of the first."""
    if variance == 0:
        return []
    picks = (
        take(balances, command.location_id, line.product_id, line.lot_id, -variance)
        if variance < 0
        else take((), command.location_id, line.product_id, line.lot_id, variance)
    )
    places = ends(KIND, command.location_id, inward=variance > 0)
    return [
        moved(
            command,
            Goods(line.product_id, line.lot_id, pick.qty, line.reason),
            first + index,
            KIND,
            places,
            command.count_id,
            pick.owner,
        )
        for index, pick in enumerate(picks)
    ]
