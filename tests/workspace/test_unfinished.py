"""What was begun of moving goods: kept by its place, taken up again, gone with the op that it became."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from two_trunks_kit import OTHER, TRUNK, with_places

from app.domain.commands import MoveLine
from app.store.engine import reading
from app.workspace import moving
from app.workspace.queries.moving import open_transfers
from app.workspace.rows.moving import (
    ArrivedDraft,
    GivenLot,
    GivingDraft,
    MoveDraft,
    ReceivedLine,
    Unfinished,
)
from app.workspace.unfinished import drop, forget, forget_over, keep, unfinished

GOES = GivingDraft("hand_over", OTHER, (GivenLot("p1", "l1", 3), GivenLot("p1", "l2", 1)))
SCRAP = MoveDraft("scrap", "p1", "l1", 2, "Wet")


@pytest.fixture
def world(sqlite_world: Any) -> Any:
    """The small world with a colleague's trunk and the places of the books."""
    with_places(sqlite_world)
    return sqlite_world


@pytest.fixture
def rep(world: Any) -> Any:
    return world.tablet("rep")


def begun(tablet: Any, location_id: str = TRUNK) -> Unfinished:
    with reading(tablet.workspace.reader) as connection:
        return unfinished(connection, location_id)


def sent_by_kim(world: Any, rep: Any) -> str:
    """A colleague was given two units and sends them back; the transfer's id, on its way to the rep."""
    kim = world.tablet("kim")
    lines = (MoveLine(product_id="p1", lot_id="l1", qty=2),)
    back = moving.hand_over(kim.workspace, OTHER, TRUNK, lines)
    assert kim.workspace.perform(back, even_so=True).saved
    kim.sync()
    rep.sync()
    return back.transfer_id


def test_all_that_was_begun_is_there_after_a_restart(world: Any, rep: Any) -> None:
    came = ArrivedDraft("t1", "in_transit", (ReceivedLine("t1.0", 1, "Not in the parcel"),))
    for one in (GOES, SCRAP, came):
        keep(rep.workspace, TRUNK, one)

    again = world.reopen(rep)

    assert begun(again) == Unfinished((GOES,), SCRAP, (came,))
    assert begun(again, OTHER) == Unfinished()


def test_a_hand_over_and_a_return_are_kept_beside_each_other(rep: Any) -> None:
    back = GivingDraft("return", "wh", (GivenLot("p1", "l2", 1),))

    for one in (GOES, back, replace(back, lines=())):
        keep(rep.workspace, TRUNK, one)

    assert set(begun(rep).giving) == {GOES, replace(back, lines=())}


def test_what_was_written_on_last_comes_first(rep: Any) -> None:
    now = rep.workspace.now()
    for at, action in enumerate(("return", "hand_over", "return")):
        rep.workspace.now = lambda at=at: now + timedelta(seconds=at)
        keep(rep.workspace, TRUNK, GivingDraft(action))

    assert [one.action for one in begun(rep).giving] == ["return", "hand_over"]


def test_what_is_put_away_goes(rep: Any) -> None:
    keep(rep.workspace, TRUNK, GOES)
    keep(rep.workspace, TRUNK, SCRAP)

    drop(rep.workspace, TRUNK, GOES)

    assert begun(rep) == Unfinished((), SCRAP, ())


def test_the_op_and_the_end_of_its_draft_are_saved_together(rep: Any) -> None:
    keep(rep.workspace, TRUNK, GOES)
    lines = [MoveLine(product_id=one.product_id, lot_id=one.lot_id, qty=one.qty) for one in GOES.lines]

    performed = rep.workspace.perform(
        moving.hand_over(rep.workspace, TRUNK, OTHER, lines),
        also=lambda connection: forget(connection, TRUNK, GOES),
    )

    assert performed.saved
    assert begun(rep) == Unfinished()


def test_one_tablet_never_shows_what_another_user_of_it_began(world: Any, rep: Any) -> None:
    keep(rep.workspace, TRUNK, GOES)

    kim = world.tablet("kim")

    assert kim.one("SELECT count(*) FROM draft") == 0
    assert begun(kim) == Unfinished()


def test_what_was_entered_of_a_transfer_stays_while_it_is_on_its_way(world: Any, rep: Any) -> None:
    came = ArrivedDraft(sent_by_kim(world, rep), "in_transit", ())
    keep(rep.workspace, TRUNK, came)
    keep(rep.workspace, TRUNK, replace(came, transfer_id="not-here-yet"))

    forget_over(rep.workspace, TRUNK)

    assert len(begun(rep).arrived) == 2


def test_what_was_entered_of_a_transfer_that_is_over_goes(world: Any, rep: Any) -> None:
    came = ArrivedDraft(sent_by_kim(world, rep), "in_transit", ())
    [transfer] = _on_way(rep)
    lines = [ReceivedLine(line.id, line.on_way) for line in transfer.lines]
    assert rep.workspace.perform(moving.receive(rep.workspace, transfer, TRUNK, lines)).saved
    keep(rep.workspace, TRUNK, came)

    forget_over(rep.workspace, TRUNK)

    assert begun(rep).arrived == ()


def test_the_form_of_a_lot_that_is_gone_goes_and_that_of_another_stays(rep: Any) -> None:
    keep(rep.workspace, TRUNK, replace(SCRAP, lot_id="unknown"))
    forget_over(rep.workspace, TRUNK)
    assert begun(rep).move is not None, "nothing was ever booked of it here: its rows may be on their way"
    keep(rep.workspace, TRUNK, SCRAP)
    forget_over(rep.workspace, TRUNK)
    assert begun(rep).move == SCRAP

    assert rep.workspace.perform(rep.sale(qty=10)).saved
    forget_over(rep.workspace, TRUNK)

    assert begun(rep).move is None


def _on_way(rep: Any) -> Any:
    with reading(rep.workspace.reader) as connection:
        return open_transfers(connection, TRUNK)
