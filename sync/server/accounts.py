"""Signing in and staying signed in: passwords in, opaque tokens out, and who stands behind a token.

    accounts = Accounts(engine, now=..., entropy=...)
    tokens = accounts.sign_in(SignIn(login, password, device_id))
    caller = accounts.authenticate(tokens.access)     # on every request

Users are kept in `people`, devices in `devices`, the tokens' life is told in `tokens`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, select, update

from app.domain.parties import Person
from app.store import tables as t
from app.store.engine import reading
from sync.protocol.api import ApiProblem, problem
from sync.protocol.messages import Refresh, SignIn, Tokens, User
from sync.server import limits, tokens
from sync.server.devices import LOCK, Devices
from sync.server.feed import unit_of_work
from sync.server.passwords import Passwords
from sync.server.people import People
from sync.server.tables import device_order, sign_in_session, user_account


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `stream` and `letter` are None and '' until the device is enrolled (authenticate again then)."""

    user_id: str
    login: str
    name: str
    role: str
    code: str
    territories: tuple[str, ...]
    session_id: str
    device_id: str
    stream: str | None
    letter: str

    @property
    def person(self) -> Person:
        """The caller as the rules know people."""
        return Person(self.user_id, self.role, self.territories, self.code)

    @property
    def user(self) -> User:
        """The caller as the tablet is told."""
        return User(self.user_id, self.login, self.name, self.role, self.code, list(self.territories))


class Accounts(People, Devices):
    """Everything about who may come in. `now` is UTC, `entropy(n)` gives n random bytes."""

    def __init__(
        self,
        engine: Engine,
        *,
        now: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        passwords: Passwords | None = None,
    ) -> None:
        super().__init__(engine, now, entropy, passwords or Passwords(entropy))

    def sign_in(self, request: SignIn, address: str = "") -> Tokens:
        """A new session for this device; an earlier one of the same user and device ends. `address` is where the
        request comes from.

        Raises ApiProblem: 401 bad_credentials (unknown, wrong, disabled: one answer and the same work for each),
        403 device_revoked, 429 too_many_attempts (`limits`; whoever may sign in).
        """
        login = request.login.strip().lower()
        self.tell_refusals()
        entered = limits.enter(self.engine, login, address, self.now())
        with reading(self.engine) as connection:
            found = select(user_account.c.id, user_account.c.password, user_account.c.disabled_at)
            known = connection.execute(found.where(user_account.c.login == login)).one_or_none()
        stored = known.password if known and known.disabled_at is None else ""
        fits = self.passwords.fits(stored, request.password)
        if known is None or not fits:
            self._refused(entered, known.id if known else limits.NOBODY, request.device_id, address)
            raise _bad_credentials()
        with unit_of_work(self.engine) as work:
            row = work.connection.execute(_user(request.device_id).where(user_account.c.id == known.id)).one()
            # the password may have been changed, or the user disabled, while this one was judged
            usable = row.disabled_at is None and row.password == stored
            if usable and row.revoked_at is None:
                limits.settled(work.connection, entered)
                failed = limits.told(work.connection, [known.id, limits.NOBODY])
                return self._open_session(work.connection, row, request, failed)
        self._refused(entered, known.id, request.device_id, address)
        raise _device_revoked(row.what) if usable else _bad_credentials()

    def refresh(self, request: Refresh, address: str = "") -> Tokens:
        """A new pair for a refresh token, which stays valid until something of the new pair is used.

        Raises ApiProblem: 401 token_invalid, token_expired, token_reused, user_disabled; 403 device_revoked; 429
        too_many_attempts to an address that shows tokens nobody was given.
        """
        with reading(self.engine) as connection:
            given = tokens.find(connection, request.refresh, tokens.REFRESH)
        if given is None:
            limits.stranger(self.engine, address, self.now())
            raise _token_invalid()
        with unit_of_work(self.engine) as work:
            connection = work.connection
            shown = tokens.find(connection, request.refresh, tokens.REFRESH)
            if shown is None:
                raise _token_invalid()
            session = connection.execute(_session(shown.session_id).with_for_update(of=sign_in_session)).one()
            _check(session)
            if shown.expired(self.now()):
                raise _token_expired()
            shown = (
                tokens.find(connection, request.refresh, tokens.REFRESH) or shown
            )  # as it is under the lock
            if not tokens.spent(connection, shown):
                tokens.mark_used(connection, shown.hash, self.now())
                tokens.sweep(connection, shown.session_id, self.now())
                pair = tokens.issue(
                    connection, shown.session_id, parent=shown.hash, now=self.now(), entropy=self.entropy
                )
                return _tokens(pair, _caller(session))
            self._end_reused(connection, session)
        raise _token_reused()

    def authenticate(self, access: str) -> Caller:
        """Who stands behind an access token.

        Raises ApiProblem: 401 token_invalid, token_expired, user_disabled; 403 device_revoked.
        """
        with reading(self.engine) as connection:
            shown = tokens.find(connection, access, tokens.ACCESS)
            if shown is None or shown.parent is None:
                raise _token_invalid()
            session = connection.execute(_session(shown.session_id)).one()
            pair = tokens.by_hash(connection, shown.parent)
        _check(session)
        if shown.expired(self.now()):
            raise _token_expired()
        if pair is None or pair.used_at is None:
            self._first_use(shown.session_id, shown.parent)
        return _caller(session)

    def identify(self, access: str) -> Caller:
        """Who this access token was given to, for a rescue: also when the device was revoked since, the session has
        ended by that or the token has expired. What is rescued is only kept, never applied.

        Raises ApiProblem: 401 token_invalid, user_disabled.
        """
        with reading(self.engine) as connection:
            shown = tokens.find(connection, access, tokens.ACCESS)
            if shown is None:
                raise _token_invalid()
            session = connection.execute(_session(shown.session_id)).one()
        if session.disabled_at is not None or (session.ended_at is not None and session.revoked_at is None):
            _check(session)
        return _caller(session)

    def sign_out(self, caller: Caller) -> None:
        """End the caller's session. What the tablet has not sent yet stays on the tablet."""
        with unit_of_work(self.engine) as work:
            self.end_sessions(work.connection, sign_in_session.c.id == caller.session_id)
            self.note(work.connection, caller.user_id, "signed_out", caller.device_id)

    # -- sessions -----------------------------------------------------------------------------------------

    def _open_session(
        self, connection: Connection, row: Row[Any], request: SignIn, failed: list[dict[str, Any]]
    ) -> Tokens:
        if self.passwords.outdated(row.password):
            hashed = self.passwords.hash(request.password)
            connection.execute(
                update(user_account).where(user_account.c.id == row.id).values(password=hashed)
            )
        same = (sign_in_session.c.user_id == row.id, sign_in_session.c.device_id == request.device_id)
        self.end_sessions(connection, *same)
        session_id = self.new_id()
        connection.execute(
            sign_in_session.insert().values(
                id=session_id,
                user_id=row.id,
                device_id=request.device_id,
                created_at=tokens.moment(self.now()),
                revoked_at=None,
            )
        )
        self._tell(connection, failed)
        self.note(connection, row.id, "signed_in", request.device_id)
        pair = tokens.issue(connection, session_id, parent=None, now=self.now(), entropy=self.entropy)
        return _tokens(pair, _caller(connection.execute(_session(session_id)).one()))

    def tell_refusals(self) -> None:
        """Write into the audit what was refused in windows that are over, one row a user and window."""
        if limits.closed(self.engine, self.now()):
            with unit_of_work(self.engine) as work:
                self._tell(work.connection, limits.sweep(work.connection, self.now()))

    def _tell(self, connection: Connection, notes: list[dict[str, Any]]) -> None:
        for one in notes:
            user_id = one["key"].removeprefix("note:")
            counted = {name: one[name] for name in ("failures", "since", "address")}
            self.note(connection, user_id, "sign_in_refused", one["device"], **counted)

    def _refused(self, entered: limits.Ticket, user_id: str, device_id: str, address: str) -> None:
        # the login as typed is not kept when nobody has it: people type passwords there
        with unit_of_work(self.engine) as work:
            limits.failed(work.connection, entered, user_id, device_id, address, self.now())

    def _first_use(self, session_id: str, refresh_hash: str) -> None:
        """This pair is in use from now on, so its parent is spent. If another child of that parent came first, this
        one is somebody's copy."""
        with unit_of_work(self.engine) as work:
            connection = work.connection
            session = connection.execute(_session(session_id).with_for_update(of=sign_in_session)).one()
            _check(session)
            pair = tokens.by_hash(connection, refresh_hash)
            if pair is None:
                raise _token_invalid()
            if not tokens.rival_in_use(connection, pair):
                tokens.mark_used(connection, pair.hash, self.now())
                return
            self._end_reused(connection, session)
        raise _token_reused()

    def _end_reused(self, connection: Connection, session: Row[Any]) -> None:
        self.end_sessions(connection, sign_in_session.c.id == session.session_id)
        self.note(connection, session.id, "token_reused", session.device_id)


def _user(device_id: str) -> Select[Any]:
    """A user with the name others read, and this device if it is theirs."""
    mine = (t.device.c.id == device_id) & (t.device.c.user_id == user_account.c.id)
    return (
        select(
            user_account,
            t.rep.c.name,
            t.rep.c.code,
            t.device.c.stream,
            t.device.c.letter,
            t.device.c.revoked_at,
            device_order.c.what,
        )
        .outerjoin(t.rep, t.rep.c.id == user_account.c.id)
        .outerjoin(t.device, mine)
        .outerjoin(device_order, device_order.c.device_id == t.device.c.id)
    )


def _session(session_id: str) -> Select[Any]:
    """A session with its user and device, by label: `id` is the user's, `session_id` the session's."""
    mine = (t.device.c.id == sign_in_session.c.device_id) & (t.device.c.user_id == sign_in_session.c.user_id)
    return (
        select(
            sign_in_session.c.id.label("session_id"),
            sign_in_session.c.device_id,
            sign_in_session.c.revoked_at.label("ended_at"),
            user_account.c.id,
            user_account.c.login,
            user_account.c.role,
            user_account.c.territories,
            user_account.c.disabled_at,
            t.rep.c.name,
            t.rep.c.code,
            t.device.c.stream,
            t.device.c.letter,
            t.device.c.revoked_at,
            device_order.c.what,
        )
        .join(user_account, user_account.c.id == sign_in_session.c.user_id)
        .outerjoin(t.rep, t.rep.c.id == user_account.c.id)
        .outerjoin(t.device, mine)
        .outerjoin(device_order, device_order.c.device_id == t.device.c.id)
        .where(sign_in_session.c.id == session_id)
    )


def _check(session: Row[Any]) -> None:
    """The worst news first: a disabled user, a revoked device, a session that has ended."""
    if session.disabled_at is not None:
        raise problem(401, "user_disabled", "This user has been disabled", "ask the office")
    if session.revoked_at is not None:
        raise _device_revoked(session.what)
    if session.ended_at is not None:
        raise _token_invalid()


def _caller(session: Row[Any]) -> Caller:
    return Caller(
        user_id=session.id,
        login=session.login,
        name=session.name or session.login,
        role=session.role,
        code=session.code or "",
        territories=tuple(json.loads(session.territories)),
        session_id=session.session_id,
        device_id=session.device_id,
        stream=session.stream,
        letter=session.letter or "",
    )


def _tokens(pair: tokens.Pair, caller: Caller) -> Tokens:
    return Tokens(pair.access, pair.refresh, int(tokens.ACCESS_LIFE.total_seconds()), caller.user)


def _bad_credentials() -> ApiProblem:
    return problem(401, "bad_credentials", "User or password is not right")


def _token_invalid() -> ApiProblem:
    return problem(401, "token_invalid", "This token is not valid", "sign in again")


def _token_reused() -> ApiProblem:
    return problem(401, "token_reused", "This token was used before", "sign in again")


def _token_expired() -> ApiProblem:
    return problem(401, "token_expired", "This token has expired", "refresh it")


def _device_revoked(order: str | None) -> ApiProblem:
    words = ("This device has been revoked", "ask the office")
    return problem(403, "device_revoked", *words, order=order or LOCK)
