"""A device that the office has locked out, in words: what happened to what was saved, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.wording import tr


@dataclass(frozen=True, slots=True)
class LockedView:
    """Title, sentence, what to do, the server's address; `trouble` is '' unless asking again was refused."""

    title: str
    says: str
    next: str
    server: str
    file: str
    trouble: str


def present_locked(server: str, *, sealed: str = "", refused: bool = False) -> LockedView:
    """`sealed`: where the outbox stands sealed after a wipe, '' when nothing was removed. `refused`: the server was
    asked again and has not allowed it."""
    state = "wiped" if sealed else "locked"
    return LockedView(
        tr(f"locked.{state}.title"),
        tr(f"locked.{state}.says"),
        tr(f"locked.{state}.next"),
        tr("locked.server", server=server),
        tr("locked.file", file=sealed) if sealed else "",
        tr("locked.refused") if refused else "",
    )
