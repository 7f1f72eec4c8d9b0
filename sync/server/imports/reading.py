"""Reading a folder: which files and columns a source needs, and the one loop that reads, judges and counts rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sync.server.imports.judging import Index, Judge
from sync.server.imports.report import ImportRefused, ImportReport, Progress
from sync.server.imports.table_file import BadRow, Row, TableFile, find_table, open_table

T = TypeVar("T")
K = TypeVar("K")

TOLD_EVERY = 500  # rows between two calls of progress


@dataclass(frozen=True, slots=True)
class Spec:
    """A file a source is made of: its key columns and the others that are read. An optional one may be missing."""

    name: str
    key: tuple[str, ...]
    others: tuple[str, ...]
    optional: bool = False


def spec(name: str, key: str, others: str = "", *, optional: bool = False) -> Spec:
    """A Spec from space-separated column names."""
    return Spec(name, tuple(key.split()), tuple(others.split()), optional)


@dataclass(slots=True)
class Reading:
    """An opened folder being read into a report. Call `settle` on the judge after the last file."""

    tables: dict[str, TableFile]
    keys: dict[str, tuple[str, ...]]
    report: ImportReport
    progress: Progress
    judge: Judge = field(init=False)

    def __post_init__(self) -> None:
        self.judge = Judge(self.report)

    def index(self, name: str) -> Index[K]:
        """An empty index for the file called `name`."""
        table = self.tables.get(name)
        return Index(table.path.name if table else f"{name}.csv", self.keys[name])

    def stream(
        self, name: str, index: Index[K], parse: Callable[[Row], T], keep: Callable[[T], K]
    ) -> Iterator[T]:
        """What `parse` makes of each good row, in file order; `keep` says what of it stays in the index."""
        table = self.tables.get(name)
        if table is None:
            return
        stage = name.replace("_", " ")
        done = 0
        for row in table.records():
            done += 1
            if done % TOLD_EVERY == 0:
                self.progress(stage, min(done, table.rows), table.rows)
            try:
                key = self.judge.admit(index, row)
                parsed = parse(row)
            except BadRow as error:
                self.judge.refuse(index, row, error)
                continue
            index.good[key] = keep(parsed)
            index.lines[key] = row.line
            yield parsed
        self.report.read[table.path.name] = done
        self.progress(stage, table.rows, table.rows)

    def names(self, name: str, column: str = "name") -> Index[str]:
        """A lookup file as an index of one text column by its numeric key."""

        def named(row: Row) -> str:
            for key in self.keys[name]:
                row.ref(key)
            return row.name(column)

        return self.load(name, named)

    def load(self, name: str, parse: Callable[[Row], T]) -> Index[T]:
        """The whole file as an index of what `parse` makes of its good rows."""
        index: Index[T] = self.index(name)
        for _ in self.stream(name, index, parse, lambda parsed: parsed):
            pass
        return index


def open_folder(folder: Path, specs: Iterable[Spec], report: ImportReport, progress: Progress) -> Reading:
    """The folder with every needed file checked from end to end. Raises ImportRefused, naming all that is wrong."""
    tables: dict[str, TableFile] = {}
    keys: dict[str, tuple[str, ...]] = {}
    wrong: list[str] = []
    for one in specs:
        keys[one.name] = one.key
        if one.optional and find_table(folder, one.name) is None:
            continue
        try:
            tables[one.name] = open_table(folder, one.name, (*one.key, *one.others))
        except ImportRefused as refusal:
            wrong.append(str(refusal))
    if wrong:
        raise ImportRefused("\n".join((*wrong, "Nothing was imported.")))
    return Reading(tables, keys, report, progress)
