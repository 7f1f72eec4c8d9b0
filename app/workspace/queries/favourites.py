"""The products a person keeps at hand (index favourite_user)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.store.tables import favourite, product
from app.workspace.rows.favourites import FavouriteRow


def favourite_ids(connection: Connection, user_id: str) -> frozenset[str]:
    """The ids of the person's favourite products."""
    chosen = select(favourite.c.product_id).where(favourite.c.user_id == user_id, favourite.c.favourite == 1)
    return frozenset(connection.execute(chosen).scalars())


def favourites(connection: Connection, user_id: str) -> tuple[FavouriteRow, ...]:
    """The person's favourite products that this device knows, by name."""
    chosen = (
        select(product.c.id, product.c.sku, product.c.name, product.c.brand, product.c.unit)
        .join(favourite, favourite.c.product_id == product.c.id)
        .where(favourite.c.user_id == user_id, favourite.c.favourite == 1)
        .order_by(product.c.name, product.c.id)
    )
    return tuple(
        FavouriteRow(product_id=row.id, sku=row.sku, name=row.name, brand=row.brand, unit=row.unit)
        for row in connection.execute(chosen)
    )
