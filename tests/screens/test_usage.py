"""Consigned goods in words: what lies at a customer's, and the use of it that is put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.catalog import ListPrice, PriceList, Product
from app.domain.facts import HELD, Facts, Known
from app.domain.parties import Account
from app.domain.rejections import finding
from app.screens import consigned, usage
from app.screens.formats import Formats
from app.workspace.rows.consigned import Consigned, ConsignedPlace
from app.workspace.rows.quoting import Buyer, ShipTo
from app.workspace.rows.trunk import Customer, SaleItem, TrunkLot, UsageDraft

TODAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)


def lot(number: str, expires: str | None, qty: int = 5, **changes: str) -> TrunkLot:
    made = TrunkLot("p1", number.lower(), "P1", "Stent", "0614", "lot", "EA", number, "", expires, None, qty)
    return replace(made, **changes)  # type: ignore[arg-type]


BAD = lot("BAD", "2026-12-30", recalled_on="2026-11-20")
OLD = lot("OLD", "2026-11-01")
L2 = lot("L2", "2026-12-05", 4)
L1 = lot("L1", "2028-01-01", 10)
FOREVER = lot("F", None, 1)
SHELF = ConsignedPlace("c1", "Cath lab", "s1", "Main, Bergen", "Rita Berg", True, True, (OLD, L2, BAD, L1))
OTHER = ConsignedPlace(
    "c2", "Ward 4", "s2", "Annex, Bergen", "", True, True, (FOREVER, lot("L9", "2027-01-01", 2))
)
BUYER = Buyer(
    "a1", "A1", "Harbour", "active", "", None, "USD", True, 30, None, 0, None,
    (ShipTo("s1", "Main", "1 Quay", "Bergen", "", ""), ShipTo("s2", "Annex", "2 Quay", "Bergen", "", "")),
)  # fmt: skip
CUSTOMER = Customer(
    BUYER,
    Facts(
        actor=Known("not_here"),
        account=Known.held(
            Account(
                "a1", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", True, None
            )
        ),
        products={"p1": Known.held(Product("p1", "P1", "Stent", "II", "lot"))},
        lists=(PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
        prices=(
            ListPrice("x1", "base", "p1", 1, 100_0000, "2020-01-01", None),
            ListPrice("x2", "base", "p1", 3, 90_0000, "2020-01-01", None),
        ),
        prices_status=HELD,
    ),
)


def page(*places: ConsignedPlace, as_of: str | None = "2026-11-23T09:30:00+00:00") -> consigned.ConsignedView:
    made = consigned.present(Consigned(places, as_of), FORMATS, TODAY)
    assert made is not None
    return made


def draft(*items: SaleItem, **changes: object) -> UsageDraft:
    return replace(UsageDraft("op-1", "c1", "a1", "s1", "", items), **changes)  # type: ignore[arg-type]


def shown(one: UsageDraft, customer: Customer | None = CUSTOMER, **how: object) -> usage.UsageState:
    planned = usage.plan(one, SHELF.lots, customer, TODAY)
    return usage.present(one, planned, customer, (SHELF, OTHER), FORMATS, TODAY, **how)  # type: ignore[arg-type]


# -- what lies there --------------------------------------------------------------------------------------------------


def test_lots_lie_by_expiry_with_the_words_and_tones_of_the_trunk() -> None:
    told = page(SHELF)

    assert [(row.lot.lot, row.lot.state, row.lot.tone, row.lot.units) for row in told.rows] == [
        ("Lot OLD", "Expired 22 days ago", "bad", "5"),
        ("Lot L2", "Expires in 12 days", "warn", "4"),
        ("Lot BAD", "Recalled", "bad", "5"),
        ("Lot L1", "", "", "10"),
    ]
    assert (told.tab, told.totals, told.as_of) == ("Consigned (4)", "4 lots · 24 units", "as of 09:30")
    assert told.about == "Cath lab · Main, Bergen · Rita Berg answers for it"


def test_several_places_are_one_list_in_which_each_lot_names_its_place() -> None:
    told = page(replace(SHELF, lots=(L1,)), OTHER)

    assert [(row.lot.lot, row.place) for row in told.rows] == [
        ("Lot L9", "Ward 4"), ("Lot L1", "Cath lab"), ("Lot F", "Ward 4"),
    ]  # fmt: skip
    assert told.rows[0].spoken.endswith(", Ward 4")
    assert told.rows[0].key == ("c2", "p1|l9", "")
    assert told.about.splitlines()[1] == "Ward 4 · Annex, Bergen · you answer for it"
    assert page(OTHER).rows[0].place == ""


def test_an_account_without_a_place_has_no_page_and_one_never_synced_says_so() -> None:
    assert consigned.present(Consigned((), None), FORMATS, TODAY) is None
    assert page(SHELF, as_of=None).as_of == "not synced yet"


@pytest.mark.parametrize(
    ("place", "empty"),
    [
        (replace(SHELF, lots=()), "Nothing lies here now"),
        (replace(SHELF, lots=(), complete=False), "What lies here is still being loaded"),
        (SHELF, ""),
    ],
)
def test_an_empty_place_says_which_emptiness_it_is(place: ConsignedPlace, empty: str) -> None:
    told = page(place)

    assert (told.empty, bool(told.empty_more)) == (empty, bool(empty))
    assert told.tab == ("Consigned" if empty else "Consigned (4)")


def test_only_who_answers_for_goods_that_lie_there_can_tell_their_use() -> None:
    why = "Only who answers for these goods can tell their use."

    assert (page(SHELF).can_use, page(SHELF).why_not) == (True, "")
    assert (page(replace(SHELF, mine=False)).can_use, page(replace(SHELF, mine=False)).why_not) == (
        False,
        why,
    )
    assert (page(replace(SHELF, lots=())).can_use, page(replace(SHELF, lots=())).why_not) == (False, "")
    assert page(replace(SHELF, mine=False), OTHER).can_use


def test_goods_of_somebody_else_are_shown_as_theirs_and_cannot_be_billed() -> None:
    theirs = replace(L1, owner="Harbour")

    told = page(replace(SHELF, lots=(L1, theirs)))
    only = page(replace(SHELF, lots=(theirs,)))

    assert [(row.owner, row.usable) for row in told.rows] == [("", True), ("belongs to Harbour", False)]
    assert "belongs to Harbour" in told.rows[1].spoken
    assert len({row.key for row in told.rows}) == 2
    assert (told.can_use, only.can_use, only.why_not) == (True, False, "What lies here is not ours to bill.")


# -- the use ----------------------------------------------------------------------------------------------------------


def test_every_lot_can_be_chosen_a_recalled_one_too_because_it_may_have_happened() -> None:
    told = usage.choices((*SHELF.lots, replace(L1, lot_id="none", qty=0)), "stent", FORMATS, TODAY)

    assert [one.about for one in told] == [
        "Lot OLD · 5 units · Expired 22 days ago",
        "Lot L2 · 4 units · Expires in 12 days",
        "Lot BAD · 5 units · Recalled Nov 20",
        "Lot L1 · 10 units",
    ]
    assert [one.key for one in usage.choices(SHELF.lots, "l2", FORMATS, TODAY)] == ["p1|l2"]


def test_a_lot_that_lasts_longer_than_one_left_behind_has_nothing_to_explain() -> None:
    state = shown(draft(SaleItem("p1", "l1", 1)))

    assert state.sale.items[0].first == ""
    assert state.sale.ready


def test_what_is_sent_is_what_is_shown_line_by_line() -> None:
    one = draft(
        SaleItem("p1", "l2", 2), SaleItem("p1", "l1", 1), po_number=" 77 ", case_ref=" C-1 ", restock=False
    )
    planned = usage.plan(one, SHELF.lots, CUSTOMER, TODAY)

    command = usage.command(one, planned, CUSTOMER, actor="u", day=TODAY, number="N-1")

    assert [(line.lot_id, line.qty, line.shown_price, line.override) for line in command.lines] == [
        ("l2", 2, 90_0000, ""), ("l1", 1, 90_0000, ""),
    ]  # fmt: skip
    assert (command.op_id, command.usage_id, command.number) == ("op-1", "op-1", "N-1")
    assert (command.location_id, command.account_id, command.ship_to_id) == ("c1", "a1", "s1")
    assert (command.po_number, command.case_ref, command.replace) == ("77", "C-1", False)
    assert shown(one).sale.total == "$270.00"
    assert usage.command(
        replace(one, restock=True), planned, CUSTOMER, actor="u", day=TODAY, number="N"
    ).replace


def test_the_form_tells_the_places_the_reference_and_that_a_po_number_is_needed() -> None:
    state = shown(draft(SaleItem("p1", "l1", 1), case_ref="C-1"))

    assert state.sale.ship_tos == (("c1", "Cath lab · Main, Bergen"), ("c2", "Ward 4 · Annex, Bergen"))
    assert (state.sale.ship_to_id, state.sale.po_label) == ("c1", "PO number (needed)")
    assert (state.case_ref, state.restock) == ("C-1", True)


def test_what_is_missing_is_told_before_the_button_can_be_pressed() -> None:
    item, gone = SaleItem("p1", "l1", 1), SaleItem("p1", "gone", 1)

    def hint(one: UsageDraft, customer: Customer | None = CUSTOMER) -> tuple[str, bool]:
        state = shown(one, customer).sale
        return state.hint, state.ready

    assert hint(draft()) == ("Add the lots that were used.", False)
    assert hint(draft(item, gone)) == ("Take out the line that no longer lies here.", False)
    assert shown(draft(gone)).sale.items[0].state == "No longer lies here"
    assert hint(draft(item), None) == ("The customer is still being read.", False)
    assert hint(draft(item)) == ("", True)


def test_a_refusal_shows_all_its_findings_and_offers_to_record_it_anyway() -> None:
    found = (finding("po_number_required", "a1"), finding("lot_recalled", "bad"))

    state = shown(draft(SaleItem("p1", "bad", 1)), findings=found, refused=True).sale

    assert {one.code for one in state.findings} == {"po_number_required", "lot_recalled"}
    assert (state.anyway, state.po_wrong, state.ready) == (True, True, True)
