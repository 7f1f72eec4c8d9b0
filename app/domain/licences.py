"""Licences: who may receive a class of product, where, on the day it is shipped (DOMAIN.md §3)."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.days import in_force
from app.domain.facts import NOT_HERE, Facts
from app.domain.freshness import check_licence_age
from app.domain.parties import Licence
from app.domain.rejections import Finding, finding


def check_licences(facts: Facts, ship_to_id: str, product_ids: Iterable[str], day: str) -> list[Finding]:
    """A licence of the ship-to for each class that policy says needs one, in force on `day` (ISO date), both ends in.

    A licence for `*` is for any class; one that names a state is good in that state only. Where none is in force,
    the one that lasted longest is named.
    """
    classes = _classes(facts, product_ids)
    if not classes:
        return []
    if facts.licences.status == NOT_HERE:
        return [finding("fact_missing", ship_to_id, what="licence")]
    state = facts.ship_to.value.state if facts.ship_to.value else ""
    held = [one for one in facts.licences.value or () if one.state in ("", state)]
    found: list[Finding] = []
    for product_class in classes:
        covering = [one for one in held if one.product_class in ("*", product_class)]
        found += _judge(facts, ship_to_id, product_class, covering, day)
    return found


def _classes(facts: Facts, product_ids: Iterable[str]) -> list[str]:
    """The product classes among these products that need a licence, sorted."""
    products = [known.value for one in product_ids if (known := facts.products.get(one)) and known.value]
    return sorted({one.product_class for one in products} & set(facts.policy.licence_classes))


def _judge(
    facts: Facts, ship_to_id: str, product_class: str, covering: list[Licence], day: str
) -> list[Finding]:
    valid = [one for one in covering if in_force(one.valid_from, one.expires, day)]
    if valid:
        # the one looked at last speaks for the others
        return check_licence_age(facts, max(valid, key=lambda one: (one.verified_on, one.id)), day)
    gone = [(one.expires, one.id, one) for one in covering if one.expires is not None and one.expires < day]
    if not gone:
        return [finding("licence_missing", ship_to_id, product_class=product_class)]
    expires, _, last = max(gone, key=lambda one: one[:2])
    return [
        finding(
            "licence_expired",
            ship_to_id,
            as_of=last.verified_on or None,
            number=last.number,
            on=expires,
            product_class=product_class,
        )
    ]
