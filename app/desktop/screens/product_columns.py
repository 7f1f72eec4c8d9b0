"""The columns in which every list of products says which one it is and what it costs."""

from __future__ import annotations

from collections.abc import Callable

from app.desktop.widgets.table import Column
from app.screens.catalogue import ProductLine
from app.screens.wording import tr


def product_column(below: Callable[[ProductLine], str]) -> Column[ProductLine]:
    """The product by its name, with the mark of what was recalled or is not sold; `below` gives the second line."""
    return Column(
        tr("catalogue.col.product"),
        lambda one: one.name,
        second=below,
        icon=lambda one: one.icon,
        tone=lambda one: one.tone,
    )


def price_column() -> Column[ProductLine]:
    """The price, and under it what is special about it."""
    return Column(
        tr("catalogue.col.price"),
        lambda one: one.price,
        width=116,
        end=True,
        strong=True,
        second=lambda one: one.price_note,
        tone=lambda one: one.price_tone,
    )
