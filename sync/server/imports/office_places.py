"""The file of places: trunks, hubs, and shelves of ours at a customer's.

Warehouses come with the company's own data, for each has a counterpart for what is reserved there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sync.server.imports.office_columns import Cell, Column, blank, may, named, one_of, words
from sync.server.imports.office_formats import ORIGIN, Format, Values, Wanted, derived_key
from sync.server.imports.office_names import Names
from sync.server.imports.table_file import BadRow

HUB, TRUNK, CONSIGNMENT = "hub", "trunk", "consignment"


def _place(line: Values, names: Names) -> Iterator[Wanted]:
    _check(line)
    known = names.known("location", line["name"])
    if known is not None and known["kind"] != line["kind"]:
        raise BadRow(f"{known['name']} is of the kind {known['kind']}: a place stays what it is", "kind")
    row = {
        "id": known["id"] if known else derived_key("location", line["name"]),
        "name": known["name"] if known else line["name"],
        "kind": line["kind"],
        "custodian": line["custodian"] and line["custodian"]["id"],
        "territory_id": _territory(line),
        "ship_to_id": line["ship_to"] and line["ship_to"]["id"],
        "origin": ORIGIN,
    }
    if known is not None and known["custodian"] == row["custodian"]:  # a lease ends with its custodian
        row |= {name: known[name] for name in ("holder", "holder_name") if name in known}
    if line["kind"] == TRUNK:
        other = names.trunk_of(row["custodian"])
        if other is not None and other["id"] != row["id"]:
            raise BadRow(f"has a trunk already, {other['name']!r}: nobody holds two", "custodian")
    if known is None:
        names.announce("location", row)
    yield Wanted("location", row)


def _check(line: Values) -> None:
    """What the kind of place asks of the other columns. Raises BadRow."""
    kind = line["kind"]
    if kind != HUB and line["custodian"] is None:
        raise BadRow(f"is empty: somebody answers for what lies in a {kind}", "custodian")
    for name in ("account", "ship_to"):
        if (line[name] is None) == (kind == CONSIGNMENT):
            raise BadRow("goes with the kind consignment, and only with it", name)


def _territory(line: Values) -> Any:
    """The id of the territory given, else the account's, else the custodian's; None for a hub without one."""
    given: Mapping[str, Any] | None = line["territory"]
    if given is not None:
        return given["id"]
    if line["kind"] == HUB:
        return None
    return (line["account"] or line["custodian"])["territory_id"]


def _name(cell: Cell) -> str:
    """A name that is at most one place's."""
    name = words(cell)
    cell.names.known("location", name)
    return name


def _custodian(cell: Cell) -> dict[str, Any]:
    return cell.names.user(words(cell))


def _ship_to(cell: Cell) -> dict[str, Any]:
    account = cell.of("account")
    if account is None:
        raise BadRow("stands without an account")
    return cell.names.ship_to(account, words(cell))


PLACES = Format(
    name="places",
    says="Trunks, hubs, and consignment places: shelves of ours at a customer's. A place that is known gets what the "
    "file says of it; what lies there stays. Warehouses are not made by this file.",
    kind="location",
    columns=(
        Column("name", _name, "a name that no other place has", "its name", "Cath lab shelf"),
        Column(
            "kind", one_of(HUB, TRUNK, CONSIGNMENT), "hub, trunk or consignment", "what it is", CONSIGNMENT
        ),
        may(
            "custodian",
            blank(_custodian),
            "a login or a rep code",
            "who answers for its stock; only a hub may have nobody",
            "MB",
        ),
        may(
            "territory",
            blank(named("territory")),
            "a territory's name",
            "whose managers see it; empty is the account's, or the custodian's",
        ),
        may(
            "account",
            blank(named("account")),
            "an account number",
            "only of a consignment place",
            "AW00029580",
        ),
        may(
            "ship_to",
            blank(_ship_to),
            "a ship-to of the account, by label, first line or id",
            "where it is, and who is billed; only of a consignment place",
            "Main Office",
        ),
    ),
    build=_place,
)
