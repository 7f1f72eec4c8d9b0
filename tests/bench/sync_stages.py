"""Where the time of a first sync goes, page by page, and how long a key takes meanwhile. Used by sync_core.py.

`staged` takes the pages of a first sync one step after the other, in one process and without the next one asked ahead,
so that each step can be measured: its sum is more than a first sync takes, where server and tablet work at once.
`searched` types into the catalogue on the read-only connection, in a thread beside a first sync over HTTP.
"""

from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sync_world as world
import zstandard
from sqlalchemy import Engine, event

from app.store.engine import reading, server_engine
from app.workspace import loading, syncing
from app.workspace.queries.catalogue import find_products
from app.workspace.rows.catalogue import Filter
from sync.client.ahead import Ahead
from sync.client.turn import run_turn
from sync.protocol.wire import read_page, write_page
from sync.server import bodies, pull

STAGES = ("read", "encode", "pack", "wire", "unpack", "decode", "load", "search", "rest")
TYPED = ("stent 3", "coronary", "catheter 2.5", "balloon")
DAY = "2026-11-27"
PAUSE = 0.05  # seconds between two keys


def staged(url: str, books: Path, folder: Path) -> dict[str, Any]:
    """Seconds of each stage, bytes as sent and as they were, pages.

    read: the rows out of the server's database. encode: its lines. pack, unpack: zstd. wire: through a socket of this
    machine. decode: lines to arrays. load: rows and indexes into the tablet's database. search: its full-text index.
    rest: commits, resume keys, what to ask next.
    """
    spent = dict.fromkeys(STAGES, 0.0)
    sizes = {"sent_bytes": 0, "page_bytes": 0, "pages": 0}
    workspace, _api = world.tablet(folder / "tablet.db", url)
    who = workspace.identity()
    assert who is not None
    server = server_engine(f"sqlite:///{books}")

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                spent[name] += time.perf_counter() - began

        return run

    def read(request: Any) -> Any:
        with reading(server) as connection:
            return pull.read(connection, who.person, who.device_id, who.stream, request, datetime.now(UTC))

    class Staged:
        push = enrol = rescue = None

        def pull(self, request: Any) -> bytes:
            page = timed("read", read)(request)
            body = timed("encode", lambda: b"".join(write_page(page, pull.COLUMNS)))()
            packed, _headers = timed("pack", bodies.packed)(body, "zstd")
            arrived = timed("wire", _through)(packed)
            sizes["sent_bytes"] += len(packed)
            sizes["page_bytes"] += len(body)
            sizes["pages"] += 1
            if len(packed) == len(body):
                return bytes(arrived)
            unpacked = timed("unpack", zstandard.ZstdDecompressor().decompressobj().decompress)(arrived)
            return bytes(unpacked)

    _watch(workspace.engine, spent)
    kept = syncing.read_page, loading.load
    syncing.read_page, loading.load = timed("decode", read_page), timed("load", loading.load)
    began = time.perf_counter()
    try:
        turn = run_turn(workspace, Staged())  # type: ignore[arg-type]
    finally:
        syncing.read_page, loading.load = kept
    seconds = time.perf_counter() - began
    if turn.trouble is not None:
        raise RuntimeError(f"the first sync ended with {turn.trouble}: {turn.detail}")
    spent["load"] -= spent["search"]
    spent["rest"] = seconds - sum(spent.values())
    return {"seconds": seconds, **spent, **sizes}


def _through(body: bytes) -> bytes:
    """The bytes after a way through a socket."""
    here, there = socket.socketpair()
    sender = threading.Thread(target=lambda: (there.sendall(body), there.close()))
    sender.start()
    with here:
        pieces = []
        while piece := here.recv(1 << 16):
            pieces.append(piece)
    sender.join()
    return b"".join(pieces)


def _watch(engine: Engine, spent: dict[str, float]) -> None:
    """Count the time of the statements that put rows into the search."""

    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, *given: Any) -> Any:
            if not statement.startswith("INSERT INTO") or "_search(rowid" not in statement:
                return super().execute(statement, *given)
            began = time.perf_counter()
            try:
                return super().execute(statement, *given)
            finally:
                spent["search"] += time.perf_counter() - began

    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any) -> Any:
            return super().cursor(Cursor)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
        named["factory"] = Connection

    engine.dispose()


def searched(url: str, folder: Path) -> dict[str, Any]:
    """Milliseconds from a key to its rows, while a first sync loads and when it is done."""
    workspace, api = world.tablet(folder / "tablet.db", url)
    over = threading.Event()
    found = SimpleNamespace(during=[], after=[], rows=0)

    def type_on(taken: list[float], least: int) -> None:
        while len(taken) < least or not (over.is_set() or taken is found.after):
            for phrase in TYPED:
                for end in range(1, len(phrase) + 1):
                    began = time.perf_counter()
                    with reading(workspace.reader) as connection:
                        rows = find_products(connection, Filter(phrase[:end]), DAY)
                    taken.append((time.perf_counter() - began) * 1000)
                    found.rows += bool(rows)
                    time.sleep(PAUSE)
                    if taken is found.during and over.is_set():
                        return

    typist = threading.Thread(target=type_on, args=(found.during, 0))
    typist.start()
    turn = run_turn(workspace, Ahead(api))
    over.set()
    typist.join()
    if turn.trouble is not None:
        raise RuntimeError(f"the first sync ended with {turn.trouble}: {turn.detail}")
    type_on(found.after, 30)
    return {"during": found.during, "after": found.after}


def percentiles(values: list[float]) -> dict[str, float]:
    """p50 and p95, and of how many."""
    ordered = sorted(values)
    at = {
        f"p{share}": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 1)
        for share in (50, 95)
    }
    return {**at, "keys": len(ordered)}
