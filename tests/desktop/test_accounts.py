"""Accounts, driven by hand: real widgets over a real workspace."""

from __future__ import annotations

from typing import Any

import pytest
from lookup_kit import agree_on_a_price, click, click_row, find, give_a_contact, shown, type_, words
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QTabBar, QTableView
from sqlalchemy import text

from app.store.engine import reading
from sync.server.feed import unit_of_work


@pytest.fixture
def accounts(sqlite_world: Any, rep: Any, stage: Any) -> Any:
    """The stage at Accounts, with an account that has a past."""
    history = {
        "id": "o1", "number": "SO1", "type": "history", "quote_id": None, "account_id": "a2", "ship_to_id": None,
        "bill_to_id": None, "territory_id": "north", "rep_id": None, "state": "shipped", "currency": "USD",
        "business_date": "2014-03-01", "po_number": "", "total": None, "published_sub_total": "2024.994",
        "published_tax": "196.1", "published_freight": "61.28", "published_total": "2282.374", "due_date": None,
        "online": "0", "op_id": None, "origin": "test",
    }  # fmt: skip
    line = {
        "id": "ol1", "order_id": "o1", "territory_id": "north", "rep_id": None, "line_no": 1, "product_id": "p1",
        "lot_id": None, "qty": 2, "allocated": 2, "backordered": 0, "unit_price": None, "extended": None,
        "published_unit_price": "1012.497", "published_discount": "0", "published_line_total": "2024.994000",
        "promotion_id": None, "tracking_number": None, "origin": "test",
    }  # fmt: skip
    with unit_of_work(sqlite_world.engine) as work:
        work.put("sales_order", [history])
        work.put("order_line", [line])
    rep.sync()
    stage.go("accounts")
    return stage


def test_typing_narrows_the_list_and_return_opens_the_first(qtbot: Any, accounts: Any) -> None:
    assert shown(accounts, "accounts.list") == ["Hospital a2", "Hospital a1", "Hospital a3"], (
        "last ordered first"
    )

    type_(qtbot, accounts, "accounts.search", "a3 hosp")
    assert shown(accounts, "accounts.list") == ["Hospital a3"]
    assert words(accounts, "accounts.note") == "1 account found"
    qtbot.keyClick(find(accounts, "accounts.search"), Qt.Key.Key_Return)
    accounts.settle()

    assert words(accounts, "accounts.name") == "Hospital a3"
    assert words(accounts, "accounts.state") == "On hold since Nov 1, 2026"
    assert "unpaid" in find(accounts, "accounts.findings").accessibleDescription()


def test_nothing_found_says_what_to_try(qtbot: Any, accounts: Any) -> None:
    type_(qtbot, accounts, "accounts.search", "zebra")

    assert find(accounts, "accounts.empty").isVisible()
    assert words(accounts, "accounts.empty.words") == "No account matches “zebra”"
    assert find(accounts, "accounts.empty").step.isHidden()


def test_keys_alone_are_enough(qtbot: Any, accounts: Any) -> None:
    field, table = find(accounts, "accounts.search"), find(accounts, "accounts.list")
    accounts.window.activateWindow()
    accounts.wait(accounts.window.isActiveWindow)
    assert accounts.window.focusWidget() is field

    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    accounts.settle()
    assert accounts.window.focusWidget() is table
    assert words(accounts, "accounts.name") == "Hospital a1"
    qtbot.keyClick(accounts.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    assert accounts.window.focusWidget() is field


@pytest.mark.parametrize(
    ("button", "place", "args"),
    [
        ("accounts.newQuote", "quotes", {"new_for": "a1"}),
        ("accounts.sellFromTrunk", "trunk", {"sell_to": "a1"}),
    ],
)
def test_each_deed_goes_on_with_this_account(
    qtbot: Any, accounts: Any, button: str, place: str, args: dict[str, str]
) -> None:
    accounts.go("accounts", account_id="a1")

    click(qtbot, accounts, button)

    assert accounts.went[-1] == (place, args)


def test_a_deed_of_the_card_leads_to_the_note_of_a_visit(qtbot: Any, accounts: Any) -> None:
    accounts.go("accounts", account_id="a1")
    accounts.window.activateWindow()
    accounts.wait(accounts.window.isActiveWindow)

    click(qtbot, accounts, "accounts.noteVisit")

    assert accounts.window.focusWidget() is find(accounts, "accounts.visit.note")


def test_an_open_quote_is_one_tap_away(qtbot: Any, rep: Any, accounts: Any) -> None:
    quote = rep.quote()
    assert rep.workspace.perform(quote).saved
    accounts.go("accounts", account_id="a1")
    tabs = find(accounts, "accounts.tabs", QTabBar)
    assert tabs.tabText(1) == "Open (1)"

    tabs.setCurrentIndex(1)
    click_row(qtbot, accounts, "accounts.open", 0)

    assert accounts.went[-1] == ("quotes", {"quote_id": quote.quote_id})


def test_an_earlier_order_opens_to_its_lines_and_back(qtbot: Any, accounts: Any) -> None:
    accounts.go("accounts", account_id="a2")
    find(accounts, "accounts.tabs", QTabBar).setCurrentIndex(2)

    click_row(qtbot, accounts, "accounts.history", 0)

    assert shown(accounts, "accounts.order.lines", 1) == ["$2,024.9940"]
    assert words(accounts, "accounts.order.total") == "$2,282.3740"
    assert "sub-total $2,024.9940" in words(accounts, "accounts.order.summary")
    click(qtbot, accounts, "accounts.order.back")
    assert find(accounts, "accounts.history").isVisible()


def test_a_hold_from_the_office_shows_by_itself(sqlite_world: Any, accounts: Any) -> None:
    accounts.go("accounts", account_id="a1")
    assert words(accounts, "accounts.state") == "Active"

    sqlite_world.hold("a1", "two cheques bounced")
    accounts.sync()

    assert words(accounts, "accounts.state") == "On hold since Nov 23, 2026"
    assert "two cheques bounced" in find(accounts, "accounts.findings").accessibleDescription()


def test_the_list_keeps_its_place_when_something_changes(
    qtbot: Any, sqlite_world: Any, rep: Any, accounts: Any
) -> None:
    with reading(sqlite_world.engine) as connection:
        row = connection.execute(text("SELECT * FROM account WHERE id = 'a1'")).mappings().one()
    many = [{**row, "id": f"m{n:03d}", "number": f"M{n:03d}", "name": f"Many {n:03d}"} for n in range(90)]
    with unit_of_work(sqlite_world.engine) as work:
        work.put("account", many)
    accounts.sync()
    table = find(accounts, "accounts.list", QTableView)
    table.selectRow(60)
    table.verticalScrollBar().setValue(2000)
    accounts.settle()
    chosen, place = table.current().id, table.verticalScrollBar().value()

    sqlite_world.hold("m055")
    accounts.sync()

    assert (table.current().id, table.verticalScrollBar().value()) == (chosen, place)
    assert "On hold" in shown(accounts, "accounts.list", 1)


def test_what_was_typed_is_still_there_after_going_elsewhere(qtbot: Any, accounts: Any) -> None:
    type_(qtbot, accounts, "accounts.search", "a3")
    accounts.go("catalogue")
    accounts.go("accounts")

    assert find(accounts, "accounts.search").text() == "a3"
    assert shown(accounts, "accounts.list") == ["Hospital a3"]


def test_a_narrow_window_shows_list_or_card_with_a_way_back(qtbot: Any, accounts: Any) -> None:
    accounts.window.resize(960, 640)
    accounts.settle()
    click_row(qtbot, accounts, "accounts.list", 0)

    assert find(accounts, "accounts.card").isVisible()
    back = find(accounts, "accounts.split.back", QPushButton)
    if back.isVisible():  # the platform may not let the window get so narrow
        assert not find(accounts, "accounts.list").isVisible()
        click(qtbot, accounts, "accounts.split.back")
    assert find(accounts, "accounts.list").isVisible()


def test_every_control_can_be_touched_and_named(accounts: Any) -> None:
    accounts.go("accounts", account_id="a1")
    controls = [
        one
        for kind in (QPushButton, QLineEdit, QTableView)
        for one in accounts.window.screens["accounts"].findChildren(kind)
        if one.isVisible()
    ]

    assert len(controls) >= 5
    for one in controls:
        assert one.objectName(), one
        assert one.accessibleName(), one.objectName()
        assert one.height() >= 44, one.objectName()
        assert one.width() >= 44, one.objectName()


def test_an_account_that_left_this_device_says_so(accounts: Any) -> None:
    accounts.go("accounts", account_id="nobody")

    assert words(accounts, "accounts.card.empty.words") == "This account is not on this device"


# -- contacts ---------------------------------------------------------------------------------------------------------


class Program(QObject):
    """The device's mail program: it is handed addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def buyer(sqlite_world: Any, accounts: Any) -> Any:
    """The card of an account whose buyer has a phone and an address."""
    give_a_contact(sqlite_world)
    accounts.sync()
    accounts.go("accounts", account_id="a1")
    return accounts


def test_a_tap_on_an_address_opens_the_mail_program(qtbot: Any, buyer: Any) -> None:
    program = Program()
    QDesktopServices.setUrlHandler("mailto", program, "open")
    try:
        click(qtbot, buyer, "accounts.contact.1.mail")
    finally:
        QDesktopServices.unsetUrlHandler("mailto")

    assert program.opened == ["mailto:ada@x.no"]


def test_without_a_program_the_number_is_copied_and_that_is_said(qtbot: Any, buyer: Any) -> None:
    QGuiApplication.clipboard().clear()

    click(qtbot, buyer, "accounts.contact.1.call")

    assert QGuiApplication.clipboard().text() == "+47551"
    assert buyer.toasts[-1] == "No program here opens this. +47551 is copied."


# -- its prices -------------------------------------------------------------------------------------------------------


@pytest.fixture
def agreed(sqlite_world: Any, accounts: Any) -> Any:
    """The card of a1, which has a contract for p2; at its prices."""
    agree_on_a_price(sqlite_world)
    accounts.sync()
    accounts.go("accounts", account_id="a1")
    find(accounts, "accounts.tabs", QTabBar).setCurrentIndex(4)
    accounts.settle()
    return accounts


def test_the_price_list_of_an_account_begins_with_its_contracts(qtbot: Any, agreed: Any) -> None:
    assert shown(agreed, "accounts.prices.list") == ["Stent p2"]
    assert shown(agreed, "accounts.prices.list", 1) == ["$1.50"]
    assert find(agreed, "accounts.prices.list").rows[0].agreement == "Own prices"

    click(qtbot, agreed, "accounts.prices.agreed")
    type_(qtbot, agreed, "accounts.prices.search", "p1")

    assert shown(agreed, "accounts.prices.list", 1) == ["$100.00"]


def test_a_tap_on_a_price_of_the_list_tells_why(qtbot: Any, agreed: Any) -> None:
    click_row(qtbot, agreed, "accounts.prices.list", 0)

    assert "$1.50 per EA" in words(agreed, "why_price.result")
    find(agreed, "why_price_sheet").reject()


def test_an_account_without_contracts_shows_its_list_at_once(agreed: Any) -> None:
    agreed.go("accounts", account_id="a2")
    find(agreed, "accounts.tabs", QTabBar).setCurrentIndex(4)
    agreed.settle()

    assert not find(agreed, "accounts.prices.agreed").isChecked()
    assert "Stent p1" in shown(agreed, "accounts.prices.list")


def test_all_prices_are_a_tap_away_in_the_catalogue(qtbot: Any, agreed: Any) -> None:
    click(qtbot, agreed, "accounts.showPrices")

    assert agreed.went[-1] == ("catalogue", {"account_id": "a1"})
