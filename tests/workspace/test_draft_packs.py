"""Quantities written in packs: what is kept are base units, and the pack that they were written in."""

from __future__ import annotations

import pytest

from app.domain.bounds import MAX_QTY
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from app.workspace.rows.versions import differing


def draft(qty: int, pack: int = 1) -> QuoteDraft:
    line = DraftLine("p", qty, 0, pack)
    return QuoteDraft(id="op", number="RE-A-0001", revision=1, quote_id="q", account_id="a", lines=(line,))


@pytest.mark.parametrize(
    ("qty", "was", "chosen", "becomes", "packs"),
    [
        (3, 1, 10, 30, 3),  # the figure that was typed stands
        (20, 1, 10, 20, 2),  # what comes out even stays as it is
        (30, 10, 1, 30, 30),
        (30, 10, 50, 150, 3),
        (MAX_QTY - 1, 1, 10, MAX_QTY, MAX_QTY // 10),
    ],
)
def test_another_pack_keeps_the_quantity_or_else_the_figure(
    qty: int, was: int, chosen: int, becomes: int, packs: int
) -> None:
    [line] = draft(qty, was).with_pack(0, chosen).lines

    assert (line.qty, line.packs, line.pack) == (becomes, packs, chosen)


def test_a_figure_counts_in_the_pack_of_its_line() -> None:
    [line] = draft(10, 10).with_packs(0, 4).lines

    assert line == DraftLine("p", 40, 0, 10)


def test_one_more_that_is_no_whole_pack_is_written_in_single_units() -> None:
    [line] = draft(10, 10).with_product("p").lines

    assert line == DraftLine("p", 11, 0, 1)


def test_a_scanned_pack_more_stays_in_packs() -> None:
    [line] = draft(10, 10).with_product("p", 10).lines

    assert line == DraftLine("p", 20, 0, 10)


def test_the_pack_is_kept_with_the_draft() -> None:
    kept = draft(30, 10)

    assert QuoteDraft.of_body("op", kept.body()) == kept


@pytest.mark.parametrize("pack", [0, -3, 7, None])
def test_a_kept_pack_that_cannot_be_is_left_out(pack: object) -> None:
    body = draft(30).body()
    body["lines"][0]["pack"] = pack

    [line] = QuoteDraft.of_body("op", body).lines

    assert line == DraftLine("p", 30, 0, 1)


def test_a_line_in_single_units_is_kept_as_it_always_was() -> None:
    assert draft(30).body()["lines"] == [{"product_id": "p", "qty": 30, "discount_bp": 0}]


def test_the_same_quantity_in_another_pack_is_no_difference_between_two_versions() -> None:
    assert differing((draft(30, 10), draft(30))) == ()
