"""Goods handed over by codes between two tablets that see no network: what the codes carry, refuse and lead to."""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from random import Random
from typing import Any

import pytest

from app.domain.codec import encode
from app.domain.commands import MoveLine
from app.store.engine import reading
from app.workspace import handing, moving
from app.workspace.code_parts import MAX_PARTS, PART_LENGTH, BadCode, _encode, from_parts, to_parts
from app.workspace.opening import open_workspace
from app.workspace.queries.moving import open_transfers
from app.workspace.workspace import NotEnrolled
from sync.server.feed import unit_of_work

TRUNK, OTHER = "trunk-rep", "trunk-mate"
BOOKS = "SELECT location_id, lot_id, qty FROM balance WHERE location_id IN ('trunk-rep', 'trunk-mate') ORDER BY 1, 2"
NOISE = Random(7).randbytes(4_000)


@pytest.fixture
def shared(world: Any) -> Any:
    """The small world with a colleague's trunk."""
    return _with_colleague(world)


@pytest.fixture
def small(sqlite_world: Any) -> Any:
    return _with_colleague(sqlite_world)


def _with_colleague(world: Any) -> Any:
    small_world = sys.modules[type(world).__module__]
    with unit_of_work(world.engine) as work:
        virtual = [small_world.place("v:transit", "virtual")]
        work.put("location", [small_world.place(OTHER, "trunk", "mate"), *virtual])
    return world


def give(tablet: Any, *lines: MoveLine, to: str = OTHER) -> tuple[str, ...]:
    command = moving.hand_over(
        tablet.workspace, TRUNK, to, lines or (MoveLine(product_id="p1", lot_id="l1", qty=3),)
    )
    assert tablet.workspace.perform(command).saved
    return codes(tablet, command.op_id)


def codes(tablet: Any, op_id: str) -> tuple[str, ...]:
    with reading(tablet.workspace.reader) as connection:
        return handing.hand_over_codes(connection, op_id)


def look(tablet: Any, parts: Any) -> handing.Handover:
    with reading(tablet.workspace.reader) as connection:
        return handing.take_over(connection, parts)


def take(tablet: Any, parts: Any) -> Any:
    found = look(tablet, parts)
    return handing.take(tablet.workspace, found, handing.receipt(tablet.workspace, found))


def refused(tablet: Any, parts: Any) -> BadCode:
    with pytest.raises(BadCode) as caught:
        look(tablet, parts)
    return caught.value


# -- the handing over -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["giver", "taker"])
def test_stock_agrees_on_all_three_books_whoever_tells_the_server_first(shared: Any, first: str) -> None:
    rep, mate = shared.tablet("rep"), shared.tablet("mate")
    parts = give(
        rep, MoveLine(product_id="p1", lot_id="l1", qty=3), MoveLine(product_id="p1", lot_id="l2", qty=4)
    )
    taken = take(mate, parts)
    assert taken.decision.outcome == "applied"
    assert mate.rows(BOOKS) == [(OTHER, "l1", 3), (OTHER, "l2", 4)]

    for tablet in (rep, mate) if first == "giver" else (mate, rep):
        tablet.sync()
    rep.sync()
    mate.sync()

    own = [(TRUNK, "l1", 7), (TRUNK, "l2", 0)]
    came = [(OTHER, "l1", 3), (OTHER, "l2", 4)]
    assert shared.rows(BOOKS) == [*came, *own]
    assert [row for row in rep.rows(BOOKS) if row[0] == TRUNK] == own
    assert [row for row in mate.rows(BOOKS) if row[0] == OTHER] == came
    for side in (rep, mate, shared):
        assert side.rows("SELECT state, giver, taker FROM transfer") == [("accepted", "rep", "mate")]
    for tablet in (rep, mate):
        assert tablet.one("SELECT result FROM outbox") == "applied"
    assert shared.rows("SELECT qty FROM balance WHERE location_id='v:transit' AND qty <> 0") == []
    assert shared.one("SELECT count(*) FROM exception_case") == 0


@pytest.mark.parametrize("first", ["giver", "taker"])
def test_a_lot_that_never_reached_the_taker_is_taken_by_the_givers_word(shared: Any, first: str) -> None:
    mate = shared.tablet("mate")
    small_world = sys.modules[type(shared).__module__]
    lot = {"id": "l9", "lot_number": "L9", "expires": "2027-09-30", "product_id": "p1", "serial": ""}
    with unit_of_work(shared.engine) as work:
        work.put("lot", [{**lot, "recalled_on": None, "origin": "test"}])
        small_world.receive(work, "news", TRUNK, "p1", "l9", 5)
    rep = shared.tablet("rep")

    parts = give(rep, MoveLine(product_id="p1", lot_id="l9", qty=2))
    [line] = look(mate, parts).lines
    assert (line.known, line.lot_number, line.expires, line.sku, line.qty) == (
        False,
        "L9",
        "2027-09-30",
        "P1",
        2,
    )
    assert take(mate, parts).saved

    for tablet in (rep, mate) if first == "giver" else (mate, rep):
        tablet.sync()
    mate.sync()

    assert shared.rows(f"SELECT qty FROM balance WHERE location_id='{OTHER}'") == [(2,)]
    assert mate.rows(f"SELECT qty FROM balance WHERE location_id='{OTHER}'") == [(2,)]
    assert mate.one("SELECT result FROM outbox") == "applied"
    assert shared.one("SELECT count(*) FROM exception_case") == 0


def test_what_came_is_told_with_why_it_is_other(small: Any) -> None:
    rep, mate = small.tablet("rep"), small.tablet("mate")
    found = look(mate, give(rep))
    command = handing.receipt(mate.workspace, found, {("p1", "l1"): (2, " one broke ")})

    assert handing.take(mate.workspace, found, command).saved
    mate.sync()
    rep.sync()

    assert [(line.qty, line.reason) for line in command.lines] == [(2, "one broke")]
    assert small.rows("SELECT sent, received FROM transfer_line") == [(3, 2)]
    assert small.one("SELECT count(*) FROM exception_case") == 0


def test_the_taker_sees_the_goods_before_taking_them_and_looking_keeps_nothing(small: Any) -> None:
    rep, mate = small.tablet("rep"), small.tablet("mate")
    line = MoveLine(product_id="p1", lot_id="l1", qty=1)
    found = look(mate, give(rep, line, line, MoveLine(product_id="p1", lot_id="l2", qty=0)))

    assert (found.number, found.giver, found.from_name) == ("RE-A-0001", "rep", TRUNK)
    [one] = found.lines
    assert (one.name, one.lot_number, one.expires, one.qty, one.known) == (
        "Stent p1", "L1", "2027-06-30", 2, True,
    )  # fmt: skip
    assert mate.one("SELECT count(*) FROM outbox") == 0


def test_a_transfer_that_has_come_by_the_server_is_taken_by_its_codes_too(small: Any) -> None:
    rep, mate = small.tablet("rep"), small.tablet("mate")
    parts = give(rep)
    rep.sync()
    mate.sync()

    assert take(mate, parts).decision.outcome == "applied"
    assert mate.one("SELECT state FROM transfer") == "accepted"


# -- what is refused --------------------------------------------------------------------------------------------------


def test_codes_are_taken_once(small: Any) -> None:
    rep, mate = small.tablet("rep"), small.tablet("mate")
    parts = give(rep)
    take(mate, parts)

    again = refused(mate, parts)
    assert (again.code, again.params) == ("taken_already", {"number": "RE-A-0001"})


@pytest.mark.parametrize("reader", ["rep", "third"])
def test_codes_for_somebody_else_are_refused_and_say_for_whom_they_are(small: Any, reader: str) -> None:
    rep = small.tablet("rep")
    parts = give(rep)

    found = refused(rep if reader == "rep" else small.tablet("third"), parts)
    assert (found.code, found.params) == ("not_for_you", {"place": OTHER})


def test_only_a_saved_handing_over_that_was_not_refused_has_codes(small: Any) -> None:
    rep = small.tablet("rep")
    sale = rep.sale()
    rep.workspace.perform(sale)
    for op_id in (sale.op_id, "nothing"):
        with pytest.raises(BadCode, match="handing_unknown"):
            codes(rep, op_id)


def test_a_device_that_never_signed_in_takes_nothing(small: Any, tmp_path: Any) -> None:
    parts = give(small.tablet("rep"))
    workspace = open_workspace(tmp_path / "new.db", now=small.tablets[0].workspace.now, new_id=small.ids)
    found = look(small.tablet("mate"), parts)
    with reading(workspace.reader) as connection, pytest.raises(NotEnrolled):
        handing.take_over(connection, parts)
    with pytest.raises(NotEnrolled):
        handing.receipt(workspace, found)
    workspace.engine.dispose()
    workspace.reader.dispose()


def test_a_refusal_that_is_not_about_an_unknown_lot_keeps_nothing(small: Any) -> None:
    rep, mate = small.tablet("rep"), small.tablet("mate")
    parts = give(rep)
    rep.sync()
    mate.sync()
    found = look(mate, parts)
    command = handing.receipt(mate.workspace, found, {("p1", "l1"): (1, "")})

    assert not handing.take(mate.workspace, found, command).saved
    assert handing.take(mate.workspace, found, command, even_so=True).saved


def _parcel(**changes: Any) -> bytes:
    return json.dumps({"op": "{}", "from": "", "lots": {}, "products": {}, **changes}).encode()


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        (b"not json", "not_a_handover"),
        (b"[]", "not_a_handover"),
        (_parcel(more=1), "not_a_handover"),
        (_parcel(op=1), "not_a_handover"),
        (_parcel(lots={"l1": [1]}), "not_a_handover"),
        (_parcel(products={"p1": ["a", 2]}), "not_a_handover"),
        (_parcel(lots=[]), "not_a_handover"),
        (_parcel(), "not_a_handover"),
        (_parcel(op="\ud800"), "not_a_handover"),
        (_parcel(op='{"type":"SendByDrone","v":2}'), "newer_code"),
    ],
)
def test_a_well_read_parcel_that_is_no_handing_over_is_refused(small: Any, plain: bytes, code: str) -> None:
    assert refused(small.tablet("mate"), to_parts(plain)).code == code


def test_another_op_than_a_handing_over_is_refused(small: Any) -> None:
    rep = small.tablet("rep")
    parts = to_parts(_parcel(op=encode(rep.sale()).decode()))
    assert refused(rep, parts).code == "not_a_handover"


# -- parts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plain", [b"", b"a", b"ab", NOISE])
def test_parts_come_together_in_any_order_and_however_often_they_are_read(plain: bytes) -> None:
    parts = to_parts(plain)
    assert max(map(len, parts)) <= PART_LENGTH
    assert from_parts((*reversed(parts), *parts)) == plain


def test_base45_is_that_of_rfc_9285() -> None:
    assert _encode(b"AB") == "BB8"
    assert _encode(b"Hello!!") == "%69 VD92EX0"


def why(parts: Any) -> BadCode:
    with pytest.raises(BadCode) as caught:
        from_parts(parts)
    return caught.value


def test_missing_parts_are_named() -> None:
    parts = to_parts(NOISE)
    found = why(parts[1:-1])
    assert (found.code, found.params) == (
        "codes_incomplete",
        {"missing": f"1, {len(parts)}", "of": str(len(parts))},
    )


def test_no_changed_character_goes_through() -> None:
    plain = b"three of lot L1 to the colleague"
    [part] = to_parts(plain)
    for at in range(len(part)):
        for other in "0A:Z":
            if part[at] == other:
                continue
            assert why([part[:at] + other + part[at + 1 :]]).code in (
                "not_a_code", "newer_code", "codes_incomplete", "code_damaged",
            )  # fmt: skip


def _signed(packed: bytes, of: int = 1) -> str:
    return f"TL1:{hashlib.sha256(packed).hexdigest()[:16].upper()}:1:{of}:{_encode(packed)}"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "not_a_code"),
        (["https://example.org"], "not_a_code"),
        (["TL2:whatever"], "newer_code"),
        ([to_parts(b"one")[0], to_parts(b"two")[0]], "codes_mixed"),
        ([to_parts(b"one")[0], to_parts(b"one")[0] + "0"], "codes_mixed"),
        ([to_parts(b"one")[0] + "é"], "code_damaged"),
        ([to_parts(b"one")[0].replace(":1:1:", ":2:1:")], "codes_incomplete"),
        ([to_parts(b"one")[0], to_parts(b"one")[0].replace(":1:1:", ":2:1:")], "code_damaged"),
        ([_signed(b"not packed")], "code_damaged"),
        ([_signed(zlib.compress(b"one") + b"more")], "code_damaged"),
        ([_signed(zlib.compress(b"one")[:-1])], "code_damaged"),
        ([_signed(zlib.compress(bytes(1 << 20)))], "code_damaged"),
    ],
)
def test_codes_that_are_none_are_refused(parts: list[str], code: str) -> None:
    assert why(parts).code == code


def test_what_would_be_too_many_codes_is_not_cut_short() -> None:
    with pytest.raises(ValueError, match=f"at most {MAX_PARTS}"):
        to_parts(Random(1).randbytes(100_000))


def test_the_giver_is_shown_what_goes_to_whom_with_the_same_codes(small: Any) -> None:
    rep = small.tablet("rep")
    parts = give(rep)
    op_id = rep.one("SELECT op_id FROM outbox")

    with reading(rep.workspace.reader) as connection:
        shown = handing.given(connection, op_id)

    assert (shown.to_name, shown.codes) == (OTHER, parts)
    assert [(one.lot_number, one.qty) for one in shown.handover.lines] == [("L1", 3)]


def test_a_transfer_names_the_op_whose_codes_can_be_shown_only_while_a_person_may_still_take_it(
    small: Any,
) -> None:
    rep, mate = small.tablet("rep"), small.tablet("mate")
    give(rep, to="wh")
    parts = give(rep)

    def shown() -> dict[str, bool]:
        with reading(rep.workspace.reader) as connection:
            return {one.to_location: bool(one.handed_by) for one in open_transfers(connection, TRUNK)}

    assert shown() == {"wh": False, OTHER: True}
    rep.sync()
    assert shown() == {"wh": False, OTHER: True}
    take(mate, parts)
    mate.sync()
    rep.sync()

    assert shown() == {"wh": False}
