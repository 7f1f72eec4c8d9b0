"""States of goods that move: recalled, scrapped, handed over, taken over, filled up, counted twice."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

from demo_world import DAY, moment
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QTableView, QWidget
from shot_registry import Scene, shot
from shots_trunk import find, press, tap
from sqlalchemy import select

from app.domain.commands import Command, MoveLine, SendTransfer
from app.domain.parties import Person
from app.screens.wording import tr
from app.store import tables as t
from app.store.engine import reading
from sync.server.apply import perform_here
from sync.server.imports.office_files import Asked, load_file
from sync.server.imports.office_parties import RECALLS
from sync.server.passwords import Passwords
from sync.server.people import Books

OFFICE = Person("office", "operations", ("*",))


def recall(scene: Scene, lot_id: str) -> None:
    """The office's recall file with one lot."""
    with reading(scene.world.engine) as connection:
        found = connection.execute(
            select(t.product.c.sku, t.lot.c.lot_number, t.lot.c.serial)
            .join(t.product, t.product.c.id == t.lot.c.product_id)
            .where(t.lot.c.id == lot_id)
        ).one()
    path = Path(scene.world.folder) / "recalls.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(("sku", "lot", "serial", "recalled_on"))
        out.writerow((found.sku, found.lot_number, found.serial, "2026-11-20"))
    entropy = random.Random(3).randbytes
    books = Books(scene.world.engine, moment, entropy, Passwords(entropy))
    load_file(scene.world.engine, books, RECALLS, path, Asked(), lambda _report: None)


def send(scene: Scene, giver: str, lines: tuple[tuple[str, str, int], ...]) -> None:
    """A colleague hands goods over to the rep, on the server as from their tablet."""
    op_id = scene.world.new_id()
    command: Command = SendTransfer(
        op_id=op_id,
        actor=giver,
        business_date=DAY,
        transfer_id=op_id,
        number="ST-A-0007",
        from_location=f"trunk-{giver}",
        to_location=scene.world.story.trunk,
        lines=tuple(MoveLine(product_id=product, lot_id=lot, qty=qty) for product, lot, qty in lines),
    )
    decision = perform_here(scene.world.engine, Person(giver, "rep", ("*",)), command, now=moment)
    assert decision.outcome == "applied", decision.findings


def held(scene: Scene, location: str) -> list[Any]:
    """(product, lot, quantity) of a place with at least three units, by lot."""
    with reading(scene.world.engine) as connection:
        rows = connection.execute(
            select(t.balance.c.product_id, t.balance.c.lot_id, t.balance.c.qty)
            .where(t.balance.c.location_id == location, t.balance.c.qty >= 3)
            .order_by(t.balance.c.product_id, t.balance.c.lot_id)
        )
        return [tuple(row) for row in rows]


def row_of(scene: Scene, words: str) -> int:
    """The first row of the lots in which the words stand in the chip column."""
    model = find(scene, "trunk.list", QTableView).model()
    return next(
        row
        for row in range(model.rowCount())
        if words in str(model.index(row, 1).data() or "") + str(model.index(row, 3).data() or "")
    )


def more(scene: Scene, row: int) -> None:
    view = find(scene, "trunk.list", QTableView)
    last = view.model().columnCount() - 1
    view.setCurrentIndex(view.model().index(row, last))
    view.clicked.emit(view.model().index(row, last))
    scene.stage.settle()


def fill(scene: Scene, name: str, words: str) -> None:
    """Type into the field of this name that is in sight."""
    [field] = [one for one in scene.stage.window.findChildren(QLineEdit, name) if one.isVisible()]
    field.setText(words)
    field.textEdited.emit(words)
    scene.stage.settle()


@shot("trunk-recalled")
def trunk_recalled(scene: Scene) -> None:
    recall(scene, scene.world.story.trunk_lots[1][0])
    scene.stage.sync()
    scene.stage.go("trunk")
    tap(scene, "trunk.list", row_of(scene, tr("trunk.recalled")))


@shot("trunk-lot")
def trunk_lot(scene: Scene) -> None:
    more(scene, 0)


@shot("trunk-scrap")
def trunk_scrap(scene: Scene) -> None:
    press(scene, "trunk.lot.scrap")
    press(scene, "trunk.move.reason.suggest.0")


@shot("trunk-handover")
def trunk_handover(scene: Scene) -> None:
    press(scene, "trunk.move.back")
    press(scene, "trunk.lot.hand_over")
    for row in (2, 3):
        tap(scene, "trunk.list", row)
    find(scene, "trunk.giving.line.0.qty.more", QWidget).click()  # type: ignore[attr-defined]
    scene.stage.settle()


def shown(scene: Scene, name: str) -> bool:
    return any(one.isVisible() for one in scene.stage.window.findChildren(QWidget, name))


def choose_place(scene: Scene, at: int) -> None:
    """Button or fold-out, as many places as there are."""
    place = find(scene, "trunk.giving.place", QComboBox)
    if place.isVisible():
        place.setCurrentIndex(at)
        place.activated.emit(at)
        scene.stage.settle()
    else:
        press(scene, f"trunk.giving.place.{at}")


@shot("trunk-codes", each=True)
def trunk_codes(scene: Scene) -> None:
    """The sheet opens once the goods are handed over, and afterwards from On the way."""
    if shown(scene, "trunk.giving.save"):
        choose_place(scene, 1)
        press(scene, "trunk.giving.save")
        return
    if not shown(scene, "ways.codes"):
        press(scene, "trunk.transfers")
        tap(scene, "ways.list", 0)
    press(scene, "ways.codes")


@shot("trunk-codes-several", each=True)
def trunk_codes_several(scene: Scene) -> None:
    """So many lots that they need more than one code."""
    if find(scene, "ways.list", QTableView).model().rowCount() < 2:
        press(scene, "ways.back")
        press(scene, "trunk.hand_over")
        for row in range(4, 22):
            tap(scene, "trunk.list", row)
        choose_place(scene, 1)
        press(scene, "trunk.giving.save")
        for sheet in scene.stage.window.findChildren(QDialog, "codes_sheet"):
            sheet.reject()
        press(scene, "trunk.transfers")
    tap(scene, "ways.list", 1)
    press(scene, "ways.codes")


@shot("trunk-on-its-way")
def trunk_on_its_way(scene: Scene) -> None:
    press(scene, "trunk.transfers")
    tap(scene, "ways.list", 0)


@shot("trunk-handed-over")
def trunk_handed_over(scene: Scene) -> None:
    press(scene, "ways.back")
    more(scene, 4)
    press(scene, "trunk.lot.loan")
    fill(scene, "trunk.move.reason", "Dr. Amundsen, until Friday")
    press(scene, "trunk.move.save")


@shot("trunk-incoming")
def trunk_incoming(scene: Scene) -> None:
    other = scene.world.story.other_rep
    goods = held(scene, f"trunk-{other}")
    send(scene, other, tuple((product, lot, 3) for product, lot, _qty in goods[:3]))
    scene.stage.sync()
    press(scene, "trunk.transfers")


@shot("trunk-incoming-short")
def trunk_incoming_short(scene: Scene) -> None:
    find(scene, "ways.line.0.qty.less", QWidget).click()  # type: ignore[attr-defined]
    scene.stage.settle()
    press(scene, "ways.line.0.why.suggest.0")


@shot("trunk-incoming-decline")
def trunk_incoming_decline(scene: Scene) -> None:
    press(scene, "ways.decline")


@shot("trunk-lent")
def trunk_lent(scene: Scene) -> None:
    press(scene, "ways.decline.back")
    view = find(scene, "ways.list", QTableView)
    tap(scene, "ways.list", view.model().rowCount() - 1)


@shot("trunk-replenish")
def trunk_replenish(scene: Scene) -> None:
    press(scene, "ways.back")
    press(scene, "trunk.refill")


@shot("trunk-replenish-asked")
def trunk_replenish_asked(scene: Scene) -> None:
    press(scene, "refill.ask")
    press(scene, "trunk.refill")


@shot("trunk-sale-override")
def trunk_sale_override(scene: Scene) -> None:
    press(scene, "refill.back")
    lots = scene.world.story.trunk_lots
    scene.stage.go("trunk", lot_id=lots[-1][0], sell_to=scene.world.story.account)
    scene.stage.settle()


@shot("trunk-sale-override-given")
def trunk_sale_override_given(scene: Scene) -> None:
    press(scene, "trunk.sale.item.0.override.suggest.1")


@shot("trunk-second-count")
def trunk_second_count(scene: Scene) -> None:
    press(scene, "trunk.sale.close")
    press(scene, "trunk.count_it")
    for row, figure in ((0, "99"), (1, "1")):
        tap(scene, "count.list", row)
        find(scene, "count.figure", QLineEdit).setText(figure)
        press(scene, "count.enter")
    press(scene, "count.review")
    scene.stage.settle()


@shot("trunk-second-counted")
def trunk_second_counted(scene: Scene) -> None:
    for row in range(find(scene, "count.list", QTableView).model().rowCount()):
        tap(scene, "count.list", row)
        find(scene, "count.figure", QLineEdit).setText("98")
        press(scene, "count.enter")
    press(scene, "count.review")
    scene.stage.settle()
