"""The file of promotions: a line for every product, with what the promotion gives on its first line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sync.server.imports.office_columns import (
    PERCENT,
    SKU,
    UNITS,
    Cell,
    Column,
    blank,
    code,
    day,
    day_not_before,
    may,
    one_of,
    whole,
    words,
    yes_no,
)
from sync.server.imports.office_formats import ORIGIN, Format, Values, Wanted, derived_key
from sync.server.imports.office_names import Names
from sync.server.imports.table_file import BadRow

A_DATE = "a date like 2026-01-31"
KINDS = ("volume", "seasonal", "discontinued", "excess", "new_product", "none")
GIVES = ("percent", "amount_off", "fixed_price")
_HEAD = (
    "kind",
    "audience",
    "basis",
    *GIVES,
    "currency",
    "stacks",
    "min_qty",
    "max_qty",
    "valid_from",
    "valid_to",
)


def _promotion(line: Values, names: Names) -> Iterator[Wanted]:
    name = line["promotion"]
    known = names.known("promotion", name)
    says_what = any(line[column] is not None for column in _HEAD)
    if known is None and not says_what:
        raise BadRow(
            f"there is no promotion called {name!r}; a new one says on its first line what it gives",
            "promotion",
        )
    key = known["id"] if known else derived_key("promotion", name)
    if says_what:
        head = _head(line, key, known)
        if known is None:
            names.announce("promotion", dict(head.values))
        yield head
    yield Wanted("promotion_product", {"promotion_id": key, "product_id": line["sku"]["id"]})


def _head(line: Values, key: str, known: Mapping[str, Any] | None) -> Wanted:
    """The promotion itself. Raises BadRow when what the line says of it does not go together."""
    given = [name for name in GIVES if line[name] is not None]
    if len(given) != 1:
        raise BadRow(
            "give one of percent, amount_off and fixed_price, and not more", given[-1] if given else "percent"
        )
    if given[0] != "fixed_price" and not line[given[0]]:
        raise BadRow("is nothing", given[0])
    if (line["currency"] is None) != (given[0] == "percent"):
        raise BadRow("goes with amount_off and fixed_price, and only with them", "currency")
    if line["basis"] is not None and given[0] != "percent":
        raise BadRow("goes with percent, and only with it", "basis")
    for name in ("valid_from", "valid_to"):
        if line[name] is None:
            raise BadRow("is empty: a promotion has a first and a last day", name)
    return Wanted(
        "promotion",
        {
            "id": key,
            "name": known["name"] if known else line["promotion"],
            "kind": line["kind"] or (known["kind"] if known else "none"),
            "audience": line["audience"] or "all",
            "basis": line["basis"] or "list",
            "percent_bp": line["percent"] or 0,
            "amount_off": line["amount_off"] or 0,
            "fixed_price": line["fixed_price"],
            "currency": line["currency"] or "",
            "stacks": line["stacks"] or 0,
            "min_qty": line["min_qty"] or 1,
            "max_qty": line["max_qty"],
            "valid_from": line["valid_from"],
            "valid_to": line["valid_to"],
            "origin": ORIGIN,
        },
        shared=True,
    )


def _name(cell: Cell) -> str:
    """A name that is at most one promotion's."""
    name = words(cell)
    cell.names.known("promotion", name)
    return name


def _max_qty(cell: Cell) -> int:
    most: int = whole(1)(cell)
    least = cell.of("min_qty") or 1
    if most < least:
        raise BadRow(f"{most} is below min_qty {least}")
    return most


PROMOTIONS = Format(
    name="promotions",
    says="Special offers: a line for every product of a promotion. The columns between promotion and sku say what it "
    "gives; they stand on its first line at least, and may be empty on a line for a promotion that is known. A "
    "promotion is ended by its valid_to.",
    kind="promotion_product",
    columns=(
        Column("promotion", _name, "a name that no other promotion has", "its name", "Spring stents"),
        may(
            "kind",
            blank(one_of(*KINDS)),
            f"one of {', '.join(KINDS)}",
            "what it is for, for people to read; empty is none",
            "seasonal",
        ),
        may(
            "audience",
            blank(one_of("all", "store", "individual")),
            "all, store or individual",
            "which customers get it; empty is all",
            "store",
        ),
        may(
            "basis",
            blank(one_of("list", "running")),
            "list or running",
            "of which price a percent is: the list price, or what earlier offers left; empty is list",
            "list",
        ),
        may("percent", blank(PERCENT), "a percentage from 0 to 100", "off the price", "7.5"),
        may(
            "amount_off",
            blank(UNITS),
            "an amount with at most four decimals",
            "off one base unit, instead of a percentage",
        ),
        may(
            "fixed_price",
            blank(UNITS),
            "a price with at most four decimals",
            "the price itself, instead of a percentage",
        ),
        may(
            "currency",
            blank(code("currency")),
            "three capitals like USD",
            "ISO 4217; of amount_off and fixed_price, and only with them",
        ),
        may(
            "stacks",
            blank(yes_no),
            "yes or no",
            "may be given together with others that stack; empty is no",
            "no",
        ),
        may(
            "min_qty",
            blank(whole(1)),
            "a whole number from 1 on",
            "from so many base units on; empty is 1",
            "10",
        ),
        may(
            "max_qty",
            blank(_max_qty),
            "a whole number from min_qty on",
            "up to so many base units, these in; empty is no limit",
        ),
        may("valid_from", blank(day), A_DATE, "first day", "2026-03-01"),
        may("valid_to", day_not_before("valid_from"), A_DATE, "last day; a promotion has one", "2026-05-31"),
        SKU,
    ),
    build=_promotion,
    scope="promotion_id",
    whole="every product of the promotions the file names",
)
