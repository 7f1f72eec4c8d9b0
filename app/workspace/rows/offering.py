"""What a quote editor offers before a letter is typed: products at hand, and earlier documents to copy from."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.rejections import Finding
from app.workspace.rows.quote_draft import DraftLine


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedProduct:
    """A product to add with one tap. `price` of one base unit (1/10,000), None without one. The account has ordered it
    `times` times, the last time `last_qty` base units on the ISO day `last_on`. `refusal`: why it cannot be added."""

    id: str
    sku: str
    name: str
    unit: str
    price: int | None
    currency: str
    favourite: bool
    times: int = 0
    last_qty: int = 0
    last_on: str | None = None
    refusal: Finding | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """The person's favourites by name, then what the account ordered most often; and whether there is an earlier
    document of the account to copy from."""

    products: tuple[OfferedProduct, ...]
    earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDocument:
    """A quote or an order of the account whose lines can be added. `names` are those of its first products, `total` is
    with tax in minor units; what an imported order published is exact decimal text."""

    kind: str  # rows.quotes.QUOTE | ORDER
    id: str
    number: str
    type: str  # of an order: stock | trunk_sale | … | history; '' for quotes
    day: str
    currency: str
    total: int | None
    published_total: str | None
    po_number: str
    lines: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A product that could not be added, and why."""

    product_id: str
    name: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Copied:
    """What an earlier document has for a draft: lines to add, without the discounts of then, and what was left out."""

    number: str
    lines: tuple[DraftLine, ...]
    left_out: tuple[LeftOut, ...]
