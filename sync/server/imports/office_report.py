"""What loading a file of the office would do, or did: what is wrong line by line, and the difference row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync.server.imports.report import RejectedRow

SIGNS = {"added": "+", "changed": "~", "removed": "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is added, changed or removed. `fields` are (column, before, after) as people write them."""

    kind: str
    what: str  # added | changed | removed
    label: str
    fields: tuple[tuple[str, str, str], ...] = ()

    def __str__(self) -> str:
        if self.what == "changed":
            told = ", ".join(f"{name} {before} → {after}" for name, before, after in self.fields)
        else:
            told = ", ".join(f"{name} {after}" for name, _before, after in self.fields)
        return f"{SIGNS[self.what]} {self.kind.replace('_', ' ')} {self.label}{': ' if told else ''}{told}"


@dataclass(slots=True)
class FileReport:
    """`read` counts data lines. `applied` is False for a dry run, for a file with errors, and when nothing differs."""

    file: str
    sha256: str
    read: int = 0
    unchanged: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    applied: bool = False

    def counts(self) -> dict[str, dict[str, int]]:
        """How many rows of each kind were added, changed and removed."""
        found: dict[str, dict[str, int]] = {}
        for one in self.changes:
            of = found.setdefault(one.kind, dict.fromkeys(SIGNS, 0))
            of[one.what] += 1
        return found

    def told(self) -> Iterator[str]:
        """Errors, difference and counts as lines of text."""
        yield from map(str, self.rejected)
        yield from map(str, self.changes)
        yield from self.notes
        totals: Mapping[str, int] = {what: sum(one.what == what for one in self.changes) for what in SIGNS}
        lines = len({one.line for one in self.rejected})
        yield (
            f"{self.file}: {self.read:,} read, {len(self.rejected):,} errors on {lines:,} lines; "
            f"{totals['added']:,} added, {totals['changed']:,} changed, {totals['removed']:,} removed, "
            f"{self.unchanged:,} as they were"
        )
