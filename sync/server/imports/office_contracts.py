"""The file of contracts: a line for every price, with what the contract is on its first line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sync.server.imports.office_columns import (
    PERCENT,
    UNITS,
    VALID_TO,
    Cell,
    Column,
    a_class,
    blank,
    code,
    day,
    day_not_before,
    may,
    named,
    one_of,
    whole,
    words,
    yes_no,
)
from sync.server.imports.office_formats import ORIGIN, Format, Values, Wanted
from sync.server.imports.office_names import Names
from sync.server.imports.table_file import BadRow

HOLDERS = ("account", "ship_to", "idn", "gpo")
A_DATE = "a date like 2026-01-31"
_HEAD = ("name", "holder_kind", "holder", "currency", "contract_from")


def _holder(cell: Cell) -> dict[str, Any]:
    kind, name = cell.of("holder_kind"), words(cell)
    if kind in ("idn", "gpo"):
        return cell.names.group(kind, name)
    if kind == "account":
        return cell.names.find("account", name)
    number, _, label = name.partition("/")
    return cell.names.ship_to(cell.names.find("account", number.strip()), label.strip())


def _contract(line: Values, names: Names) -> Iterator[Wanted]:
    head = _contract_head(line)
    held: Mapping[str, Any]
    try:
        known = names.find("contract", line["contract"])
        held = known if head is None else {**head.values, "id": known["id"]}
    except BadRow as error:
        if head is None:
            raise BadRow(
                f"{error}; a new contract has all its columns on its first line", "contract"
            ) from None
        known, held = None, {**head.values, "id": head.new_id}
    price = _contract_price(line, held, alone=head is None)
    if head is not None:
        if known is None:
            names.announce("contract", dict(held))
        yield head
    if price is not None:
        yield price


def _contract_price(line: Values, held: Mapping[str, Any], *, alone: bool) -> Wanted | None:
    """The price on the line; None for a line that only says what the contract is."""
    unit_price, discount = line["unit_price"], line["discount_percent"]
    if line["sku"] is None and not line["product_class"]:
        if alone or unit_price is not None or discount is not None:
            raise BadRow("is empty, and so is product_class: one of them says what the price is for", "sku")
        return None
    if line["sku"] is not None and line["product_class"]:
        raise BadRow("stands beside a sku: a line is for one of them", "product_class")
    if (unit_price is None) == (discount is None):
        raise BadRow("give a unit_price or a discount_percent, and not both", "unit_price")
    return Wanted(
        "contract_price",
        {
            "contract_id": held["id"],
            "product_id": line["sku"]["id"] if line["sku"] else "",
            "product_class": line["product_class"],
            "tier": line["tier"],
            "min_qty": line["min_qty"],
            "unit_price": unit_price,
            "discount_bp": discount,
            "valid_from": line["valid_from"] or held["valid_from"],
            "valid_to": line["valid_to"],
            "origin": ORIGIN,
        },
    )


def _contract_head(line: Values) -> Wanted | None:
    """The contract itself, when the line gives it; a line may leave all of that out."""
    if not any(line[name] for name in (*_HEAD, "contract_to", "promotions")):
        return None
    for name in _HEAD:
        if not line[name]:
            raise BadRow("is empty: a line that gives one column of the contract gives them all", name)
    return Wanted(
        "contract",
        {
            "number": line["contract"],
            "name": line["name"],
            "holder_kind": line["holder_kind"],
            "holder_id": line["holder"]["id"],
            "currency": line["currency"],
            "valid_from": line["contract_from"],
            "valid_to": line["contract_to"],
            "promotions": line["promotions"],
            "origin": ORIGIN,
        },
        shared=True,
    )


CONTRACTS = Format(
    name="contracts",
    says="Contracts with accounts, ship-tos, IDNs and GPOs: a line for every price. The columns up to promotions say "
    "what the contract is; they stand on its first line at least, and may be empty on a line for a contract that is "
    "known.",
    kind="contract_price",
    columns=(
        Column("contract", words, "the contract's number", "its number", "GPO-2026-1"),
        may("name", blank(words), "a name", "for people to read", "Example GPO devices"),
        may("holder_kind", blank(one_of(*HOLDERS)), "account, ship_to, idn or gpo", "whom it is with", "gpo"),
        may(
            "holder",
            blank(_holder),
            "an account number, NUMBER/ship-to, or the name of a group",
            "an account's number, `NUMBER/ship-to`, or the name of an IDN or GPO",
            "Example GPO",
        ),
        may("currency", blank(code("currency")), "three capitals like USD", "ISO 4217", "USD"),
        may("contract_from", blank(day), A_DATE, "first day of the contract", "2026-01-01"),
        may(
            "contract_to",
            day_not_before("contract_from"),
            f"{A_DATE}, or nothing",
            "its last day; empty is open",
        ),
        may("promotions", blank(yes_no, 0), "yes or no", "whether offers may come on top; empty is no", "no"),
        may(
            "sku",
            blank(named("product")),
            "a SKU, GTIN or product id",
            "product, or empty for a class",
            "STENT-18",
        ),
        may("product_class", blank(a_class, ""), "a product class", "a whole class instead of a product"),
        may(
            "tier",
            blank(words, ""),
            "a tier's name",
            "only members committed to it; empty is every member",
            "gold",
        ),
        may(
            "min_qty",
            blank(whole(1), 1),
            "a whole number from 1 on",
            "from so many base units on; empty is 1",
            "10",
        ),
        may(
            "unit_price",
            blank(UNITS),
            "a price with at most four decimals",
            "in the contract's currency",
            "99.00",
        ),
        may(
            "discount_percent",
            blank(PERCENT),
            "a percentage from 0 to 100",
            "off the list, instead of a price",
        ),
        may("valid_from", blank(day), A_DATE, "first day of the price; empty is the contract's"),
        VALID_TO,
    ),
    build=_contract,
    scope="contract_id",
    whole="every price of the contracts the file names",
)
