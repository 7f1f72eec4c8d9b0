"""Approvals: which findings need whose yes (DOMAIN.md §5). One need per role and code; maker is never checker."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.facts import Policy
from app.domain.parties import ADMIN, FINANCE, MANAGER
from app.domain.rejections import APPROVAL, Finding, finding

LEVELS = (MANAGER, FINANCE)  # who may give more discount than the rep, in order
_ROLE_OF = {"credit_limit_exceeded": FINANCE}


@dataclass(frozen=True, slots=True)
class Need:
    """One decision asked of a role, with the findings that ask for it."""

    role: str
    code: str
    findings: tuple[Finding, ...]

    def detail(self) -> str:
        """The findings as JSON: [{subject, params}] in their order."""
        rows = [{"subject": f.subject, "params": dict(f.params)} for f in self.findings]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def discount_finding(
    line_id: str, product_name: str, product_class: str, discount_bp: int, role: str, policy: Policy
) -> list[Finding]:
    """Whether a line's discount is over what `role` may give, and which roles must then say yes."""
    limit = policy.discount_limit(role, product_class)
    if discount_bp <= limit:
        return []
    levels = [level for level in LEVELS if level != role]
    enough = [level for level in levels if discount_bp <= policy.discount_limit(level, product_class)]
    asked = levels[: levels.index(enough[0]) + 1] if enough else levels
    return [
        finding(
            "discount_over_limit",
            line_id,
            product=product_name,
            discount=discount_bp,
            limit=limit,
            roles=",".join(asked),
        )
    ]


def needs(findings: Sequence[Finding]) -> tuple[Need, ...]:
    """The approval needs of these findings, sorted by role and code."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for found in findings:
        if found.severity != APPROVAL:
            continue
        roles = dict(found.params).get("roles") or _ROLE_OF.get(found.code, MANAGER)
        for role in roles.split(","):
            grouped.setdefault((role, found.code), []).append(found)
    return tuple(Need(role, code, tuple(sorted(grouped[role, code]))) for role, code in sorted(grouped))


def may_decide(role: str, asked: str) -> bool:
    """Whether a person of `role` may decide a need asked of `asked`: that role, or an administrator."""
    return role in (asked, ADMIN)
