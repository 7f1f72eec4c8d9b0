"""What the customer reads, what they are asked to sign, and what they never see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime

import pytest

from app.domain.lifecycle import QUOTE
from app.domain.rejections import finding
from app.screens import order_page, quote_page
from app.screens.formats import Formats
from app.screens.present import Presented, may_present_quote, may_sign_order, present_order, present_quote
from app.screens.signatures import short, signed_view
from app.workspace.rows import quotes as r
from app.workspace.rows.signatures import Signature

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
SIGNATURE = Signature(
    id="s", document="quote", document_id="q", revision=1, signer="Ingrid Solberg", meaning="accepts",
    signed_at="2026-11-22T10:15:00+00:00", strokes="1,1 2,2", digest="0123456789ab" + "c" * 52, by="Mia", agrees=True,
    sending=r.WAITING,
)  # fmt: skip
TRACE = '{"v":"1","steps":[{"kind":"floor","before":1,"after":2,"rule":"FLOOR-RULE"}]}'
CARD = r.QuoteCard(
    id="q", number="RE-A-0001", revision=1, account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="1 Quay, Bergen", ship_to_id="s", rep_id="rep", rep="Mia Berg", mine=True, state="approved",
    sending=r.WAITING, currency="USD", day=DAY, po_number="PO 77", note="they pay late", list_total=200_00,
    total=180_00, findings=(finding("discount_over_limit", "1", limit=1000),),
    lines=(
        r.QuoteLineRow(1, "p", "SKU-1", "Stent", "EA", 2, 1000, 90_0000, 95_0000, 180_00, TRACE, TRACE),
    ),
    approvals=(
        r.ApprovalRow("n", 1, "manager", "below_floor", "approved", DAY, "Ann Boss", DAY, "margin too thin"),
    ),
    orders=(r.OrderRef("o9", "RE-A-0099", "placed"),), tax_total=12_34, valid_until="2026-12-31", envelope_id="env",
)  # fmt: skip
SALE = r.OrderCard(
    id="o", number="RE-A-0002", type="trunk_sale", account_id="a", account="Harbour Hospital", account_number="A1",
    ship_to="1 Quay, Bergen", rep="Mia Berg", state="delivered", sending=r.WAITING, currency="USD", day=DAY, due=None,
    po_number="", total=180_00, published_sub_total=None, published_tax=None, published_freight=None,
    published_total=None, quote_id="", quote_number="", findings=(finding("fefo_overridden", "1", lot="L1"),),
    lines=(r.OrderLineRow(1, "p", "SKU-1", "Stent", "L2041", 2, 2, 0, 90_0000, 180_00, None, None),), shipments=(),
    mine=True, trunk_id="trunk-rep",
)  # fmt: skip
INTERNAL = (
    "they pay late", "margin", "Ann Boss", "floor", "approv", "limit", "95.00", "env", "RE-A-0099", "waiting", "trunk",
    "expire", "FLOOR", "manager",
)  # fmt: skip


def quote_shown(
    card: r.QuoteCard = CARD, *, names: tuple[str, ...] = (), role: str = "rep", day: str = DAY
) -> Presented:
    return present_quote(
        card, company="Corvia Medical", names=names, role=role, day=day, formats=FORMATS
    )  # fmt: skip


def sale_shown(card: r.OrderCard = SALE, *, role: str = "rep") -> Presented:
    return present_order(card, company="Corvia Medical", names=(), role=role, formats=FORMATS)


def words(value: object) -> Iterator[str]:
    """Every text in plain data, but for ids and codes, which nobody reads."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from words(one)
    elif is_dataclass(value):
        for one in fields(value):
            if one.name not in ("document", "meaning", "sending_tone"):
                yield from words(getattr(value, one.name))


# -- what is read -----------------------------------------------------------------------------------------------------


def test_the_customer_reads_what_the_printed_quote_says() -> None:
    shown = quote_shown()

    assert (shown.company, shown.title) == ("Corvia Medical", "Quote RE-A-0001")
    assert shown.customer == ("Harbour Hospital", "1 Quay, Bergen")
    assert ("Valid until", "Dec 31, 2026") in [(one.name, one.words) for one in shown.facts]
    [line] = shown.lines
    assert (line.product, line.qty, line.unit, line.discount, line.amount) == (
        "Stent", "2", "$90.00", "10%", "$180.00",
    )  # fmt: skip
    assert [(one.name, one.words) for one in shown.totals] == [
        ("At list prices", "$200.00"), ("Your saving", "−$20.00"), ("Net", "$180.00"), ("Tax", "$12.34"),
    ]  # fmt: skip
    assert (shown.total_label, shown.total) == ("Total in USD", "$192.34")


def test_list_prices_are_not_told_where_nothing_was_saved() -> None:
    shown = quote_shown(replace(CARD, list_total=170_00, tax_total=0))

    assert shown.totals == ()


@pytest.mark.parametrize("inner", INTERNAL)
@pytest.mark.parametrize("shown", [quote_shown(), sale_shown()], ids=["quote", "sale"])
def test_nothing_of_the_house_is_in_it(shown: Presented, inner: str) -> None:
    assert [one for one in words(shown) if inner.lower() in one.lower()] == []


@pytest.mark.parametrize("state", QUOTE)
def test_only_figures_that_stand_are_shown(state: str) -> None:
    card = replace(CARD, state=state)

    keys = [one.key for one in quote_page.actions(card, "rep", DAY)]

    assert ("present" in keys) is may_present_quote(card) is (state in ("approved", "offered", "accepted"))


def test_a_sale_tells_lot_and_tax() -> None:
    shown = sale_shown(replace(SALE, tax_total=1_00))

    assert shown.title == "Sale RE-A-0002"
    assert shown.lines[0].sku == "SKU-1 · Lot L2041"
    assert shown.total == "$181.00"


def test_the_use_of_consigned_goods_tells_its_case() -> None:
    shown = sale_shown(replace(SALE, type="bill_only", case_ref="OR 4"))

    assert shown.title == "Usage ticket RE-A-0002"
    assert "OR 4" in [one.words for one in shown.facts]


# -- what is asked ----------------------------------------------------------------------------------------------------


def test_the_only_contact_is_proposed_and_of_several_none() -> None:
    one, several = quote_shown(names=("Ingrid",)).signing, quote_shown(names=("Ingrid", "Otto")).signing

    assert one is not None
    assert several is not None
    assert (one.name, several.name, several.names) == ("Ingrid", "", ("Ingrid", "Otto"))


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, True),
        ({"state": "offered"}, True),
        ({"state": "accepted"}, False),
        ({"state": "pending_approval"}, False),
        ({"valid_until": "2026-11-22"}, False),
        ({"mine": False}, False),
        ({"signature": SIGNATURE}, False),
        ({"signature": replace(SIGNATURE, agrees=False)}, True),
    ],
)
def test_a_quote_is_signed_while_it_is_open_once(changes: dict[str, object], asked: bool) -> None:
    assert (quote_shown(replace(CARD, **changes)).signing is not None) is asked


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, True),
        ({"state": "held"}, True),
        ({"type": "stock"}, False),
        ({"state": "returned"}, False),
        ({"mine": False}, False),
        ({"signature": SIGNATURE}, False),
    ],
)
def test_goods_are_signed_for_by_who_has_them(changes: dict[str, object], asked: bool) -> None:
    assert may_sign_order(replace(SALE, **changes), "rep") is asked


def test_meanings_are_in_words() -> None:
    quote, sale = quote_shown().signing, sale_shown().signing

    assert quote is not None
    assert sale is not None
    assert (quote.says, sale.says) == ("Accepts this quote", "Received these goods")


def test_what_is_to_be_signed_comes_first_and_the_order_after_it() -> None:
    unsigned, signed = (
        quote_page.actions(replace(CARD, orders=(), signature=given), "rep", DAY)
        for given in (None, SIGNATURE)
    )

    assert [(one.key, one.kind) for one in unsigned[:2]] == [("present", "primary"), ("place_order", "")]
    assert [(one.key, one.kind) for one in signed[:2]] == [("place_order", "primary"), ("present", "")]


def test_a_sale_that_was_not_signed_for_offers_it_first() -> None:
    page = order_page.present(SALE, role="rep", formats=FORMATS)

    assert (page.actions[0].key, page.actions[0].words) == ("present", "Present and sign")


def test_a_signed_quote_says_that_the_order_comes_next() -> None:
    page = quote_page.present(replace(CARD, signature=SIGNATURE), role="rep", day=DAY, formats=FORMATS)

    assert page.next_step == "The customer has signed. Place the order."


# -- the signature ----------------------------------------------------------------------------------------------------


def test_a_signature_says_who_when_what_and_the_beginning_of_its_hash() -> None:
    seen = signed_view(SIGNATURE, FORMATS)

    assert seen is not None
    assert (seen.who, seen.when, seen.meaning, seen.digest) == (
        "Signed by Ingrid Solberg", "Nov 22, 2026, 10:15", "Accepts this quote", "0123 4567 89ab",
    )  # fmt: skip
    assert (seen.sending, seen.wrong, seen.tone) == ("Saved — waiting to send", "", "ok")


def test_a_signature_that_no_longer_agrees_says_so() -> None:
    seen = signed_view(replace(SIGNATURE, agrees=False), FORMATS)

    assert seen is not None
    assert "changed since it was signed" in seen.wrong
    assert seen.wrong in seen.spoken
    assert seen.tone == "warn"


def test_what_the_customer_reads_changes_the_key_and_what_they_do_not_does_not() -> None:
    before = quote_shown().key

    assert quote_shown(replace(CARD, po_number="PO 78")).key != before
    assert quote_shown(replace(CARD, revision=2)).key != before
    [line] = CARD.lines
    known = replace(line, repriced=None, trace="", repriced_trace="")
    assert quote_shown(replace(CARD, sending=r.CONFIRMED, findings=(), lines=(known,))).key == before


def test_a_short_hash_is_grouped() -> None:
    assert short("sha256:abcdef0123456789") == "abcd ef01 2345"
