"""From a label as read to product, lot, quantity and expiry (DOMAIN.md §4); every refusal with what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from app.domain.catalog import Lot, Product
from app.domain.scan import (
    Matched,
    Note,
    Scan,
    ScanRefused,
    TradeItem,
    Whereabouts,
    ambiguous,
    as_restored,
    barred,
    match,
    refused,
    said,
)

GTIN = "07032069804988"
BOX = "17032069804985"
STENT = Product("p1", "S-1", "Stent", "FDA class 2", "lot")
PUMP = Product("p2", "P-1", "Pump", "FDA class 2", "serial")
GAUZE = Product("p3", "G-1", "Gauze", "FDA class 1", "none")
ITEMS = (TradeItem(GTIN, STENT, 1), TradeItem(BOX, STENT, 10))
L1 = Lot("l1", "p1", "L1", "", "2027-06-30", None)
L2 = Lot("l2", "p1", "L2", "", "2027-01-31", None)
S7 = Lot("s7", "p2", "L1", "S7", "2027-06-30", None)


def scan(**said: object) -> Scan:
    return replace(Scan(gtin=GTIN, raw="raw", lot="L1", expires="2027-06-30"), **said)


def matched(label: Scan, items: tuple[TradeItem, ...] = ITEMS, lots: tuple[Lot, ...] = (L1, L2)) -> Matched:
    found = match(label, items, lots)
    assert isinstance(found, Matched), found
    return found


def refusal(
    label: Scan, items: tuple[TradeItem, ...] = ITEMS, lots: tuple[Lot, ...] = (L1, L2)
) -> ScanRefused:
    found = match(label, items, lots)
    assert isinstance(found, ScanRefused), found
    return found


def test_a_label_means_one_unit_of_a_known_lot() -> None:
    found = matched(scan(made="2025-06-30"))

    assert (found.product_id, found.qty, found.lot_id, found.lot) == ("p1", 1, "l1", "L1")
    assert (found.expires, found.made, found.serial, found.notes) == ("2027-06-30", "2025-06-30", "", ())


@pytest.mark.parametrize(
    ("gtin", "count", "qty"),
    [(GTIN, None, 1), (BOX, None, 10), (GTIN, 3, 3), (BOX, 3, 30), (BOX, 0, 0)],
)
def test_a_pack_multiplies_and_so_does_the_count_on_the_label(gtin: str, count: int | None, qty: int) -> None:
    assert matched(scan(gtin=gtin, count=count)).qty == qty


def test_a_gtin_kept_without_its_zeros_is_the_same_number() -> None:
    assert matched(scan(), (TradeItem("7032069804988", STENT, 1),)).product_id == "p1"


def test_an_unknown_gtin_is_refused_with_the_number() -> None:
    found = refusal(scan(gtin="00000000000017"))

    assert (found.code, found.params) == ("product_unknown", (("gtin", "00000000000017"),))


@pytest.mark.parametrize(
    "second", [TradeItem(GTIN, PUMP, 1), TradeItem(GTIN, STENT, 5)], ids=["product", "quantity"]
)
def test_a_gtin_of_two_things_is_left_to_a_person(second: TradeItem) -> None:
    found = refusal(scan(), (*ITEMS, second))

    assert found.code == "gtin_twofold"
    assert dict(found.params)["products"] in ("Pump, Stent", "Stent")


def test_a_gtin_listed_twice_for_the_same_thing_is_one() -> None:
    assert matched(scan(), (*ITEMS, ITEMS[0])).product_id == "p1"


def test_a_lot_this_device_does_not_know_is_told_and_not_guessed() -> None:
    found = matched(scan(lot="NEW"), lots=(L1, replace(L1, id="x", product_id="p2", number="NEW")))

    assert (found.lot, found.lot_id, found.expires) == ("NEW", None, "2027-06-30")
    assert found.notes == (Note("lot_unknown", (("lot", "NEW"), ("product", "Stent"))),)


@pytest.mark.parametrize(
    ("label", "kept", "earlier"),
    [("2027-07-31", "2027-06-30", "2027-06-30"), ("2027-05-31", "2027-06-30", "2027-05-31")],
)
def test_a_label_and_a_lot_with_different_expiry_are_told_and_the_earlier_day_counts(
    label: str, kept: str, earlier: str
) -> None:
    found = matched(scan(expires=label), lots=(replace(L1, expires=kept),))

    assert found.expires == earlier
    assert found.notes == (Note("expiry_differs", (("known", kept), ("label", label), ("lot", "L1"))),)


@pytest.mark.parametrize(
    ("label", "kept", "expires"),
    [(None, "2027-06-30", "2027-06-30"), ("2027-06-30", None, "2027-06-30"), (None, None, None)],
)
def test_an_expiry_that_only_one_of_them_has_is_no_conflict(
    label: str | None, kept: str | None, expires: str | None
) -> None:
    found = matched(scan(expires=label), lots=(replace(L1, expires=kept),))

    assert (found.expires, found.notes) == (expires, ())


@pytest.mark.parametrize(
    ("product", "code"), [(STENT, "lot_missing"), (PUMP, "serial_missing")], ids=["lot", "serial"]
)
def test_a_label_without_what_the_product_is_tracked_by_is_refused(product: Product, code: str) -> None:
    bare = scan(lot="", serial="") if product is STENT else scan(serial="")

    found = refusal(bare, (TradeItem(GTIN, product, 1),))

    assert (found.code, found.product_id) == (code, product.id)
    assert dict(found.params) == {"product": product.name, "gtin": GTIN}


def test_a_product_that_is_not_tracked_needs_no_lot() -> None:
    found = matched(scan(lot="", expires=None), (TradeItem(GTIN, GAUZE, 1),), ())

    assert (found.lot_id, found.notes) == ("", ())


def test_a_serial_number_finds_its_row_whatever_the_lot() -> None:
    found = matched(scan(serial="S7", lot="L9"), (TradeItem(GTIN, PUMP, 1),), (S7,))

    assert (found.lot_id, found.serial) == ("s7", "S7")
    assert found.notes == (Note("lot_differs", (("known", "L1"), ("label", "L9"))),)


def test_an_unknown_serial_number_is_told() -> None:
    found = matched(scan(serial="S8", lot=""), (TradeItem(GTIN, PUMP, 1),), (S7,))

    assert found.lot_id is None
    assert found.notes == (Note("lot_unknown", (("product", "Pump"), ("serial", "S8"))),)


def test_a_serial_row_is_never_taken_for_a_lot() -> None:
    assert matched(scan(), lots=(replace(L1, serial="S1"),)).lot_id is None


def test_two_lots_of_one_number_are_told_apart_by_the_expiry_of_the_label() -> None:
    later = replace(L1, id="l0", expires="2028-06-30")

    assert matched(scan(), lots=(later, L1)).lot_id == "l1"
    found = refusal(scan(expires=None), lots=(later, L1))
    assert (found.code, dict(found.params)) == ("lot_twofold", {"number": "L1", "product": "Stent"})


def test_two_rows_of_one_serial_number_are_refused_by_that_number() -> None:
    twice = (S7, replace(S7, id="s8"))

    assert dict(refusal(scan(serial="S7"), (TradeItem(GTIN, PUMP, 1),), twice).params)["number"] == "S7"


# -- a separator may be missing ---------------------------------------------------------------------------------------

SWALLOWED = scan(lot="L117270630", expires=None, elements=(("01", GTIN), ("10", "L117270630")))
CUT = as_restored(scan(elements=(("01", GTIN), ("10", "L1"), ("17", "270630"))))
DOUBTED = replace(SWALLOWED, others=(CUT,), doubtful=True)


def test_a_known_lot_behind_a_lost_separator_is_found_and_told() -> None:
    found = matched(DOUBTED)

    assert (found.lot_id, found.expires, found.scan) == ("l1", "2027-06-30", CUT)
    assert found.notes == (Note("separator_restored", (("read", f"(01){GTIN}(10)L1(17)270630"),)),)


def test_the_standard_reading_stands_when_its_lot_is_the_known_one() -> None:
    whole = replace(L1, id="whole", number="L117270630", expires=None)

    found = matched(DOUBTED, lots=(whole,))

    assert (found.lot_id, found.notes) == ("whole", ())


def test_a_doubtful_label_of_unknown_lots_is_left_to_a_person() -> None:
    found = refusal(DOUBTED, lots=())

    assert (found.code, found.product_id) == ("ambiguous", "p1")
    assert found.choices == (SWALLOWED, CUT)
    assert dict(found.params) == {"one": f"(01){GTIN}(10)L117270630", "other": f"(01){GTIN}(10)L1(17)270630"}


def test_a_doubtful_label_with_two_known_lots_is_left_to_a_person() -> None:
    both = (replace(L1, id="whole", number="L117270630"), L1)

    assert refusal(DOUBTED, lots=both).code == "ambiguous"


def test_what_a_person_chose_is_taken() -> None:
    chosen = refusal(DOUBTED, lots=()).choices[1]

    assert matched(chosen).lot_id == "l1"


WEAK = replace(SWALLOWED, lot="A21B", others=(as_restored(scan(lot="A", serial="B")),), doubtful=False)


def test_a_lot_that_merely_looks_like_two_elements_stays_one() -> None:
    found = matched(WEAK, lots=())

    assert (found.lot, found.lot_id) == ("A21B", None)


def test_the_standard_reading_wins_over_a_chance_one_when_both_lots_are_known() -> None:
    both = (replace(L1, id="whole", number="A21B"), replace(L1, id="part", number="A"))

    assert matched(WEAK, lots=both).lot_id == "whole"


def test_the_only_known_lot_wins_over_the_standard_reading() -> None:
    assert matched(WEAK, lots=(replace(L1, id="part", number="A"),)).lot_id == "part"


def test_two_known_lots_of_chance_readings_leave_the_standard_one() -> None:
    label = replace(WEAK, others=(*WEAK.others, as_restored(scan(lot="A2"))))
    lots = (replace(L1, id="one", number="A"), replace(L1, id="two", number="A2"))

    assert matched(label, lots=lots).lot_id is None


def test_a_product_tracked_by_serial_takes_the_one_reading_that_has_a_serial_number() -> None:
    found = matched(WEAK, (TradeItem(GTIN, PUMP, 1),), ())

    assert (found.lot, found.serial) == ("A", "B")
    assert [note.code for note in found.notes] == ["lot_unknown", "separator_restored"]


@given(st.permutations(range(5)), st.permutations(range(3)))
def test_the_order_of_the_rows_never_matters(lots: list[int], items: list[int]) -> None:
    shelf = [L1, L2, replace(L1, id="l0", expires="2028-06-30"), replace(L2, product_id="p2"), S7]
    catalogue = [*ITEMS, TradeItem("00000000000017", PUMP, 1)]

    for label in (scan(), scan(lot="L2"), scan(expires=None), DOUBTED):
        expected = match(label, catalogue, shelf)
        assert match(label, [catalogue[at] for at in items], [shelf[at] for at in lots]) == expected


# -- values -----------------------------------------------------------------------------------------------------------


def test_parameters_of_a_refusal_are_text_in_name_order() -> None:
    assert refused("truncated", value="1", longest=20).params == (("longest", "20"), ("value", "1"))


def test_an_unlisted_code_is_no_refusal() -> None:
    with pytest.raises(ValueError, match="unlisted"):
        ScanRefused("oops")


def test_readings_without_a_product_are_ambiguous_all_the_same() -> None:
    assert ambiguous([SWALLOWED, CUT]).product_id == ""


def test_elements_are_said_as_people_read_them() -> None:
    assert said((("01", GTIN), ("10", "A"))) == f"(01){GTIN}(10)A"


# -- where the goods are ----------------------------------------------------------------------------------------------

HERE = Whereabouts(place="Trunk", here=3, product="Stent", recalled_on=None)


def bars(where: Whereabouts, label: Scan | None = None) -> tuple[str, dict[str, str]]:
    found = barred(matched(label or scan()), where, today="2026-11-26")
    return (found.code, dict(found.params)) if found else ("", {})


def test_goods_that_are_here_sound_and_in_date_are_barred_by_nothing() -> None:
    assert bars(HERE) == ("", {})


def test_a_recall_goes_before_everything_from_its_day_on() -> None:
    gone = replace(HERE, here=0, recalled_on="2026-11-26", used=("S-1", "2026-11-25"))

    assert bars(gone, scan(expires="2026-01-31"))[0] == "recalled"
    assert bars(replace(HERE, recalled_on="2026-11-27"))[0] == ""


def test_goods_are_expired_from_the_day_after() -> None:
    assert bars(HERE, scan(expires="2026-11-25")) == (
        "expired",
        {"lot": "L1", "on": "2026-11-25", "product": "Stent"},
    )
    assert bars(HERE, scan(expires="2026-11-26"))[0] == ""
    assert bars(HERE, scan(lot="NEW", expires=None))[0] == ""


def test_goods_that_left_with_a_document_were_used_even_where_somebody_has_more() -> None:
    gone = replace(HERE, here=0, used=("S-1", "2026-11-25"), elsewhere="Trunk of Dora")

    assert bars(gone) == (
        "already_used",
        {"document": "S-1", "lot": "L1", "on": "2026-11-25", "product": "Stent"},
    )


def test_the_keeper_of_goods_that_are_elsewhere_is_named() -> None:
    assert bars(replace(HERE, here=0, elsewhere="Trunk of Dora")) == (
        "wrong_custodian",
        {"keeper": "Trunk of Dora", "lot": "L1", "place": "Trunk", "product": "Stent"},
    )


def test_goods_nobody_has_in_the_books_are_not_here() -> None:
    assert bars(replace(HERE, here=0))[0] == "not_here"
