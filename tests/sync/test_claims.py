"""Claims between the office and a tablet: recalled by a file or claimed by hand, answered offline, settled at sync."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from office_kit import Office

from app.domain.commands import ClaimStock, WithdrawClaim
from app.domain.decide import APPLIED
from app.domain.parties import Person
from app.store import tables as t
from app.workspace.moving import answer_claim
from sync.server.apply import perform_here
from sync.server.verify import verify

DAY = "2026-11-23"
OFFICE = Person("u-office", "operations", ("*",), "OFFICE")
RECALL = ("sku,lot,serial,recalled_on", "P1,L1,,2026-11-20")
LIFTED = ("sku,lot,serial,recalled_on", "P1,L1,,lifted")


def give(world: Any, kind: type, /, **values: Any) -> None:
    command = kind(op_id=f"op-{len(values)}", actor=OFFICE.id, business_date=DAY, **values)
    assert (
        perform_here(
            world.engine, OFFICE, command, now=lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        ).outcome
        == APPLIED
    )


def wanted(qty: int, kind: str = "recall") -> dict[str, Any]:
    return {
        "claim_id": "claim-1", "location_id": "trunk-rep", "product_id": "p1", "lot_id": "l1", "qty": qty,
        "kind": kind, "to_location": "wh" if kind == "return" else "", "reason": "batch fault",
    }  # fmt: skip


def balance(side: Any, place: str) -> int:
    found = side.rows(f"SELECT qty FROM balance WHERE location_id = '{place}' AND lot_id = 'l1'")
    return int(found[0][0]) if found else 0


def claims(side: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in side.rows("SELECT qty, answered, state, answer FROM claim ORDER BY id")]


def test_a_recall_by_file_reaches_the_tablet_and_is_answered_offline(world: Any) -> None:
    desk, rep = Office(world), world.tablet("rep")
    rep.sync()
    report = desk.load("recalls", *RECALL)
    rep.sync()
    [(claim_id, qty)] = rep.rows("SELECT id, qty FROM claim WHERE state = 'open'")

    said = rep.workspace.perform(answer_claim(rep.workspace, claim_id, qty))

    assert "+ claim P1 / L1 / trunk-rep: qty 10" in map(str, report.changes)
    assert said.saved
    assert (claims(rep), balance(rep, "trunk-rep")) == ([(10, 10, "answered", "")], 0), "offline"
    assert (claims(world), balance(world, "trunk-rep")) == ([(10, 0, "open", "")], 10)
    rep.sync()
    assert claims(world) == claims(rep) == [(10, 10, "answered", "")]
    assert (balance(world, "trunk-rep"), balance(world, "v:quarantine")) == (0, 10)
    assert world.rows("SELECT id FROM exception_case") == []
    assert verify(world.engine) == []


def test_what_was_sold_before_the_claim_came_is_a_short_answer_with_the_reason(world: Any) -> None:
    rep = world.tablet("rep")
    rep.sync()
    give(world, ClaimStock, **wanted(10))
    assert rep.workspace.perform(rep.sale(qty=4)).saved
    rep.sync()

    refused = rep.workspace.perform(answer_claim(rep.workspace, "claim-1", 6))
    said = rep.workspace.perform(answer_claim(rep.workspace, "claim-1", 6, "4 were sold"))
    rep.sync()

    assert (refused.saved, said.saved) == (False, True)
    assert [one.code for one in refused.decision.findings] == ["claim_differs"]
    assert claims(world) == claims(rep) == [(10, 6, "answered", "4 were sold")]
    assert (balance(world, "trunk-rep"), balance(world, "v:quarantine")) == (0, 6)
    assert world.rows("SELECT id FROM exception_case") == []
    assert verify(world.engine) == []


def test_fewer_without_a_reason_are_booked_and_the_office_gets_a_case(world: Any) -> None:
    rep = world.tablet("rep")
    give(world, ClaimStock, **wanted(3))
    rep.sync()

    assert rep.workspace.perform(answer_claim(rep.workspace, "claim-1", 2), even_so=True).saved
    rep.sync()

    assert claims(world) == [(3, 2, "open", "")]
    assert balance(world, "trunk-rep") == 8
    assert world.rows("SELECT code FROM exception_case") == [("claim_differs",)]
    assert verify(world.engine) == []


def test_goods_the_office_asks_back_are_sent_as_a_transfer(world: Any) -> None:
    rep = world.tablet("rep")
    give(world, ClaimStock, **wanted(2, "return"))
    rep.sync()

    assert rep.workspace.perform(answer_claim(rep.workspace, "claim-1", 2)).saved
    rep.sync()

    sent = world.rows("SELECT state, from_location, to_location, giver FROM transfer")
    assert sent == [("in_transit", "trunk-rep", "wh", "rep")]
    assert (balance(world, "trunk-rep"), balance(world, "v:transit")) == (8, 2)
    assert claims(world) == [(2, 2, "answered", "")]
    assert verify(world.engine) == []


def test_an_answer_that_crosses_the_withdrawal_is_booked_with_a_case(world: Any) -> None:
    rep = world.tablet("rep")
    give(world, ClaimStock, **wanted(2))
    rep.sync()
    assert rep.workspace.perform(answer_claim(rep.workspace, "claim-1", 2)).saved
    give(world, WithdrawClaim, claim_id="claim-1", reason="wrong lot")

    rep.sync()

    assert claims(world) == claims(rep) == [(2, 2, "withdrawn", "wrong lot")]
    assert world.rows("SELECT code FROM exception_case") == [("claim_closed",)]
    assert balance(world, "v:quarantine") == 2
    assert verify(world.engine) == []


def test_the_same_recall_twice_changes_nothing_and_a_lifted_one_withdraws(world: Any) -> None:
    desk = Office(world)
    desk.load("recalls", *RECALL)

    again = desk.load("recalls", *RECALL)
    lifted = desk.load("recalls", *LIFTED)
    withdrawn = claims(world)
    desk.load("recalls", *RECALL)

    assert (again.changes, again.applied) == ([], False)
    assert "~ claim P1 / L1 / trunk-rep: state open → withdrawn" in map(str, lifted.changes)
    assert withdrawn == [(10, 0, "withdrawn", "The recall was lifted")]
    assert claims(world) == [(10, 0, "open", "")], "recalled again"
    assert {row["closed_on"] for row in desk.rows(t.claim)} == {None}
    assert verify(world.engine) == []


def test_what_was_answered_is_not_claimed_again(world: Any) -> None:
    desk, rep = Office(world), world.tablet("rep")
    desk.load("recalls", *RECALL)
    rep.sync()
    claim_id = rep.one("SELECT id FROM claim")
    assert rep.workspace.perform(answer_claim(rep.workspace, claim_id, 9, "one is broken")).saved
    rep.sync()

    again = desk.load("recalls", *RECALL)
    desk.load("recalls", *LIFTED)

    assert again.changes == []
    assert claims(world) == [(10, 9, "answered", "one is broken")]


# -- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def at(sqlite_world: Any) -> tuple[str, str]:
    return "--database", f"sqlite:///{Path(str(sqlite_world.engine.url.database))}"


def test_the_office_claims_lists_and_withdraws(sqlite_world: Any, here: Any, at: Any) -> None:
    opened = here("claims", "open", "trunk-rep", "P1", "3", "--lot", "L1", "--reason", "batch fault", *at)
    sent = here(
        "claims", "open", "trunk-rep", "P1", "2", "--lot", "L1", "--to", "wh", "--reason", "too many", *at
    )
    claim_id, back = (one.stdout.split()[1].rstrip(":") for one in (opened, sent))
    listed = here("claims", "list", *at).stdout
    gone = here("claims", "withdraw", claim_id, "--reason", "wrong lot", *at).stdout
    every = here("claims", "list", "--all", *at).stdout
    [told] = [json.loads(line) for line in here("claims", "list", "--json", *at).stdout.splitlines()]

    assert f"{claim_id}  " in listed
    assert "recall  0 of 3 x P1 L1 in trunk-rep  batch fault" in listed
    assert "return to wh  0 of 2 x P1 L1 in trunk-rep  too many" in listed
    assert listed.endswith("2 claims\n")
    assert gone == f"claim {claim_id}: withdrawn\n"
    assert ": wrong lot" in every
    assert (told["id"], told["state"], told["kind"], told["to_location"]) == (back, "open", "return", "wh")


def test_a_claim_that_names_nothing_is_refused_in_a_sentence(sqlite_world: Any, here: Any, at: Any) -> None:
    def says(*words: str) -> str:
        return str(here("claims", *words, "--reason", "why", *at, code=2).stderr)

    assert "no places are called 'moon'" in says("open", "moon", "P1", "1", "--lot", "L1")
    assert "no products have the number 'P99'" in says("open", "trunk-rep", "P99", "1")
    assert "no lots have the number 'L99'" in says("open", "trunk-rep", "P1", "1", "--lot", "L99")
    assert "lot_required" in says("open", "trunk-rep", "P1", "1")
    assert "place_kind_wrong" in says("open", "wh", "P1", "1", "--lot", "L1")
    assert "no claim begins with 'nothing'" in says("withdraw", "nothing")
