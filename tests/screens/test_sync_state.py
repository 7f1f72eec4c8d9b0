"""The status chip: is my work safe, and is there a network, in a few words; and the Sync page's first sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.screens.formats import Formats
from app.screens.sync_page import present_facts, present_heading
from app.screens.sync_state import STATES, SyncView, present_chip, time_left

FORMATS = Formats(lambda: datetime(2026, 11, 23, 14, 5, tzinfo=UTC), zone=UTC)
CALM = SyncView(last_contact="2026-11-23T14:00:00+00:00")


@pytest.mark.parametrize(
    ("view", "words", "tone"),
    [
        (CALM, "Up to date", "ok"),
        (replace(CALM, waiting=3, unsettled=3), "Saved — 3 waiting to send", "accent"),
        (replace(CALM, unsettled=2), "Sent", "ok"),
        (replace(CALM, state="syncing"), "Syncing", "accent"),
        (replace(CALM, state="syncing", waiting=3), "Sending 3", "accent"),
        (
            replace(CALM, state="syncing", loading=True, done=1200, total=12915),
            "Loading 1,200 of 12,915",
            "accent",
        ),
        (replace(CALM, state="offline", since="2026-11-23T13:05:00+00:00"), "Offline since 13:05", "muted"),
        (
            replace(CALM, state="offline", since="2026-11-22T13:05:00+00:00", waiting=2),
            "Saved — 2 waiting to send · Offline since Nov 22, 13:05",
            "muted",
        ),
        (
            replace(CALM, state="server_trouble", waiting=1),
            "Saved — 1 waiting to send · Server trouble",
            "warn",
        ),
        (replace(CALM, state="signed_out", waiting=1), "Saved — 1 waiting to send · Sign in to sync", "warn"),
        (replace(CALM, state="needs_you", needs_you=2), "2 need you", "bad"),
        (replace(CALM, state="needs_you", problem="revoked"), "This device is locked out", "bad"),
    ],
)
def test_the_chip_says_how_it_stands(view: SyncView, words: str, tone: str) -> None:
    chip = present_chip(view, FORMATS)

    assert (chip.text, chip.tone) == (words, tone)


def test_no_network_server_trouble_and_needs_you_are_three_different_words() -> None:
    chips = [
        present_chip(replace(CALM, state=s, needs_you=1), FORMATS)
        for s in ("offline", "server_trouble", "needs_you")
    ]

    assert len({chip.text for chip in chips}) == len({chip.icon for chip in chips} | {"-"}) == 3


@pytest.mark.parametrize("state", STATES)
def test_saved_work_is_told_in_every_state(state: str) -> None:
    chip = present_chip(replace(CALM, state=state, waiting=4), FORMATS)

    assert "4" in chip.text


def test_the_tip_tells_the_last_contact() -> None:
    assert present_chip(CALM, FORMATS).tip == "Last contact with the server: 14:00"
    assert present_chip(SyncView(), FORMATS).tip == "No contact with the server yet"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("problem", ["", "revoked", "wrong_user", "update", "refused"])
def test_the_page_has_a_sentence_and_a_step_for_every_state(state: str, problem: str) -> None:
    if problem and state != "needs_you":
        problem = ""

    heading = present_heading(replace(CALM, state=state, problem=problem, detail="409 gap"), FORMATS)

    assert heading.words
    assert heading.step in ("sync", "sign_in")
    assert heading.busy is (state == "syncing")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0, "about 5 s left"), (12, "about 15 s left"), (61, "about 2 min left")],
)
def test_the_time_left_is_told_in_round_words(seconds: int | None, words: str) -> None:
    assert time_left(seconds) == words


def test_signed_out_offers_to_sign_in() -> None:
    assert present_heading(replace(CALM, state="signed_out"), FORMATS).step == "sign_in"


@pytest.mark.parametrize(
    ("seconds", "value", "warned"),
    [
        (0, "correct", False),
        (90, "correct", False),
        (600, "10 min ahead of the server", True),
        (-7200, "120 min behind the server", True),
    ],
)
def test_a_wrong_clock_is_told(seconds: int, value: str, warned: bool) -> None:
    facts = present_facts(replace(CALM, skew_seconds=seconds), FORMATS, server="s", code="DC", letter="A")

    assert (facts[1].value, bool(facts[1].warns)) == (value, warned)
    assert facts[3].value == "A · numbers like DC-A-0001"
