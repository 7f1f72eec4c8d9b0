"""A page is decoded some lines at a time, and says the same as if it were decoded at once."""

from __future__ import annotations

import pytest

from sync.protocol import wire
from sync.protocol.api import Unreachable
from sync.protocol.messages import BackfillAt, Cursor
from sync.protocol.wire import Page, read_page, write_page

COLUMNS = {"product": ("id", "name"), "price": ("id", "unit_price")}
PAGE = Page(
    epoch="e1",
    cursor=Cursor("e1", 7),
    backfill=BackfillAt("g:catalog", "product", "p3"),
    blocks=[
        ("product", [("p1", "Stent"), ("p2", "Line one\nline two"), ("p3", "Катетер")]),
        ("price", [("r1", 12_50), ("r2", None)]),
    ],
    gone=[("g:catalog", "product", "p0")],
)
BODY = b"".join(write_page(PAGE, COLUMNS))


@pytest.mark.parametrize("at_once", [1, 40, len(BODY) - 1, len(BODY), 1 << 20])
@pytest.mark.parametrize("blocks", [True, False])
def test_pieces_of_any_size_give_the_same_page(
    monkeypatch: pytest.MonkeyPatch, at_once: int, blocks: bool
) -> None:
    whole = read_page(BODY, COLUMNS, blocks=blocks)

    monkeypatch.setattr(wire, "_AT_ONCE", at_once)
    pieces = read_page(BODY, COLUMNS, blocks=blocks)

    assert pieces == whole


def test_rows_are_what_was_written() -> None:
    assert read_page(BODY, COLUMNS, blocks=True).blocks == PAGE.blocks


def test_between_two_pieces_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    monkeypatch.setattr(wire, "_AT_ONCE", 1)

    read_page(BODY, COLUMNS, between=lambda: turns.append(1))

    assert len(turns) == BODY.count(b"\n")


@pytest.mark.parametrize("line", [b"17", b'"words"', b"null", b'{"t":', b"[1,"])
def test_a_line_that_is_no_line_of_ours_breaks_the_page_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    monkeypatch.setattr(wire, "_AT_ONCE", 1)
    lines = BODY.splitlines()

    for at in range(1, len(lines)):
        with pytest.raises(Unreachable, match="cannot be read"):
            read_page(b"\n".join([*lines[:at], line, *lines[at:]]), COLUMNS)
