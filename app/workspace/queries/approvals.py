"""Approvals: the open ones a person may decide, and what became of the others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from app.domain.approvals import plays
from app.domain.codec import decode
from app.domain.commands import DecideApproval
from app.domain.decide import REJECTED
from app.domain.parties import REP, ROLES, Delegation, Person
from app.store.tables import (
    account,
    approval,
    quote,
    rep,
)
from app.store.write_events import read_findings
from app.workspace.queries.delegations import delegations_to, in_place_of
from app.workspace.rows.approvals import (
    ApprovalQueue,
    DecidedRow,
    NeedLine,
    QueueRow,
    UnusedDecision,
)
from app.workspace.tables import outbox
from app.workspace.workspace import get_meta

DECIDED = 100  # rows of the list of decisions
EARLIER = 5  # orders of the account's history
COSTS = "cost:main"


def pending_count(connection: Connection, person: Person, day: str) -> int:
    """How many approvals wait for this person on a day (ISO; index approval_state). It is asked after every change, so
    nothing is counted for a rep in whose hands nobody has put anything."""
    given = delegations_to(connection, person.id, day)
    if not given and person.role == REP:
        return 0
    mine = _mine(person, day, given)
    statement = select(func.count()).select_from(approval).where(mine, approval.c.state == "pending")
    return int(connection.execute(statement).scalar_one())


def approval_queue(connection: Connection, person: Person, day: str) -> ApprovalQueue:
    """The page on a day (ISO): what waits for this person, what was decided, and decisions made here that did not
    count."""
    ops = _own_decisions(connection)
    given = delegations_to(connection, person.id, day)
    mine = _mine(person, day, given)
    return ApprovalQueue(
        waiting=_waiting(connection, mine, person, day, given),
        decided=_decided(connection, mine, ops),
        unused=_unused(connection, ops),
        as_of=get_meta(connection, "last_contact"),
    )


def _mine(person: Person, day: str, given: Iterable[tuple[Delegation, str]]) -> ColumnElement[bool]:
    """Needs that this person may decide, as approvals.may_decide says: by role, because they are overdue, or in
    somebody's place. Never of quotes they made, nor in the place of who made them."""
    ways = [_by_role(person.role, person.territories, day)]
    for one, _name in given:
        ways.append(and_(_by_role(one.role, one.territories, day), approval.c.rep_id != one.from_user))
    return and_(approval.c.rep_id != person.id, or_(*ways))


def _by_role(role: str, territories: Iterable[str], day: str) -> ColumnElement[bool]:
    roles = [one for one in ROLES if plays(role, one)]
    overdue = and_(approval.c.escalate_to.in_(roles), approval.c.due_on < day)
    where = or_(approval.c.role.in_(roles), overdue)
    return where if "*" in territories else and_(where, approval.c.territory_id.in_(sorted(territories)))


def _waiting(
    connection: Connection,
    mine: ColumnElement[bool],
    person: Person,
    day: str,
    given: tuple[tuple[Delegation, str], ...],
) -> tuple[QueueRow, ...]:
    """Oldest first; quote ids are in time order, so those of one day are too."""
    statement = (
        select(
            approval,
            quote.c.number,
            quote.c.account_id,
            quote.c.currency,
            quote.c.list_total,
            quote.c.total,
            account.c.name.label("account"),
            rep.c.name.label("rep"),
        )
        .select_from(approval)
        .join(quote, quote.c.id == approval.c.quote_id)
        .outerjoin(account, account.c.id == quote.c.account_id)
        .outerjoin(rep, rep.c.id == approval.c.rep_id)
        .where(mine, approval.c.state == "pending")
        .order_by(approval.c.asked_on, approval.c.quote_id, approval.c.id)
    )
    return tuple(
        QueueRow(
            approval_id=row["id"],
            quote_id=row["quote_id"],
            number=row["number"],
            revision=row["revision"],
            role=row["role"],
            code=row["code"],
            need=read_need(row["detail"]),
            asked_on=row["asked_on"],
            account=row["account"] or row["account_id"],
            account_id=row["account_id"],
            rep=row["rep"] or row["rep_id"],
            currency=row["currency"],
            list_total=row["list_total"],
            total=row["total"],
            level=row["level"],
            due_on=row["due_on"],
            in_place_of=in_place_of(person, dict(row), day, given),
        )
        for row in connection.execute(statement).mappings()
    )


@dataclass(frozen=True, slots=True)
class _OwnDecision:
    """A decision made on this device and how its op stands."""

    command: DecideApproval
    pushed: bool
    result: str | None
    refused: bool
    seen: bool
    saved_at: str
    findings: str


def _own_decisions(connection: Connection) -> tuple[_OwnDecision, ...]:
    """The latest decisions of this device, newest first."""
    statement = (
        select(outbox)
        .where(outbox.c.command == "DecideApproval")
        .order_by(outbox.c.ord.desc())
        .limit(2 * DECIDED)
    )
    found = []
    for row in connection.execute(statement).mappings():
        command = decode(row["payload"])
        assert isinstance(command, DecideApproval)
        refused = row["result"] == REJECTED or (row["result"] is None and row["guess"] == REJECTED)
        found.append(
            _OwnDecision(
                command,
                bool(row["pushed"]),
                row["result"],
                refused,
                bool(row["seen"]),
                row["saved_at"],
                row["findings"],
            )
        )
    return tuple(found)


def _decided(
    connection: Connection, mine: ColumnElement[bool], ops: Iterable[_OwnDecision]
) -> tuple[DecidedRow, ...]:
    """Needs this person could have decided and that are open no more, newest first."""
    own = {op.command.approval_id: op for op in reversed(tuple(ops)) if not op.refused}
    statement = (
        select(
            approval,
            quote.c.number,
            quote.c.account_id,
            quote.c.currency,
            quote.c.total,
            account.c.name.label("account"),
            rep.c.name.label("by"),
        )
        .select_from(approval)
        .join(quote, quote.c.id == approval.c.quote_id)
        .outerjoin(account, account.c.id == quote.c.account_id)
        .outerjoin(rep, rep.c.id == approval.c.decided_by)
        .where(mine, approval.c.state != "pending")
        .order_by(approval.c.decided_on.desc(), approval.c.quote_id.desc(), approval.c.id)
        .limit(DECIDED)
    )
    return tuple(
        DecidedRow(
            approval_id=row["id"],
            quote_id=row["quote_id"],
            number=row["number"],
            revision=row["revision"],
            code=row["code"],
            state=row["state"],
            account=row["account"] or row["account_id"],
            currency=row["currency"],
            total=row["total"],
            decided_by=row["by"] or row["decided_by"] or "",
            decided_on=row["decided_on"] or "",
            comment=row["comment"],
            op_pushed=own[row["id"]].pushed if row["id"] in own else None,
            op_result=own[row["id"]].result if row["id"] in own else None,
        )
        for row in connection.execute(statement).mappings()
    )


def _unused(connection: Connection, ops: Iterable[_OwnDecision]) -> tuple[UnusedDecision, ...]:
    """Decisions of this device that were refused and not dealt with, newest first."""
    open_ = [op for op in ops if op.refused and not op.seen]
    if not open_:
        return ()
    statement = (
        select(quote.c.id, quote.c.number, account.c.name)
        .outerjoin(account, account.c.id == quote.c.account_id)
        .where(quote.c.id.in_(sorted({op.command.quote_id for op in open_})))
        .order_by(quote.c.id)
    )
    names = {row.id: (row.number, row.name or "") for row in connection.execute(statement)}
    return tuple(
        UnusedDecision(
            op_id=op.command.op_id,
            approval_id=op.command.approval_id,
            number=names.get(op.command.quote_id, ("", ""))[0],
            account=names.get(op.command.quote_id, ("", ""))[1],
            approve=op.command.approve,
            settled=op.result is not None,
            saved_at=op.saved_at,
            findings=read_findings(op.findings),
            countered=bool(op.command.counter),
        )
        for op in open_
    )


def read_need(detail: str) -> tuple[NeedLine, ...]:
    """The findings kept as an approval's detail."""
    return tuple(
        NeedLine(
            str(one.get("subject", "")), tuple(sorted((k, str(v)) for k, v in one.get("params", {}).items()))
        )
        for one in json.loads(detail or "[]")
    )
