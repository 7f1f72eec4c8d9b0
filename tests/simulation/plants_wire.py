"""Planted bugs of proof and repair: sums, a restored server, copied databases, rescue."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from plants_kit import Plant, Wrapper, plant
from sqlalchemy import update

from app.workspace.tables import outbox
from sync.server import pull, rescue, sums
from sync.server.apply import Tally, apply_ops

HERE = find_spec("app.workspace.checking") is not None  # the device's side of it


def _any_history(_ours: Wrapper) -> Wrapper:
    return lambda connection, here, cursor: cursor.position <= here.position


def _sums_stand_still(_settle: Wrapper) -> Wrapper:
    return lambda *_ignored: None


def _applies(keep: Wrapper) -> Wrapper:
    def at_once(engine: Any, author: Any, request: Any, *, now: Any) -> list[str]:
        kept: list[str] = keep(engine, author, request, now=now)
        apply_ops(engine, author, request.ops, now=now, tally=Tally())
        return kept

    return at_once


def _adopts(compare: Wrapper) -> Wrapper:
    def agrees(connection: Any) -> Any:
        found = compare(connection)
        return found and replace(found, differences=())

    return agrees


def _never_asks(_due: Wrapper) -> Wrapper:
    return lambda connection, now: []


def _no_sweep(_swept: Wrapper) -> Wrapper:
    return lambda connection, at, page: []


def _nothing(_before: Wrapper) -> Wrapper:
    return lambda *_ignored, **_more: None


def _only_marked(_server_has: Wrapper) -> Wrapper:
    """Wherever the server tells what it has (410, a gap, signing in again), it is believed and nothing is opened."""

    def marked(connection: Any, stream: str, last_seq: int) -> None:
        there = outbox.c.stream == stream, outbox.c.seq <= last_seq, outbox.c.pushed == 0
        connection.execute(update(outbox).where(*there).values(pushed=1))

    return marked


def _on_the_device() -> tuple[Plant, ...]:
    from app.workspace import checking, outbox as queue, streams, syncing

    return (
        plant(
            "adopted-hash",
            "a sum that differs is believed",
            "I19 I7",
            checking,
            "compare",
            _adopts,
            needs="sums",
        ),
        plant(
            "sums-not-checked",
            "sums are never asked for",
            "I19 I7",
            checking,
            "due",
            _never_asks,
            needs="sums",
        ),
        plant(
            "repair-without-sweep",
            "rows that did not come with a repair stay",
            "I7 I8 I10 I15 I20",
            checking,
            "swept",
            _no_sweep,
            needs="history",
        ),
        plant(
            "step-back-forgotten",
            "a tablet does not go back with a restored server",
            "I10 I15 I23",
            syncing,
            "server_restored",
            _nothing,
            needs="history",
        ),
        plant(
            "retained-ops-not-sent-again",
            "what a restored server has lost is not sent again",
            "I3 I16 I10",
            queue,
            "server_has",
            _only_marked,
            needs="history",
        ),
        plant(
            "fork-not-noticed",
            "a database that was put back or copied goes on with its stream",
            "I23 I10 I5 I13",
            streams,
            "forked",
            _nothing,
            needs="streams",
        ),
    )


PLANTS: tuple[Plant, ...] = (
    plant(
        "nonce-ignored",
        "any cursor of the past is taken for this history's",
        "I15 I7 I2",
        pull,
        "_ours",
        _any_history,
    ),
    plant(
        "sums-stand-still",
        "the server's sums are not brought up to date",
        "I19",
        sums,
        "settle",
        _sums_stand_still,
    ),
    plant("rescue-applies", "an op that came by rescue is applied", "I25 I21", rescue, "keep", _applies),
    *(_on_the_device() if HERE else ()),
)
