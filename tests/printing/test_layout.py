"""A long document breaks into good pages, and the same document is the same bytes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from printed import FORMATS, HEAD, HEBREW, NAMES, columns_with_ink, quote_of, read, words

from app.printing import layout
from app.printing.paper import Paper, smooth
from app.printing.quote import quote, sheet
from app.printing.sheet import END, Cell, Column, Letterhead, Named, Party, Sheet, Sign, Table


def printed(lines: int, **other: object) -> bytes:
    return quote(quote_of(lines, **other), letterhead=HEAD, formats=FORMATS)


def test_a_quote_of_200_lines_has_the_head_of_its_table_and_its_number_on_every_page():
    pages = read(printed(200))

    assert len(pages) > 10
    for at, page in enumerate(pages, start=1):
        assert f"Page {at} of {len(pages)}" in page.words
        assert "RE-A-0001" in page.words
        assert "Unit price" in page.words or "OR-1" not in page.words


def test_every_line_of_200_is_printed_once_and_in_order():
    text = words(printed(200))

    found = [text.find(f"OR-{1000 + n}") for n in range(1, 201)]

    assert found == sorted(found)
    assert -1 not in found
    assert all(text.count(f"OR-{1000 + n}") == 1 for n in range(1, 201))


@pytest.mark.parametrize("lines", [*range(4, 13), 1, 2, 22, 23, 24])
def test_a_total_never_stands_on_a_page_without_lines_and_nothing_reaches_the_foot(lines: int):
    pages = read(printed(lines))

    [last] = [page for page in pages if "\nTotal " in page.words]
    assert last.words.count("OR-1") >= min(lines, 2)
    for page in pages:
        assert page.lowest < page.height - 8
        body = [line for line in page.lines if line and not line.startswith(("Quote RE", "Page "))]
        assert len(body) > 2, "a page with nothing on it"


def test_nothing_is_wider_than_the_page():
    for page in read(printed(60, account="A" * 150, ship_to="Very long road " * 20)):
        assert page.leftmost > 15
        assert page.rightmost < page.width - 15


def test_the_same_quote_is_the_same_bytes():
    assert printed(5) == printed(5)


def test_another_quote_is_other_bytes():
    assert printed(5) != printed(5, po_number="PO 78")


def test_america_prints_on_letter_and_the_others_on_a4():
    [american] = read(printed(1))
    [hebrew] = read(quote(quote_of(1), letterhead=HEAD, formats=HEBREW))

    assert (round(american.width, 1), round(american.height, 1)) == (215.9, 279.4)
    assert (round(hebrew.width), round(hebrew.height)) == (210, 297)


def test_a_long_note_goes_on_over_the_page_and_its_heading_stays_with_it():
    long = replace(
        sheet(quote_of(8), letterhead=HEAD, formats=FORMATS), notes=(Named("Conditions", "A clause. " * 900),)
    )

    pages = read(layout.pdf(long))

    assert sum(page.words.count("clause") for page in pages) == 900
    [first] = [page.words for page in pages if "Conditions" in page.words]
    assert "clause" in first.partition("Conditions")[2]


def test_a_word_that_is_too_long_is_cut_and_loses_nothing():
    with closing(Paper()) as paper:
        lines = paper.wrap("x" * 200 + " end", 40, 9.5)

        assert "".join(lines).replace(" ", "") == "x" * 200 + "end"
        assert all(paper.measure(line, 9.5) <= 40 for line in lines)


def test_a_hash_is_cut_in_the_middle_and_leaves_no_single_sign_behind():
    with closing(Paper()) as paper:
        lines = paper.wrap("0123456789abcdef" * 4, 80, 8)

        assert [len(line) for line in lines] == [32, 32]


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("Guide wire of stainless steel, threaded tip", "threaded tip"),
        ("Bone cement, radiopaque, gentamicin 0.5 g", "gentamicin 0.5 g"),
        ("Intramedullary nail, proximal, 11 mm × 380 mm", "11 mm × 380 mm"),
    ],
)
def test_the_last_line_of_a_name_is_not_one_short_word_nor_a_unit_without_its_figure(words: str, last: str):
    with closing(Paper()) as paper:
        wide = paper.measure(words.rpartition(" ")[0], 9.5) + 0.1  # all but the last word would fit

        *_, found = paper.wrap(words, wide, 9.5)

        assert found == last


def test_a_figure_is_never_broken_however_long_it_is():
    card = quote_of(2, currency="COP")
    rows = tuple(replace(line, extended=123_456_789_012_00) for line in card.lines)
    long = replace(card, lines=rows, total=246_913_578_024_00, list_total=0, tax_total=0)

    text = words(quote(long, letterhead=HEAD, formats=FORMATS))

    assert text.count("123,456,789,012.00") == 2
    assert "246,913,578,024.00" in text


def test_who_signs_a_long_quote_has_its_total_and_last_lines_on_the_same_page():
    *_, last = read(printed(200))

    assert "Signature" in last.words
    assert "\nTotal " in last.words
    assert "OR-1200" in last.words


HEBREW_SHEET = Sheet(
    title="הצעת מחיר", number="RE-A-0001", day="2026-11-23", locale="he_IL",
    letterhead=Letterhead("טראנקליין רפואה", ("רחוב הנמל 12",)), page="עמוד {page} מתוך {pages}", continued="המשך",
    parties=(Party("לקוח", ("בית חולים הנמל (מרכז)",)),),
    tables=(
        Table(
            (Column("מוצר", 0), Column("סכום", 40, END)),
            ((Cell("מסמר טיטניום, אורך 340"), Cell(HEBREW.money(1234_50, "ILS"))),),
            totals=(Named("סה״כ", HEBREW.money(-50_00, "ILS")),),
        ),
    ),
    signs=(Sign("אושר", ("חתימה",)),),
)  # fmt: skip


def test_hebrew_reads_from_right_to_left_and_can_be_taken_out_of_the_file():
    [page] = read(layout.pdf(HEBREW_SHEET))

    for piece in (
        "טראנקליין רפואה",
        "בית חולים הנמל (מרכז)",
        "מסמר טיטניום, אורך 340",
        "1,234.50",
        "−50.00",
        "עמוד 1 מתוך 1",
    ):
        assert piece in page.words, piece


def test_arabic_letters_are_joined():
    with closing(Paper(rtl=True)) as paper:
        apart = sum(paper.measure(letter, 20) for letter in "مستشفى")

        assert paper.measure("مستشفى", 20) < apart * 0.8


def test_a_page_from_right_to_left_is_the_mirror_of_the_other():
    left, right = (
        read(
            layout.pdf(
                replace(
                    HEBREW_SHEET, locale=locale, letterhead=HEAD, parties=(), tables=(), signs=(), title="T"
                )
            )
        )[0]
        for locale in ("en_GB", "he_IL")
    )

    assert round(left.leftmost) == round(right.width - right.rightmost)
    assert "Trunkline Medical" in right.words


@pytest.mark.parametrize(("rtl", "percent"), [(False, 9), (True, 90)], ids=["ltr", "rtl"])
def test_a_drawing_stands_where_reading_begins_as_high_as_its_box_and_is_never_mirrored(
    rtl: bool, percent: int
):
    paper = Paper(rtl=rtl)
    paper.page()
    paper.drawing(20, 50, 80, 20, (((0, 0), (0, 9000)), ((0, 0), (10, 0))))

    ink = columns_with_ink(paper.finish(title="", author="", language="en", day="2026-11-23"))

    assert ink == {percent}


def test_a_line_of_points_bends_and_keeps_its_ends():
    line = smooth([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)])

    assert (line[0], line[-1]) == ((0.0, 0.0), (10.0, 10.0))
    assert (10.0, 0.0) not in line
    assert len(line) > 3


def test_latin_and_hebrew_stand_in_one_line_on_a_page_of_either_way():
    for formats in (FORMATS, HEBREW):
        text = words(quote(quote_of(1, account="בית חולים Harbour"), letterhead=HEAD, formats=formats))
        assert "בית חולים" in text
        assert "Harbour" in text
        assert NAMES[1].split(",")[0] in text.replace("\n", " ")
