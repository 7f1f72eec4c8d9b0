"""The books, made again from scratch: every figure the server keeps beside its ledgers, and the whole feed.

`verify(engine)` reads one snapshot and answers every difference it finds; none means that the books agree. It sums in
the database or walks rows in chunks, so that its size does not grow with the company's. Start in `_checks` for what is
compared; the parts are in the modules `verify_…` beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, text

from app.store.engine import reading
from sync.server import (
    verify_documents,
    verify_feed,
    verify_field,
    verify_moves,
    verify_ops,
    verify_stock,
    verify_terms,
)
from sync.server.difference import Difference

Check = Callable[[Connection], Iterator[Difference]]


def verify(engine: Engine) -> list[Difference]:
    """Every difference between what is kept and what follows from the ledgers, the documents and the ops."""
    with reading(engine) as connection:
        return differences(connection)


def differences(connection: Connection) -> list[Difference]:
    """The same, as this connection's transaction sees the books."""
    return [one for check in _checks() for one in check(connection)]


def _checks() -> tuple[Check, ...]:
    return (
        _storage,
        verify_stock.movements,
        verify_stock.balances,
        verify_stock.negatives,
        verify_stock.holders,
        verify_stock.allotments,
        verify_documents.quotes,
        verify_documents.orders,
        verify_documents.reservations,
        verify_documents.trunk_sales,
        verify_documents.counts,
        verify_documents.exposures,
        verify_terms.envelopes,
        verify_terms.transfers,
        verify_terms.claims,
        verify_field.signatures,
        verify_field.visits,
        verify_field.favourites,
        verify_ops.results,
        verify_ops.payloads,
        verify_ops.streams,
        verify_ops.effects,
        verify_moves.moves,
        verify_feed.clock_row,
        verify_feed.scopes,
        verify_feed.entries,
        verify_feed.strays,
        verify_feed.sums,
        verify_feed.chain,
    )


def _storage(connection: Connection) -> Iterator[Difference]:
    """What SQLite itself says of its file; PostgreSQL has checksums of its own."""
    if connection.dialect.name != "sqlite":
        return
    for line in connection.execute(text("PRAGMA quick_check")).scalars():
        if line != "ok":
            yield Difference("storage", "the database file", "ok", str(line))
