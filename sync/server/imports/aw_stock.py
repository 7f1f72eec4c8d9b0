"""Warehouse stock: the plant's places and what each held when we began.

Shelves and bins of a place are added up. Every place gets a counterpart for what is reserved there.
"""

from __future__ import annotations

from sqlalchemy import Engine

from app.domain.parties import reserved_place
from sync.server.imports import aw_files as ids
from sync.server.imports.aw_catalogue import Catalogue
from sync.server.imports.judging import Index, resolve
from sync.server.imports.opening import VIRTUAL_PLACES, Opening, place_row, write_openings
from sync.server.imports.reading import Reading
from sync.server.imports.table_file import Row
from sync.server.imports.writer import Writer


def import_stock(reading: Reading, writer: Writer, engine: Engine, catalogue: Catalogue) -> None:
    """Locations and opening stock."""
    places = reading.load("location", lambda row: (row.ref("location_id"), row.name("name")))
    writer.put_all(
        "location", (place_row(key, name, "virtual", ids.ORIGIN) for key, name in VIRTUAL_PLACES.items())
    )
    for key, name in places.good.values():
        place = ids.location_id(key)
        writer.put("location", place_row(place, name, "dc", ids.ORIGIN))
        writer.put("location", place_row(reserved_place(place), f"{name}, reserved", "reserved", ids.ORIGIN))
    writer.flush()

    def shelf(row: Row) -> tuple[str, str, int, str]:
        product, place = row.ref("product_id"), row.ref("location_id")
        quantity, day = row.whole("quantity"), row.day("modified_date")
        resolve((catalogue.products, product, "product_id"), (places, place, "location_id"))
        return product, place, quantity, day

    held: dict[tuple[str, str], tuple[int, str]] = {}
    index: Index[None] = reading.index("product_inventory")
    for product, place, qty, day in reading.stream("product_inventory", index, shelf, lambda _row: None):
        so_far, latest = held.get((place, product), (0, ""))
        held[place, product] = so_far + qty, max(latest, day)
    openings = [
        Opening(ids.location_id(place), ids.product_id(product), "", qty, day, ids.ORIGIN)
        for (place, product), (qty, day) in held.items()
    ]
    write_openings(engine, openings, reading.report, reading.progress, stage="opening stock")
