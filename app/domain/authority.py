"""Authority that is handed on: delegations by dates, and envelopes (DOMAIN.md §5).

An *envelope* is authority granted in advance: who may use it, for which accounts and product classes, up to which
discount, amount a document and amount in all, between which days. Its terms are one canonical text, the *body*, which
the server signs; a tablet looks at nothing else of it. A document that names an envelope draws its whole total from it.
Each side counts down on its own counters and the server decides last: what two tablets drew twice is held there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.domain.approvals import LEVELS
from app.domain.commands import Delegate, GrantEnvelope, RevokeEnvelope, SellFromTrunk
from app.domain.events import DelegationRecorded, EnvelopeDrawn, EnvelopeGranted, EnvelopeRevoked, Event
from app.domain.facts import HELD, NOT_HERE, EnvelopeFact, Facts, Policy
from app.domain.ids import derived_id
from app.domain.parties import ADMIN, DIRECTOR, FINANCE, MANAGER, OPERATIONS, REP, Person
from app.domain.rejections import APPROVAL, WARN, Finding, blocking, finding

VERSION = 1  # of the body
DELEGATING = (MANAGER, DIRECTOR, FINANCE, OPERATIONS, ADMIN)
# What an envelope may stand in for. Never credit and never a floor: those are not the rep's prices to give. Nor an old
# price: that is about facts, not about authority, and what it amounts to in discount is judged as discount.
COVERABLE = ("discount_over_limit", "offline_limit_exceeded")


# -- handing on -------------------------------------------------------------------------------------------------------


def delegate(command: Delegate, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Somebody else may decide in the actor's place, with the actor's role and territories of today."""
    actor, one = facts.actor.value, command.delegation_id
    found = check_person(facts, command.to_user)
    if actor is None or actor.role not in DELEGATING:
        found.append(finding("not_allowed", command.actor, role=",".join(DELEGATING)))
    if facts.document_exists:
        found.append(finding("document_exists", one))
    if command.to_user == command.actor:
        found.append(finding("delegation_wrong", one, why="to_oneself"))
    found += _check_dates(one, command.valid_from, command.valid_to, command.business_date)
    if found:
        return [], sorted(found)
    assert actor is not None
    event = DelegationRecorded(
        delegation_id=one,
        from_user=actor.id,
        to_user=command.to_user,
        role=actor.role,
        territories=tuple(sorted(actor.territories)),
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        op_id=command.op_id,
    )
    return [event], []


def grant(command: GrantEnvelope, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Authority in advance, for a rep of the grantor's territories and never more than the grantor may give."""
    actor, holder, one = facts.actor.value, facts.delegate.value, command.envelope_id
    found = check_person(facts, command.holder)
    if facts.document_exists:
        found.append(finding("document_exists", one))
    if holder is not None and holder.role != REP:
        found.append(finding("delegation_wrong", one, why="not_a_rep"))
    found += _check_dates(one, command.valid_from, command.valid_to, command.business_date)
    limits = facts.policy.discount_limits
    if actor is None or actor.role not in LEVELS or actor.role not in limits:
        asked = [role for role in LEVELS if role in limits] or [MANAGER]
        found.append(finding("not_allowed", command.actor, role=",".join(asked)))
    else:
        found += _check_grantor(command, facts, actor)
    if found:
        return [], sorted(found)
    event = EnvelopeGranted(
        envelope_id=one,
        holder=command.holder,
        granted_by=command.actor,
        body=body_of(command),
        op_id=command.op_id,
    )
    return [event], []


def _check_grantor(command: GrantEnvelope, facts: Facts, actor: Person) -> list[Finding]:
    """The grantor's own limit, at its lowest over the classes, and the holder's territories within the grantor's."""
    found: list[Finding] = []
    limit = grant_limit(facts.policy, actor.role, command.product_classes)
    if command.max_discount_bp > limit:
        found.append(
            finding(
                "envelope_beyond_limit", command.envelope_id, discount=command.max_discount_bp, limit=limit
            )
        )
    holder = facts.delegate.value
    if holder is not None and not all(actor.covers(one) for one in holder.territories):
        found.append(finding("delegation_wrong", command.envelope_id, why="other_territory"))
    return found


def grant_limit(policy: Policy, role: str, product_classes: Iterable[str]) -> int:
    """The deepest discount (basis points) that a role may grant for these classes, none meaning all: its own limit at
    the lowest of them."""
    classes = tuple(product_classes) or (*policy.discount_limits.get(role, {}), "*")
    return min(policy.discount_limit(role, one) for one in classes)


def revoke(command: RevokeEnvelope, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The grantor or an administrator takes an envelope back; to do it twice changes nothing."""
    known, actor = facts.envelope.value, facts.actor.value
    if known is None:
        code = "fact_missing" if facts.envelope.status == NOT_HERE else "envelope_unknown"
        return [], [finding(code, command.envelope_id, what="envelope")]
    if actor is None or not (actor.id == known.granted_by or actor.role == ADMIN):
        return [], [finding("not_allowed", command.actor, role=ADMIN)]
    if known.revoked_on is not None:
        return [], []
    return [EnvelopeRevoked(envelope_id=known.id, revoked_on=command.business_date)], []


def check_person(facts: Facts, user_id: str) -> list[Finding]:
    if facts.delegate.status == HELD:
        return []
    if facts.delegate.status == NOT_HERE:
        return [finding("fact_missing", user_id, what="person")]
    return [finding("delegation_wrong", user_id, why="no_such_person")]


def _check_dates(subject: str, valid_from: str, valid_to: str, day: str) -> list[Finding]:
    """Both are days as they are written (2026-11-23), in order, and the last of them is not over on `day`."""
    if not (_is_day(valid_from) and _is_day(valid_to) and valid_from <= valid_to):
        return [finding("delegation_wrong", subject, why="dates")]
    return [] if day <= valid_to else [finding("delegation_wrong", subject, why="over")]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# -- the terms --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a body says. Empty `account_ids` or `product_classes` are all; amounts in minor units, both days in."""

    id: str
    holder: str
    granted_by: str
    account_ids: tuple[str, ...]
    product_classes: tuple[str, ...]
    currency: str
    max_discount_bp: int
    max_amount: int
    budget: int
    valid_from: str
    valid_to: str


def body_of(command: GrantEnvelope) -> str:
    """The terms of a grant as canonical JSON: sorted keys, no spaces. These very characters are signed and kept."""
    return json.dumps(
        {
            "version": VERSION,
            "id": command.envelope_id,
            "holder": command.holder,
            "granted_by": command.actor,
            "account_ids": sorted(set(command.account_ids)),
            "product_classes": sorted(set(command.product_classes)),
            "currency": command.currency,
            "max_discount_bp": command.max_discount_bp,
            "max_amount": command.max_amount,
            "budget": command.budget,
            "valid_from": command.valid_from,
            "valid_to": command.valid_to,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def terms_of(body: str) -> Terms | None:
    """The terms of a body whose signature holds; None for a version that this program does not know."""
    read = json.loads(body)
    if read.pop("version") != VERSION:
        return None
    for name in ("account_ids", "product_classes"):
        read[name] = tuple(read[name])
    return Terms(**read)


# -- drawing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What wants to draw. `amount` is its total in minor units; `classes` gives the product class of each line by the
    subject that findings name it with."""

    op_id: str
    actor: str
    envelope_id: str  # '' when it names none
    id: str
    account_id: str
    day: str
    currency: str
    amount: int
    classes: Mapping[str, str]


def class_of(facts: Facts, product_id: str) -> str:
    """The class of a product, '' while it is not known."""
    known = facts.products.get(product_id)
    return known.value.product_class if known and known.value else ""


def cover(
    findings: Iterable[Finding], facts: Facts, document: Document
) -> tuple[tuple[Finding, ...], EnvelopeDrawn | None]:
    """The settled findings of a document after its envelope, sorted, and what it drew.

    Either every finding of COVERABLE that asks for a yes becomes a warning beside `envelope_used`, or all of them stay
    and one `envelope_not_used` says each reason why. What is refused anyway draws nothing. A later revision draws only
    what it is dearer than the ones before, and gives back what it is cheaper.
    """
    given, one = tuple(sorted(findings)), document.envelope_id
    if not one:
        return given, None
    wanted = [found for found in given if found.severity == APPROVAL and found.code in COVERABLE]
    envelope = facts.envelope.value
    terms = terms_of(envelope.body) if envelope and envelope.signed else None
    if blocking(given):
        reasons = ["refused"]
    elif not wanted:
        reasons = ["not_needed"]
    elif envelope is None:
        reasons = ["unknown"]
    elif not envelope.signed:
        reasons = ["unsigned"]
    elif (
        terms is None or terms.id != one
    ):  # a body that belongs to another envelope, with counters of its own
        reasons = ["unreadable"]
    else:
        reasons = _reasons(terms, envelope, document, wanted, envelope.used_amount - facts.drawn)
    if reasons or envelope is None or terms is None:
        return tuple(sorted((*given, *(finding("envelope_not_used", one, why=why) for why in reasons)))), None
    used = finding(
        "envelope_used",
        one,
        amount=document.amount,
        left=terms.budget - envelope.used_amount + facts.drawn - document.amount,
        currency=document.currency,
    )
    drawn = EnvelopeDrawn(
        use_id=derived_id(document.op_id, "envelope_use", 0),
        envelope_id=one,
        holder=terms.holder,
        granted_by=terms.granted_by,
        document_id=document.id,
        amount=document.amount - facts.drawn,
        used_on=document.day,
        op_id=document.op_id,
    )
    milder = (replace(found, severity=WARN) if found in wanted else found for found in given)
    return tuple(sorted((*milder, used))), drawn


def cover_sale(
    findings: Iterable[Finding], facts: Facts, command: SellFromTrunk, amount: int
) -> tuple[tuple[Finding, ...], EnvelopeDrawn | None]:
    """`cover` for goods sold from a trunk, whose lines findings name by their lot, or their product without one.
    `amount` is the sale's total in minor units."""
    document = Document(
        op_id=command.op_id,
        actor=command.actor,
        envelope_id=command.envelope_id,
        id=command.sale_id,
        account_id=command.account_id,
        day=command.business_date,
        currency=command.currency,
        amount=amount,
        classes={line.lot_id or line.product_id: class_of(facts, line.product_id) for line in command.lines},
    )
    return cover(findings, facts, document)


def _reasons(
    terms: Terms, envelope: EnvelopeFact, document: Document, wanted: list[Finding], used: int
) -> list[str]:
    """Everything that keeps these terms from covering the wanted findings, in a fixed order. `used` is what other
    documents have drawn (minor units)."""
    lines = {one.subject for one in wanted if one.subject in document.classes}
    if any(one.subject not in document.classes for one in wanted):
        lines = set(document.classes)  # what is about the whole document is about every line
    deepest = max(int(dict(one.params).get("discount", "0")) for one in wanted)
    tests = {
        "revoked": envelope.revoked_on is not None,
        "other_holder": terms.holder != document.actor,
        "not_valid": not terms.valid_from <= document.day <= terms.valid_to,
        "other_currency": terms.currency != document.currency,
        "other_account": bool(terms.account_ids) and document.account_id not in terms.account_ids,
        "other_class": bool(terms.product_classes)
        and any(document.classes[one] not in terms.product_classes for one in lines),
        "discount": deepest > terms.max_discount_bp,
        "amount": document.amount > terms.max_amount,
        "budget": used + document.amount > terms.budget,
    }
    return [why for why, fails in tests.items() if fails]
