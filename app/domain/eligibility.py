"""Eligibility: may this account buy this, here, today? Every check answers; all findings are listed (DOMAIN.md §3)."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.assortment import check_assortment, check_contracts
from app.domain.catalog import Lot, Product
from app.domain.commands import SetAccountStatus
from app.domain.days import plus_days
from app.domain.events import AccountStatusSet, Event
from app.domain.facts import ABSENT, NOT_HERE, Facts
from app.domain.freshness import check_credit_age, check_prices_age
from app.domain.licences import check_licences
from app.domain.parties import ADMIN, FINANCE, OPERATIONS, Account, Exposure, Person
from app.domain.rejections import Finding, finding

# Findings that rest on nothing of the account: the command, the document that is the actor's own, the catalogue.
_NO_SECRET = frozenset(
    {
        "not_allowed", "not_your_territory", "document_exists", "no_lines", "revision_moved_on", "quote_unknown",
        "quote_wrong_state", "quote_expired", "fact_missing", "product_unknown", "product_not_sold", "back_dated",
    }
)  # fmt: skip


def check_sale(
    facts: Facts,
    *,
    account_id: str,
    ship_to_id: str,
    po_number: str,
    currency: str,
    product_ids: Iterable[str],
    total: int,
    day: str,
    counted: int = 0,
) -> list[Finding]:
    """Everything that is asked of a sale on `day` (ISO date) before its lots: the account, its ship-to and licences,
    the products and the assortment, credit and minimum order for `total`, and how old the facts are.

    `total` is in minor units before tax; `counted` of it is in the account's open orders already (an order that is
    judged again must not stand in its own way). Asked at submit, again when a hold is released, again before shipment
    (DOMAIN.md §3). The severities of company policy are not in it yet: rejections.settled puts them.
    """
    products = sorted(set(product_ids))
    found = check_account(facts, account_id, ship_to_id=ship_to_id, po_number=po_number, currency=currency)
    found += check_products(facts, products, day)
    found += check_licences(facts, ship_to_id, products, day)
    found += check_prices_age(facts, account_id, day)
    account = facts.account.value
    if account is None:
        return found
    found += check_assortment(facts, account, products, day)
    found += check_contracts(facts, account, ship_to_id, products, day)
    found += check_credit(facts, total, counted=counted)
    found += check_credit_age(facts, account, day)
    return found + check_min_order(account, total)


def check_account(
    facts: Facts, account_id: str, *, ship_to_id: str, po_number: str, currency: str
) -> list[Finding]:
    """Status, territory, ship-to, currency and PO number of the account a command names."""
    if facts.account.status == NOT_HERE:
        return [finding("fact_missing", account_id, what="account")]
    account = facts.account.value
    if account is None:
        return [finding("account_unknown", account_id)]
    found = check_status(account)
    found += check_territory(account, facts.actor.value)
    if facts.ship_to.status == ABSENT:
        found.append(finding("address_unknown", ship_to_id, account=account.name))
    elif facts.ship_to.status == NOT_HERE:
        found.append(finding("fact_missing", ship_to_id, what="address"))
    if account.po_required and not po_number.strip():
        found.append(finding("po_number_required", account.id, account=account.name))
    if currency != account.currency:
        found.append(finding("currency_mismatch", account.id, asked=currency, currency=account.currency))
    return found


def discreet(found: Iterable[Finding], facts: Facts) -> list[Finding]:
    """What a refused request is told. The server knows accounts that the actor may not know: of those it says that they
    are not theirs, and nothing that rests on them - no name, price, limit or licence (SYNC.md §2)."""
    said = list(found)
    if facts.received_on is None or not any(one.code == "not_your_territory" for one in said):
        return said
    return [
        finding(one.code, one.subject, account=one.subject) if one.code == "not_your_territory" else one
        for one in said
        if one.code in _NO_SECRET
    ]


def check_territory(account: Account, actor: Person | None) -> list[Finding]:
    """The account is the actor's own, of a territory of theirs, or the actor is of the office."""
    office = actor is not None and actor.role in (OPERATIONS, FINANCE, ADMIN)
    if actor and (office or account.rep_id == actor.id or actor.covers(account.territory_id)):
        return []
    return [finding("not_your_territory", account.id, account=account.name)]


def check_status(account: Account) -> list[Finding]:
    """Closed or on hold, with the date and reason of the office."""
    if account.status == "active":
        return []
    code = "account_closed" if account.status == "closed" else "account_on_hold"
    return [
        finding(
            code, account.id, as_of=account.status_since, account=account.name, reason=account.status_reason
        )
    ]


def check_products(facts: Facts, product_ids: Iterable[str], day: str) -> list[Finding]:
    """Each product known and within its selling dates on `day`."""
    found: list[Finding] = []
    for product_id in sorted(set(product_ids)):
        product = known_product(facts, product_id)
        if isinstance(product, Finding):
            found.append(product)
        elif not product.sellable_on(day):
            found.append(
                finding(
                    "product_not_sold",
                    product_id,
                    product=product.name,
                    sold_from=product.sell_from or "",
                    sold_until=product.sell_until or "",
                )
            )
    return found


def known_product(facts: Facts, product_id: str) -> Product | Finding:
    """The product, or why nothing can be said of it: it is not on this device, or there is none."""
    known = facts.products.get(product_id)
    if known is None or known.status == NOT_HERE:
        return finding("fact_missing", product_id, what="product")
    return known.value or finding("product_unknown", product_id)


def check_lot(lot: Lot, day: str, min_shelf_days: int) -> list[Finding]:
    """A lot that is to be handed over on `day` (ISO date): recalled, expired, or too short for the customer.

    The last day of a lot is still good, and so is one that lasts exactly `min_shelf_days` days more. The day of recall
    is the first on which it may not go. All three are told at once: an expired lot is also too short.
    """
    found: list[Finding] = []
    if lot.recalled_on is not None and lot.recalled_on <= day:
        found.append(
            finding("lot_recalled", lot.id, as_of=lot.recalled_on, lot=lot.number, on=lot.recalled_on)
        )
    if lot.expires is None:
        return found
    if lot.expires < day:
        found.append(finding("lot_expired", lot.id, as_of=lot.expires, lot=lot.number, on=lot.expires))
    needed = plus_days(day, min_shelf_days)
    if min_shelf_days and lot.expires < needed:
        found.append(finding("shelf_life_short", lot.id, lot=lot.number, on=lot.expires, needed=needed))
    return found


def check_credit(facts: Facts, amount: int, *, counted: int = 0) -> list[Finding]:
    """Open orders, unpaid invoices and this one against the credit limit (minor units); exactly at it is fine.

    `counted` of `amount` is in the open orders already. No limit set, no finding.
    """
    account = facts.account.value
    if account is None or account.credit_limit is None:
        return []
    if facts.exposure.status == NOT_HERE:
        return [finding("fact_missing", account.id, what="exposure")]
    exposure = facts.exposure.value or Exposure(0)
    used = exposure.open_orders + exposure.unpaid - counted
    if used + amount <= account.credit_limit:
        return []
    return [
        finding(
            "credit_limit_exceeded",
            account.id,
            as_of=exposure.as_of,
            account=account.name,
            limit=account.credit_limit,
            used=used,
            amount=amount,
            currency=account.currency,
        )
    ]


def check_min_order(account: Account, total: int) -> list[Finding]:
    """The account's minimum order against `total` (minor units, before tax); exactly the minimum is fine."""
    if account.min_order is None or total >= account.min_order:
        return []
    return [
        finding(
            "below_min_order",
            account.id,
            account=account.name,
            amount=total,
            limit=account.min_order,
            currency=account.currency,
        )
    ]


def set_status(command: SetAccountStatus, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The office's word on an account; a hold or a closing carries its reason."""
    actor = facts.actor.value
    found: list[Finding] = []
    if actor is None or actor.role not in (OPERATIONS, FINANCE, ADMIN):
        found.append(finding("not_allowed", command.actor, role=OPERATIONS))
    if facts.account.value is None:
        code = "fact_missing" if facts.account.status == NOT_HERE else "account_unknown"
        found.append(finding(code, command.account_id, what="account"))
    if command.status != "active" and not command.reason.strip():
        found.append(finding("reason_required", command.account_id))
    if found:
        return [], found
    event = AccountStatusSet(
        account_id=command.account_id,
        status=command.status,
        reason=command.reason,
        since=command.business_date,
    )
    return [event], []
