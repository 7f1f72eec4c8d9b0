"""The quote editor, driven as a rep drives it: typed, tapped, submitted; nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from quotes_kit import Hands, give_a_list_of_its_own, new_price

from sync.server.feed import unit_of_work


@pytest.fixture
def hands(stage: Any) -> Hands:
    return Hands(stage)


def test_a_quote_inside_the_limits_stands_approved_at_the_prices_shown(hands: Hands) -> None:
    hands.new_quote("a1", "p1", "p2")
    hands.type("quote.line.0.qty.figure", "3")
    hands.tap("quote.line.1.qty.more")
    hands.type("quote.line.0.discount", "7.5")
    assert hands.words("quote.line.0.each") == "$92.50 each"
    assert hands.words("quote.line.0.extended") == "$277.50"
    assert hands.words("quote.list_total") == "$305.00"
    assert hands.words("quote.saving") == "−$22.50"
    assert hands.words("quote.total") == "$282.50"
    assert hands.words("quote.total.label") == "Total in USD"
    assert hands.words("quote.verdict") == "Inside all limits"

    hands.key("quote.line.0.discount", Qt.Key.Key_Return, control=True)

    assert hands.words("quote_page.chip.0") == "Approved"
    assert hands.words("quote_page.chip.1") == "Saved — waiting to send"
    [op] = hands.outbox()
    assert [
        (line["product_id"], line["qty"], line["discount_bp"], line["shown_price"]) for line in op["lines"]
    ] == [
        ("p1", 3, 750, 92_5000),
        ("p2", 2, 0, 2_5000),
    ]
    assert op["ship_to_id"] == "s1"
    assert hands.drafts() == []
    assert hands.sql("SELECT state, total FROM quote") == [("approved", 282_50)]


def test_over_the_limit_it_warns_at_once_and_says_who_must_say_yes(hands: Hands) -> None:
    hands.new_quote()

    hands.type("quote.line.0.discount", "12.5")

    assert hands.words("quote.line.0.note") == "Over 10%: needs a yes from a manager"
    assert hands.words("quote.verdict") == "Needs a yes from a manager"
    assert hands.find("quote.submit", QPushButton).text() == "Submit for approval"
    assert "12.5% off Stent p1; you may give up to 10%." in hands.all_words("quote.findings")

    hands.tap("quote.submit")

    assert hands.words("quote_page.chip.0") == "Waiting for approval"
    assert "Manager: Discount over the limit" in hands.all_words("quote_page.approvals")
    assert hands.sql("SELECT role, state FROM approval") == [("manager", "pending")]


def test_an_account_on_hold_is_refused_at_once_with_every_reason_and_the_draft_is_kept(hands: Hands) -> None:
    hands.new_quote("a3")
    hands.type("quote.line.0.discount", "20")

    hands.tap("quote.submit")

    assert hands.words("quote.verdict") == "Not submitted. The draft is kept."
    told = hands.all_words("quote.findings")
    assert "Account on hold" in told
    assert "Hospital a3 is on hold: unpaid (as of 22 days ago)." in told
    assert "PO number missing" in told
    assert "Discount over the limit" in told
    steps = [one.text() for one in hands.find("quote.findings").findChildren(QPushButton)]
    assert steps == ["Open the account", "Edit", "Edit"]
    [kept] = hands.drafts()
    assert kept["account_id"] == "a3"
    assert kept["lines"] == [{"product_id": "p1", "qty": 1, "discount_bp": 2000}]
    assert hands.outbox() == []


def test_the_next_step_of_a_refusal_leads_there(hands: Hands) -> None:
    hands.new_quote("a3")
    hands.tap("quote.submit")

    hands.tap("quote.findings.1.step")
    assert hands.find("quote.po").hasFocus()

    hands.tap("quote.findings.0.step")
    assert hands.stage.went[-1] == ("accounts", {"account_id": "a3"})


def test_what_was_typed_is_on_disk_after_a_pause_and_survives_the_app(
    hands: Hands, make_stage: Any, rep: Any, sqlite_world: Any
) -> None:
    hands.new_quote("a2")
    hands.type("quote.line.0.qty.figure", "4")
    hands.type("quote.line.0.discount", "2.25")
    hands.type("quote.po", "PO-77")
    hands.type("quote.note", "call before noon")
    number = hands.words("quote.title")
    hands.pause()

    again = Hands(make_stage(sqlite_world.reopen(rep))).go()  # no goodbye: the first window still stands open

    assert [row[0] for row in again.cells("quotes.table")] == [number.removeprefix("Quote ")]
    again.tap_row("quotes.table", 0)
    assert again.words("quote.title") == number
    assert again.words("quote.account_name") == "Hospital a2"
    assert again.find("quote.line.0.qty.figure", QLineEdit).text() == "4"
    assert again.find("quote.line.0.discount", QLineEdit).text() == "2.25"
    assert again.find("quote.po", QLineEdit).text() == "PO-77"
    assert again.find("quote.note", QLineEdit).text() == "call before noon"
    assert again.words("quote.total") == "$391.00"


def test_leaving_the_place_keeps_what_was_typed_a_moment_ago(hands: Hands) -> None:
    hands.new_quote()
    hands.type_only("quote.note", "in the last instant")

    hands.stage.go("today")

    assert [one["note"] for one in hands.drafts()] == ["in the last instant"]


def test_a_draft_with_nothing_on_it_leaves_no_trace(hands: Hands) -> None:
    hands.go()
    hands.tap("quotes.new")

    hands.tap("quote.back")

    assert hands.drafts() == []


def test_the_price_explains_itself(hands: Hands) -> None:
    hands.new_quote()
    hands.type("quote.line.0.discount", "5")

    hands.tap("quote.line.0.why")

    sheet = hands.stage.window.findChild(QWidget, "why_price_sheet")
    told = " | ".join(one.text() for one in sheet.findChildren(QLabel))
    assert "$95.00 per EA" in told
    assert "Price list · Base" in told
    assert "5% off, given on this line." in told
    sheet.close()


def test_another_account_prices_everything_anew(hands: Hands, sqlite_world: Any) -> None:
    give_a_list_of_its_own(sqlite_world, "a2", unit_price=80_0000)
    hands.stage.sync()
    hands.new_quote("a1")
    hands.type("quote.line.0.discount", "10")
    assert hands.words("quote.line.0.each") == "$90.00 each"

    hands.tap("quote.change_account")
    hands.choose("quote.account", "a2")

    assert hands.words("quote.account_name") == "Hospital a2"
    assert hands.words("quote.line.0.each") == "$72.00 each"
    hands.tap("quote.submit")
    [op] = hands.outbox()
    assert (op["account_id"], op["ship_to_id"], op["lines"][0]["shown_price"]) == ("a2", "s2", 72_0000)


def test_a_price_that_changes_under_the_pen_is_shown_before_it_is_sent(
    hands: Hands, sqlite_world: Any
) -> None:
    hands.new_quote()
    assert hands.words("quote.line.0.each") == "$100.00 each"
    new_price(sqlite_world, 110_0000)

    hands.stage.sync()

    assert hands.words("quote.line.0.each") == "$110.00 each"
    hands.tap("quote.submit")
    assert hands.outbox()[0]["lines"][0]["shown_price"] == 110_0000


def test_submitting_in_the_same_breath_sends_what_was_typed_last(hands: Hands) -> None:
    hands.new_quote()
    hands.type_only("quote.line.0.qty.figure", "25")

    hands.key("quote.line.0.qty.figure", Qt.Key.Key_Return, control=True)

    assert [line["qty"] for line in hands.outbox()[0]["lines"]] == [25]


def test_submitting_twice_makes_one_quote(hands: Hands) -> None:
    hands.new_quote()
    button = hands.find("quote.submit", QPushButton)

    button.click()
    button.click()
    hands.stage.settle()

    assert len(hands.outbox()) == 1


@pytest.mark.parametrize("typed", ["1.234", "abc", "101", "-5"])
def test_a_discount_that_is_no_percentage_is_marked_and_not_sent(hands: Hands, typed: str) -> None:
    hands.new_quote()

    hands.type("quote.line.0.discount", typed)

    assert hands.find("quote.line.0.discount", QLineEdit).text() == typed
    assert hands.words("quote.line.0.note") == "0 to 100, at most two decimals"
    assert not hands.find("quote.submit").isEnabled()
    hands.type("quote.line.0.discount", "5")
    assert hands.find("quote.submit").isEnabled()


def test_a_line_taken_out_can_be_put_back(hands: Hands) -> None:
    hands.new_quote("a1", "p1", "p2")
    hands.type("quote.line.0.qty.figure", "6")

    hands.tap("quote.line.0.remove")
    assert hands.words("quote.line.0.name") == "Stent p2"

    hands.tap("toast.action")
    assert hands.words("quote.line.0.name") == "Stent p1"
    assert hands.find("quote.line.0.qty.figure", QLineEdit).text() == "6"


def test_a_discarded_draft_can_be_had_back(hands: Hands) -> None:
    hands.new_quote()
    number = hands.words("quote.title")

    hands.tap("quote.discard")
    assert hands.drafts() == []

    hands.tap("toast.action")
    assert hands.words("quote.title") == number
    assert len(hands.drafts()) == 1


def test_the_same_product_again_is_one_more_on_its_line(hands: Hands) -> None:
    hands.new_quote("a1", "p1", "p1")

    assert hands.find("quote.line.0.qty.figure", QLineEdit).text() == "2"
    assert not hands.sees("quote.line.1")


def test_without_an_account_nothing_is_submitted_and_the_account_is_asked_for(hands: Hands) -> None:
    hands.go()
    hands.tap("quotes.new")
    hands.choose("quote.product", "p1")
    assert hands.words("quote.verdict") == "Choose the account"

    hands.tap("quote.submit")

    assert hands.find("quote.account").hasFocus()
    assert hands.outbox() == []


def test_a_quantity_being_typed_anew_is_left_alone(hands: Hands) -> None:
    hands.new_quote()
    hands.type("quote.line.0.qty.figure", "")  # emptied, to type another
    hands.pause()

    assert hands.find("quote.line.0.qty.figure", QLineEdit).text() == ""


def test_a_disk_that_fails_keeps_the_words_on_the_screen_and_they_can_be_submitted_again(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.new_quote()
    with monkeypatch.context() as broken:
        broken.setattr("app.workspace.workspace.write_events", fails)
        hands.find("quote.submit", QPushButton).click()
        hands.stage.wait(lambda: bool(hands.stage.failures))
    hands.stage.wait(
        lambda: hands.find("quote.submit", QPushButton).isEnabled()
    )  # the screen has heard of it, too
    assert "the disk is full" in repr(hands.stage.failures.pop())
    assert hands.outbox() == []
    assert hands.words("quote.line.0.name") == "Stent p1"

    hands.tap("quote.submit")

    assert len(hands.outbox()) == 1
    assert hands.words("quote_page.chip.0") == "Approved"


def fails(*_asked: Any, **_how: Any) -> None:
    raise OSError("the disk is full")


def test_the_keyboard_reaches_everything_its_hints_promise(hands: Hands) -> None:
    hands.go()
    hands.key("quotes.table" if hands.sees("quotes.table") else "quotes.empty", Qt.Key.Key_N, control=True)
    hands.choose("quote.account", "a1")
    hands.find("quote.note").setFocus()

    hands.key("quote.note", Qt.Key.Key_K, control=True)
    assert hands.find("quote.product").hasFocus()

    hands.tap("quote.back")
    hands.key("quotes.table", Qt.Key.Key_F, control=True)
    assert hands.find("quotes.search").hasFocus()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)])
def test_nothing_of_the_editor_is_cut_off(hands: Hands, size: tuple[int, int]) -> None:
    hands.new_quote("a3", "p1", "p2")
    hands.type("quote.line.0.discount", "22.5")
    hands.stage.window.resize(*size)
    hands.stage.settle()

    for scroll in ("quote.scroll", "quote.findings.scroll"):
        area = hands.find(scroll)
        assert area.widget().width() <= area.viewport().width(), scroll


def sold_in_packs(world: Any) -> None:
    """p1 comes in boxes of ten, too."""
    box = {"id": "k1", "product_id": "p1", "gtin": "", "level": "package", "quantity": 10, "origin": "test"}
    with unit_of_work(world.engine) as work:
        work.put("pack", [box])


def test_a_line_in_boxes_says_the_base_units_and_sends_them(
    hands: Hands, rep: Any, sqlite_world: Any
) -> None:
    sold_in_packs(sqlite_world)
    rep.sync()
    hands.new_quote("a1", "p1")
    hands.type("quote.line.0.qty.figure", "3")

    hands.choose_item("quote.line.0.units", "Pack of 10 EA")

    assert hands.find("quote.line.0.qty.figure", QLineEdit).text() == "3"
    assert hands.words("quote.line.0.comes_to") == "= 30 EA"
    assert hands.words("quote.line.0.extended") == "$3,000.00"
    hands.pause()
    assert hands.drafts()[0]["lines"] == [{"product_id": "p1", "qty": 30, "discount_bp": 0, "pack": 10}]
    hands.tap("quote.submit")
    assert [(line["product_id"], line["qty"]) for line in hands.outbox()[0]["lines"]] == [("p1", 30)]


def test_a_product_without_packs_shows_no_choice_of_them(hands: Hands) -> None:
    hands.new_quote("a1", "p1")

    assert not hands.sees("quote.line.0.units")
    assert not hands.sees("quote.line.0.comes_to")
