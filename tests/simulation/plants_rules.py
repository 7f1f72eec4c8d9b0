"""Planted bugs of what ops do: rules, books and the rows that come of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from plants_kit import Plant, Wrapper, every, plant
from sqlalchemy import select

from app.domain import decide as door, signing, transfers
from app.domain.commands import SellFromTrunk
from app.domain.events import CaseOpened, OrderRecorded, QuoteRecorded, StockMoved
from app.store import read_stock, write_events as writer
from app.store.tables import movement
from sync.server import apply


def _changed(decide: Wrapper) -> Wrapper:
    def dearer(command: Any, facts: Any) -> Any:
        decision = decide(command, facts)
        return replace(decision, events=tuple(_dearer(one) for one in decision.events))

    return dearer


def _dearer(event: Any) -> Any:
    if not isinstance(event, QuoteRecorded):
        return event
    return replace(event, lines=tuple(replace(one, unit_price=one.unit_price + 1) for one in event.lines))


def _without_case(decide: Wrapper) -> Wrapper:
    def quietly(command: Any, facts: Any) -> Any:
        decision = decide(command, facts)
        return replace(
            decision, events=tuple(one for one in decision.events if not isinstance(one, CaseOpened))
        )

    return quietly


def _half(decide: Wrapper) -> Wrapper:
    def without_lines(command: Any, facts: Any) -> Any:
        decision = decide(command, facts)
        events = [
            replace(one, lines=one.lines[:1]) if isinstance(one, OrderRecorded) else one
            for one in decision.events
        ]
        return replace(decision, events=tuple(events))

    return without_lines


def _refusing(decide: Wrapper) -> Wrapper:
    def strict(command: Any, facts: Any) -> Any:
        decision = decide(command, facts)
        if decision.outcome == "applied_exception" and isinstance(command, SellFromTrunk):
            return replace(decision, outcome="rejected", events=())
        return decision

    return strict


def _not_asked_for(receive: Wrapper) -> Wrapper:
    def lost(command: Any, facts: Any) -> Any:
        return receive(command, facts) if facts.transfer.value is not None else ([], [])

    return lost


def _now_instead(_expected: Wrapper) -> Wrapper:
    def all_there_is(reader: Any, location_id: str, lines: Any, _stream: Any, _seq: Any) -> dict[Any, int]:
        sums: defaultdict[tuple[str, str], int] = defaultdict(int)
        for move in reader.connection.execute(select(movement)):
            sums[move.product_id, move.lot_id] += move.qty * (
                (move.to_location == location_id) - (move.from_location == location_id)
            )
        return {(one.product_id, one.lot_id): sums[one.product_id, one.lot_id] for one in lines}

    return all_there_is


def _only_told(expected: Wrapper) -> Wrapper:
    return lambda reader, location_id, lines, _stream, seq: expected(reader, location_id, lines, None, seq)


def _one_side(move: Wrapper) -> Wrapper:
    due = every(6)

    def forgetting(self: Any, event: StockMoved) -> None:
        move(self, event)
        if due():
            key = writer.t.balance_id(event.to_location, event.product_id, event.lot_id, event.owner)
            self.sums[key]["qty"] -= event.qty

    return forgetting


def _left_as_refused(decide: Wrapper) -> Wrapper:
    def written_all_the_same(command: Any, facts: Any) -> Any:
        decision = decide(command, facts)
        if decision.outcome == "applied" and not isinstance(command, door.FACTS) and due():
            return replace(decision, outcome="rejected")
        return decision

    due = every(5)
    return written_all_the_same


PLANTS: tuple[Plant, ...] = (
    plant(
        "price-changed-silently",
        "the server books another price than was shown",
        "I13",
        apply,
        "decide",
        _changed,
    ),
    plant(
        "case-not-opened",
        "an exception leaves the office in the dark",
        "I17 I12",
        apply,
        "decide",
        _without_case,
    ),
    plant("half-a-document", "of a sale only the first line is kept", "I14", apply, "decide", _half),
    plant("fact-rejected", "a sale that breaks a rule is refused", "I17", apply, "decide", _refusing),
    plant(
        "rejected-leaves-rows",
        "an op is told rejected and its rows stay",
        "I25",
        apply,
        "decide",
        _left_as_refused,
    ),
    plant(
        "transfer-in-wrong-order-lost",
        "goods received before they were sent are not booked",
        "I4 I14",
        transfers,
        "receive",
        _not_asked_for,
    ),
    plant(
        "count-against-the-books",
        "a count is compared with what the books hold when it arrives",
        "I12",
        read_stock,
        "expected",
        _now_instead,
    ),
    plant(
        "count-without-own-sales",
        "a count leaves out what the device itself has moved before the scan",
        "I12",
        read_stock,
        "expected",
        _only_told,
    ),
    plant(
        "one-sided-movement",
        "now and then goods leave a place and arrive nowhere",
        "I4 I12",
        writer._Writer,
        "_move",
        _one_side,
    ),
    plant(
        "signature-not-checked",
        "a signature on anything is taken for one on the quote",
        "I13",
        signing,
        "agrees",
        lambda _agrees: lambda document, revision, digest: True,
    ),
)
