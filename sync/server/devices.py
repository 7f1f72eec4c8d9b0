"""Tablets: enrolling one gives it a stream and a letter for its numbers; revoking one locks it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, select

from app.store import tables as t
from app.store.engine import reading
from sync.protocol.api import problem
from sync.protocol.messages import Enrol, Enrolled
from sync.server import leases
from sync.server.feed import unit_of_work
from sync.server.people import OFFICE, Books, Refused
from sync.server.tables import device_order, sign_in_session, stream, user_account
from sync.server.tokens import moment

if TYPE_CHECKING:
    from sync.server.accounts import Caller


LOCK, WIPE = "lock", "wipe"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device for a list."""

    id: str
    login: str
    name: str
    letter: str
    stream: str
    last_seq: int
    enrolled_at: str
    revoked_at: str | None


class Devices(Books):
    """The devices' book. A device id belongs to one user: a tablet keeps one database per (server, user)."""

    def enrol(self, caller: Caller, request: Enrol) -> Enrolled:
        """Give the caller's device its stream and letter. Asking again gives the same answer and the next seq;
        asking for a fresh one opens a stream beside the old ones, for a database that was restored or copied (law 2).

        Raises ApiProblem: 403 device_mismatch (the session is another device's) or device_revoked, 409
        device_of_another.
        """
        if request.device_id != caller.device_id:
            raise problem(
                403, "device_mismatch", "This session belongs to another device", "sign in on this one"
            )
        with unit_of_work(self.engine) as work:
            connection = work.connection
            # one enrolment at a time per user, so that no letter is given twice
            connection.execute(
                select(user_account.c.id).where(user_account.c.id == caller.user_id).with_for_update()
            ).one()
            found = select(t.device).where(t.device.c.id == request.device_id).with_for_update()
            row: dict[str, Any] | None = None
            if (stored := connection.execute(found).mappings().one_or_none()) is not None:
                row = dict(stored)
            if row is None:
                row = {
                    "id": request.device_id,
                    "user_id": caller.user_id,
                    "name": request.name,
                    **self._open_stream(connection, caller.user_id, request.device_id),
                    "enrolled_at": moment(self.now()),
                    "revoked_at": None,
                }
                work.put("device", [row])
                leases.at_enrolment(work, caller.user_id, row["id"])
                self.note(connection, caller.user_id, "device_enrolled", row["id"], letter=row["letter"])
            elif row["user_id"] != caller.user_id:
                raise problem(409, "device_of_another", "This device is enrolled for another user")
            elif row["revoked_at"] is not None:
                raise problem(403, "device_revoked", "This device has been revoked")
            elif request.fresh:
                row |= {
                    "name": request.name,
                    **self._open_stream(connection, caller.user_id, request.device_id),
                }
                work.put("device", [row])
                self.note(connection, caller.user_id, "stream_opened", row["stream"], letter=row["letter"])
            elif row["name"] != request.name:
                work.put("device", [{**row, "name": request.name}])
        return Enrolled(row["id"], row["stream"], row["letter"], row["last_seq"] + 1, caller.user)

    def _open_stream(self, connection: Connection, user_id: str, device_id: str) -> dict[str, Any]:
        """A new stream of the device, with a letter that no stream of the user ever had; the caller holds the user."""
        mine = stream.join(t.device, t.device.c.id == stream.c.device_id)
        given = select(func.count()).select_from(mine).where(t.device.c.user_id == user_id)
        here = select(func.count()).select_from(stream).where(stream.c.device_id == device_id)
        row = {
            "name": f"{device_id}.{connection.execute(here).scalar_one() + 1}",
            "letter": letters(connection.execute(given).scalar_one()),
            "last_seq": 0,
        }
        connection.execute(stream.insert().values(device_id=device_id, opened_at=moment(self.now()), **row))
        return {"stream": row["name"], "letter": row["letter"], "last_seq": 0}

    def revoke_device(self, device_id: str, order: str = LOCK) -> None:
        """Lock a device out at once: its sessions end, signing in on it is refused, and when it asks it is told to
        lock itself or to wipe what it holds. Raises Refused."""
        with unit_of_work(self.engine) as work:
            found = select(t.device).where(t.device.c.id == device_id).with_for_update()
            row = work.connection.execute(found).mappings().one_or_none()
            if row is None:
                raise Refused(f"there is no device {device_id!r}; `trunkline-server device list` shows them")
            work.connection.execute(delete(device_order).where(device_order.c.device_id == device_id))
            work.connection.execute(
                device_order.insert().values(
                    device_id=device_id,
                    what=order,
                    given_at=moment(self.now()),
                    given_by=OFFICE,
                    done_at=None,
                )
            )
            if row["revoked_at"] is not None:
                self.note(work.connection, OFFICE, f"device_{order}", device_id)
                return
            work.put("device", [{**row, "revoked_at": moment(self.now())}])
            ended = self.end_sessions(
                work.connection,
                sign_in_session.c.device_id == device_id,
                sign_in_session.c.user_id == row["user_id"],
            )
            self.note(work.connection, OFFICE, "device_revoked", device_id, sessions_ended=ended)

    def restore_device(self, device_id: str) -> None:
        """Take `revoke_device` back with its order: the device may sign in again, and goes on with what it holds.

        Raises Refused, also when it was told to wipe itself and has been heard to obey.
        """
        with unit_of_work(self.engine) as work:
            found = select(t.device).where(t.device.c.id == device_id).with_for_update()
            row = work.connection.execute(found).mappings().one_or_none()
            if row is None:
                raise Refused(f"there is no device {device_id!r}; `trunkline-server device list` shows them")
            if row["revoked_at"] is None:
                raise Refused(f"device {device_id!r} is not revoked")
            told = select(device_order.c.what, device_order.c.done_at).where(
                device_order.c.device_id == device_id
            )
            order = work.connection.execute(told).one_or_none()
            if order is not None and order.what == WIPE and order.done_at is not None:
                raise Refused(f"device {device_id!r} has begun to wipe itself on {order.done_at[:10]}")
            work.connection.execute(delete(device_order).where(device_order.c.device_id == device_id))
            work.put("device", [{**row, "revoked_at": None}])
            self.note(work.connection, OFFICE, "device_restored", device_id)

    def list_devices(self) -> list[DeviceRow]:
        """Every device, sorted by its user's login and its letter."""
        with reading(self.engine) as connection:
            rows = connection.execute(
                select(t.device, user_account.c.login)
                .join(user_account, user_account.c.id == t.device.c.user_id)
                .order_by(user_account.c.login, t.device.c.enrolled_at, t.device.c.id)
            ).all()
        return [
            DeviceRow(
                row.id,
                row.login,
                row.name,
                row.letter,
                row.stream,
                row.last_seq,
                row.enrolled_at,
                row.revoked_at,
            )
            for row in rows
        ]


def letters(index: int) -> str:
    """A, B, … Z, AA, AB, … for 0, 1, …: letters are given in order and never again, because numbers carry them."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
