"""The files of the office, declared: what columns each has and which rows a line of it makes.

A `Format` is all that is special about a file; reading, judging, the difference and the writing are the same for all of
them (`office_files`). The formats stand in `office_prices`, `office_contracts` and `office_promotions` (what things
cost), `office_parties` (who may buy) and `office_places` (where goods lie). FORMATS in `office_page` is their list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sync.server.imports.office_columns import Column
from sync.server.imports.office_names import Names

ORIGIN = "native"

# What makes a row of a kind the same row as one that is there already.
NATURAL: Mapping[str, tuple[str, ...]] = {
    "account": ("id",),
    "assortment": ("account_id", "product_id", "product_class", "valid_from"),
    "commitment": ("contract_id", "member_id", "tier", "valid_from"),
    "contract": ("number",),
    "contract_price": ("contract_id", "product_id", "product_class", "tier", "min_qty", "valid_from"),
    "exchange_rate": ("from_currency", "to_currency", "valid_from"),
    "licence": ("ship_to_id", "product_class", "state", "number"),
    "location": ("id",),
    "lot": ("id",),
    "par_level": ("location_id", "product_id"),
    "party_group": ("kind", "name"),
    "price": ("list_id", "product_id", "min_qty", "valid_from"),
    "price_list": ("name",),
    "product_floor": ("product_id", "currency", "valid_from"),
    "promotion": ("id",),
    "promotion_product": ("promotion_id", "product_id"),
    "roster": ("group_id", "member_id", "valid_from"),
    "tax_exemption": ("account_id", "ship_to_id", "country", "state", "product_class", "valid_from"),
    "tax_rate": ("name", "country", "state", "product_class", "valid_from"),
}


def derived_key(kind: str, *key: str) -> str:
    """An id made of what makes a row of `kind` that row, the same wherever it is loaded."""
    words = "\0".join((kind, *key))
    return f"{kind}-{sha256(words.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that a line of a file asks for. `values` may be a part of the row's columns where the row is there already.

    A `shared` row, such as the head of a contract, may come on many lines as long as they agree.
    """

    kind: str
    values: Mapping[str, Any]
    shared: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(self.values[name] for name in NATURAL[self.kind])

    @property
    def new_id(self) -> str:
        """The id this row gets when it is new and its values have none."""
        return derived_key(self.kind, *map(str, self.key))


Values = Mapping[str, Any]
Build = Callable[[Values, Names], Iterator[Wanted]]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `build` makes rows of a line whose columns could all be read; it raises BadRow for columns
    that do not go together.

    `kind` is what its lines are about. `scope` is the column of that kind within which `--replace` takes a file for the
    whole truth (`whole` says it in words); a format without one cannot replace.
    """

    name: str
    says: str
    kind: str
    columns: tuple[Column, ...]
    build: Build
    scope: str = ""
    whole: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns if one.needed)


def account_scope(account: Mapping[str, Any]) -> dict[str, Any]:
    """What rows that belong to an account copy from it, so that they travel with it."""
    return {
        "account_id": account["id"],
        "territory_id": account["territory_id"],
        "rep_id": account["rep_id"],
    }


def period(line: Values) -> dict[str, Any]:
    """The days of a line, both ends in; None is open."""
    return {"valid_from": line["valid_from"], "valid_to": line["valid_to"]}
