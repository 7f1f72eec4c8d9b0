"""Goods handed over between two tablets without a network: the giver's op goes to the taker as codes (SYNC.md §6).

The giver shows the codes of the transfer it has saved. The taker reads them and records the receipt of a transfer that
its own copy does not know yet. Each op goes to the server by its own tablet, in either order: the giver's bytes in the
codes are only read here, never sent on. A lot that has not reached the taker's copy yet is named by the codes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from app.domain.codec import Malformed, UnknownCommand, decode
from app.domain.commands import MoveLine, ReceiveTransfer, SendTransfer
from app.domain.decide import REJECTED
from app.domain.rejections import BLOCKS
from app.store import tables as t
from app.workspace.code_parts import BadCode, from_parts, to_parts
from app.workspace.tables import outbox
from app.workspace.workspace import NotEnrolled, Performed, Workspace, read_identity

STILL_OPEN = ("requested", "in_transit")  # states of a transfer that the taker can still take
_LOT = ("lot_number", "serial", "expires", "recalled_on")  # what the codes say of a lot
_PRODUCT = ("sku", "name")
_TERSE: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}


@dataclass(frozen=True, slots=True)
class HandedLine:
    """So many base units of one lot ('' when untracked), as the giver handed them over. `known` is False while this
    copy has no such lot: then number, serial and dates are the giver's word."""

    product_id: str
    lot_id: str
    qty: int
    sku: str
    name: str
    lot_number: str
    serial: str
    expires: str | None
    recalled_on: str | None
    known: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """What the codes hold, for the taker to look at before taking it. `from_name` is the giving place's."""

    transfer_id: str
    number: str
    giver: str
    from_location: str
    from_name: str
    to_location: str
    business_date: str
    lines: tuple[HandedLine, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A hand-over as its giver shows it: `to_name` is who keeps the taking place, `codes` are the texts of QR codes, in
    order."""

    handover: Handover
    to_name: str
    codes: tuple[str, ...]


def hand_over_codes(connection: Connection, op_id: str) -> tuple[str, ...]:
    """The giver's saved `SendTransfer` as texts of QR codes, in order; the same op always makes the same codes while
    what they say of its lots stays the same.

    Raises BadCode `handing_unknown` when this device has no such op, or the rules have refused it.
    """
    return to_parts(json.dumps(_parcel(connection, op_id)[1], **_TERSE).encode())


def given(connection: Connection, op_id: str) -> Given:
    """The giver's saved `SendTransfer` in full, with its codes. Raises BadCode as `hand_over_codes`."""
    command, body = _parcel(connection, op_id)
    keeper = connection.execute(
        select(t.rep.c.name)
        .join(t.location, t.location.c.custodian == t.rep.c.id)
        .where(t.location.c.id == command.to_location)
    ).scalar()
    return Given(
        handover=_handover(connection, command, body),
        to_name=str(keeper or _name(connection, command.to_location)),
        codes=to_parts(json.dumps(body, **_TERSE).encode()),
    )


def _parcel(connection: Connection, op_id: str) -> tuple[SendTransfer, dict[str, Any]]:
    """The command of the op, and what its codes hold. Raises BadCode."""
    row = connection.execute(
        select(outbox.c.payload, outbox.c.command, outbox.c.result).where(outbox.c.op_id == op_id)
    ).one_or_none()
    if row is None or row.command != SendTransfer.__name__ or row.result == REJECTED:
        raise BadCode("handing_unknown")
    command = decode(row.payload)
    assert isinstance(command, SendTransfer)
    return command, {
        "op": row.payload.decode(),
        "from": _name(connection, command.from_location),
        "lots": _said(connection, t.lot, (line.lot_id for line in command.lines), _LOT),
        "products": _said(connection, t.product, (line.product_id for line in command.lines), _PRODUCT),
    }


def take_over(connection: Connection, parts: Iterable[str]) -> Handover:
    """What the codes say, in whatever order they were read. Nothing is kept.

    Raises BadCode: see there; `not_for_you` when the goods go to a place this person does not keep, `taken_already`
    when this copy has the transfer as taken, declined or brought to its end. Raises NotEnrolled.
    """
    body = _body(from_parts(parts))
    try:
        command = decode(body["op"].encode())
    except UnknownCommand:
        raise BadCode("newer_code") from None
    except (Malformed, UnicodeEncodeError):
        raise BadCode("not_a_handover") from None
    if not isinstance(command, SendTransfer):
        raise BadCode("not_a_handover")
    identity = read_identity(connection)
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    keeper = connection.execute(
        select(t.location.c.custodian).where(t.location.c.id == command.to_location)
    ).scalar()
    if keeper != identity.user_id:
        raise BadCode("not_for_you", place=_name(connection, command.to_location))
    state = connection.execute(
        select(t.transfer.c.state).where(t.transfer.c.id == command.transfer_id)
    ).scalar()
    if state is not None and state not in STILL_OPEN:
        raise BadCode("taken_already", number=command.number)
    return _handover(connection, command, body)


def _handover(connection: Connection, command: SendTransfer, body: Mapping[str, Any]) -> Handover:
    return Handover(
        transfer_id=command.transfer_id,
        number=command.number,
        giver=command.actor,
        from_location=command.from_location,
        from_name=body["from"],
        to_location=command.to_location,
        business_date=command.business_date,
        lines=_lines(connection, command, body),
    )


def receipt(
    workspace: Workspace, handover: Handover, came: Mapping[tuple[str, str], tuple[int, str]] | None = None
) -> ReceiveTransfer:
    """The taker's fact: all of it came, or what `came` says by (product, lot): (base units, why it is other)."""
    identity = workspace.identity()
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    told = came or {}
    lines: list[MoveLine] = []
    for line in handover.lines:
        qty, reason = told.get((line.product_id, line.lot_id), (line.qty, ""))
        lines.append(MoveLine(product_id=line.product_id, lot_id=line.lot_id, qty=qty, reason=reason.strip()))
    return ReceiveTransfer(
        op_id=workspace.new_id(),
        actor=identity.user_id,
        business_date=workspace.today(),
        transfer_id=handover.transfer_id,
        number=handover.number,
        from_location=handover.from_location,
        to_location=handover.to_location,
        accept=True,
        reason="",
        lines=tuple(lines),
    )


def take(
    workspace: Workspace, handover: Handover, command: ReceiveTransfer, *, even_so: bool = False
) -> Performed:
    """Record the receipt. A lot that only the giver's copy knows is no reason to refuse goods that are in the hand: it
    is kept all the same, and the server, which knows the lot, decides. Anything else is kept only `even_so`."""
    named = {one for line in handover.lines if not line.known for one in (line.product_id, line.lot_id)}
    against = [one for one in workspace.preview(command).findings if one.severity == BLOCKS]
    return workspace.perform(command, even_so=even_so or all(one.subject in named for one in against))


def _lines(connection: Connection, command: SendTransfer, body: Mapping[str, Any]) -> tuple[HandedLine, ...]:
    """By product and lot, several lines of one as one. What this copy knows goes before what the giver says."""
    own_lots = _said(connection, t.lot, (line.lot_id for line in command.lines), _LOT)
    own_products = _said(connection, t.product, (line.product_id for line in command.lines), _PRODUCT)
    sums: dict[tuple[str, str], int] = {}
    for line in (one for one in command.lines if one.qty):
        key = (line.product_id, line.lot_id)
        sums[key] = sums.get(key, 0) + line.qty
    found: list[HandedLine] = []
    for (product_id, lot_id), qty in sums.items():
        sku, name = {**body["products"], **own_products}.get(product_id, [product_id, ""])
        number, serial, expires, recalled = {**body["lots"], **own_lots}.get(lot_id, ["", "", None, None])
        found.append(
            HandedLine(
                product_id=product_id,
                lot_id=lot_id,
                qty=qty,
                sku=sku or "",
                name=name or product_id,
                lot_number=number or "",
                serial=serial or "",
                expires=expires,
                recalled_on=recalled,
                known=product_id in own_products and (not lot_id or lot_id in own_lots),
            )
        )
    return tuple(found)


def _body(plain: bytes) -> dict[str, Any]:
    """The parcel's parts, each of its own type: codes are anybody's. Raises BadCode."""
    try:
        body = json.loads(plain)
    except (ValueError, RecursionError):
        raise BadCode("not_a_handover") from None
    if not isinstance(body, dict) or set(body) != {"op", "from", "lots", "products"}:
        raise BadCode("not_a_handover")
    texts = isinstance(body["op"], str) and isinstance(body["from"], str)
    if not texts or not _rows(body["lots"], len(_LOT)) or not _rows(body["products"], len(_PRODUCT)):
        raise BadCode("not_a_handover")
    return body


def _rows(value: Any, width: int) -> bool:
    """Whether it maps ids to lists of `width` texts or nulls."""
    return isinstance(value, dict) and all(
        isinstance(row, list)
        and len(row) == width
        and all(one is None or isinstance(one, str) for one in row)
        for row in value.values()
    )


def _said(
    connection: Connection, table: Table, ids: Iterable[str], names: tuple[str, ...]
) -> dict[str, list[str | None]]:
    """These columns of the rows that are here, by id."""
    wanted = sorted({one for one in ids if one})
    columns = [table.c[name] for name in names]
    rows = connection.execute(select(table.c.id, *columns).where(table.c.id.in_(wanted)).order_by(table.c.id))
    return {row[0]: list(row[1:]) for row in rows}


def _name(connection: Connection, location_id: str) -> str:
    """What the place is called, as far as this copy knows."""
    found = connection.execute(select(t.location.c.name).where(t.location.c.id == location_id)).scalar()
    return str(found or location_id)
