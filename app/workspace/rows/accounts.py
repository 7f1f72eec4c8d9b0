"""Accounts as the screens get them: list rows, the card, its documents and the lines of an order."""

from __future__ import annotations

from dataclasses import dataclass

from app.workspace.rows.consigned import Consigned
from app.workspace.rows.visits import VisitRow


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in a list. `city` of its ship-to, `last_order` an ISO date; None when it never ordered."""

    id: str
    number: str
    name: str
    segment: str
    status: str
    status_since: str | None
    city: str
    last_order: str | None


@dataclass(frozen=True, slots=True)
class AccountsFound:
    """What a search found: `more` when the limit cut it off, `total` all accounts of this device."""

    words: str
    rows: tuple[AccountRow, ...]
    more: bool
    total: int


@dataclass(frozen=True, slots=True)
class AddressRow:
    id: str
    role: str  # ship_to | bill_to
    label: str
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    id: str
    name: str
    job: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A quote or an order. `total` in minor units, with tax; imported orders have `published_total`, exact text."""

    kind: str  # quote | order
    id: str
    number: str
    type: str  # stock | trunk_sale | history; '' for a quote
    state: str
    day: str
    currency: str
    total: int | None
    published_total: str | None
    po_number: str


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line of an order: figures in 1/10,000 and minor units, or as published when it was imported."""

    id: str
    line_no: int
    product_id: str
    sku: str
    product: str
    unit: str
    lot: str
    qty: int
    backordered: int
    unit_price: int | None
    extended: int | None
    published_unit_price: str | None
    published_discount: str | None
    published_line_total: str | None


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order opened: its lines and, when it was imported, what its paper said below them."""

    id: str
    day: str
    state: str
    po_number: str
    currency: str
    published_sub_total: str | None
    published_tax: str | None
    published_freight: str | None
    published_total: str | None
    shipped_on: str | None
    method: str
    tracking_number: str
    lines: tuple[OrderLineRow, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group that the account or one of its ship-tos (`place`, '' = the account) is, was or will be a member of."""

    kind: str  # idn | gpo
    name: str
    place: str
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract of the account, of a ship-to or of one of its groups. `holder` is the group's name or the place's
    label, '' for the account itself."""

    number: str
    name: str
    holder_kind: str  # account | ship_to | idn | gpo
    holder: str
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class LicenceRow:
    product_class: str  # '*' for every class
    number: str
    place: str
    valid_from: str
    expires: str | None
    verified_on: str


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """What was agreed with the account and what it may receive; the newest first."""

    groups: tuple[GroupRow, ...] = ()
    contracts: tuple[ContractRow, ...] = ()
    licences: tuple[LicenceRow, ...] = ()
    min_order: int | None = None  # minor units
    min_shelf_days: int = 0


_NO_TERMS = AccountTerms()
_NOTHING_CONSIGNED = Consigned((), None)


@dataclass(frozen=True, slots=True)
class AccountCard:
    """Everything the card shows. Amounts in minor units of `currency`.

    `whole` is False while the account's territory is still being loaded: then what is missing may yet come.
    """

    id: str
    number: str
    name: str
    segment: str
    status: str
    status_reason: str
    status_since: str | None
    territory: str
    rep: str
    price_list: str
    currency: str
    po_required: bool
    terms_days: int
    credit_limit: int | None
    open_orders: int
    last_contact: str | None
    whole: bool
    has_trunk: bool  # the person has stock of their own to sell from
    addresses: tuple[AddressRow, ...]
    contacts: tuple[ContactRow, ...]
    open_documents: tuple[DocumentRow, ...]
    history: tuple[DocumentRow, ...]
    history_count: int
    terms: AccountTerms = _NO_TERMS
    consigned: Consigned = _NOTHING_CONSIGNED
    visits: tuple[VisitRow, ...] = ()  # the newest first
