"""The server's compose root: the one place that picks the real clock and the real dice, and puts the parts together."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from sqlalchemy import Engine

from app.store.engine import server_engine
from sync.server import schema
from sync.server.accounts import Accounts
from sync.server.addresses import Network
from sync.server.api import ServerApi
from sync.server.envelopes import keep_key
from sync.server.feed import finish_moves, unit_of_work
from sync.server.routes import build_app
from sync.server.sealing import keep_seal_key
from sync.server.settings import Settings


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def today() -> str:
    """This day, UTC, as ISO text."""
    return now().date().isoformat()


def entropy(size: int) -> bytes:
    """Random bytes fit for secrets."""
    return secrets.token_bytes(size)


def program_version() -> str:
    """This program's version; 'unknown' when it runs from a bare folder."""
    try:
        return version("trunkline")
    except PackageNotFoundError:
        return "unknown"


@dataclass(frozen=True, slots=True)
class Server:
    """The parts, connected."""

    settings: Settings
    engine: Engine
    api: ServerApi
    accounts: Accounts

    def app(self, trusted: Sequence[Network] = ()) -> FastAPI:
        """The HTTP application behind these proxies (`addresses`); from now on there is a key to sign envelopes with
        and one to seal for, and every move that was cut off has been finished."""
        finish_moves(self.engine)
        self.accounts.tell_refusals()
        with unit_of_work(self.engine) as work:
            keep_key(work, entropy=entropy, now=now)
            keep_seal_key(work, entropy=entropy, now=now)
        return build_app(self.api, self.accounts, version=program_version(), entropy=entropy, trusted=trusted)


@contextmanager
def opened(settings: Settings, *, migrate: bool) -> Iterator[Server]:
    """The server on its database, at this program's schema. An SQLite file is brought up to date when `migrate`.

    Raises schema.OldSchema or NewerSchema.
    """
    engine = server_engine(settings.text)
    try:
        if migrate and engine.dialect.name == "sqlite":
            schema.upgrade(engine)
        else:
            schema.check(engine)
        accounts = Accounts(engine, now=now, entropy=entropy)
        yield Server(settings, engine, ServerApi(engine, now=now), accounts)
    finally:
        engine.dispose()
