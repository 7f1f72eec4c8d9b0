"""Labels under a scanner, on the real screens: real key events, real rows, real refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from quotes_kit import Hands
from trunk_kit import Hand
from wedge_kit import GAUZE, GS, L1, L2, STENT, Keys, with_codes

from app.desktop.pictures import drawn
from app.desktop.widgets.scan_sheet import ScanSheet
from sync.server.feed import unit_of_work

BOX = f"01{'1' + STENT[1:-1] + '5'}10L1"


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    """The rep's tablet, whose products have numbers."""
    with_codes(sqlite_world)
    return sqlite_world.tablet("rep")


@pytest.fixture
def keys(stage: Any) -> Keys:
    stage.window.activateWindow()
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    return Keys(stage)


@pytest.fixture
def hand(stage: Any) -> Hand:
    return Hand(stage)


def change_lot(tablet: Any, change: str) -> None:
    with tablet.workspace.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE lot SET {change}")


def sheet_of(hand: Hand) -> ScanSheet:
    return hand.find("scan_sheet", ScanSheet)


# -- quotes -----------------------------------------------------------------------------------------------------------


def lines_of(hands: Hands) -> list[tuple[str, int]]:
    draft = hands.screen.editor.draft
    return [(line.product_id, line.qty) for line in draft.lines]


def test_a_scan_is_a_line_of_the_quote_without_a_tap(stage: Any, keys: Keys) -> None:
    hands = Hands(stage)
    hands.go(new=True)
    hands.choose("quote.account", "a1")

    keys.scan(L1)
    keys.scan(f"]E0{GAUZE}")
    keys.scan(L2)

    assert lines_of(hands) == [("p1", 2), ("p2", 1)]
    assert hands.words("quote.line.0.extended") == "$200.00"
    assert hands.find("quote.product", QLineEdit).text() == ""


def test_a_box_is_as_many_as_it_holds_and_a_label_without_its_lot_is_enough_for_a_quote(
    stage: Any, keys: Keys
) -> None:
    hands = Hands(stage)
    hands.go(new=True)
    hands.choose("quote.account", "a1")

    keys.scan(BOX)
    keys.scan(f"01{STENT}")

    assert lines_of(hands) == [("p1", 11)]


def test_a_purchase_order_number_is_scanned_into_its_field_and_goods_beside_it_to_a_line(
    stage: Any, keys: Keys
) -> None:
    hands = Hands(stage)
    hands.new_quote("a1", "p2")
    hands.find("quote.po").setFocus()

    keys.scan("PO-2026-117")
    assert hands.find("quote.po", QLineEdit).text() == "PO-2026-117"
    keys.scan(L1)

    assert hands.find("quote.po", QLineEdit).text() == "PO-2026-117"
    assert hands.screen.editor.draft.po_number == "PO-2026-117"
    assert lines_of(hands) == [("p2", 1), ("p1", 1)]


def test_a_bad_label_says_what_it_was_what_is_wrong_and_what_to_do(
    stage: Any, keys: Keys, hand: Hand
) -> None:
    hands = Hands(stage)
    hands.new_quote("a1", "p1")

    keys.scan(f"01{STENT[:-1]}7{GS}10A")

    assert hand.words("scan_sheet.refusal.title") == "Check digit wrong"
    assert "its check digit does not fit" in hand.words("scan_sheet.refusal.says")
    assert hand.words("scan_sheet.refusal.next").startswith("Scan the label again.")
    assert hand.words("scan_sheet.refusal.code") == f"The code was 01{STENT[:-1]}7␝10A"

    keys.scan(L1)  # the next scan works into the sheet and closes it

    assert not hand.sees("scan_sheet")
    assert lines_of(hands) == [("p1", 2)]


def test_a_code_is_pasted(stage: Any, keys: Keys, hand: Hand) -> None:
    hands = Hands(stage)
    hands.new_quote("a1", "p2")
    hands.tap("quote.scan")
    QGuiApplication.clipboard().setText(f"(01){STENT}(10)L1\n")

    hands.tap("scan_sheet.paste")

    assert not hand.sees("scan_sheet")
    assert lines_of(hands) == [("p2", 1), ("p1", 1)]


def test_an_empty_clipboard_says_so(stage: Any, keys: Keys, hand: Hand) -> None:
    hands = Hands(stage)
    hands.new_quote("a1", "p2")
    QGuiApplication.clipboard().clear()
    hands.tap("quote.scan")

    hands.tap("scan_sheet.paste")

    assert hand.words("scan_sheet.said") == "There is no text on the clipboard."


def test_a_code_is_read_from_a_picture(stage: Any, keys: Keys, hand: Hand, tmp_path: Path) -> None:
    hands = Hands(stage)
    hands.new_quote("a1", "p2")
    hands.tap("quote.scan")
    drawn(f"https://id.gs1.org/01/{STENT}/10/L1").save(str(tmp_path / "label.png"))
    nothing = QImage(40, 40, QImage.Format.Format_RGB32)
    nothing.fill(0xFFFFFF)
    nothing.save(str(tmp_path / "nothing.png"))
    (tmp_path / "words.png").write_text("no picture")

    sheet_of(hand).read_picture(tmp_path / "words.png")
    assert hand.words("scan_sheet.said") == "words.png is no picture that can be read."
    sheet_of(hand).read_picture(tmp_path / "nothing.png")
    assert hand.words("scan_sheet.said").startswith("No code was found in the picture.")
    sheet_of(hand).read_picture(tmp_path / "label.png")
    stage.settle()

    assert lines_of(hands) == [("p2", 1), ("p1", 1)]


# -- the trunk --------------------------------------------------------------------------------------------------------


def test_a_sale_from_the_trunk_by_scan(stage: Any, keys: Keys, hand: Hand, rep: Any) -> None:
    stage.go("trunk")

    keys.scan(L2)
    keys.scan(L2)
    hand.choose_customer("a1")
    hand.press("trunk.sale.record")

    [(lot, qty)] = stage.workspace.reader.connect().exec_driver_sql(
        "SELECT lot_id, qty FROM movement WHERE kind='sell'"
    )
    assert (lot, qty) == ("l2", 2)


@pytest.mark.parametrize(
    ("change", "title", "tone", "sounds"),
    [
        ("recalled_on='2026-11-20'", "RECALLED – do not use", "bad", 1),
        ("expires='2026-11-20'", "Expired", "warn", 0),
    ],
)
def test_a_recalled_lot_is_red_with_a_sound_and_an_expired_one_is_told(
    stage: Any, keys: Keys, hand: Hand, rep: Any, change: str, title: str, tone: str, sounds: int
) -> None:
    change_lot(rep, change)
    stage.go("trunk")
    heard: list[bool] = []
    stage.window.screens["trunk"].scanning.selling.sheet.sounded.connect(lambda: heard.append(True))

    keys.scan(f"01{STENT}10L1")

    assert hand.words("scan_sheet.refusal.title") == title
    assert hand.find("scan_sheet.refusal").property("tone") == tone
    assert len(heard) == sounds
    assert not hand.sees("trunk.sale.item.0")


def test_a_lot_that_was_used_up_names_the_sale(stage: Any, keys: Keys, hand: Hand, rep: Any) -> None:
    sale = rep.sale(qty=4, lot="l2")
    rep.workspace.perform(sale)
    stage.go("trunk")

    keys.scan(L2)

    assert hand.words("scan_sheet.refusal.title") == "Already used"
    assert sale.number in hand.words("scan_sheet.refusal.says")


def test_goods_that_somebody_else_answers_for_name_the_place(
    make_stage: Any, sqlite_world: Any, rep: Any
) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        row = work.connection.exec_driver_sql("SELECT * FROM lot WHERE id='l1'").mappings().one()
        work.put("lot", [{**row, "id": "l3", "lot_number": "L3"}])
    sqlite_world.consign(lots=(("l3", 5),))
    rep.sync()
    stage = make_stage(rep)
    hand = Hand(stage)
    stage.window.activateWindow()
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("trunk")

    Keys(stage).scan(f"01{STENT}10L3")

    assert hand.words("scan_sheet.refusal.title") == "Somebody else answers for it"
    assert (
        hand.words("scan_sheet.refusal.says") == "By the books Stent p1, L3, is in shelf, not in trunk-rep."
    )
    assert hand.words("scan_sheet.refusal.next").startswith("Have it handed over to you first")
    assert not hand.sees("trunk.sale.item.0")


def test_goods_that_are_nowhere_in_the_books_are_told(stage: Any, keys: Keys, hand: Hand, rep: Any) -> None:
    stage.go("trunk")

    keys.scan(f"01{STENT}10L9")

    assert hand.words("scan_sheet.refusal.title") == "Not in this place"
    assert "no Stent p1, L9, in trunk-rep" in hand.words("scan_sheet.refusal.says")


@pytest.mark.parametrize(
    ("change", "title", "says"),
    [
        (
            "recalled_on='2026-11-20'",
            "RECALLED – do not use",
            "Stent p1, L1, was recalled on Nov 20, 2026.",
        ),
        ("expires='2026-11-20'", "Expired", "Stent p1, L1, expired on Nov 20, 2026."),
    ],
)
def test_what_must_not_be_used_is_told_at_the_scan_of_a_use(
    make_stage: Any, sqlite_world: Any, rep: Any, change: str, title: str, says: str
) -> None:
    sqlite_world.consign()
    rep.sync()
    change_lot(rep, f"{change} WHERE id='l1'")
    stage = make_stage(rep)
    hand = Hand(stage)
    stage.window.activateWindow()
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("accounts", account_id="a1", consigned=True)
    hand.press("accounts.consigned.use")

    Keys(stage).scan(f"01{STENT}10L1")

    assert hand.words("scan_sheet.refusal.title") == title
    assert hand.words("scan_sheet.refusal.says") == says
    assert hand.find("scan_sheet.refusal").property("tone") == ("bad" if "RECALLED" in title else "warn")


# -- the count --------------------------------------------------------------------------------------------------------


def test_a_count_by_scan_takes_no_tap_a_lot(stage: Any, keys: Keys, hand: Hand) -> None:
    stage.go("trunk")
    hand.press("trunk.count_it")

    keys.scan(L2)
    assert hand.words("count.lot") == "Lot L2"
    keys.type("4", end=Qt.Key.Key_Return)
    keys.scan(L1)
    keys.type("10", end=Qt.Key.Key_Return)

    assert hand.words("count.progress") == "2 of 2 lots"
    assert sorted(row[1] for row in hand.rows("count.list")) == ["10", "4"]


def test_each_scan_counts_one(stage: Any, keys: Keys, hand: Hand) -> None:
    stage.go("trunk")
    hand.press("trunk.count_it")
    hand.press("count.each_scan")

    for _ in range(3):
        keys.scan(L2)
    keys.scan(L1)

    assert [row[1] for row in hand.rows("count.list")] == ["1", "3"]


def test_a_plain_lot_number_of_the_house_and_an_unknown_code_are_told_apart(
    stage: Any, keys: Keys, hand: Hand, rep: Any
) -> None:
    change_lot(rep, "lot_number='HOUSE-17' WHERE id='l2'")
    stage.go("trunk")
    hand.press("trunk.count_it")

    keys.scan("HOUSE-17")
    assert hand.words("count.lot") == "Lot HOUSE-17"
    keys.scan("nothing")

    assert "not in the catalogue" in hand.words("count.said")


# -- elsewhere --------------------------------------------------------------------------------------------------------


def test_a_scan_in_the_catalogue_opens_the_card(stage: Any, keys: Keys, hand: Hand) -> None:
    stage.go("catalogue")

    keys.scan(f"01{STENT}")

    assert stage.window.screens["catalogue"].card.isVisible()
    assert stage.window.screens["catalogue"]._product == "p1"


def test_where_codes_make_no_sense_a_scanner_only_types(stage: Any, keys: Keys, hand: Hand) -> None:
    stage.go("settings")

    keys.scan(L1)

    assert not hand.sees("scan_sheet")


def test_every_control_of_the_sheet_has_a_name_and_room_for_a_finger(
    stage: Any, keys: Keys, hand: Hand
) -> None:
    hands = Hands(stage)
    hands.new_quote("a1", "p2")
    hands.tap("quote.scan")

    shown = [one for one in sheet_of(hand).findChildren(QAbstractButton) if one.isVisible()]
    for one in shown:
        if one.objectName().startswith("scan_sheet"):
            assert one.accessibleName()
            assert one.height() >= 44
    assert hand.find("scan_sheet.code", QLineEdit).accessibleName()
    assert "scan_sheet.camera" not in {one.objectName() for one in shown}  # there is none here
