"""What an import says when it is done: counts per kind, the rows it refused, and the rows that fell with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sync.server.feed import Counts

Progress = Callable[[str, int, int], None]  # stage, rows done, rows in all

SHOWN = 20  # consequences named in a summary; the report itself holds them all


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress for callers that show none."""


def count_lines(counts: Mapping[str, Counts]) -> list[str]:
    """One line of text per kind, in the order of their names."""
    return [
        f"  {kind:<18} {one.added:>8,} added {one.changed:>8,} changed {one.unchanged:>8,} unchanged"
        for kind, one in sorted(counts.items())
    ]


class ImportRefused(Exception):
    """The folder cannot be imported at all; nothing was changed. The text names the file and what to do next."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not imported. `line` counts from 1, the header being line 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(slots=True)
class ImportReport:
    """`read` counts data rows per file, `counts` what became of rows per kind.

    `rejected` are the rows that are wrong in themselves; `consequences` are sound rows that could not be kept because
    a row they belong to was rejected. Repair the first and import again: the second then come in by themselves.
    """

    source: str
    read: dict[str, int] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    consequences: list[RejectedRow] = field(default_factory=list)

    def add(self, kind: str, counts: Counts) -> None:
        """Add `counts` to those of `kind`."""
        total = self.counts.setdefault(kind, Counts())
        total.added += counts.added
        total.changed += counts.changed
        total.unchanged += counts.unchanged

    @property
    def wrote(self) -> int:
        """Rows added or changed."""
        return sum(one.added + one.changed for one in self.counts.values())

    def summary_lines(self) -> list[str]:
        """The report as lines of text, in a fixed order."""
        return [*self._counts(), *self._refusals()]

    def _counts(self) -> Iterator[str]:
        yield f"{self.source}: {sum(self.read.values()):,} rows read from {len(self.read)} files"
        yield from count_lines(self.counts)

    def _refusals(self) -> Iterator[str]:
        yield f"{len(self.rejected):,} rows rejected"
        yield from (f"  {row}" for row in self.rejected)
        if self.consequences:
            yield f"{len(self.consequences):,} more rows not imported because they belong to a rejected row"
            yield from (f"  {row}" for row in self.consequences[:SHOWN])
            if len(self.consequences) > SHOWN:
                yield f"  … and {len(self.consequences) - SHOWN:,} more"
