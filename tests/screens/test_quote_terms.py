"""What terms add to quotes and orders on screens: tax, authority, verbs, two prices, goods that return."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.catalog import TaxExemption, TaxRate
from app.domain.commands import CounterLine
from app.domain.lifecycle import QUOTE, verbs
from app.domain.pricing import Price, Step
from app.domain.taxes import Tax
from app.screens import order_page, quote_page
from app.screens.formats import Formats
from app.screens.order_goods import returnable
from app.screens.quote_taxes import in_words
from app.screens.why_price import Asked, two_prices
from app.workspace.rows import quotes as r

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
DAY = "2026-11-23"
LINE = r.QuoteLineRow(1, "p", "SKU", "Stent", "EA", 2, 1000, 90_0000, None, 180_00, "")
QUOTE_CARD = r.QuoteCard(
    id="q", number="RE-A-0001", revision=2, account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="Main", ship_to_id="s", rep_id="rep", rep="Rep", mine=True, state="approved", sending=r.CONFIRMED,
    currency="USD", day=DAY, po_number="", note="", list_total=200_00, total=180_00, findings=(), lines=(LINE,),
    approvals=(), orders=(), valid_until="2026-12-23",
)  # fmt: skip
ORDER_LINE = r.OrderLineRow(1, "p", "SKU", "Stent", "", 10, 8, 2, 90_0000, 900_00, None, None, "l-1")
ORDER_CARD = r.OrderCard(
    id="o", number="RE-A-0002", type="stock", account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="Main", rep="Rep", state="delivered", sending=r.CONFIRMED, currency="USD", day=DAY, due=None,
    po_number="", total=900_00, published_sub_total=None, published_tax=None, published_freight=None,
    published_total=None, quote_id="q", quote_number="RE-A-0001", findings=(), lines=(ORDER_LINE,), shipments=(),
    trunk_id="trunk",
)  # fmt: skip
RATE = TaxRate("t", "State tax", "US", "WA", "*", 65_000, "2020-01-01", None)
FREE = TaxExemption("x", "a", "", "US", "", "*", "WA-77", "2020-01-01", "2027-01-31")


def keys(card: r.QuoteCard, *, role: str = "rep", day: str = DAY) -> list[str]:
    return [one.key for one in quote_page.actions(card, role, day)]


def page(card: r.QuoteCard, *, day: str = DAY) -> quote_page.QuotePage:
    return quote_page.present(card, role="rep", day=day, formats=FORMATS)


# -- tax --------------------------------------------------------------------------------------------------------------


def test_tax_names_its_rates_once_for_all_lines() -> None:
    told = in_words(
        (Tax(1, (RATE,)), Tax(2, (RATE, replace(RATE, id="u", name="City", rate_ppm=8_750)))), FORMATS
    )

    assert told is not None
    assert told.names == "City 0.875% + State tax 6.5%"
    assert told.notes == ""


@pytest.mark.parametrize(
    ("tax", "notes"),
    [
        (Tax(0, (), (FREE,)), "Exempt: certificate WA-77, until Jan 31, 2027"),
        (Tax(0, (), (replace(FREE, valid_to=None),)), "Exempt: certificate WA-77"),
        (Tax(0, known=False), "No rate is known for a line."),
    ],
)
def test_tax_says_what_is_freed_and_what_is_not_known(tax: Tax, notes: str) -> None:
    told = in_words((tax,), FORMATS)

    assert told is not None
    assert told.notes == notes


def test_where_there_is_no_tax_nothing_is_said_of_it() -> None:
    assert in_words((Tax(0), Tax(0)), FORMATS) is None


def test_a_quote_with_tax_shows_net_tax_and_the_gross_total() -> None:
    shown = page(replace(QUOTE_CARD, tax_total=11_70))

    assert [(one.name, one.words) for one in shown.totals][-2:] == [("Net", "$180.00"), ("Tax", "$11.70")]
    assert shown.total == "$191.70"


# -- verbs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", QUOTE)
def test_every_verb_that_the_table_has_in_a_state_is_a_button_for_the_author(state: str) -> None:
    named = {"place_order", "offer", "lose", "revise"}

    assert set(keys(replace(QUOTE_CARD, state=state))) & named == set(verbs(QUOTE, state)) & named
    assert "expire" not in keys(replace(QUOTE_CARD, state=state))


@pytest.mark.parametrize(
    ("day", "state", "offered"),
    [
        (
            "2026-12-23",
            "Approved",
            ["present", "place_order", "offer", "revise", "copy", "lose", "open_account"],
        ),
        ("2026-12-24", "Expired", ["present", "revise", "expire", "copy", "lose", "open_account"]),
    ],
)
def test_past_its_last_day_a_quote_reads_expired_and_takes_no_order(
    day: str, state: str, offered: list[str]
) -> None:
    assert page(QUOTE_CARD, day=day).chips[0].words == state
    assert keys(QUOTE_CARD, day=day) == offered


def test_the_office_may_offer_and_lose_a_quote_of_somebody_else_but_not_order_or_revise() -> None:
    others = replace(QUOTE_CARD, mine=False)

    assert keys(others, role="operations") == ["offer", "lose", "open_account"]
    assert keys(others, role="operations", day="2026-12-24") == ["expire", "lose", "open_account"]
    assert keys(others, role="finance") == ["open_account"]


@pytest.mark.parametrize(
    ("day", "words", "tone"),
    [
        ("2026-12-15", "Dec 23, 2026", ""),  # eight days before
        ("2026-12-16", "Ends in 30 days: Dec 23, 2026", "warn"),  # told from the clock of the formats
        ("2026-12-23", "Ends in 30 days: Dec 23, 2026", "warn"),
        ("2026-12-24", "Ended Dec 23, 2026", "bad"),
    ],
)
def test_the_end_is_told_and_warned_of_a_week_before(day: str, words: str, tone: str) -> None:
    from app.screens.quote_verbs import validity

    assert validity(QUOTE_CARD, day, FORMATS) == (words, tone)


def test_the_end_of_a_quote_that_is_over_is_not_told() -> None:
    from app.screens.quote_verbs import validity

    assert validity(replace(QUOTE_CARD, state="lost"), DAY, FORMATS) == ("", "")
    assert validity(replace(QUOTE_CARD, valid_until=None), DAY, FORMATS) == ("", "")


def test_authority_that_was_drawn_on_is_told() -> None:
    told = {one.name: one.words for one in page(replace(QUOTE_CARD, envelope_id="env")).details}

    assert told["Authority"] == "Drew on authority given in advance"


# -- a counter-offer --------------------------------------------------------------------------------------------------

COUNTERED = replace(
    QUOTE_CARD,
    state="countered",
    lines=(LINE, replace(LINE, line_no=2, name="Balloon", qty=1)),
    approvals=(
        r.ApprovalRow(
            "n", 2, "manager", "discount_over_limit", "countered", DAY, "Ann", DAY, "twelve at most",
            (CounterLine(line_no=1, qty=12, unit_price=95_0000), CounterLine(line_no=2, qty=0, unit_price=0)),
        ),
    ),
)  # fmt: skip


def test_a_counter_offer_stands_beside_what_was_asked_with_who_and_why() -> None:
    told = [(one.words, one.more) for one in page(COUNTERED).counter]

    assert told == [
        ("Offered by Ann on Nov 23, 2026", "“twelve at most”"),
        ("Stent", "You asked 2 at $90.00 → offered 12 at $95.00"),
        ("Balloon", "You asked 1 at $90.00 → offered without this line"),
    ]
    assert keys(COUNTERED)[:2] == ["take_counter", "revise"]


def test_a_counter_offer_on_an_earlier_revision_is_past() -> None:
    later = replace(COUNTERED, revision=3)

    assert page(later).counter == ()
    assert "take_counter" not in keys(later)


# -- two prices -------------------------------------------------------------------------------------------------------


def trace(*steps: Step) -> str:
    return Price(1, 1, 1, 1, "USD", steps).trace()


BASE = Step("list", "base", "Base", False, "less_specific", None, 100_0000)
GROUP = Step("gpo", "c1", "Cascade", True, "most_specific", None, 90_0000, since="2026-01-01")
ASKED = Asked("p", "Stent", 2, DAY, "USD")


def test_of_two_prices_the_steps_that_are_not_the_same_are_marked() -> None:
    offer = Step("promotion", "o", "Spring", True, "best", 92_0000, 91_0000)
    dearer = GROUP._replace(after=92_0000)

    two = two_prices((90_0000, trace(GROUP, BASE)), (91_0000, trace(dearer, offer, BASE)), ASKED, FORMATS)

    assert [(one.name, one.differs) for one in (*two.shown.used, *two.shown.unused)] == [
        ("Cascade", "Different on the other side"),
        ("Base", ""),
    ]
    assert [(one.name, one.differs) for one in (*two.own.used, *two.own.unused)] == [
        ("Cascade", "Different on the other side"),
        ("Spring", "Only here"),
        ("Base", ""),
    ]
    assert (two.shown.result, two.own.result) == ("$90.00 per EA", "$91.00 per EA")


def test_two_prices_are_one_text_to_copy_with_the_marks_in_words() -> None:
    text = two_prices(
        (90_0000, trace(GROUP)), (92_0000, trace(GROUP._replace(after=92_0000))), ASKED, FORMATS
    ).as_text

    assert text.startswith("Why was this shown?\nStent\n")
    assert "\n\nWhy does the server say another?\nStent\n" in text
    assert text.count("Different on the other side") == 2


def test_a_price_without_kept_steps_says_so_and_marks_nothing_on_the_other_side() -> None:
    two = two_prices((90_0000, trace(GROUP)), (92_0000, ""), ASKED, FORMATS)

    assert [one.differs for one in two.shown.used] == [""]
    assert two.own.note == "The steps behind this price were not kept."


def test_a_line_whose_price_differs_offers_both_explanations() -> None:
    line = replace(
        LINE, repriced=95_0000, trace=trace(GROUP), repriced_trace=trace(GROUP._replace(after=95_0000))
    )

    shown = page(replace(QUOTE_CARD, lines=(line,)))

    [told] = shown.differs
    assert told.action is not None
    assert (told.action.key, told.action.words, told.action.target) == ("why_two", "Why two prices?", "1")
    [row] = shown.lines
    assert row.compare is not None
    assert row.compare().own.result == "$95.00 per EA"
    assert page(QUOTE_CARD).lines[0].compare is None


# -- an order ---------------------------------------------------------------------------------------------------------


def order(**changes: Any) -> order_page.OrderPage:
    return order_page.present(replace(ORDER_CARD, **changes), role="rep", formats=FORMATS)


def order_keys(role: str = "rep", **changes: Any) -> list[str]:
    shown = order_page.present(replace(ORDER_CARD, **changes), role=role, formats=FORMATS)
    return [one.key for one in shown.actions]


@pytest.mark.parametrize(
    ("state", "cancel", "back"),
    [
        ("placed", True, False), ("held", True, False), ("allocated", True, False), ("picked", True, False),
        ("partly_shipped", True, False), ("shipped", False, False), ("delivered", False, True),
        ("invoiced", False, True), ("paid", False, True), ("closed", False, False), ("cancelled", False, False),
    ],
)  # fmt: skip
def test_an_order_is_cancelled_by_its_author_and_goods_come_back_where_the_table_allows(
    state: str, cancel: bool, back: bool
) -> None:
    assert ("cancel" in order_keys(state=state, mine=True), "return" in order_keys(state=state)) == (
        cancel,
        back,
    )
    assert "cancel" not in order_keys(state=state)
    assert ("cancel" in order_keys("operations", state=state)) is cancel


def test_goods_come_back_only_into_a_trunk_and_only_what_is_not_back_yet() -> None:
    assert "return" not in order_keys(trunk_id="")
    assert "return" not in order_keys(lines=(replace(ORDER_LINE, returned=8),))
    [one] = returnable(replace(ORDER_CARD, lines=(replace(ORDER_LINE, returned=3),)), FORMATS)
    assert (one.order_line_id, one.have, one.about) == ("l-1", 5, "Up to 5 may come back")


def test_the_lot_that_comes_back_is_the_lines_own_or_one_handed_over_or_any_of_the_product() -> None:
    known = r.LotRow("p", "l1", "L1", "2027-06-30", 8)
    others = (
        r.LotRow("p", "l1", "L1", "2027-06-30", 0),
        r.LotRow("p", "l2", "L2", None, 0),
        r.LotRow("q", "l3", "L3", None, 0),
    )

    def lots(**changes: Any) -> list[tuple[str, str]]:
        [one] = returnable(replace(ORDER_CARD, lots=others, **changes), FORMATS)
        return [(lot.id, lot.words) for lot in one.lots]

    assert lots(handed_over=(known,)) == [("l1", "Lot L1, expires Jun 30, 2027")]
    assert lots() == [("l1", "Lot L1, expires Jun 30, 2027"), ("l2", "Lot L2")]
    assert lots(lines=(replace(ORDER_LINE, lot="L9", lot_id="l9"),)) == [("l9", "Lot L9")]
    assert lots(handed_over=(replace(known, lot_id="", lot_number=""),)) == []  # not tracked


def test_an_order_tells_returned_units_reserved_lots_and_lots_that_went_out() -> None:
    lot = r.LotRow("p", "l1", "L1", None, 8)

    shown = order(
        lines=(replace(ORDER_LINE, returned=3),), reserved=(lot,), handed_over=(replace(lot, qty=2),)
    )

    assert shown.lines[0].returned == "3 returned"
    assert [(one.words, one.more) for one in shown.reserved] == [("8 of Stent", "Lot L1")]
    assert [one.words for one in shown.handed_over] == ["2 of Stent"]


@pytest.mark.parametrize(
    ("state", "none"),
    [("picked", "Nothing has been shipped yet."), ("partly_shipped", ""), ("delivered", "")],
)
def test_only_before_shipping_nothing_has_been_shipped_yet(state: str, none: str) -> None:
    assert order(state=state).none_shipped == none


def test_an_order_with_tax_shows_net_tax_and_the_gross_total() -> None:
    shown = order(tax_total=58_50)

    assert [(one.name, one.words) for one in shown.totals] == [("Net", "$900.00"), ("Tax", "$58.50")]
    assert shown.total == "$958.50"


@pytest.mark.parametrize("kind", ["trunk_sale", "bill_only"])
def test_goods_handed_over_against_a_rule_say_that_they_are_held(kind: str) -> None:
    assert order(type=kind, state="held").next_step.startswith("Handed over against a rule")
