"""What the list and the card of the catalogue say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.facts import HELD, NOT_HERE, Facts, Known
from app.domain.pricing import Price, Step
from app.screens.catalogue import present_list, present_narrowings
from app.screens.formats import Formats
from app.screens.product_card import present_card
from app.workspace.rows.catalogue import (
    Break,
    Buyer,
    Category,
    Filter,
    PackRow,
    ProductCard,
    ProductRow,
    ProductsFound,
    RecalledLot,
    StockRow,
)

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 14, 5, tzinfo=UTC), zone=UTC)
LISTED = Step("list", "base", "Base", True, "most_specific", None, 100_0000)
OFFERED = Step("promotion", "v", "Volume", True, "best", 100_0000, 95_0000, 500)
PRICE = Price(100_0000, 100_0000, 100_00, 100_00, "USD", (LISTED,))
CHEAPER = Price(95_0000, 100_0000, 95_00, 100_00, "USD", (LISTED, OFFERED))
BUYER = Buyer("a1", "AC-1", "Harbour Hospital", "active", "USD")
ROW = ProductRow("p1", "S-1", "Coronary stent", "Corvia", "Stents", "EA", None, None, PRICE, 3, 1200)
FACTS = Facts(actor=Known(NOT_HERE), prices_status=HELD)
CARD = ProductCard(
    id="p1", sku="S-1", name="Coronary stent", brand="Corvia", manufacturer="Corvia Inc.", catalog_number="C-1",
    gtin="00850000123455", category="Stents", product_class="FDA class 3", tracking="lot", expiry_tracked=True,
    rx=True, sterile=True, single_use=False, cold_chain=False, unit="EA", sell_from=None, sell_until=None, packs=(),
    stock=(), stock_whole=True, buyer=BUYER, currency="USD", price=PRICE, breaks=(Break(1, PRICE),), facts=FACTS,
    day=DAY, as_of="2026-11-23T09:00:00+00:00",
)  # fmt: skip


def found(*rows: ProductRow, asked: Filter | None = None, **changes: Any) -> ProductsFound:
    made = ProductsFound(asked or Filter("stent"), rows, False, False, None, "USD", True, DAY, 900, True)
    return replace(made, **changes)


def line(row: ProductRow, **changes: Any) -> Any:
    return present_list(found(row, **changes), FORMATS).lines[0]


# -- the list ---------------------------------------------------------------------------------------------------------


def test_a_row_tells_price_and_stock_and_is_read_aloud_whole() -> None:
    shown = line(ROW)

    assert (shown.about, shown.price, shown.trunk, shown.stock) == ("S-1 · Corvia", "$100.00", "3", "1,200")
    assert shown.spoken == "Coronary stent, S-1, $100.00, 3 in my trunk, 1,200 in warehouses"


def test_stock_that_is_not_known_is_not_shown_as_zero() -> None:
    assert line(replace(ROW, in_warehouses=None)).stock == "–"
    assert line(replace(ROW, in_warehouses=0)).stock == "0"


def test_a_price_with_an_offer_in_it_says_so() -> None:
    shown = line(replace(ROW, price=CHEAPER))

    assert (shown.price, shown.price_note) == ("$95.00", "5% off")


def test_no_price_and_a_price_list_still_loading_are_told_apart() -> None:
    assert line(replace(ROW, price=None)).price == "No price"
    loading = found(replace(ROW, price=None), prices_here=False)
    assert present_list(loading, FORMATS).lines[0].price == "Loading"
    assert "still being loaded" in present_list(loading, FORMATS).note


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sell_until": "2026-11-22"}, "Sold until Nov 22, 2026"),
        ({"sell_until": "2026-11-23"}, ""),
        ({"sell_from": "2026-11-24"}, "Sold from Nov 24, 2026"),
        ({"sell_from": "2026-11-23"}, ""),
    ],
)
def test_a_product_that_is_not_on_sale_says_so(changes: dict[str, str], words: str) -> None:
    shown = line(replace(ROW, **changes))

    assert (words in shown.about, shown.tone) == (True, "muted" if words else "")


def test_a_brand_that_its_name_begins_with_is_not_told_twice() -> None:
    assert line(replace(ROW, name="CORVIA Stent")).about == "S-1 · Stents"


@pytest.mark.parametrize(
    ("what", "note"),
    [
        (found(ROW), "1 product found"),
        (found(ROW, more=True), "The first 1. Type more to narrow it down."),
        (found(ROW, asked=Filter()), "Type to search all 900 products."),
        (
            found(ROW, asked=Filter(account_id="a1"), bought=True, buyer=BUYER),
            "Last ordered by Harbour Hospital. Type to search all 900 products.",
        ),
    ],
)
def test_the_list_says_what_it_is(what: ProductsFound, note: str) -> None:
    assert present_list(what, FORMATS).note == note


@pytest.mark.parametrize(
    ("what", "words", "step"),
    [
        (found(total=0), "No products on this device yet", "sync"),
        (found(), "No product matches “stent”", ""),
        (found(asked=Filter("stent", mine=True)), "No product matches “stent”", "everything"),
        (found(asked=Filter("stent", category="Screws")), "No product matches “stent”", "everything"),
        (found(asked=Filter(mine=True)), "Your trunk is empty", "everything"),
        (found(asked=Filter(agreed=True)), "No contract price here", "everything"),
        (found(asked=Filter(starred=True)), "No favourites yet", "everything"),
        (found(asked=Filter(starred=True, mine=True)), "Nothing matches this filter", "everything"),
        (found(asked=Filter(mine=True, category="Screws")), "Nothing matches this filter", "everything"),
    ],
)
def test_an_empty_list_offers_the_step_that_helps(what: ProductsFound, words: str, step: str) -> None:
    shown = present_list(what, FORMATS)

    assert (shown.empty, shown.empty_step) == (words, step)
    assert bool(shown.empty_step_words) == bool(step)


def test_the_filters_say_what_they_are_set_to() -> None:
    shown = present_list(found(ROW, asked=Filter(category="Stents"), buyer=BUYER), FORMATS)

    assert (shown.account, shown.category) == ("Prices for: Harbour Hospital", "Stents")
    plain = present_list(found(ROW), FORMATS)
    assert (plain.account, plain.category) == ("Prices for: everybody", "Everything")
    by_brand = present_list(found(ROW, asked=Filter(brand="Norden")), FORMATS)
    by_class = present_list(found(ROW, asked=Filter(product_class="II")), FORMATS)
    assert (by_brand.category, by_class.category) == ("Brand Norden", "Class II")


def test_other_words_than_those_typed_are_told() -> None:
    shown = present_list(found(ROW, asked=Filter("cornary"), meant="coronary"), FORMATS)

    assert shown.note == "Nothing has “cornary”. Shown: coronary. 1 product found"


def test_everything_comes_first() -> None:
    shown = present_narrowings(
        [Category("Screws", 1), Category("Stents", 1200), Category("Norden", 2, "brand")], FORMATS
    )

    assert [(one.name, one.words, one.products) for one in shown] == [
        ("", "Everything", ""), ("Screws", "Screws", "1 product"), ("Stents", "Stents", "1,200 products"),
        ("Norden", "Norden", "2 products"),
    ]  # fmt: skip


def test_favourites_recalls_and_contract_prices_are_marked_in_words_too() -> None:
    starred, recalled = line(replace(ROW, starred=True)), line(replace(ROW, recalled=True))
    gone, agreed = line(replace(ROW, sell_until="2020-01-01")), line(replace(ROW, agreed=True))

    assert (starred.star, line(ROW).star) == ("starred", "star")
    assert starred.spoken.endswith(", favourite")
    assert (recalled.icon, recalled.tone, recalled.about) == (
        "warning",
        "bad",
        "lot recalled · S-1 · Corvia",
    )
    assert "lot recalled" in recalled.spoken
    assert (gone.icon, gone.tone, gone.about) == ("blocked", "muted", "S-1 · Corvia · Sold until Jan 1, 2020")
    assert agreed.price_note == "contract"


def test_the_list_says_how_old_its_figures_are() -> None:
    shown = present_list(found(ROW, as_of="2026-11-23T09:00:00+00:00"), FORMATS)

    assert shown.note == "1 product found · Prices and warehouse stock as of 09:00"


def test_contracts_can_be_asked_for_once_there_is_an_account() -> None:
    assert [present_list(found(ROW, buyer=one), FORMATS).contracts for one in (None, BUYER)] == [False, True]


# -- the card ---------------------------------------------------------------------------------------------------------


def test_the_card_tells_what_must_be_known_before_handing_it_over() -> None:
    assert present_card(CARD, FORMATS, role="rep").flags == (
        "Prescription", "Sterile", "Tracked by lot", "With expiry date",
    )  # fmt: skip


def test_the_card_says_for_whom_the_price_is() -> None:
    assert present_card(CARD, FORMATS, role="rep").price_for == "for Harbour Hospital · as of 09:00"
    nobody = present_card(replace(CARD, buyer=None), FORMATS, role="rep")
    assert nobody.price_for == "from everybody's list, no account chosen · as of 09:00"


def test_a_price_below_the_list_shows_both() -> None:
    view = present_card(replace(CARD, price=CHEAPER), FORMATS, role="rep")

    assert (view.price, view.price_note) == ("$95.00 per EA", "list $100.00")


def test_no_price_and_not_here_yet_are_told_apart() -> None:
    none = present_card(replace(CARD, price=None, breaks=()), FORMATS, role="rep")
    loading = replace(CARD, price=None, breaks=(), facts=replace(FACTS, prices_status=NOT_HERE))

    assert (none.price, present_card(loading, FORMATS, role="rep").price) == (
        "No price",
        "Price not here yet",
    )
    assert none.why.result == "No price"


def test_breaks_are_told_only_where_there_are_some_each_with_its_own_reason() -> None:
    assert present_card(CARD, FORMATS, role="rep").breaks == ()

    view = present_card(replace(CARD, breaks=(Break(1, PRICE), Break(10, CHEAPER))), FORMATS, role="rep")

    assert [(one.words, one.price, one.less) for one in view.breaks] == [
        ("From 1", "$100.00", ""), ("From 10", "$95.00", "5% less"),
    ]  # fmt: skip
    assert [one.why.total for one in view.breaks] == ["$100.00 for 1 EA", "$950.00 for 10 EA"]


def test_stock_says_where_how_much_how_many_lots_and_how_old() -> None:
    stock = (
        StockRow("t", "Van 7", "trunk", True, 14, 2, "2027-01-31", live=True, as_of=CARD.as_of),
        StockRow("s", "Shelf", "consignment", False, 4, 1, None, here=True, as_of=CARD.as_of),
        StockRow("w", "Main", "dc", False, -2, 0, None),
        StockRow("x", "Old", "dc", False, 5, 1, "2026-11-22", as_of="2026-11-20T09:00:00+00:00"),
        StockRow("y", "New", "dc", False, 0, 0, None, as_of=CARD.as_of),
    )

    view = present_card(replace(CARD, stock=stock), FORMATS, role="rep")

    assert [(one.place, one.kind, one.qty, one.lots, one.age, one.tone) for one in view.stock] == [
        (
            "Van 7 (mine)",
            "Trunk",
            "14 EA",
            "2 lots · first expires Jan 31, 2027",
            "on this tablet, now",
            "",
        ),
        ("Shelf", "At this account", "4 EA", "1 lot", "as of 09:00", ""),
        ("Main", "Warehouse", f"{FORMATS.qty(-2)} EA", "", "still being loaded", "bad"),
        ("Old", "Warehouse", "5 EA", "1 lot · first expires Nov 22, 2026", "as of 3 days ago", "warn"),
        ("New", "Warehouse", "0 EA", "", "as of 09:00", "muted"),
    ]


def test_recalled_units_are_told_where_they_lie_and_their_lots_on_top() -> None:
    stock = (StockRow("t", "Van 7", "trunk", True, 14, 2, None, recalled=4, live=True),)
    lots = tuple(RecalledLot(f"L{n}", "2026-11-20") for n in range(7))

    view = present_card(replace(CARD, stock=stock, recalled=lots[:1]), FORMATS, role="rep")

    assert (view.stock[0].lots, view.stock[0].tone) == ("4 recalled · 2 lots", "bad")
    assert view.recalled == "Recalled: L0 (Nov 20, 2026)"
    many = present_card(replace(CARD, recalled=lots), FORMATS, role="rep").recalled
    assert many.endswith("L4 (Nov 20, 2026), 2 more")


def test_no_stock_in_any_warehouse_and_stock_not_loaded_are_told_apart() -> None:
    [none] = present_card(CARD, FORMATS, role="rep").stock
    [loading] = present_card(replace(CARD, stock_whole=False), FORMATS, role="rep").stock

    assert (none.spoken, loading.spoken) == (
        "Warehouses, 0 EA, as of 09:00",
        "Warehouses, –, still being loaded",
    )


def test_packs_and_facts_are_told_in_words() -> None:
    packs = (
        PackRow("1", "unit_of_use", 0),
        PackRow("2", "secondary", 1),
        PackRow("3", "package", 5, Price(95_0000, 100_0000, 475_00, 500_00, "USD", (LISTED, OFFERED))),
        PackRow("4", "new", 9),
    )

    view = present_card(replace(CARD, packs=packs, sell_from="2020-01-01"), FORMATS, role="rep")

    assert [(one.words, one.gtin, one.price, one.each) for one in view.packs] == [
        ("Unit of use, part of one EA", "1", "", ""), ("Also marked", "2", "", ""),
        ("Pack of 5 EA", "3", "$475.00", "$95.00 per EA"), ("Pack", "4", "", ""),
    ]  # fmt: skip
    assert ("GTIN", "00850000123455") in [(one.label, one.value) for one in view.facts]
    assert ("On sale", "from Jan 1, 2020") in [(one.label, one.value) for one in view.facts]


@pytest.mark.parametrize(
    ("role", "changes", "may"),
    [("rep", {}, True), ("finance", {}, False), ("rep", {"sell_until": "2020-01-01"}, False)],
)
def test_what_can_be_put_on_a_quote_follows_role_and_sale(
    role: str, changes: dict[str, str], may: bool
) -> None:
    view = present_card(replace(CARD, **changes), FORMATS, role=role)

    assert (view.add, bool(view.add_tip)) == (may, not may), "a button that is off says why"
