"""Favourites: the products a person keeps at hand, on all of their devices. The last word about a product counts."""

from __future__ import annotations

from app.domain.commands import MarkFavourite
from app.domain.events import Event, FavouriteMarked
from app.domain.facts import Facts
from app.domain.goods import check_known
from app.domain.rejections import Finding


def mark(command: MarkFavourite, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A known product only."""
    found = check_known(facts, (command.product_id,))
    if found:
        return [], found
    marked = FavouriteMarked(
        user_id=command.actor,
        product_id=command.product_id,
        favourite=command.favourite,
        marked_on=command.business_date,
        op_id=command.op_id,
    )
    return [marked], []
