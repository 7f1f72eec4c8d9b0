"""States of Accounts with goods of ours that lie there."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPushButton, QScrollArea, QTabBar
from shot_registry import Scene, shot
from shots_trunk import find, press, tap

from app.desktop.screens.account_card import CONSIGNED
from app.desktop.screens.usage_form import UsageForm
from app.desktop.widgets.table import Table
from app.domain.events import StockMoved
from app.screens.wording import tr
from app.store.write_events import Stamp, write_events
from sync.server.feed import unit_of_work
from sync.server.imports.demo_stock import SHELF


def rows(scene: Scene, statement: str) -> list[dict[str, object]]:
    from sqlalchemy import text

    from app.store.engine import reading

    with reading(scene.world.engine) as connection:
        return [dict(row) for row in connection.execute(text(statement)).mappings()]


def customer(scene: Scene) -> dict[str, object]:
    """The account at whose ship-to the demo company has consigned goods."""
    [found] = rows(
        scene,
        "SELECT account.* FROM account JOIN address ON address.account_id = account.id"
        f" JOIN location ON location.ship_to_id = address.id WHERE location.id = '{SHELF}'",
    )
    return found


@shot("accounts-consigned")
def consigned(scene: Scene) -> None:
    """One lot is recalled and another expires soon."""
    held = rows(
        scene,
        "SELECT lot.* FROM lot JOIN balance ON balance.lot_id = lot.id"
        f" WHERE balance.location_id = '{SHELF}' ORDER BY lot.expires, lot.id",
    )
    with unit_of_work(scene.world.engine) as work:
        work.put("lot", [{**held[0], "expires": "2026-12-12"}, {**held[1], "recalled_on": "2026-11-20"}])
    scene.stage.sync()
    scene.stage.go("accounts", account_id=str(customer(scene)["id"]), consigned=True)
    assert find(scene, "accounts.tabs", QTabBar).currentIndex() == CONSIGNED


@shot("accounts-usage")
def usage(scene: Scene) -> None:
    tap(scene, "accounts.consigned.list", 3)
    find(scene, "accounts.usage.case", QLineEdit).setText("OR 4, case 1187")
    find(scene, "accounts.usage.case", QLineEdit).textEdited.emit("OR 4, case 1187")
    find(scene, "accounts.usage.item.0.qty.more", QAbstractButton).click()
    scene.stage.settle()


@shot("accounts-usage-refused")
def refused(scene: Scene) -> None:
    """A recalled lot, no PO number, and an account on hold."""
    held = {"po_required": 1, "status": "on_hold", "status_reason": "unpaid", "status_since": "2026-11-20"}
    with unit_of_work(scene.world.engine) as work:
        work.put("account", [{**customer(scene), **held}])
    scene.stage.sync()
    lots = find(scene, "accounts.consigned.list", Table).rows
    tap(scene, "accounts.consigned.list", [one.lot.state for one in lots].index(tr("trunk.recalled")))
    press(scene, "accounts.usage.record")
    find(scene, "accounts.usage.scroll", QScrollArea).verticalScrollBar().setValue(0)


@shot("accounts-usage-findings", each=True)
def findings(scene: Scene) -> None:
    find(scene, "accounts.usage", UsageForm).reveal_findings()


@shot("accounts-used")
def used(scene: Scene) -> None:
    press(scene, "accounts.usage.anyway")
    assert find(scene, "accounts.consigned.use", QPushButton).isEnabled()


@shot("trunk-use-at", each=True)
def trunk_use_at(scene: Scene) -> None:
    """Two customers at which goods lie that this rep answers for."""
    if not rows(scene, "SELECT id FROM location WHERE id = 'shelf-2'"):
        [shelf] = rows(scene, f"SELECT * FROM location WHERE id = '{SHELF}'")
        other = rows(
            scene,
            "SELECT address.id FROM address JOIN account ON account.id = address.account_id"
            f" WHERE address.role = 'ship_to' AND account.id <> '{customer(scene)['id']}' ORDER BY address.id",
        )
        with unit_of_work(scene.world.engine) as work:
            work.put("location", [{**shelf, "id": "shelf-2", "ship_to_id": other[0]["id"]}])
            lot = rows(scene, f"SELECT * FROM balance WHERE location_id = '{SHELF}' ORDER BY id")[0]
            came = StockMoved(
                movement_id="shelf-2-opening",
                kind="receive",
                product_id=str(lot["product_id"]),
                lot_id=str(lot["lot_id"]),
                qty=6,
                from_location="v:supplier",
                to_location="shelf-2",
                business_date="2026-11-02",
                document_id="shelf-2-opening",
                reason="",
                op_id="",
            )
            work.note(write_events(work.connection, [came], Stamp(None, None), images=False))
        scene.stage.sync()
    scene.stage.go("trunk")
    press(scene, "trunk.use")
