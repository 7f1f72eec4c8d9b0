"""What was begun of moving goods and the app stopped: it is there again, as far as the trunk still holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from trunk_kit import KIMS, Hand, kim_sends, less, more

from app.screens.trunk_lot import RETURN
from app.workspace import moving
from app.workspace.unfinished import GIVING
from sync.server.feed import unit_of_work

BALANCE = "SELECT qty FROM balance WHERE id='trunk-rep|p1|{lot}'"
LEFT_OF = "SELECT count(*) FROM draft"


@pytest.fixture
def kim(sqlite_world: Any) -> Any:
    """One of two colleagues with a trunk, so that one has to be chosen; and the places of the books."""
    trunk = {"kind": "trunk", "territory_id": "north", "origin": "test"}
    virtual = {"kind": "virtual", "custodian": None, "territory_id": None, "origin": "test"}
    rows = [
        {**trunk, "id": KIMS, "name": "Trunk of kim", "custodian": "kim"},
        {**trunk, "id": "trunk-lee", "name": "Trunk of lee", "custodian": "lee"},
        {**virtual, "id": "v:transit", "name": "On its way"},
        {**virtual, "id": "v:scrap", "name": "Scrapped"},
    ]
    with unit_of_work(sqlite_world.engine) as work:
        work.put("location", rows)
    return sqlite_world.tablet("kim")


@pytest.fixture
def hand(kim: Any, stage: Any) -> Hand:
    stage.sync()
    stage.window.activateWindow()
    stage.go("trunk")
    return Hand(stage)


@pytest.fixture
def restart(make_stage: Callable[..., Any], sqlite_world: Any, rep: Any) -> Callable[[], Hand]:
    """The app stops without a word and is started again; the trunk in front."""

    def started() -> Hand:
        again = make_stage(sqlite_world.reopen(rep))
        again.window.activateWindow()
        again.go("trunk")
        return Hand(again)

    return started


def put_together(hand: Hand) -> None:
    """Two lots for lee, three of the first."""
    more(hand, 1)
    hand.press("trunk.lot.hand_over")
    hand.type("trunk.giving.line.0.qty.figure", "3")
    hand.tap_row("trunk.list", 0)
    hand.press("trunk.giving.place.1")
    paused(hand, hand.stage.window.screens["trunk"].aside.giving)


def paused(hand: Hand, panel: Any) -> None:
    """The pause after the last key is over, and what was asked then is done."""
    hand.stage.wait(lambda: not panel._pause.isActive())
    hand.stage.settle()


def figures(hand: Hand, *names: str) -> list[str]:
    return [hand.find(f"{name}.qty.figure", QLineEdit).text() for name in names]


def chosen(hand: Hand) -> list[str]:
    group = hand.stage.window.screens["trunk"].aside.giving.form._group
    return [one.text() for one in group.buttons() if one.isChecked()]


def test_a_hand_over_is_there_again_after_a_stop(hand: Hand, restart: Callable[[], Hand]) -> None:
    put_together(hand)

    again = restart()

    assert again.words("trunk.giving.title") == "Hand over to a colleague"
    assert figures(again, "trunk.giving.line.0", "trunk.giving.line.1") == ["3", "1"]
    assert chosen(again) == ["Trunk of lee"]
    assert again.find("trunk.giving.save", QAbstractButton).text() == "Hand over 4 units"


def test_a_hand_over_that_was_saved_leaves_no_draft(
    hand: Hand, rep: Any, restart: Callable[[], Hand]
) -> None:
    put_together(hand)
    assert rep.one(LEFT_OF) == 1

    hand.press("trunk.giving.save")

    assert rep.rows("SELECT command FROM outbox") == [("SendTransfer",)]
    assert rep.one(LEFT_OF) == 0
    assert not restart().sees("trunk.giving")


def test_a_hand_over_that_was_put_away_comes_back_with_undo_and_is_kept_again(
    hand: Hand, rep: Any, restart: Callable[[], Hand]
) -> None:
    put_together(hand)
    hand.press("trunk.giving.close")
    assert rep.one(LEFT_OF) == 0
    assert not hand.sees("trunk.giving")

    hand.press("toast.action")

    assert hand.sees("trunk.giving")
    assert rep.rows("SELECT kind FROM draft") == [(GIVING,)]
    assert figures(restart(), "trunk.giving.line.0", "trunk.giving.line.1") == ["3", "1"]


def test_what_was_sold_meanwhile_is_taken_off_what_was_put_together(
    hand: Hand, rep: Any, restart: Callable[[], Hand]
) -> None:
    put_together(hand)
    assert rep.workspace.perform(rep.sale(qty=8)).saved

    again = restart()

    assert again.words("trunk.giving.line.0.of") == "of 2"
    assert figures(again, "trunk.giving.line.0") == ["2"]
    again.press("trunk.giving.save")
    with_left = BALANCE.format(lot="l1")
    assert again.stage.toasts[-1].startswith("Saved")
    assert _one(again, with_left) == 0


def test_a_lot_that_was_sold_out_is_left_out(hand: Hand, rep: Any, restart: Callable[[], Hand]) -> None:
    put_together(hand)
    assert rep.workspace.perform(rep.sale(qty=10)).saved

    again = restart()

    assert again.words("trunk.giving.total") == "1 lot · 1 unit"


def test_while_the_trunk_is_still_being_loaded_nothing_is_taken_off(
    hand: Hand, rep: Any, restart: Callable[[], Hand]
) -> None:
    put_together(hand)
    panel = hand.stage.window.screens["trunk"].aside.giving

    panel.set_lots((), (), whole=False)
    panel.keep()
    hand.stage.settle()

    assert figures(restart(), "trunk.giving.line.0", "trunk.giving.line.1") == ["3", "1"]


def test_nothing_entered_is_nothing_kept(hand: Hand, rep: Any) -> None:
    put_together(hand)

    for _ in range(2):
        hand.press("trunk.giving.line.0.remove")
    paused(hand, hand.stage.window.screens["trunk"].aside.giving)
    kept = rep.one(LEFT_OF)
    hand.press("trunk.giving.close")

    assert (kept, rep.one(LEFT_OF)) == (1, 0), "the colleague was chosen; put away, that goes too"


def test_a_return_that_is_begun_meanwhile_leaves_the_hand_over_waiting(
    hand: Hand, rep: Any, restart: Callable[[], Hand]
) -> None:
    put_together(hand)
    more(hand, 0)
    hand.press("trunk.lot.return")
    assert hand.words("trunk.giving.title") == "Return to the warehouse"
    paused(hand, hand.stage.window.screens["trunk"].aside.giving)

    hand.press("trunk.giving.close")
    assert hand.words("trunk.giving.title") == "Hand over to a colleague"
    hand.press("toast.action")
    assert hand.words("trunk.giving.title") == "Return to the warehouse"

    again = restart()
    seen = {again.words("trunk.giving.title"): again.words("trunk.giving.total")}
    again.press("trunk.giving.close")
    seen[again.words("trunk.giving.title")] = again.words("trunk.giving.total")

    assert seen == {
        "Hand over to a colleague": "2 lots · 4 units",
        "Return to the warehouse": "1 lot · 1 unit",
    }


def test_leaving_the_trunk_keeps_it_at_once(hand: Hand, rep: Any) -> None:
    more(hand, 1)
    hand.press("trunk.lot.hand_over")

    hand.stage.go("today")

    assert rep.rows("SELECT kind FROM draft") == [(GIVING,)]


def test_the_form_of_a_lot_is_there_again_and_its_draft_goes_with_the_op(
    hand: Hand, restart: Callable[[], Hand]
) -> None:
    more(hand, 1)
    hand.press("trunk.lot.scrap")
    hand.type("trunk.move.qty.figure", "3")
    hand.type("trunk.move.reason", "Wet")
    paused(hand, hand.stage.window.screens["trunk"].lot)

    again = restart()

    assert again.find("trunk.move.qty.figure", QLineEdit).text() == "3"
    assert again.find("trunk.move.reason", QLineEdit).text() == "Wet"
    again.press("trunk.move.save")
    assert _one(again, BALANCE.format(lot="l1")) == 7
    assert _one(again, LEFT_OF) == 0


def test_the_form_of_a_lot_that_is_put_away_is_not_kept(hand: Hand, rep: Any) -> None:
    more(hand, 1)
    hand.press("trunk.lot.scrap")
    hand.type("trunk.move.reason", "Wet")
    paused(hand, hand.stage.window.screens["trunk"].lot)
    assert rep.one(LEFT_OF) == 1

    hand.press("trunk.move.back")

    assert rep.one(LEFT_OF) == 0


def test_what_was_entered_of_goods_that_arrive_is_there_again(
    hand: Hand, kim: Any, restart: Callable[[], Hand]
) -> None:
    kim_sends(kim, 3)
    hand.stage.sync()
    hand.press("trunk.transfers")
    less(hand, "ways.line.0.qty")
    hand.press("ways.line.0.why.suggest.0")
    paused(hand, hand.stage.window.screens["trunk"].ways)

    again = restart()
    again.press("trunk.transfers")

    assert figures(again, "ways.line.0") == ["2"]
    assert again.find("ways.line.0.why", QLineEdit).text() == "Not in the parcel"
    again.press("ways.accept")
    assert _one(again, LEFT_OF) == 0


# -- taps that come while the tablet still writes ----------------------------------------------------------------------


@contextmanager
def still_writing(hand: Hand) -> Iterator[Any]:
    """The writer has other work until the end of this; the trunk's page."""
    done = Event()
    hand.stage.tasks.act(lambda _workspace: done.wait(20))
    yield hand.stage.window.screens["trunk"]
    done.set()
    hand.stage.settle()


def test_a_hand_over_that_is_being_saved_is_not_there_again_when_a_return_is_asked_for(
    hand: Hand, rep: Any
) -> None:
    put_together(hand)

    with still_writing(hand) as trunk:
        hand.find("trunk.giving.save", QAbstractButton).click()
        trunk.aside.give(RETURN)

    assert rep.rows("SELECT command FROM outbox") == [("SendTransfer",)]
    assert not hand.sees("trunk.giving")
    assert rep.one(LEFT_OF) == 0


def test_an_undo_while_something_else_is_being_saved_comes_after_it(hand: Hand, rep: Any) -> None:
    put_together(hand)
    hand.press("trunk.giving.close")
    more(hand, 0)
    hand.press("trunk.lot.return")

    with still_writing(hand):
        hand.find("trunk.giving.save", QAbstractButton).click()
        hand.find("toast.action", QAbstractButton).click()

    assert rep.rows("SELECT command FROM outbox") == [("SendTransfer",)]
    assert hand.words("trunk.giving.title") == "Hand over to a colleague"
    assert hand.words("trunk.giving.total") == "2 lots · 4 units"
    assert rep.one(LEFT_OF) == 1


def test_an_undo_leaves_what_was_put_together_since(hand: Hand) -> None:
    put_together(hand)
    hand.press("trunk.giving.close")
    hand.press("trunk.hand_over")
    hand.tap_row("trunk.list", 0)
    hand.type("trunk.giving.line.0.qty.figure", "2")

    hand.press("toast.action")

    assert figures(hand, "trunk.giving.line.0", "trunk.giving.line.1") == ["2", "3"]
    assert chosen(hand) == ["Trunk of lee"]


def test_a_lot_that_is_opened_while_another_is_being_scrapped_stays_open(hand: Hand, rep: Any) -> None:
    more(hand, 1)
    hand.press("trunk.lot.scrap")
    hand.type("trunk.move.reason", "Wet")

    with still_writing(hand) as trunk:
        hand.find("trunk.move.save", QAbstractButton).click()
        trunk._more(trunk.lots.table.rows[0])
        trunk.lot.begin("scrap")

    assert rep.rows("SELECT command FROM outbox") == [("RecordMovement",)]
    assert trunk.lot.lot.key == trunk.lots.table.rows[0].key
    assert hand.find("trunk.move.reason", QLineEdit).text() == ""


def test_a_refusal_is_not_shown_on_the_transfer_that_was_opened_meanwhile(
    hand: Hand, kim: Any, rep: Any
) -> None:
    kim_sends(kim, 3)
    kim_sends(kim, 2)
    hand.stage.sync()
    hand.press("trunk.transfers")

    with still_writing(hand) as trunk:
        ways = trunk.ways
        taken = moving.receive(rep.workspace, ways._transfer(), "trunk-rep", ways._entered)
        assert rep.workspace.perform(taken).saved
        hand.find("ways.accept", QAbstractButton).click()
        ways.table.select_key(ways.table.rows[1].key)

    assert not hand.sees("ways.anyway")
    assert hand.stage.toasts[-1].startswith("Not recorded yet")


def test_a_tablet_that_only_shows_the_trunk_puts_nothing_on_what_was_begun(
    hand: Hand, rep: Any, sqlite_world: Any
) -> None:
    put_together(hand)
    other = sqlite_world.tablet("rep")
    assert other.workspace.perform(moving.take_trunk(other.workspace, "trunk-rep")).saved
    other.sync()
    hand.stage.sync()

    hand.tap_row("trunk.list", 0)

    assert hand.sees("trunk.day")
    assert not hand.sees("trunk.giving")


def _one(hand: Hand, statement: str) -> Any:
    with hand.stage.workspace.reader.connect() as connection:
        return connection.exec_driver_sql(statement).scalar()
