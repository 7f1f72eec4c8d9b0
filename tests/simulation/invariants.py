"""The oracle of the simulator: SYNC.md §7, I1 to I25, each checked by small functions that say their sentence.

    begin(observed)                        # before anything is written: it listens to the server's file from then on
    after_step(observed)                   # raises observed.Violation
    when_quiet(observed)

What it remembers is in `observed.memory`. The cheap checks run after every step on what the step has changed, the
costly ones every EVERY steps and when all is quiet.
"""

from __future__ import annotations

import invariants_books as books
import invariants_bounds as bounds
import invariants_copy as copies
import invariants_effects as effects
import invariants_field as field
import invariants_ops as ops
import invariants_probes as probes
import invariants_quiet as quiet
from invariants_facts import Check, Facts
from observed import Observed, Tablet

from sync.protocol.version import PROTOCOL

EVERY = 8

ON_SERVER: tuple[Check, ...] = (*bounds.ON_SERVER, *ops.ON_SERVER, *books.ON_SERVER, *field.ON_SERVER)
ON_TABLET: tuple[Check, ...] = (*ops.ON_TABLET, *copies.ON_TABLET, *effects.ON_TABLET, *bounds.ON_TABLET)
ALWAYS: tuple[Check, ...] = (*ops.ALWAYS, *bounds.ALWAYS)
COSTLY: tuple[Check, ...] = (*books.COSTLY, *field.COSTLY, *quiet.COSTLY)
QUIET: tuple[Check, ...] = (*ops.QUIET, *quiet.QUIET, *probes.QUIET)


class Oracle:
    """All invariants over one run."""

    def __init__(self, observed: Observed) -> None:
        self.facts = Facts(observed)
        observed.memory = self

    def after_step(self) -> None:
        """What must hold at all times. Raises Violation."""
        facts = self.facts
        changed = facts.refresh()
        if facts.server_changed:
            self._run(ON_SERVER)
        self._run(ALWAYS)
        self._run_on(changed)
        if facts.seen.step % EVERY == 0:
            self._run(COSTLY)
        facts.remember()

    def when_quiet(self) -> None:
        """What must hold once faults have stopped and everybody has synced until nothing moved. Raises Violation."""
        facts = self.facts
        facts.refresh(everything=True)
        self._run(ON_SERVER)
        self._run(ALWAYS)
        self._run_on(facts.living())
        self._run(COSTLY)
        self._run(QUIET)
        facts.remember()

    def _run_on(self, tablets: list[Tablet]) -> None:
        for one in tablets:
            if (
                one.protocol < PROTOCOL
            ):  # an older app has no such columns; it is looked at once it is updated
                continue
            self.facts.tablet = one
            self._run(ON_TABLET)
        self.facts.tablet = None

    def _run(self, checks: tuple[Check, ...]) -> None:
        for check in checks:
            check(self.facts)


def begin(observed: Observed) -> None:
    """Listen to the server of this run."""
    Oracle(observed)


def _of(observed: Observed) -> Oracle:
    return observed.memory if isinstance(observed.memory, Oracle) else Oracle(observed)


def after_step(observed: Observed) -> None:
    """See Oracle.after_step."""
    _of(observed).after_step()


def when_quiet(observed: Observed) -> None:
    """See Oracle.when_quiet."""
    _of(observed).when_quiet()
