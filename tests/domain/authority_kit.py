"""Authority in tests: its limits, a manager, a rep, and what was granted."""

from __future__ import annotations

from typing import Any

from app.domain.facts import EnvelopeFact, Facts, Known, Policy
from app.domain.parties import Person

DAY = "2026-11-23"
LIMITS = {"rep": {"*": 1000}, "manager": {"*": 3000, "Bikes": 1500}, "finance": {"Gloves": 5000}}
BOSS = Person("boss", "manager", ("north", "west"))
REP = Person("rep", "rep", ("north",))


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(BOSS), "policy": Policy(LIMITS), "delegate": Known.held(REP),
    }  # fmt: skip
    return Facts(**{**known, **changes})


BODY = (
    '{"account_ids":["a","b"],"budget":100000,"currency":"USD","granted_by":"boss","holder":"rep","id":"e",'
    '"max_amount":50000,"max_discount_bp":3000,"product_classes":["Gloves"],"valid_from":"2026-11-01",'
    '"valid_to":"2026-12-31","version":1}'
)
GRANTED = EnvelopeFact("e", "rep", "boss", BODY, True, 0, 0, None)
