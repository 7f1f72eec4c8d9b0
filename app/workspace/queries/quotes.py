"""The list of drafts, quotes and orders. One statement for each kind; drafts and refused ops are few and read whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Table, and_, func, not_, or_, select

from app.domain.codec import Malformed, decode
from app.domain.commands import Command, PlaceOrder, SubmitQuote
from app.domain.lifecycle import QUOTE, next_state, quote_state_on
from app.domain.money import extend
from app.store import tables as t
from app.workspace.queries.quoting import priced
from app.workspace.queries.sync import asks_for_somebody
from app.workspace.rows import quotes as r
from app.workspace.rows.quote_draft import KIND, QuoteDraft
from app.workspace.rows.quotes import DocumentList, DocumentRow
from app.workspace.tables import draft, footprint, outbox
from app.workspace.workspace import read_drafts, read_identity

SHOWN = 300  # quotes, and orders, of one list
_COMMANDS = ("SubmitQuote", "PlaceOrder")
EXPIRING = tuple(state for state in QUOTE if next_state(QUOTE, state, "expire"))


def documents(connection: Connection, wanted: str, words: str, day: str) -> DocumentList:
    """The documents of a filter (rows.quotes.FILTERS) that have all of `words` in number, account or PO number.

    What needs the person comes first, then drafts, then the rest newest first. Drafts are priced as of `day`.
    """
    leftover = leftover_drafts(connection)
    asked = words.casefold().split()
    kept: list[DocumentRow] = []
    if wanted in (r.ALL, r.NEEDS_YOU):
        kept += [row for row in _ops(connection) if _has(row, asked)]
    if wanted in (r.ALL, r.DRAFTS):
        kept += [row for row in _drafts(connection, day, leftover) if _has(row, asked)]
    dated: list[DocumentRow] = []
    more = False
    for table in (t.quote, t.sales_order):
        rows = _rows_of(connection, table, wanted, asked, day)
        more = more or len(rows) > SHOWN
        dated += rows[:SHOWN]
    dated.sort(key=lambda row: (row.day, row.number), reverse=True)
    return DocumentList((*kept, *dated), more, counts(connection, day, leftover), leftover)


def counts(connection: Connection, day: str, leftover: Iterable[str] = ()) -> Mapping[str, int]:
    """How many documents wait under each filter that a person watches, on `day`."""
    gone = set(leftover)
    drafts = connection.execute(select(draft.c.id).where(draft.c.kind == KIND).order_by(draft.c.id)).scalars()
    states = {
        row.state: int(row.many)
        for row in connection.execute(
            select(t.quote.c.state, func.count().label("many"))
            .where(t.quote.c.state.in_(("pending_approval", "approved", "offered")), _stands(day))
            .group_by(t.quote.c.state)
            .order_by(t.quote.c.state)
        )
    }
    waits = connection.execute(
        select(func.count(func.distinct(footprint.c.row_id)))
        .join(outbox, outbox.c.ord == footprint.c.ord)
        .where(
            footprint.c.kind.in_(("quote", "sales_order")),
            footprint.c.wrote == 1,
            outbox.c.settled_at.is_(None),
        )
    ).scalar_one()
    who = read_identity(connection)
    asking = (
        select(func.count()).select_from(outbox).where(asks_for_somebody(), outbox.c.command.in_(_COMMANDS))
    )
    declined = select(func.count()).select_from(t.quote).where(_declined(who.user_id if who else ""))
    return {
        r.DRAFTS: sum(1 for one in drafts if one not in gone),
        r.WAITS: waits,
        r.PENDING: states.get("pending_approval", 0),
        r.APPROVED: states.get("approved", 0) + states.get("offered", 0),
        r.NEEDS_YOU: connection.execute(asking).scalar_one() + connection.execute(declined).scalar_one(),
    }


def leftover_drafts(connection: Connection) -> tuple[str, ...]:
    """Drafts whose op was saved, by id: the app stopped before it could delete them. A draft's id is its op's."""
    own_op = select(outbox.c.op_id).where(outbox.c.op_id == draft.c.id).exists()
    result = select(t.op_result.c.id).where(t.op_result.c.id == draft.c.id).exists()
    statement = select(draft.c.id).where(draft.c.kind == KIND, or_(own_op, result)).order_by(draft.c.id)
    return tuple(connection.execute(statement).scalars())


def drafts(connection: Connection) -> tuple[QuoteDraft, ...]:
    """Drafts of quotes, the one written on last first, without those that are saved already."""
    leftover = set(leftover_drafts(connection))
    return tuple(
        QuoteDraft.of_body(one.id, one.body, one.base)
        for one in read_drafts(connection, KIND)
        if one.id not in leftover
    )


def sending_of(table: Table) -> ScalarSelect[Any]:
    """For a row of `table`: NULL when no op that wrote it waits for its result, 0 when one is unsent, else 1."""
    return (
        select(func.min(outbox.c.pushed))
        .join(footprint, footprint.c.ord == outbox.c.ord)
        .where(
            footprint.c.kind == table.name,
            footprint.c.row_id == table.c.id,
            footprint.c.wrote == 1,
            outbox.c.settled_at.is_(None),
        )
        .scalar_subquery()
    )


def sending(pushed: int | None) -> str:
    """The answer of `sending_of` as waiting, sent or confirmed."""
    return r.CONFIRMED if pushed is None else r.SENT if pushed else r.WAITING


def command_of(payload: bytes) -> Command | None:
    """The command of an op; None when a newer program wrote it."""
    try:
        return decode(payload)
    except Malformed:
        return None


# -- quotes and orders ------------------------------------------------------------------------------------------------


def _rows_of(
    connection: Connection, table: Table, wanted: str, words: list[str], day: str
) -> list[DocumentRow]:
    """Quotes or orders of the filter, newest first, one more than shown when there are more."""
    who = read_identity(connection)
    mine = who.user_id if who else ""
    unsettled = sending_of(table)
    matching = _filter(table, wanted, unsettled, mine, day)
    if matching is None:
        return []
    line = t.quote_line if table is t.quote else t.order_line
    parent = line.c.quote_id if table is t.quote else line.c.order_id
    lines = select(func.count()).where(parent == table.c.id).scalar_subquery()
    statement = (
        select(
            table,
            unsettled.label("pushed"),
            lines.label("line_count"),
            t.account.c.name.label("account"),
            t.account.c.number.label("account_number"),
            t.rep.c.name.label("rep"),
        )
        .outerjoin(t.account, t.account.c.id == table.c.account_id)
        .outerjoin(t.rep, t.rep.c.id == table.c.rep_id)
        .where(matching, *(_says(table, word) for word in words))
        .order_by(table.c.business_date.desc(), table.c.number.desc(), table.c.id)
        .limit(SHOWN + 1)
    )
    return [_document(dict(row), table, mine, day) for row in connection.execute(statement).mappings()]


def _stands(day: str) -> ColumnElement[bool]:
    """Quotes that have not expired on the day, whether or not anybody has told them; one that waits for a decision
    does not expire."""
    over = and_(t.quote.c.valid_until < day, t.quote.c.state.in_(EXPIRING))
    return not_(func.coalesce(over, False))


def _filter(
    table: Table, wanted: str, unsettled: ScalarSelect[Any], mine: str, day: str
) -> ColumnElement[bool] | None:
    """Which rows of quotes or orders the filter shows to the user `mine`; None for none."""
    anything = table.c.id != ""
    if wanted == r.ALL:
        return anything
    if wanted == r.WAITS:
        return unsettled.is_not(None)
    if table is t.sales_order:
        return anything if wanted == r.ORDERS else None
    if wanted == r.NEEDS_YOU:
        return _declined(mine)
    states = {r.PENDING: ("pending_approval",), r.APPROVED: ("approved", "offered")}.get(wanted)
    return and_(table.c.state.in_(states), _stands(day)) if states else None


def _declined(mine: str) -> ColumnElement[bool]:
    """Somebody said no to the user's own quote, or offers other figures: it waits for a revision."""
    return and_(t.quote.c.state.in_(("declined", "countered")), t.quote.c.rep_id == mine)


def _says(table: Table, word: str) -> ColumnElement[bool]:
    """Whether number, account or PO number has `word` in it."""
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (table.c.number, table.c.po_number, t.account.c.name, t.account.c.number)
    return or_(*(column.like(pattern, escape="\\") for column in columns))


def _document(row: Mapping[str, Any], table: Table, mine: str, day: str) -> DocumentRow:
    order = table is t.sales_order
    return DocumentRow(
        kind=r.ORDER if order else r.QUOTE,
        id=row["id"],
        number=row["number"],
        revision=1 if order else row["revision"],
        account_id=row["account_id"],
        account=row["account"] or "",
        account_number=row["account_number"] or "",
        state=row["state"] if order else quote_state_on(row["state"], row["valid_until"], day),
        order_type=row["type"] if order else "",
        command="",
        sending=sending(row["pushed"]),
        currency=row["currency"],
        total=None if row["total"] is None else row["total"] + row["tax_total"],
        published_total=row["published_total"] if order else None,
        day=row["business_date"],
        lines=row["line_count"],
        po_number=row["po_number"],
        rep="" if row["rep_id"] == mine else row["rep"] or "",
    )


# -- drafts and refused ops -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Named:
    """What an op is about, as far as this device can tell."""

    number: str
    revision: int
    account_id: str
    currency: str
    total: int | None
    lines: int
    po_number: str


def _drafts(connection: Connection, day: str, leftover: tuple[str, ...]) -> list[DocumentRow]:
    found: list[DocumentRow] = []
    for kept in read_drafts(connection, KIND):
        if kept.id in leftover:
            continue
        one = QuoteDraft.of_body(kept.id, kept.body)
        quote = priced(connection, one.account_id, one.lines, day, ship_to_id=one.ship_to_id)
        found.append(
            _own(
                kind=r.DRAFT,
                row_id=one.id,
                about=_Named(
                    one.number,
                    one.revision,
                    one.account_id,
                    quote.currency,
                    quote.gross,
                    len(one.lines),
                    one.po_number,
                ),
                account=(quote.buyer.name, quote.buyer.number) if quote.buyer else ("", ""),
                state="draft",
                day=kept.updated_at,
            )
        )
    return found


def _ops(connection: Connection) -> list[DocumentRow]:
    """Submitted quotes and placed orders that need the person, newest first."""
    statement = (
        select(outbox)
        .where(asks_for_somebody(), outbox.c.command.in_(_COMMANDS))
        .order_by(outbox.c.ord.desc())
    )
    found: list[DocumentRow] = []
    for row in map(dict, connection.execute(statement).mappings()):
        about = _about(connection, command_of(row["payload"]))
        found.append(
            _own(
                kind=r.OP,
                row_id=row["op_id"],
                about=about,
                account=account_name(connection, about.account_id),
                state=outcome(row),
                day=row["settled_at"] or row["saved_at"],
                command=row["command"],
            )
        )
    return found


def outcome(op: Mapping[str, Any]) -> str:
    """How an op stands: its result; else guess_refused, sent or waiting."""
    if op["result"]:
        return str(op["result"])
    if op["guess"] == "rejected":
        return "guess_refused"
    return r.SENT if op["pushed"] else r.WAITING


def _own(
    *,
    kind: str,
    row_id: str,
    about: _Named,
    account: tuple[str, str],
    state: str,
    day: str,
    command: str = "",
) -> DocumentRow:
    return DocumentRow(
        kind=kind,
        id=row_id,
        number=about.number,
        revision=about.revision,
        account_id=about.account_id,
        account=account[0],
        account_number=account[1],
        state=state,
        order_type="",
        command=command,
        sending="",
        currency=about.currency,
        total=about.total,
        published_total=None,
        day=day,
        lines=about.lines,
        po_number=about.po_number,
        rep="",
    )


def _about(connection: Connection, command: Command | None) -> _Named:
    if isinstance(command, SubmitQuote):
        return _Named(
            command.number,
            command.revision,
            command.account_id,
            command.currency,
            command_total(command),
            len(command.lines),
            command.po_number,
        )
    if isinstance(command, PlaceOrder):
        quote = (
            connection.execute(select(t.quote).where(t.quote.c.id == command.quote_id))
            .mappings()
            .one_or_none()
        )
        if quote is not None:
            return _Named(
                command.number,
                1,
                quote["account_id"],
                quote["currency"],
                quote["total"],
                0,
                quote["po_number"],
            )
        return _Named(command.number, 1, "", "", None, 0, "")
    return _Named("", 1, "", "", None, 0, "")


def command_total(command: SubmitQuote) -> int:
    """What the refused quote came to, in minor units."""
    return sum(extend(line.shown_price, line.qty, command.currency) for line in command.lines)


def account_name(connection: Connection, account_id: str) -> tuple[str, str]:
    """(name, number) of an account; '' when it is not on this device."""
    row = connection.execute(
        select(t.account.c.name, t.account.c.number).where(t.account.c.id == account_id)
    ).one_or_none()
    return (row.name, row.number) if row else ("", "")


def _has(row: DocumentRow, words: list[str]) -> bool:
    said = f"{row.number} {row.account} {row.account_number} {row.po_number}".casefold()
    return all(word in said for word in words)
