"""Users as the office keeps them: add, list, disable, set a password. Every change leaves a line in the audit table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from app.domain.ids import uuid7
from app.domain.parties import OPERATIONS, ROLES, Person
from app.store import tables as t
from app.store.engine import reading
from sync.server import audit
from sync.server.feed import UnitOfWork, unit_of_work
from sync.server.passwords import MAX_LENGTH, MIN_LENGTH, Passwords
from sync.server.tables import sign_in_session, user_account
from sync.server.tokens import moment

OFFICE = "u-office"  # the built-in user in whose name the command line acts
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
_CODE = re.compile(r"[A-Z0-9]{2,8}")


class Refused(ValueError):
    """A change that cannot be made as asked; the message is a sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user for a list. `signs_in` is False while no password is set."""

    id: str
    login: str
    name: str
    code: str
    role: str
    territories: tuple[str, ...]
    signs_in: bool
    disabled_at: str | None


@dataclass
class Books:
    """What all of the accounts' books stand on. `now` is UTC, `entropy(n)` gives n random bytes."""

    engine: Engine
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    passwords: Passwords

    def new_id(self) -> str:
        return uuid7(int(self.now().timestamp() * 1000), self.entropy(10))

    def note(self, connection: Connection, actor: str, action: str, subject: str, **detail: object) -> None:
        """A line in the audit table. Never a secret."""
        audit.append(
            connection,
            row_id=self.new_id(),
            at=moment(self.now()),
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
        )

    def remember(self, action: str, subject: str, **detail: object) -> None:
        """A line of the office in the audit table, in a transaction of its own."""
        with unit_of_work(self.engine) as work:
            self.note(work.connection, OFFICE, action, subject, **detail)

    def end_sessions(self, connection: Connection, *where: Any) -> int:
        """End the open sessions that `where` names; how many."""
        ended = connection.execute(
            update(sign_in_session)
            .where(sign_in_session.c.revoked_at.is_(None), *where)
            .values(revoked_at=moment(self.now()))
        )
        return ended.rowcount


class People(Books):
    """The users' book. Everything here is the office's doing, so the audit's actor is the office."""

    def add_user(
        self,
        login: str,
        password: str | None,
        *,
        role: str,
        name: str,
        territories: Sequence[str] = (),
        code: str | None = None,
        user_id: str | None = None,
    ) -> str:
        """A new user and, when missing, the rep row everybody sees; the user's id. Raises Refused.

        `territories` are ids, or ("*",). Without a password nobody can sign in until one is set. `code` begins the
        numbers this person's documents get; without one it is made from the name.
        """
        login = login.strip().lower()
        if not _LOGIN.fullmatch(login):
            raise Refused(
                f"the login {login!r} may only have small letters, digits and . _ @ + - (no spaces)"
            )
        if role not in ROLES:
            raise Refused(f"there is no role {role!r}: choose one of {', '.join(ROLES)}")
        if not name.strip():
            raise Refused("a user needs a name, for others to read")
        hashed = "" if password is None else self.passwords.hash(check_password(password))
        with unit_of_work(self.engine) as work:
            connection = work.connection
            if connection.execute(select(user_account.c.id).where(user_account.c.login == login)).first():
                raise Refused(f"the login {login!r} is taken")
            _known_territories(connection, territories)
            chosen = user_id or self.new_id()
            _add_rep(work, chosen, name.strip(), role, territories, code)
            connection.execute(
                user_account.insert().values(
                    id=chosen,
                    login=login,
                    password=hashed,
                    role=role,
                    territories=json.dumps(list(territories)),
                    disabled_at=None,
                    created_at=moment(self.now()),
                )
            )
            self.note(
                connection,
                OFFICE,
                "user_added",
                chosen,
                login=login,
                role=role,
                territories=list(territories),
            )
        return chosen

    def set_password(self, login: str, password: str) -> None:
        """A new password; whoever is signed in with the old one has to sign in again. Raises Refused."""
        hashed = self.passwords.hash(check_password(password))
        with unit_of_work(self.engine) as work:
            user = _user(work.connection, login)
            if user["id"] == OFFICE:
                raise Refused("the built-in office user never signs in; add a user with the role operations")
            work.connection.execute(
                update(user_account).where(user_account.c.id == user["id"]).values(password=hashed)
            )
            ended = self.end_sessions(work.connection, sign_in_session.c.user_id == user["id"])
            self.note(work.connection, OFFICE, "password_set", user["id"], sessions_ended=ended)

    def disable_user(self, login: str) -> None:
        """No sign-in, no sync from now on; what the user wrote stays. Raises Refused."""
        self._set_disabled(login, moment(self.now()))

    def enable_user(self, login: str) -> None:
        """Take disabling back; the user signs in again. Raises Refused."""
        self._set_disabled(login, None)

    def list_users(self) -> list[UserRow]:
        """Every user, sorted by login."""
        with reading(self.engine) as connection:
            rows = connection.execute(
                select(user_account, t.rep.c.name, t.rep.c.code)
                .outerjoin(t.rep, t.rep.c.id == user_account.c.id)
                .order_by(user_account.c.login)
            ).all()
        return [
            UserRow(
                id=row.id,
                login=row.login,
                name=row.name or row.login,
                code=row.code or "",
                role=row.role,
                territories=tuple(json.loads(row.territories)),
                signs_in=bool(row.password),
                disabled_at=row.disabled_at,
            )
            for row in rows
        ]

    def office(self) -> Person:
        """The person in whose name the command line gives commands; made when missing."""
        person = Person(OFFICE, OPERATIONS, ("*",), "OFFICE")
        with reading(self.engine) as connection:
            there = connection.execute(select(user_account.c.id).where(user_account.c.id == OFFICE)).first()
        if there is None:
            self.add_user(
                "office",
                None,
                role=OPERATIONS,
                name="Office",
                territories=("*",),
                code=person.code,
                user_id=OFFICE,
            )
        return person

    def person(self, login: str) -> Person:
        """The user with this login, as the rules know people. Raises Refused; nobody acts for who is disabled."""
        wanted = select(user_account, t.rep.c.code).outerjoin(t.rep, t.rep.c.id == user_account.c.id)
        with reading(self.engine) as connection:
            user = connection.execute(
                wanted.where(user_account.c.login == login.strip().lower())
            ).one_or_none()
        if user is None:
            raise Refused(f"there is no user {login!r}; `trunkline-server user list` shows them")
        if user.disabled_at is not None:
            raise Refused(f"{login} has been disabled")
        return Person(user.id, user.role, tuple(json.loads(user.territories)), user.code or "")

    def _set_disabled(self, login: str, at: str | None) -> None:
        with unit_of_work(self.engine) as work:
            user = _user(work.connection, login)
            if (user["disabled_at"] is None) == (at is None):
                return
            work.connection.execute(
                update(user_account).where(user_account.c.id == user["id"]).values(disabled_at=at)
            )
            rep = (
                work.connection.execute(select(t.rep).where(t.rep.c.id == user["id"]))
                .mappings()
                .one_or_none()
            )
            if rep is not None:
                work.put("rep", [{**rep, "active": int(at is None)}])
            if at is not None:
                self.end_sessions(work.connection, sign_in_session.c.user_id == user["id"])
            self.note(work.connection, OFFICE, "user_enabled" if at is None else "user_disabled", user["id"])


def _user(connection: Connection, login: str) -> Mapping[str, Any]:
    found = select(user_account).where(user_account.c.login == login.strip().lower()).with_for_update()
    row = connection.execute(found).mappings().one_or_none()
    if row is None:
        raise Refused(f"there is no user {login!r}; `trunkline-server user list` shows them")
    return dict(row)


def check_password(password: str) -> str:
    """The password, when its length will do. Raises Refused."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Refused(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters, this one has {len(password)}")
    return password


def _known_territories(connection: Connection, territories: Sequence[str]) -> None:
    known = set(connection.execute(select(t.territory.c.id)).scalars())
    unknown = sorted(set(territories) - known - {"*"})
    if unknown:
        named = ", ".join(sorted(known)) or "none yet: import a company first"
        raise Refused(f"there is no territory {', '.join(unknown)} (known: {named}; * means all)")


def _add_rep(
    work: UnitOfWork, user_id: str, name: str, role: str, territories: Sequence[str], code: str | None
) -> None:
    connection = work.connection
    if connection.execute(select(t.rep.c.id).where(t.rep.c.id == user_id)).first():
        return
    taken = set(connection.execute(select(t.rep.c.code)).scalars())
    if code is None:
        code = next(one for one in _codes(name) if one not in taken)
    elif not _CODE.fullmatch(code):
        raise Refused(f"the code {code!r} must be two to eight capital letters or digits")
    elif code in taken:
        raise Refused(
            f"the code {code!r} is taken; numbers said to customers begin with it, so it must be unique"
        )
    row = {
        "id": user_id,
        "name": name,
        "code": code,
        "role": role,
        "territory_id": territories[0] if len(territories) == 1 and territories[0] != "*" else None,
        "active": 1,
        "origin": "native",
    }
    work.put("rep", [row])


def _codes(name: str) -> Iterator[str]:
    """Codes for a name, best first: initials, then initials with a number."""
    words = [letters for word in name.upper().split() if (letters := re.sub(r"[^A-Z0-9]", "", word))] or [
        "XX"
    ]
    initials = (words[0][0] + words[-1][0]) if len(words) > 1 else (words[0] + "X")[:2]
    yield initials
    number = 2
    while True:
        yield f"{initials}{number}"
        number += 1
