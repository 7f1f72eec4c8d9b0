"""What each printed document says, and what it must not say."""

from __future__ import annotations

import email
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from email import policy

import pytest
from printed import FORMATS, HEAD, HEBREW, ORDER, dark, quote_of, read, words

from app.printing.count_sheet import count_sheet
from app.printing.day_end import day_end
from app.printing.mail import letter
from app.printing.order import order
from app.printing.quote import quote
from app.printing.usage_ticket import usage_ticket
from app.screens.formats import Formats
from app.workspace.rows import quotes as r
from app.workspace.rows.day_end import Asked, AskedLine, DayEnd, Difference, SignedCount
from app.workspace.rows.signatures import Signature
from app.workspace.rows.trunk import (
    CountDraft,
    CountedLot,
    CountSheetLot,
    CountView,
    DayEntry,
    TrunkLot,
    TrunkPlace,
)

LOT = CountSheetLot("p", "l", "SKU-1", "Stent", "", "lot", "L2041", "", "2027-03-31")
VIEW = CountView(TrunkPlace("t", "Trunk of Mia", True), (LOT,), None)
DAY = DayEnd(
    "Trunk of Mia", "2026-11-23",
    (DayEntry("sale", "d", "RE-A-0003", "Harbour Hospital", 3, 1, 0, "op", False, None, "applied", 1),),
    (
        SignedCount(
            "RE-A-0004", "Mia Berg", 60,
            (Difference("p", "SKU-1", "Stent", "L2041", "", 5, 3, "other: fell behind the seat"),),
        ),
    ),
    (TrunkLot("p", "l", "SKU-1", "Stent", "", "lot", "EA", "L2041", "", "2027-03-31", None, 3),), 2,
)  # fmt: skip


def missing(pdf: bytes, *pieces: str) -> list[str]:
    """The pieces that do not stand on the paper."""
    text = words(pdf)
    return [piece for piece in pieces if piece not in text]


def test_a_quote_says_who_what_how_much_and_until_when():
    card = quote_of(3)

    assert not missing(
        quote(card, letterhead=HEAD, formats=FORMATS), "Trunkline Medical", "Boston, MA 02110", "Quote", "RE-A-0001",
        "Harbour Hospital", "Account A1", "Orthopaedics", "Nov 23, 2026", "Dec 31, 2026", "PO 77", "Mia Berg",
        "OR-1001", "5%", "−$20.00", FORMATS.money(card.total, "USD"), FORMATS.money(card.total + 12_34, "USD"),
        "Signature",
    )  # fmt: skip


def test_a_customer_never_reads_the_note_the_rep_wrote_for_the_office():
    assert "pay late" not in words(quote(quote_of(2), letterhead=HEAD, formats=FORMATS))


@pytest.mark.parametrize(
    ("state", "warned"),
    [("approved", False), ("offered", False), ("pending_approval", True), ("declined", True)],
)
def test_a_quote_that_nobody_approved_says_that_it_is_no_offer(state: str, warned: bool):
    text = words(quote(quote_of(1, state=state), letterhead=HEAD, formats=FORMATS))

    assert ("Not an offer" in text) == warned


@pytest.mark.parametrize(
    ("state", "signed"), [("offered", True), ("pending_approval", False), ("declined", False)]
)
def test_what_is_no_offer_promises_no_prices_and_has_no_line_to_sign(state: str, signed: bool):
    text = words(quote(quote_of(1, state=state), letterhead=HEAD, formats=FORMATS))

    assert [one in text for one in ("Prices hold", "Accepted for the customer")] == [signed, signed]


def signature(**other: object) -> Signature:
    """Given under the quote or the order to print, by Ingrid Solberg."""
    given = {
        "id": "s", "document": "quote", "document_id": "q", "revision": 2, "signer": "Ingrid Solberg",
        "meaning": "accepts", "signed_at": "2026-11-22T10:15:00+00:00", "strokes": "", "digest": "ab" * 32, "by": "Mia",
        "agrees": True, "sending": r.CONFIRMED,
    }  # fmt: skip
    return Signature(**(given | other))


WAVE = " ".join(f"{200 * n},{1000 + 700 * (n % 2)}" for n in range(20))


def test_a_signed_quote_carries_name_time_meaning_and_hash():
    text = words(quote(quote_of(1, signature=signature()), letterhead=HEAD, formats=FORMATS))

    for piece in ("Ingrid Solberg", "Nov 22, 2026, 10:15", "Accepts this quote"):
        assert piece in text
    assert "ab" * 32 in text.replace("\n", "")
    assert "Name and date" not in text


def test_a_drawn_signature_is_printed_as_lines():
    typed = quote(quote_of(1, signature=signature()), letterhead=HEAD, formats=FORMATS)
    drawn = quote(quote_of(1, signature=signature(strokes=WAVE)), letterhead=HEAD, formats=FORMATS)

    assert dark(drawn) > dark(typed) + 100
    assert b"/Subtype /Image" not in drawn


def test_a_signature_on_something_else_is_not_printed_under_these_figures():
    text = words(quote(quote_of(1, signature=signature(agrees=False)), letterhead=HEAD, formats=FORMATS))

    assert "Ingrid Solberg" not in text
    assert "Name and date" in text


@pytest.mark.parametrize(("kind", "made"), [("trunk_sale", order), ("bill_only", usage_ticket)])
def test_goods_that_were_signed_for_say_by_whom(kind: str, made: Callable[..., bytes]):
    card = replace(ORDER, type=kind, signature=signature(document="order", meaning="received"))

    assert not missing(
        made(card, letterhead=HEAD, formats=FORMATS), "Ingrid Solberg", "Received these goods", "Nov 22, 2026, 10:15"
    )  # fmt: skip


def test_dates_and_amounts_are_those_of_the_locale():
    german = Formats(FORMATS.now, "de_DE", UTC)
    card = replace(quote_of(1), total=1234_50, tax_total=0)

    assert not missing(quote(card, letterhead=HEAD, formats=german), "23.11.2026", "1.234,50")


def test_an_order_confirmation_says_what_follows_later_and_what_was_shipped():
    assert not missing(
        order(ORDER, letterhead=HEAD, formats=FORMATS), "Order confirmation", "RE-A-0002", "Stent", "Lot L2041",
        "2 to follow", "$900.00", "Courier", "1Z999", "Dec 1, 2026", "RE-A-0001",
    )  # fmt: skip


def test_an_imported_order_is_printed_as_it_was_published():
    line = replace(
        ORDER.lines[0],
        unit_price=None,
        extended=None,
        published_unit_price="90.5",
        published_line_total="905",
    )
    card = replace(
        ORDER, type="history", total=None, lines=(line,), published_total="999.99", published_freight="12"
    )

    assert not missing(
        order(card, letterhead=HEAD, formats=FORMATS), "$90.50", "$905.00", "$12.00", "$999.99"
    )


def test_a_sale_from_the_trunk_is_a_receipt_to_be_signed():
    assert not missing(
        order(replace(ORDER, type="trunk_sale"), letterhead=HEAD, formats=FORMATS),
        "Sale",
        "Received for the customer",
    )


@pytest.mark.parametrize(("state", "sentence"), [("held", "is held"), ("cancelled", "was cancelled")])
def test_an_order_that_does_not_stand_says_so(state: str, sentence: str):
    assert not missing(order(replace(ORDER, state=state), letterhead=HEAD, formats=FORMATS), sentence)


def test_a_usage_ticket_has_lot_expiry_case_and_a_line_for_the_missing_po_number():
    card = replace(
        ORDER, type="bill_only", case_ref="OR 4", po_number="",
        handed_over=(r.LotRow("p", "l", "L2041", "2027-03-31", 10),),
    )  # fmt: skip

    assert not missing(
        usage_ticket(card, letterhead=HEAD, formats=FORMATS), "Usage ticket", "L2041", "Expires Mar 31, 2027", "OR 4",
        "____", "For the customer", "For the company",
    )  # fmt: skip


def test_a_count_sheet_names_every_lot_and_no_figure_of_the_books():
    lots = tuple(replace(LOT, lot_id=f"l{n}", lot_number=f"L{7000 + n}") for n in range(60))
    counted = CountDraft("c", "t", "2026-11-23T10:00:00+00:00", (CountedLot("p", "l0", 4711, 4712, ""),))

    pdf = count_sheet(replace(VIEW, sheet=lots, draft=counted), rep="Mia", letterhead=HEAD, formats=FORMATS)

    text = words(pdf)
    assert all(f"L{7000 + n}" in text for n in range(60))
    assert "4711" not in text
    assert "4712" not in text
    assert len(read(pdf)) > 1


def test_a_count_sheet_has_boxes_to_write_in():
    with_lot = count_sheet(VIEW, rep="Mia", letterhead=HEAD, formats=FORMATS)
    without = count_sheet(replace(VIEW, sheet=()), rep="Mia", letterhead=HEAD, formats=FORMATS)

    assert dark(with_lot) > dark(without) + 300
    assert not missing(without, "There is nothing to count.")


def test_the_day_end_tells_deeds_differences_with_their_reason_what_waits_and_what_is_there():
    assert not missing(
        day_end(DAY, rep="Mia Berg", letterhead=HEAD, formats=FORMATS), "Day end", "Nov 23, 2026", "Trunk of Mia",
        "2 entries are saved", "RE-A-0003", "Harbour Hospital", "60 lots, signed by Mia Berg", "−2", "Other",
        "fell behind the seat", "In the trunk", "L2041",
    )  # fmt: skip


def test_the_day_end_prints_the_signature_its_hash_what_was_asked_for_and_since_when_work_waits():
    digest = "3f" * 32
    signed = replace(DAY.counts[0], id="c", signed_at="2026-11-23T17:30:00+00:00", digest=digest)
    asked = (Asked("x", "RE-A-0005", (AskedLine("Vascular graft", "R07010", 9),)),)
    day = replace(
        DAY, counts=(signed,), asked=asked, oldest="2026-11-23T09:12:00+00:00", last_contact="2026-11-22T18:00:00+00:00"
    )  # fmt: skip

    text = " ".join(words(day_end(day, rep="Mia Berg", letterhead=HEAD, formats=FORMATS)).split())

    for piece in (
        "Asked for to fill up to par: RE-A-0005", "Vascular graft", "Meaning: Counted by me", "Nov 23, 2026, 17:30",
        "The oldest was saved on Nov 23, 2026, 09:12", "last reached: Nov 22, 2026, 18:00",
    ):  # fmt: skip
        assert piece in text, piece
    assert digest in text.replace(" ", "")


def test_an_empty_day_says_that_nothing_was_done():
    empty = replace(DAY, entries=(), counts=(), lots=(), waiting=0)

    text = words(day_end(empty, rep="Mia", letterhead=HEAD, formats=FORMATS))

    assert "Nothing was done" in text
    assert "The trunk is empty" in text
    assert "saved on the tablet" not in text


@pytest.mark.parametrize("formats", [FORMATS, HEBREW], ids=["ltr", "rtl"])
def test_every_document_is_the_same_bytes_twice(formats: object):
    makers = (
        lambda: order(ORDER, letterhead=HEAD, formats=formats),
        lambda: usage_ticket(ORDER, letterhead=HEAD, formats=formats),
        lambda: count_sheet(VIEW, rep="Mia", letterhead=HEAD, formats=formats),
        lambda: day_end(DAY, rep="Mia", letterhead=HEAD, formats=formats),
    )

    assert all(make() == make() for make in makers)


def test_a_letter_carries_the_pdf_and_waits_to_be_sent():
    pdf = quote(quote_of(1), letterhead=HEAD, formats=FORMATS)

    written = letter(
        to="anna@harbour.example", subject="Quote – Žižkov", body="Hello", name="Quote 1.pdf", pdf=pdf
    )

    read_back = email.message_from_bytes(written, policy=policy.default)
    assert read_back["X-Unsent"] == "1"
    assert read_back["To"] == "anna@harbour.example"
    assert read_back["Subject"] == "Quote – Žižkov"
    [attached] = read_back.iter_attachments()
    assert attached.get_filename() == "Quote 1.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == pdf
    assert written == letter(
        to="anna@harbour.example", subject="Quote – Žižkov", body="Hello", name="Quote 1.pdf", pdf=pdf
    )


def test_a_letter_to_nobody_names_nobody():
    written = letter(to="", subject="Quote", body="Hello", name="q.pdf", pdf=b"%PDF")

    assert email.message_from_bytes(written)["To"] is None
