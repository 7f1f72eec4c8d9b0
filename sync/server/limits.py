"""How often signing in may fail. Counted in the database, so every process of the server knows (table sign_in_limit).

    ticket = enter(engine, login, address, now)     # raises 429 before anything is looked up about the login
    ...                                             # the password is judged
    settled(connection, ticket)                     # it was right: the try is taken back
    failed(connection, ticket, user_id, ...)        # it was not

A try is counted before it is judged, so a hundred at once are a hundred. Within WINDOW:

- a login from one address may fail PAIR times, that is the strict limit; while none is known to have failed, AT_ONCE
  may be under way (a fleet of one user's tablets, all right);
- an address may fail ADDRESS times whatever the logins: many people sit behind one;
- when a login has failed LOGIN times from everywhere, one address may fail only once. So many addresses together get
  little further, and whoever owns the login still gets in from where nobody has failed.

None of it depends on whether there is such a login. A refused try is not counted, writes nothing and judges nothing,
so rows are bounded by the addresses that ask, and they go when their window is over.

Refusals for the audit are counted per user and window in rows of the same table, everything that was typed
for nobody under one name; `told` makes one row of the audit out of each, later: on nobody's refusal is it written at
once, so a refusal costs the same for everybody, and nobody can fill the disk with rows that are never deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.engine import reading, writing
from sync.protocol.api import ApiProblem, problem
from sync.server.tables import sign_in_limit
from sync.server.tokens import moment

WINDOW = timedelta(minutes=15)
PAIR, LOGIN, ADDRESS = 5, 50, 300  # failures in a window
AT_ONCE = 20  # tries under way and failures, of a login from one address
CROWDED = 1  # failures of a login from one address while the login is over LOGIN
NOBODY = "unknown"

_SWEPT = 100  # rows of closed windows that one try clears away
_LOGIN_DIGITS = 5  # 20 bits: keeps logins apart, and does not tell what somebody typed there by mistake
_IPV6_PREFIX = 56  # what one customer of a provider gets


@dataclass(frozen=True, slots=True)
class Ticket:
    """A try that has been counted."""

    address: str
    login: str
    pair: str

    @property
    def keys(self) -> tuple[str, str, str]:
        """In the order in which everybody locks them."""
        return self.address, self.login, self.pair


def place(address: str) -> str:
    """The part of a source address that one customer has: an IPv4 address, an IPv6 network; other text as it is."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, _IPV6_PREFIX), strict=False))


def ticket(login: str, address: str) -> Ticket:
    """The keys of a try. `login` in small letters."""
    who = hashlib.sha256(login.encode()).hexdigest()[:_LOGIN_DIGITS]
    where = place(address)
    return Ticket(f"address:{where}", f"login:{who}", f"pair:{who}:{where}")


def enter(engine: Engine, login: str, address: str, now: datetime) -> Ticket:
    """Count a try. Raises ApiProblem 429 too_many_attempts with the seconds to wait."""
    asked = ticket(login, address)
    with reading(engine) as connection:
        found = {
            row.key: row
            for row in connection.execute(select(sign_in_limit).where(sign_in_limit.c.key.in_(asked.keys)))
        }
    _judge(asked, found, now, more=1)
    with writing(engine) as connection:
        counted = {key: _count(connection, key, now, judging=key == asked.pair) for key in asked.keys}
        _judge(asked, counted, now, more=0)
    return asked


def settled(connection: Connection, entered: Ticket) -> None:
    """The password was right: take the try back, and what failed from here with this login is forgotten."""
    for key in (entered.address, entered.login):
        connection.execute(
            update(sign_in_limit)
            .where(sign_in_limit.c.key == key, sign_in_limit.c.failures > 0)
            .values(failures=sign_in_limit.c.failures - 1)
        )
    _judged(connection, entered, failures=0)


def failed(
    connection: Connection, entered: Ticket, user_id: str, device_id: str, address: str, now: datetime
) -> None:
    """The password was not right, or this user (NOBODY for a login that nobody has) may not sign in. The same work for
    each."""
    _note(connection, user_id, device_id, address, now)
    _judged(connection, entered, failures=sign_in_limit.c.failures + 1)


def _judged(connection: Connection, entered: Ticket, failures: Any) -> None:
    judging = case((sign_in_limit.c.judging > 0, sign_in_limit.c.judging - 1), else_=0)
    pair = update(sign_in_limit).where(sign_in_limit.c.key == entered.pair)
    connection.execute(pair.values(failures=failures, judging=judging))


def stranger(engine: Engine, address: str, now: datetime) -> None:
    """Count a token that nobody was given. Raises ApiProblem 429; who shows a real one is never asked."""
    key = f"token:{place(address)}"
    with reading(engine) as connection:
        found = connection.execute(select(sign_in_limit).where(sign_in_limit.c.key == key)).one_or_none()
    if found is not None and _open(found, now) and found.failures >= ADDRESS:
        raise _too_many([found], now)
    with writing(engine) as connection:
        _count(connection, key, now)


# -- for the audit ----------------------------------------------------------------------------------------


def _note(connection: Connection, user_id: str, device_id: str, address: str, now: datetime) -> None:
    row = {
        "key": f"note:{user_id}",
        "until": moment(now + WINDOW),
        "failures": 1,
        "since": moment(now),
        "device": device_id[:100],
        "address": place(address),
    }
    statement = _dialect(connection).insert(sign_in_limit).values(row)
    # a window that is over and not told yet goes on: no refusal is lost between two tellings
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": sign_in_limit.c.failures + 1,
                "device": row["device"],
                "address": row["address"],
            },
        )
    )


def closed(engine: Engine, now: datetime) -> bool:
    """Whether there are windows to clear away."""
    with reading(engine) as connection:
        return connection.execute(select(sign_in_limit.c.key).where(_over(now)).limit(1)).first() is not None


def sweep(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Take out rows whose window is over; of these, the notes that the audit is to be told, oldest first."""
    found = select(sign_in_limit.c.key).where(_over(now)).order_by(sign_in_limit.c.key).limit(_SWEPT)
    keys = connection.execute(found.with_for_update(skip_locked=True)).scalars().all()
    return _taken(connection, keys)


def told(connection: Connection, user_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Take out the notes of these users, window over or not, oldest first."""
    keys = sorted(f"note:{one}" for one in user_ids)
    found = select(sign_in_limit.c.key).where(sign_in_limit.c.key.in_(keys)).order_by(sign_in_limit.c.key)
    return _taken(connection, connection.execute(found.with_for_update(skip_locked=True)).scalars().all())


def _taken(connection: Connection, keys: Iterable[str]) -> list[dict[str, Any]]:
    gone = delete(sign_in_limit).where(sign_in_limit.c.key.in_(list(keys))).returning(sign_in_limit)
    notes = [dict(row) for row in connection.execute(gone).mappings() if row["key"].startswith("note:")]
    return sorted(notes, key=lambda row: (row["since"], row["key"]))


# -- counting ---------------------------------------------------------------------------------------------


def _judge(asked: Ticket, found: dict[str, Any], now: datetime, *, more: int) -> None:
    """Raise 429 when the try (`more` = 1: still to be counted) is one too many."""
    rows = {key: row for key, row in found.items() if _open(row, now)}
    over = [row for key, row in rows.items() if key == asked.address and row.failures + more > ADDRESS]
    crowded = asked.login in rows and rows[asked.login].failures + more > LOGIN
    most, at_once = (CROWDED, CROWDED) if crowded else (PAIR, AT_ONCE)
    pair = rows.get(asked.pair)
    if pair is not None and (pair.failures >= most or pair.failures + pair.judging + more > at_once):
        over.append(pair)
    if over:
        raise _too_many(over, now)


def _count(connection: Connection, key: str, now: datetime, *, judging: bool = False) -> Any:
    """Count a failure under `key`, or one that is being judged, in a new window when its last is over; the row then."""
    count = {"failures": int(not judging), "judging": int(judging)}
    row = {"key": key, "until": moment(now + WINDOW), "since": moment(now), **count}
    statement = _dialect(connection).insert(sign_in_limit).values(row)
    over = _over(now)
    return connection.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                **{name: case((over, one), else_=sign_in_limit.c[name] + one) for name, one in count.items()},
                "until": case((over, row["until"]), else_=sign_in_limit.c.until),
                "since": case((over, row["since"]), else_=sign_in_limit.c.since),
            },
        ).returning(sign_in_limit)
    ).one()


def _open(row: Any, now: datetime) -> bool:
    return bool(moment(now) < row.until <= moment(now + WINDOW))


def _over(now: datetime) -> ColumnElement[bool]:
    # a window that ends later than any could is from before the clock was set back
    return (sign_in_limit.c.until <= moment(now)) | (sign_in_limit.c.until > moment(now + WINDOW))


def _too_many(rows: Iterable[Any], now: datetime) -> ApiProblem:
    found = problem(429, "too_many_attempts", "Too many attempts to sign in", "try again later")
    until = max(datetime.fromisoformat(row.until) for row in rows)
    return ApiProblem(found.problem, retry_after=max(1.0, (until - now).total_seconds()))


def _dialect(connection: Connection) -> Any:
    return postgresql if connection.dialect.name == "postgresql" else sqlite
