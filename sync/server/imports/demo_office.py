"""What the office of the demo company has decided: policies, its own people, and some accounts' standing.

| policy | value |
|---|---|
| `discount_limit` | basis points a role may give by itself, by product class; `*` is any other class |
| `price_honour_days` | so long the server honours a price a tablet has shown from older facts |
| `back_dating_days` | so far back a command's business date may lie |
| `currency` | the company's own currency |
| `roles_seeing_cost` | roles whose tablets get costs and margins |
| `licence_classes` | product classes that only a licensed ship-to may get |
| `freshness` | days until old facts warn, and until they need approval |
| `quote_valid_days` | so long an order may be placed on a quote |
| `price_policy` | which layer of prices wins |
| `contract_party` | whose contracts count |
| `variance_limit` | base units of difference in a count that ask for a second one |
| `approval_rules` | who decides on what, and who may when nobody does |
| `main_warehouse` | the place new device stock arrives in |
| `demo` | the seed and day this demo company was built with; there once it is complete |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from app.domain.parties import ADMIN, DIRECTOR, FINANCE, MANAGER, OPERATIONS, REP
from app.store.tables import account, policy
from sync.server.feed import Counts, UnitOfWork
from sync.server.imports.aw_files import CURRENCY
from sync.server.imports.demo_stock import WAREHOUSE
from sync.server.tables import user_account

ORIGIN = "demo"
MARKER = "demo"

POLICIES: Mapping[str, object] = {
    "discount_limit": {
        REP: {"*": 1000, "Bikes": 500, "FDA class 3": 500},
        MANAGER: {"*": 2500, "Bikes": 1500},
        DIRECTOR: {"*": 4000},
        FINANCE: {"*": 10000},
    },
    "price_honour_days": 14,
    "back_dating_days": 30,
    "currency": CURRENCY,
    "roles_seeing_cost": [MANAGER, DIRECTOR, FINANCE, ADMIN],
    "licence_classes": ["FDA class 3"],
    "freshness": {"prices": [7, 30], "credit": [7, 30], "licence": [90, 365]},
    "quote_valid_days": 30,
    "price_policy": "most_specific",
    "contract_party": "sold_to",
    "variance_limit": 5,
    "approval_rules": [
        {
            "code": "discount_over_limit",
            "levels": [
                {"role": MANAGER, "over": 0},
                {"role": DIRECTOR, "over": 2500},
                {"role": FINANCE, "over": 4000},
            ],
            "escalate_after_days": 2,
            "escalate_to": DIRECTOR,
        },
        {
            "code": "below_floor",
            "levels": [{"role": DIRECTOR}],
            "escalate_after_days": 3,
            "escalate_to": FINANCE,
        },
        {
            "code": "credit_limit_exceeded",
            "levels": [{"role": FINANCE, "over": 0}],
            "escalate_after_days": 1,
            "escalate_to": DIRECTOR,
        },
    ],
    "main_warehouse": WAREHOUSE,
}


@dataclass(frozen=True, slots=True)
class OfficePerson:
    """Somebody of the office, whom the sales data does not know."""

    id: str
    login: str
    name: str
    code: str
    role: str


OFFICE = (
    OfficePerson("demo-u-operations", "operations", "Operations desk", "OPS", OPERATIONS),
    OfficePerson("demo-u-finance", "finance", "Finance desk", "FIN", FINANCE),
    OfficePerson("demo-u-director", "director", "Director of sales", "DIR", DIRECTOR),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands with the office."""

    account_id: str
    po_required: int
    on_hold: str = ""  # the reason; '' is active


def policy_row(key: str, value: object) -> dict[str, Any]:
    return {"id": key, "value": json.dumps(value, ensure_ascii=False, sort_keys=True), "origin": ORIGIN}


def read_marker(connection: Connection) -> tuple[int, str] | None:
    """Seed and day of the demo company in this database; None when there is none yet."""
    value = connection.execute(select(policy.c.value).where(policy.c.id == MARKER)).scalar()
    if value is None:
        return None
    stored = json.loads(value)
    return int(stored["seed"]), str(stored["today"])


def put_policies(work: UnitOfWork) -> Counts:
    return work.put("policy", [policy_row(key, value) for key, value in POLICIES.items()])


def put_office_people(work: UnitOfWork) -> dict[str, Counts]:
    """The office's people with accounts for all territories, without passwords."""
    reps = work.put(
        "rep",
        [
            {
                "id": one.id,
                "name": one.name,
                "code": one.code,
                "role": one.role,
                "territory_id": None,
                "active": 1,
                "origin": ORIGIN,
            }
            for one in OFFICE
        ],
    )
    there = set(work.connection.execute(select(user_account.c.id).order_by(user_account.c.id)).scalars())
    new = [one for one in OFFICE if one.id not in there]
    if new:
        work.connection.execute(
            insert(user_account),
            [
                {
                    "id": one.id,
                    "login": one.login,
                    "password": "",
                    "role": one.role,
                    "territories": '["*"]',
                    "disabled_at": None,
                    "created_at": "2000-01-01T00:00:00Z",
                }
                for one in new
            ],
        )
    return {"rep": reps, "user_account": Counts(added=len(new), unchanged=len(OFFICE) - len(new))}


def put_standings(work: UnitOfWork, standings: tuple[Standing, ...], today: date) -> Counts:
    """Holds and PO rules on the given accounts, twelve days old."""
    since = (today - timedelta(days=12)).isoformat()
    rows = []
    for one in standings:
        stored = (
            work.connection.execute(select(account).where(account.c.id == one.account_id)).mappings().one()
        )
        change: dict[str, Any] = {"po_required": one.po_required}
        if one.on_hold:
            change |= {"status": "on_hold", "status_reason": one.on_hold, "status_since": since}
        rows.append({**stored, **change})
    return work.put("account", rows)


def put_terms(work: UnitOfWork, changes: Mapping[str, Mapping[str, Any]]) -> Counts:
    """Columns of accounts, by account id, that were agreed with them."""
    wanted = select(account).where(account.c.id.in_(sorted(changes))).order_by(account.c.id)
    rows = [dict(row) for row in work.connection.execute(wanted).mappings()]
    return work.put("account", [{**row, **changes[row["id"]]} for row in rows])
