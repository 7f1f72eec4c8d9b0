"""What waits, what came back and needs somebody, how far the first load is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from app.domain.codec import Malformed, decode
from app.domain.commands import (
    AnswerClaim,
    Command,
    CountTrunk,
    DecideApproval,
    PlaceOrder,
    ReceiveTransfer,
    RecordMovement,
    RecordVisit,
    RequestTransfer,
    ReturnGoods,
    SellFromTrunk,
    SendTransfer,
    SetAccountStatus,
    SignDocument,
    SubmitQuote,
    UseConsigned,
)
from app.domain.decide import EXCEPTION, PARKED, REJECTED
from app.domain.field_commands import QUOTE
from app.store.tables import account, quote, sales_order
from app.store.write_events import read_findings
from app.workspace import outbox as queue
from app.workspace.progress import progress
from app.workspace.rows.sync import OpRow, SyncFigures, SyncRows
from app.workspace.tables import outbox
from app.workspace.workspace import get_meta

_ASKS = (REJECTED, EXCEPTION, PARKED)
SHOWN = 200  # rows of one list


def asks_for_somebody() -> ColumnElement[bool]:
    """Ops a person must look at: a result that is no plain yes and was not dealt with, or a guess that fell."""
    return or_(
        and_(outbox.c.result.in_(_ASKS), outbox.c.seen == 0),
        and_(outbox.c.result.is_(None), outbox.c.guess == REJECTED),
    )


def figures(connection: Connection) -> SyncFigures:
    """The counts behind the status chip."""
    unsent, unsettled = queue.waiting(connection)
    asking = connection.execute(
        select(func.count()).select_from(outbox).where(asks_for_somebody())
    ).scalar_one()
    load = progress(connection)
    return SyncFigures(
        unsent,
        unsettled,
        asking,
        load.loaded,
        load.total,
        load.what,
        get_meta(connection, "last_contact"),
        int(get_meta(connection, "skew_seconds") or "0"),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    quotes: dict[str, tuple[str, str]]
    accounts: dict[str, str]


def page(connection: Connection) -> SyncRows:
    """The lists of the Sync page."""
    return SyncRows(asking(connection), waiting(connection), settled(connection))


def waiting(connection: Connection) -> tuple[OpRow, ...]:
    """Ops without a result, in the order they were meant."""
    return _ops(connection, outbox.c.settled_at.is_(None), newest_first=False)


def asking(connection: Connection) -> tuple[OpRow, ...]:
    """Ops that need somebody, newest first."""
    return _ops(connection, asks_for_somebody(), newest_first=True)


def settled(connection: Connection, limit: int = 30) -> tuple[OpRow, ...]:
    """The latest ops with a result, newest first."""
    return _ops(connection, outbox.c.settled_at.is_not(None), newest_first=True, limit=limit)


def _ops(
    connection: Connection, which: ColumnElement[bool], *, newest_first: bool, limit: int = SHOWN
) -> tuple[OpRow, ...]:
    statement = (
        select(outbox)
        .where(which)
        .order_by(outbox.c.ord.desc() if newest_first else outbox.c.ord)
        .limit(limit)
    )
    rows = [dict(row) for row in connection.execute(statement).mappings()]
    commands = {row["op_id"]: _command(row["payload"]) for row in rows}
    names = _names(connection, commands.values())
    answer = []
    for row in rows:
        command = commands[row["op_id"]]
        number, account_id, document = _document(command, names.quotes)
        answer.append(
            OpRow(
                op_id=row["op_id"],
                command=row["command"],
                saved_at=row["saved_at"],
                pushed=bool(row["pushed"]),
                guess=row["guess"],
                result=row["result"],
                settled_at=row["settled_at"],
                seen=bool(row["seen"]),
                findings=read_findings(row["findings"]),
                number=number,
                account=names.accounts.get(account_id, ""),
                account_id=account_id,
                document_id=document[1],
                document_kind=document[0],
                movement=command.kind if isinstance(command, RecordMovement) else "",
            )
        )
    return tuple(answer)


def _command(payload: bytes) -> Command | None:
    """The op's command; None when a newer program wrote it."""
    try:
        return decode(payload)
    except Malformed:
        return None


def _names(connection: Connection, commands: Iterable[Command | None]) -> _Names:
    """Numbers of documents and names of accounts that the commands speak of."""
    known = [command for command in commands if command is not None]
    signed = {c.document_id for c in known if isinstance(c, SignDocument)}
    quote_ids = signed | {c.quote_id for c in known if isinstance(c, DecideApproval | PlaceOrder)}
    quotes = {
        row.id: (row.number, row.account_id)
        for table, ids in ((quote, quote_ids), (sales_order, signed))
        for row in connection.execute(
            select(table.c.id, table.c.number, table.c.account_id).where(table.c.id.in_(ids))
        )
    }
    account_ids = {
        c.account_id
        for c in known
        if isinstance(c, SubmitQuote | SellFromTrunk | UseConsigned | SetAccountStatus | RecordVisit)
    }
    account_ids |= {account_id for _number, account_id in quotes.values()}
    accounts = {
        row.id: row.name
        for row in connection.execute(
            select(account.c.id, account.c.name).where(account.c.id.in_(account_ids))
        )
    }
    return _Names(quotes, accounts)


def _document(
    command: Command | None, quotes: dict[str, tuple[str, str]]
) -> tuple[str, str, tuple[str, str]]:
    """(number, account id, (kind, id)) of the document a command is about; '' where there is none."""
    match command:
        case SubmitQuote():
            return command.number, command.account_id, ("quote", command.quote_id)
        case DecideApproval():
            return *quotes.get(command.quote_id, ("", "")), ("quote", command.quote_id)
        case PlaceOrder():
            return (
                command.number,
                quotes.get(command.quote_id, ("", ""))[1],
                ("sales_order", command.order_id),
            )
        case SellFromTrunk():
            return command.number, command.account_id, ("sales_order", command.sale_id)
        case CountTrunk():
            return command.number, "", ("count_sheet", command.count_id)
        case UseConsigned():
            return command.number, command.account_id, ("sales_order", command.usage_id)
        case ReturnGoods():
            return command.number, "", ("sales_order", command.return_id)
        case AnswerClaim():
            return command.number, "", ("movement", command.claim_id)
        case RecordMovement():
            return command.number, "", ("movement", command.movement_id)
        case RequestTransfer() | SendTransfer() | ReceiveTransfer():
            return command.number, "", ("transfer", command.transfer_id)
        case SetAccountStatus() | RecordVisit():
            return "", command.account_id, ("account", command.account_id)
        case SignDocument():
            kind = "quote" if command.document == QUOTE else "sales_order"
            return *quotes.get(command.document_id, ("", "")), (kind, command.document_id)
    return "", "", ("", "")
