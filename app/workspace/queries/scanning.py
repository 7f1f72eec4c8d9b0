"""From a scanned label to the goods of this device: one call for a screen."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from app.domain.catalog import Lot
from app.domain.scan import Matched, Scan, ScanRefused, TradeItem, Whereabouts, barred, match
from app.store.tables import balance, location, lot, movement, pack, product, sales_order
from app.store.values import lot_of, product_of
from app.workspace.barcodes import read_code

USED = ("sell", "use")  # kinds of movement by which goods are used up


def look_up(connection: Connection, text: str, *, today: str) -> Matched | ScanRefused:
    """The goods behind a scan. `text` as the scanner sent it, `today` an ISO date."""
    read = read_code(text, today=today)
    return read if isinstance(read, ScanRefused) else resolve(connection, read)


def resolve(connection: Connection, scan: Scan) -> Matched | ScanRefused:
    """The goods of this device that a label means; also for a reading a person chose among `choices`."""
    items = _items(connection, scan.gtin)
    products = sorted({one.product.id for one in items})
    return match(scan, items, _lots(connection, products, scan))


def look_up_goods(connection: Connection, text: str | Scan, today: str) -> Matched | ScanRefused:
    """As `look_up`, and for a Scan as `resolve`."""
    return resolve(connection, text) if isinstance(text, Scan) else look_up(connection, text, today=today)


def product_named(connection: Connection, text: str, *, today: str) -> str:
    """The name of the product a scan is of; '' where this device has none of its number."""
    read = read_code(text, today=today)
    items = () if isinstance(read, ScanRefused) else _items(connection, read.gtin)
    return items[0].product.name if items else ""


def look_up_here(
    connection: Connection, text: str | Scan, *, today: str, location_id: str
) -> Matched | ScanRefused:
    """As `look_up`, of goods that are to leave this place: what bars them is a refusal, too. Of a Scan: the reading a
    person chose."""
    found = look_up_goods(connection, text, today)
    if isinstance(found, ScanRefused):
        return found
    return barred(found, _whereabouts(connection, found, location_id), today=today) or found


def _whereabouts(connection: Connection, found: Matched, location_id: str) -> Whereabouts:
    """Where the goods are by the books of this device (indexes balance_location, balance_product)."""
    places = select(location.c.id, location.c.name).where(location.c.kind.in_(("trunk", "consignment")))
    names: dict[str, str] = {row.id: row.name for row in connection.execute(places)}
    name = connection.execute(select(product.c.name).where(product.c.id == found.product_id)).scalar()
    if found.lot_id is None:  # the device knows no such lot: nobody has it in the books
        return Whereabouts(
            place=names.get(location_id, location_id), here=0, product=name or "", recalled_on=None
        )
    sums = (
        select(balance.c.location_id, func.sum(balance.c.qty).label("units"))
        .where(balance.c.product_id == found.product_id, balance.c.lot_id == found.lot_id)
        .group_by(balance.c.location_id)
    )
    held: dict[str, int] = {row.location_id: int(row.units) for row in connection.execute(sums)}
    others = sorted(
        names[one] for one, qty in held.items() if qty > 0 and one != location_id and one in names
    )
    return Whereabouts(
        place=names.get(location_id, location_id),
        here=held.get(location_id, 0),
        product=name or "",
        recalled_on=connection.execute(select(lot.c.recalled_on).where(lot.c.id == found.lot_id)).scalar(),
        elsewhere=next(iter(others), ""),
        used=_used(connection, found, location_id),
    )


def _used(connection: Connection, found: Matched, location_id: str) -> tuple[str, str] | None:
    """The last sale or use by which such goods left the place: the document's number and its day."""
    row = connection.execute(
        select(func.coalesce(sales_order.c.number, movement.c.document_id), movement.c.business_date)
        .select_from(movement)
        .outerjoin(sales_order, sales_order.c.id == movement.c.document_id)
        .where(
            movement.c.from_location == location_id,
            movement.c.product_id == found.product_id,
            movement.c.lot_id == found.lot_id,
            movement.c.kind.in_(USED),
        )
        .order_by(movement.c.business_date.desc(), movement.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (str(row[0] or ""), str(row[1]))


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
