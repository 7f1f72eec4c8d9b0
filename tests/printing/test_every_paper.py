"""Every kind of paper: its words can be taken out again, line by line, and nothing stands off its pages."""

from __future__ import annotations

import pytest
from paper_kinds import KINDS, Kind, in_words_of
from printed import read, words
from reading_order import lost, squeezed

from app.printing.layout import pdf
from app.printing.sheet import Cell, Column, Sheet, Table


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_words_of_every_line_come_out_of_the_pdf_again_in_their_order(kind: Kind) -> None:
    with in_words_of(kind):
        sheet = kind.make()
        text = words(pdf(sheet))

    assert sum(len(table.rows) for table in sheet.tables) > 0
    assert lost(sheet, text, any_way=kind.mixed) == []
    assert squeezed(sheet.tables[-1].rows[-1][0].words) in squeezed(text)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nothing_stands_in_the_margins_and_every_page_says_which_of_how_many(kind: Kind) -> None:
    with in_words_of(kind):
        sheet = kind.make()
        pages = read(pdf(sheet))

    for at, page in enumerate(pages, 1):
        said = squeezed(sheet.page.format(page=at, pages=len(pages)))
        assert said in squeezed(page.words) or kind.mixed
        assert page.leftmost > 15
        assert page.rightmost < page.width - 15
        assert page.lowest < page.height - 8


def test_a_lost_or_misplaced_line_is_told() -> None:
    rows = tuple((Cell(name),) for name in ("first", "second", "third"))
    sheet = Sheet(
        title="T", number="1", day="2026-11-23", locale="en_US", letterhead=KINDS[0].make().letterhead, page="",
        continued="", tables=(Table((Column("what", 0),), rows),),
    )  # fmt: skip

    assert lost(sheet, "first se\ncond third") == []
    assert lost(sheet, "first third") == ["second"]
    assert lost(sheet, "second first third") == ["second"]
