"""Company policies from a JSON file, checked against `resources/schemas` so that an editor can check it too.

The file is one object, a value for each policy it names; others stay. A file that is a list is an approval policy, the
value of `approval_rules`. Errors name the line and the JSON path. A policy is replaced as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from sqlalchemy import Connection, Engine, select

from app.store import tables as t
from app.store.engine import reading
from app.store.policies import policy_of
from sync.server.feed import unit_of_work
from sync.server.imports.office_files import Asked, Plan, Tell, apply_plan
from sync.server.imports.office_formats import ORIGIN
from sync.server.imports.office_names import Names
from sync.server.imports.office_report import Change, FileReport
from sync.server.imports.report import ImportRefused, RejectedRow
from sync.server.imports.table_file import BadRow
from sync.server.people import Books

RULES, MAIN_WAREHOUSE = "approval_rules", "main_warehouse"
WHOLE, APPROVAL = "policies.schema.json", "approval-policy.schema.json"
Path_ = Sequence[str | int]


class RepeatedKey(ValueError):
    """An object names a key twice; which of the values counts nobody can tell."""


def load_policies(engine: Engine, books: Books, path: Path, asked: Asked, tell: Tell) -> FileReport:
    """Load `path`; `tell` gets the report before anything is written. Raises ImportRefused for what is not JSON, and
    for what a file of policies cannot be asked."""
    if asked.skip_bad or asked.replace:
        raise ImportRefused("policies go in whole: --skip-bad and --replace are for tables")
    raw = path.read_bytes()
    report = FileReport(path.name, sha256(raw).hexdigest())
    values = read_policies(path, raw, report)
    with reading(engine) as connection:
        _name_warehouse(connection, path, raw, values, report)
        _plan(connection, values, report)
    tell(report)
    if asked.dry_run or report.rejected or not report.changes:
        return report
    with unit_of_work(engine) as work:
        again = FileReport(report.file, report.sha256)
        plan = _plan(work.connection, values, again)
        if again.changes != report.changes:
            raise ImportRefused(
                "the policies have changed meanwhile; nothing was written: load the file again"
            )
        apply_plan(work, books, "policies", plan, report, asked.actor)
    return report


def read_policies(path: Path, raw: bytes, report: FileReport) -> dict[str, Any]:
    """The policies that the file names, all errors in the report. Raises ImportRefused when it is not JSON."""
    try:
        text = raw.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise ImportRefused(f"{path} is not UTF-8 ({error.reason}): save it again as UTF-8") from None
    except RepeatedKey as error:
        raise ImportRefused(
            f"{path}: the key {error.args[0]!r} is there twice in one object: one has to go"
        ) from None
    except json.JSONDecodeError as error:
        raise ImportRefused(
            f"{path}:{error.lineno}: not JSON: {error.msg} (column {error.colno}): mend it and load again"
        ) from None
    alone = isinstance(found, list)
    errors = validator(APPROVAL if alone else WHOLE).iter_errors(found)
    wrong = [
        RejectedRow(path.name, line_of(text, list(one.absolute_path)), f"{one.json_path}: {reason}")
        for one in errors
        for reason in _told(one)
    ]
    report.rejected += sorted(wrong, key=lambda row: (row.line, row.reason))
    values = {RULES: found} if alone else found if isinstance(found, dict) else {}
    report.read = len(values)
    if not report.rejected:
        report.rejected += _unreadable(path, text, values, alone=alone)
    return values


def _name_warehouse(
    connection: Connection, path: Path, raw: bytes, values: dict[str, Any], report: FileReport
) -> None:
    """Put the id for the name of the main warehouse; a place that is none, or no warehouse, goes into the report."""
    name = values.get(MAIN_WAREHOUSE)
    if not isinstance(name, str) or not name:
        return
    try:
        place = Names(connection).find("location", name)
        if place["kind"] != "dc":
            raise BadRow(f"{name!r} is of the kind {place['kind']}, and no warehouse (dc)")
        values[MAIN_WAREHOUSE] = place["id"]
    except BadRow as error:
        line = line_of(raw.decode("utf-8-sig"), [MAIN_WAREHOUSE])
        report.rejected.append(RejectedRow(path.name, line, f"$.{MAIN_WAREHOUSE}: {error}"))


def schemas() -> Mapping[str, Any]:
    """Every schema that ships with the program, by file name."""
    folder = files("resources").joinpath("schemas")
    return {
        one.name: json.loads(one.read_text(encoding="utf-8"))
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".schema.json")
    }


def validator(name: str) -> Draft202012Validator:
    """What checks a file against the schema of this name, which may refer to the others."""
    known = schemas()
    registry: Registry[Any] = Registry().with_resources(
        (key, Resource.from_contents(schema)) for key, schema in known.items()
    )
    return Draft202012Validator(known[name], registry=registry)


def _unreadable(path: Path, text: str, values: Mapping[str, Any], *, alone: bool) -> Iterator[RejectedRow]:
    """What no schema can say and the rules would stumble over, such as two rules for one code."""
    for key, value in values.items():
        try:
            policy_of({key: value})
        except ValueError as error:
            at: list[str | int] = [] if alone else [key]
            reason = str(error).removeprefix(f"policy {key}: ")
            yield RejectedRow(path.name, line_of(text, at), f"{'.'.join(['$', *map(str, at)])}: {reason}")


def _told(error: ValidationError) -> list[str]:
    """What is wrong in words; unknown keys are told with those there are."""
    if error.validator != "additionalProperties":
        return [error.message]
    schema: Any = error.schema
    known = sorted(schema.get("properties", {}))
    given: Any = error.instance
    return [f"there is no {key!r} here; there are {', '.join(known)}" for key in given if key not in known]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKey(key)
        found[key] = value
    return found


def line_of(text: str, path: Path_) -> int:
    """The line, from 1, on which the value at `path` begins in a sound JSON text."""
    at = _skip(text, 1 if text.startswith("\ufeff") else 0)
    for part in path:
        at = _member(text, at, part)
    return text.count("\n", 0, at) + 1


def _member(text: str, at: int, part: str | int) -> int:
    """Where the member `part` of the object or list that begins at `at` begins."""
    here: int = _skip(text, at + 1)
    index = 0
    while True:
        key: str | int = index
        if isinstance(part, str):
            key, here = scanstring(text, here + 1)
            here = _skip(text, _skip(text, here) + 1)  # over the colon
        if key == part:
            return here
        _value, here = json.JSONDecoder().raw_decode(text, here)
        here = _skip(text, _skip(text, here) + 1)  # over the comma
        index += 1


def _skip(text: str, at: int) -> int:
    """The first place from `at` on that is not white."""
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


# -- the difference ---------------------------------------------------------------------------------------------------


def _plan(connection: Connection, values: Mapping[str, Any], report: FileReport) -> Plan:
    stored = {
        row.id: row for row in connection.execute(select(t.policy).where(t.policy.c.id.in_(sorted(values))))
    }
    rows = []
    for key, value in values.items():
        row = {"id": key, "value": json.dumps(value, ensure_ascii=False, sort_keys=True), "origin": ORIGIN}
        before = stored.get(key)
        if before is not None and json.loads(before.value) == value:
            report.unchanged += 1
            continue
        if before is None:
            report.changes.append(Change("policy", "added", key, (("value", "", _short(value)),)))
        else:
            fields = tuple(_differences("", json.loads(before.value), value))
            report.changes.append(Change("policy", "changed", key, fields))
        rows.append(row)
    return Plan({"policy": rows} if rows else {}, {})


def _differences(path: str, before: Any, after: Any) -> list[tuple[str, str, str]]:
    """Where two JSON values differ: (path, before, after), down through objects; lists are told whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            one
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key) or (key in before) != (key in after)
            for one in _differences(f"{path}.{key}" if path else key, before.get(key), after.get(key))
        ]
    return [(path or "value", _short(before), _short(after))]


def _short(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
