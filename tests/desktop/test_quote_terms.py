"""Terms on quotes, by hand: ship-tos, authority, counter-offers, two prices."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QWidget
from quotes_kit import Hands, give_a_list_of_its_own, new_price

from app.domain.commands import CounterLine, DecideApproval, GrantEnvelope
from sync.server.envelopes import keep_key
from sync.server.feed import unit_of_work

DAY = "2026-11-23"
VALID = {"valid_from": "2020-01-01", "valid_to": None, "origin": "test"}


@pytest.fixture
def hands(stage: Any) -> Hands:
    return Hands(stage)


@pytest.fixture
def boss(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("boss", "manager")


def sheet(hands: Hands, name: str) -> str:
    """Every word of an open sheet."""
    [found] = [one for one in hands.stage.window.findChildren(QWidget, name) if one.isVisible()]
    return " | ".join(one.text() for one in found.findChildren(QLabel) if one.text())


def submit(hands: Hands, discount: str = "", *products: str) -> str:
    hands.new_quote("a1", *products)
    if discount:
        hands.type("quote.line.0.discount", discount)
    hands.tap("quote.submit")
    return str(hands.outbox()[-1]["quote_id"])


def give_a_yard(world: Any) -> None:
    """a1 gets a second ship-to with a contract of its own, and the ship-to's contracts count."""
    address = {
        "id": "s1b", "account_id": "a1", "territory_id": "north", "rep_id": None, "role": "ship_to",
        "label": "Yard", "line1": "2 Quay", "line2": "", "city": "Seattle", "state": "WA", "postal_code": "98101",
        "country": "US", "latitude": None, "longitude": None, "origin": "test",
    }  # fmt: skip
    head = {"number": "C-9", "name": "Yard", "holder_kind": "ship_to", "holder_id": "s1b", "currency": "USD"}
    row = {"contract_id": "c1", "product_id": "p1", "product_class": "", "tier": "", "min_qty": 1}
    with unit_of_work(world.engine) as work:
        work.put("policy", [{"id": "contract_party", "value": json.dumps("ship_to"), "origin": "test"}])
        work.put("address", [address])
        work.put("contract", [{"id": "c1", **head, "promotions": 0, **VALID}])
        work.put("contract_price", [{"id": "cp", **row, "unit_price": 70_0000, "discount_bp": None, **VALID}])


# -- the editor -------------------------------------------------------------------------------------------------------


def test_changing_the_account_gives_the_discount_once_of_the_other_price(
    hands: Hands, sqlite_world: Any
) -> None:
    give_a_list_of_its_own(sqlite_world, "a2", unit_price=80_0000)
    hands.stage.sync()
    hands.new_quote("a1")
    hands.type("quote.line.0.discount", "10")

    for account, each, total in (("a2", "$72.00 each", "$72.00"), ("a1", "$90.00 each", "$90.00")) * 2:
        hands.tap("quote.change_account")
        hands.choose("quote.account", account)

        assert (hands.words("quote.line.0.each"), hands.words("quote.total")) == (each, total)


def test_another_ship_to_has_its_own_contract_price_and_tax(hands: Hands, sqlite_world: Any) -> None:
    give_a_yard(sqlite_world)
    with unit_of_work(sqlite_world.engine) as work:
        rate = {"name": "State tax", "country": "US", "state": "WA", "product_class": "*", "rate_ppm": 65_000}
        work.put("tax_rate", [{"id": "t1", **rate, **VALID}])
    hands.stage.sync()
    hands.new_quote("a1")
    assert (hands.words("quote.total"), hands.sees("quote.tax")) == ("$100.00", False)

    places = hands.find("quote.ship_to", QComboBox)
    places.setCurrentIndex(places.findData("s1b"))
    places.activated.emit(places.currentIndex())
    hands.stage.settle()

    assert hands.words("quote.line.0.each") == "$70.00 each"
    assert (hands.words("quote.net"), hands.words("quote.tax")) == ("$70.00", "$4.55")
    assert hands.words("quote.tax.notes") == "State tax 6.5%"
    assert hands.words("quote.total") == "$74.55"
    hands.tap("quote.submit")
    assert hands.sql("SELECT total, tax_total FROM quote") == [(70_00, 4_55)]
    assert hands.words("quote_page.total") == "$74.55"
    hands.tap("quote_page.back")
    assert hands.cells("quotes.table")[0][-1] == "$74.55"


def test_authority_in_advance_is_drawn_on_with_a_switch_and_kept_in_the_draft(
    hands: Hands, boss: Any, sqlite_world: Any
) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        keep_key(work, entropy=bytes, now=sqlite_world.server.now)
    grant = GrantEnvelope(
        op_id=boss.new_id(), actor="boss", business_date=DAY, envelope_id="env", holder="rep", account_ids=(),
        product_classes=(), currency="USD", max_discount_bp=2500, max_amount=200_00, budget=300_00,
        valid_from=DAY, valid_to="2026-12-31",
    )  # fmt: skip
    with unit_of_work(sqlite_world.engine) as work:
        person = {"name": "Rep", "code": "RE", "role": "rep", "territory_id": "north", "active": 1}
        work.put("rep", [{"id": "rep", **person, "origin": "test"}])
    boss.sync()
    assert boss.workspace.perform(grant).saved
    boss.sync()
    hands.stage.sync()
    hands.new_quote("a1")
    hands.type("quote.line.0.discount", "20")
    assert hands.words("quote.envelope.0.left") == "Authority in advance: $300.00 left"
    assert hands.words("quote.verdict") == "Needs a yes from a manager"

    hands.find("quote.envelope.0", QCheckBox).click()
    hands.stage.settle()
    hands.pause()

    assert hands.words("quote.verdict") == "Inside all limits"
    assert hands.words("quote.line.0.note") == "Over 10%: your authority covers it"
    assert hands.drafts()[0]["envelope_id"] == "env"
    hands.tap("quote.submit")
    assert hands.outbox()[-1]["envelope_id"] == "env"
    assert hands.words("quote_page.chip.0") == "Approved"
    hands.new_quote("a1")
    assert hands.words("quote.envelope.0.left") == "Authority in advance: $220.00 left"


def test_every_finding_is_reached_on_the_small_screen_and_the_way_on_stays_in_sight(
    hands: Hands, sqlite_world: Any
) -> None:
    with sqlite_world.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM account WHERE id='a3'").mappings()
        [price] = connection.exec_driver_sql("SELECT * FROM price WHERE id='pr2'").mappings()
        [product] = connection.exec_driver_sql("SELECT * FROM product WHERE id='p1'").mappings()
    with unit_of_work(sqlite_world.engine) as work:
        work.put("account", [{**row, "credit_limit": 1, "min_order": 900_00}])
        work.put("price", [{**price, "valid_to": "2026-11-01"}])
        more = [f"p{n}" for n in (3, 4, 5)]
        work.put(
            "product", [{**product, "id": one, "sku": one.upper(), "name": f"Stent {one}"} for one in more]
        )
        work.put("price", [{**price, "id": f"pr-{one}", "product_id": one} for one in more])
    hands.stage.sync()
    hands.stage.window.resize(1024, 640)
    hands.new_quote("a3", "p1", "p2", *more)
    for line in range(5):
        hands.type(f"quote.line.{line}.discount", "22.5")
    hands.tap("quote.submit")

    findings = [one for one in hands.find("quote.findings").children() if one.objectName().count(".") == 2]
    assert len(findings) >= 8
    window = hands.stage.window
    button = hands.find("quote.submit", QPushButton)
    area = hands.find("quote.findings.scroll")
    for part in (button, hands.find("quote.total")):
        assert window.rect().contains(part.mapTo(window, part.rect().bottomRight()))
    assert area.viewport().height() >= 240  # room for two of them at once
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    hands.stage.settle()
    last = findings[-1]
    assert area.viewport().rect().contains(last.mapTo(area.viewport(), QPoint(1, last.height() - 1)))


def test_a_long_explanation_scrolls_to_its_end_on_the_small_screen_and_is_copied_whole(
    hands: Hands, sqlite_world: Any
) -> None:
    ended = {"valid_from": "2020-01-01", "valid_to": "2026-11-01", "origin": "test"}
    head = {"holder_kind": "account", "holder_id": "a1", "currency": "USD", "promotions": 0}
    with unit_of_work(sqlite_world.engine) as work:
        for one in range(7):
            row = {"id": f"c{one}", "number": f"C-{one}", "name": f"Agreement {one}"}
            work.put("contract", [{**row, **head, **ended}])
    hands.stage.sync()
    hands.stage.window.resize(1024, 640)
    hands.new_quote("a1")

    hands.tap("quote.line.0.why")

    told = sheet(hands, "why_price_sheet")
    assert told.count("The contract ended on Nov 1, 2026.") == 7
    scroll = hands.find("why_price_sheet.scroll")
    bar = scroll.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    hands.stage.settle()
    note = hands.find("why_price.note")
    assert scroll.viewport().rect().contains(note.mapTo(scroll.viewport(), QPoint(1, note.height() - 1)))
    assert scroll.widget().width() <= scroll.viewport().width()
    hands.tap("why_price_sheet.copy")
    assert all(f"Agreement {one}" in QGuiApplication.clipboard().text() for one in range(7))
    hands.tap("why_price_sheet.close")


# -- the way of a quote -----------------------------------------------------------------------------------------------


def test_a_quote_is_offered_and_lost_with_a_reason(hands: Hands) -> None:
    submit(hands)

    hands.tap("quote_page.offer")
    assert hands.words("quote_page.chip.0") == "Offered"
    assert not hands.sees("quote_page.offer")

    hands.tap("quote_page.lose")
    assert not hands.find("lose_sheet.confirm").isEnabled()
    hands.type("lose_sheet.reason", "bought elsewhere")
    hands.tap("lose_sheet.confirm")

    assert hands.words("quote_page.chip.0") == "Lost"
    [_quote, offer, lose] = hands.outbox()
    assert (offer["verb"], lose["verb"], lose["reason"]) == ("offer", "lose", "bought elsewhere")
    hands.stage.sync()
    assert hands.words("quote_page.chip.0") == "Lost"


def test_losing_a_quote_can_be_thought_over(hands: Hands) -> None:
    submit(hands)

    hands.tap("quote_page.lose")
    hands.tap("lose_sheet.back")

    assert hands.words("quote_page.chip.0") == "Approved"
    assert len(hands.outbox()) == 1


def test_past_its_last_day_a_quote_expires_by_a_tap_and_takes_no_order(
    hands: Hands, sqlite_world: Any
) -> None:
    quote_id = submit(hands)
    hands.stage.sync()
    with sqlite_world.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM quote").mappings()
    with unit_of_work(sqlite_world.engine) as work:
        work.put("quote", [{**row, "valid_until": "2026-11-22"}])
    hands.stage.sync()
    assert hands.words("quote_page.chip.0") == "Expired"
    assert not hands.sees("quote_page.place_order")

    hands.tap("quote_page.expire")

    assert hands.sql(f"SELECT state FROM quote WHERE id='{quote_id}'") == [("expired",)]
    assert not hands.sees("quote_page.expire")


def test_a_counter_offer_is_taken_into_the_next_revision_at_its_figures(
    hands: Hands, boss: Any, sqlite_world: Any
) -> None:
    quote_id = submit(hands, "20", "p1", "p2")
    hands.stage.sync()
    boss.sync()
    need = boss.one("SELECT id FROM approval WHERE state='pending'")
    counter = (CounterLine(line_no=1, qty=3, unit_price=85_0000), CounterLine(line_no=2, qty=0, unit_price=0))
    decided = DecideApproval(
        op_id=boss.new_id(), actor="boss", business_date=DAY, approval_id=need, quote_id=quote_id, revision=1,
        approve=False, reason="three at most", counter=counter,
    )  # fmt: skip
    assert boss.workspace.perform(decided).saved
    boss.sync()
    hands.stage.sync()
    assert hands.words("quote_page.chip.0") == "Counter-offer"
    assert "You asked 1 at $80.00 → offered 3 at $85.00" in hands.all_words("quote_page.counter")

    hands.tap("quote_page.take_counter")

    assert hands.words("quote.revision") == "Revision 2"
    assert (hands.words("quote.line.0.each"), hands.words("quote.total")) == ("$85.00 each", "$255.00")
    assert not hands.sees("quote.line.1")
    # the rules know no yes in advance: 15 % is over the rep's limit and is asked for again
    assert hands.words("quote.verdict") == "Needs a yes from a manager"
    hands.tap("quote.submit")
    op = hands.outbox()[-1]
    assert (op["revision"], [(one["qty"], one["discount_bp"], one["shown_price"]) for one in op["lines"]]) == (
        2, [(3, 1500, 85_0000)],
    )  # fmt: skip


# -- the server's other price -----------------------------------------------------------------------------------------


def test_both_explanations_of_a_price_that_differs_are_one_tap_away(hands: Hands, sqlite_world: Any) -> None:
    hands.new_quote()
    new_price(sqlite_world, 110_0000)
    hands.tap("quote.submit")
    hands.stage.sync()
    assert hands.sees("quote_page.differs")

    hands.tap("quote_page.differs.0.why_two")

    told = sheet(hands, "why_two_sheet")
    assert "Why was this shown?" in told
    assert "Why does the server say another?" in told
    assert "$100.00 per EA" in sheet(hands, "why_two_sheet.shown")
    assert "$110.00 per EA" in sheet(hands, "why_two_sheet.own")
    assert told.count("Different on the other side") == 2
    hands.tap("why_two_sheet.copy")
    assert "Why does the server say another?" in QGuiApplication.clipboard().text()
    hands.tap("why_two_sheet.close")


def test_a_tap_on_the_line_explains_both_prices_too(hands: Hands, sqlite_world: Any) -> None:
    hands.new_quote()
    new_price(sqlite_world, 110_0000)
    hands.tap("quote.submit")
    hands.stage.sync()

    hands.tap_row("quote_page.lines", 0)

    assert "$110.00 per EA" in sheet(hands, "why_two_sheet.own")
    hands.tap("why_two_sheet.close")


def test_who_decides_sees_the_servers_price_and_both_explanations_too(
    hands: Hands, boss: Any, make_stage: Any, sqlite_world: Any
) -> None:
    hands.new_quote()
    hands.type("quote.line.0.discount", "15")
    new_price(sqlite_world, 110_0000)
    hands.tap("quote.submit")
    hands.stage.sync()
    boss.sync()
    manager = Hands(make_stage(boss))

    manager.stage.go("approvals")

    assert manager.words("approval.server_price") == "The server’s price is $93.50"
    manager.tap("approval.why_two")
    assert "$85.00 per EA" in sheet(manager, "why_two_sheet.shown")
    assert "$93.50 per EA" in sheet(manager, "why_two_sheet.own")
    manager.tap("why_two_sheet.close")


def test_a_sale_from_the_trunk_is_priced_for_the_ship_to_that_is_chosen(
    hands: Hands, sqlite_world: Any
) -> None:
    give_a_yard(sqlite_world)
    hands.stage.sync()
    hands.stage.go("trunk", product_id="p1", sell_to="a1")
    assert hands.words("trunk.sale.total") == "$100.00"

    places = hands.find("trunk.sale.ship_to", QComboBox)
    places.setCurrentIndex(places.findData("s1b"))
    places.activated.emit(places.currentIndex())
    hands.stage.settle()

    assert hands.words("trunk.sale.total") == "$70.00"


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)])
def test_no_button_of_an_approved_quote_is_cut_off(hands: Hands, size: tuple[int, int]) -> None:
    submit(hands)
    hands.stage.window.resize(*size)
    hands.stage.settle()

    for key in ("place_order", "offer", "revise", "copy", "lose", "open_account"):
        made = hands.find(f"quote_page.{key}", QPushButton)
        assert made.width() >= made.sizeHint().width(), key
        assert made.accessibleName(), key
