"""The goods of an order in words: lots reserved for it, and what of it may come back."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.lifecycle import next_state, order_table
from app.screens.document_parts import Told
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.quotes import LotRow, OrderCard, OrderLineRow


@dataclass(frozen=True, slots=True)
class LotChoice:
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line of which `have` base units may come back, of one of `lots`; () when the product is not tracked."""

    order_line_id: str
    product_id: str
    product: str
    about: str
    have: int
    lots: tuple[LotChoice, ...]


def lots_told(lots: tuple[LotRow, ...], card: OrderCard, formats: Formats) -> tuple[Told, ...]:
    """Lots of the order's products, as many as of each."""
    names = {line.product_id: line.name or line.sku for line in card.lines}
    return tuple(
        Told(
            tr(
                "order_goods.reserved",
                qty=formats.qty(one.qty),
                product=names.get(one.product_id, one.product_id),
            ),
            _lot(one, formats),
            "",
            "",
        )
        for one in lots
    )


def returnable(card: OrderCard, formats: Formats) -> tuple[Returnable, ...]:
    """What may come back now, by the lifecycle table and what is back already; () when there is no trunk to take it
    into."""
    if not card.trunk_id or next_state(order_table(card.type), card.state, "return") is None:
        return ()
    return tuple(
        Returnable(
            line.id,
            line.product_id,
            line.name or line.sku or line.product_id,
            tr("order_goods.may_return", many=formats.qty(line.allocated - line.returned)),
            line.allocated - line.returned,
            _lots_of(line, card, formats),
        )
        for line in card.lines
        if line.allocated > line.returned
    )


def _lots_of(line: OrderLineRow, card: OrderCard, formats: Formats) -> tuple[LotChoice, ...]:
    """The line's own lot, else those that were handed over, else any of the product: a rep reads it off the label."""
    if line.lot_id:
        return (LotChoice(line.lot_id, tr("order_goods.lot", lot=line.lot)),)
    known = [one for one in card.handed_over if one.product_id == line.product_id]
    if any(not one.lot_id for one in known):
        return ()
    offered = known or [one for one in card.lots if one.product_id == line.product_id]
    return tuple(LotChoice(one.lot_id, _lot(one, formats)) for one in offered)


def _lot(one: LotRow, formats: Formats) -> str:
    if not one.lot_id:
        return ""
    if one.expires is None:
        return tr("order_goods.lot", lot=one.lot_number)
    return tr("order_goods.lot.expires", lot=one.lot_number, day=formats.date(one.expires))
