"""From a scanned label to the goods of this device: one call for a screen."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from app.domain.catalog import Lot
from app.domain.scan import Matched, Scan, ScanRefused, TradeItem, match
from app.store.tables import lot, pack, product
from app.store.values import lot_of, product_of
from app.workspace.barcodes import read_code


def look_up(connection: Connection, text: str, *, today: str) -> Matched | ScanRefused:
    """The goods behind a scan. `text` as the scanner sent it, `today` an ISO date."""
    read = read_code(text, today=today)
    return read if isinstance(read, ScanRefused) else resolve(connection, read)


def resolve(connection: Connection, scan: Scan) -> Matched | ScanRefused:
    """The goods of this device that a label means; also for a reading a person chose among `choices`."""
    items = _items(connection, scan.gtin)
    products = sorted({one.product.id for one in items})
    return match(scan, items, _lots(connection, products, scan))


def _items(connection: Connection, gtin: str) -> tuple[TradeItem, ...]:
    """Products and packs of this GTIN, however many zeros it was kept with (indexes product_gtin, pack_gtin)."""
    spellings = [gtin[cut:] for cut in (0, 1, 2, 6) if not gtin[:cut].strip("0")]
    of_products = select(product).where(product.c.gtin.in_(spellings)).order_by(product.c.id)
    of_packs = (
        select(product, pack.c.gtin.label("pack_gtin"), pack.c.quantity)
        .join(pack, pack.c.product_id == product.c.id)
        .where(pack.c.gtin.in_(spellings))
        .order_by(product.c.id, pack.c.id)
    )
    found = [
        TradeItem(row["gtin"], product_of(dict(row)), 1) for row in connection.execute(of_products).mappings()
    ]
    found += [
        TradeItem(row["pack_gtin"], product_of(dict(row)), row["quantity"])
        for row in connection.execute(of_packs).mappings()
    ]
    return tuple(found)


def _lots(connection: Connection, product_ids: list[str], scan: Scan) -> tuple[Lot, ...]:
    """Lots of these products that a reading of the label names (index lot_product)."""
    readings = (scan, *scan.others)
    numbers = sorted({one.lot for one in readings if one.lot})
    serials = sorted({one.serial for one in readings if one.serial})
    statement = (
        select(lot)
        .where(
            lot.c.product_id.in_(product_ids),
            or_(lot.c.lot_number.in_(numbers), lot.c.serial.in_(serials)),
        )
        .order_by(lot.c.id)
    )
    return tuple(lot_of(dict(row)) for row in connection.execute(statement).mappings())
