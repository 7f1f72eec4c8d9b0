"""An earlier order opened: its lines, and what its paper said. Imported figures are told exactly as published."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.domain.money import UNIT
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.accounts import OrderDetail, OrderLineRow

_NONE = "–"


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line: `each` is its quantity times its unit price."""

    id: str
    product: str
    about: str
    each: str
    total: str
    spoken: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order opened: when and how it went, its lines, and the sums its paper said."""

    id: str
    about: str
    lines: tuple[OrderLineView, ...]
    summary: str


def present_order(order: OrderDetail, formats: Formats) -> OrderView:
    """The lines of an order; imported ones with every figure as it was published."""
    summary = ""
    if order.published_total is not None:
        summary = tr(
            "accounts.order.summary",
            sub_total=published(order.published_sub_total, order.currency, formats),
            tax=published(order.published_tax, order.currency, formats),
            freight=published(order.published_freight, order.currency, formats),
            total=published(order.published_total, order.currency, formats),
        )
    about = [formats.date(order.day)]
    if order.po_number:
        about.append(po_words(order.po_number))
    about.append(_shipped(order, formats) or named("order_state", order.state))
    if order.tracking_number:
        about.append(tr("accounts.order.tracking", number=order.tracking_number))
    return OrderView(
        id=order.id,
        about=" · ".join(about),
        lines=tuple(_order_line(line, order.currency, formats) for line in order.lines),
        summary=summary,
    )


def po_words(number: str) -> str:
    """The customer's PO number, called so unless it says so itself."""
    return number if number.upper().startswith("PO") else tr("accounts.document.po", number=number)


def _shipped(order: OrderDetail, formats: Formats) -> str:
    if not order.shipped_on:
        return ""
    day = formats.date(order.shipped_on)
    if order.method:
        return tr("accounts.order.shipped_by", day=day, method=order.method)
    return tr("accounts.order.shipped", day=day)


def _order_line(line: OrderLineRow, currency: str, formats: Formats) -> OrderLineView:
    if line.unit_price is None:
        unit_price = published(line.published_unit_price, currency, formats)
        total = published(line.published_line_total, currency, formats)
    else:
        unit_price = formats.unit_price(line.unit_price, currency)
        total = formats.money(line.extended, currency)
    about = [line.sku]
    if line.lot:
        about.append(tr("accounts.line.lot", lot=line.lot))
    share = _decimal(line.published_discount or "")
    if share:
        about.append(tr("accounts.line.discount", percent=f"{(share * 100).normalize():f}"))
    if line.backordered:
        about.append(tr("accounts.line.backordered", qty=formats.qty(line.backordered)))
    product, qty = line.product or line.sku, formats.qty(line.qty)
    return OrderLineView(
        id=line.id,
        product=product,
        about=" · ".join(about),
        each=tr("accounts.line.each", qty=qty, unit_price=unit_price),
        total=total,
        spoken=tr("accounts.line.spoken", qty=qty, product=product, unit_price=unit_price, total=total),
    )


def published(text: str | None, currency: str, formats: Formats) -> str:
    """A figure of the old system, exactly as it was published: no digit lost, none made up."""
    if not text:
        return _NONE
    figure = _decimal(text)
    if figure is not None and figure * UNIT == int(figure * UNIT):
        return formats.unit_price(int(figure * UNIT), currency)
    return f"{text} {currency}"


def _decimal(text: str) -> Decimal | None:
    """The figure in `text`; None when it is none."""
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None
