"""What a quote editor reads: choices of accounts and products, and the quote with its prices and its judgement."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.decide import Decision
from app.domain.facts import Facts
from app.domain.pricing import TRACES, Price, Unpriced, fitting
from app.domain.taxes import Tax
from app.workspace.rows.envelopes import UsableEnvelope
from app.workspace.rows.quote_draft import QuoteDraft

_NO_TAX = Tax(0)


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account to choose."""

    id: str
    number: str
    name: str
    status: str  # active | on_hold | closed
    place: str  # city of its first ship-to, '' when unknown


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """A product to choose, with the unit price (1/10,000) of one for the account; None without one."""

    id: str
    sku: str
    name: str
    unit: str
    price: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class ShipTo:
    """An address an account receives at."""

    id: str
    label: str
    line1: str
    city: str
    postal_code: str
    country: str

    @property
    def short(self) -> str:
        """What tells it from the account's other addresses, first."""
        return ", ".join(part for part in (self.label, self.city, self.line1, self.postal_code) if part)

    @property
    def one_line(self) -> str:
        place = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.label, self.line1, place, self.country) if part)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The account of a quote, as far as the quote needs it. `credit_limit` and `open_orders` in minor units."""

    id: str
    number: str
    name: str
    status: str
    status_reason: str
    status_since: str | None
    currency: str
    po_required: bool
    terms_days: int
    credit_limit: int | None
    open_orders: int
    open_orders_as_of: str | None
    ship_tos: tuple[ShipTo, ...]


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its price; None when there is none (then `unpriced` says why), or no account yet. `limit_bp` is what
    the person may give, `tax` comes on top of the line's amount. `packs` are the base units of
    each pack that the product comes in, the smallest first."""

    product_id: str
    sku: str
    name: str  # '' when the product is not on this device
    unit: str
    qty: int
    discount_bp: int
    limit_bp: int
    price: Price | None
    unpriced: Unpriced | None = None
    tax: Tax = _NO_TAX
    packs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedQuote:
    """A quote as the rules price it on `day` for a person of `role`. Totals in minor units of `currency`, sums of
    rounded lines; `total` is net. `facts` are what the prices rest on, for their explanation; `as_of` the last
    contact."""

    buyer: Buyer | None
    day: str
    currency: str
    lines: tuple[PricedLine, ...]
    facts: Facts
    role: str
    as_of: str | None

    @property
    def list_total(self) -> int:
        return sum(line.price.list_extended for line in self.lines if line.price)

    @property
    def total(self) -> int:
        return sum(line.price.extended for line in self.lines if line.price)

    @property
    def tax(self) -> int:
        return sum(line.tax.amount for line in self.lines)

    @property
    def gross(self) -> int:
        return self.total + self.tax

    @property
    def shown(self) -> tuple[int, ...]:
        """The unit price of each line as shown; 0 where none is."""
        return tuple(line.price.unit if line.price else 0 for line in self.lines)

    @property
    def traces(self) -> tuple[str, ...]:
        """The steps behind each price as shown, for the document to keep; '' where there is no price, and for the last
        lines of a quote so long that its op could not carry them (the server then keeps its own)."""
        told = iter(fitting([line.price for line in self.lines if line.price]))
        traces, room = [], TRACES
        for line in self.lines:
            trace = next(told) if line.price else ""
            room -= len(trace.encode())
            traces.append(trace if room >= 0 else "")
        return tuple(traces)


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft, its prices and what the rules would say if it were submitted now; None while it has no account.
    `envelopes` are what the person may draw on for it, the one that ends first first; `favourites` the products (ids)
    that the person keeps at hand."""

    draft: QuoteDraft
    priced: PricedQuote
    decision: Decision | None
    envelopes: tuple[UsableEnvelope, ...] = ()
    favourites: frozenset[str] = frozenset()
