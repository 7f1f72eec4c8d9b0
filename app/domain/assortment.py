"""What an account may buy at all, and what its contracts cover (DOMAIN.md §3)."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.catalog import Contract, Product
from app.domain.days import in_force
from app.domain.facts import Facts
from app.domain.parties import Account
from app.domain.rejections import Finding, finding


def check_assortment(facts: Facts, account: Account, product_ids: Iterable[str], day: str) -> list[Finding]:
    """Each product allowed to the account on `day` (ISO date).

    A line for the product beats one for its class; of two that are equally specific the one that forbids wins. Where no
    line speaks, an `open` assortment allows and a `listed` one does not.
    """
    found: list[Finding] = []
    lines = [one for one in facts.assortment if in_force(one.valid_from, one.valid_to, day)]
    for product in _known(facts, product_ids):
        own = [one for one in lines if one.product_id == product.id]
        spoken = own or [
            one for one in lines if not one.product_id and one.product_class == product.product_class
        ]
        forbidden = [one.valid_from for one in spoken if not one.allowed]
        if forbidden or (not spoken and account.assortment == "listed"):
            since = max(forbidden, default=None)
            found.append(
                finding(
                    "not_in_assortment", product.id, as_of=since, account=account.name, product=product.name
                )
            )
    return found


def check_contracts(
    facts: Facts, account: Account, ship_to_id: str, product_ids: Iterable[str], day: str
) -> list[Finding]:
    """Each product on a contract, where the account has contracts in force on `day` (ISO date).

    A contract counts when its dates hold and it is the party's own or of a group that the party is a member of that
    day; policy says which party: the account, its ship-to, or both. A price line counts for its dates and its product
    or class, whatever its tier and quantity: whether the price is reached is the business of pricing.
    """
    parties = {
        "sold_to": {account.id},
        "ship_to": {ship_to_id},
    }.get(facts.policy.contract_party, {account.id, ship_to_id})
    groups = {
        one.group_id
        for one in facts.memberships
        if one.member_id in parties and in_force(one.valid_from, one.valid_to, day)
    }
    counted = {one.id for one in facts.contracts if _counts(one, parties | groups, day)}
    if not counted:
        return []
    covered = {
        (one.product_id, "" if one.product_id else one.product_class)
        for one in facts.contract_prices
        if one.contract_id in counted and in_force(one.valid_from, one.valid_to, day)
    }
    return [
        finding("off_contract", product.id, account=account.name, product=product.name)
        for product in _known(facts, product_ids)
        if not covered & {(product.id, ""), ("", product.product_class)}
    ]


def _counts(contract: Contract, holders: set[str], day: str) -> bool:
    return contract.holder_id in holders and in_force(contract.valid_from, contract.valid_to, day)


def _known(facts: Facts, product_ids: Iterable[str]) -> list[Product]:
    """The products that are here, by id; those that are not are told of by eligibility.check_products."""
    wanted = (facts.products.get(one) for one in sorted(set(product_ids)))
    return [known.value for known in wanted if known and known.value]
