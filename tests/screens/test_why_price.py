"""Why this price?: every step in words, won and lost, with the day or quantity that made the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.catalog import ListPrice, PriceList, Promotion
from app.domain.facts import HELD, NOT_HERE, Facts, Known
from app.domain.pricing import price
from app.screens.formats import Formats
from app.screens.why_price import Asked, WhyPrice, present, present_trace

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 14, 5, tzinfo=UTC), zone=UTC)
ASKED = Asked(product_id="p", product="Stent", qty=12, day=DAY, currency="USD", account="Harbour Hospital")


def list_(row_id: str, rank: int, **changes: Any) -> PriceList:
    made = PriceList(row_id, f"List {row_id}", rank, "USD", "2020-01-01", None)
    return replace(made, **changes)


def row(list_id: str, unit: int, **changes: Any) -> ListPrice:
    made = ListPrice(f"{list_id}-{unit}", list_id, "p", 1, unit, "2025-01-01", None)
    return replace(made, **changes)


def offer(row_id: str, percent: int, **changes: Any) -> Promotion:
    made = Promotion(
        row_id, f"Offer {row_id}", "p", "store", "running", percent, 1, None, "2026-01-01", "2026-12-31"
    )
    return replace(made, **changes)


def facts(
    lists: tuple[PriceList, ...], prices: tuple[ListPrice, ...], offers: tuple[Promotion, ...] = ()
) -> Facts:
    return Facts(actor=Known(NOT_HERE), lists=lists, prices=prices, promotions=offers, prices_status=HELD)


def why(known: Facts, asked: Asked = ASKED, *, discount: int = 0, told: bool = True) -> WhyPrice:
    """The explanation; `told` with the facts at hand."""
    found = price("p", asked.qty, discount, segment="store", currency="USD", day=DAY, facts=known)
    return present(found, asked, FORMATS, facts=known if told else None, as_of="2026-11-23T09:00:00+00:00")


def test_the_result_says_each_total_quantity_account_and_day() -> None:
    shown = why(facts((list_("base", 30),), (row("base", 100_0000),)))

    assert (shown.result, shown.total) == ("$100.00 per EA", "$1,200.00 for 12 EA")
    assert shown.asked == "12 EA for Harbour Hospital on Nov 23, 2026"
    assert (shown.saving, shown.says) == ("", "")
    assert shown.note == "Pricing rules, version 1 · prices as of 09:00"


def test_steps_stand_in_the_order_in_which_they_made_the_price() -> None:
    known = facts((list_("base", 30),), (row("base", 100_0000),), (offer("a", 500),))

    shown = why(known, discount=1000)

    assert [(step.kind, step.name, step.amount, step.change) for step in shown.used] == [
        ("Price list", "List base", "$100.00", ""),
        ("Offer", "Offer a", "$95.00", "$100.00 → $95.00"),
        ("Discount", "", "$85.50", "$95.00 → $85.50"),
    ]
    assert (shown.result, shown.saving) == ("$85.50 per EA", "14.5% below the list's $100.00")


LOST_LISTS = [
    ("a better list won", (list_("base", 30),), (row("base", 1),), "A more specific list has a price."),
    ("starts at 20", (list_("x", 5),), (row("x", 1, min_qty=20), row("x", 2, min_qty=50)), "Its price starts at 20."),
    ("ended", (list_("x", 5),), (row("x", 1, valid_to="2026-11-22"),), "Its price ended on Nov 22, 2026."),
    ("begins", (list_("x", 5),), (row("x", 1, valid_from="2026-12-01"),), "Its price starts on Dec 1, 2026."),
    ("not on it", (list_("x", 5),), (), "The product is not on this list."),
    ("other currency", (list_("x", 5, currency="EUR"),), (row("x", 1),), "In another currency."),
    ("list is over", (list_("x", 5, valid_to="2026-10-31"),), (row("x", 1),),
     "The list is valid from Jan 1, 2020 to Oct 31, 2026."),
    ("list to come", (list_("x", 5, valid_from="2027-01-01"),), (row("x", 1),),
     "The list is valid from Jan 1, 2027 on."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "prices", "sentence"), [case[1:] for case in LOST_LISTS], ids=[case[0] for case in LOST_LISTS]
)
def test_a_list_that_lost_says_why(
    lists: tuple[PriceList, ...], prices: tuple[ListPrice, ...], sentence: str
) -> None:
    shown = why(facts((list_("won", 10), *lists), (row("won", 100_0000), *prices)))

    assert [step.sentence for step in shown.unused] == [sentence]
    assert [step.name for step in shown.used] == ["List won"]


LOST_OFFERS = [
    (offer("x", 100, min_qty=20), "1% off, but only from 20 on."),
    (offer("x", 100, max_qty=10), "1% off, but only up to 10."),
    (offer("x", 100, valid_to="2026-11-22"), "1% off, but it ended on Nov 22, 2026."),
    (offer("x", 100, valid_from="2026-12-01"), "1% off, but it starts on Dec 1, 2026."),
    (offer("x", 100, audience="individual"), "1% off, but only for individuals."),
    (offer("x", 100), "1% off: another offer is at least as good."),
]


@pytest.mark.parametrize(("lost", "sentence"), LOST_OFFERS, ids=[sentence for _lost, sentence in LOST_OFFERS])
def test_an_offer_that_lost_says_why(lost: Promotion, sentence: str) -> None:
    shown = why(facts((list_("base", 30),), (row("base", 100_0000),), (offer("best", 500), lost)))

    assert [step.sentence for step in shown.unused] == [sentence]


@pytest.mark.parametrize(
    ("won", "sentence"),
    [
        (offer("a", 500), "5% off. For any quantity, until Dec 31, 2026."),
        (offer("a", 500, min_qty=10), "5% off. From 10 on, until Dec 31, 2026."),
        (offer("a", 500, min_qty=10, max_qty=20), "5% off. For 10 to 20, until Dec 31, 2026."),
        (offer("a", 500, max_qty=20), "5% off. Up to 20, until Dec 31, 2026."),
        (
            offer("a", 500, basis="list"),
            "5% of the list price off, which is $5.00. For any quantity, until Dec 31, 2026.",
        ),
    ],
)  # fmt: skip
def test_an_offer_that_won_says_for_how_many_and_until_when(won: Promotion, sentence: str) -> None:
    shown = why(facts((list_("base", 30),), (row("base", 100_0000),), (won,)))

    assert shown.used[1].sentence == sentence


def test_the_winning_list_says_from_which_quantity_and_since_when() -> None:
    rows = (row("base", 100_0000), row("base", 90_0000, min_qty=10, valid_from="2026-06-01"))

    assert why(facts((list_("base", 30),), rows)).used[0].sentence == (
        "The most specific list with a price for this quantity: from 10 on, valid since Jun 1, 2026."
    )


def test_without_the_facts_the_bare_reason_is_told() -> None:
    known = facts(
        (list_("won", 10), list_("x", 20)),
        (row("won", 100_0000),),
        (offer("a", 500), offer("b", 100, min_qty=99)),
    )

    shown = why(known, told=False)

    assert [step.sentence for step in (*shown.used, *shown.unused)] == [
        "The most specific list with a price for this quantity.",
        "The best offer that applies.",
        "The product is not on this list.",
        "The quantity is too small for it.",
    ]


def test_facts_that_moved_on_since_never_make_a_false_sentence() -> None:
    known = facts((list_("base", 30),), (row("base", 100_0000),), (offer("a", 500),))
    found = price("p", 12, 0, segment="store", currency="USD", day=DAY, facts=known)

    shown = present(found, ASKED, FORMATS, facts=facts((), ()))

    assert [step.sentence for step in shown.used] == [
        "The most specific list with a price for this quantity.",
        "The best offer that applies.",
    ]


def test_a_stored_trace_tells_the_same_steps_as_when_it_was_made() -> None:
    known = facts((list_("base", 30),), (row("base", 100_0000),), (offer("a", 500),))
    found = price("p", 12, 1000, segment="store", currency="USD", day=DAY, facts=known)
    assert found is not None

    live, stored = (
        why(known, discount=1000),
        present_trace(found.trace(), ASKED, FORMATS, unit=found.unit, facts=known),
    )

    assert (stored.used, stored.unused, stored.result, stored.saving) == (
        live.used, live.unused, live.result, live.saving,
    )  # fmt: skip
    assert stored.note == "As shown when the document was made. Pricing rules, version 1"


def test_an_empty_trace_still_tells_the_price() -> None:
    shown = present_trace("", ASKED, FORMATS, unit=5_0000)

    assert (shown.result, shown.used, shown.unused) == ("$5.00 per EA", (), ())


def test_no_price_says_which_lists_were_looked_at() -> None:
    shown = why(facts((list_("a", 10), list_("b", 30)), ()))

    assert (shown.result, shown.tone) == ("No price", "warn")
    assert shown.says.endswith("Looked at: List a, List b.")


def test_a_price_list_that_is_not_here_yet_is_not_called_no_price() -> None:
    known = replace(facts((list_("a", 10),), ()), prices_status=NOT_HERE)

    assert why(known).result == "Price not on this device yet"


def test_it_can_be_copied_and_read_aloud_whole() -> None:
    known = facts(
        (list_("base", 30),), (row("base", 100_0000),), (offer("a", 500), offer("b", 100, min_qty=99))
    )

    told = why(known, discount=1000).as_text

    for part in (
        "Stent",
        "$85.50 per EA",
        "Used: Price list List base.",
        "Used: Offer Offer a.",
        "Not used: Offer Offer b.",
    ):
        assert part in told
