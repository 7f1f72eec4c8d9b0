"""States of what an account's card and a product's card tell beyond the first look: licences, contacts, prices, visits,
favourites, recalls, the age of stock; and the visits that are due, on Today."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QScrollArea, QTabBar, QTableView
from shot_registry import Scene, shot
from shots_accounts import find, search
from shots_terms import change, committed, contract_products, rows
from stage import pump

from app.desktop.screens.account_card import PRICES, VISITS
from sync.server.feed import unit_of_work

COLLEAGUE = {
    "note": "Dr. Lang wants to compare the new touring wheels; bring two on loan and the fitting guide. "
    "Budget for the second half-year is decided in April.",
    "day": "2026-10-30",
    "next_on": "",
}


def page(scene: Scene, at: int) -> None:
    find(scene, "accounts.tabs", QTabBar).setCurrentIndex(at)


def write(scene: Scene, words: str) -> None:
    find(scene, "accounts.visit.note", QPlainTextEdit).setPlainText(words)
    scene.stage.settle()


def tap(scene: Scene, name: str) -> None:
    find(scene, name, QPushButton).click()
    scene.stage.settle()


def quiet(scene: Scene) -> None:
    """Without the line that says what was saved."""
    scene.stage.window.toast_line.hide()


def visited(scene: Scene, row_id: str, account_id: str, user: str, **values: str) -> None:
    """A visit that the server knows of."""
    [account] = rows(scene, f"SELECT territory_id, rep_id FROM account WHERE id='{account_id}'")
    row = {"id": row_id, "account_id": account_id, "visited_by": user, "op_id": row_id, **account, **values}
    with unit_of_work(scene.world.engine) as work:
        work.put("visit", [row])
    scene.stage.sync()


@shot("accounts-licences-run-out")
def licences_run_out(scene: Scene) -> None:
    [first, *_rest] = rows(scene, "SELECT id, account_id FROM licence ORDER BY account_id, id")
    change(scene, "licence", f"account_id='{first['account_id']}'", expires="2026-12-05")
    change(scene, "licence", f"id='{first['id']}'", expires="2026-11-12")
    scene.stage.go("accounts", account_id=first["account_id"])


@shot("accounts-contacts-and-agreements")
def contacts(scene: Scene) -> None:
    scene.stage.go("accounts", account_id=committed(scene))
    change(scene, "contract", "1=1 AND valid_to IS NOT NULL", valid_to="2026-12-12")
    scene.stage.settle()
    for _ in range(4):
        pump(5)
    bar = find(scene, "accounts.overview", QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum() // 2)


@shot("accounts-prices")
def prices(scene: Scene) -> None:
    page(scene, PRICES)


@shot("accounts-prices-why", each=True)
def prices_why(scene: Scene) -> None:
    table = find(scene, "accounts.prices.list", QTableView)
    table.clicked.emit(table.model().index(0, 0))


@shot("accounts-prices-nothing-found")
def prices_none(scene: Scene) -> None:
    search(scene, "accounts.prices.search", "left-handed stent")


@shot("accounts-visits-empty")
def visits_empty(scene: Scene) -> None:
    scene.stage.go("accounts", account_id=scene.world.story.account)
    page(scene, VISITS)


@shot("accounts-visits-writing")
def visits_writing(scene: Scene) -> None:
    write(scene, "Ms. Osei counts the helmets on Friday and will order again; wants the price for 50.")
    tap(scene, "accounts.visit.weeks.2")


@shot("accounts-visits")
def visits(scene: Scene) -> None:
    visited(scene, "visit-1", scene.world.story.account, scene.world.story.manager, **COLLEAGUE)
    tap(scene, "accounts.visit.save")
    quiet(scene)


@shot("catalogue-no-favourites")
def no_favourites(scene: Scene) -> None:
    scene.stage.go("catalogue")
    find(scene, "catalogue.starred", QPushButton).setChecked(True)


@shot("catalogue-favourites")
def favourites(scene: Scene) -> None:
    find(scene, "catalogue.starred", QPushButton).setChecked(False)
    scene.stage.settle()
    for at in range(4):
        line = find(scene, "catalogue.list", QTableView).rows[at]
        scene.stage.window.screens["catalogue"].card.starred.emit(line.id, True)
    scene.stage.settle()
    find(scene, "catalogue.starred", QPushButton).setChecked(True)
    scene.stage.settle()
    find(scene, "catalogue.list", QTableView).selectRow(0)
    quiet(scene)


@shot("catalogue-contract-prices")
def contract_prices(scene: Scene) -> None:
    find(scene, "catalogue.starred", QPushButton).setChecked(False)
    scene.stage.go("catalogue", account_id=committed(scene))
    find(scene, "catalogue.agreed", QPushButton).setChecked(True)
    scene.stage.settle()
    find(scene, "catalogue.list", QTableView).selectRow(0)


@shot("catalogue-recalled")
def recalled(scene: Scene) -> None:
    find(scene, "catalogue.agreed", QPushButton).setChecked(False)
    [held] = rows(
        scene,
        "SELECT b.product_id, b.lot_id, p.sku FROM balance b JOIN location l ON l.id = b.location_id "
        "JOIN product p ON p.id = b.product_id JOIN pack k ON k.product_id = p.id AND k.quantity > 1 "
        f"WHERE l.custodian = '{scene.world.story.rep}' AND l.kind = 'trunk' AND b.lot_id <> '' AND b.qty > 0 "
        "ORDER BY p.name, b.lot_id LIMIT 1",
    )
    change(scene, "lot", f"id='{held['lot_id']}'", recalled_on="2026-11-20")
    search(scene, "catalogue.search", held["sku"])
    scene.stage.go("catalogue", product_id=held["product_id"])


@shot("catalogue-stock-and-packs")
def stock_and_packs(scene: Scene) -> None:
    bar = find(scene, "catalogue.card", QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())


@shot("catalogue-discontinued")
def discontinued(scene: Scene) -> None:
    gone = contract_products(scene)[0]
    change(scene, "product", f"id='{gone}'", sell_until="2026-10-31")
    search(scene, "catalogue.search", rows(scene, f"SELECT sku FROM product WHERE id='{gone}'")[0]["sku"])
    scene.stage.go("catalogue", product_id=gone)


@shot("today-visits-due")
def visits_due(scene: Scene) -> None:
    user = scene.world.story.rep
    late = {"note": "Promised a price for the spring order", "day": "2026-10-12", "next_on": "2026-11-19"}
    due = {"note": "Count the consigned frames together", "day": "2026-11-02", "next_on": "2026-11-23"}
    visited(scene, "visit-2", committed(scene), user, **late)
    visited(scene, "visit-3", scene.world.story.account_on_hold, user, **due)
    scene.stage.go("today")
