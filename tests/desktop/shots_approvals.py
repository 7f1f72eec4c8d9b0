"""States of Approvals: levels, overdue, a counter-offer, several at once, standing in, and envelopes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLineEdit, QTableView, QWidget
from shot_registry import Scene, shot
from sqlalchemy import text

from app.domain.commands import Delegate, GrantEnvelope, QuoteLine, SubmitQuote
from app.store.engine import reading
from sync.server.envelopes import keep_key
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


def find(scene: Scene, name: str, kind: type[Any] = QWidget) -> Any:
    found = [one for one in scene.stage.window.findChildren(kind, name) if one.isVisible()]
    assert found, name
    return found[0]


def press(scene: Scene, name: str) -> None:
    QTest.mouseClick(find(scene, name, QAbstractButton), Qt.MouseButton.LeftButton)
    scene.stage.settle()


def write(scene: Scene, name: str, words: str) -> None:
    field = find(scene, name, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, words)
    scene.stage.settle()


def who(scene: Scene) -> dict[str, Any]:
    identity = scene.stage.workspace.identity()
    return {"op_id": scene.world.new_id(), "actor": identity.user_id, "business_date": DAY}


def ask(scene: Scene, discounts: tuple[int, ...], *, day: str = DAY, note: str = "") -> None:
    """A quote of the rep with a line for each discount (basis points), on this day."""
    from app.workspace.queries.quoting import priced
    from app.workspace.rows.quote_draft import DraftLine

    story, workspace = scene.world.story, scene.stage.workspace
    drafted = [
        DraftLine(product_id=one, qty=10 * n, discount_bp=discount)
        for n, (one, discount) in enumerate(zip(story.quote_products, discounts, strict=False), 1)
    ]
    with reading(workspace.reader) as connection:
        known = priced(connection, story.account, drafted, day)
    lines = tuple(
        QuoteLine(
            product_id=one.product_id,
            qty=one.qty,
            discount_bp=one.discount_bp,
            shown_price=one.price.unit if one.price else 0,
        )
        for one in known.lines
    )
    quote = SubmitQuote(
        **{**who(scene), "business_date": day}, quote_id=scene.world.new_id(), revision=1,
        number=workspace.next_number(), account_id=story.account, ship_to_id=story.ship_to[story.account],
        currency="USD", po_number="PO-4711", note=note, lines=lines,
    )  # fmt: skip
    performed = workspace.perform(quote)
    assert performed.decision.outcome == "held", performed


@shot("approvals-prepare")
def prepare(scene: Scene) -> None:
    """Quotes of several depths, one of them of last week, and a key for the server to sign with."""
    with unit_of_work(scene.world.engine) as work:
        keep_key(work, entropy=bytes, now=scene.stage.workspace.now)
    ask(scene, (1800, 1500), day="2026-11-18")
    ask(scene, (3000, 1200), note="They would move all three sites to us")
    for discount in (1300, 1500, 1600, 1400):
        ask(scene, (discount,))
    scene.stage.sync()


def choose(scene: Scene, at: int) -> None:
    table = find(scene, "approvals.list", QTableView)
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(at, 0)).center()
    )
    scene.stage.settle()


@shot("approvals-overdue", role="manager")
def overdue(scene: Scene) -> None:
    scene.stage.window.activateWindow()
    scene.stage.sync()
    scene.stage.go("approvals")
    choose(scene, 0)


@shot("approvals-levels", role="manager")
def levels(scene: Scene) -> None:
    choose(scene, 1)


@shot("approvals-counter", role="manager")
def counter(scene: Scene) -> None:
    press(scene, "approval.counter")
    write(scene, "counter.line.0.qty.figure", "12")
    price = find(scene, "counter.line.0.price", QLineEdit).text()
    write(scene, "counter.line.0.price", f"{int(price.split('.')[0]) + 20}.50")
    write(scene, "counter.reason", "At twelve we can meet you half way")


@shot("approvals-counter-wrong", role="manager")
def counter_wrong(scene: Scene) -> None:
    write(scene, "counter.line.1.price", "1,234")
    press(scene, "counter.send")


@shot("approvals-countered", role="manager")
def countered(scene: Scene) -> None:
    write(scene, "counter.line.1.price", "20")
    press(scene, "counter.send")
    press(scene, "approvals.tab.past")
    table = find(scene, "approvals.past", QTableView)
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(0, 0)).center()
    )
    scene.stage.settle()


@shot("approvals-bulk", role="manager")
def bulk(scene: Scene) -> None:
    press(scene, "approvals.tab.waiting")
    press(scene, "approvals.alike")
    find(scene, "bulk.row.1.box", QCheckBox).setChecked(False)
    scene.stage.settle()


@shot("approvals-delegate", role="manager")
def delegate(scene: Scene) -> None:
    press(scene, "bulk.cancel")
    first = Delegate(
        **who(scene),
        delegation_id=scene.world.new_id(),
        to_user="demo-u-director",
        valid_from=DAY,
        valid_to="2026-11-27",
    )
    assert scene.stage.workspace.perform(first).saved
    scene.stage.sync()
    later = Delegate(
        **who(scene), delegation_id=scene.world.new_id(), to_user=scene.world.story.rep, valid_from="2026-12-01",
        valid_to="2026-12-04",
    )  # fmt: skip
    assert scene.stage.workspace.perform(later).saved
    scene.stage.window._on_changed(frozenset({"delegation"}))
    press(scene, "approvals.tab.delegations")


@shot("approvals-delegate-wrong", role="manager")
def delegate_wrong(scene: Scene) -> None:
    press(scene, "delegations.give")


@shot("approvals-envelopes-empty", role="manager")
def envelopes_empty(scene: Scene) -> None:
    press(scene, "approvals.tab.envelopes")


def grant(scene: Scene, **changes: Any) -> str:
    made = scene.world.new_id()
    values: dict[str, Any] = {
        **who(scene), "envelope_id": made, "holder": scene.world.story.rep, "account_ids": (), "product_classes": (),
        "currency": "USD", "max_discount_bp": 1500, "max_amount": 500_000, "budget": 2_000_000, "valid_from": DAY,
        "valid_to": "2026-12-31", **changes,
    }  # fmt: skip
    performed = scene.stage.workspace.perform(GrantEnvelope(**values))
    assert performed.saved, performed.decision
    return made


@shot("approvals-envelopes", role="manager")
def envelopes(scene: Scene) -> None:
    story = scene.world.story
    used = grant(scene, account_ids=(story.account, story.account_with_po))
    gone = grant(scene, product_classes=("FDA class 2",), max_discount_bp=2000)
    scene.stage.sync()
    with scene.world.engine.begin() as connection:
        columns = (
            connection.execute(text("SELECT * FROM envelope WHERE id = :id"), {"id": used}).mappings().one()
        )
        other = (
            connection.execute(text("SELECT * FROM envelope WHERE id = :id"), {"id": gone}).mappings().one()
        )
    with unit_of_work(scene.world.engine) as work:
        work.put(
            "envelope", [{**columns, "used_amount": 734_550, "used_count": 3}, {**other, "revoked_on": DAY}]
        )
    scene.stage.sync()
    grant(scene, max_discount_bp=1200)
    scene.stage.window.screens["approvals"].reload()
    scene.stage.settle()


@shot("approvals-envelope-back", role="manager")
def take_back(scene: Scene) -> None:
    press(scene, "envelopes.granted.2.revoke")


@shot("approvals-envelope-grant", role="manager")
def envelope_grant(scene: Scene) -> None:
    press(scene, "envelopes.keep")
    press(scene, "envelopes.new")
    write(scene, "grant.discount", "40")
    write(scene, "grant.max_amount", "5,000.00")
    find(scene, "grant.holder", QComboBox).setCurrentIndex(2)
    press(scene, "grant.grant")
