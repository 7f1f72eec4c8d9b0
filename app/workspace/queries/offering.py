"""What a quote editor offers before a letter is typed, and what of an earlier document can be added today.

Histories read by `sales_order_account` and `order_line_order`, quotes by `quote_account`. What cannot be added is what
the rules would refuse: they are asked for a quote of these very lines.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, select, text

from app.domain.codec import MAX_ITEMS
from app.domain.eligibility import check_products
from app.domain.rejections import BLOCKS, Finding
from app.store import tables as t
from app.workspace.queries.preview import preview
from app.workspace.queries.quoting import priced
from app.workspace.rows.offering import Copied, EarlierDocument, LeftOut, OfferedProduct, Offers
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from app.workspace.rows.quotes import ORDER, QUOTE
from app.workspace.rows.quoting import PricedQuote
from app.workspace.workspace import read_identity

OFTEN = 12
FAVOURITES = 30
EARLIER = 60
NAMES = 3  # first products by which a document is told from others
_OF_A_LINE = ("price_missing", "fact_missing")  # findings whose subject may be the number of a line

_OFTEN = text(
    """
SELECT l.product_id, count(DISTINCT o.id) AS times, max(o.business_date) AS last_on, l.qty AS last_qty
FROM sales_order o JOIN order_line l ON l.order_id = o.id JOIN product p ON p.id = l.product_id
WHERE o.account_id = :account AND o.state <> 'cancelled' AND o.type <> 'return'
GROUP BY l.product_id
ORDER BY times DESC, last_on DESC, l.product_id
"""
)  # last_qty is of the row that has the latest day: SQLite's own rule for a bare column beside max()
_EARLIER = text(
    """
SELECT 'quote' AS kind, q.id, q.number, '' AS type, q.business_date AS day, q.currency,
       q.total + q.tax_total AS total, NULL AS published_total, q.po_number,
       (SELECT count(*) FROM quote_line l WHERE l.quote_id = q.id) AS lines
FROM quote q
WHERE q.account_id = :account AND q.id <> :but
  AND NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.quote_id = q.id AND o.state <> 'cancelled')
UNION ALL
SELECT 'order', o.id, o.number, o.type, o.business_date, o.currency, o.total + o.tax_total, o.published_total,
       o.po_number, (SELECT count(*) FROM order_line l WHERE l.order_id = o.id)
FROM sales_order o WHERE o.account_id = :account AND o.state <> 'cancelled' AND o.type <> 'return'
ORDER BY day DESC, number DESC, kind LIMIT :limit
"""
)
_NAMES = text(
    """
SELECT q.quote_id AS id, coalesce(p.name, '') AS name, q.line_no
FROM quote_line q LEFT JOIN product p ON p.id = q.product_id WHERE q.quote_id IN :ids AND q.line_no <= :most
UNION ALL
SELECT l.order_id, coalesce(p.name, ''), l.line_no
FROM order_line l LEFT JOIN product p ON p.id = l.product_id WHERE l.order_id IN :ids AND l.line_no <= :most
ORDER BY 1, 3, 2
"""
).bindparams(bindparam("ids", expanding=True))
_ANY = text(
    """
SELECT EXISTS (SELECT 1 FROM sales_order WHERE account_id = :account AND state <> 'cancelled' AND type <> 'return')
    OR EXISTS (SELECT 1 FROM quote WHERE account_id = :account AND id <> :but)
"""
)


def offers(connection: Connection, draft: QuoteDraft, day: str, favourites: Collection[str] = ()) -> Offers:
    """What stands ready for this draft on `day` (ISO): the favourites (ids) that this device knows, then what its
    account ordered most often and is still sold."""
    bought = {row.product_id: row for row in connection.execute(_OFTEN, {"account": draft.account_id})}
    known = _products(connection, {*favourites, *bought})
    stars = sorted((one for one in favourites if one in known), key=lambda one: (known[one].name, one))
    often = [one for one in bought if one not in favourites and one in known and _sold(known[one], day)]
    chosen = (*stars[:FAVOURITES], *often[:OFTEN])
    quote, refused = _asked(connection, draft, [DraftLine(one, 1, 0) for one in chosen], day)
    prices = {line.product_id: line.price.unit for line in quote.lines if line.price}
    return Offers(
        tuple(
            OfferedProduct(
                id=one,
                sku=known[one].sku,
                name=known[one].name,
                unit=known[one].unit,
                price=prices.get(one),
                currency=quote.currency,
                favourite=one in favourites,
                times=bought[one].times if one in bought else 0,
                last_qty=bought[one].last_qty if one in bought else 0,
                last_on=bought[one].last_on if one in bought else None,
                refusal=refused.get(one),
            )
            for one in chosen
        ),
        bool(connection.execute(_ANY, {"account": draft.account_id, "but": draft.quote_id}).scalar_one()),
    )


def earlier_documents(connection: Connection, draft: QuoteDraft) -> tuple[EarlierDocument, ...]:
    """The quotes and orders of the draft's account, the newest first; a quote that became an order stands as that."""
    asked = {"account": draft.account_id, "but": draft.quote_id, "limit": EARLIER}
    found = connection.execute(_EARLIER, asked).all()
    names: dict[str, list[str]] = {}
    for row in connection.execute(_NAMES, {"ids": [one.id for one in found], "most": NAMES}):
        names.setdefault(row.id, []).append(row.name)
    return tuple(
        EarlierDocument(
            kind=QUOTE if row.kind == "quote" else ORDER,
            id=row.id,
            number=row.number,
            type=row.type,
            day=row.day,
            currency=row.currency,
            total=row.total,
            published_total=row.published_total,
            po_number=row.po_number,
            lines=row.lines,
            names=tuple(one for one in names.get(row.id, ()) if one),
        )
        for row in found
    )


def copied(connection: Connection, draft: QuoteDraft, document: EarlierDocument, day: str) -> Copied:
    """The lines of an earlier document that can be on this draft on `day`, each product once, and those that cannot."""
    line, parent = (
        (t.quote_line, t.quote_line.c.quote_id)
        if document.kind == QUOTE
        else (t.order_line, t.order_line.c.order_id)
    )
    rows = connection.execute(
        select(line.c.product_id, line.c.qty).where(parent == document.id).order_by(line.c.line_no, line.c.id)
    )
    gathered = replace(draft, lines=())
    for row in rows:
        gathered = gathered.with_product(row.product_id, row.qty)
    quote, refused = _asked(connection, draft, gathered.lines, day)
    names = {one.product_id: one.name for one in quote.lines}
    return Copied(
        document.number,
        tuple(one for one in gathered.lines if one.product_id not in refused),
        tuple(
            LeftOut(one.product_id, names.get(one.product_id, ""), refused[one.product_id])
            for one in gathered.lines
            if one.product_id in refused
        ),
    )


def _asked(
    connection: Connection, draft: QuoteDraft, lines: Sequence[DraftLine], day: str
) -> tuple[PricedQuote, dict[str, Finding]]:
    """These lines priced for the draft's account, and for each product that the rules refuse the first reason."""
    lines = tuple(lines)[:MAX_ITEMS]
    quote = priced(connection, draft.account_id, lines, day, ship_to_id=draft.ship_to_id)
    who = read_identity(connection)
    if who is None or quote.buyer is None:
        found: Sequence[Finding] = check_products(quote.facts, (one.product_id for one in lines), day)
    else:
        command = replace(draft, lines=lines, envelope_id="").command(
            actor=who.user_id, day=day, currency=quote.currency, shown=quote.shown
        )
        found = preview(connection, command).findings
    refused: dict[str, Finding] = {}
    for one in found:
        product_id = one.subject
        if one.code in _OF_A_LINE and one.subject.isdecimal() and int(one.subject) <= len(lines):
            product_id = lines[int(one.subject) - 1].product_id
        if one.severity == BLOCKS:
            refused.setdefault(product_id, one)
    return quote, {one.product_id: refused[one.product_id] for one in lines if one.product_id in refused}


def _products(connection: Connection, ids: Collection[str]) -> dict[str, _Known]:
    rows = connection.execute(
        select(
            t.product.c.id,
            t.product.c.sku,
            t.product.c.name,
            t.product.c.unit,
            t.product.c.sell_from,
            t.product.c.sell_until,
        )
        .where(t.product.c.id.in_(sorted(ids)))
        .order_by(t.product.c.id)
    )
    return {row.id: _Known(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    sku: str
    name: str
    unit: str
    sell_from: str | None
    sell_until: str | None


def _sold(one: _Known, day: str) -> bool:
    return (one.sell_from or "") <= day and day <= (one.sell_until or "9999")
