"""Opaque tokens: 32 random bytes for the tablet, their sha256 for the table (DESIGN.md §5).

A pair is a refresh token and its access token. The refresh token names its parent, the one it was exchanged for; the
access token names the refresh token it came with. `used_at` of a refresh token is the moment anything of its pair was
first used. From then on the parent and every other child of that parent are spent, and showing one is *reuse*: somebody
has a copy. Until then the parent stays valid, so a tablet that died before it stored the answer just asks again.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from sync.server.tables import token

ACCESS, REFRESH = "access", "refresh"
ACCESS_LIFE, REFRESH_LIFE = timedelta(hours=1), timedelta(days=90)
_KEPT_AFTER_EXPIRY = timedelta(days=1)  # so that an old token is told to be expired, not unknown


@dataclass(frozen=True, slots=True)
class Pair:
    """The two secrets as they go to the tablet; nowhere else are they whole."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A token as the table knows it."""

    hash: str
    session_id: str
    kind: str
    parent: str | None
    expires_at: str
    used_at: str | None

    def expired(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.expires_at) <= now


def moment(now: datetime) -> str:
    """A moment as stored: ISO, UTC, to the millisecond."""
    return now.isoformat(timespec="milliseconds")


def digest(secret: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(
    connection: Connection,
    session_id: str,
    *,
    parent: str | None,
    now: datetime,
    entropy: Callable[[int], bytes],
) -> Pair:
    """A new pair for the session. `parent` is the hash of the refresh token it is exchanged for."""
    pair = Pair(_secret(entropy), _secret(entropy))
    refresh, access = digest(pair.refresh), digest(pair.access)
    rows = [
        (refresh, REFRESH, parent, now + REFRESH_LIFE),
        (access, ACCESS, refresh, now + ACCESS_LIFE),
    ]
    connection.execute(
        token.insert(),
        [
            {
                "hash": hashed,
                "session_id": session_id,
                "kind": kind,
                "parent": named,
                "expires_at": moment(expires),
                "used_at": None,
            }
            for hashed, kind, named, expires in rows
        ],
    )
    return pair


def find(connection: Connection, secret: str, kind: str) -> Stored | None:
    """The token of this kind behind `secret`."""
    stored = by_hash(connection, digest(secret))
    return stored if stored is not None and stored.kind == kind else None


def by_hash(connection: Connection, hashed: str) -> Stored | None:
    """The token whose secret has this sha256."""
    row = connection.execute(select(token).where(token.c.hash == hashed)).mappings().one_or_none()
    return Stored(**row) if row else None


def spent(connection: Connection, refresh: Stored) -> bool:
    """Whether showing this refresh token is reuse: a child of it is in use, or another child of its parent."""
    children = select(token.c.hash).where(
        token.c.session_id == refresh.session_id,
        token.c.kind == REFRESH,
        token.c.parent == refresh.hash,
        token.c.used_at.is_not(None),
    )
    if connection.execute(children.limit(1)).first() is not None:
        return True
    return rival_in_use(connection, refresh)


def rival_in_use(connection: Connection, refresh: Stored) -> bool:
    """Whether another child of this token's parent is in use, and this one's pair was never used."""
    if refresh.parent is None or refresh.used_at is not None:
        return False
    others = select(token.c.hash).where(
        token.c.session_id == refresh.session_id,
        token.c.kind == REFRESH,
        token.c.parent == refresh.parent,
        token.c.used_at.is_not(None),
    )
    return connection.execute(others.limit(1)).first() is not None


def mark_used(connection: Connection, refresh_hash: str, now: datetime) -> None:
    """Note that something of this refresh token's pair is in use."""
    connection.execute(
        update(token)
        .where(token.c.hash == refresh_hash, token.c.used_at.is_(None))
        .values(used_at=moment(now))
    )


def sweep(connection: Connection, session_id: str, now: datetime) -> None:
    """Forget tokens of the session that expired a day ago or longer."""
    old = moment(now - _KEPT_AFTER_EXPIRY)
    connection.execute(delete(token).where(token.c.session_id == session_id, token.c.expires_at < old))


def _secret(entropy: Callable[[int], bytes]) -> str:
    return urlsafe_b64encode(entropy(32)).rstrip(b"=").decode("ascii")
