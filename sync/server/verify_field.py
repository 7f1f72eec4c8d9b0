"""What people keep of customers and products: signatures against what was signed, visits, favourites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from app.domain.facts import OrderFact, QuoteFact
from app.domain.field_commands import QUOTE
from app.domain.signing import agrees
from app.domain.strokes import as_strokes
from app.store import read_documents as documents
from app.store.reader import Everything, Reader
from app.store.tables import (
    account,
    exception_case,
    favourite,
    favourite_id,
    product,
    sales_order,
    signature,
    visit,
)
from sync.server.difference import Difference
from sync.server.feed import CHUNK


def signatures(connection: Connection) -> Iterator[Difference]:
    """A signature is on a document that is there. While its revision stands it belongs where the document does, and is
    on what the books hold, or the office has a case; what an import may publish anew is not held to that."""
    reader = Reader(connection, Everything())
    after = ""
    while True:
        chosen = (
            select(
                signature,
                exception_case.c.id.label("case"),
                sales_order.c.origin.label("origin"),
            )
            .outerjoin(exception_case, exception_case.c.op_id == signature.c.op_id)
            .outerjoin(sales_order, sales_order.c.id == signature.c.document_id)
            .where(signature.c.id > after)
            .order_by(signature.c.id)
            .limit(CHUNK)
        )
        rows = [dict(row) for row in connection.execute(chosen).mappings()]
        if not rows:
            return
        after = rows[-1]["id"]
        for row in rows:
            yield from _signed(row, _document(reader, row))


def _document(reader: Reader, row: dict[str, Any]) -> QuoteFact | OrderFact | None:
    of_quote = row["document"] == QUOTE
    found = documents.quote if of_quote else documents.order
    return found(reader, row["document_id"]).value


def _signed(row: dict[str, Any], known: QuoteFact | OrderFact | None) -> Iterator[Difference]:
    """What is wrong with one signature."""
    if known is None:
        yield Difference("signature", row["id"], f"a {row['document']} {row['document_id']}", "none")
        return
    later = isinstance(known, QuoteFact) and known.revision > row["revision"]  # it may be for another account
    told = row["case"] is not None  # on something else, such as a revision that was not there yet
    scope = (row["account_id"], row["territory_id"], row["rep_id"])
    if not (later or told) and scope != (known.account_id, known.territory_id, known.rep_id):
        yield Difference(
            "signature",
            row["id"],
            f"account {known.account_id}, territory {known.territory_id}, rep {known.rep_id} of its document",
            f"{scope[0]}, {scope[1]}, {scope[2]}",
        )
    bound = not (later or told) and row["origin"] in (None, "native")
    if bound and not agrees(known, row["revision"], row["digest"]):
        yield Difference(
            "signature", row["id"], f"a signature on {known.number} as it stands", row["digest"][:12]
        )
    try:
        as_strokes(row["strokes"])
    except ValueError as err:
        yield Difference("signature", row["id"], "strokes that can be drawn", str(err))


def visits(connection: Connection) -> Iterator[Difference]:
    """A visit was at an account that is there, and says something."""
    rows = connection.execute(
        select(visit, account.c.id.label("account"))
        .outerjoin(account, account.c.id == visit.c.account_id)
        .order_by(visit.c.id)
    )
    for row in rows:
        if row.account is None:
            yield Difference("visit", row.id, f"an account {row.account_id}", "none")
        if not row.note.strip():
            yield Difference("visit", row.id, "a note", "none")


def favourites(connection: Connection) -> Iterator[Difference]:
    """A favourite is a product that is there, once for each person."""
    rows = connection.execute(
        select(favourite, product.c.id.label("product"))
        .outerjoin(product, product.c.id == favourite.c.product_id)
        .order_by(favourite.c.id)
    )
    for row in rows:
        if row.product is None:
            yield Difference("favourite", row.id, f"a product {row.product_id}", "none")
        if row.id != favourite_id(row.user_id, row.product_id):
            yield Difference("favourite", row.id, favourite_id(row.user_id, row.product_id), row.id)
