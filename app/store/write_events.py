"""The only code that turns events into rows of shared tables. Answers every row change, for feed and guesses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.events import (
    AccountStatusSet,
    AllotmentOpened,
    ApprovalAsked,
    ApprovalClosed,
    CaseOpened,
    CaseResolved,
    ClaimRecorded,
    CountRecorded,
    CustodyMoved,
    DelegationRecorded,
    DocumentSigned,
    DraftRevised,
    DraftRevisionDropped,
    DraftRevisionMoved,
    DraftSaved,
    EnvelopeDrawn,
    EnvelopeGranted,
    EnvelopeRevoked,
    Event,
    ExposureGrew,
    FavouriteMarked,
    LineAllocated,
    LineReturned,
    OrderMoved,
    OrderRecorded,
    QuoteMoved,
    QuoteRecorded,
    StockMoved,
    TransferRecorded,
    VisitRecorded,
)
from app.domain.rejections import Finding
from app.store import tables as t
from app.store.rows import RowChange


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where an op stands in its stream; kept with movements."""

    stream: str | None
    seq: int | None


def findings_json(findings: Iterable[Finding]) -> str:
    """Findings as stored and sent: a JSON list of [code, subject, params, as_of, severity]."""
    rows = [[f.code, f.subject, dict(f.params), f.as_of, f.severity] for f in findings]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read_findings(text: str) -> tuple[Finding, ...]:
    """The findings of `findings_json`; codes from a newer program are kept as they are worded there."""
    found = []
    for code, subject, params, as_of, severity in json.loads(text or "[]"):
        try:
            found.append(Finding(code, subject, tuple(sorted(params.items())), as_of, severity))
        except ValueError:
            found.append(Finding("fact_missing", subject, (("what", code),), as_of, severity))
    return tuple(found)


def write_events(
    connection: Connection,
    events: Iterable[Event],
    stamp: Stamp,
    *,
    images: bool = True,
    outside: bool = True,
) -> list[RowChange]:
    """Write the rows of `events` in order; the changes in order, one entry per write.

    Without `images` (the server, which takes nothing back) changed rows are not read first: their `before` is None.
    Without `outside` (a tablet) balances of places outside, which are in no bucket, are left out.
    """
    writer = _Writer(connection, stamp, images, outside)
    for event in events:
        writer.write(event)
    writer.add_up()
    return writer.changes


@dataclass(slots=True)
class _Writer:
    connection: Connection
    stamp: Stamp
    images: bool
    outside: bool
    changes: list[RowChange] = field(default_factory=list)
    # balance rows with what is to be added, by id
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self, event: Event) -> None:
        match event:
            case QuoteRecorded():
                self._quote(event)
            case ApprovalAsked():
                self._insert(t.approval, {**_fields(event, "approval_id"), **_undecided()})
            case ApprovalClosed():
                self._change(
                    t.approval,
                    event.approval_id,
                    state=event.state,
                    decided_by=event.decided_by,
                    decided_on=event.decided_on,
                    comment=event.comment,
                    counter=event.counter,
                )
            case QuoteMoved():
                self._change(t.quote, event.quote_id, state=event.state)
            case OrderRecorded():
                self._order(event)
            case OrderMoved():
                self._change(t.sales_order, event.order_id, state=event.state)
            case LineAllocated():
                self._change(
                    t.order_line,
                    event.order_line_id,
                    allocated=event.allocated,
                    backordered=event.backordered,
                )
            case LineReturned():
                self._change(t.order_line, event.order_line_id, returned=event.returned)
            case StockMoved():
                self._move(event)
            case ExposureGrew():
                self._expose(event)
            case CountRecorded():
                self._count(event)
            case CaseOpened():
                row = _fields(event, "case_id", "findings")
                self._insert(
                    t.exception_case, {**row, "detail": findings_json(event.findings), "state": "open"}
                )
            case CaseResolved():
                row = _fields(event, "case_id")
                self._change(t.exception_case, row.pop("id"), state="resolved", **row)
            case DraftSaved() | DraftRevised() | DraftRevisionMoved() | DraftRevisionDropped():
                self._draft(event)
            case AccountStatusSet():
                self._change(
                    t.account,
                    event.account_id,
                    status=event.status,
                    status_reason=event.reason,
                    status_since=event.since,
                )
            case CustodyMoved():
                row = _fields(event, "location_id")
                self._change(t.location, row.pop("id"), **row)
            case ClaimRecorded():
                self._claim(event)
            case AllotmentOpened():
                self._insert(t.location, {**_fields(event, "location_id"), "kind": "allotment", "origin": ""})
            case TransferRecorded():
                self._transfer(event)
            case DelegationRecorded():
                row = _fields(event, "delegation_id", "territories")
                self._insert(t.delegation, {**row, "territories": json.dumps(event.territories)})
            case EnvelopeGranted() | EnvelopeDrawn() | EnvelopeRevoked():
                self._authority(event)
            case DocumentSigned():
                self._insert(t.signature, _fields(event, "signature_id"))
            case VisitRecorded():
                self._insert(t.visit, _fields(event, "visit_id"))
            case FavouriteMarked():
                key = t.favourite_id(event.user_id, event.product_id)
                self._accumulate(
                    t.favourite, {**asdict(event), "id": key, "favourite": int(event.favourite)}, ()
                )

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _read(self, table: Table, row_id: str) -> dict[str, Any] | None:
        row = self.connection.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
        return dict(row) if row else None

    def _insert(self, table: Table, *rows: Mapping[str, Any]) -> None:
        if rows:
            whole = [t.KINDS[table.name].whole(row) for row in rows]
            self.connection.execute(table.insert(), whole)
            self.changes += [RowChange(table.name, row["id"], None, row) for row in whole]

    def _change(self, table: Table, row_id: str, **values: Any) -> None:
        before = self._read(table, row_id) if self.images else None
        statement = table.update().where(table.c.id == row_id).values(**values).returning(table)
        after = self.connection.execute(statement).mappings().one_or_none()
        if after is None:
            raise LookupError(f"{table.name} {row_id} is not there to change")
        self.changes.append(RowChange(table.name, row_id, before, dict(after)))

    def _delete(self, table: Table, row: Mapping[str, Any]) -> None:
        self.connection.execute(table.delete().where(table.c.id == row["id"]))
        self.changes.append(RowChange(table.name, row["id"], dict(row), None))

    # -- documents ----------------------------------------------------------------------------------------------------

    def _quote(self, event: QuoteRecorded) -> None:
        row = {**_fields(event, "quote_id", "lines", "findings"), "findings": findings_json(event.findings)}
        before = self._read(t.quote, event.quote_id)
        if before is None:
            self._insert(t.quote, row)
        else:
            old = (
                select(t.quote_line)
                .where(t.quote_line.c.quote_id == event.quote_id)
                .order_by(t.quote_line.c.id)
            )
            for line in list(self.connection.execute(old).mappings()):
                self._delete(t.quote_line, dict(line))
            self._change(t.quote, event.quote_id, **{k: v for k, v in row.items() if k != "id"})
        scope = {"quote_id": event.quote_id, "territory_id": event.territory_id, "rep_id": event.rep_id}
        self._insert(t.quote_line, *({**asdict(line), **scope} for line in event.lines))

    def _order(self, event: OrderRecorded) -> None:
        published = dict.fromkeys(
            (
                "published_sub_total",
                "published_tax",
                "published_freight",
                "published_total",
                "due_date",
                "online",
            )
        )
        self._insert(
            t.sales_order,
            {**_fields(event, "order_id", "lines"), **published, "bill_to_id": None, "origin": "native"},
        )
        scope = {"order_id": event.order_id, "territory_id": event.territory_id, "rep_id": event.rep_id}
        unknown = dict.fromkeys(
            (
                "published_unit_price",
                "published_discount",
                "published_line_total",
                "promotion_id",
                "tracking_number",
            )
        )
        self._insert(
            t.order_line, *({**asdict(line), **scope, **unknown, "origin": "native"} for line in event.lines)
        )

    def _transfer(self, event: TransferRecorded) -> None:
        row = _fields(event, "transfer_id", "lines")
        if self._read(t.transfer, event.transfer_id) is None:
            self._insert(t.transfer, row)
        else:
            lines = t.transfer_line.c
            old = select(t.transfer_line).where(lines.transfer_id == event.transfer_id).order_by(lines.id)
            for line in list(self.connection.execute(old).mappings()):
                self._delete(t.transfer_line, dict(line))
            self._change(t.transfer, event.transfer_id, **{k: v for k, v in row.items() if k != "id"})
        scope = {
            "transfer_id": event.transfer_id,
            "from_location": event.from_location,
            "to_location": event.to_location,
        }
        self._insert(t.transfer_line, *({**asdict(line), **scope} for line in event.lines))

    def _claim(self, event: ClaimRecorded) -> None:
        row = {**asdict(event.claim), "op_id": event.op_id}
        if self._read(t.claim, event.claim.id) is None:
            self._insert(t.claim, row)
        else:
            self._change(t.claim, row.pop("id"), **row)

    def _authority(self, event: EnvelopeGranted | EnvelopeDrawn | EnvelopeRevoked) -> None:
        counters = t.envelope.c
        match event:
            case EnvelopeGranted():
                unsigned = {"key_id": "", "signature": "", "used_amount": 0, "used_count": 0}
                self._insert(t.envelope, {**_fields(event, "envelope_id"), **unsigned, "revoked_on": None})
            case EnvelopeDrawn():
                self._insert(t.envelope_use, _fields(event, "use_id"))
                self._change(
                    t.envelope,
                    event.envelope_id,
                    used_amount=counters.used_amount + event.amount,
                    used_count=counters.used_count + 1,
                )
            case EnvelopeRevoked():
                self._change(t.envelope, event.envelope_id, revoked_on=event.revoked_on)

    def _draft(self, event: DraftSaved | DraftRevised | DraftRevisionMoved | DraftRevisionDropped) -> None:
        match event:
            case DraftSaved():
                row = _fields(event, "draft_id")
                if self._read(t.document_draft, event.draft_id) is None:
                    self._insert(t.document_draft, row)
                else:
                    self._change(t.document_draft, row.pop("id"), **row)
            case DraftRevised():
                undecided = {"decided_by": "", "decided_on": None}
                self._insert(t.draft_revision, {**_fields(event, "revision_id"), **undecided})
            case DraftRevisionMoved():
                row = _fields(event, "revision_id")
                self._change(t.draft_revision, row.pop("id"), **row)
            case DraftRevisionDropped():
                gone = self._read(t.draft_revision, event.revision_id)
                if gone is not None:
                    self._delete(t.draft_revision, gone)

    def _count(self, event: CountRecorded) -> None:
        variances = sum(line.counted != line.expected for line in event.lines)
        row = _fields(event, "count_id", "lines")
        self._insert(t.count_sheet, {**row, "lines": len(event.lines), "variances": variances})
        scope = {"count_id": event.count_id, "location_id": event.location_id}
        self._insert(t.count_line, *({**asdict(line), **scope} for line in event.lines))

    # -- balances -----------------------------------------------------------------------------------------------------

    def _move(self, event: StockMoved) -> None:
        row = {
            **_fields(event, "movement_id"),
            "stream": self.stamp.stream,
            "seq": self.stamp.seq,
            "origin": "native",
        }
        self._insert(t.movement, row)
        for location_id, qty in ((event.from_location, -event.qty), (event.to_location, event.qty)):
            key = t.balance_id(location_id, event.product_id, event.lot_id, event.owner)
            goods = {"product_id": event.product_id, "lot_id": event.lot_id, "owner": event.owner}
            fresh = {"id": key, "location_id": location_id, **goods, "qty": 0, "origin": "native"}
            if not self.outside and not t.KINDS["balance"].buckets(fresh):
                continue  # a place outside, which no tablet is told of: a guess there would tie every op to the last
            self.sums.setdefault(key, fresh)["qty"] += qty

    def add_up(self) -> None:
        """Bring the balances up to date: last, and in the order of their ids, so that two ops that meet in several
        of them wait for each other and never in a circle."""
        for _row_id, row in sorted(self.sums.items()):
            self._accumulate(t.balance, row, ("qty",))
        self.sums.clear()

    def _expose(self, event: ExposureGrew) -> None:
        row = {
            "id": event.account_id,
            "territory_id": event.territory_id,
            "rep_id": event.rep_id,
            "open_orders": event.amount,
            "unpaid": event.unpaid,
            "as_of": event.as_of,
        }
        self._accumulate(t.exposure, row, ("open_orders", "unpaid"))

    def _accumulate(self, table: Table, row: dict[str, Any], sums: tuple[str, ...]) -> None:
        """Add to running sums in one statement, so that two transactions cannot lose each other's part."""
        before = self._read(table, row["id"]) if self.images else None
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(table).values(row)
        changing = {name: statement.excluded[name] for name in row if name not in ("id", "origin", *sums)}
        changing |= {name: table.c[name] + statement.excluded[name] for name in sums}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=changing).returning(table)
        after = self.connection.execute(statement).mappings().one()
        self.changes.append(RowChange(table.name, row["id"], before, dict(after)))


def _fields(event: Any, id_field: str, *left_out: str) -> dict[str, Any]:
    """The event's fields as columns: its id field becomes `id`; structured fields named in `left_out` stay out."""
    row = {name: getattr(event, name) for name in event.__slots__ if name not in (id_field, *left_out)}
    return {"id": getattr(event, id_field), **row}


def _undecided() -> dict[str, Any]:
    return {"state": "pending", "decided_by": None, "decided_on": None, "comment": ""}
