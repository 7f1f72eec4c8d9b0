"""The trunk in words: lots and what is wrong with them, the plot, a sale with its lots and prices, a count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.catalog import ListPrice, PriceList, Product
from app.domain.facts import HELD, Facts, Known
from app.domain.parties import Account
from app.domain.rejections import finding
from app.screens import trunk, trunk_count, trunk_sale
from app.screens.formats import Formats
from app.workspace.rows.quoting import Buyer, ShipTo
from app.workspace.rows.trunk import (
    CountDraft,
    CountedLot,
    CountSheetLot,
    CountView,
    Customer,
    DayEntry,
    SaleDraft,
    SaleItem,
    TrunkLot,
    TrunkPlace,
    TrunkView,
)

TODAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
PLACE = TrunkPlace("t", "Trunk of Rita", True)


def lot(number: str, expires: str | None = "2029-01-01", qty: int = 5, **changes: object) -> TrunkLot:
    made = TrunkLot("p1", number.lower(), "P1", "Stent", "0614", "lot", "EA", number, "", expires, None, qty)
    return replace(made, **changes)  # type: ignore[arg-type]


def view(*lots: TrunkLot, **changes: object) -> TrunkView:
    return replace(TrunkView(PLACE, lots, (), "2026-11-23T09:30:00+00:00", None), **changes)  # type: ignore[arg-type]


# -- lots -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "mark"),
    [
        (lot("A", "2026-11-22"), trunk.EXPIRED),
        (lot("A", "2026-11-23"), trunk.SOON_30),
        (lot("A", "2026-12-23"), trunk.SOON_30),
        (lot("A", "2026-12-24"), trunk.SOON_90),
        (lot("A", "2027-02-21"), trunk.SOON_90),
        (lot("A", "2027-02-22"), trunk.GOOD),
        (lot("A", None), trunk.GOOD),
        (lot("A", "2026-11-22", recalled_on="2026-11-20"), trunk.RECALLED),
        (lot("A", recalled_on="2026-11-24"), trunk.GOOD),  # announced, not in force yet
    ],
)
def test_what_must_be_said_about_a_lot(one: TrunkLot, mark: str) -> None:
    assert trunk.mark_of(one, TODAY) == mark


def test_a_state_is_told_in_words_and_not_by_colour_alone() -> None:
    lots = (lot("A", recalled_on="2026-11-03"), lot("B", "2026-11-20"), lot("C", "2026-12-05"))

    state = trunk.present(view(*lots), FORMATS, TODAY)

    assert [(row.state, row.tone) for row in state.rows] == [
        ("Recalled", "bad"),
        ("Expired 3 days ago", "bad"),
        ("Expires in 12 days", "warn"),
    ]
    assert "Recalled Nov 3" in state.rows[0].spoken
    assert [one.words for one in state.filters] == ["All 3", "Recalled 1", "Expired 1", "In 30 days 1"]


def test_a_filter_whose_lots_are_gone_shows_all_again() -> None:
    state = trunk.present(view(lot("A")), FORMATS, TODAY, only=trunk.EXPIRED)

    assert state.only == trunk.ALL
    assert len(state.rows) == 1


def test_the_plot_has_a_bar_for_what_expired_each_month_and_what_comes_later() -> None:
    lots = (
        lot("A", "2026-11-01"),
        lot("B", "2026-11-30"),
        lot("C", "2027-03-01", 2),
        lot("D", qty=9),
        lot("E", None),
    )

    bars = trunk.present(view(*lots), FORMATS, TODAY).bars

    assert len(bars) == trunk.MONTHS + 2
    assert [(bar.label, bar.units, bar.tone) for bar in bars if bar.units] == [
        ("Past", 5, "bad"),
        ("Nov", 5, "warn"),
        ("Mar", 2, "accent"),
        ("Later", 9, "muted"),
    ]
    assert trunk.present(view(lot("A", None)), FORMATS, TODAY).bars == ()


def test_an_empty_list_says_which_emptiness_it_is() -> None:
    loading = replace(PLACE, complete=False)

    said = [
        trunk.present(one, FORMATS, TODAY, search=search).empty
        for one, search in (
            (view(), ""),
            (view(place=None), ""),
            (view(place=loading), ""),
            (view(lot("A")), "zebra"),
        )
    ]

    assert said == [
        "Your trunk is empty",
        "No trunk is yours yet",
        "Your trunk is still being loaded",
        "No lot like this",
    ]


@pytest.mark.parametrize(
    ("pushed", "result", "words"),
    [
        (False, None, "Saved, waiting to send"),
        (True, None, "Sent, waiting for the answer"),
        (True, "applied", "Confirmed"),
        (True, "held", "Waits for approval"),
        (True, "applied_exception", "Booked, the office looks at it"),
    ],
)
def test_a_document_of_the_day_says_how_it_stands(pushed: bool, result: str | None, words: str) -> None:
    entry = DayEntry("sale", "s1", "MB-A-0001", "Harbour", 3, 1, 0, "op", pushed, result, "applied", 1)

    [row] = trunk.present(view(day=(entry,)), FORMATS, TODAY).day

    assert (row.title, row.about, row.state) == ("Sale MB-A-0001", "Harbour · 3 units", words)


# -- a sale -----------------------------------------------------------------------------------------------------------

BUYER = Buyer(
    "a1", "A1", "Harbour", "active", "", None, "USD", False, 30, None, 0, None,
    (ShipTo("s1", "Main", "1 Quay", "Bergen", "", ""), ShipTo("s2", "Annex", "2 Quay", "Bergen", "", "")),
)  # fmt: skip
PRICES = (
    ListPrice("x1", "base", "p1", 1, 100_0000, "2020-01-01", None),
    ListPrice("x2", "base", "p1", 3, 90_0000, "2020-01-01", None),
)
FACTS = Facts(
    actor=Known("not_here"),
    account=Known.held(
        Account("a1", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)
    ),
    products={"p1": Known.held(Product("p1", "P1", "Stent", "II", "lot"))},
    lists=(PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
    prices=PRICES,
    prices_status=HELD,
)
CUSTOMER = Customer(BUYER, FACTS)
LOTS = (
    lot("BAD", "2026-12-01", recalled_on="2026-11-01"),
    lot("OLD", "2026-11-01"),
    lot("L2", "2027-01-01", 4),
    lot("L1", "2028-01-01", 10),
)


def draft(*items: SaleItem, **changes: str) -> SaleDraft:
    return SaleDraft("op-1", "t", "a1", changes.get("ship_to_id", ""), changes.get("po_number", ""), items)


def picks(*items: SaleItem) -> list[list[tuple[str, int]]]:
    planned = trunk_sale.plan(items, LOTS, CUSTOMER, TODAY)
    return [[(line.lot.lot_number, line.qty) for line in one.lines] for one in planned]


def test_a_product_is_served_first_expired_first_past_recalled_and_expired_lots() -> None:
    assert picks(SaleItem("p1", None, 6)) == [[("L2", 4), ("L1", 2)]]


def test_a_chosen_lot_is_taken_first_and_two_items_never_count_on_the_same_units() -> None:
    assert picks(SaleItem("p1", None, 12), SaleItem("p1", "l2", 3)) == [[("L2", 1), ("L1", 10)], [("L2", 3)]]


def test_a_quantity_never_passes_what_is_there() -> None:
    [planned] = trunk_sale.plan([SaleItem("p1", "l2", 99)], LOTS, CUSTOMER, TODAY)

    assert (planned.qty, planned.most) == (4, 4)


def test_what_is_sent_is_what_is_shown_line_by_line() -> None:
    one = draft(SaleItem("p1", None, 6), po_number=" 77 ", ship_to_id="s2")
    planned = trunk_sale.plan(one.items, LOTS, CUSTOMER, TODAY)

    state = trunk_sale.present(one, planned, CUSTOMER, FORMATS, TODAY)
    command = trunk_sale.command(one, planned, CUSTOMER, actor="u", day=TODAY, number="N-1")

    assert [(line.lot_id, line.qty, line.shown_price) for line in command.lines] == [
        ("l2", 4, 90_0000),  # the quantity break is judged on all lots of the product, as the rules do
        ("l1", 2, 90_0000),
    ]
    assert state.items[0].unit_price == "$90.00 each"
    assert state.total == "$540.00"
    assert (command.ship_to_id, command.po_number, command.op_id, command.sale_id) == (
        "s2",
        "77",
        "op-1",
        "op-1",
    )


def test_the_first_ship_to_is_the_default() -> None:
    assert trunk_sale.ship_to_of(draft(), CUSTOMER) == "s1"
    assert trunk_sale.ship_to_of(draft(ship_to_id="gone"), CUSTOMER) == "s1"


def test_what_is_missing_is_told_before_the_button_can_be_pressed() -> None:
    item = SaleItem("p1", "l2", 1)

    def hint(one: SaleDraft, customer: Customer | None) -> tuple[str, bool]:
        planned = trunk_sale.plan(one.items, LOTS, customer, TODAY)
        state = trunk_sale.present(one, planned, customer, FORMATS, TODAY)
        return state.hint, state.ready

    assert hint(draft(), CUSTOMER) == ("Tap a lot in the list to sell it.", False)
    assert hint(draft(item), None) == ("Choose the customer.", False)
    assert hint(draft(item, SaleItem("p1", "gone", 1)), CUSTOMER)[1] is False
    assert hint(draft(item), CUSTOMER) == ("", True)


def test_a_refusal_shows_its_findings_and_offers_to_record_it_anyway() -> None:
    one = draft(SaleItem("p1", "l1", 1))
    planned = trunk_sale.plan(one.items, LOTS, CUSTOMER, TODAY)
    found = (
        finding("account_on_hold", "a1", account="Harbour", reason="unpaid"),
        finding("po_number_required", "a1"),
    )

    state = trunk_sale.present(one, planned, CUSTOMER, FORMATS, TODAY, findings=found, refused=True)

    assert [one.code for one in state.findings] == ["account_on_hold", "po_number_required"]
    assert (state.anyway, state.po_wrong) == (True, True)
    assert state.headline.startswith("Not recorded yet")


def test_without_a_price_nothing_is_made_up() -> None:
    one, bare = draft(SaleItem("p1", "l1", 1)), replace(CUSTOMER, pricing=replace(FACTS, prices=()))
    planned = trunk_sale.plan(one.items, LOTS, bare, TODAY)

    state = trunk_sale.present(one, planned, bare, FORMATS, TODAY)

    assert (state.items[0].unit_price, state.items[0].extended) == ("No price", "–")


def test_products_in_several_lots_can_be_added_as_a_whole() -> None:
    found = trunk_sale.choices(LOTS, "stent", FORMATS, TODAY)

    assert (found[0].title, found[0].about, found[0].lot) == (
        "Stent",
        "First to expire first · 14 units",
        None,
    )
    assert [one.lot.lot_number for one in found[1:] if one.lot] == ["OLD", "L2", "L1"]


# -- a count ----------------------------------------------------------------------------------------------------------


def sheet_lot(number: str, **changes: object) -> CountSheetLot:
    made = CountSheetLot("p1", number.lower(), "P1", "Stent", "0614", "lot", number, "", "2029-01-01")
    return replace(made, **changes)  # type: ignore[arg-type]


def counted(number: str, figure: int, expected: int, reason: str = "", note: str = "") -> CountedLot:
    return CountedLot("p1", number.lower(), figure, expected, "2026-11-23T11:00:00+00:00", reason, note)


SHEET = (sheet_lot("L1"), sheet_lot("L2"), sheet_lot("77012"))


def count(*lines: CountedLot) -> CountView:
    return CountView(PLACE, SHEET, CountDraft("c", "t", "2026-11-23T10:00:00+00:00", lines))


def test_the_list_to_count_from_tells_no_expected_figure() -> None:
    state = trunk_count.present(count(counted("L1", 3, 8)), FORMATS)

    assert "8" not in " ".join(f"{row.counted} {row.state} {row.spoken}" for row in state.rows)
    assert (state.progress, state.can_review) == ("1 of 3 lots", True)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("l2", ["L2"]),
        (" L2 ", ["L2"]),
        ("0614", ["77012", "L2", "L1"]),
        ("p1", ["77012", "L2", "L1"]),
        ("?", []),
        ("", []),
    ],
)
def test_a_code_means_a_lot_by_its_number_or_its_product_uncounted_ones_first(
    code: str, found: list[str]
) -> None:
    lots = trunk_count.match_code(count(counted("L1", 3, 8)), code)

    assert [one.lot_number for one in lots] == found


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("12", 12),
        (" 0 ", 0),
        ("0614141123452", None),
        ("L2", None),
        ("77012", None),
        ("7701", 7701),
        ("-1", None),
        ("", None),
    ],
)
def test_what_is_typed_as_a_figure_is_a_quantity_unless_it_is_a_code(text: str, quantity: int | None) -> None:
    assert trunk_count.quantity_of(text, count()) == quantity


@pytest.mark.parametrize(
    ("line", "name", "hint"),
    [
        (counted("L1", 3, 3), "Rita", ""),
        (counted("L1", 3, 4), "Rita", "Say why the count differs: Lot L1."),
        (counted("L1", 3, 4, "nonsense"), "Rita", "Say why the count differs: Lot L1."),
        (counted("L1", 3, 4, "other", " "), "Rita", "Write what happened: Lot L1."),
        (counted("L1", 3, 4, "other", "fell"), "Rita", ""),
        (counted("L1", 3, 4, "lost"), "  ", "Write your name to sign."),
    ],
)
def test_what_a_signature_still_needs(line: CountedLot, name: str, hint: str) -> None:
    state = trunk_count.review(count(line), FORMATS, signed_by=name)

    assert (state.hint, state.can_sign) == (hint, not hint)


def test_the_review_tells_what_differs_what_agrees_and_what_was_not_counted() -> None:
    state = trunk_count.review(count(counted("L1", 3, 8), counted("L2", 4, 4)), FORMATS, signed_by="Rita")

    assert [(one.expected, one.counted, one.difference) for one in state.variances] == [("8", "3", "−5")]
    assert state.agreed == "1 lot agrees with the books"
    assert state.uncounted == "1 lot was not counted and stays as the books have it"
    assert not trunk_count.review(count(), FORMATS, signed_by="Rita").can_sign
