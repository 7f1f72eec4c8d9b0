"""The catalogue, driven by hand: real widgets over a real workspace."""

from __future__ import annotations

from typing import Any

import pytest
from lookup_kit import agree_on_a_price, click, click_row, find, shown, type_, words
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QTableView
from sqlalchemy import text

from app.desktop.widgets.why_price import show_why_price
from app.store.engine import reading
from sync.server.feed import unit_of_work


@pytest.fixture
def catalogue(sqlite_world: Any, rep: Any, stage: Any) -> Any:
    """The stage at the catalogue; a2 buys from a list of its own, with a lower price from ten on."""
    with reading(sqlite_world.engine) as connection:
        listed = connection.execute(text("SELECT * FROM price_list WHERE id = 'base'")).mappings().one()
        price = connection.execute(text("SELECT * FROM price WHERE id = 'pr1'")).mappings().one()
        account = connection.execute(text("SELECT * FROM account WHERE id = 'a2'")).mappings().one()
        product = connection.execute(text("SELECT * FROM product WHERE id = 'p1'")).mappings().one()
    with unit_of_work(sqlite_world.engine) as work:
        work.put("price_list", [{**listed, "id": "group", "name": "Group", "scope": "group"}])
        work.put(
            "price",
            [
                {**price, "id": "g1", "list_id": "group", "unit_price": 80_0000},
                {**price, "id": "g10", "list_id": "group", "unit_price": 70_0000, "min_qty": 10},
            ],
        )
        work.put("account", [{**account, "price_list_id": "group"}])
        work.put(
            "product",
            [
                {
                    **product,
                    "id": "p3",
                    "sku": "OLD",
                    "catalog_number": "OLD",
                    "name": "Old stent",
                    "sell_until": "2020-01-01",
                }
            ],
        )
    rep.sync()
    stage.go("catalogue")
    return stage


def pick(qtbot: Any, stage: Any, button: str, picker: str, typed: str) -> None:
    """Open a picker, type, and take the first with Return."""
    click(qtbot, stage, button)
    type_(qtbot, stage, f"{picker}.search", typed)
    qtbot.keyClick(find(stage, f"{picker}.search"), Qt.Key.Key_Return)
    stage.settle()


def test_typing_finds_products_with_stock_and_price(qtbot: Any, catalogue: Any) -> None:
    type_(qtbot, catalogue, "catalogue.search", "p1 sten")

    assert shown(catalogue, "catalogue.list") == ["Stent p1"]
    assert [shown(catalogue, "catalogue.list", column) for column in (2, 3, 4)] == [
        ["14"],
        ["50"],
        ["$100.00"],
    ]
    assert words(catalogue, "catalogue.note").startswith(
        "1 product found · Prices and warehouse stock as of "
    )


def test_fast_keys_end_at_the_last_word(qtbot: Any, catalogue: Any) -> None:
    field = find(catalogue, "catalogue.search", QLineEdit)
    for typed in ("s", "st", "zzz", "p2"):
        field.setText(typed)
    qtbot.wait(30)
    catalogue.settle()

    assert shown(catalogue, "catalogue.list") == ["Stent p2"]


def test_a_chosen_account_reprices_list_and_card(qtbot: Any, catalogue: Any) -> None:
    type_(qtbot, catalogue, "catalogue.search", "p1 sten")
    click_row(qtbot, catalogue, "catalogue.list", 0)
    assert words(catalogue, "catalogue.price") == "$100.00 per EA"

    pick(qtbot, catalogue, "catalogue.account", "catalogue.pick_account", "a2")

    assert find(catalogue, "catalogue.account").text() == "Prices for: Hospital a2"
    assert shown(catalogue, "catalogue.list", 4) == ["$80.00"]
    assert words(catalogue, "catalogue.price") == "$80.00 per EA"
    assert words(catalogue, "catalogue.price.for").startswith("for Hospital a2 · as of ")


def test_the_account_can_be_taken_away_again(qtbot: Any, catalogue: Any) -> None:
    catalogue.go("catalogue", account_id="a2")
    assert find(catalogue, "catalogue.account").text() == "Prices for: Hospital a2"

    click(qtbot, catalogue, "catalogue.account")
    click_row(qtbot, catalogue, "catalogue.pick_account.list", 0, 0)

    assert find(catalogue, "catalogue.account").text() == "Prices for: everybody"


def test_escape_leaves_the_account_as_it_was(qtbot: Any, catalogue: Any) -> None:
    catalogue.go("catalogue", account_id="a2")
    click(qtbot, catalogue, "catalogue.account")
    type_(qtbot, catalogue, "catalogue.pick_account.search", "a1")

    picker = find(catalogue, "catalogue.pick_account", QDialog)
    qtbot.keyClick(find(catalogue, "catalogue.pick_account.search"), Qt.Key.Key_Escape)
    assert picker.isVisible(), "the first Escape clears what was typed"
    qtbot.keyClick(find(catalogue, "catalogue.pick_account.search"), Qt.Key.Key_Escape)
    catalogue.settle()

    assert find(catalogue, "catalogue.account").text() == "Prices for: Hospital a2"


def test_why_this_price_opens_in_place_for_the_chosen_quantity(qtbot: Any, catalogue: Any) -> None:
    catalogue.go("catalogue", account_id="a2", product_id="p1")
    assert not find(catalogue, "catalogue.why_price").isVisible()

    click(qtbot, catalogue, "catalogue.why")
    assert find(catalogue, "catalogue.why_price").isVisible()
    assert words(catalogue, "catalogue.why_price.result") == "$80.00 per EA"
    assert (
        "A more specific list or agreement has a price"
        in find(catalogue, "catalogue.why_price.unused.1").accessibleName()
    )

    click_row(qtbot, catalogue, "catalogue.breaks", 1)
    assert words(catalogue, "catalogue.why_price.result") == "$70.00 per EA"
    assert words(catalogue, "catalogue.why_price.total") == "$700.00 for 10 EA"
    assert "from 10 on" in find(catalogue, "catalogue.why_price.used.1").accessibleName()


def test_a_category_narrows_and_an_empty_list_offers_the_way_out(qtbot: Any, catalogue: Any) -> None:
    pick(qtbot, catalogue, "catalogue.category", "catalogue.pick_narrowing", "sten")
    assert find(catalogue, "catalogue.category").text() == "Stents"

    type_(qtbot, catalogue, "catalogue.search", "zzz")
    assert find(catalogue, "catalogue.empty").isVisible()
    click(qtbot, catalogue, "catalogue.empty.step")

    assert find(catalogue, "catalogue.category").text() == "Everything"
    assert find(catalogue, "catalogue.search").text() == "zzz", "nothing typed is lost"


def test_in_my_trunk_shows_what_can_be_sold_now(qtbot: Any, catalogue: Any) -> None:
    click(qtbot, catalogue, "catalogue.mine")

    assert shown(catalogue, "catalogue.list") == ["Stent p1"]
    click(qtbot, catalogue, "catalogue.mine")
    assert len(shown(catalogue, "catalogue.list")) == 3


def test_a_tap_on_the_star_keeps_a_favourite_and_the_filter_shows_it(
    qtbot: Any, sqlite_world: Any, rep: Any, catalogue: Any
) -> None:
    type_(qtbot, catalogue, "catalogue.search", "p2")
    click_row(qtbot, catalogue, "catalogue.list", 0, 0)
    catalogue.wait(lambda: find(catalogue, "catalogue.list").rows[0].starred)
    find(catalogue, "catalogue.search", QLineEdit).clear()
    qtbot.wait(30)

    click(qtbot, catalogue, "catalogue.starred")

    assert shown(catalogue, "catalogue.list") == ["Stent p2"]
    assert catalogue.toasts[-1].startswith("Saved")
    rep.sync()
    with reading(sqlite_world.engine) as connection:
        kept = connection.execute(text("SELECT product_id, favourite FROM favourite")).all()
    assert kept == [("p2", 1)], "the server's books say so too"


def test_the_star_of_the_card_takes_it_back(qtbot: Any, catalogue: Any) -> None:
    catalogue.go("catalogue", product_id="p1")
    star = find(catalogue, "catalogue.star", QPushButton)
    assert star.text() == "Keep as favourite"
    click(qtbot, catalogue, "catalogue.star")
    catalogue.wait(lambda: star.text() == "Favourite")

    catalogue.window.activateWindow()
    qtbot.keyClick(catalogue.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)

    catalogue.wait(lambda: star.text() == "Keep as favourite")
    assert not any(one.starred for one in find(catalogue, "catalogue.list").rows)


def test_contract_prices_wait_for_an_account_and_then_narrow(
    qtbot: Any, sqlite_world: Any, catalogue: Any
) -> None:
    agreed = find(catalogue, "catalogue.agreed", QPushButton)
    assert (agreed.isEnabled(), bool(agreed.toolTip())) == (False, True), "a button that is off says why"
    agree_on_a_price(sqlite_world)
    catalogue.sync()
    catalogue.go("catalogue", account_id="a1")

    click(qtbot, catalogue, "catalogue.agreed")

    assert (shown(catalogue, "catalogue.list"), shown(catalogue, "catalogue.list", 4)) == (
        ["Stent p2"],
        ["$1.50"],
    )
    catalogue.go("catalogue", account_id="")
    assert not agreed.isChecked(), "without an account there are no contracts"


def test_selling_from_the_trunk_lowers_the_shown_stock_by_itself(
    qtbot: Any, rep: Any, catalogue: Any
) -> None:
    catalogue.go("catalogue", product_id="p1")
    assert (
        find(catalogue, "catalogue.stock.1")
        .accessibleName()
        .startswith("trunk-rep (mine), Trunk, 14 EA, on this tablet, now")
    )

    assert rep.workspace.perform(rep.sale(qty=3)).saved
    catalogue.wait(
        lambda: catalogue.window._reload_soon.isActive() or shown(catalogue, "catalogue.list", 2)[0] == "11"
    )
    catalogue.settle()

    assert find(catalogue, "catalogue.stock.1").accessibleName().startswith("trunk-rep (mine), Trunk, 11 EA")


def test_add_to_quote_goes_on_with_this_product(qtbot: Any, catalogue: Any) -> None:
    catalogue.go("catalogue", product_id="p1")

    click(qtbot, catalogue, "catalogue.add")

    assert catalogue.went[-1] == ("quotes", {"add_product": "p1"})


def test_what_is_not_on_sale_cannot_be_added_and_says_why(catalogue: Any) -> None:
    catalogue.go("catalogue", product_id="p3")

    add = find(catalogue, "catalogue.add", QPushButton)
    assert (add.isEnabled(), add.toolTip()) == (False, "It is not on sale today.")
    assert words(catalogue, "catalogue.sale") == "Sold until Jan 1, 2020"


def test_the_list_leaves_out_columns_it_has_no_room_for(catalogue: Any) -> None:
    catalogue.window.resize(1024, 640)
    catalogue.settle()

    table = find(catalogue, "catalogue.list", QTableView)
    assert table.isColumnHidden(3)
    assert not table.isColumnHidden(0)
    assert not table.isColumnHidden(4)
    catalogue.window.resize(1280, 800)
    catalogue.settle()
    assert not table.isColumnHidden(3)


def test_every_control_can_be_touched_and_named(catalogue: Any) -> None:
    catalogue.go("catalogue", product_id="p1", account_id="a2")
    controls = [
        one
        for kind in (QPushButton, QLineEdit, QTableView)
        for one in catalogue.window.screens["catalogue"].findChildren(kind)
        if one.isVisible()
    ]

    assert len(controls) >= 7
    for one in controls:
        assert one.objectName(), one
        assert one.accessibleName(), one.objectName()
        assert one.height() >= 44, one.objectName()
        assert one.width() >= 44, one.objectName()


def test_the_explanation_opens_as_a_sheet_over_any_screen(qtbot: Any, catalogue: Any) -> None:
    from PySide6.QtGui import QGuiApplication

    screen: Any = catalogue.go("catalogue", product_id="p1", account_id="a2")
    sheet = show_why_price(screen, catalogue.theme, screen.card.shown.why)
    catalogue.settle()

    assert "$80.00 per EA" in sheet.findChild(QLabel, "why_price.result").text()
    qtbot.mouseClick(sheet.findChild(QPushButton, "why_price_sheet.copy"), Qt.MouseButton.LeftButton)
    assert "Used: Price list Group" in QGuiApplication.clipboard().text()
    qtbot.mouseClick(sheet.findChild(QPushButton, "why_price_sheet.close"), Qt.MouseButton.LeftButton)
    catalogue.settle()
    assert catalogue.window.findChild(QDialog, "why_price_sheet") is None
