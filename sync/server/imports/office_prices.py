"""Files about what things cost: lists, prices, contracts, floors, taxes and exchange rates."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.parties import MANAGER
from sync.server.imports.office_columns import (
    ACCOUNT,
    CURRENCY,
    SKU,
    UNITS,
    VALID_FROM,
    VALID_TO,
    Column,
    blank,
    class_or_any,
    code,
    day,
    may,
    named,
    one_of,
    role,
    scaled,
    ship_to,
    whole,
    words,
)
from sync.server.imports.office_formats import ORIGIN, Format, Values, Wanted, account_scope, period
from sync.server.imports.office_names import Names
from sync.server.imports.table_file import BadRow

A_DATE = "a date like 2026-01-31"
ANY_CLASS = Column(
    "product_class", class_or_any, "a product class, or *", "product class; * is every class", "*"
)
STATE = may(
    "state", blank(words, ""), "a state as addresses spell it, or nothing", "empty is the whole country", "WA"
)
COUNTRY = Column("country", code("country"), "two capitals like US", "ISO 3166-1", "US")


# -- price lists and prices -------------------------------------------------------------------------------------------


def _price_list(line: Values, names: Names) -> Iterator[Wanted]:
    if (line["scope"] == "territory") != (line["territory"] is not None):
        raise BadRow("goes with the scope territory, and only with it", "territory")
    yield Wanted(
        "price_list",
        {
            "name": line["name"],
            "scope": line["scope"],
            "territory_id": line["territory"]["id"] if line["territory"] else None,
            "currency": line["currency"],
            "disabled_on": line["disabled_on"],
            "origin": ORIGIN,
            **period(line),
        },
    )


PRICE_LISTS = Format(
    name="price-lists",
    says="Price lists: for everybody, for a territory, or for the accounts they are given to.",
    kind="price_list",
    columns=(
        Column("name", words, "the list's name", "its name; prices name it by this", "Northwest hospitals"),
        Column(
            "scope",
            one_of("base", "territory", "group"),
            "base, territory or group",
            "who it is for",
            "territory",
        ),
        may(
            "territory",
            blank(named("territory")),
            "a territory's name",
            "only with scope territory",
            "Northwest",
        ),
        CURRENCY,
        VALID_FROM,
        VALID_TO,
        may(
            "disabled_on", blank(day), f"{A_DATE}, or nothing", "from this day on no new price comes from it"
        ),
    ),
    build=_price_list,
)


def _price(line: Values, names: Names) -> Iterator[Wanted]:
    yield Wanted(
        "price",
        {
            "list_id": line["list"]["id"],
            "product_id": line["sku"]["id"],
            "min_qty": line["min_qty"],
            "unit_price": line["unit_price"],
            "origin": ORIGIN,
            **period(line),
        },
    )


MIN_QTY = Column("min_qty", whole(1), "a whole number from 1 on", "from so many base units on", "1")

PRICES = Format(
    name="prices",
    says="Prices of price lists, with quantity breaks.",
    kind="price",
    columns=(
        Column(
            "list",
            named("price_list"),
            "the name of a price list",
            "price list, by name",
            "Northwest hospitals",
        ),
        SKU,
        MIN_QTY,
        Column("unit_price", UNITS, "a price with at most four decimals", "in the list's currency", "129.50"),
        VALID_FROM,
        VALID_TO,
    ),
    build=_price,
    scope="list_id",
    whole="every price of the lists the file names",
)


# -- floors, taxes, rates ---------------------------------------------------------------------------------------------


def _floor(line: Values, names: Names) -> Iterator[Wanted]:
    yield Wanted(
        "product_floor",
        {
            "product_id": line["sku"]["id"],
            "currency": line["currency"],
            "unit_price": line["unit_price"],
            "below": line["below"],
            "role": line["role"],
            "origin": ORIGIN,
            **period(line),
        },
    )


FLOORS = Format(
    name="floors",
    says="The lowest price of a product, and who may go below it. Only roles that see cost get these.",
    kind="product_floor",
    columns=(
        SKU,
        CURRENCY,
        Column("unit_price", UNITS, "a price with at most four decimals", "needs nobody's word", "80.00"),
        Column(
            "below", one_of("approval", "never"), "approval or never", "what happens below it", "approval"
        ),
        may("role", blank(role, MANAGER), "a role", "who may say yes below it; empty is manager", "manager"),
        VALID_FROM,
        VALID_TO,
    ),
    build=_floor,
    scope="product_id",
    whole="every floor of the products the file names",
)


def _tax(line: Values, names: Names) -> Iterator[Wanted]:
    yield Wanted(
        "tax_rate",
        {
            "name": line["name"],
            "country": line["country"],
            "state": line["state"],
            "product_class": line["product_class"],
            "rate_ppm": line["rate_percent"],
            "origin": ORIGIN,
            **period(line),
        },
    )


TAXES = Format(
    name="taxes",
    says="Taxes on what is shipped to a country or a state, by product class.",
    kind="tax_rate",
    columns=(
        Column("name", words, "the tax's name", "as invoices call it", "Washington sales tax"),
        COUNTRY,
        STATE,
        ANY_CLASS,
        Column(
            "rate_percent",
            scaled(4, most=100_0000),
            "a percentage from 0 to 100",
            "at most four decimals",
            "6.5",
        ),
        VALID_FROM,
        VALID_TO,
    ),
    build=_tax,
    scope="country",
    whole="every tax of the countries the file names",
)


def _exemption(line: Values, names: Names) -> Iterator[Wanted]:
    yield Wanted(
        "tax_exemption",
        {
            **account_scope(line["account"]),
            "ship_to_id": line["ship_to"]["id"] if line["ship_to"] else "",
            "country": line["country"],
            "state": line["state"],
            "product_class": line["product_class"],
            "certificate": line["certificate"],
            "origin": ORIGIN,
            **period(line),
        },
    )


EXEMPTIONS = Format(
    name="exemptions",
    says="Certificates that free an account, or one ship-to of it, from tax.",
    kind="tax_exemption",
    columns=(
        ACCOUNT,
        may(
            "ship_to",
            blank(ship_to),
            "a ship-to of the account",
            "label, first line or id; empty is all of them",
        ),
        COUNTRY,
        STATE,
        ANY_CLASS,
        Column("certificate", words, "the certificate's number", "what the auditor asks for", "WA-EX-1001"),
        VALID_FROM,
        VALID_TO,
    ),
    build=_exemption,
    scope="account_id",
    whole="every exemption of the accounts the file names",
)


def _rate(line: Values, names: Names) -> Iterator[Wanted]:
    if line["from_currency"] == line["to_currency"]:
        raise BadRow("is the currency it comes from", "to_currency")
    if not line["rate"]:
        raise BadRow("is nothing", "rate")
    yield Wanted(
        "exchange_rate",
        {
            "from_currency": line["from_currency"],
            "to_currency": line["to_currency"],
            "rate": line["rate"],
            "valid_from": line["valid_from"],
            "origin": ORIGIN,
        },
    )


RATES = Format(
    name="rates",
    says="Exchange rates; each holds until a later one.",
    kind="exchange_rate",
    columns=(
        Column("from_currency", code("currency"), "three capitals like EUR", "ISO 4217", "EUR"),
        Column("to_currency", code("currency"), "three capitals like USD", "ISO 4217", "USD"),
        Column("rate", scaled(8), "a number with at most eight decimals", "of to_currency for one", "1.0825"),
        VALID_FROM,
    ),
    build=_rate,
)
