"""States of a day end: begun, counted by scan, counted again, looked over, signed; and how far that has come."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QScrollArea
from shot_registry import Scene, shot
from shots_trunk import find, press
from sqlalchemy import update

from app.store.engine import reading, writing
from app.store.tables import balance
from app.workspace.tables import outbox


def page_of(scene: Scene) -> Any:
    return scene.stage.window.screens["trunk"].counting.count


def booked(scene: Scene) -> dict[str, int]:
    """Base units of each line in the books of the tablet."""
    with reading(scene.stage.workspace.reader) as connection:
        rows = connection.execute(balance.select().where(balance.c.location_id == scene.world.story.trunk))
        return {f"{row.product_id}|{row.lot_id}": row.qty for row in rows}


def scan(scene: Scene, lot: Any, figure: int = 1) -> None:
    """One label of a lot, and a figure behind it where there are more."""
    page_of(scene).codes.taking.take(lot.serial or lot.lot_number)
    scene.stage.settle()
    if figure != 1:
        field = find(scene, "count.figure", QLineEdit)
        field.setText(str(figure))
        field.returnPressed.emit()
        scene.stage.settle()


def sent(scene: Scene, pushed: int) -> None:
    """As if the server had taken what waits, and had not answered yet; or back."""
    with writing(scene.stage.workspace.engine) as connection:
        connection.execute(update(outbox).where(outbox.c.result.is_(None)).values(pushed=pushed))
    scene.stage.workspace.tell({"outbox"})
    scene.stage.settle()


@shot("day-end-begun")
def begun(scene: Scene) -> None:
    scene.stage.go("trunk", lot_id=scene.world.story.trunk_lots[0][0], sell_to=scene.world.story.account)
    press(scene, "trunk.sale.record")  # something that waits to be sent
    scene.stage.go("trunk", day_end=True)
    scene.stage.settle()


@shot("day-end-counting")
def counting(scene: Scene) -> None:
    books = booked(scene)
    for lot in page_of(scene).view.sheet[:-3]:
        scan(scene, lot, books[lot.key])


@shot("day-end-later")
def later(scene: Scene) -> None:
    """Left for a while: the trunk says how to go on."""
    press(scene, "count.later")
    scene.stage.settle()


@shot("day-end-second-count")
def second_count(scene: Scene) -> None:
    """One lot is short by one, one too many, one far off; one was not found."""
    press(scene, "trunk.day_end")
    scene.stage.settle()
    books, lots = booked(scene), page_of(scene).view.sheet
    several = [one for one in lots if books[one.key] > 1]
    for lot, by in zip(several, (-1, 1, 9), strict=False):
        scan(scene, lot, books[lot.key] + by)
    for lot in lots[-3:-1]:
        scan(scene, lot, books[lot.key])
    press(scene, "count.review")
    scene.stage.settle()


@shot("day-end-review")
def review(scene: Scene) -> None:
    page = page_of(scene)
    again = page.view.draft.again
    for lot in [one for one in page.view.sheet if one.key in again]:
        scan(scene, lot, booked(scene)[lot.key] + 9)
    press(scene, "count.review")
    scene.stage.settle()
    press(scene, "review.variance.0.reason.found")


@shot("day-end-review-par")
def review_par(scene: Scene) -> None:
    """Further down: what was not counted, what is below par, what is not sent."""
    find(scene, "review.scroll", QScrollArea).verticalScrollBar().setValue(100_000)


@shot("day-end-waiting")
def waiting(scene: Scene) -> None:
    at = 0
    while scene.stage.window.findChild(object, f"review.variance.{at}.reason.lost") is not None:
        press(scene, f"review.variance.{at}.reason.{('lost', 'found', 'miscounted')[at % 3]}")
        at += 1
    press(scene, "review.sign")
    scene.stage.settle()


@shot("day-end-sent")
def on_its_way(scene: Scene) -> None:
    sent(scene, 1)


@shot("day-end-confirmed")
def confirmed(scene: Scene) -> None:
    sent(scene, 0)
    scene.stage.sync()
    scene.stage.sync()
