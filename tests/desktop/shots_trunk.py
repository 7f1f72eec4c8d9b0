"""States of Trunk and Approvals."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QTableView, QWidget
from shot_registry import Scene, shot
from shots_shell import submit

from app.domain.rejections import finding
from app.screens.findings import all_in_words

W = TypeVar("W", bound=QWidget)


def find(scene: Scene, name: str, kind: type[W]) -> W:
    found = scene.stage.window.findChild(kind, name)
    assert found is not None, name
    return found


def tap(scene: Scene, table: str, row: int) -> None:
    view = find(scene, table, QTableView)
    view.setCurrentIndex(view.model().index(row, 0))
    view.clicked.emit(view.model().index(row, 0))
    scene.stage.settle()


def press(scene: Scene, name: str) -> None:
    find(scene, name, QPushButton).click()
    scene.stage.settle()


@shot("trunk")
def trunk(scene: Scene) -> None:
    scene.stage.go("trunk")


@shot("trunk-sale")
def trunk_sale(scene: Scene) -> None:
    """A lot that expires soon and a product by expiry, for a customer."""
    tap(scene, "trunk.list", 0)
    tap(scene, "trunk.list", 3)
    scene.stage.go("trunk", sell_to=scene.world.story.account)
    find(scene, "trunk.sale.item.0.qty.more", QWidget).click()  # type: ignore[attr-defined]


@shot("trunk-sale-refused")
def trunk_sale_refused(scene: Scene) -> None:
    scene.stage.go("trunk", sell_to=scene.world.story.account_on_hold)
    press(scene, "trunk.sale.record")


@shot("trunk-sale-customer", each=True)
def trunk_sale_customer(scene: Scene) -> None:
    scene.stage.window.activateWindow()
    scene.stage.go("trunk", sell_to=scene.world.story.account)
    press(scene, "trunk.sale.change_account")
    field = find(scene, "trunk.sale.account", QLineEdit)
    field.setFocus()
    field.setText("")
    QTest.keyClicks(field, "bi")


@shot("trunk-sale-product", each=True)
def trunk_sale_product(scene: Scene) -> None:
    scene.stage.go("trunk", sell_to=scene.world.story.account)
    field = find(scene, "trunk.sale.add", QLineEdit)
    field.setFocus()
    field.setText("")
    QTest.keyClicks(field, "ca")
    scene.stage.settle()


@shot("trunk-sold")
def trunk_sold(scene: Scene) -> None:
    scene.stage.go("trunk", sell_to=scene.world.story.account)
    press(scene, "trunk.sale.record")
    find(scene, "trunk.search", QLineEdit).clearFocus()


@shot("trunk-not-found")
def trunk_not_found(scene: Scene) -> None:
    find(scene, "trunk.search", QLineEdit).setText("zebra")


@shot("trunk-count")
def trunk_count(scene: Scene) -> None:
    find(scene, "trunk.search", QLineEdit).setText("")
    press(scene, "trunk.count_it")
    for figure in ("4", "3", "0"):
        tap(scene, "count.list", next(row for row in range(20) if not counted(scene, row)))
        find(scene, "count.figure", QLineEdit).setText(figure)
        press(scene, "count.enter")
    tap(scene, "count.list", 3)
    find(scene, "count.figure", QLineEdit).setText("12")


def counted(scene: Scene, row: int) -> str:
    model = find(scene, "count.list", QTableView).model()
    return str(model.index(row, 1).data() or "")


@shot("trunk-count-unknown")
def trunk_count_unknown(scene: Scene) -> None:
    scan = find(scene, "count.scan", QLineEdit)
    scan.setText("L00000")
    scan.returnPressed.emit()


@shot("trunk-review")
def trunk_review(scene: Scene) -> None:
    find(scene, "count.scan", QLineEdit).setText("")
    press(scene, "count.review")
    scene.stage.settle()
    press(scene, "review.variance.0.reason.damaged")
    press(scene, "review.variance.1.reason.other")


@shot("trunk-review-refused")
def trunk_review_refused(scene: Scene) -> None:
    """None of it was counted, and some was sold after that."""
    give_reasons(scene)
    review = scene.stage.window.screens["trunk"].counting.review
    short = finding("stock_short", review.cards[0].key, asked=9, have=6)
    review.show_refusal(all_in_words([short], scene.stage.desk.formats), anyway=True)


@shot("trunk-summary")
def trunk_summary(scene: Scene) -> None:
    give_reasons(scene)
    press(scene, "review.anyway")


def give_reasons(scene: Scene) -> None:
    window = scene.stage.window
    at = 0
    while (card := window.findChild(QPushButton, f"review.variance.{at}.reason.lost")) is not None:
        card.click()
        at += 1
    scene.stage.settle()


@shot("approvals-empty", role="manager")
def approvals_empty(scene: Scene) -> None:
    scene.stage.go("approvals")


@shot("approvals-ask")
def approvals_ask(scene: Scene) -> None:
    """Two quotes above the limit, sent."""
    submit(scene, scene.world.story.account, 2000)
    submit(scene, scene.world.story.account, 1200)
    scene.stage.sync()


@shot("approvals", role="manager")
def approvals(scene: Scene) -> None:
    scene.stage.sync()
    scene.stage.go("approvals")


@shot("approvals-detail", role="manager")
def approvals_detail(scene: Scene) -> None:
    tap(scene, "approvals.list", 0)


@shot("approvals-reason", role="manager")
def approvals_reason(scene: Scene) -> None:
    press(scene, "approval.decline")


@shot("approvals-decided", role="manager")
def approvals_decided(scene: Scene) -> None:
    find(scene, "approval.comment", QLineEdit).setText("Below what we can give; offer 15 %")
    press(scene, "approval.decline")
    tap(scene, "approvals.list", 0)
    press(scene, "approval.approve")
    press(scene, "approvals.tab.past")
    tap(scene, "approvals.past", 0)
