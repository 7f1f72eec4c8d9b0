"""What the quote editor asks: prices by the rules' own function, the judgement of a draft, what there is to choose.

`priced` reads with `store.read_facts.read_pricing` and prices with `domain.pricing.PriceBook`, as every decision does,
so the unit price on the screen is the one a decision on the same facts finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, literal_column, or_, select, text

from app.domain.pricing import Price, PriceBook, Unpriced
from app.domain.taxes import Tax, tax
from app.store import tables as t
from app.store.read_facts import read_pricing
from app.workspace.deciding import synced_on
from app.workspace.queries.envelopes import usable_envelopes
from app.workspace.queries.favourites import favourite_ids
from app.workspace.queries.preview import preview
from app.workspace.queries.search import match_of
from app.workspace.queries.spelling import meant
from app.workspace.reach import device_reach
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from app.workspace.rows.quoting import (
    AccountChoice,
    Buyer,
    Judged,
    PricedLine,
    PricedQuote,
    ProductChoice,
    ShipTo,
)
from app.workspace.workspace import get_meta, read_identity

CHOICES = 12  # what a type-ahead shows


def priced(
    connection: Connection, account_id: str, lines: Sequence[DraftLine], day: str, *, ship_to_id: str = ""
) -> PricedQuote:
    """The lines priced for the account and ship-to on `day` (ISO), from nothing: layers, offers, then the line's own
    discount once. Quantity breaks are those of a product's quantity over all lines, as when the document is judged."""
    who = read_identity(connection)
    facts = read_pricing(
        connection,
        account_id,
        (line.product_id for line in lines),
        reach=device_reach(connection),
        ship_to_id=ship_to_id,
        synced_on=synced_on(connection),
    )
    units = _units(connection, (line.product_id for line in lines))
    packs = _packs(connection, (line.product_id for line in lines))
    account = facts.account.value
    book = account and PriceBook(facts, segment=account.segment, currency=account.currency, day=day)
    together = Counter[str]()
    for line in lines:
        together[line.product_id] += line.qty
    made: list[PricedLine] = []
    for line in lines:
        known = facts.products.get(line.product_id)
        product = known.value if known else None
        limit = facts.policy.discount_limit(who.role, product.product_class) if who and product else 0
        cost: Price | Unpriced | None = None
        if book and product:
            at = together[line.product_id]
            cost = book.price(line.product_id, line.qty, line.discount_bp, break_qty=at)
        sku, name = (product.sku, product.name) if product else ("", "")
        unit = units.get(line.product_id, "")
        price = cost if isinstance(cost, Price) else None
        why = cost if isinstance(cost, Unpriced) else None
        due = Tax(0)
        if price and product:
            due = tax(price.extended, product.product_class, day=day, facts=facts)
        made.append(
            PricedLine(
                line.product_id,
                sku,
                name,
                unit,
                line.qty,
                line.discount_bp,
                limit,
                price,
                why,
                due,
                packs.get(line.product_id, ()),
            )
        )
    return PricedQuote(
        buyer=buyer(connection, account_id),
        day=day,
        currency=account.currency if account else "",
        lines=tuple(made),
        facts=facts,
        role=who.role if who else "",
        as_of=get_meta(connection, "last_contact"),
    )


def judged(connection: Connection, draft: QuoteDraft, day: str) -> Judged:
    """The draft with its prices and what the rules say of it now (as `Workspace.preview`), from one snapshot."""
    found = priced(connection, draft.account_id, draft.lines, day, ship_to_id=draft.ship_to_id)
    who = read_identity(connection)
    stars = favourite_ids(connection, who.user_id) if who else frozenset()
    if who is None or found.buyer is None:
        return Judged(draft, found, None, favourites=stars)
    command = draft.command(
        actor=who.user_id, day=day, currency=found.currency, shown=found.shown, traces=found.traces
    )
    offered = usable_envelopes(connection, day, draft.account_id, found.currency)
    return Judged(draft, found, preview(connection, command), offered, stars)


def buyer(connection: Connection, account_id: str) -> Buyer | None:
    """The account with its ship-to addresses by label; None when it is not on this device."""
    row = connection.execute(
        select(t.account, t.exposure.c.open_orders, t.exposure.c.as_of)
        .outerjoin(t.exposure, t.exposure.c.id == t.account.c.id)
        .where(t.account.c.id == account_id)
    ).mappings().one_or_none()  # fmt: skip
    if row is None:
        return None
    addresses = connection.execute(
        select(t.address)
        .where(t.address.c.account_id == account_id, t.address.c.role == "ship_to")
        .order_by(t.address.c.label, t.address.c.id)
    ).mappings()
    return Buyer(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        status=row["status"],
        status_reason=row["status_reason"],
        status_since=row["status_since"],
        currency=row["currency"],
        po_required=bool(row["po_required"]),
        terms_days=row["terms_days"],
        credit_limit=row["credit_limit"],
        open_orders=row["open_orders"] or 0,
        open_orders_as_of=row["as_of"],
        ship_tos=tuple(ship_to(dict(one)) for one in addresses),
    )


def ship_to(row: Mapping[str, Any]) -> ShipTo:
    """An address row as a choice."""
    return ShipTo(row["id"], row["label"], row["line1"], row["city"], row["postal_code"], row["country"])


def find_accounts(connection: Connection, words: str, limit: int = CHOICES) -> tuple[AccountChoice, ...]:
    """Accounts whose number or name has a word starting with each of `words`, by name; of no words, those quoted last.

    Uses the full-text index account_search.
    """
    city = (
        select(func.min(t.address.c.city))
        .where(t.address.c.account_id == t.account.c.id, t.address.c.role == "ship_to")
        .scalar_subquery()
    )
    statement = select(
        t.account.c.id, t.account.c.number, t.account.c.name, t.account.c.status, city.label("city")
    )
    match = match_of(words)
    if match:
        hits = text("SELECT rowid FROM account_search WHERE account_search MATCH :match").bindparams(
            match=match
        )
        statement = statement.where(
            literal_column("account.rowid").in_(hits.columns(literal_column("rowid")))
        )
        statement = statement.order_by(t.account.c.name, t.account.c.id)
    else:
        last = (
            select(func.max(t.quote.c.business_date))
            .where(t.quote.c.account_id == t.account.c.id)
            .scalar_subquery()
        )
        statement = statement.order_by(last.desc().nulls_last(), t.account.c.name, t.account.c.id)
    rows = connection.execute(statement.limit(limit))
    return tuple(AccountChoice(r.id, r.number, r.name, r.status, r.city or "") for r in rows)


def find_products(
    connection: Connection,
    words: str,
    account_id: str,
    day: str,
    limit: int = CHOICES,
    *,
    ship_to_id: str = "",
) -> tuple[ProductChoice, ...]:
    """Products on sale on `day` that have a word starting with each of `words`, an exact number first, with the price
    of one for the account at the ship-to. Uses the full-text index product_search, without ranking: on broad words
    that is slow."""
    match = match_of(words)
    if not match:
        return ()
    found = _found(connection, match, words, day, limit)
    guess = None if found else meant(connection, "product", words)
    chosen = _found(connection, guess.match, words, day, limit) if guess is not None else found
    asked = [DraftLine(row.id, 1, 0) for row in chosen]
    quote = priced(connection, account_id, asked, day, ship_to_id=ship_to_id)
    return tuple(
        ProductChoice(
            row.id, row.sku, row.name, row.unit, line.price.unit if line.price else None, quote.currency
        )
        for row, line in zip(chosen, quote.lines, strict=True)
    )


def _found(connection: Connection, match: str, words: str, day: str, limit: int) -> list[Any]:
    """The products of a full-text query that are on sale on `day`, exact numbers first."""
    exact = sorted({words.strip(), words.strip().upper()})  # by the indexes product_sku and product_gtin
    on_sale = and_(
        func.coalesce(t.product.c.sell_from, "") <= day, func.coalesce(t.product.c.sell_until, "9999") >= day
    )
    columns = (t.product.c.id, t.product.c.sku, t.product.c.name, t.product.c.unit)
    hits = text(
        "SELECT rowid FROM product_search WHERE product_search MATCH :match ORDER BY rowid LIMIT 400"
    ).bindparams(match=match)
    named = (
        select(*columns)
        .where(on_sale, or_(t.product.c.sku.in_(exact), t.product.c.gtin.in_(exact)))
        .order_by(t.product.c.sku, t.product.c.id)
        .limit(limit)
    )
    found = (
        select(*columns)
        .where(on_sale, literal_column("product.rowid").in_(hits.columns(literal_column("rowid"))))
        .order_by(t.product.c.name, t.product.c.sku, t.product.c.id)
        .limit(limit)
    )
    rows = {row.id: row for row in (*connection.execute(named), *connection.execute(found))}
    return list(rows.values())[:limit]


def _units(connection: Connection, product_ids: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(product_ids))
    if not wanted:
        return {}
    rows = connection.execute(
        select(t.product.c.id, t.product.c.unit).where(t.product.c.id.in_(wanted)).order_by(t.product.c.id)
    )
    return {row.id: row.unit for row in rows}


def _packs(connection: Connection, product_ids: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The base units of each pack of more than one that the products come in (index pack_product)."""
    wanted = sorted(set(product_ids))
    if not wanted:
        return {}
    rows = connection.execute(
        select(t.pack.c.product_id, t.pack.c.quantity)
        .where(t.pack.c.product_id.in_(wanted), t.pack.c.level == "package", t.pack.c.quantity > 1)
        .distinct()
        .order_by(t.pack.c.product_id, t.pack.c.quantity)
    )
    found: dict[str, tuple[int, ...]] = {}
    for row in rows:
        found[row.product_id] = (*found.get(row.product_id, ()), row.quantity)
    return found
