"""`trunkline-server exceptions …`: what a tablet reported against the rules is seen, and closed with words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

URL = "sqlite:///{}"


@pytest.fixture
def held(sqlite_world: Any) -> Any:
    """A sale from the trunk to an account that was put on hold while the rep was away: booked, with a case."""
    rep = sqlite_world.tablet("rep")
    assert rep.workspace.perform(rep.sale(account="a1")).saved
    sqlite_world.hold("a1")
    rep.sync()
    sqlite_world.rep = rep
    sqlite_world.case = sqlite_world.one("SELECT id FROM exception_case")
    return sqlite_world


def at(world: Any) -> tuple[str, str]:
    return "--database", URL.format(Path(str(world.engine.url.database)))


def test_open_cases_are_listed_with_who_what_and_why(held: Any, here: Any) -> None:
    lines = here("exceptions", "list", *at(held)).stdout.splitlines()
    [told] = [
        json.loads(line) for line in here("exceptions", "list", "--json", *at(held)).stdout.splitlines()
    ]

    assert lines[0].split()[:1] == [held.case]
    assert " rep  SellFromTrunk  account_on_hold a1" in lines[0]
    assert lines[1] == "1 cases"
    assert (told["id"], told["state"], told["command"]) == (held.case, "open", "SellFromTrunk")
    assert told["findings"][0][:2] == ["account_on_hold", "a1"]


def test_a_case_is_shown_with_the_op_as_it_came(held: Any, here: Any) -> None:
    shown = here("exceptions", "show", held.case[:8], *at(held)).stdout

    assert f"id           {held.case}" in shown
    assert '"type": "SellFromTrunk"' in shown


def test_a_case_is_closed_with_words_and_the_rep_reads_them(held: Any, here: Any) -> None:
    closed = here("exceptions", "resolve", held.case[:8], "--resolution", "hold lifted", *at(held)).stdout
    held.rep.sync()

    assert closed == f"case {held.case}: closed\n"
    assert held.rep.rows("SELECT state, resolution FROM exception_case") == [("resolved", "hold lifted")]
    assert here("exceptions", "list", *at(held)).stdout == "0 cases\n"
    assert "closed by u-office: hold lifted" in here("exceptions", "list", "--all", *at(held)).stdout
    assert here("verify", *at(held)).stdout == "verify: ok\n"


def test_a_case_is_closed_once_and_not_by_guessing(held: Any, here: Any) -> None:
    here("exceptions", "resolve", held.case, "--resolution", "seen", *at(held))

    again = here("exceptions", "resolve", held.case, "--resolution", "seen", *at(held), code=2)
    unknown = here("exceptions", "resolve", "nothing", "--resolution", "seen", *at(held), code=2)
    silent = here("exceptions", "resolve", held.case, "--resolution", " ", *at(held), code=2)

    assert "case_resolved" in again.stderr
    assert "no case begins with 'nothing'" in unknown.stderr
    assert "reason_required" in silent.stderr
