"""What the simulator saw, for the invariants: the server, the tablets, and every promise that was made to a person.

The runner keeps one `Observed` per seed and hands it to `invariants.after_step` and `invariants.when_quiet`, which read
the databases and raise `Violation`. Nothing in here is taken from the product's own bookkeeping: what was saved, told
and acknowledged is noted by the runner at the moment it happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.workspace.workspace import Workspace

BACKUP_RESTORED = "backup restored"  # an old copy of the tablet's file was put back
TABLET_DESTROYED = "tablet destroyed"  # lost with its disk, or wiped by order


class Violation(Exception):
    """An invariant does not hold: `invariant` as SYNC.md §7 names it ("I3"), `words` say what was seen."""

    def __init__(self, invariant: str, seed: int, step: int, words: str) -> None:
        super().__init__(f"{invariant} in seed {seed} at step {step}: {words}")
        self.invariant, self.seed, self.step, self.words = invariant, seed, step, words


@dataclass(slots=True)
class Saved:
    """An op for which `perform` answered saved. `taken` says why it may be gone: '' or one of the two words above."""

    op_id: str
    user_id: str
    tablet: str
    device_id: str
    stream: str  # as first given; a database that was copied or restored renumbers its unsettled ops
    seq: int
    payload: bytes
    outcome: str  # of the local decision
    step: int
    pushed: bool = False  # a server has answered a push of it (it may have been restored since)
    taken: str = ""


@dataclass(slots=True)
class Told:
    """A result that a tablet's database holds, noted when it was first seen there; a change is another entry."""

    op_id: str
    user_id: str
    tablet: str
    outcome: str  # applied | applied_modified | applied_exception | held | rejected | parked
    findings: tuple[str, ...]  # codes
    step: int


@dataclass(slots=True)
class Acknowledged:
    """An op named in the answer of a push, as the tablet absorbed it. `step` is when the server gave the answer."""

    op_id: str
    tablet: str
    stream: str
    seq: int
    outcome: str
    step: int


@dataclass(slots=True)
class Restore:
    """The server was restored at `step` to the backup taken at `taken_at`, whose clock stood at `position`."""

    step: int
    taken_at: int
    position: int


@dataclass(slots=True)
class Tablet:
    """A tablet. `workspace` is None while its process is down; the file at `path` is there all the same."""

    name: str
    login: str
    user_id: str
    role: str
    territories: tuple[str, ...]  # as granted at the server now
    device_id: str
    path: Path
    workspace: Workspace | None = None
    protocol: int = 2
    revoked: bool = False  # the server does not know the device any more
    locked: bool = False  # the tablet has learnt it and lets nobody work
    destroyed: bool = False  # its file is gone for ever
    copied_from: str = ""  # the tablet whose file this one began with
    installation: str = ""  # of the app; a database that finds itself in another one is a new device
    restored_at: int = -1  # step of the last restore of an old backup of its file

    @property
    def alive(self) -> bool:
        return self.workspace is not None and not self.destroyed


@dataclass(slots=True)
class Observed:
    """Everything an invariant may look at. `server` is another engine after a restart or a restore."""

    seed: int
    server: Engine
    server_path: Path
    now: datetime
    step: int = 0
    quiet: bool = False  # faults have stopped and everybody has synced until nothing moved
    tablets: list[Tablet] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    restores: list[Restore] = field(default_factory=list)
    poison: set[str] = field(default_factory=set)  # op ids planted so that apply cannot process them
    wire_poison: set[str] = field(default_factory=set)  # op ids whose envelope or bytes no server can decode
    changed: set[str] = field(default_factory=set)  # names of tablets, or "server", written to in this step
    skewed: int = 0  # seconds by which tablets' clocks were set wrong at most
    flipped: set[tuple[str, str, str]] = field(
        default_factory=set
    )  # (tablet, kind, row id) changed behind its back
    memory: Any = None  # what the invariants keep from step to step

    def violation(self, invariant: str, words: str) -> Violation:
        """A Violation of now, to raise."""
        return Violation(invariant, self.seed, self.step, words)
