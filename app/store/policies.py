"""Company policy: the policy rows' JSON values as the one value that rules look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.facts import ApprovalLevel, ApprovalRule, Policy
from app.domain.rejections import APPROVAL, BLOCKS, SILENT, WARN

PRICE_POLICIES = ("most_specific", "best_of", "contract_fixed")
CONTRACT_PARTIES = ("sold_to", "ship_to", "both")


def policy_of(values: Mapping[str, Any]) -> Policy:
    """The policy that these values of policy rows, by their keys, make; the forms are those of resources/schemas.

    A key that is not there keeps the default of `Policy`; keys that rules do not look at are passed over. Raises
    ValueError naming the key whose value is malformed.
    """
    found: dict[str, Any] = {}
    for key, (name, read) in _KEYS.items():
        if key not in values:
            continue
        try:
            found[name] = read(values[key])
        except (TypeError, ValueError, KeyError, AttributeError) as err:
            raise ValueError(f"policy {key}: {err}") from None
    return Policy(**found)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is not a whole number from 0 on")
    return value


def _whole_or_none(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _one_of(*known: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
        return _text(value)

    return read


def _limits(value: Any) -> dict[str, dict[str, int]]:
    return {
        role: {product_class: _whole(limit) for product_class, limit in limits.items()}
        for role, limits in value.items()
    }


def _severities(value: Any) -> dict[str, str]:
    return {code: _one_of(SILENT, WARN, APPROVAL, BLOCKS)(word) for code, word in value.items()}


def _freshness(value: Any) -> dict[str, tuple[int, int]]:
    found = {}
    for subject, pair in value.items():
        warn, approval = map(_whole, _list(pair))
        found[subject] = (warn, approval)
    return found


def _rules(value: Any) -> tuple[ApprovalRule, ...]:
    found = tuple(_rule(one) for one in _list(value))
    codes = [one.code for one in found]
    if len(set(codes)) != len(codes):
        raise ValueError("two rules for one code")
    return found


def _rule(value: Any) -> ApprovalRule:
    levels = tuple(
        ApprovalLevel(_text(level["role"]), _whole(level.get("over", 0))) for level in _list(value["levels"])
    )
    if not levels:
        raise ValueError("a rule without levels")
    return ApprovalRule(
        code=_text(value["code"]),
        levels=levels,
        escalate_after_days=_whole_or_none(value.get("escalate_after_days")),
        escalate_to=_text(value.get("escalate_to", "")),
    )


# key of the policy row -> field of Policy, and how its JSON value is read
_KEYS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "discount_limit": ("discount_limits", _limits),
    "price_honour_days": ("price_honour_days", _whole),
    "back_dating_days": ("back_dating_days", _whole),
    "price_policy": ("price_policy", _one_of(*PRICE_POLICIES)),
    "contract_party": ("contract_party", _one_of(*CONTRACT_PARTIES)),
    "severities": ("severities", _severities),
    "freshness": ("freshness", _freshness),
    "licence_classes": ("licence_classes", lambda value: tuple(_text(one) for one in _list(value))),
    "quote_valid_days": ("quote_valid_days", _whole),
    "approval_rules": ("approval_rules", _rules),
    "variance_limit": ("variance_limit", _whole_or_none),
    "offline_limit": ("offline_limit", _whole_or_none),
}
