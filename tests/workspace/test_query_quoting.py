"""What the quote editor asks: prices equal the rules', judgements list everything, choices are found while typing."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.pricing import read_trace
from app.store.engine import reading
from app.workspace.queries.quoting import find_accounts, find_products, judged, priced
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def ask(tablet: Any, query: Any, *args: Any, **named: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args, **named)


def draft(*lines: DraftLine, account: str = "a1", po_number: str = "") -> QuoteDraft:
    ship_to = f"s{account[1:]}" if account else ""
    return QuoteDraft(
        id="op-1", number="RE-A-0001", revision=1, quote_id="q-1", account_id=account, ship_to_id=ship_to,
        po_number=po_number, lines=lines,
    )  # fmt: skip


def test_the_price_shown_is_the_price_the_rules_find(rep: Any) -> None:
    mine = draft(DraftLine("p1", 3, 750), DraftLine("p2", 7, 0))

    shown = ask(rep, priced, mine.account_id, mine.lines, DAY)
    performed = rep.workspace.perform(
        mine.command(actor="rep", day=DAY, currency=shown.currency, shown=shown.shown)
    )

    assert performed.decision.outcome == "applied"
    assert performed.decision.findings == ()
    [event] = performed.decision.events
    assert [line.repriced for line in event.lines] == [None, None]
    assert (
        (shown.list_total, shown.total) == (event.list_total, event.total) == (300_00 + 17_50, 277_50 + 17_50)
    )
    assert [line.price.steps for line in shown.lines] == [read_trace(line.trace) for line in event.lines]


def test_another_account_prices_every_line_from_nothing(sqlite_world: Any, rep: Any) -> None:
    listed = {"scope": "group", "territory_id": None, "currency": "USD", "valid_to": None, "origin": "test"}
    price = {"product_id": "p1", "min_qty": 1, "valid_from": "2020-01-01", "valid_to": None, "origin": "test"}
    with unit_of_work(sqlite_world.engine) as work:
        work.put("price_list", [{"id": "gpo", "name": "GPO", "valid_from": "2020-01-01", **listed}])
        work.put("price", [{"id": "g1", "list_id": "gpo", "unit_price": 80_0000, **price}])
        [account] = sqlite_world.rows("SELECT id, number, name FROM account WHERE id='a2'")
        work.put("account", [{**_account(*account), "price_list_id": "gpo"}])
    rep.sync()
    lines = (DraftLine("p1", 1, 1000),)

    first, other, back = (ask(rep, priced, account_id, lines, DAY) for account_id in ("a1", "a2", "a1"))

    assert first.shown == back.shown == (90_0000,)
    assert other.shown == (72_0000,)  # ten percent once, of the other list's price


def _account(row_id: str, number: str, name: str) -> dict[str, Any]:
    return {
        "id": row_id, "number": number, "name": name, "segment": "store", "status": "active", "status_reason": "",
        "status_since": None, "territory_id": "north", "rep_id": None, "price_list_id": None, "currency": "USD",
        "po_required": 0, "terms_days": 30, "credit_limit": None, "origin": "test",
    }  # fmt: skip


def test_a_line_says_what_the_person_may_give(rep: Any) -> None:
    [line] = ask(rep, priced, "a1", (DraftLine("p1", 1, 0),), DAY).lines

    assert line.limit_bp == 1000


def test_without_an_account_there_are_names_but_no_prices_and_no_judgement(rep: Any) -> None:
    answer = ask(rep, judged, draft(DraftLine("p1", 2, 0), account=""), DAY)

    assert answer.decision is None
    assert answer.priced.buyer is None
    [line] = answer.priced.lines
    assert (line.name, line.price) == ("Stent p1", None)


def test_a_judgement_lists_every_reason(rep: Any) -> None:
    answer = ask(rep, judged, draft(DraftLine("p1", 2, 2000), account="a3"), DAY)

    assert answer.decision.outcome == "rejected"
    assert {found.code for found in answer.decision.findings} == {
        "account_on_hold", "po_number_required", "discount_over_limit",
    }  # fmt: skip


def test_a_judgement_is_what_the_workspace_would_preview(rep: Any) -> None:
    mine = draft(DraftLine("p1", 2, 2000))

    answer = ask(rep, judged, mine, DAY)

    command = mine.command(actor="rep", day=DAY, currency="USD", shown=answer.priced.shown)
    assert answer.decision == rep.workspace.preview(command)
    assert answer.decision.outcome == "held"


def test_a_product_of_no_list_has_no_price(sqlite_world: Any, rep: Any) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.remove("price", ["pr2"])
    rep.sync()

    answer = ask(rep, judged, draft(DraftLine("p2", 1, 0)), DAY)

    assert answer.priced.lines[0].price is None
    assert [found.code for found in answer.decision.findings] == ["price_missing"]


@pytest.mark.parametrize("words", ["hosp", "A2", "hospital a2", "a2 hos"])
def test_an_account_is_found_by_the_beginnings_of_its_words(rep: Any, words: str) -> None:
    assert "a2" in [one.id for one in ask(rep, find_accounts, words)]


def test_no_words_offer_the_accounts_quoted_last(rep: Any) -> None:
    assert rep.workspace.perform(rep.quote(account="a2")).saved

    assert [one.id for one in ask(rep, find_accounts, "")] == ["a2", "a1", "a3"]


def test_a_product_is_found_with_its_price_for_the_account(rep: Any) -> None:
    found = ask(rep, find_products, "stent", "a1", DAY)

    assert [(one.id, one.price, one.currency) for one in found] == [
        ("p1", 100_0000, "USD"),
        ("p2", 2_5000, "USD"),
    ]


def test_an_exact_number_comes_first(rep: Any) -> None:
    assert ask(rep, find_products, "p2", "a1", DAY)[0].id == "p2"


def test_a_product_not_on_sale_is_not_offered(sqlite_world: Any, rep: Any) -> None:
    assert ask(rep, find_products, "stent", "a1", "2026-11-23")
    with unit_of_work(sqlite_world.engine) as work:
        [row] = (
            sqlite_world.engine.connect().exec_driver_sql("SELECT * FROM product WHERE id='p1'").mappings()
        )
        work.put("product", [{**row, "sell_until": "2026-01-01"}])
    rep.sync()

    assert [one.id for one in ask(rep, find_products, "stent", "a1", DAY)] == ["p2"]


@pytest.mark.parametrize("words", ['"; DROP', "a-b c", "NEAR(", "*", "AND OR", "\x00"])
def test_whatever_is_typed_is_a_search_and_never_a_syntax_error(rep: Any, words: str) -> None:
    assert ask(rep, find_products, words, "a1", DAY) == ()
    assert isinstance(ask(rep, find_accounts, words), tuple)
