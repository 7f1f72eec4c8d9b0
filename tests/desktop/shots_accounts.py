"""States of Accounts and Catalogue."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QLineEdit, QPushButton, QTabBar, QTableView
from shot_registry import Scene, shot
from stage import pump

from app.desktop.widgets.split import ListDetail


def find(scene: Scene, name: str, kind: type[Any]) -> Any:
    found = scene.stage.window.findChild(kind, name)
    assert found is not None, name
    return found


def search(scene: Scene, name: str, words: str) -> None:
    find(scene, name, QLineEdit).setText(words)
    since = QElapsedTimer()
    since.start()
    while not since.hasExpired(300):  # the field waits for the end of a word
        pump(20)
    scene.stage.settle()


@shot("accounts")
def accounts(scene: Scene) -> None:
    scene.stage.go("accounts")


@shot("accounts-card")
def accounts_card(scene: Scene) -> None:
    scene.stage.go("accounts", account_id=scene.world.story.account)


@shot("accounts-history")
def accounts_history(scene: Scene) -> None:
    find(scene, "accounts.tabs", QTabBar).setCurrentIndex(2)


@shot("accounts-order")
def accounts_order(scene: Scene) -> None:
    table = find(scene, "accounts.history", QTableView)
    table.clicked.emit(table.model().index(0, 0))


@shot("accounts-on-hold")
def accounts_on_hold(scene: Scene) -> None:
    scene.stage.go("accounts", account_id=scene.world.story.account_on_hold)


@shot("accounts-nothing-found")
def accounts_nothing_found(scene: Scene) -> None:
    find(scene, "accounts.split", ListDetail).show_list()  # or a small window goes on showing the card
    search(scene, "accounts.search", "zebra hospital")


@shot("catalogue")
def catalogue(scene: Scene) -> None:
    search(scene, "accounts.search", "")
    scene.stage.go("catalogue")


@shot("catalogue-for-account")
def catalogue_for_account(scene: Scene) -> None:
    scene.stage.go("catalogue", account_id=scene.world.story.account)
    search(scene, "catalogue.search", "road")
    find(scene, "catalogue.list", QTableView).selectRow(1)


@shot("catalogue-pick-account", each=True)
def catalogue_pick_account(scene: Scene) -> None:
    find(scene, "catalogue.account", QPushButton).click()


@shot("catalogue-pick-category", each=True)
def catalogue_pick_category(scene: Scene) -> None:
    find(scene, "catalogue.category", QPushButton).click()


@shot("catalogue-why")
def catalogue_why(scene: Scene) -> None:
    search(scene, "catalogue.search", "")
    product = scene.world.story.quote_products[0]
    scene.stage.go("catalogue", account_id=scene.world.story.account, product_id=product)
    find(scene, "catalogue.breaks", QTableView).selectRow(2)
    find(scene, "catalogue.why", QPushButton).setChecked(True)


@shot("catalogue-in-my-trunk")
def catalogue_in_my_trunk(scene: Scene) -> None:
    find(scene, "catalogue.why", QPushButton).setChecked(False)
    find(scene, "catalogue.mine", QPushButton).setChecked(True)
    scene.stage.settle()
    find(scene, "catalogue.list", QTableView).selectRow(0)


@shot("catalogue-nothing-found")
def catalogue_nothing_found(scene: Scene) -> None:
    search(scene, "catalogue.search", "left-handed stent")
