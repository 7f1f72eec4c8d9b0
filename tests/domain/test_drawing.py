"""Drawing on an envelope: what it covers, what it never covers, and that nothing overdraws it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from authority_kit import BODY, DAY, GRANTED, facts
from hypothesis import given, strategies as st

from app.domain.authority import Document, class_of, cover, cover_sale
from app.domain.catalog import Product
from app.domain.commands import SaleLine, SellFromTrunk
from app.domain.events import EnvelopeDrawn
from app.domain.facts import ABSENT, EnvelopeFact, Known
from app.domain.ids import derived_id
from app.domain.rejections import APPROVAL, WARN, Finding, finding


def deep(line: str = "1", discount: int = 2500) -> Finding:
    return finding("discount_over_limit", line, product="P", discount=discount, limit=1000, roles="manager")


OFFLINE = finding("offline_limit_exceeded", "o", amount=400_00, limit=100_00, currency="USD")
CREDIT = finding("credit_limit_exceeded", "a")


def document(**changes: Any) -> Document:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "envelope_id": "e", "id": "q", "account_id": "a", "day": DAY,
        "currency": "USD", "amount": 400_00, "classes": {"1": "Gloves", "2": "Bikes"},
    }  # fmt: skip
    return Document(**{**values, **changes})


def drawn(
    *found: Finding,
    envelope: EnvelopeFact | None = GRANTED,
    terms: dict[str, Any] | None = None,
    **changes: Any,
) -> tuple[tuple[Finding, ...], EnvelopeDrawn | None]:
    if envelope is not None and terms:
        body = {**json.loads(envelope.body), **terms}
        envelope = replace(envelope, body=json.dumps(body))
    known = Known(ABSENT) if envelope is None else Known.held(envelope)
    return cover(found or (deep(),), facts(envelope=known), document(**changes))


def reasons(found: tuple[Finding, ...]) -> set[str]:
    return {dict(one.params)["why"] for one in found if one.code == "envelope_not_used"}


def test_an_envelope_stands_in_for_a_yes_and_is_counted_down() -> None:
    findings, use = drawn(envelope=replace(GRANTED, used_amount=100_00, used_count=3))

    assert findings == (
        replace(deep(), severity=WARN),
        finding("envelope_used", "e", amount=400_00, left=500_00, currency="USD"),
    )
    assert use == EnvelopeDrawn(
        use_id=derived_id("op", "envelope_use", 0),
        envelope_id="e",
        holder="rep",
        granted_by="boss",
        document_id="q",
        amount=400_00,
        used_on=DAY,
        op_id="op",
    )


@pytest.mark.parametrize(
    ("before", "used", "amount", "left"),
    [
        (300_00, 900_00, 100_00, 0),  # of the budget of 1,000.00 others have drawn 600.00: just enough
        (500_00, 500_00, -100_00, 600_00),  # cheaper now: the rest goes back
        (400_00, 400_00, 0, 600_00),
        (299_99, 900_00, None, None),  # others have drawn a cent too much
    ],
)
def test_a_later_revision_draws_only_what_it_is_dearer_than_the_ones_before(
    before: int, used: int, amount: int | None, left: int | None
) -> None:
    known = facts(envelope=Known.held(replace(GRANTED, used_amount=used)), drawn=before)

    findings, use = cover((deep(),), known, document())

    assert (use.amount if use else None) == amount
    told = [dict(one.params)["left"] for one in findings if one.code == "envelope_used"]
    assert told == ([] if left is None else [str(left)])
    assert reasons(findings) == ({"budget"} if left is None else set())


def test_every_finding_stays_listed_and_credit_floor_and_old_prices_are_never_covered() -> None:
    asked = [CREDIT, finding("below_floor", "1"), finding("price_too_old", "1"), finding("lot_expired", "l")]

    findings, use = drawn(deep(), OFFLINE, *asked, classes={"1": "Gloves"})

    assert use is not None
    assert {one.code: one.severity for one in findings} == {
        "credit_limit_exceeded": APPROVAL,
        "below_floor": APPROVAL,
        "price_too_old": APPROVAL,
        "discount_over_limit": WARN,
        "offline_limit_exceeded": WARN,
        "lot_expired": WARN,
        "envelope_used": WARN,
    }


def test_a_document_without_an_envelope_is_judged_as_ever() -> None:
    assert drawn(deep(), CREDIT, envelope_id="") == ((CREDIT, deep()), None)


@pytest.mark.parametrize(
    ("changes", "why_not"),
    [
        ({"envelope": replace(GRANTED, signed=False)}, {"unsigned"}),
        ({"envelope": None}, {"unknown"}),
        ({"terms": {"version": 2}}, {"unreadable"}),
        ({"terms": {"id": "f"}}, {"unreadable"}),
        ({"envelope": replace(GRANTED, revoked_on="2026-12-01")}, {"revoked"}),
        ({"actor": "other"}, {"other_holder"}),
        ({"day": "2026-11-01"}, set()),
        ({"day": "2026-10-31"}, {"not_valid"}),
        ({"day": "2026-12-31"}, set()),
        ({"day": "2027-01-01"}, {"not_valid"}),
        ({"currency": "EUR"}, {"other_currency"}),
        ({"account_id": "c"}, {"other_account"}),
        ({"account_id": "c", "terms": {"account_ids": []}}, set()),
        ({"classes": {"1": "Bikes"}}, {"other_class"}),
        ({"classes": {"1": "Bikes"}, "terms": {"product_classes": []}}, set()),
        ({"terms": {"max_discount_bp": 2500}}, set()),
        ({"terms": {"max_discount_bp": 2499}}, {"discount"}),
        ({"amount": 500_00}, set()),
        ({"amount": 500_01}, {"amount"}),
        ({"envelope": replace(GRANTED, used_amount=600_00)}, set()),
        ({"envelope": replace(GRANTED, used_amount=600_01)}, {"budget"}),
        (
            {"actor": "other", "currency": "EUR", "amount": 1000_01},
            {"other_holder", "other_currency", "amount", "budget"},
        ),
    ],
)  # fmt: skip
def test_an_envelope_covers_exactly_what_it_was_granted_for(
    changes: dict[str, Any], why_not: set[str]
) -> None:
    findings, use = drawn(**changes)

    assert reasons(findings) == why_not
    assert (use is None) is bool(why_not)
    assert (deep() in findings) is bool(why_not)  # it asks for its yes as usual
    assert findings == tuple(sorted(findings))


def test_the_deepest_discount_of_all_lines_counts() -> None:
    assert reasons(drawn(deep("1", 2000), deep("1", 3001))[0]) == {"discount"}
    assert reasons(drawn(deep("1", 3001), deep("1", 2000))[0]) == {"discount"}


def test_only_the_lines_that_ask_must_be_of_its_classes() -> None:
    assert drawn(deep("1"))[1] is not None
    assert reasons(drawn(deep("1"), deep("2"))[0]) == {"other_class"}


def test_what_is_about_the_whole_document_is_about_every_line() -> None:
    assert reasons(drawn(OFFLINE)[0]) == {"other_class"}
    assert reasons(drawn(OFFLINE, deep("1"))[0]) == {"other_class"}
    assert drawn(OFFLINE, classes={"1": "Gloves"})[1] is not None


@pytest.mark.parametrize(
    ("found", "why_not"),
    [
        ((CREDIT,), "not_needed"),
        ((finding("lot_expired"),), "not_needed"),
        ((replace(deep(), severity=WARN),), "not_needed"),
        ((deep(), finding("no_lines")), "refused"),
    ],
)
def test_nothing_is_drawn_without_need_or_for_what_is_refused(
    found: tuple[Finding, ...], why_not: str
) -> None:
    findings, use = drawn(*found)

    assert (reasons(findings), use) == ({why_not}, None)
    assert set(found) < set(findings)


def test_an_envelope_that_is_not_there_is_named() -> None:
    findings, _ = drawn(envelope=None)

    assert findings == (deep(), finding("envelope_not_used", "e", why="unknown"))


def test_the_class_of_a_product_that_is_not_known_is_none_of_them() -> None:
    known: dict[str, Any] = {"p": Known.held(Product("p", "S", "P", "Gloves", "none")), "gone": Known(ABSENT)}

    assert [class_of(facts(products=known), one) for one in ("p", "gone", "never")] == ["Gloves", "", ""]


def test_a_trunk_sale_draws_by_the_lots_it_names() -> None:
    lines = tuple(
        SaleLine(product_id=product, lot_id=lot, qty=1, discount_bp=2500, shown_price=1)
        for product, lot in (("p", "lot"), ("loose", ""), ("other", "o"))
    )
    sale = SellFromTrunk(
        op_id="op", actor="rep", business_date=DAY, sale_id="s", number="1", location_id="t", account_id="a",
        ship_to_id="x", currency="USD", po_number="", lines=lines, envelope_id="e",
    )  # fmt: skip
    classes = {"p": "Gloves", "loose": "Gloves", "other": "Bikes"}
    known = facts(
        envelope=Known.held(GRANTED),
        products={one: Known.held(Product(one, "S", "P", kind, "lot")) for one, kind in classes.items()},
    )

    findings, use = cover_sale([deep("lot"), deep("loose")], known, sale, 400_00)

    assert use == EnvelopeDrawn(
        use_id=derived_id("op", "envelope_use", 0), envelope_id="e", holder="rep", granted_by="boss",
        document_id="s", amount=400_00, used_on=DAY, op_id="op",
    )  # fmt: skip
    assert [one.severity for one in findings] == [WARN] * 3
    assert reasons(cover_sale([deep("lot"), deep("o")], known, sale, 400_00)[0]) == {"other_class"}
    assert reasons(cover_sale([deep("lot")], known, replace(sale, account_id="c"), 1)[0]) == {"other_account"}
    assert cover_sale([deep("lot")], known, replace(sale, envelope_id=""), 1) == ((deep("lot"),), None)


@given(amounts=st.lists(st.integers(0, 600_00), max_size=12), budget=st.integers(0, 1500_00))
def test_no_order_of_draws_overdraws_an_envelope(amounts: list[int], budget: int) -> None:
    """As on the server: each document is judged on the counters that the ones before it left."""
    body = json.dumps({**json.loads(BODY), "budget": budget})
    left = replace(GRANTED, body=body)

    for amount in amounts:
        findings, use = drawn(envelope=left, amount=amount)
        covered = amount <= 500_00 and left.used_amount + amount <= budget
        assert (use is not None) is covered
        assert any(one.severity == APPROVAL for one in findings) is not covered
        if use is not None:
            left = replace(left, used_amount=left.used_amount + use.amount)

    assert left.used_amount <= budget
