"""Approvals: which findings need whose yes, and who may say it (DOMAIN.md §5). Maker is never checker.

A *need* is one decision asked of one role about one code. Who is asked stands in the company's approval rules; without
a rule for a code: a discount by the roles whose limits reach that far, credit by finance, everything else by a manager,
unless the finding names its role itself (a floor does). Needs of one code stack: manager, director, finance, as levels
1, 2, 3; every one of them must say yes, in any order, because nothing may stall for want of one who is absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.days import plus_days
from app.domain.facts import ApprovalFact, ApprovalRule, Policy
from app.domain.parties import ADMIN, DIRECTOR, FINANCE, MANAGER, OPERATIONS, Delegation, Person
from app.domain.rejections import ADJUSTABLE, APPROVAL, CODES, Finding, finding

STACK = (MANAGER, DIRECTOR, FINANCE, OPERATIONS, ADMIN)  # the order of levels
LEVELS = (MANAGER, DIRECTOR, FINANCE)  # who may give more discount than the rep, in order
APPROVABLE = frozenset({code for code, own in CODES.items() if own == APPROVAL} | ADJUSTABLE)
_ROLE_OF = {"credit_limit_exceeded": FINANCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One decision asked of a role, with the findings that ask for it. After `escalate_after_days` (calendar days)
    without one, `escalate_to` may decide as well."""

    role: str
    code: str
    findings: tuple[Finding, ...]
    level: int
    escalate_after_days: int | None
    escalate_to: str

    def detail(self) -> str:
        """The findings as JSON: [{subject, params}] in their order."""
        rows = [{"subject": f.subject, "params": dict(f.params)} for f in self.findings]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    def due_on(self, asked_on: str) -> str | None:
        """The last day (ISO) that this is the asked role's alone; None when it never escalates."""
        if self.escalate_after_days is None or not self.escalate_to:
            return None
        return plus_days(asked_on, self.escalate_after_days)


# -- what is needed ---------------------------------------------------------------------------------------------------


def discount_finding(
    line_id: str, product_name: str, product_class: str, discount_bp: int, role: str, policy: Policy
) -> list[Finding]:
    """Whether a line's discount is over what `role` may give, and which roles must then say yes: those above it that
    the policy gives a limit, up to the first whose limit is enough. A company without directors asks none."""
    limit = policy.discount_limit(role, product_class)
    if discount_bp <= limit:
        return []
    rule = next((one for one in policy.approval_rules if one.code == "discount_over_limit"), None)
    if rule is not None:
        asked = _levels(rule, discount_bp)
    else:
        above = LEVELS[LEVELS.index(role) + 1 :] if role in LEVELS else LEVELS
        levels = [level for level in above if level in policy.discount_limits]
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


def needs(findings: Iterable[Finding], policy: Policy) -> tuple[Need, ...]:
    """The approval needs of these findings under the company's rules, sorted by code and level."""
    rules = {rule.code: rule for rule in reversed(policy.approval_rules)}  # the first of a code counts
    grouped: dict[str, dict[str, list[Finding]]] = {}
    for found in findings:
        if found.severity == APPROVAL:
            for role in _asked(found, rules.get(found.code)):
                grouped.setdefault(found.code, {}).setdefault(role, []).append(found)
    return tuple(
        Need(
            role=role,
            code=code,
            findings=tuple(sorted(by_role[role])),
            level=level,
            escalate_after_days=rules[code].escalate_after_days if code in rules else None,
            escalate_to=rules[code].escalate_to if code in rules else "",
        )
        for code, by_role in sorted(grouped.items())
        for level, role in enumerate(sorted(by_role, key=place), 1)
    )


def place(role: str) -> tuple[int, str]:
    """Where a role stands in the stack; roles that nobody knows come last, by name."""
    return (STACK.index(role) if role in STACK else len(STACK), role)


def _asked(found: Finding, rule: ApprovalRule | None) -> Sequence[str]:
    """The roles that one finding asks: at least one, for a finding that asks for a yes is never let through."""
    if rule is None:
        params = dict(found.params)
        named = params.get("roles") or params.get("role") or _ROLE_OF.get(found.code, MANAGER)
        return named.split(",")
    return _levels(rule, figure_of(found))


def _levels(rule: ApprovalRule, figure: int | None) -> list[str]:
    """The roles of a rule that a figure asks; its lowest level when the figure reaches none of them."""
    levels = sorted(rule.levels, key=lambda level: (level.over, place(level.role)))
    if figure is None:
        asked = [level.role for level in levels if level.over == 0]
    else:
        asked = [level.role for level in levels if figure > level.over]
    return asked or [levels[0].role]


def figure_of(found: Finding) -> int | None:
    """What the levels of a rule are measured by; None when the finding carries no such figure.

    | code | figure |
    |---|---|
    | discount_over_limit, contract_price_fixed | the discount asked, basis points |
    | credit_limit_exceeded | minor units over the limit |
    | below_min_order | minor units that are missing |
    | offline_limit_exceeded | minor units over the limit |
    | price_too_old, back_dated | days, either way |
    | prices_stale, credit_stale, licence_stale | days |
    | variance_over_limit, second_count_missing | base units of difference, either way |
    """
    measure = _FIGURES.get(found.code)
    if measure is None:
        return None
    try:
        return measure({name: int(text) for name, text in found.params if _is_whole(text)})
    except KeyError:
        return None


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


_FIGURES: Mapping[str, Callable[[Mapping[str, int]], int]] = {
    "discount_over_limit": lambda p: p["discount"],
    "contract_price_fixed": lambda p: p["discount"],
    "credit_limit_exceeded": lambda p: p["used"] + p["amount"] - p["limit"],
    "below_min_order": lambda p: p["limit"] - p["amount"],
    "offline_limit_exceeded": lambda p: p["amount"] - p["limit"],
    "price_too_old": lambda p: abs(p["days"]),
    "back_dated": lambda p: abs(p["days"]),
    "prices_stale": lambda p: p["days"],
    "credit_stale": lambda p: p["days"],
    "licence_stale": lambda p: p["days"],
    "variance_over_limit": lambda p: abs(p["variance"]),
    "second_count_missing": lambda p: abs(p["variance"]),
}


# -- who decides ------------------------------------------------------------------------------------------------------


def plays(role: str, asked: str) -> bool:
    """Whether somebody of `role` decides what is asked of `asked`: that role, or an administrator."""
    return role in (asked, ADMIN)


def may_decide(
    actor: Person,
    approval: ApprovalFact,
    *,
    territory_id: str,
    maker: str,
    day: str,
    delegations: Iterable[Delegation],
) -> bool:
    """Whether the actor may decide this need of a quote that `maker` made in a territory, on a day (ISO).

    The role that is asked, an administrator, the role it escalates to from the day after it was due, and whoever one
    of these has named in their place for this day. Nobody decides what they made, and nobody decides in the place of
    its maker.
    """
    if actor.id == maker:
        return False
    roles = [approval.role]
    if approval.escalate_to and approval.due_on is not None and approval.due_on < day:
        roles.append(approval.escalate_to)
    if actor.covers(territory_id) and any(plays(actor.role, role) for role in roles):
        return True
    return any(
        one.to_user == actor.id
        and one.from_user != maker
        and one.valid_from <= day <= one.valid_to
        and Person(one.from_user, one.role, one.territories).covers(territory_id)
        and any(plays(one.role, role) for role in roles)
        for one in delegations
    )
