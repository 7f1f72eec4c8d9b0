"""The pricing answer key: price real order lines with the rules and compare with what the firm charged.

    python tests/bench/pricing_key.py DIR          (make pricing-key DATA=DIR)

Imports the folder into a fresh SQLite server database, reads lists and offers from it and prices every line whose key
allows it (`key_line_pricing`: a list price on the day, and a rule that holds) on the day of its order. Three questions,
four decimals:

- online: is the price the list price, and the one charged;
- reseller: with the offer that was given, is the price the one charged, list × (0.6 − offer);
- reseller: is the best of all offers, as the rules choose it, the key's best eligible one. Whoever made the data did
  not always give it: the share of lines where it was given is the ceiling, and the rules must reach exactly that.

What a reseller pays is an agreement in percent of the list: a contract of 40 % off it, with offers on top. (The import
keeps it as a list, too, whose prices are rounded to four decimals before an offer is taken off.)

Prints a table; the last line is JSON. Exit code 1 when one answer is missed, 2 for a folder without a key.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine, select  # noqa: E402

from app.domain.catalog import Contract, ContractPrice, ListPrice, Promotion  # noqa: E402
from app.domain.facts import HELD, Facts, Known  # noqa: E402
from app.domain.parties import Account, Person  # noqa: E402
from app.domain.pricing import Price, price  # noqa: E402
from app.store import tables as t  # noqa: E402
from app.store.engine import reading, server_engine  # noqa: E402
from app.store.values import list_price_of, promotion_of, rank_list  # noqa: E402
from sync.server import schema  # noqa: E402
from sync.server.imports.adventureworks import import_adventureworks  # noqa: E402
from sync.server.imports.aw_catalogue import RESELLER_TENTHS  # noqa: E402
from sync.server.imports.aw_files import CURRENCY, RESELLER_LIST  # noqa: E402
from sync.server.imports.table_file import find_table  # noqa: E402

ONLINE, RESELLER = "online", "reseller"
SHOWN = 10  # misses that are printed of each question


def _account(channel: str) -> Account:
    """Whoever buys through a channel, as the import makes them."""
    reseller = channel == RESELLER
    return Account(
        id=channel,
        number=channel,
        name=channel,
        segment="store" if reseller else "individual",
        status="active",
        status_reason="",
        status_since=None,
        territory_id="",
        rep_id=None,
        price_list_id=RESELLER_LIST if reseller else None,
        currency=CURRENCY,
        po_required=False,
        credit_limit=None,
    )


ACCOUNTS = {one: _account(one) for one in (ONLINE, RESELLER)}
AGREEMENT = Contract("agreement", "", "Resellers", "account", RESELLER, CURRENCY, "2000-01-01", None, True)


def _agreed(product_id: str) -> ContractPrice:
    """The reseller's share of the list price, as a discount off it."""
    off = 10_000 - RESELLER_TENTHS * 1_000
    return ContractPrice("agreed", AGREEMENT.id, product_id, "", "", 1, None, off, AGREEMENT.valid_from, None)


@dataclass(frozen=True)
class Line:
    """An imported order line."""

    product_id: str
    day: str
    qty: int


@dataclass(frozen=True)
class Books:
    """What the database says of prices: lists, prices and offers by product."""

    lists: tuple[dict[str, Any], ...]  # rows
    prices: dict[str, tuple[ListPrice, ...]]
    offers: dict[str, tuple[Promotion, ...]]
    nothing: str  # the offer that stands for none
    lines: dict[str, Line]


@dataclass
class Figures:
    """Answers given and right, by question."""

    lines: int = 0  # of the key
    unpriceable: int = 0  # lines whose key does not allow a price
    online: int = 0
    online_equal: int = 0
    reseller: int = 0
    reseller_equal: int = 0
    best_equal: int = 0  # our choice is the key's best eligible offer
    applied_equal: int = 0  # our choice is the offer that was given
    ceiling: int = 0  # the key's best eligible offer is the one that was given
    misses: dict[str, list[str]] = field(default_factory=dict)

    def miss(self, question: str, told: str) -> None:
        self.misses.setdefault(question, []).append(told)

    @property
    def right(self) -> bool:
        return not self.misses and self.online + self.reseller > 0 and self.applied_equal == self.ceiling


class Pricer:
    """Prices distinct cases through the rules; a case that comes again is not priced again."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.price = cache(self._price)

    def _price(self, line: Line, channel: str, offer: str | None) -> tuple[int | None, str]:
        """The unit price of a line (1/10,000), None for none, and the offer in it.

        With `offer` no other one is known (the one that stands for none: none at all).
        """
        books, account = self.books, ACCOUNTS[channel]
        offers = books.offers.get(line.product_id, ())
        agreed = channel == RESELLER
        facts = Facts(
            actor=Known(HELD, Person("key", "rep", ("*",))),
            account=Known(HELD, account),
            lists=tuple(one for row in books.lists if (one := rank_list(row, account)) is not None),
            prices=books.prices.get(line.product_id, ()),
            promotions=offers if offer is None else tuple(one for one in offers if one.id == offer),
            contracts=(AGREEMENT,) if agreed else (),
            contract_prices=(_agreed(line.product_id),) if agreed else (),
            prices_status=HELD,
        )
        found = price(
            line.product_id,
            line.qty,
            0,
            segment=account.segment,
            currency=CURRENCY,
            day=line.day,
            facts=facts,
        )
        won = [one.ref for one in found.steps if one.rule == "promotion" and one.won]
        return found.unit if isinstance(found, Price) else None, won[0] if won else books.nothing


def read_books(engine: Engine) -> Books:
    """Everything from the store, through the values that the rules get."""
    prices: dict[str, list[ListPrice]] = {}
    offers: dict[str, list[Promotion]] = {}
    with reading(engine) as connection:

        def rows(statement: Any) -> list[Any]:
            return list(connection.execute(statement).mappings())

        lists = tuple(dict(row) for row in rows(select(t.price_list).order_by(t.price_list.c.id)))
        for row in rows(select(t.price).order_by(t.price.c.id)):
            prices.setdefault(row["product_id"], []).append(list_price_of(row))
        linked = select(t.promotion, t.promotion_product.c.product_id).join(
            t.promotion_product, t.promotion_product.c.promotion_id == t.promotion.c.id
        )
        for row in rows(linked.order_by(t.promotion_product.c.id)):
            offers.setdefault(row["product_id"], []).append(promotion_of(row, row["product_id"]))
        nothing = connection.execute(
            select(t.promotion.c.id).where(t.promotion.c.kind == "none")
        ).scalar_one()
        sold = select(
            t.order_line.c.id, t.order_line.c.product_id, t.order_line.c.qty, t.sales_order.c.business_date
        ).join(t.sales_order, t.sales_order.c.id == t.order_line.c.order_id)
        lines = {row["id"]: Line(row["product_id"], row["business_date"], row["qty"]) for row in rows(sold)}
    return Books(
        lists,
        {key: tuple(found) for key, found in prices.items()},
        {key: tuple(found) for key, found in offers.items()},
        nothing,
        lines,
    )


def read_key(folder: Path) -> Iterator[dict[str, str]]:
    """The lines of `key_line_pricing`."""
    path = find_table(folder, "key_line_pricing")
    assert path is not None
    source = gzip.open if path.suffix == ".gz" else open
    with source(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def units(text: str) -> int:
    """A price of the key in 1/10,000."""
    return int((Decimal(text) * 10_000).quantize(Decimal(1), ROUND_HALF_UP))


def judge(books: Books, key: Iterator[dict[str, str]]) -> Figures:
    """Answer every question of the key."""
    figures, pricer = Figures(), Pricer(books)
    for row in key:
        figures.lines += 1
        if not row["list_price_on_order_date"] or row["rule_holds"] != "1":
            figures.unpriceable += 1
            continue
        _judge_line(figures, pricer, row)
    return figures


def _judge_line(figures: Figures, pricer: Pricer, row: dict[str, str]) -> None:
    number, channel = row["sales_order_detail_id"], row["channel"]
    line = pricer.books.lines.get(f"aw-ol-{number}")
    if line is None:
        figures.miss("imported", f"line {number} is not in the database")
        return
    given, best = f"aw-so-{row['applied_offer_id']}", f"aw-so-{row['best_eligible_offer_id']}"
    # what an online line says of offers was never taken off its price
    unit, _offer = pricer.price(line, channel, pricer.books.nothing if channel == ONLINE else given)
    expected = {units(row["unit_price"])} | (
        {units(row["list_price_on_order_date"])} if channel == ONLINE else set()
    )
    right = expected == {unit}
    if not right:
        told = " and ".join(str(one) for one in sorted(expected))
        figures.miss(f"{channel} price", f"line {number}: {unit} instead of {told} (1/10,000)")
    if channel == ONLINE:
        figures.online += 1
        figures.online_equal += right
        return
    figures.reseller += 1
    figures.reseller_equal += right
    _unit, chosen = pricer.price(line, channel, None)
    figures.best_equal += chosen == best
    figures.applied_equal += chosen == given
    figures.ceiling += best == given
    if chosen != best:
        figures.miss("best offer", f"line {number}: {chosen} instead of {best}")


def told(figures: Figures) -> Iterator[str]:
    """The table."""
    yield f"{figures.lines:,} lines in the key, {figures.unpriceable:,} of them without a price to compare"
    for name, right, of in (
        ("online: the list price", figures.online_equal, figures.online),
        ("reseller: list × (0.6 − offer)", figures.reseller_equal, figures.reseller),
        ("best offer = the key's best", figures.best_equal, figures.reseller),
        ("best offer = the one given", figures.applied_equal, figures.reseller),
        ("  the data's own ceiling", figures.ceiling, figures.reseller),
    ):
        yield f"  {name:<32} {right:>8,} of {of:>8,}"
    for question, missed in sorted(figures.misses.items()):
        yield f"{len(missed):,} missed: {question}"
        yield from (f"  {one}" for one in missed[:SHOWN])


def run(folder: Path, engine: Engine) -> Figures:
    """Import the folder into the (migrated) database of `engine` and judge its key."""
    import_adventureworks(engine, folder)
    return judge(read_books(engine), read_key(folder))


def main(arguments: list[str] | None = None) -> int:
    """1 when an answer of the key is missed."""
    parser = argparse.ArgumentParser(
        description="Price the lines of an AdventureWorks folder against its answer key."
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    if find_table(folder, "key_line_pricing") is None:
        parser.error(f"{folder} has no key_line_pricing.csv (or .csv.gz)")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        engine = server_engine(f"sqlite:///{Path(scratch) / 'server.db'}")
        try:
            schema.upgrade(engine)
            figures = run(folder, engine)
        finally:
            engine.dispose()
    for line in told(figures):
        print(line)
    result = asdict(figures)
    result["misses"] = {question: len(missed) for question, missed in sorted(figures.misses.items())}
    print(json.dumps({**result, "ok": figures.right, "seconds": round(time.monotonic() - started, 1)}))
    return 0 if figures.right else 1


if __name__ == "__main__":
    sys.exit(main())
