"""Why this price?: every step in words, won and lost, with the day or quantity that made the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.catalog import ExchangeRate, Floor, ListPrice, PriceList, Promotion
from app.domain.facts import HELD, NOT_HERE, Facts, Known
from app.domain.pricing import CONTRACT_RULES, RULES, Price, Step, Unpriced, price
from app.screens.formats import Formats
from app.screens.why_price import Asked, WhyPrice, base_of, present, present_trace

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 14, 5, tzinfo=UTC), zone=UTC)
ASKED = Asked(product_id="p", product="Stent", qty=12, day=DAY, currency="USD", account="Harbour Hospital")


def list_(row_id: str, rank: int, **changes: Any) -> PriceList:
    made = PriceList(row_id, f"List {row_id}", rank, "USD", "2020-01-01", None)
    return replace(made, **changes)


def row(list_id: str, unit: int, **changes: Any) -> ListPrice:
    made = ListPrice(f"{list_id}-{unit}", list_id, "p", 1, unit, "2025-01-01", None)
    return replace(made, **changes)


def offer(row_id: str, percent: int, **changes: Any) -> Promotion:
    made = Promotion(
        row_id, f"Offer {row_id}", "p", "store", "running", percent, 1, None, "2026-01-01", "2026-12-31"
    )
    return replace(made, **changes)


def facts(
    lists: tuple[PriceList, ...], prices: tuple[ListPrice, ...], offers: tuple[Promotion, ...] = ()
) -> Facts:
    return Facts(actor=Known(NOT_HERE), lists=lists, prices=prices, promotions=offers, prices_status=HELD)


def why(known: Facts, asked: Asked = ASKED, *, discount: int = 0) -> WhyPrice:
    """The explanation."""
    found = price("p", asked.qty, discount, segment="store", currency="USD", day=DAY, facts=known)
    return present(found, asked, FORMATS, facts=known, as_of="2026-11-23T09:00:00+00:00")


def test_the_result_says_each_total_quantity_account_and_day() -> None:
    shown = why(facts((list_("base", 30),), (row("base", 100_0000),)))

    assert (shown.result, shown.total) == ("$100.00 per EA", "$1,200.00 for 12 EA")
    assert shown.asked == "12 EA for Harbour Hospital on Nov 23, 2026"
    assert (shown.saving, shown.says) == ("", "")
    assert shown.note == "Pricing rules, version 2 · prices as of 09:00"


def test_steps_stand_in_the_order_in_which_they_made_the_price() -> None:
    known = facts((list_("base", 30),), (row("base", 100_0000),), (offer("a", 500),))

    shown = why(known, discount=1000)

    assert [(step.kind, step.name, step.amount, step.change) for step in shown.used] == [
        ("Price list", "List base", "$100.00", ""),
        ("Offer", "Offer a", "$95.00", "$100.00 → $95.00"),
        ("Discount", "", "$85.50", "$95.00 → $85.50"),
    ]
    assert (shown.result, shown.saving) == ("$85.50 per EA", "14.5% below $100.00")


LOST_LISTS = [
    ("a better list won", (list_("base", 30),), (row("base", 1),), "A more specific list or agreement has a price."),
    ("starts at 20", (list_("x", 5),), (row("x", 1, min_qty=20), row("x", 2, min_qty=50)), "Its price starts at 20."),
    ("ended", (list_("x", 5),), (row("x", 1, valid_to="2026-11-22"),), "Its price ended on Nov 22, 2026."),
    ("begins", (list_("x", 5),), (row("x", 1, valid_from="2026-12-01"),), "Its price starts on Dec 1, 2026."),
    ("not on it", (list_("x", 5),), (), "The product is not on this list."),
    ("other currency", (list_("x", 5, currency="EUR"),), (row("x", 1),),
     "Its prices are in EUR, and there is no exchange rate for this day."),
    ("list is over", (list_("x", 5, valid_to="2026-10-31"),), (row("x", 1),),
     "The list is valid from Jan 1, 2020 to Oct 31, 2026."),
    ("list to come", (list_("x", 5, valid_from="2027-01-01"),), (row("x", 1),),
     "The list is valid from Jan 1, 2027 on."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "prices", "sentence"), [case[1:] for case in LOST_LISTS], ids=[case[0] for case in LOST_LISTS]
)
def test_a_list_that_lost_says_why(
    lists: tuple[PriceList, ...], prices: tuple[ListPrice, ...], sentence: str
) -> None:
    shown = why(facts((list_("won", 10), *lists), (row("won", 100_0000), *prices)))

    assert [step.sentence for step in shown.unused] == [sentence]
    assert [step.name for step in shown.used] == ["List won"]


LOST_OFFERS = [
    (offer("x", 100, min_qty=20), "1% off, but only from 20 on."),
    (offer("x", 100, max_qty=10), "1% off, but only up to 10."),
    (offer("x", 100, valid_to="2026-11-22"), "1% off, but it ended on Nov 22, 2026."),
    (offer("x", 100, valid_from="2026-12-01"), "1% off, but it starts on Dec 1, 2026."),
    (offer("x", 100, audience="individual"), "1% off, but only for individuals."),
    (offer("x", 100), "1% off: another offer is at least as good."),
]


@pytest.mark.parametrize(("lost", "sentence"), LOST_OFFERS, ids=[sentence for _lost, sentence in LOST_OFFERS])
def test_an_offer_that_lost_says_why(lost: Promotion, sentence: str) -> None:
    shown = why(facts((list_("base", 30),), (row("base", 100_0000),), (offer("best", 500), lost)))

    assert [step.sentence for step in shown.unused] == [sentence]


@pytest.mark.parametrize(
    ("won", "sentence"),
    [
        (offer("a", 500), "5% off. For any quantity, until Dec 31, 2026."),
        (offer("a", 500, min_qty=10), "5% off. From 10 on, until Dec 31, 2026."),
        (offer("a", 500, min_qty=10, max_qty=20), "5% off. For 10 to 20, until Dec 31, 2026."),
        (offer("a", 500, max_qty=20), "5% off. Up to 20, until Dec 31, 2026."),
        (
            offer("a", 500, basis="list"),
            "5% of the list price off, which is $5.00. For any quantity, until Dec 31, 2026.",
        ),
    ],
)  # fmt: skip
def test_an_offer_that_won_says_for_how_many_and_until_when(won: Promotion, sentence: str) -> None:
    shown = why(facts((list_("base", 30),), (row("base", 100_0000),), (won,)))

    assert shown.used[1].sentence == sentence


def test_the_winning_list_says_from_which_quantity_and_since_when() -> None:
    rows = (row("base", 100_0000), row("base", 90_0000, min_qty=10, valid_from="2026-06-01"))

    assert why(facts((list_("base", 30),), rows)).used[0].sentence == (
        "The most specific list with a price for this quantity: from 10 on, valid since Jun 1, 2026."
    )


V1 = (
    '{"v":"1","steps":[["list","won","List won",1,"most_specific",null,1000000,null],'
    '["list","x","List x",0,"not_on_list",null,null,null],'
    '["promotion","a","Offer a",1,"best",1000000,950000,500],'
    '["promotion","b","Offer b",0,"quantity_below",null,null,100],'
    '["discount","","",1,"given",950000,855000,1000]]}'
)


def test_a_trace_of_version_1_is_told_in_bare_words() -> None:
    shown = present_trace(V1, ASKED, FORMATS, unit=85_5000)

    assert [(step.name, step.sentence, step.amount) for step in (*shown.used, *shown.unused)] == [
        ("List won", "The most specific list with a price for this quantity.", "$100.00"),
        ("Offer a", "The best offer that applies.", "$95.00"),
        ("", "10% off, given on this line.", "$85.50"),
        ("List x", "The product is not on this list.", ""),
        ("Offer b", "The quantity is too small for it.", ""),
    ]
    assert shown.note == "As shown when the document was made. Pricing rules, version 1"
    assert shown.saving == "14.5% below $100.00"


def test_a_stored_trace_tells_the_same_steps_as_when_it_was_made() -> None:
    known = facts(
        (list_("base", 30), list_("x", 5)), (row("base", 100_0000),), (offer("a", 500), offer("b", 100))
    )
    found = price("p", 12, 1000, segment="store", currency="USD", day=DAY, facts=known)
    assert isinstance(found, Price)

    live, stored = why(known, discount=1000), present_trace(found.trace(), ASKED, FORMATS, unit=found.unit)

    assert (stored.used, stored.unused, stored.result, stored.saving) == (
        live.used, live.unused, live.result, live.saving,
    )  # fmt: skip
    assert stored.note == "As shown when the document was made. Pricing rules, version 2"


def test_an_empty_trace_still_tells_the_price() -> None:
    shown = present_trace("", ASKED, FORMATS, unit=5_0000)

    assert (shown.result, shown.used, shown.unused) == ("$5.00 per EA", (), ())


def test_no_price_says_of_each_list_why_it_has_none() -> None:
    shown = why(facts((list_("a", 10), list_("b", 30)), (row("b", 1, min_qty=20),)))

    assert (shown.result, shown.tone, shown.used) == ("No price", "warn", ())
    assert (
        shown.says == "No list or contract that applies here has a price for this product, quantity and day."
    )
    assert [(step.name, step.sentence) for step in shown.unused] == [
        ("List a", "The product is not on this list."),
        ("List b", "Its price starts at 20."),
    ]


def test_a_price_of_which_nothing_is_known_is_no_price() -> None:
    assert present(None, ASKED, FORMATS).result == "No price"


def test_a_price_list_that_is_not_here_yet_is_not_called_no_price() -> None:
    known = replace(facts((list_("a", 10),), ()), prices_status=NOT_HERE)

    shown = why(known)

    assert shown.result == "Price not on this device yet"
    assert shown.unused == ()  # a list that is still being loaded has not lost


def test_it_can_be_copied_and_read_aloud_whole() -> None:
    known = facts(
        (list_("base", 30),), (row("base", 100_0000),), (offer("a", 500), offer("b", 100, min_qty=99))
    )

    told = why(known, discount=1000).as_text

    for part in (
        "Stent",
        "$85.50 per EA",
        "Used: Price list List base.",
        "Used: Offer Offer a.",
        "Not used: Offer Offer b.",
    ):
        assert part in told


def said(
    rule: str, reason: str, *, won: bool = False, before: int | None = None, **what: Any
) -> tuple[str, str]:
    """Kind and sentence of one step as a document would keep it."""
    step = Step(
        rule, "id", "Name", won, reason, before, what.pop("after", None), what.pop("percent", None), **what
    )
    trace = Unpriced((step,)).trace()
    shown = present_trace(trace, ASKED, FORMATS, unit=100_0000)
    told = (*shown.used, *shown.unused)[0]
    return told.kind, told.sentence


JAN, DEC = "2026-01-01", "2026-12-31"


@pytest.mark.parametrize(
    ("rule", "reason", "what", "sentence"),
    [
        ("account", "most_specific", {"won": True, "since": JAN, "qty": 1},
         "The most specific agreement with a price for this quantity, valid since Jan 1, 2026."),
        ("gpo", "most_specific", {"won": True, "since": JAN, "qty": 10, "detail": "2", "percent": 500},
         "The most specific agreement with a price for this quantity: from 10 on, valid since Jan 1, 2026."
         " 5% off the list price. At tier 2."),
        ("idn", "lowest", {"won": True, "since": JAN},
         "The lowest of all prices that apply, valid since Jan 1, 2026."),
        ("list", "lowest", {"won": True, "since": JAN, "qty": 5},
         "The lowest of all prices that apply: from 5 on, valid since Jan 1, 2026."),
        ("list", "list_disabled", {"since": JAN}, "The list is not used any more since Jan 1, 2026."),
        ("gpo", "contract_expired", {"since": JAN, "until": DEC}, "The contract ended on Dec 31, 2026."),
        ("gpo", "contract_not_yet_valid", {"since": JAN}, "The contract starts on Jan 1, 2026."),
        ("idn", "not_on_roster", {"detail": "North", "since": DEC},
         "Not a member of North on this day: joins on Dec 31, 2026."),
        ("idn", "not_on_roster", {"detail": "North", "until": JAN},
         "Not a member of North on this day: left after Jan 1, 2026."),
        ("idn", "not_on_roster", {"detail": "North", "since": DEC, "until": JAN},
         "Not a member of North on this day: left after Jan 1, 2026, joins again on Dec 31, 2026."),
        ("idn", "not_on_roster", {}, "Not a member of the group that holds it on this day."),
        ("gpo", "committed_elsewhere", {"detail": "Vesta 2026", "since": JAN},
         "Committed since Jan 1, 2026 to buy on Vesta 2026 only."),
        ("gpo", "not_committed", {"detail": "2"}, "Only for members committed to tier 2."),
        ("gpo", "loc_not_signed", {"detail": "2"}, "The letter of commitment to tier 2 is not signed."),
        ("gpo", "loc_not_signed", {"detail": "2", "since": JAN},
         "The letter of commitment to tier 2 was signed only on Jan 1, 2026."),
        ("gpo", "loc_not_started", {"detail": "2", "since": JAN},
         "The letter of commitment to tier 2 starts on Jan 1, 2026."),
        ("gpo", "loc_expired", {"detail": "2", "until": DEC},
         "The letter of commitment to tier 2 ended on Dec 31, 2026."),
        ("ship_to", "no_ship_to", {}, "No ship-to address is chosen, and its contracts count here."),
        ("rate", "converted", {"won": True, "before": 1, "after": 2, "rate": 108_500_000, "currency": "EUR",
                               "since": JAN}, "1 EUR = 1.085 USD, the rate since Jan 1, 2026."),
        ("discount", "contract_fixed", {"percent": 500}, "5% was asked, but the contract's price is fixed."),
        ("floor", "below_floor", {"won": True, "before": 1, "after": 1, "detail": "finance"},
         "Below the lowest price without a yes: finance must agree."),
        ("floor", "below_floor", {"won": True, "before": 1, "after": 1, "detail": "somebody"},
         "Below the lowest price without a yes: somebody must agree."),
        ("floor", "below_floor_never", {"won": True, "before": 1, "after": 1},
         "Below the lowest price at which it may be sold."),
        ("promotion", "best", {"won": True, "before": 20_0000, "after": 15_0000, "detail": "amount", "since": JAN,
                               "until": DEC}, "$5.00 off each. For any quantity, until Dec 31, 2026."),
        ("promotion", "best", {"won": True, "before": 20_0000, "after": 15_0000, "detail": "fixed", "since": JAN,
                               "until": DEC, "qty": 1},
         "A price of its own: $15.00. For any quantity, until Dec 31, 2026."),
        ("promotion", "stacked", {"won": True, "before": 20_0000, "after": 19_0000, "percent": 500, "since": JAN,
                                  "until": DEC, "detail": "running"},
         "5% off. For any quantity, until Dec 31, 2026. Given together with other offers."),
        ("promotion", "not_lower", {"since": JAN}, "A special price, which would not make it cheaper."),
        ("promotion", "contract_excludes", {"percent": 500, "since": JAN},
         "5% off, but the contract's price takes no offers."),
        ("promotion", "contract_fixed", {"percent": 500, "since": JAN}, "5% off, but the contract's price is fixed."),
        ("promotion", "other_currency", {"currency": "EUR"}, "A special price, but in EUR."),
        ("promotion", "other_audience", {"percent": 500, "detail": "hospital"}, "For other customers."),
        ("list", "a_reason_of_a_newer_program", {}, "Does not apply."),
    ],
)  # fmt: skip
def test_each_step_says_what_made_the_difference(
    rule: str, reason: str, what: dict[str, Any], sentence: str
) -> None:
    assert said(rule, reason, **what)[1] == sentence


def test_each_kind_of_contract_and_list_has_its_own_name() -> None:
    kinds = {rule: said(rule, "expired")[0] for rule in RULES}

    assert len(set(kinds.values())) == len(RULES)
    assert all(kinds[rule].startswith("Contract of the ") for rule in CONTRACT_RULES)


def test_a_price_in_another_currency_is_told_in_it_and_then_converted() -> None:
    known = replace(
        facts((list_("eu", 30, currency="EUR"),), (row("eu", 100_0000),)),
        rates=(ExchangeRate("r", "EUR", "USD", 110_000_000, "2026-11-01"),),
    )

    shown = why(known)

    assert [(step.kind, step.amount, step.change) for step in shown.used] == [
        ("Price list", "€100.00", ""),
        ("Exchange rate", "$110.00", "€100.00 → $110.00"),
    ]
    assert (shown.result, shown.saving) == ("$110.00 per EA", "")


def test_a_floor_is_marked_and_never_names_its_amount() -> None:
    floor = Floor("f", "p", "USD", 99_0000, "approval", "finance", "2026-01-01", None)
    known = replace(facts((list_("base", 30),), (row("base", 98_0000),)), floors=Known.held((floor,)))

    shown = why(known).used[-1]

    assert (shown.kind, shown.icon, shown.tone, shown.amount) == ("Floor", "warning", "warn", "")
    assert "99" not in shown.spoken


def test_the_price_before_offers_is_the_winning_layers_converted() -> None:
    steps = (
        Step("account", "c", "C", True, "most_specific", None, 80_0000, currency="EUR"),
        Step("rate", "r", "", True, "converted", 80_0000, 88_0000),
        Step("list", "b", "B", False, "less_specific", None, 100_0000),
        Step("discount", "", "", True, "given", 88_0000, 80_0000, 909),
    )

    assert base_of(steps) == 88_0000
    assert base_of(steps[:1]) == 80_0000
    assert base_of(steps[2:]) is None
