"""Files about customers and stock: rosters, commitments, licences, assortments, terms, recalls and par levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sync.server.imports.office_columns import (
    ACCOUNT,
    SKU,
    VALID_FROM,
    VALID_TO,
    Cell,
    Column,
    Reader,
    a_class,
    amount,
    blank,
    class_or_any,
    day,
    day_not_before,
    may,
    named,
    one_of,
    ship_to,
    whole,
    words,
    yes_no,
)
from sync.server.imports.office_formats import ORIGIN, Format, Values, Wanted, account_scope, period
from sync.server.imports.office_names import Names
from sync.server.imports.table_file import BadRow

MEMBER = may(
    "ship_to",
    blank(ship_to),
    "a ship-to of the account",
    "one ship-to, by label, first line or id; empty is the whole account",
)


def _member(line: Values) -> str:
    return str((line["ship_to"] or line["account"])["id"])


# -- groups -----------------------------------------------------------------------------------------------------------


def _roster(line: Values, names: Names) -> Iterator[Wanted]:
    group = Wanted(
        "party_group", {"kind": line["group_kind"], "name": line["group"], "origin": ORIGIN}, shared=True
    )
    yield group
    try:
        group_id = names.group(line["group_kind"], line["group"])["id"]
    except BadRow:
        group_id = group.new_id
        names.announce("party_group", {"id": group_id, **group.values})
    yield Wanted(
        "roster",
        {
            "group_id": group_id,
            "member_id": _member(line),
            "origin": ORIGIN,
            **account_scope(line["account"]),
            **period(line),
        },
    )


ROSTERS = Format(
    name="rosters",
    says="Who belongs to an IDN or GPO, and when. A group that is not known yet is made. Who leaves gets a valid_to.",
    kind="roster",
    columns=(
        Column("group_kind", one_of("idn", "gpo"), "idn or gpo", "what the group is", "gpo"),
        Column("group", words, "the group's name", "its name", "Example GPO"),
        ACCOUNT,
        MEMBER,
        VALID_FROM,
        VALID_TO,
    ),
    build=_roster,
    scope="group_id",
    whole="the whole roster of the groups the file names",
)


def _tier(cell: Cell) -> str:
    """A tier that some price of the contract is for."""
    return cell.names.tier(cell.of("contract"), words(cell))


def _commitment(line: Values, names: Names) -> Iterator[Wanted]:
    yield Wanted(
        "commitment",
        {
            "contract_id": line["contract"]["id"],
            "member_id": _member(line),
            "tier": line["tier"],
            "signed_on": line["signed_on"],
            "retroactive": line["retroactive"],
            "exclusive": line["exclusive"],
            "origin": ORIGIN,
            **account_scope(line["account"]),
            **period(line),
        },
    )


COMMITMENTS = Format(
    name="commitments",
    says="Letters of commitment: who buys at which tier of a contract. Load the contract first.",
    kind="commitment",
    columns=(
        Column("contract", named("contract"), "the number of a contract", "its number", "GPO-2026-1"),
        ACCOUNT,
        MEMBER,
        Column("tier", _tier, "a tier of that contract", "as the contract names it", "gold"),
        may(
            "signed_on",
            blank(day),
            "a date like 2026-01-31, or nothing",
            "empty is not signed yet",
            "2026-01-15",
        ),
        may(
            "retroactive", blank(yes_no, 0), "yes or no", "counts from valid_from although signed later", "no"
        ),
        may("exclusive", blank(yes_no, 0), "yes or no", "no other group's contract meanwhile", "no"),
        VALID_FROM,
        VALID_TO,
    ),
    build=_commitment,
    scope="contract_id",
    whole="every commitment to the contracts the file names",
)


# -- what an account may buy ------------------------------------------------------------------------------------------


def _licence(line: Values, names: Names) -> Iterator[Wanted]:
    yield Wanted(
        "licence",
        {
            **account_scope(line["account"]),
            "ship_to_id": line["ship_to"]["id"],
            "product_class": line["product_class"],
            "state": line["state"],
            "number": line["number"],
            "valid_from": line["valid_from"],
            "expires": line["expires"],
            "verified_on": line["verified_on"],
            "origin": ORIGIN,
        },
    )


LICENCES = Format(
    name="licences",
    says="Permissions of a ship-to to receive a class of product.",
    kind="licence",
    columns=(
        ACCOUNT,
        Column("ship_to", ship_to, "a ship-to of the account", "label, first line or id", "Main Office"),
        Column("product_class", class_or_any, "a product class, or *", "* is every class", "*"),
        may(
            "state", blank(words, ""), "a state, or nothing", "where it was issued; empty is everywhere", "WA"
        ),
        Column("number", words, "the licence's number", "its number", "WA-DEV-2201"),
        VALID_FROM,
        may(
            "expires",
            day_not_before("valid_from"),
            "a date like 2026-12-31, or nothing",
            "last day",
            "2027-06-30",
        ),
        Column("verified_on", day, "a date like 2026-01-31", "when somebody last looked it up", "2026-11-01"),
    ),
    build=_licence,
    scope="account_id",
    whole="every licence of the accounts the file names",
)


def _assortment(line: Values, names: Names) -> Iterator[Wanted]:
    if (line["sku"] is None) == (not line["product_class"]):
        raise BadRow("needs a sku or a product_class, and not both", "sku")
    yield Wanted(
        "assortment",
        {
            **account_scope(line["account"]),
            "product_id": line["sku"]["id"] if line["sku"] else "",
            "product_class": line["product_class"],
            "allowed": line["allowed"],
            "origin": ORIGIN,
            **period(line),
        },
    )


ASSORTMENTS = Format(
    name="assortments",
    says="What an account may or may not buy. Where terms say `listed`, it is only what is allowed here.",
    kind="assortment",
    columns=(
        ACCOUNT,
        may(
            "sku",
            blank(named("product")),
            "a SKU, GTIN or product id",
            "product, or empty for a class",
            "STENT-18",
        ),
        may("product_class", blank(a_class, ""), "a product class", "a whole class instead of a product"),
        Column("allowed", yes_no, "yes or no", "whether it may be bought", "no"),
        VALID_FROM,
        VALID_TO,
    ),
    build=_assortment,
    scope="account_id",
    whole="the whole assortment of the accounts the file names",
)

UNSAID = object()  # an empty cell that leaves the account's value as it is


def _or_none(read: Reader) -> Reader:
    """A value, `none`, or nothing, which leaves it as it is."""
    return blank(lambda cell: None if cell.text == "none" else read(cell), UNSAID)


def _terms(line: Values, names: Names) -> Iterator[Wanted]:
    said: dict[str, Any] = {
        name: line[name]
        for name in ("po_required", "terms_days", "credit_limit", "min_order", "min_shelf_days", "assortment")
        if line[name] is not UNSAID
    }
    if line["price_list"] is not UNSAID:
        said["price_list_id"] = line["price_list"] and line["price_list"]["id"]
    yield Wanted("account", {"id": line["account"]["id"], **said})


TERMS = Format(
    name="terms",
    says="What was agreed with accounts that are there. An empty cell leaves a value as it is; `none` takes it away.",
    kind="account",
    columns=(
        ACCOUNT,
        may("po_required", blank(yes_no, UNSAID), "yes or no", "orders need the customer's PO number", "yes"),
        may("terms_days", blank(whole(), UNSAID), "a whole number", "days to pay", "30"),
        may("credit_limit", _or_none(amount), "an amount, or none", "in the account's currency", "25000.00"),
        may(
            "min_order",
            _or_none(amount),
            "an amount, or none",
            "smallest order, in the account's currency",
            "250.00",
        ),
        may(
            "min_shelf_days",
            blank(whole(), UNSAID),
            "a whole number",
            "days a lot must still last here",
            "180",
        ),
        may(
            "assortment", blank(one_of("open", "listed"), UNSAID), "open or listed", "see assortments", "open"
        ),
        may("price_list", _or_none(named("price_list")), "the name of a price list, or none", "its own list"),
    ),
    build=_terms,
)


# -- stock ------------------------------------------------------------------------------------------------------------


def _serial(cell: Cell) -> dict[str, Any]:
    """The lot row that lot and serial name together."""
    if not cell.text and not cell.of("lot"):
        raise BadRow("is empty, and so is lot: one of them names what is recalled")
    return cell.names.lot(cell.of("sku"), cell.of("lot"), cell.text)


def _recall(line: Values, names: Names) -> Iterator[Wanted]:
    yield Wanted("lot", {"id": line["serial"]["id"], "recalled_on": line["recalled_on"]})


RECALLS = Format(
    name="recalls",
    says=(
        "Lots and serial numbers that are recalled. They are not proposed any more, and what lies in trunks is "
        "claimed; the report says where they lie."
    ),
    kind="lot",
    columns=(
        SKU,
        may("lot", blank(words, ""), "a lot number", "lot number; empty with a serial", "L20417"),
        may("serial", _serial, "a lot or serial number of that product", "serial number, for one unit"),
        Column(
            "recalled_on",
            lambda cell: None if cell.text == "lifted" else day(cell),
            "a date like 2026-01-31, or lifted",
            "first day of the recall; `lifted` ends it",
            "2026-11-20",
        ),
    ),
    build=_recall,
)


def _par(line: Values, names: Names) -> Iterator[Wanted]:
    if line["par_qty"] < line["min_qty"]:
        raise BadRow(f"{line['par_qty']} is below min_qty {line['min_qty']}", "par_qty")
    yield Wanted(
        "par_level",
        {
            "location_id": line["location"]["id"],
            "product_id": line["sku"]["id"],
            "min_qty": line["min_qty"],
            "par_qty": line["par_qty"],
            "origin": ORIGIN,
        },
    )


PAR_LEVELS = Format(
    name="par-levels",
    says="What a place should hold of a product.",
    kind="par_level",
    columns=(
        Column(
            "location",
            named("location"),
            "the name of a place",
            "trunk, hub or shelf, by name",
            "Trunk of Mia Berg",
        ),
        SKU,
        Column("min_qty", whole(), "a whole number", "below it the place asks for more", "2"),
        Column("par_qty", whole(1), "a whole number from 1 on", "what it is filled up to", "6"),
    ),
    build=_par,
    scope="location_id",
    whole="every par level of the places the file names",
)
