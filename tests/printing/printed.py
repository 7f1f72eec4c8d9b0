"""Cards to print, and what stands on the paper they become."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2

from app.printing.sheet import Letterhead
from app.screens.formats import Formats
from app.workspace.rows import quotes as r

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
HEBREW = Formats(FORMATS.now, "he_IL", UTC)
HEAD = Letterhead("Trunkline Medical", ("12 Harbour Road", "Boston, MA 02110"))
NAMES = (
    "Cannulated screw 4.5 mm, titanium, self-drilling",
    "Intramedullary nail for the proximal femur, long, left, 11 mm × 380 mm, sterile, with set screw",
    "Drill bit",
)
CARD = r.QuoteCard(
    id="q", number="RE-A-0001", revision=2, account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="Orthopaedics, 1 Quay Street, 5003 Bergen", ship_to_id="s", rep_id="rep", rep="Mia Berg", mine=True,
    state="approved", sending=r.CONFIRMED, currency="USD", day="2026-11-23", po_number="PO 77",
    note="they pay late", list_total=200_00, total=180_00, findings=(), lines=(), approvals=(), orders=(),
    tax_total=12_34, valid_until="2026-12-31",
)  # fmt: skip
ORDER = r.OrderCard(
    id="o", number="RE-A-0002", type="stock", account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="1 Quay Street, 5003 Bergen", rep="Mia Berg", state="allocated", sending=r.CONFIRMED, currency="USD",
    day="2026-11-23", due="2026-12-01", po_number="PO 78", total=900_00, published_sub_total=None, published_tax=None,
    published_freight=None, published_total=None, quote_id="q", quote_number="RE-A-0001", findings=(),
    lines=(r.OrderLineRow(1, "p", "SKU-1", "Stent", "L2041", 10, 8, 2, 90_0000, 900_00, None, None, lot_id="l"),),
    shipments=(r.ShipmentRow("2026-11-25", "Courier", "1Z999"),),
)  # fmt: skip


def quote_of(lines: int, **other: Any) -> r.QuoteCard:
    """A quote of so many lines; line 3 of them and every third has a discount."""
    rows = tuple(
        r.QuoteLineRow(
            n, f"p{n}", f"OR-{1000 + n}", NAMES[n % 3], "EA", n % 9 + 1, 500 if n % 3 == 0 else 0, 90_0000 + n * 100,
            None, (90_00 + n) * (n % 9 + 1), "",
        )
        for n in range(1, lines + 1)
    )  # fmt: skip
    total = sum(one.extended for one in rows)
    return replace(CARD, lines=rows, list_total=total + 20_00, total=total, **other)


@dataclass(frozen=True)
class Page:
    """A page's words, and how far from the top edge (in mm) a piece of them stands."""

    words: str
    lines: tuple[str, ...]
    lowest: float  # the lower edge of the lowest ink
    leftmost: float
    rightmost: float
    width: float
    height: float


def read(pdf: bytes) -> list[Page]:
    """The pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        text = page.get_textpage()
        words = text.get_text_range().replace("\r\n", "\n")
        boxes = [text.get_rect(n) for n in range(text.count_rects())]
        wide, high = page.get_size()
        pages.append(
            Page(
                words,
                tuple(words.split("\n")),
                (high - min(box[1] for box in boxes)) * 25.4 / 72,
                min(box[0] for box in boxes) * 25.4 / 72,
                max(box[2] for box in boxes) * 25.4 / 72,
                wide * 25.4 / 72,
                high * 25.4 / 72,
            )
        )
        text.close()
        page.close()
    document.close()
    return pages


def words(pdf: bytes) -> str:
    """Everything a PDF says."""
    return "\n".join(page.words for page in read(pdf))


def dark(pdf: bytes, page: int = 0) -> int:
    """How many picture points of a page have ink on them."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[page].render(scale=1).to_pil().convert("L")
    count = sum(drawn.histogram()[:200])
    document.close()
    return count


def columns_with_ink(pdf: bytes, page: int = 0) -> set[int]:
    """How far from the left (in percent of the width) a page has ink."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[page].render(scale=1).to_pil().convert("L")
    document.close()
    wide, high = drawn.size
    dots = drawn.load()
    return {100 * x // wide for x in range(wide) for y in range(high) if dots[x, y] < 200}
