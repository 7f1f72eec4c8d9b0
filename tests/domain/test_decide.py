"""decide: requests may be refused or held, facts are booked; every finding is told, never only the first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalog import ListPrice, Lot, PriceList, Product
from app.domain.commands import (
    Command,
    CountLine,
    CountTrunk,
    DecideApproval,
    PlaceOrder,
    QuoteLine,
    SaleLine,
    SellFromTrunk,
    SetAccountStatus,
    SubmitQuote,
)
from app.domain.decide import Decision, decide
from app.domain.events import ApprovalAsked, ApprovalClosed, CaseOpened, OrderRecorded, QuoteMoved, StockMoved
from app.domain.facts import (
    ABSENT,
    HELD,
    NOT_HERE,
    ApprovalFact,
    Balance,
    Facts,
    Known,
    Policy,
    QuoteFact,
    QuoteLineFact,
)
from app.domain.parties import Account, Exposure, Person, Place, ShipTo
from app.domain.rejections import CODES, Finding, finding

DAY = "2026-11-23"
WHO: dict[str, Any] = {"op_id": "op", "actor": "rep", "business_date": DAY}
REP = Person("rep", "rep", ("north",))
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)
PRODUCT = Product("p", "S1", "Stent", "Bikes", "lot")
PRICE = 100_0000
LIMITS = {"rep": {"*": 1000, "Gloves": 200}, "manager": {"*": 3000}, "finance": {"*": 5000}}
QUOTE = QuoteFact(
    "q", "MB-A-0001", 1, "a", "s", "north", "rep", "approved", "USD", "", 200_00,
    (QuoteLineFact("ql", 1, "p", 2, PRICE, 200_00),), (),
)  # fmt: skip


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(REP),
        "policy": Policy(LIMITS),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(ShipTo("s", "NO", "")),
        "exposure": Known.held(Exposure(0)),
        "products": {"p": Known.held(PRODUCT)},
        "lots": {"l": Known.held(Lot("l", "p", "L1", "", "2027-06-30", None))},
        "lists": (PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
        "prices": (ListPrice("x", "base", "p", 1, PRICE, "2020-01-01", None),),
        "prices_status": HELD,
        "quote": Known(ABSENT),
        "place": Known.held(Place("trunk", "trunk", "rep")),
        "balances": (Balance("trunk", "p", "l", 10), *(Balance("trunk", "p", f"l{n}", 5) for n in range(3))),
        "warehouse": Known(NOT_HERE),
    }
    return Facts(**{**known, **changes})


def submit(*, qty: int = 2, discount: int = 0, shown: int | None = None, **changes: Any) -> SubmitQuote:
    price = PRICE * (10_000 - discount) // 10_000 if shown is None else shown
    line = QuoteLine(product_id="p", qty=qty, discount_bp=discount, shown_price=price)
    values: dict[str, Any] = {
        "quote_id": "q", "number": "MB-A-0001", "revision": 1, "account_id": "a", "ship_to_id": "s",
        "currency": "USD", "po_number": "", "note": "", "lines": (line,),
    }  # fmt: skip
    return SubmitQuote(**{**WHO, **values, **changes})


def sell(*, qty: int = 3, lot: str = "l", **changes: Any) -> SellFromTrunk:
    values: dict[str, Any] = {
        "sale_id": "o", "number": "MB-A-0002", "location_id": "trunk", "account_id": "a", "ship_to_id": "s",
        "currency": "USD", "po_number": "",
        "lines": (SaleLine(product_id="p", lot_id=lot, qty=qty, discount_bp=0, shown_price=PRICE),),
    }  # fmt: skip
    return SellFromTrunk(**{**WHO, **values, **changes})


def count(*lines: tuple[int, int, str]) -> CountTrunk:
    made = tuple(
        CountLine(product_id="p", lot_id=f"l{n}", counted=c, expected=e, reason=r)
        for n, (c, e, r) in enumerate(lines)
    )
    return CountTrunk(
        **WHO, count_id="c", number="MB-A-0003", location_id="trunk", signed_by="Rep", lines=made
    )


def verdict(**changes: Any) -> DecideApproval:
    values: dict[str, Any] = {
        "approval_id": "x",
        "quote_id": "q",
        "revision": 1,
        "approve": True,
        "reason": "",
    }
    return DecideApproval(**{**WHO, "actor": "boss", **values, **changes})


def place(**changes: Any) -> PlaceOrder:
    values: dict[str, Any] = {"order_id": "o", "number": "MB-A-0004", "quote_id": "q", "revision": 1}
    return PlaceOrder(**{**WHO, **values, **changes})


def codes(decision: Decision) -> list[str]:
    return [found.code for found in decision.findings]


def only(decision: Decision, kind: type) -> list[Any]:
    return [event for event in decision.events if type(event) is kind]


# -- quotes -----------------------------------------------------------------------------------------------------------


def test_a_quote_inside_all_limits_stands_approved() -> None:
    said = decide(submit(), facts())

    assert (said.outcome, said.findings) == ("applied", ())
    [recorded] = said.events
    assert (recorded.state, recorded.total, recorded.list_total) == ("approved", 200_00, 200_00)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("discount", "asked"),
    [
        (1000, []),
        (1001, ["manager"]),
        (3000, ["manager"]),
        (3001, ["finance", "manager"]),
        (6000, ["finance", "manager"]),
    ],
)
def test_a_discount_over_the_limit_asks_each_level_that_may_not_give_it(
    discount: int, asked: list[str]
) -> None:
    said = decide(submit(discount=discount), facts())

    assert said.outcome == ("held" if asked else "applied")
    assert sorted(need.role for need in only(said, ApprovalAsked)) == asked


def test_the_limit_follows_the_product_class() -> None:
    gloves = {"p": Known.held(replace(PRODUCT, product_class="Gloves"))}

    assert decide(submit(discount=300), facts(products=gloves)).outcome == "held"
    assert decide(submit(discount=300), facts()).outcome == "applied"


def test_every_reason_is_told_at_once() -> None:
    bad = replace(
        ACCOUNT, status="on_hold", status_reason="unpaid", status_since="2026-11-01", po_required=True
    )
    away = replace(bad, territory_id="south", currency="EUR")
    gone = {"p": Known.held(replace(PRODUCT, sell_until="2026-01-01"))}

    said = decide(
        submit(discount=2000), facts(account=Known.held(away), products=gone, ship_to=Known(ABSENT))
    )

    assert said.outcome == "rejected"
    assert said.events == ()
    assert codes(said) == [
        "account_on_hold",
        "address_unknown",
        "currency_mismatch",
        "discount_over_limit",
        "not_your_territory",
        "po_number_required",
        "product_not_sold",
    ]
    assert said.findings[0].as_of == "2026-11-01"


@pytest.mark.parametrize(
    ("command", "change", "code"),
    [
        (submit(lines=()), {}, "no_lines"),
        (submit(), {"prices": ()}, "price_missing"),
        (submit(), {"prices": (), "prices_status": NOT_HERE}, "fact_missing"),
        (submit(), {"account": Known(NOT_HERE)}, "fact_missing"),
        (submit(), {"account": Known(ABSENT)}, "account_unknown"),
        (submit(), {"account": Known.held(replace(ACCOUNT, status="closed"))}, "account_closed"),
        (submit(), {"ship_to": Known(NOT_HERE)}, "fact_missing"),
        (submit(), {"products": {}}, "fact_missing"),
        (submit(), {"products": {"p": Known(NOT_HERE)}}, "fact_missing"),
        (submit(), {"products": {"p": Known(ABSENT)}}, "product_unknown"),
        (
            submit(),
            {"products": {"p": Known.held(replace(PRODUCT, sell_from="2027-01-01"))}},
            "product_not_sold",
        ),
        (submit(), {"actor": Known.held(replace(REP, role="finance"))}, "not_allowed"),
        (submit(), {"actor": Known(NOT_HERE)}, "not_allowed"),
        (submit(), {"document_exists": True}, "document_exists"),
        (submit(), {"quote": Known.held(QUOTE)}, "document_exists"),
        (submit(revision=2), {"quote": Known.held(replace(QUOTE, rep_id="other"))}, "document_exists"),
        (submit(revision=3), {"quote": Known.held(QUOTE)}, "revision_moved_on"),
        (submit(revision=2), {"quote": Known.held(replace(QUOTE, state="accepted"))}, "quote_wrong_state"),
        (submit(revision=2), {"quote": Known(ABSENT)}, "quote_unknown"),
        (submit(revision=2), {"quote": Known(NOT_HERE)}, "fact_missing"),
        (
            submit(),
            {"account": Known.held(replace(ACCOUNT, credit_limit=1)), "exposure": Known(NOT_HERE)},
            "fact_missing",
        ),
    ],
)
def test_a_quote_is_refused_with_its_reason(command: Command, change: dict[str, Any], code: str) -> None:
    said = decide(command, facts(**change))

    assert said.outcome == "rejected"
    assert code in codes(said)


def test_an_account_in_another_territory_is_mine_when_i_am_its_rep() -> None:
    mine = replace(ACCOUNT, territory_id="south", rep_id="rep")

    assert decide(submit(), facts(account=Known.held(mine))).outcome == "applied"


@pytest.mark.parametrize(("used", "outcome"), [(800_00, "applied"), (800_01, "held")])
def test_credit_is_asked_of_finance_just_above_the_limit(used: int, outcome: str) -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=1000_00))

    said = decide(submit(), facts(account=limited, exposure=Known.held(Exposure(used))))

    assert said.outcome == outcome
    assert [need.role for need in only(said, ApprovalAsked)] == (["finance"] if outcome == "held" else [])


@pytest.mark.parametrize(
    ("received", "shown", "expected"),
    [
        (DAY, 99_0000, ["price_differs"]),
        ("2026-12-07", 99_0000, ["price_differs"]),
        ("2026-12-08", 99_0000, ["price_too_old"]),
        (DAY, 101_0000, ["price_differs"]),
        (DAY, 89_0000, ["discount_over_limit", "price_differs"]),
    ],
)
def test_a_price_that_differs_is_honoured_for_some_days_but_counts_as_discount(
    received: str, shown: int, expected: list[str]
) -> None:
    said = decide(submit(shown=shown), facts(received_on=received))

    assert codes(said) == expected
    [line] = said.events[0].lines  # type: ignore[union-attr]
    assert (line.unit_price, line.repriced) == (shown, PRICE)


@pytest.mark.parametrize(
    ("shown", "discount", "list_total"),
    [(100_0000, 0, 200_00), (90_0000, 1000, 200_00), (80_0000, 0, 160_00), (0, 10_000, 0)],
)
def test_a_price_that_differs_shows_no_discount_that_nobody_gave(
    shown: int, discount: int, list_total: int
) -> None:
    said = decide(submit(shown=shown, discount=discount), facts())

    assert said.events[0].list_total == (200_00 if discount == 10_000 else list_total)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("received", "outcome"),
    [("2026-11-22", "applied"), ("2026-11-21", "held"), ("2026-12-07", "applied"), ("2026-12-24", "held")],
)
def test_a_business_date_too_far_away_is_held(received: str, outcome: str) -> None:
    assert decide(submit(), facts(received_on=received)).outcome == outcome


def test_a_new_revision_overtakes_what_was_asked_before() -> None:
    pending = ApprovalFact("x", "q", 1, "manager", "discount_over_limit", "pending")
    settled = replace(pending, id="y", state="approved")
    before = Known.held(replace(QUOTE, state="pending_approval", approvals=(pending, settled)))

    said = decide(submit(revision=2, discount=2000), facts(quote=before))

    assert said.outcome == "held"
    assert [(e.approval_id, e.state) for e in only(said, ApprovalClosed)] == [("x", "superseded")]


# -- approvals --------------------------------------------------------------------------------------------------------

ASKED = ApprovalFact("x", "q", 1, "manager", "discount_over_limit", "pending")
PENDING = replace(QUOTE, state="pending_approval", approvals=(ASKED,))
BOSS = Known.held(Person("boss", "manager", ("north",)))


def judged(command: DecideApproval, quote: QuoteFact = PENDING, actor: Known[Person] = BOSS) -> Decision:
    return decide(command, facts(quote=Known.held(quote), actor=actor))


def test_the_last_yes_approves_the_quote() -> None:
    two = replace(PENDING, approvals=(ASKED, replace(ASKED, id="y", role="finance")))

    assert only(judged(verdict(), two), QuoteMoved) == []
    assert [e.state for e in only(judged(verdict()), QuoteMoved)] == ["approved"]


def test_a_late_decision_counts_and_its_age_is_told() -> None:
    late = facts(quote=Known.held(PENDING), actor=BOSS, received_on="2027-03-01")

    said = decide(verdict(), late)

    assert (said.outcome, codes(said)) == ("applied", ["back_dated"])
    assert [e.state for e in only(said, QuoteMoved)] == ["approved"]


def test_the_first_no_declines_the_quote_and_overtakes_the_other_needs() -> None:
    two = replace(PENDING, approvals=(ASKED, replace(ASKED, id="y", role="finance")))

    said = judged(verdict(approve=False, reason="too cheap"), two)

    assert [(e.approval_id, e.state) for e in only(said, ApprovalClosed)] == [
        ("x", "declined"),
        ("y", "superseded"),
    ]
    assert [e.state for e in only(said, QuoteMoved)] == ["declined"]


@pytest.mark.parametrize(
    ("command", "quote", "actor", "code"),
    [
        (verdict(approve=False), PENDING, BOSS, "reason_required"),
        (verdict(approval_id="z"), PENDING, BOSS, "approval_unknown"),
        (verdict(revision=2), PENDING, BOSS, "revision_moved_on"),
        (verdict(), replace(PENDING, revision=2), BOSS, "revision_moved_on"),
        (verdict(), replace(PENDING, state="declined"), BOSS, "quote_wrong_state"),
        (
            verdict(),
            replace(PENDING, approvals=(replace(ASKED, state="approved"),)),
            BOSS,
            "approval_settled",
        ),
        (verdict(actor="rep"), PENDING, Known.held(replace(REP, role="manager")), "maker_is_checker"),
        (verdict(), PENDING, Known.held(Person("boss", "rep", ("north",))), "not_allowed"),
        (verdict(), PENDING, Known.held(Person("boss", "finance", ("north",))), "not_allowed"),
        (verdict(), PENDING, Known.held(Person("boss", "manager", ("south",))), "not_allowed"),
        (verdict(), PENDING, Known(NOT_HERE), "not_allowed"),
    ],
)
def test_a_decision_is_refused_with_its_reason(
    command: DecideApproval, quote: QuoteFact, actor: Known[Person], code: str
) -> None:
    said = judged(command, quote, actor)

    assert said.outcome == "rejected"
    assert code in codes(said)


def test_an_administrator_may_stand_in_for_any_role() -> None:
    assert judged(verdict(), actor=Known.held(Person("boss", "admin", ("*",)))).outcome == "applied"


@pytest.mark.parametrize(("status", "code"), [(ABSENT, "quote_unknown"), (NOT_HERE, "fact_missing")])
def test_a_quote_that_is_not_there_cannot_be_decided_or_ordered(status: str, code: str) -> None:
    for command in (verdict(), place()):
        assert codes(decide(command, facts(quote=Known(status)))) == [code]


# -- orders -----------------------------------------------------------------------------------------------------------


def ordered(command: PlaceOrder | None = None, **changes: Any) -> Decision:
    return decide(command or place(), facts(**{"quote": Known.held(QUOTE), **changes}))


def test_a_tablet_places_an_order_without_promising_stock() -> None:
    said = ordered()

    [order] = only(said, OrderRecorded)
    assert (said.outcome, order.state, order.lines[0].allocated, order.lines[0].backordered) == (
        "applied",
        "placed",
        0,
        0,
    )


def test_the_server_reserves_first_expired_first() -> None:
    shelf = (Balance("wh", "p", "late", 5, "2027-12-31"), Balance("wh", "p", "soon", 1, "2026-12-31"))

    said = ordered(warehouse=Known.held(shelf))

    moves = only(said, StockMoved)
    assert [(m.lot_id, m.qty, m.from_location, m.to_location) for m in moves] == [
        ("soon", 1, "wh", "wh:reserved"),
        ("late", 1, "wh", "wh:reserved"),
    ]
    assert only(said, OrderRecorded)[0].state == "allocated"


def test_what_the_warehouse_lacks_is_backordered_and_told() -> None:
    said = ordered(warehouse=Known.held((Balance("wh", "p", "", 1),)))

    assert (said.outcome, codes(said)) == ("applied_modified", ["backordered"])
    line = only(said, OrderRecorded)[0].lines[0]
    assert (line.allocated, line.backordered) == (1, 1)


def test_an_empty_warehouse_leaves_the_order_placed() -> None:
    said = ordered(warehouse=Known.held(()))

    assert only(said, OrderRecorded)[0].state == "placed"
    assert only(said, OrderRecorded)[0].lines[0].backordered == 2


def test_an_order_over_the_credit_limit_is_held_and_reserves_nothing() -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=100_00))

    said = ordered(account=limited, warehouse=Known.held((Balance("wh", "p", "", 9),)))

    assert said.outcome == "held"
    assert only(said, OrderRecorded)[0].state == "held"
    assert only(said, StockMoved) == []


@pytest.mark.parametrize(
    ("command", "change", "code"),
    [
        (place(revision=2), {}, "revision_moved_on"),
        (place(), {"quote": Known.held(replace(QUOTE, state="pending_approval"))}, "quote_wrong_state"),
        (place(), {"quote": Known.held(replace(QUOTE, rep_id="other"))}, "not_allowed"),
        (place(), {"document_exists": True}, "document_exists"),
        (place(), {"account": Known.held(replace(ACCOUNT, status="on_hold"))}, "account_on_hold"),
        (place(), {"account": Known(ABSENT)}, "account_unknown"),
        (place(), {"account": Known(NOT_HERE)}, "fact_missing"),
    ],
)
def test_an_order_is_refused_with_its_reason(command: PlaceOrder, change: dict[str, Any], code: str) -> None:
    said = ordered(command, **change)

    assert said.outcome == "rejected"
    assert code in codes(said)


# -- trunk ------------------------------------------------------------------------------------------------------------


def test_a_sale_moves_the_goods_to_the_customer() -> None:
    said = decide(sell(), facts())

    [move] = only(said, StockMoved)
    assert said.outcome == "applied"
    assert (move.qty, move.from_location, move.to_location) == (3, "trunk", "v:customer")
    assert only(said, OrderRecorded)[0].state == "delivered"


@pytest.mark.parametrize(
    ("command", "change", "code"),
    [
        (sell(qty=11), {}, "stock_short"),
        (sell(lines=sell(qty=6).lines * 2), {}, "stock_short"),
        (sell(lot=""), {}, "lot_required"),
        (sell(lot="other"), {}, "lot_unknown"),
        (sell(), {"lots": {"l": Known.held(Lot("l", "another", "L1", "", None, None))}}, "lot_unknown"),
        (sell(), {"lots": {"l": Known.held(Lot("l", "p", "L1", "", None, DAY))}}, "lot_recalled"),
        (sell(), {"account": Known.held(replace(ACCOUNT, status="on_hold"))}, "account_on_hold"),
        (sell(), {"account": Known(ABSENT)}, "account_unknown"),
        (sell(lines=()), {}, "no_lines"),
    ],
)
def test_a_sale_that_happened_is_booked_and_opens_a_case(
    command: SellFromTrunk, change: dict[str, Any], code: str
) -> None:
    said = decide(command, facts(**change))

    assert said.outcome == "applied_exception"
    assert code in codes(said)
    assert len(only(said, CaseOpened)) == 1
    assert only(said, OrderRecorded)[0].state == "held"
    assert len(only(said, StockMoved)) == len(command.lines)


@pytest.mark.parametrize(
    ("place_known", "code"),
    [
        (Known.held(Place("trunk", "trunk", "other")), "not_custodian"),
        (Known(ABSENT), "place_unknown"),
    ],
)
def test_a_trunk_that_is_not_the_actors_is_never_moved_from(place_known: Known[Place], code: str) -> None:
    for command in (sell(), count((1, 2, "lost"))):
        said = decide(command, facts(place=place_known))

        assert (said.outcome, only(said, StockMoved)) == ("applied_exception", [])
        assert code in codes(said)


def test_a_trunk_this_device_does_not_hold_is_missing_not_empty() -> None:
    assert "fact_missing" in codes(decide(sell(), facts(place=Known(NOT_HERE))))


def test_a_document_id_that_is_taken_writes_no_document() -> None:
    for command in (sell(), count((1, 2, "lost"))):
        said = decide(command, facts(document_exists=True))

        assert [type(event) for event in said.events] == [CaseOpened]


def test_an_expired_lot_is_sold_with_a_warning() -> None:
    said = decide(sell(), facts(lots={"l": Known.held(Lot("l", "p", "L1", "", "2026-01-01", None))}))

    assert (said.outcome, codes(said)) == ("applied", ["lot_expired"])


def test_an_untracked_product_needs_no_lot() -> None:
    loose = {"p": Known.held(replace(PRODUCT, tracking="none"))}

    assert (
        decide(sell(lot=""), facts(products=loose, balances=(Balance("trunk", "p", "", 9),))).outcome
        == "applied"
    )


def test_a_sale_over_a_limit_is_held_because_the_goods_may_be_used() -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=1))

    said = decide(sell(), facts(account=limited, received_on="2026-11-25"))

    assert said.outcome == "held"
    [case] = only(said, CaseOpened)
    assert (case.code, case.opened_on) == ("credit_limit_exceeded", "2026-11-25")
    assert len(only(said, StockMoved)) == 1


def test_a_variance_is_booked_in_its_direction_and_no_variance_not_at_all() -> None:
    said = decide(count((5, 5, ""), (3, 5, "damaged"), (7, 5, "found")), facts())

    assert said.outcome == "applied"
    assert [(m.qty, m.from_location, m.to_location) for m in only(said, StockMoved)] == [
        (2, "trunk", "v:adjustment"),
        (2, "v:adjustment", "trunk"),
    ]


def test_a_count_needs_lines_reasons_and_each_lot_once() -> None:
    bare = replace(count(), lines=())
    twice = count((3, 5, "x"))
    twice = replace(twice, lines=twice.lines * 2)

    assert codes(decide(bare, facts())) == ["no_lines"]
    assert codes(decide(count((3, 5, " ")), facts())) == ["variance_reason_required"]
    assert codes(decide(twice, facts())) == ["counted_twice"]
    assert len(only(decide(twice, facts()), StockMoved)) == 1


@pytest.mark.parametrize(("have", "found"), [(3, []), (1, ["stock_short"])])
def test_a_count_that_takes_more_than_there_is_opens_a_case(have: int, found: list[str]) -> None:
    said = decide(count((2, 5, "damaged")), facts(balances=(Balance("trunk", "p", "l0", have),)))

    assert codes(said) == found
    assert len(only(said, CaseOpened)) == len(found)
    assert len(only(said, StockMoved)) == 1


# -- the office -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status", "reason", "change", "expected"),
    [
        ("operations", "on_hold", "unpaid", {}, []),
        ("finance", "active", "", {}, []),
        ("operations", "on_hold", " ", {}, ["reason_required"]),
        ("rep", "on_hold", "unpaid", {}, ["not_allowed"]),
        ("admin", "closed", "gone", {"account": Known(ABSENT)}, ["account_unknown"]),
        ("admin", "closed", "gone", {"account": Known(NOT_HERE)}, ["fact_missing"]),
    ],
)
def test_the_office_sets_an_accounts_status(
    role: str, status: str, reason: str, change: dict[str, Any], expected: list[str]
) -> None:
    command = SetAccountStatus(**WHO, account_id="a", status=status, reason=reason)

    said = decide(command, facts(**{"actor": Known.held(replace(REP, role=role)), **change}))

    assert codes(said) == expected
    assert said.outcome == ("rejected" if expected else "applied")


def test_a_command_without_a_rule_is_a_bug_that_stops() -> None:
    with pytest.raises(TypeError, match="no rule"):
        decide(Command(**WHO), facts())


def test_a_finding_has_a_listed_code() -> None:
    with pytest.raises(ValueError, match="unlisted"):
        Finding("nonsense")
    assert finding("account_on_hold").severity == CODES["account_on_hold"]
