"""What stands ready for a quote, in words: how often, what it costs, what is on the quote, why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.rejections import finding
from app.screens.formats import Formats
from app.screens.quote_offers import copy_done, earlier, present, reason, taken_back
from app.workspace.rows.offering import Copied, EarlierDocument, LeftOut, OfferedProduct, Offers
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
STENT = OfferedProduct(
    id="p", sku="S-1", name="Stent", unit="EA", price=100_0000, currency="USD", favourite=False, times=3, last_qty=10,
    last_on="2026-10-03",
)  # fmt: skip
WIRE = replace(STENT, id="w", sku="W-1", name="Guide wire", favourite=True, times=0, last_on=None)
ORDER = EarlierDocument(
    kind="order", id="o", number="SO-7", type="history", day="2026-10-03", currency="USD", total=None,
    published_total="120.50", po_number="PO-9", lines=4, names=("Stent", "Guide wire"),
)  # fmt: skip
QUOTE = replace(
    ORDER, kind="quote", id="q", number="RE-A-0001", type="", total=99_00, published_total=None, lines=2
)


def test_a_product_says_how_often_and_how_many_were_ordered_and_what_it_costs() -> None:
    [line] = present(Offers((STENT,), True), FORMATS, on_quote={}, chosen=()).lines

    assert (line.about, line.price, line.under_price) == (
        "S-1 · ordered 3 times, last 10 on Oct 3",
        "$100.00",
        "EA",
    )


def test_a_favourite_that_was_never_ordered_says_only_its_number() -> None:
    [line] = present(Offers((WIRE,), True), FORMATS, on_quote={}, chosen=()).lines

    assert (line.about, line.favourite) == ("W-1", True)
    assert "favourite" in line.spoken


def test_what_is_on_the_quote_already_stands_under_the_price() -> None:
    [line] = present(Offers((STENT,), True), FORMATS, on_quote={"p": 30}, chosen=()).lines

    assert (line.under_price, line.tone) == ("30 on this quote", "ok")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [((), ""), (("p",), "Add 1 product"), (("p", "w"), "Add 2 products"), (("gone",), "")],
)
def test_the_button_counts_what_is_chosen(chosen: tuple[str, ...], words: str) -> None:
    state = present(Offers((STENT, WIRE), True), FORMATS, on_quote={}, chosen=chosen)

    assert state.add == words
    assert [line.product_id for line in state.lines if line.chosen] == [
        one for one in chosen if one != "gone"
    ]


def test_what_cannot_be_added_says_so_and_is_never_chosen() -> None:
    no = replace(STENT, refusal=finding("not_in_assortment", "p", account="Bay Clinic", product="Stent"))

    state = present(Offers((no,), True), FORMATS, on_quote={}, chosen=("p",))

    [line] = state.lines
    assert (line.under_price, line.tone, line.chosen, state.add) == ("Not authorised", "bad", False, "")
    assert "Bay Clinic" in line.why_not


def test_a_reason_of_a_newer_rule_has_words_too() -> None:
    assert reason(finding("account_on_hold", "a")) == "Cannot be added"


def test_nothing_at_hand_teaches_the_star_and_offers_no_copy_where_there_is_none() -> None:
    state = present(Offers((), False), FORMATS, on_quote={}, chosen=())

    assert state.empty.startswith("Star a product")
    assert not state.may_copy


def test_earlier_documents_say_number_lines_products_total_and_day() -> None:
    order, quote = earlier((ORDER, QUOTE), "", FORMATS)

    assert (order.title, order.about, order.total, order.day) == (
        "Earlier order SO-7",
        "4 lines · Stent, Guide wire, …",
        "$120.50",
        "Oct 3, 2026",
    )
    assert (quote.title, quote.about, quote.total) == (
        "Quote RE-A-0001",
        "2 lines · Stent, Guide wire",
        "$99.00",
    )


@pytest.mark.parametrize(
    ("words", "found"), [("so-7", ["o"]), ("po-9 stent", ["o", "q"]), ("zebra", []), ("oct 3", ["o", "q"])]
)
def test_they_are_found_by_number_po_number_product_and_day(words: str, found: list[str]) -> None:
    assert [one.document.id for one in earlier((ORDER, QUOTE), words, FORMATS)] == found


def test_an_order_of_a_kind_without_words_is_called_an_order() -> None:
    [line] = earlier((replace(ORDER, type="bill_only"),), "", FORMATS)

    assert line.title == "Order SO-7"


def test_a_whole_copy_says_how_many_lines() -> None:
    done = copy_done(Copied("SO-7", (DraftLine("p", 1, 0), DraftLine("w", 1, 0)), ()), FORMATS)

    assert (done.says, done.left_out) == ("2 lines of SO-7 added at today’s prices", ())


def test_a_copy_names_what_was_left_out_with_its_reason() -> None:
    gone = finding("product_not_sold", "x", product="Clip", sold_until="2026-10-31")
    copied = Copied("SO-7", (DraftLine("p", 1, 0),), (LeftOut("x", "Clip", gone), LeftOut("y", "", gone)))

    done = copy_done(copied, FORMATS)

    assert done.says == "1 of 3 lines of SO-7 added at today’s prices"
    assert [name for name, _why in done.left_out] == ["Clip", "Product not on this device"]
    assert "Oct 31" in done.left_out[0][1]


def test_taking_a_copy_back_leaves_what_was_written_since() -> None:
    before = QuoteDraft(id="d", number="", revision=1, quote_id="q", lines=(DraftLine("p", 2, 0),))
    after = before.with_product("p", 3).with_product("w", 1).with_product("x", 1)
    since = replace(after.with_product("new", 4), note="by Friday")
    since = replace(
        since, lines=tuple(replace(one, qty=9) if one.product_id == "x" else one for one in since.lines)
    )

    left = taken_back(since, before, after)

    assert left.note == "by Friday"
    assert left.lines == (DraftLine("p", 2, 0), DraftLine("x", 9, 0), DraftLine("new", 4, 0))


def test_taking_a_copy_back_at_once_leaves_the_draft_of_before() -> None:
    before = QuoteDraft(id="d", number="", revision=1, quote_id="q", lines=(DraftLine("p", 2, 0),))
    after = before.with_product("p", 3).with_product("w", 1)

    assert taken_back(after, before, after) == before
