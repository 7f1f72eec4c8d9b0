"""What the quote editor says: verdicts, limits, totals, and that figures never run ahead of what is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.catalog import ListPrice, PriceList, Product, TaxRate
from app.domain.decide import APPLIED, HELD, REJECTED, Decision
from app.domain.facts import NOT_HERE, Facts, Known, Policy
from app.domain.pricing import price
from app.domain.rejections import Finding, finding
from app.domain.taxes import Tax
from app.screens.formats import Formats
from app.screens.quote_editor import EditorState, discount_of, discount_text, present, roles_asked
from app.workspace.rows.envelopes import UsableEnvelope
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from app.workspace.rows.quoting import Buyer, Judged, PricedLine, PricedQuote, ShipTo

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
DAY = "2026-11-23"
LIMITS = {"rep": {"*": 1000}, "manager": {"*": 3000}, "finance": {"*": 10_000}}
DRAFT = QuoteDraft(
    id="op",
    number="RE-A-0001",
    revision=1,
    quote_id="q",
    account_id="a",
    ship_to_id="s",
    lines=(DraftLine("p", 3, 0),),
)
BUYER = Buyer(
    "a", "A1", "Harbour Hospital", "active", "", None, "USD", False, 30, None, 0, None,
    (ShipTo("s", "Main", "1 Quay", "Bergen", "5003", "NO"),),
)  # fmt: skip
FACTS = Facts(
    actor=Known(NOT_HERE),
    policy=Policy(discount_limits=LIMITS),
    products={"p": Known.held(Product("p", "SKU", "Stent", "II", "lot"))},
    lists=(PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
    prices=(ListPrice("r", "base", "p", 1, 100_0000, "2020-01-01", None),),
    prices_status="held",
)


def judged(
    draft: QuoteDraft, outcome: str = APPLIED, *findings: Finding, buyer: Buyer | None = BUYER
) -> Judged:
    lines = tuple(
        PricedLine(
            line.product_id, "SKU", "Stent", "EA", line.qty, line.discount_bp, 1000,
            price("p", line.qty, line.discount_bp, segment="store", currency="USD", day=DAY, facts=FACTS)
            if buyer
            else None,
        )
        for line in draft.lines
    )  # fmt: skip
    quote = PricedQuote(buyer, DAY, buyer.currency if buyer else "", lines, FACTS, "rep", None)
    return Judged(draft, quote, Decision(outcome, (), findings) if buyer else None)


def shown(draft: QuoteDraft = DRAFT, outcome: str = APPLIED, *findings: Finding, **how: Any) -> EditorState:
    return present(draft, judged(draft, outcome, *findings), FORMATS, **how)


def test_totals_are_the_sums_of_the_lines_with_their_currency() -> None:
    state = shown(DRAFT.with_discount(0, 500))

    assert (state.list_total, state.saving, state.total) == ("$300.00", "−$15.00", "$285.00")
    assert state.total_label == "Total in USD"
    assert state.lines[0].each == "$95.00 each"


@pytest.mark.parametrize(
    ("discount_bp", "note", "tone"),
    [
        (0, "You may give 10%; more needs a manager", "muted"),
        (1000, "You may give 10%; more needs a manager", "muted"),
        (1001, "Over 10%: needs a yes from a manager", "warn"),
        (3001, "Over 10%: needs a yes from a manager and finance", "warn"),
    ],
)
def test_the_limit_is_in_view_and_so_is_whose_yes_it_takes(discount_bp: int, note: str, tone: str) -> None:
    [line] = shown(DRAFT.with_discount(0, discount_bp)).lines

    assert (line.discount_note, line.discount_tone) == (note, tone)


def test_the_warning_does_not_wait_for_the_judgement() -> None:
    state = present(DRAFT.with_discount(0, 2000), judged(DRAFT), FORMATS)

    assert state.lines[0].discount_tone == "warn"
    assert not state.settled


def test_figures_of_an_earlier_state_are_not_settled() -> None:
    typed = DRAFT.with_qty(0, 5)

    assert not present(typed, judged(DRAFT), FORMATS).settled
    assert present(typed, judged(DRAFT), FORMATS).verdict.words == "Looking at it…"
    assert present(typed, judged(typed), FORMATS).settled


@pytest.mark.parametrize(
    ("outcome", "findings", "words", "submit"),
    [
        (APPLIED, (), "Inside all limits", "Submit quote"),
        (
            HELD,
            (
                finding(
                    "discount_over_limit", "1", discount=1500, limit=1000, product="Stent", roles="manager"
                ),
            ),
            "Needs a yes from a manager",
            "Submit for approval",
        ),
        (
            HELD,
            (
                finding("credit_limit_exceeded", "a", account="H", limit=1, used=1, amount=1, currency="USD"),
                finding(
                    "discount_over_limit", "1", discount=1500, limit=1000, product="Stent", roles="manager"
                ),
            ),
            "Needs a yes from a manager and finance",
            "Submit for approval",
        ),
        (REJECTED, (finding("account_closed", "a", account="H"),), "1 thing to put right", "Submit quote"),
    ],
)
def test_the_verdict_says_what_would_come_of_it(
    outcome: str, findings: tuple[Finding, ...], words: str, submit: str
) -> None:
    state = shown(DRAFT, outcome, *findings)

    assert (state.verdict.words, state.submit) == (words, submit)
    assert [one.code for one in state.findings] == sorted(
        (one.code for one in findings), key=lambda code: code != "account_closed"
    )


def test_a_refusal_says_that_the_draft_is_kept_and_how_many_reasons_there_are() -> None:
    findings = (finding("account_closed", "a", account="H"), finding("po_number_required", "a", account="H"))

    verdict = shown(DRAFT, REJECTED, *findings, refused=True).verdict

    assert verdict.words == "Not submitted. The draft is kept."
    assert verdict.more == "2 reasons; nothing you typed is lost."


def test_what_is_not_begun_is_not_wrong_yet() -> None:
    empty = replace(DRAFT, lines=())
    no_lines = finding("no_lines", "q")

    assert shown(empty, REJECTED, no_lines).verdict.words == "Add the first product"
    assert shown(empty, REJECTED, no_lines).findings == ()
    assert [one.code for one in shown(empty, REJECTED, no_lines, refused=True).findings] == ["no_lines"]


def test_without_an_account_there_are_no_prices() -> None:
    draft = replace(DRAFT, account_id="", ship_to_id="")

    state = present(draft, judged(draft, buyer=None), FORMATS)

    assert state.verdict.words == "Choose the account"
    assert (state.total, state.lines[0].each) == ("–", "Choose the account to see prices")
    assert state.lines[0].why is None


def test_the_account_says_its_state_its_terms_and_its_credit() -> None:
    held = replace(
        BUYER, status="on_hold", credit_limit=500_00, open_orders=120_00, open_orders_as_of="2026-11-22"
    )

    account = present(DRAFT, judged(DRAFT, buyer=held), FORMATS).account

    assert account is not None
    assert (account.state, account.tone) == ("On hold", "bad")
    assert account.about == "A1 · USD · pays in 30 days · credit used $120.00 of $500.00, as of yesterday"


def test_a_required_po_number_is_asked_for_in_its_field() -> None:
    assert present(DRAFT, judged(DRAFT, buyer=replace(BUYER, po_required=True)), FORMATS).po_hint
    assert not shown().po_hint


def test_the_prices_of_another_account_are_not_shown_for_this_one() -> None:
    state = present(DRAFT.for_account("b", ""), judged(DRAFT), FORMATS)

    assert state.account is None
    assert state.total == "–"


def test_every_line_explains_its_price() -> None:
    [line] = shown(DRAFT.with_discount(0, 500)).lines

    assert line.why is not None
    assert line.why.result == "$95.00 per EA"
    assert "Harbour Hospital" in line.why.asked


def test_a_text_that_is_no_percentage_stays_and_stops_the_submit() -> None:
    state = shown(typed={"p": "12,345"})

    assert (state.lines[0].discount, state.lines[0].wrong, state.may_submit) == ("12,345", True, False)
    assert state.verdict.words == "A discount is not a percentage"


@pytest.mark.parametrize(
    ("text", "basis_points"),
    [
        ("", 0), ("0", 0), ("5", 500), ("12.5", 1250), ("12,5", 1250), ("12.25 %", 1225), ("100", 10_000),
        ("7.50", 750), ("0.01", 1), ("100.01", None), ("1.234", None), ("-1", None), ("1e1", None), ("abc", None),
        (".", None), ("1.2.3", None), ("٣", None),
    ],
)  # fmt: skip
def test_a_percentage_is_read_exactly_or_not_at_all(text: str, basis_points: int | None) -> None:
    assert discount_of(text) == basis_points


@pytest.mark.parametrize("basis_points", [0, 1, 50, 100, 1000, 1250, 1225, 10_000])
def test_a_percentage_is_written_as_it_is_read(basis_points: int) -> None:
    assert discount_of(discount_text(basis_points)) == basis_points


def test_roles_are_named_in_the_order_they_decide() -> None:
    found = finding("discount_over_limit", "1", roles="manager,finance")

    assert roles_asked((found,), Policy()) == "a manager and finance"


# -- tax and authority in advance -------------------------------------------------------------------------------------


def test_net_tax_and_total_stand_apart_where_there_is_tax() -> None:
    rate = TaxRate("t", "State tax", "NO", "", "*", 65_000, "2020-01-01", None)
    found = judged(DRAFT)
    taxed = tuple(replace(line, tax=Tax(19_50, (rate,))) for line in found.priced.lines)

    state = present(DRAFT, replace(found, priced=replace(found.priced, lines=taxed)), FORMATS)

    assert (state.net, state.tax, state.total) == ("$300.00", "$19.50", "$319.50")
    assert (state.tax_names, state.tax_notes) == ("State tax 6.5%", "")


def test_where_there_is_no_tax_the_total_stands_alone() -> None:
    state = shown()

    assert (state.net, state.tax, state.tax_names, state.total) == ("", "", "", "$300.00")


ENVELOPE = UsableEnvelope("env", "Ann", (), "USD", 2000, 500_00, 1_200_00, 900_00, "2026-12-31")


def with_envelope(draft: QuoteDraft, *findings: Finding, offered: bool = True) -> EditorState:
    found = replace(judged(draft, APPLIED, *findings), envelopes=(ENVELOPE,) if offered else ())
    return present(draft, found, FORMATS)


def test_authority_in_advance_tells_what_is_left_of_it_and_its_terms() -> None:
    [one] = with_envelope(DRAFT).envelopes

    assert (one.id, one.words, one.chosen) == ("env", "Authority in advance: $900.00 left", False)
    assert one.more == "From Ann: up to 20% off, $500.00 a document, until Dec 31, 2026"
    assert with_envelope(replace(DRAFT, envelope_id="env")).envelopes[0].chosen


def test_authority_that_is_gone_stays_in_sight_until_it_is_put_away() -> None:
    [one] = with_envelope(replace(DRAFT, envelope_id="old"), offered=False).envelopes

    assert (one.id, one.words, one.chosen) == ("old", "Authority that can no longer be drawn on", True)
    assert with_envelope(DRAFT, offered=False).envelopes == ()


def test_a_discount_that_authority_covers_asks_for_nobodys_yes() -> None:
    draft = replace(DRAFT.with_discount(0, 1500), envelope_id="env")

    [line] = with_envelope(draft, finding("envelope_used", "env", amount=1, left=2, currency="USD")).lines

    assert (line.discount_note, line.discount_tone) == ("Over 10%: your authority covers it", "muted")


def test_whoever_may_give_everything_is_told_no_role_above() -> None:
    found = judged(DRAFT)
    all_of_it = replace(found.priced.lines[0], limit_bp=10_000)

    [line] = present(
        DRAFT, replace(found, priced=replace(found.priced, role="finance", lines=(all_of_it,))), FORMATS
    ).lines

    assert line.discount_note == "You may give up to 100%"


def in_packs(draft: QuoteDraft, *packs: int) -> Any:
    """The line as shown, of a product that comes in these packs."""
    found = judged(draft)
    quote = replace(found.priced, lines=tuple(replace(one, packs=packs) for one in found.priced.lines))
    [line] = present(draft, replace(found, priced=quote), FORMATS).lines
    return line


def test_a_line_is_written_in_the_packs_a_product_comes_in_and_says_the_base_units() -> None:
    line = in_packs(DRAFT.with_pack(0, 10), 10, 50)

    assert [(one.size, one.words) for one in line.units] == [
        (1, "Single EA"),
        (10, "Pack of 10 EA"),
        (50, "Pack of 50 EA"),
    ]
    assert (line.qty, line.pack, line.comes_to) == (3, 10, "= 30 EA")
    assert line.extended == "$3,000.00"


def test_a_product_that_comes_in_no_packs_offers_no_choice() -> None:
    assert in_packs(DRAFT).units == ()


def test_a_pack_that_the_product_has_lost_stays_in_sight_on_its_line() -> None:
    line = in_packs(DRAFT.with_pack(0, 12))

    assert [one.size for one in line.units] == [1, 12]
    assert line.comes_to == "= 36 EA"
