"""The catalogue as the screens get it: list rows with their prices, and the card of one product."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.facts import Facts
from app.domain.pricing import Price, Unpriced


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for. `category`, `brand`, `product_class` '' is any; `mine` only what the own trunk holds,
    `agreed` only what a contract of the account has a price for, `starred` only the person's favourites."""

    words: str = ""
    category: str = ""
    mine: bool = False
    account_id: str = ""
    brand: str = ""
    product_class: str = ""
    agreed: bool = False
    starred: bool = False

    @property
    def kept(self) -> bool:
        """Whether it is kept to a set of products: the trunk's, the contracts', the favourites."""
        return self.mine or self.agreed or self.starred

    @property
    def narrowed(self) -> bool:
        """Whether any filter is on; the account is none, prices are for it."""
        return self.kept or bool(self.kind)

    @property
    def kind(self) -> str:
        """Which kind of things it is narrowed to: category | brand | class | ''."""
        return (
            "category" if self.category else "brand" if self.brand else "class" if self.product_class else ""
        )


@dataclass(frozen=True, slots=True)
class Buyer:
    """The account that prices are for."""

    id: str
    number: str
    name: str
    status: str
    currency: str


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product in a list, with the price of one base unit. Quantities in base units, None = place not held here."""

    id: str
    sku: str
    name: str
    brand: str
    category: str
    unit: str
    sell_from: str | None
    sell_until: str | None
    price: Price | None
    in_trunk: int | None
    in_warehouses: int | None
    bought_on: str | None = None  # the day the account last ordered it, in the list of what it bought
    recalled: bool = False  # one of its lots was
    starred: bool = False  # a favourite of the person
    agreed: bool = False  # a contract of the account makes its price, from some quantity on
    agreement: str = ""  # the name of that contract
    agreed_from: int = 1  # and the quantity, in base units


@dataclass(frozen=True, slots=True)
class ProductsFound:
    """What a search found. `bought`: nothing was typed, these are what the account ordered last.

    `prices_here` is False while a price list that can apply is still being loaded.
    """

    asked: Filter
    rows: tuple[ProductRow, ...]
    more: bool
    bought: bool
    buyer: Buyer | None
    currency: str
    prices_here: bool
    day: str
    total: int  # products of this device
    trunk_held: bool  # the user has a trunk and it is on this device
    meant: str = ""  # the words that were looked for, when those typed find nothing
    as_of: str | None = None  # the last contact: how old prices and other places' stock are


@dataclass(frozen=True, slots=True)
class Category:
    """Something the list can be narrowed to. `kind`: category | brand | class."""

    name: str
    products: int
    kind: str = "category"


@dataclass(frozen=True, slots=True)
class PackRow:
    gtin: str
    level: str  # package | secondary | unit_of_use
    quantity: int  # base units
    price: Price | None = None  # at that quantity


@dataclass(frozen=True, slots=True)
class StockRow:
    """What one place holds of a product. `mine`: the user's own trunk, `here`: at the chosen account. `expires` of its
    first lot to expire, `recalled` units of lots that were. `as_of`: the moment up to which it is known, None while it
    is still being loaded; `live`: this device keeps it, what it did since is in it."""

    location_id: str
    name: str
    kind: str
    mine: bool
    qty: int
    lots: int
    expires: str | None
    recalled: int = 0
    here: bool = False
    live: bool = False
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class RecalledLot:
    lot: str  # its lot or serial number
    recalled_on: str


@dataclass(frozen=True, slots=True)
class Break:
    """From `qty` base units on, this price."""

    qty: int
    price: Price


@dataclass(frozen=True, slots=True)
class ProductCard:
    """Everything the card of a product shows. `facts` are what its prices rest on, `unpriced` says why there is none;
    `as_of` the last contact."""

    id: str
    sku: str
    name: str
    brand: str
    manufacturer: str
    catalog_number: str
    gtin: str
    category: str
    product_class: str
    tracking: str
    expiry_tracked: bool
    rx: bool
    sterile: bool
    single_use: bool
    cold_chain: bool
    unit: str
    sell_from: str | None
    sell_until: str | None
    packs: tuple[PackRow, ...]
    stock: tuple[StockRow, ...]
    stock_whole: bool  # every place that this user may see is loaded
    buyer: Buyer | None
    currency: str
    price: Price | None
    breaks: tuple[Break, ...]
    facts: Facts
    day: str
    as_of: str | None
    unpriced: Unpriced | None = None
    recalled: tuple[RecalledLot, ...] = ()
    starred: bool = False
