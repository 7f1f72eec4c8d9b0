"""Picking and shipping: what is reserved goes, and lots, account and licences are judged again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fulfilment_kit import HELD_ORDER, LICENCED, LIMITED, grown, movements
from order_kit import ACCOUNT, ALLOCATED, DAY, LOTS, PICKED, codes, moved, only, state_of, with_lines

from app.domain.events import OrderMoved, StockMoved
from app.domain.facts import ABSENT, NOT_HERE, Known, OrderFact, Policy, Reservation
from app.domain.ids import derived_id
from app.domain.parties import CUSTOMER, Licence
from app.domain.rejections import BLOCKS, WARN, finding


def test_what_is_reserved_is_picked() -> None:
    said = moved("pick", order=ALLOCATED)

    assert (said.events, said.findings) == ((OrderMoved(order_id="o", state="picked"),), ())


@pytest.mark.parametrize("verb", ["pick", "ship"])
def test_without_a_reservation_there_is_nothing_to_pick_or_ship(verb: str) -> None:
    found = replace(ALLOCATED if verb == "pick" else PICKED, reservations=())

    assert moved(verb, order=found).findings == (finding("nothing_reserved", "o", number="MB-A-0001"),)


@pytest.mark.parametrize("verb", ["pick", "ship"])
def test_a_device_that_does_not_see_the_reservations_goes_by_the_lines(verb: str) -> None:
    unseen = replace(ALLOCATED if verb == "pick" else PICKED, reservations=())

    said = moved(verb, order=unseen, warehouse=Known(NOT_HERE))
    assert (said.outcome, state_of(said), movements(said)) == (
        "applied",
        ["picked" if verb == "pick" else "shipped"],
        [],
    )
    assert codes(moved(verb, order=with_lines(unseen, allocated=0), warehouse=Known(NOT_HERE))) == [
        "nothing_reserved"
    ]
    if verb == "ship":
        assert codes(moved(verb, order=unseen, warehouse=Known(NOT_HERE), policy=LICENCED)) == [
            "licence_missing"
        ]


def test_a_reservation_never_blocks_its_own_shipment() -> None:
    """The warehouse holds nothing more than what is reserved, and the account's limit is full with this order."""
    said = moved("ship", order=PICKED, warehouse=Known.held(()), account=LIMITED)

    assert (said.outcome, state_of(said), said.findings) == ("applied", ["shipped"], ())
    assert movements(said) == [
        ("sell", "g", "", 2, "wh:reserved", CUSTOMER),
        ("sell", "p", "early", 4, "wh:reserved", CUSTOMER),
        ("sell", "p", "late", 6, "wh:reserved", CUSTOMER),
    ]
    assert [m.movement_id for m in only(said, StockMoved)] == [
        derived_id("op", "movement", n) for n in range(3)
    ]
    assert {(m.document_id, m.business_date, m.op_id) for m in only(said, StockMoved)} == {("o", DAY, "op")}
    assert grown(said) == []


def test_an_order_with_backorders_is_shipped_in_parts() -> None:
    one, two = PICKED.lines
    short = replace(PICKED, lines=(replace(one, allocated=9, backordered=1), two))

    said = moved("ship", order=short)

    assert (said.outcome, state_of(said)) == ("applied", ["partly_shipped"])
    again = moved("ship", order=replace(short, state="partly_shipped"))
    assert (state_of(again), len(movements(again))) == ([], 3)
    whole = moved("ship", order=replace(PICKED, state="partly_shipped"))
    assert state_of(whole) == ["shipped"]


@pytest.mark.parametrize(
    ("lot", "shelf", "reason", "outcome", "expected"),
    [
        ({"expires": DAY}, 0, "", "applied", []),
        ({"expires": "2026-11-22"}, 0, "", "rejected", [("lot_expired", BLOCKS)]),
        ({"expires": "2026-11-22"}, 0, "urgent", "rejected", [("lot_expired", BLOCKS)]),
        ({"recalled_on": DAY}, 0, "urgent", "rejected", [("lot_recalled", BLOCKS)]),
        ({"recalled_on": "2026-11-24"}, 0, "", "applied", []),
        (
            {"expires": "2026-12-22"},
            30,
            "",
            "rejected",
            [("reason_required", BLOCKS), ("shelf_life_short", "approval")],
        ),
        ({"expires": "2026-12-22"}, 30, "customer agreed", "applied", [("shelf_life_short", WARN)]),
        ({"expires": "2026-12-23"}, 30, "", "applied", []),
    ],
)
def test_lots_are_judged_again_before_they_are_shipped(
    lot: dict[str, Any], shelf: int, reason: str, outcome: str, expected: list[tuple[str, str]]
) -> None:
    lots = {"early": Known.held(replace(LOTS["early"], **lot)), "late": Known.held(LOTS["late"])}
    picky = Known.held(replace(ACCOUNT, min_shelf_days=shelf))

    said = moved("ship", order=PICKED, lots=lots, account=picky, reason=reason)

    assert (said.outcome, [(f.code, f.severity) for f in said.findings]) == (outcome, expected)
    assert bool(said.events) is (outcome == "applied")


@pytest.mark.parametrize("lots", [{}, {"early": Known(NOT_HERE), "late": Known(ABSENT)}])
def test_a_lot_that_is_not_here_is_not_shipped_unseen(lots: dict[str, Any]) -> None:
    said = moved("ship", order=PICKED, lots=lots)

    assert said.findings == (
        finding("fact_missing", "early", what="lot"),
        finding("fact_missing", "late", what="lot"),
    )


def test_account_and_licence_are_judged_again_before_a_shipment() -> None:
    on_hold = replace(ACCOUNT, status="on_hold", status_since="2026-11-22")
    ran_out = Licence("li", "s", "Implants", "", "N 7", "2026-01-01", "2026-11-22", "2026-11-01")

    said = moved(
        "ship",
        order=PICKED,
        account=Known.held(on_hold),
        policy=LICENCED,
        licences=Known.held((ran_out,)),
        reason="urgent",
    )

    assert (said.outcome, codes(said)) == ("rejected", ["account_on_hold", "licence_expired"])
    still_good = replace(ran_out, expires=DAY)
    assert (
        moved("ship", order=PICKED, policy=LICENCED, licences=Known.held((still_good,))).outcome == "applied"
    )


@pytest.mark.parametrize(("verb", "found"), [("release", HELD_ORDER), ("ship", PICKED)])
def test_a_missing_licence_names_the_address_it_is_missing_at(verb: str, found: OrderFact) -> None:
    missing = finding("licence_missing", "s", product_class="Implants")

    assert moved(verb, order=found, policy=LICENCED).findings == (missing,)
    nowhere = moved(verb, order=replace(found, ship_to_id=None), policy=LICENCED)
    assert nowhere.findings == (replace(missing, subject=""),)


def test_prices_that_are_old_are_told_of_the_account_at_a_release() -> None:
    said = moved(
        "release", order=HELD_ORDER, policy=Policy(freshness={"prices": (1, 9)}), synced_on="2026-11-20"
    )

    assert said.findings == (finding("prices_stale", "a", as_of="2026-11-20", days=3),)


def test_only_what_is_shipped_needs_its_licence() -> None:
    gloves = replace(PICKED, reservations=(Reservation("wh", "g", "", 2),))

    assert moved("ship", order=gloves, policy=LICENCED).outcome == "applied"


def test_a_licence_unseen_for_long_is_shipped_on_with_a_reason_only() -> None:
    policy = Policy(licence_classes=("Implants",), freshness={"licence": (1, 2)})
    licence = Known.held((Licence("li", "s", "*", "", "N 7", "2026-01-01", None, "2026-11-01"),))

    assert (
        moved("ship", order=PICKED, policy=policy, licences=licence).findings
        == (
            finding("reason_required", "o"),
            replace(
                finding("licence_stale", "s", as_of="2026-11-01", number="N 7", days=22), severity="approval"
            ),
        )[::-1]
    )
    said = moved("ship", order=PICKED, policy=policy, licences=licence, reason="seen the paper")
    assert [(f.code, f.severity) for f in said.findings] == [("licence_stale", WARN)]
