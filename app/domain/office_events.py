"""Events about people, authority, cases, drafts, custody and claims; those about goods and documents: `events`."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.parties import Claim
from app.domain.rejections import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatusSet:
    account_id: str
    status: str
    reason: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """The office must look at this: a fact that the rules could not accept as it stands."""

    case_id: str
    territory_id: str | None
    rep_id: str
    op_id: str
    code: str
    findings: tuple[Finding, ...]
    opened_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResolved:
    case_id: str
    resolved_by: str
    resolution: str
    resolved_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRecorded:
    delegation_id: str
    from_user: str
    to_user: str
    role: str
    territories: tuple[str, ...]
    valid_from: str
    valid_to: str
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeGranted:
    """Authority in advance; `body` is the canonical JSON that the server signs (authority.body_of)."""

    envelope_id: str
    holder: str
    granted_by: str
    body: str
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeDrawn:
    """A document used `amount` minor units of an envelope."""

    use_id: str
    envelope_id: str
    holder: str
    granted_by: str
    document_id: str
    amount: int
    used_on: str
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeRevoked:
    envelope_id: str
    revoked_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSaved:
    """The draft as a whole, new or moved on; `head` is the revision that counts."""

    draft_id: str
    owner_id: str
    kind: str
    number: str
    head: str
    state: str  # open | closed
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRevised:
    revision_id: str
    draft_id: str
    owner_id: str
    number: int
    based_on: str
    state: str  # head | sibling | past
    body: str
    author: str
    device: str
    saved_at: str
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRevisionMoved:
    """`decided_by` is '' when the next revision simply followed."""

    revision_id: str
    state: str
    decided_by: str
    decided_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRevisionDropped:
    revision_id: str
    draft_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyMoved:
    """A trunk has another holding device: '' for none."""

    location_id: str
    holder: str
    holder_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecorded:
    """A claim on goods of a trunk, new or as it stands now."""

    claim: Claim
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentOpened:
    """A warehouse keeps goods for a rep from now on, in a place of its own."""

    location_id: str
    name: str
    custodian: str
    territory_id: str | None
