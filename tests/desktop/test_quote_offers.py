"""What stands ready in the quote editor, tapped: what the account orders often, several at once, an earlier order."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget
from quotes_kit import Hands, ordered_before

LIST = "quote.product.offers.list"
BOX, NAME, STAR = 0, 1, 3  # columns


@pytest.fixture
def hands(rep: Any, sqlite_world: Any, make_stage: Any) -> Hands:
    """The rep's window; a1 ordered before."""
    ordered_before(sqlite_world)
    rep.sync()
    return Hands(make_stage(rep))


def names(hands: Hands) -> list[str]:
    return [row[NAME] for row in hands.cells(LIST)]


def lines(hands: Hands) -> list[tuple[str, int]]:
    draft = hands.screen.editor.draft
    return [(one.product_id, one.qty) for one in draft.lines]


def test_a_new_quote_opens_with_what_its_account_orders_often(hands: Hands) -> None:
    hands.go(new_for="a1")

    assert names(hands) == ["Stent p2", "Stent p1", "Stent p4", "Stent p5"]
    assert hands.cells(LIST)[0][2] == "$2.50"


def test_what_stands_ready_opens_too_when_the_window_comes_to_the_front_only_later(hands: Hands) -> None:
    elsewhere = QWidget()
    elsewhere.show()
    elsewhere.activateWindow()
    hands.stage.wait(lambda: QGuiApplication.focusWindow() is elsewhere.windowHandle())
    hands.go(new_for="a1")

    hands.stage.window.activateWindow()
    hands.stage.wait(lambda: QGuiApplication.focusWindow() is hands.stage.window.windowHandle())
    hands.stage.settle()

    assert names(hands) == ["Stent p2", "Stent p1", "Stent p4", "Stent p5"]
    elsewhere.close()


def test_choosing_the_account_opens_it_as_well(hands: Hands) -> None:
    hands.go(new=True)
    hands.choose("quote.account", "a1")

    assert names(hands)[0] == "Stent p2"


def test_one_tap_adds_a_product_and_the_others_stay_at_hand(hands: Hands) -> None:
    hands.go(new_for="a1")

    hands.tap_row(LIST, 0, NAME)
    hands.tap_row(LIST, 1, NAME)
    hands.tap_row(LIST, 1, NAME)

    assert lines(hands) == [("p2", 1), ("p1", 2)]
    assert hands.words("quote.total") == "$202.50"


def test_several_are_chosen_and_added_at_once(hands: Hands) -> None:
    hands.go(new_for="a1")
    hands.tap_row(LIST, 0, BOX)
    hands.tap_row(LIST, 1, BOX)
    assert hands.find("quote.product.offers.add", QPushButton).text() == "Add 2 products"
    assert lines(hands) == []

    hands.tap("quote.product.offers.add")

    assert lines(hands) == [("p2", 1), ("p1", 1)]
    assert not hands.sees("quote.product.offers.add")


def test_what_cannot_be_added_says_why_and_is_not_added(hands: Hands) -> None:
    hands.go(new_for="a1")

    hands.tap_row(LIST, 3, NAME)
    hands.tap_row(LIST, 3, BOX)

    assert lines(hands) == []
    assert "Hospital a1" in hands.stage.toasts[-1]
    assert not hands.sees("quote.product.offers.add")


def test_a_letter_is_a_search_and_an_empty_field_offers_again(hands: Hands) -> None:
    hands.go(new_for="a1")

    hands.type("quote.product", "p1")
    assert not hands.sees("quote.product.offers.panel")
    assert hands.rows("quote.product.choices") > 0

    hands.key("quote.product", Qt.Key.Key_Return)
    hands.key("quote.product", Qt.Key.Key_Down)
    assert names(hands)[0] == "Stent p2"


def test_by_keys_alone(hands: Hands) -> None:
    hands.go(new_for="a1")

    hands.key("quote.product", Qt.Key.Key_Down)
    hands.key("quote.product", Qt.Key.Key_Space)
    hands.key("quote.product", Qt.Key.Key_Down)
    hands.key("quote.product", Qt.Key.Key_Space)
    hands.key("quote.product", Qt.Key.Key_Return)
    assert lines(hands) == [("p2", 1), ("p1", 1)]

    hands.key("quote.product", Qt.Key.Key_Return)
    assert lines(hands) == [("p2", 1), ("p1", 2)]

    hands.key("quote.product", Qt.Key.Key_Escape)
    assert not hands.sees("quote.product.offers.panel")


def test_opening_a_draft_that_has_lines_does_not_cover_them(hands: Hands) -> None:
    hands.go(new_for="a1")
    hands.tap_row(LIST, 0, NAME)
    hands.tap("quote.back")

    hands.tap_row("quotes.table", 0)

    assert hands.find("quote.product").hasFocus()
    assert not hands.sees("quote.product.offers.panel")


def test_done_puts_it_away_and_ctrl_k_brings_it_back(hands: Hands) -> None:
    hands.go(new_for="a1")

    hands.tap("quote.product.offers.done")
    assert not hands.sees("quote.product.offers.panel")

    hands.find("quote.note").setFocus()
    hands.key("quote.note", Qt.Key.Key_K, control=True)
    assert hands.sees("quote.product.offers.panel")


# -- an earlier order ------------------------------------------------------------------------------------------------


def test_an_earlier_order_is_copied_by_two_taps_at_todays_prices(hands: Hands) -> None:
    hands.go(new_for="a1")

    hands.tap("quote.product.offers.copy")
    assert [row[0] for row in hands.cells("quote_copy.list")] == [
        "Earlier order H3",
        "Earlier order H2",
        "Earlier order H1",
    ]
    assert hands.cells("quote_copy.list")[0][1] == "$120.50"
    hands.tap_row("quote_copy.list", 1)

    assert lines(hands) == [("p2", 9), ("p1", 4)]
    assert hands.words("quote.total") == "$422.50"
    assert hands.stage.toasts[-1] == "2 lines of H2 added at today’s prices"


def test_a_copy_that_was_a_mistake_is_taken_back(hands: Hands) -> None:
    hands.go(new_for="a1")
    hands.tap_row(LIST, 1, NAME)
    hands.tap("quote.product.offers.copy")
    hands.tap_row("quote_copy.list", 1)

    hands.tap("toast.action")

    assert lines(hands) == [("p1", 1)]


def test_what_could_not_be_copied_is_named_with_its_reason(hands: Hands) -> None:
    hands.go(new_for="a1")
    hands.tap("quote.product.offers.copy")

    hands.tap_row("quote_copy.list", 2)

    assert lines(hands) == [("p1", 5), ("p2", 7)]
    assert hands.words("quote_left_out.says") == "2 of 5 lines of H1 added at today’s prices"
    told = hands.all_words("quote_left_out")
    assert "Stent p3" in told
    assert "31" in told  # the last day it was sold
    assert "Stent p4" in told
    assert "Stent p5" in told


def test_earlier_documents_are_found_by_their_words(hands: Hands) -> None:
    hands.go(new_for="a1")
    hands.tap("quote.product.offers.copy")

    hands.type("quote_copy.search", "po-h2")

    assert [row[0] for row in hands.cells("quote_copy.list")] == ["Earlier order H2"]


def test_copying_has_a_key_from_everywhere_in_the_editor(hands: Hands) -> None:
    hands.go(new_for="a1")
    hands.find("quote.note").setFocus()

    hands.key("quote.note", Qt.Key.Key_R, control=True)

    assert hands.rows("quote_copy.list") == 3


def test_an_account_that_never_ordered_is_offered_no_copy(hands: Hands) -> None:
    hands.go(new_for="a2")

    assert "Star a product" in hands.words("quote.product.offers.empty")
    assert not hands.sees("quote.product.offers.copy")


# -- favourites -------------------------------------------------------------------------------------------------------


def test_a_star_brings_a_product_to_the_top_and_another_tap_takes_it_down(hands: Hands) -> None:
    hands.go(new_for="a1")
    assert names(hands)[0] == "Stent p2"

    hands.tap_row(LIST, 1, STAR)
    assert names(hands)[0] == "Stent p1"
    assert [op["favourite"] for op in hands.outbox()] == [True]

    hands.tap_row(LIST, 0, STAR)
    assert names(hands)[0] == "Stent p2"
    assert [op["favourite"] for op in hands.outbox()] == [True, False]


def test_a_product_is_starred_on_its_line_and_stands_ready_for_the_next_quote(hands: Hands) -> None:
    hands.go(new_for="a2")
    hands.choose("quote.product", "p1")
    assert hands.find("quote.line.0.star").accessibleName() == "Keep Stent p1 among the favourites"

    hands.tap("quote.line.0.star")
    assert hands.find("quote.line.0.star").accessibleName() == "Take Stent p1 from the favourites"

    hands.go(new_for="a2")
    assert names(hands) == ["Stent p1"]
    hands.tap_row(LIST, 0, NAME)
    assert lines(hands) == [("p1", 1)]


def test_favourites_are_at_hand_before_there_is_an_account(hands: Hands) -> None:
    hands.go(new_for="a2")
    hands.choose("quote.product", "p1")
    hands.tap("quote.line.0.star")

    hands.go(new=True)
    hands.key("quote.account", Qt.Key.Key_K, control=True)

    assert names(hands) == ["Stent p1"]
    assert not hands.sees("quote.product.offers.copy")
