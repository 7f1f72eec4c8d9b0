"""Findings: everything a rule has to say about a command, as values with stable codes. Sentences are screens' work.

Severities, mildest first: `warn` is shown; `approval` needs somebody's yes; `blocks` refuses a request (and makes a
fact an exception case). Every code is listed in CODES and worded in app.screens.wording; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

WARN, APPROVAL, BLOCKS = "warn", "approval", "blocks"

CODES: dict[str, str] = {
    "not_allowed": BLOCKS,  # this role may not do this
    "not_your_territory": BLOCKS,
    "fact_missing": BLOCKS,  # not on this device: never means zero
    "account_unknown": BLOCKS,
    "account_on_hold": BLOCKS,
    "account_closed": BLOCKS,
    "address_unknown": BLOCKS,
    "po_number_required": BLOCKS,
    "product_unknown": BLOCKS,
    "product_not_sold": BLOCKS,  # outside its selling dates
    "no_lines": BLOCKS,
    "price_missing": BLOCKS,
    "currency_mismatch": BLOCKS,
    "discount_over_limit": APPROVAL,
    "credit_limit_exceeded": APPROVAL,
    "price_differs": WARN,  # the server's own price is another; the shown one is honoured
    "price_too_old": APPROVAL,  # as price_differs, beyond the days policy honours
    "back_dated": APPROVAL,  # business date further back than policy allows
    "document_exists": BLOCKS,
    "quote_unknown": BLOCKS,
    "quote_wrong_state": BLOCKS,
    "revision_moved_on": BLOCKS,
    "approval_unknown": BLOCKS,
    "approval_settled": BLOCKS,
    "maker_is_checker": BLOCKS,
    "reason_required": BLOCKS,
    "place_unknown": BLOCKS,
    "not_custodian": BLOCKS,
    "lot_required": BLOCKS,
    "lot_unknown": BLOCKS,
    "lot_expired": WARN,
    "lot_recalled": BLOCKS,
    "stock_short": BLOCKS,
    "backordered": WARN,
    "variance_reason_required": BLOCKS,
    "counted_twice": BLOCKS,
    # prices
    "below_floor": APPROVAL,
    "below_floor_never": BLOCKS,
    "contract_price_fixed": APPROVAL,  # a discount asked where the contract's price is fixed
    "tax_unknown": WARN,  # no rate for this place and class
    # eligibility
    "not_in_assortment": BLOCKS,
    "off_contract": WARN,  # the account has contracts, but none covers the product
    "licence_missing": BLOCKS,
    "licence_expired": BLOCKS,
    "below_min_order": APPROVAL,
    "shelf_life_short": APPROVAL,
    "prices_stale": WARN,  # this and the next two: older than the limit; beyond the second limit approval
    "credit_stale": WARN,
    "licence_stale": WARN,
    "offline_limit_exceeded": APPROVAL,
    "quote_expired": BLOCKS,
    # orders
    "order_unknown": BLOCKS,
    "order_wrong_state": BLOCKS,
    "order_line_unknown": BLOCKS,
    "nothing_reserved": BLOCKS,
    "return_too_many": BLOCKS,
    # stock
    "fefo_overridden": WARN,  # another lot than the one that expires first; carries the reason
    "not_company_stock": BLOCKS,
    "serial_quantity": BLOCKS,  # a serial number is one unit
    "place_kind_wrong": BLOCKS,
    "place_of_other_customer": BLOCKS,  # consigned at another ship-to than the one that is billed
    "same_place": BLOCKS,
    "transfer_unknown": BLOCKS,
    "transfer_wrong_state": BLOCKS,
    "transfer_differs": WARN,  # received other than sent; carries the reason
    "variance_over_limit": APPROVAL,
    "second_count_missing": APPROVAL,
    # custody of a trunk
    "not_holding_device": BLOCKS,  # another tablet of the rep holds the trunk, or none does
    "custody_held": BLOCKS,  # nobody takes a trunk that a device has not given up
    "custody_forced": WARN,  # the office took it from a device that had not given it up
    "device_unknown": BLOCKS,
    # claims on a trunk
    "claim_unknown": BLOCKS,
    "claim_closed": BLOCKS,  # answered or withdrawn before
    "claim_differs": WARN,  # other than was claimed is answered; carries the reason, and is a case without one
    # signatures
    "signed_unknown": BLOCKS,  # the document is not there
    "signed_other": BLOCKS,  # what was signed is not what the books hold, or a later revision stands
    # authority
    "delegation_wrong": BLOCKS,
    "counter_wrong": BLOCKS,
    "envelope_used": WARN,
    "envelope_not_used": WARN,  # named, but it does not cover; carries why
    "envelope_beyond_limit": BLOCKS,  # nobody grants more than they may give
    "envelope_unknown": BLOCKS,
    # the office
    "case_unknown": BLOCKS,
    "case_resolved": BLOCKS,
    # drafts
    "draft_unknown": BLOCKS,
    "draft_moved_on": WARN,  # saved beside another device's words; nothing is overwritten
}

# What company policy may make milder or stricter (policy `severities`); every other code keeps its own severity.
ADJUSTABLE = frozenset(
    {
        "account_on_hold", "po_number_required", "product_not_sold", "credit_limit_exceeded", "price_too_old",
        "back_dated", "lot_expired", "lot_recalled", "below_floor", "contract_price_fixed", "tax_unknown",
        "not_in_assortment", "off_contract", "licence_missing", "licence_expired", "below_min_order",
        "shelf_life_short", "prices_stale", "credit_stale", "licence_stale", "offline_limit_exceeded",
        "quote_expired", "fefo_overridden", "variance_over_limit", "second_count_missing", "transfer_differs",
    }
)  # fmt: skip
CHANGED = frozenset({"backordered", "draft_moved_on"})  # what a request got is other than what it asked for
SILENT = "ok"  # a severity of policy: the check is passed over


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing a rule found. `subject` names the line, lot or document; `params` fill the sentence."""

    code: str
    subject: str = ""
    params: tuple[tuple[str, str], ...] = ()
    as_of: str | None = None  # date of the fact used
    severity: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"unlisted finding code {self.code!r}")
        if not self.severity:
            object.__setattr__(self, "severity", CODES[self.code])


def finding(code: str, subject: str = "", *, as_of: str | None = None, **params: object) -> Finding:
    """A finding with its default severity; parameters become text, in name order."""
    return Finding(code, subject, tuple(sorted((k, str(v)) for k, v in params.items())), as_of)


def blocking(findings: tuple[Finding, ...]) -> bool:
    """Whether any finding refuses."""
    return any(f.severity == BLOCKS for f in findings)


def settled(found: Iterable[Finding], severities: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings with the severities that company policy gives them, without repeats, in their total order.

    A finding that its rule made stricter than its code's own severity (facts too old by far) only gets milder when
    policy passes the check over.
    """
    kept: set[Finding] = set()
    for one in found:
        word = severities.get(one.code, "") if one.code in ADJUSTABLE else ""
        if word == SILENT:
            continue
        plain = one.severity == CODES[one.code]
        kept.add(replace(one, severity=word) if word in (WARN, APPROVAL, BLOCKS) and plain else one)
    return tuple(sorted(kept))
