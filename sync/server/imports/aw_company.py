"""Territories and sales people: who sells where, on which commission, and who may sign in."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, insert, select

from app.domain.parties import MANAGER, REP
from app.store.tables import rep as rep_table
from sync.server.feed import Counts, unit_of_work
from sync.server.imports import aw_files as ids
from sync.server.imports.judging import Index, resolve
from sync.server.imports.reading import Reading
from sync.server.imports.table_file import Row
from sync.server.imports.writer import Writer
from sync.server.tables import user_account


@dataclass(frozen=True, slots=True)
class Territory:
    id: str
    name: str
    country: str
    group: str


@dataclass(frozen=True, slots=True)
class Person:
    kind: str
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Employee:
    job_title: str
    active: int


@dataclass(frozen=True, slots=True)
class SalesPerson:
    """`key` is the business entity id, `name_parts` first, middle and last name for the code."""

    key: str
    person: Person
    employee: Employee
    name_parts: tuple[str, ...]
    territory: str | None
    percent: str
    bonus: str
    quota: str | None
    since: str

    @property
    def role(self) -> str:
        return MANAGER if "Manager" in self.employee.job_title.split() else REP


@dataclass(frozen=True, slots=True)
class Company:
    territories: Index[Territory]
    people: Index[Person]
    sales_people: Index[SalesPerson]


def import_company(reading: Reading, writer: Writer, engine: Engine) -> Company:
    """Territories, reps, commission plans and users."""
    territories = reading.load("sales_territory", _territory)
    names: dict[str, tuple[str, ...]] = {}

    def person(row: Row) -> Person:
        key = row.ref("person_id")
        if row.text("kind") == "employee":
            names[key] = tuple(row.text(f"{part}_name") for part in ("first", "middle", "last"))
        return _person(row)

    people = reading.load("person", person)
    employees = reading.load("employee", _employee)

    def sales_person(row: Row) -> SalesPerson:
        key, territory = row.ref("business_entity_id"), row.ref_or_none("territory_id")
        percent, bonus, since = row.decimal("commission_pct"), row.decimal("bonus"), row.day("modified_date")
        quota = row.decimal("sales_quota") if row.text("sales_quota") else None
        resolve(
            (people, key, "business_entity_id"),
            (employees, key, "business_entity_id"),
            *([(territories, territory, "territory_id")] if territory else []),
        )
        return SalesPerson(
            key=key,
            person=people.good[key],
            employee=employees.good[key],
            name_parts=names.get(key, ()),
            territory=territory,
            percent=percent,
            bonus=bonus,
            quota=quota,
            since=since,
        )

    sales_people = reading.load("sales_person", sales_person)

    def published(row: Row) -> str:
        key, amount = row.ref("sales_person_id"), row.decimal("published_sales_ytd")
        resolve((sales_people, key, "sales_person_id"))
        return amount

    ytd = reading.load("key_rep_ytd", published)
    writer.put_all("territory", (_territory_row(one) for one in territories.good.values()))
    team = list(sales_people.good.values())
    codes = _codes(engine, team)
    for one in team:
        writer.put("rep", _rep_row(one, codes[one.key]))
        writer.put("commission_plan", _plan_row(one, ytd.good.get(one.key, "")))
    writer.flush()
    reading.report.add("user_account", add_users(engine, team, list(territories.good.values())))
    return Company(territories, people, sales_people)


def _territory(row: Row) -> Territory:
    return Territory(
        row.ref("territory_id"), row.name("name"), row.name("country_region_code"), row.text("group")
    )


def _person(row: Row) -> Person:
    name = " ".join(
        part for part in (row.name("first_name"), row.name("last_name"), row.text("suffix")) if part
    )
    return Person(row.text("kind"), name, row.text("email"), row.text("phone"))


def _employee(row: Row) -> Employee:
    row.ref("employee_id")
    return Employee(row.name("job_title"), row.flag("current_flag"))


def _territory_row(one: Territory) -> dict[str, object]:
    return {
        "id": ids.territory_id(one.id),
        "name": one.name,
        "country": one.country,
        "region": one.group,
        "origin": ids.ORIGIN,
    }


def _rep_row(one: SalesPerson, code: str) -> dict[str, object]:
    return {
        "id": ids.user_id(one.key),
        "name": one.person.name,
        "code": code,
        "role": one.role,
        "territory_id": ids.territory_id(one.territory) if one.territory else None,
        "active": one.employee.active,
        "origin": ids.ORIGIN,
    }


def _plan_row(one: SalesPerson, ytd: str) -> dict[str, object]:
    """`published_ytd` is '' where the source publishes none for this rep."""
    return {
        "id": f"aw-cp-{one.key}",
        "rep_id": ids.user_id(one.key),
        "percent": one.percent,
        "bonus": one.bonus,
        "quota": one.quota,
        "published_ytd": ytd,
        "origin": ids.ORIGIN,
    }


# -- codes and users --------------------------------------------------------------------------------------------------


def ascii_letters(text: str) -> str:
    """Lower-case letters and digits of `text` without accents: 'José1' gives 'jose1'."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "".join(letter for letter in plain.lower() if letter.isalnum())


def code_candidates(name_parts: Iterable[str]) -> Iterator[str]:
    """Codes for a name, best first: both initials, with the middle one, with more letters of the last name."""
    parts = [letters for part in name_parts if (letters := ascii_letters(part).upper())] or ["X"]
    first, last = parts[0], parts[-1] if len(parts) > 1 else f"{parts[0][1:]}X"
    yield first[0] + last[0]
    if len(parts) > 2:
        yield first[0] + parts[1][0] + last[0]
    for letter in (*last[1:], *first[1:], *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"):
        yield first[0] + last[0] + letter


def _codes(engine: Engine, team: list[SalesPerson]) -> dict[str, str]:
    """A code for everybody; one that is in use is never changed, because numbers said to customers begin with it."""
    with engine.connect() as connection:
        stored = {row.id: row.code for row in connection.execute(select(rep_table.c.id, rep_table.c.code))}
    taken = set(stored.values())
    codes: dict[str, str] = {}
    for one in sorted(team, key=lambda one: int(one.key)):
        code = stored.get(ids.user_id(one.key))
        if code is None:
            code = next(option for option in code_candidates(one.name_parts) if option not in taken)
            taken.add(code)
        codes[one.key] = code
    return codes


def covered(one: SalesPerson, territories: Iterable[Territory]) -> list[str]:
    """Territory ids a sales person may see: a rep's own; a manager's whole group, as the job title names it.

    The European manager has the group Europe, the North American one North America; one without a group has all.
    """
    if one.role == REP:
        return [ids.territory_id(one.territory)] if one.territory else []
    own = [t.id for t in territories if t.group and one.employee.job_title.startswith(t.group)]
    return [ids.territory_id(key) for key in sorted(own, key=int)] or ["*"]


def add_users(engine: Engine, team: Iterable[SalesPerson], territories: list[Territory]) -> Counts:
    """A user account for everybody who has none, without a password: nobody can sign in until one is set.

    An account that is there is left alone altogether: password, role, territories and disabling are the office's.
    """
    counts = Counts()
    with unit_of_work(engine) as work:
        rows = work.connection.execute(select(user_account.c.id, user_account.c.login)).all()
        there, logins = {row.id for row in rows}, {row.login for row in rows}
        new: list[Mapping[str, object]] = []
        for one in sorted(team, key=lambda one: int(one.key)):
            row_id = ids.user_id(one.key)
            if row_id in there:
                counts.unchanged += 1
                continue
            login = ascii_letters(one.person.email.partition("@")[0]) or row_id
            login = login if login not in logins else f"{login}-{one.key}"
            logins.add(login)
            new.append(
                {
                    "id": row_id,
                    "login": login,
                    "password": "",
                    "role": one.role,
                    "territories": json.dumps(covered(one, territories)),
                    "disabled_at": None,
                    "created_at": f"{one.since}T00:00:00Z",
                }
            )
        if new:
            work.connection.execute(insert(user_account), new)
        counts.added = len(new)
    return counts
