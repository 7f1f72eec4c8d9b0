"""Which lots serve a sale: chosen ones, then the first to expire; and which should go before a chosen one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.days import plus_days
from app.domain.facts import Balance
from app.domain.pricing import Price, PriceBook, Unpriced
from app.domain.stock import Pick, after_picks, fefo
from app.domain.trunk import passed_over
from app.screens.trunk import EXPIRED, RECALLED, mark_of
from app.workspace.rows.trunk import Customer, SaleItem, TrunkLot


@dataclass(frozen=True, slots=True)
class SoldLine:
    """So many of one lot at one price; `price` None when there is none (`unpriced` says why), or no customer yet."""

    lot: TrunkLot
    qty: int
    price: Price | None
    unpriced: Unpriced | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """An item of the sale with the lots that serve it. `most` is how many could be sold at all."""

    item: SaleItem
    lines: tuple[SoldLine, ...]
    most: int
    first: tuple[TrunkLot, ...] = ()  # lots that expire earlier and should have gone first

    @property
    def qty(self) -> int:
        return sum(line.qty for line in self.lines)


def plan(
    items: Sequence[SaleItem], lots: Sequence[TrunkLot], customer: Customer | None, today: str
) -> tuple[Planned, ...]:
    """Each item with the lots that serve it: chosen lots first, then proposals by expiry from what is left. A chosen
    lot that lasts longer than one left behind says which those are, by the same rule as the sale is judged by."""
    left = tuple(Balance("", lot.product_id, lot.lot_id, max(0, lot.qty), lot.expires) for lot in lots)
    by_key = {lot.key: lot for lot in lots}
    served: dict[int, tuple[tuple[Pick, ...], int]] = {}
    for at in sorted(range(len(items)), key=lambda at: (items[at].lot_id is None, at)):
        item = items[at]
        usable = [one for one in left if _serves(one, item, by_key, today)]
        picks = fefo(usable, item.product_id, item.qty)
        served[at] = picks, sum(one.qty for one in usable)
        left = after_picks(left, item.product_id, picks)
    first = _first(items, {at: picks for at, (picks, _most) in served.items()}, lots, customer, today)
    book = _book(customer, today)
    together = Counter[str]()  # quantity breaks are those of the product over all its lots
    for at, item in enumerate(items):
        together[item.product_id] += sum(pick.qty for pick in served[at][0])
    return tuple(
        Planned(
            item,
            tuple(
                _sold(by_key[f"{item.product_id}|{pick.lot_id}"], pick.qty, together[item.product_id], book)
                for pick in served[at][0]
            ),
            served[at][1],
            tuple(by_key[f"{item.product_id}|{lot_id}"] for lot_id in first.get(at, ())),
        )
        for at, item in enumerate(items)
    )


def _first(
    items: Sequence[SaleItem],
    served: Mapping[int, Sequence[Pick]],
    lots: Sequence[TrunkLot],
    customer: Customer | None,
    today: str,
) -> dict[int, tuple[str, ...]]:
    """For each item whose lots last longer than others that are left behind: the ids of those."""
    account = customer.pricing.account.value if customer else None
    not_before = plus_days(today, account.min_shelf_days if account else 0)
    balances = tuple(
        Balance("", lot.product_id, lot.lot_id, lot.qty, lot.expires, lot.recalled_on) for lot in lots
    )
    found: dict[int, tuple[str, ...]] = {}
    for product_id in sorted({item.product_id for item in items}):
        at_product = [at for at, item in enumerate(items) if item.product_id == product_id]
        asked = [(pick.lot_id, pick.qty) for at in at_product for pick in served[at]]
        earlier = passed_over(balances, product_id, asked, not_before=not_before, day=today)
        for at in at_product:
            passed = [lot_id for pick in served[at] for lot_id in earlier.get(pick.lot_id, ())]
            found[at] = tuple(dict.fromkeys(passed))
    return found


def _serves(one: Balance, item: SaleItem, lots: dict[str, TrunkLot], today: str) -> bool:
    """Whether a lot may serve an item: the chosen lot always, a proposed one only when it is still good."""
    if one.product_id != item.product_id:
        return False
    if item.lot_id is not None:
        return one.lot_id == item.lot_id
    return mark_of(lots[f"{one.product_id}|{one.lot_id}"], today) not in (RECALLED, EXPIRED)


def _book(customer: Customer | None, today: str) -> PriceBook | None:
    account = customer.pricing.account.value if customer else None
    if customer is None or account is None:
        return None
    return PriceBook(customer.pricing, segment=account.segment, currency=account.currency, day=today)


def _sold(lot: TrunkLot, qty: int, together: int, book: PriceBook | None) -> SoldLine:
    """So many of a lot, of `together` base units of its product on the whole sale."""
    if book is None:
        return SoldLine(lot, qty, None)
    found = book.price(lot.product_id, qty, 0, break_qty=together)
    if isinstance(found, Unpriced):
        return SoldLine(lot, qty, None, found)
    return SoldLine(lot, qty, found)
