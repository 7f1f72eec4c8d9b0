"""Every kind of paper, with goods as they are called, in quantities as they come: for the eye (papers.py), and for the
test that the words can be taken out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import cos, sin

from printed import CARD, FORMATS, HEBREW, ORDER

from app.domain.strokes import as_text
from app.printing import count_sheet, day_end, order, quote, usage_ticket
from app.printing.sheet import Letterhead, Sheet
from app.screens.formats import Formats
from app.screens.wording import speak, spoken
from app.workspace.rows import quotes as r
from app.workspace.rows.day_end import Asked, AskedLine, DayEnd, Difference, SignedCount
from app.workspace.rows.signatures import Signature
from app.workspace.rows.trunk import CountSheetLot, CountView, DayEntry, TrunkLot, TrunkPlace

HEAD = Letterhead(
    "Trunkline Medical, Inc.",
    ("12 Harbour Road", "Boston, MA 02110", "orders@trunkline.example", "+1 617 555 0100"),
)
NAMES = (
    "Cannulated screw 4.5 mm × 60 mm, titanium, self-drilling",
    "Drill bit 3.2 mm",
    "Intramedullary nail for the proximal femur, long, left, 11 mm × 380 mm, 125°, sterile, with set screw and end cap",
    "Locking compression plate 3.5 mm, 8 holes",
    "Suture anchor, PEEK, 5.5 mm, double-loaded",
    "Stent",
    "Bone cement, radiopaque, gentamicin 0.5 g, 40 g",
    "Acetabular cup, uncemented, porous-coated, 54 mm, with polyethylene liner, highly cross-linked, neutral, 36 mm",
    "Guide wire 2.0 mm × 280 mm, threaded tip",
    "SurgicalNavigationReferenceArrayWithPassiveMarkersAndQuickReleaseAdapterForTheAnteriorApproach",
    "Disposable pulse lavage with two tips",
)
HEBREW_NAMES = (
    "בורג טיטניום 4.5 מ״מ, חלול",
    "מסמר תוך־לשדי לירך, ארוך, שמאל 11 × 380",
    "صفيحة ضغط مقفلة",
    "Drill bit 3.2 mm",
)
ADDRESS = "Orthopaedic Theatre Stores, Level 2, East Wing, 1 Quay Street, 5003 Bergen, Norway"


@dataclass(frozen=True)
class Kind:
    """A paper by its file name, and how it is made; `language` is what it is worded in."""

    name: str
    make: Callable[[], Sheet]
    language: str = "en"
    locale: str = "en_US"

    @property
    def mixed(self) -> bool:
        """Whether its lines are of more than one script: then a reader of PDFs may take them out piece by piece."""
        return self.locale.startswith("he")


@contextmanager
def in_words_of(kind: Kind) -> Iterator[None]:
    """The language of a kind, for as long as it is made."""
    before = spoken()
    speak(kind.language, kind.locale)
    try:
        yield
    finally:
        speak(*before)


def _quote(
    lines: int, *, formats: Formats = FORMATS, names: tuple[str, ...] = NAMES, **other: object
) -> Sheet:
    rows = tuple(
        r.QuoteLineRow(
            n, f"p{n}", f"OR-{1000 + n}" if n % 7 else f"OR-{1000 + n}-LONG/STERILE-2026", names[n % len(names)], "EA",
            n * 37 % 120 + 1, 750 if n % 5 == 0 else 0, 90_0000 + n * 12_3450, None,
            (90_00 + n * 123) * (n * 37 % 120 + 1), "",
        )
        for n in range(1, lines + 1)
    )  # fmt: skip
    total = sum(one.extended for one in rows)
    card = replace(
        CARD, account="Harbour University Hospital", account_number="1002031", ship_to=ADDRESS, lines=rows,
        list_total=total + total // 20, total=total, tax_total=total // 16, po_number="4500-771-2026", **other,
    )  # fmt: skip
    return quote.sheet(card, letterhead=HEAD, formats=formats)


def _order_lines(count: int) -> tuple[r.OrderLineRow, ...]:
    return tuple(
        r.OrderLineRow(
            n, f"p{n}", f"OR-{1000 + n}", NAMES[n % len(NAMES)], f"L{70200 + n}", n + 3, n + 1, 2 if n % 4 == 0 else 0,
            90_0000 + n * 100, (90_00 + n) * (n + 3), None, None, lot_id=f"l{n}",
        )
        for n in range(1, count + 1)
    )  # fmt: skip


def _order(count: int, **other: object) -> r.OrderCard:
    rows = _order_lines(count)
    return replace(
        ORDER, account="Harbour University Hospital", account_number="1002031", ship_to=ADDRESS, lines=rows,
        total=sum(one.extended or 0 for one in rows), **other,
    )  # fmt: skip


def _lots(count: int) -> tuple[TrunkLot, ...]:
    return tuple(
        TrunkLot(
            f"p{n % 11}", f"l{n}", f"OR-{1000 + n % 11}", NAMES[n % 11], "", "lot", "EA",
            "" if n % 9 == 0 else f"L{70200 + n}",
            f"SN{8800 + n}" if n % 9 == 0 else "", f"2027-{n % 12 + 1:02}-28", "2026-11-01" if n == 4 else None,
            n % 6 + 1, "Harbour Implants" if n % 8 == 0 else "",
        )
        for n in range(1, count + 1)
    )  # fmt: skip


def _count_sheet() -> Sheet:
    lots = tuple(
        CountSheetLot(
            one.product_id, one.lot_id, one.sku, one.name, "", "lot", one.lot_number, one.serial, one.expires
        )
        for one in _lots(60)
    )
    view = CountView(TrunkPlace("t", "Trunk of Mia Berg", True), lots, None)
    return count_sheet.sheet(view, rep="Mia Berg", letterhead=HEAD, formats=FORMATS)


def _day_end() -> Sheet:
    waits, sent = ("op", False, None, "applied"), ("op", True, "applied", "applied")
    found = DayEnd(
        "Trunk of Mia Berg", "2026-11-23",
        (
            DayEntry("count", "c", "RE-A-0007", "", -3, 60, 3, *waits, 4),
            DayEntry("sale", "d", "RE-A-0006", "Harbour University Hospital", 12, 4, 0, *waits, 3),
            DayEntry("sale", "d", "RE-A-0005", "Northern Orthopaedic Day Surgery and Sports Clinic", 3, 1, 0, *sent, 2),
            DayEntry("transfer_in", "d", "RE-A-0004", NAMES[2], 40, 6, 0, *sent, 1),
        ),
        (
            SignedCount(
                "RE-A-0007", "Mia Berg", 60,
                (
                    Difference("p", "OR-1002", NAMES[2], "L70202", "", 5, 3, "other: fell behind the seat of the van"),
                    Difference("p", "OR-1005", NAMES[5], "L70205", "", 2, 4, "found"),
                    Difference("p", "OR-1009", NAMES[9], "", "SN8809", 1, 0, "lost"),
                ),
                "op", "2026-11-23T17:05:00+00:00", "3f" * 32,
            ),
        ),
        _lots(58), 2,
        (Asked("t", "RE-A-0008", tuple(AskedLine(NAMES[n], f"OR-{1000 + n}", n + 4) for n in range(5))),),
        "2026-11-23T09:10:00+00:00", "2026-11-23T08:55:00+00:00",
    )  # fmt: skip
    return day_end.sheet(found, rep="Mia Berg", letterhead=HEAD, formats=FORMATS)


def _usage() -> Sheet:
    lots = tuple(r.LotRow(f"p{n}", f"l{n}", f"L{70200 + n}", "2027-03-31", n + 3) for n in range(1, 9))
    card = _order(8, type="bill_only", case_ref="OR 4, 23-11-0188", po_number="", handed_over=lots)
    return usage_ticket.sheet(card, letterhead=HEAD, formats=FORMATS)


def _hebrew() -> Sheet:
    head = Letterhead("טראנקליין רפואה בע״מ", ("רחוב הנמל 12", "תל אביב 61000"))
    card = replace(
        CARD, account="בית חולים הנמל (מרכז)", ship_to="مستشفى الميناء، شارع البحر 7", currency="ILS",
        tax_total=1_234_50,
        lines=tuple(
            r.QuoteLineRow(
                n, f"p{n}", f"OR-{1000 + n}", HEBREW_NAMES[n % 4], "EA", n, 500 if n % 3 == 0 else 0, 90_0000, None,
                90_00 * n, "",
            )
            for n in range(1, 13)
        ),
        total=90_00 * 78, list_total=90_00 * 78 + 50_00,
    )  # fmt: skip
    return quote.sheet(card, letterhead=head, formats=HEBREW)


def _strokes() -> str:
    """Something like a name, written fast, and a stroke below it."""
    loops = [
        (round(600 + 60 * t + 500 * sin(t / 2.5)), round(3000 + 1300 * cos(t / 2.5))) for t in range(100)
    ]
    return as_text([loops, [(500, 5000), (7200, 4700)]])


SIGNED = Signature(
    id="s", document="quote", document_id="q", revision=2, signer="Dr Ingrid Solberg-Haugen", meaning="accepts",
    signed_at="2026-11-23T10:15:00+00:00", strokes=_strokes(), digest="9f86d081884c7d659a2feaa0c55ad015" * 2,
    by="Mia Berg", agrees=True, sending="confirmed",
)  # fmt: skip
SPANISH = Formats(FORMATS.now, "es_ES", FORMATS.zone)
MEXICAN = Formats(FORMATS.now, "es_MX", FORMATS.zone)
SALE = replace(SIGNED, document="order", meaning="received")
KINDS = (
    Kind("quote-1", lambda: _quote(1)),
    Kind("quote-12", lambda: _quote(12)),
    Kind("quote-12-signed", lambda: _quote(12, state="accepted", signature=SIGNED)),
    Kind("quote-12-not-approved", lambda: _quote(12, state="pending_approval")),
    Kind("quote-200", lambda: _quote(200)),
    Kind("quote-12-es", lambda: _quote(12, formats=SPANISH, currency="EUR"), "es", "es_ES"),
    Kind("quote-12-es-mx", lambda: _quote(12, formats=MEXICAN, currency="MXN"), "es", "es_MX"),
    Kind("quote-12-rtl", _hebrew, "pseudo_rtl", "he_IL"),
    Kind("quote-12-pseudo", lambda: _quote(12), "pseudo", "en_US"),
    Kind("order", lambda: order.sheet(_order(14), letterhead=HEAD, formats=FORMATS)),
    Kind(
        "trunk-sale",
        lambda: order.sheet(_order(4, type="trunk_sale", shipments=()), letterhead=HEAD, formats=FORMATS),
    ),
    Kind(
        "trunk-sale-signed",
        lambda: order.sheet(
            _order(4, type="trunk_sale", shipments=(), signature=SALE), letterhead=HEAD, formats=FORMATS
        ),
    ),
    Kind("usage-ticket", _usage),
    Kind("count-sheet-60", _count_sheet),
    Kind("day-end", _day_end),
)
