"""The names people write in files, as the rows they mean: account numbers, SKUs, lists, contracts, places, lots.

A name is looked up exactly. What nobody has, or more than one has, is a BadRow that says so. Every table is read once,
the first time a name of it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, select

from app.domain.money import minor_digits
from app.store import tables as t
from app.store.kinds import KINDS
from sync.server.imports.table_file import BadRow
from sync.server.tables import user_account

NEAR_AMONG = 2_000  # names among which a nearest one is looked for; with more it takes too long

# kind -> (columns that may name a row, first asked first; what that is called)
NAMED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "account": (("number", "id"), "account with the number"),
    "product": (("sku", "gtin", "id"), "product with the SKU"),
    "price_list": (("name", "id"), "price list called"),
    "contract": (("number", "id"), "contract with the number"),
    "location": (("name", "id"), "location called"),
    "promotion": (("name", "id"), "promotion called"),
    "territory": (("name", "id"), "territory called"),
}

Found = dict[str, list[dict[str, Any]]]


class Names:
    """Looks names up in one snapshot of the database, and in what the file itself has announced."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._by: dict[tuple[str, str], Found] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._classes: frozenset[str] | None = None

    def find(self, kind: str, name: str) -> dict[str, Any]:
        """The one row of `kind` with this name. Raises BadRow."""
        found = self.known(kind, name)
        if found is None:
            columns, called = NAMED[kind]
            raise BadRow(f"there is no {called} {name!r}{self._near(kind, columns[0], name)}")
        return found

    def known(self, kind: str, name: str) -> dict[str, Any] | None:
        """The one row of `kind` with this name, None when there is none. Raises BadRow when there are several."""
        columns, _called = NAMED[kind]
        for column in columns:
            found = self._index(kind, column).get(name, [])
            if len(found) > 1:
                other = " or ".join(columns[columns.index(column) + 1 :])
                raise BadRow(f"{len(found)} rows are meant by {name!r}: name it by its {other}")
            if found:
                return found[0]
        return None

    def group(self, kind: str, name: str) -> dict[str, Any]:
        """The IDN or GPO of this name. Raises BadRow."""
        found = [row for row in self._index("party_group", "name").get(name, []) if row["kind"] == kind]
        if not found:
            raise BadRow(
                f"there is no {kind.upper()} called {name!r}{self._near('party_group', 'name', name)}"
            )
        return found[0]

    def ship_to(self, account: Mapping[str, Any], name: str) -> dict[str, Any]:
        """The ship-to of the account with this label, first line or id. Raises BadRow."""
        mine = [
            row
            for row in self._index("address", "account_id").get(account["id"], [])
            if row["role"] == "ship_to"
        ]
        for column in ("id", "label", "line1"):
            found = [row for row in mine if row[column] == name]
            if len(found) > 1:
                raise BadRow(f"{account['number']} has {len(found)} ship-tos {name!r}: name it by its id")
            if found:
                return found[0]
        has = ", ".join(sorted(f"{row['label']!r}" for row in mine)) or "none"
        raise BadRow(f"{account['number']} has no ship-to {name!r}; it has {has}")

    def user(self, name: str) -> dict[str, Any]:
        """Id and territory_id of the person with this login or rep code. Raises BadRow."""
        by_login = select(user_account.c.id).where(user_account.c.login == name.lower())
        found = [row["id"] for row in self._index("rep", "code").get(name, [])]
        found += self.connection.execute(by_login).scalars()
        ids = sorted(set(found))
        if len(ids) != 1:
            raise BadRow(
                f"there {'are several people' if ids else 'is nobody'} with the login or code {name!r}"
            )
        (rep,) = self._index("rep", "id").get(ids[0], [{"territory_id": None}])
        return {"id": ids[0], "territory_id": rep["territory_id"]}

    def trunk_of(self, user_id: str) -> dict[str, Any] | None:
        """The trunk that this person holds."""
        held = self._index("location", "custodian").get(user_id, [])
        return next((row for row in held if row["kind"] == "trunk"), None)

    def lot(self, product: Mapping[str, Any], number: str, serial: str) -> dict[str, Any]:
        """The lot, or the serial number, of a product. Raises BadRow."""
        what = f"serial {serial!r}" if serial else f"lot {number!r}"
        found = [
            row
            for row in self._index("lot", "product_id").get(product["id"], [])
            if (row["serial"] == serial if serial else row["lot_number"] == number and not row["serial"])
        ]
        if len(found) != 1:
            raise BadRow(f"{product['sku']} has {len(found) or 'no'} {what}")
        return found[0]

    def tier(self, contract: Mapping[str, Any], name: str) -> str:
        """A tier that a price of the contract is for. Raises BadRow."""
        prices = self._index("contract_price", "contract_id").get(contract["id"], [])
        tiers = sorted({row["tier"] for row in prices if row["tier"]})
        if name not in tiers:
            raise BadRow(f"{contract['number']} has no tier {name!r}; it has {', '.join(tiers) or 'none'}")
        return name

    def product_class(self, name: str) -> str:
        """A product class that some product has. Raises BadRow."""
        if self._classes is None:
            self._classes = frozenset(
                self.connection.execute(select(t.product.c.product_class).distinct()).scalars()
            )
        if name not in self._classes:
            raise BadRow(f"no product is of the class {name!r}; there are {', '.join(sorted(self._classes))}")
        return name

    def announce(self, kind: str, row: dict[str, Any]) -> None:
        """A row the file brings itself, so that its later lines may name it."""
        self._all(kind).append(row)
        for (of, column), found in self._by.items():
            if of == kind:
                found.setdefault(row[column], []).append(row)

    def told(self, column: str, row: Mapping[str, Any]) -> str:
        """What a column of a row of a shared table holds, as people would write it in a file."""
        value = row[column]
        if value is None:
            return "none"
        if column in _IDS and value:
            kind, name = _IDS[column]
            if column == "member_id" and not self._index("account", "id").get(value):
                kind, name = "address", "id"
            return str(self._index(kind, "id").get(value, [{name: value}])[0][name])
        if column in _AMOUNTS:
            return _decimal(value, minor_digits(row["currency"]))
        if column in _SCALES:
            return _decimal(value, _SCALES[column])
        return str(value)

    def _near(self, kind: str, column: str, name: str) -> str:
        names = self._index(kind, column)
        near = get_close_matches(name, list(names), n=1) if len(names) <= NEAR_AMONG else []
        return f"; the nearest is {near[0]!r}" if near else ""

    def _index(self, kind: str, column: str) -> Found:
        made = self._by.get((kind, column))
        if made is None:
            made = {}
            for row in self._all(kind):
                if row[column]:
                    made.setdefault(row[column], []).append(row)
            self._by[kind, column] = made
        return made

    def _all(self, kind: str) -> list[dict[str, Any]]:
        if kind not in self._rows:
            table = KINDS[kind].table
            found = self.connection.execute(select(table).order_by(table.c.id)).mappings()
            self._rows[kind] = [dict(row) for row in found]
        return self._rows[kind]


_IDS = {
    "account_id": ("account", "number"),
    "member_id": ("account", "number"),
    "product_id": ("product", "sku"),
    "list_id": ("price_list", "name"),
    "price_list_id": ("price_list", "name"),
    "contract_id": ("contract", "number"),
    "group_id": ("party_group", "name"),
    "promotion_id": ("promotion", "name"),
    "location_id": ("location", "name"),
    "territory_id": ("territory", "name"),
    "custodian": ("rep", "code"),
    "ship_to_id": ("address", "label"),
}
_AMOUNTS = ("credit_limit", "min_order")
_SCALES = {
    "unit_price": 4,
    "amount_off": 4,
    "fixed_price": 4,
    "discount_bp": 2,
    "percent_bp": 2,
    "rate_ppm": 4,
    "rate": 8,
}


def _decimal(value: int, digits: int) -> str:
    """An integer in 1/10^digits as decimal text with at least two decimals."""
    text = f"{abs(value):0{digits + 1}d}"
    whole, part = text[: len(text) - digits], text[len(text) - digits :]
    return f"{'-' if value < 0 else ''}{whole}.{part.rstrip('0').ljust(2, '0')}"
