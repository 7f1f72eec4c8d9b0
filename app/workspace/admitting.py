"""Whether a page may be let in at all: whatever a server sends, the database here keeps its types and its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Integer

from app.store.sums import MODULUS
from app.store.tables import KINDS, Kind
from sync.protocol.api import Unreachable
from sync.protocol.messages import Cursor, Pull
from sync.protocol.wire import Page

MAX_BUCKETS = 500
MAX_ROWS = (
    20_000  # of one page, rows gone included; an increment gives the rest of a position beyond its limit
)
_WHOLE = 1 << 63
_NAME, _ROW_ID = 160, 512


def admit(request: Pull, page: Page) -> None:
    """Raises Unreachable when the page breaks what was asked or what a row may be."""
    if page.carried + len(page.gone) > MAX_ROWS:
        raise Unreachable(f"a page of {page.carried + len(page.gone)} rows; at most {MAX_ROWS}")
    for kind, row in page.rows:
        _row(KINDS[kind], row)
    for kind, block in page.blocks:
        _block(KINDS[kind], block)
    for name, kind, row_id in page.gone:
        if not (_short(name, _NAME) and _short(kind, _NAME) and _short(row_id, _ROW_ID)):
            raise Unreachable("a row that is gone without a name")
    if len(page.add) + len(page.drop) > MAX_BUCKETS:
        raise Unreachable(f"{len(page.add) + len(page.drop)} buckets at once; at most {MAX_BUCKETS}")
    for grant in page.add:
        if not _short(grant.bucket, _NAME) or not 0 <= grant.rows < _WHOLE:
            raise Unreachable("a bucket without a name or a size")
    _sums(request, page)
    if request.backfill is None:
        _cursor(request, page)
    else:
        _resume(request, page)


def started_at(request: Pull, page: Page) -> Cursor:
    """The cursor this increment goes on from: as asked, or an earlier one that both ends know."""
    return request.cursor if page.since == Cursor() and not request.marks else page.since


def _row(kind: Kind, row: Mapping[str, Any]) -> None:
    for column in kind.table.columns:
        name = str(column.name)
        if name in row:
            _values(kind, column, [row[name]])
        elif name not in kind.absent:
            raise Unreachable(f"a row of {kind.name} without {name}")


def _block(kind: Kind, block: Sequence[Sequence[Any]]) -> None:
    """Rows as arrays of all columns, checked a column at a time: a first load has millions of values."""
    if block:
        for column, values in zip(kind.table.columns, zip(*block, strict=True), strict=True):
            _values(kind, column, values)


def _values(kind: Kind, column: Column[Any], values: Sequence[Any]) -> None:
    """What one column of some rows may hold."""
    types = set(map(type, values))
    if type(None) in types:
        types.discard(type(None))
        if not column.nullable:
            raise Unreachable(f"a row of {kind.name} with nothing in {column.name}")
    if not types:
        return
    if isinstance(column.type, Integer):
        told = [value for value in values if value is not None]
        if types != {int} or min(told) < -_WHOLE or max(told) >= _WHOLE:
            raise Unreachable(f"a row of {kind.name} with no whole number in {column.name}")
    elif types != {str}:
        raise Unreachable(f"a row of {kind.name} with no text in {column.name}")
    elif column.name == "id" and not all(0 < len(value) <= _ROW_ID for value in values):
        raise Unreachable(f"a row of {kind.name} without an id")


def _cursor(request: Pull, page: Page) -> None:
    since, asked = started_at(request, page), request.cursor
    if since != asked and not request.marks:
        raise Unreachable("an answer that goes on from another place than asked")
    if since != asked and since.position and since not in request.marks:
        raise Unreachable("an answer that goes on from a place nobody was at")
    if page.cursor.position < since.position:
        raise Unreachable("a cursor that goes backwards")
    if since.epoch and page.cursor.epoch and page.cursor.epoch != since.epoch:
        raise Unreachable("a cursor of another epoch")


def _resume(request: Pull, page: Page) -> None:
    at, then = request.backfill, page.backfill
    if at is None or then is None:
        return
    if then.bucket != at.bucket or (then.kind, then.row_id) <= (at.kind, at.row_id):
        raise Unreachable("a page that does not go on in its bucket")


def _sums(request: Pull, page: Page) -> None:
    if len(page.sums) > len(request.sums) * len(KINDS) + 1_000:
        raise Unreachable(f"{len(page.sums)} sums, more than there are kinds")
    for one in page.sums:
        if not 0 <= one.rows < _WHOLE or not 0 <= one.sum < MODULUS:
            raise Unreachable("a sum that is none")


def _short(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most
