"""Loading a file of the office: read every line, say all that is wrong, show the difference, then write it at once.

Rows that a file names are put; rows it does not name stay, unless `replace` takes the file for the whole truth within
what it names. When a line is wrong nothing is written, unless `skip_bad` leaves such lines out. Rows, feed entries and
the line in the audit table are one transaction: a file is in, or it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from app.store import tables as t
from app.store.engine import reading
from app.store.kinds import KINDS
from sync.server.feed import UnitOfWork, chunks, unit_of_work
from sync.server.imports.office_columns import Cell, Column, Unread
from sync.server.imports.office_formats import NATURAL, Format, Values, Wanted
from sync.server.imports.office_names import Names
from sync.server.imports.office_recalls import claim_changes, recall_claims
from sync.server.imports.office_report import Change, FileReport
from sync.server.imports.report import ImportRefused, RejectedRow
from sync.server.imports.table_file import BadRow, Row, TableFile, open_file
from sync.server.people import OFFICE, Books

LABELS = {
    "account": ("number",),
    "location": ("name",),
    "promotion": ("name",),
    "lot": ("product_id", "lot_number", "serial"),
}
UNTOLD = ("id", "origin", "territory_id", "rep_id")  # columns of no interest in a difference


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file is to be loaded."""

    dry_run: bool = False
    skip_bad: bool = False
    replace: bool = False
    actor: str = OFFICE


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows to put and ids to remove, by kind in the order they are written."""

    put: dict[str, list[dict[str, Any]]]
    remove: dict[str, list[str]]


Tell = Callable[[FileReport], None]


def load_file(engine: Engine, books: Books, form: Format, path: Path, asked: Asked, tell: Tell) -> FileReport:
    """Load `path`; `tell` gets the report before anything is written. Raises ImportRefused for a file that is none of
    this format."""
    if asked.replace and not form.scope:
        raise ImportRefused(f"{form.name} cannot be replaced: a file changes what it names and nothing else")
    if asked.replace and asked.skip_bad:
        raise ImportRefused("--replace would remove what a skipped line names: mend the file first")
    table = open_office_file(form, path)
    report = FileReport(path.name, sha256(path.read_bytes()).hexdigest())
    on = books.now().date().isoformat()
    with reading(engine) as connection:
        names = Names(connection)
        wanted = read_lines(form, table, names, report)
        plan_lines(connection, form, wanted, names, report, replace=asked.replace, on=on, lock=False)
    tell(report)
    if asked.dry_run or not report.changes or (report.rejected and not asked.skip_bad):
        return report
    # nobody waits while a long file is read and told: only what is written is compared again, under the lock
    with unit_of_work(engine) as work:
        again = FileReport(report.file, report.sha256, rejected=report.rejected)
        names.connection = work.connection
        plan = plan_lines(
            work.connection, form, wanted, names, again, replace=asked.replace, on=on, lock=True
        )
        if again.changes != report.changes:
            raise ImportRefused(
                "the rows have changed while the file was read; nothing was written: load it again"
            )
        apply_plan(work, books, form.name, plan, report, asked.actor)
    return report


def apply_plan(
    work: UnitOfWork, books: Books, subject: str, plan: Plan, report: FileReport, actor: str
) -> None:
    """Write the plan and the audit's line about it."""
    for kind, rows in plan.put.items():
        work.put(kind, rows)
    for kind, ids in plan.remove.items():
        work.remove(kind, ids)
    books.note(
        work.connection,
        actor,
        "file_loaded",
        subject,
        file=report.file,
        sha256=report.sha256,
        lines=report.read,
        wrong=len(report.rejected),
        rows=report.counts(),
    )
    report.applied = True


def open_office_file(form: Format, path: Path) -> TableFile:
    """The file, with a header of this format. Raises ImportRefused."""
    table = open_file(path, form.needed)
    known = [one.name for one in form.columns]
    strange = [name for name in table.columns if name not in known]
    if strange:
        raise ImportRefused(
            f"{path}:1: there is no column {', '.join(map(repr, strange))} in {form.name}; it has {', '.join(known)}. "
            "Take it out or mend its name"
        )
    return table


def plan_lines(
    connection: Connection,
    form: Format,
    wanted: Sequence[Wanted],
    names: Names,
    report: FileReport,
    *,
    replace: bool,
    on: str,
    lock: bool,
) -> Plan:
    """What the rows asked for change in the database as it is, on this day (ISO); tells it in `report`. `lock`: it is
    about to be written."""
    plan = Plan({}, {})
    for kind in dict.fromkeys(one.kind for one in wanted):
        _compare(connection, kind, [one for one in wanted if one.kind == kind], names, plan, report)
    if replace and not report.rejected:
        _leave_out(connection, form, wanted, names, plan, report)
    if form.kind == "lot":
        recalled = {one.values["id"]: one.values["recalled_on"] for one in wanted}
        report.notes += where_it_lies(connection, names, (one for one, day in recalled.items() if day))
        claims = recall_claims(connection, recalled, on=on, lock=lock)
        report.changes += claim_changes(connection, names, claims)
        if claims:
            plan.put["claim"] = [row for _before, row in claims]
    return plan


# -- reading ----------------------------------------------------------------------------------------------------------


def read_lines(form: Format, table: TableFile, names: Names, report: FileReport) -> list[Wanted]:
    """The rows that the good lines ask for; every column of the others that is wrong goes into the report."""
    wanted: list[Wanted] = []
    seen: dict[tuple[str, Any], tuple[int, Wanted]] = {}
    for raw in table.records():
        row = _tidy(form, raw)
        report.read += 1
        try:
            line = _columns(form, row, names, report)
            asked = [] if line is None else _new(form.build(line, names), row, seen)
        except BadRow as error:
            report.rejected.append(RejectedRow(row.file, row.line, str(error)))
            continue
        wanted += asked
    return wanted


def _tidy(form: Format, row: Row) -> Row:
    """The row without blanks around its values, and with every column the format has."""
    values = dict.fromkeys((one.name for one in form.columns), "")
    return Row(row.file, row.line, values | {name: one.strip() for name, one in row.values.items()}, row.torn)


def _columns(form: Format, row: Row, names: Names, report: FileReport) -> Values | None:
    """Every column of the row; None, with all that is wrong reported, when one cannot be read."""
    if row.torn:
        raise BadRow(f"{row.torn}; expected the columns of the header")
    line: dict[str, Any] = {}
    for column in form.columns:
        try:
            line[column.name] = column.read(Cell(row, column.name, names, line))
        except Unread:
            continue
        except BadRow as error:
            report.rejected.append(RejectedRow(row.file, row.line, _complaint(column, error)))
    return line if len(line) == len(form.columns) else None


def _complaint(column: Column, error: BadRow) -> str:
    reason = str(error).removeprefix(f"{column.name}: ")
    return f"{column.name}: {reason}; expected {column.expected}"


def _new(rows: Iterable[Wanted], row: Row, seen: dict[tuple[str, Any], tuple[int, Wanted]]) -> list[Wanted]:
    """Those of the line's rows that no earlier line has. Raises BadRow when an earlier line has another."""
    found = list(rows)
    for one in found:
        line, other = seen.get((one.kind, one.key), (0, one))
        if line and not one.shared:
            raise BadRow(f"is the same {one.kind.replace('_', ' ')} as line {line}: one of them has to go")
        differs = [name for name in one.values if one.values[name] != other.values[name]]
        if differs:
            raise BadRow(f"differs from line {line} in {', '.join(differs)} of the same {one.kind}")
    fresh = [one for one in found if (one.kind, one.key) not in seen]
    seen.update(((one.kind, one.key), (row.line, one)) for one in fresh)
    return fresh


# -- the difference ---------------------------------------------------------------------------------------------------


def _compare(
    connection: Connection, kind: str, wanted: Sequence[Wanted], names: Names, plan: Plan, report: FileReport
) -> None:
    """Which of these rows of one kind are new and which differ from what is stored."""
    stored = _stored(connection, kind, wanted)
    rows = []
    for one in wanted:
        before = stored.get(one.key)
        if before is None:
            row = KINDS[kind].whole({"id": one.new_id, **one.values})
            report.changes.append(
                Change(kind, "added", _label(names, kind, row), _fields(names, kind, None, row))
            )
            rows.append(row)
            continue
        kept = {"origin": before["origin"]} if "origin" in before else {}
        row = {**before, **one.values, **kept}
        if row == before:
            report.unchanged += 1
            continue
        report.changes.append(
            Change(kind, "changed", _label(names, kind, row), _fields(names, kind, before, row))
        )
        rows.append(row)
    if rows:
        plan.put[kind] = rows


def _stored(connection: Connection, kind: str, wanted: Sequence[Wanted]) -> dict[Any, dict[str, Any]]:
    """The rows that are there already, by natural key; of several the one with the smallest id."""
    table, natural = KINDS[kind].table, NATURAL[kind]
    first = table.c[natural[0]]
    found: dict[Any, dict[str, Any]] = {}
    for part in chunks(sorted({one.key[0] for one in wanted})):
        rows = connection.execute(select(table).where(first.in_(part)).order_by(table.c.id)).mappings()
        for row in rows:
            found.setdefault(tuple(row[name] for name in natural), dict(row))
    return found


def _leave_out(
    connection: Connection,
    form: Format,
    wanted: Sequence[Wanted],
    names: Names,
    plan: Plan,
    report: FileReport,
) -> None:
    """The rows within the file's scope that it does not name."""
    table, natural = KINDS[form.kind].table, NATURAL[form.kind]
    mine = [one for one in wanted if one.kind == form.kind]
    keys = {one.key for one in mine}
    gone: list[str] = []
    for part in chunks(sorted({one.values[form.scope] for one in mine})):
        found = select(table).where(table.c[form.scope].in_(part)).order_by(table.c.id)
        for row in connection.execute(found).mappings():
            if tuple(row[name] for name in natural) not in keys:
                gone.append(row["id"])
                report.changes.append(Change(form.kind, "removed", _label(names, form.kind, row)))
    if gone:
        plan.remove[form.kind] = gone


def _label(names: Names, kind: str, row: Any) -> str:
    told = (names.told(name, row) for name in LABELS.get(kind, NATURAL[kind]) if row[name] != "")
    return " / ".join(told)


def _fields(names: Names, kind: str, before: Any, after: Any) -> tuple[tuple[str, str, str], ...]:
    skipped = {*UNTOLD, *NATURAL[kind], *LABELS.get(kind, ())}
    return tuple(
        (name, names.told(name, before) if before else "", names.told(name, after))
        for name in KINDS[kind].columns
        if name not in skipped and (before[name] != after[name] if before else after[name] not in (None, ""))
    )


def where_it_lies(connection: Connection, names: Names, lots: Iterable[str]) -> list[str]:
    """A line for every place that has stock of one of these lots (ids), by lot and place."""
    told: list[str] = []
    for part in chunks(sorted(lots)):
        held = (
            select(t.balance.c.qty, t.balance.c.location_id, t.lot)
            .join(t.lot, t.lot.c.id == t.balance.c.lot_id)
            .where(t.lot.c.id.in_(part), t.balance.c.qty > 0, t.balance.c.location_id.not_like("v:%"))
            .order_by(t.lot.c.id, t.balance.c.location_id)
        )
        told += [
            f"! {_label(names, 'lot', row)}: {row['qty']} in {names.told('location_id', row)}"
            for row in map(dict, connection.execute(held).mappings())
        ]
    return told
