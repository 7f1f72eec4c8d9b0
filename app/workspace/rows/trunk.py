"""What a trunk holds, what is being sold from it and what is being counted: as read, without a word or a price."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.facts import Facts
from app.workspace.rows.moving import NOTHING_MOVES, Moving
from app.workspace.rows.quoting import Buyer

# how a trunk stands to this device
NOBODYS, MINE, OTHERS, FREE, ASKED = "nobodys", "mine", "others", "free", "asked"


@dataclass(frozen=True, slots=True)
class TrunkPlace:
    """The user's own trunk. `complete` is False while its rows are still being loaded.

    `lease` is who holds it: NOBODYS never had a holder, FREE was given up, ASKED is asked for here and waits for the
    server. `holder_name` is what the holding device is called.
    """

    id: str
    name: str
    complete: bool
    lease: str = NOBODYS
    holder_name: str = ""

    @property
    def reads_only(self) -> bool:
        """Whether goods may not be taken out of it here."""
        return self.lease not in (NOBODYS, MINE)


@dataclass(frozen=True, slots=True)
class TrunkLot:
    """Base units of one lot (or serial, or untracked product) in the trunk."""

    product_id: str
    lot_id: str  # '' when untracked
    sku: str
    name: str
    gtin: str
    tracking: str  # none | lot | serial
    unit: str
    lot_number: str
    serial: str
    expires: str | None  # ISO date
    recalled_on: str | None
    qty: int
    owner: str = ""  # whose goods, by name; '' = the company's

    @property
    def key(self) -> str:
        """What names the line: one per (product, lot)."""
        return line_key(self.product_id, self.lot_id)


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A sale from the trunk, a count of it, or goods otherwise moved on one day. `units` left the trunk or came, or by
    which the count differed. `account` is who bought, or the product that moved where it is a single one."""

    kind: str  # sale | count | a kind of movement
    document_id: str
    number: str
    account: str  # '' for a count, and for several products
    units: int
    lines: int
    variances: int
    op_id: str
    pushed: bool
    result: str | None  # outcome seen in the feed; None = not yet, or an op of another device
    guess: str  # the device's own decision, '' for an op of another device
    seq: int


@dataclass(frozen=True, slots=True)
class Customer:
    """All that selling needs of one account: ship-tos with the default first, and the facts prices rest on."""

    buyer: Buyer
    pricing: Facts


@dataclass(frozen=True, slots=True)
class SaleItem:
    """One thing in the sale: a lot, or (lot_id None) a product whose lots are proposed by expiry. `override` says why
    this lot and not one that expires earlier."""

    product_id: str
    lot_id: str | None
    qty: int
    override: str = ""


@dataclass(frozen=True, slots=True)
class SaleDraft:
    """A sale being put together. `sale_id` is the id of the sale and of the op it will become, made before anything is
    typed, so that saving it twice can't sell twice."""

    sale_id: str
    location_id: str
    account_id: str
    ship_to_id: str
    po_number: str
    items: tuple[SaleItem, ...]
    number: str = ""  # given out at the first attempt to save


@dataclass(frozen=True, slots=True)
class UsageDraft(SaleDraft):
    """The use of consigned goods being put together; `location_id` is the consignment place. `case_ref` is the
    customer's own reference, `restock` whether as much again is asked for."""

    case_ref: str = ""
    restock: bool = True


@dataclass(frozen=True, slots=True)
class CountedLot:
    """A line of the count in progress. `expected` is what the books said in the moment of counting, `position` the
    cursor then and `own_seq` the device's own last op; -1 and 0 in a draft of before. `recounted`: counted again."""

    product_id: str
    lot_id: str
    counted: int
    expected: int
    at: str  # moment, ISO UTC
    reason: str = ""  # code; '' while none is given
    note: str = ""
    position: int = -1
    own_seq: int = 0
    recounted: bool = False

    @property
    def key(self) -> str:
        return line_key(self.product_id, self.lot_id)


@dataclass(frozen=True, slots=True)
class CountDraft:
    """The count in progress, in the order of counting. `count_id` is the id of the count and of the op it will become,
    so that signing it twice can't book a variance twice.

    `looked_over`: a person has seen what differs, or was sent to count again. `again` names the lines that are being
    counted again, `begun` those of them whose second count was begun.
    """

    count_id: str
    location_id: str
    started_at: str
    lines: tuple[CountedLot, ...]
    day_end: bool = False  # it closes the day
    looked_over: bool = False
    again: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountSheetLot:
    """A lot to be counted: never with a quantity, because the count is blind."""

    product_id: str
    lot_id: str
    sku: str
    name: str
    gtin: str
    tracking: str
    lot_number: str
    serial: str
    expires: str | None

    @property
    def key(self) -> str:
        return line_key(self.product_id, self.lot_id)


@dataclass(frozen=True, slots=True)
class TrunkView:
    """The trunk as one snapshot."""

    place: TrunkPlace | None
    lots: tuple[TrunkLot, ...]  # first expired first
    day: tuple[DayEntry, ...]  # newest first
    as_of: str | None  # moment of the last contact
    count: CountDraft | None
    moving: Moving = NOTHING_MOVES


@dataclass(frozen=True, slots=True)
class CountView:
    """The count in progress as one snapshot: what is to be counted (found lots included) and what was. A difference of
    more than `variance_limit` base units (None: no limit) asks for a second count."""

    place: TrunkPlace | None
    sheet: tuple[CountSheetLot, ...]
    draft: CountDraft | None
    variance_limit: int | None = None


def line_key(product_id: str, lot_id: str) -> str:
    """The name of a (product, lot) in one text."""
    return f"{product_id}|{lot_id}"
