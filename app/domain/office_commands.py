"""Commands about people, authority, cases, drafts, custody and claims; those about goods and documents: `commands`."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.bounds import MAX_DRAFT, MAX_QTY, MAX_VALUE, between, one_of
from app.domain.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAccountStatus(Command):
    """The office puts an account on hold, closes it or opens it again."""

    account_id: str
    status: str  # active | on_hold | closed
    reason: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        one_of("status", self.status, ("active", "on_hold", "closed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate(Command):
    """Let somebody decide approvals in the actor's place between two days, both ends in."""

    delegation_id: str
    to_user: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEnvelope(Command):
    """Give a rep authority in advance: for whom and for which products ('' in neither: all), up to which discount,
    amount a document and amount in all (minor units), between two days. The server signs it."""

    envelope_id: str
    holder: str
    account_ids: tuple[str, ...]
    product_classes: tuple[str, ...]
    currency: str
    max_discount_bp: int
    max_amount: int
    budget: int
    valid_from: str
    valid_to: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        between("max_discount_bp", self.max_discount_bp, 0, 10_000)
        between("max_amount", self.max_amount, 0, MAX_VALUE)
        between("budget", self.budget, 0, MAX_VALUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeEnvelope(Command):
    """Take authority back that was granted in advance; what was drawn stays drawn."""

    envelope_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveCase(Command):
    """Close a case of the office: `resolution` says what was done about it."""

    case_id: str
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command):
    """Keep a document that is being written, beyond this device. `body` is its JSON as the device keeps it, `based_on`
    the revision it was written on ('' for none), `saved_at` and `device` what the device says (ISO UTC; its name)."""

    draft_id: str
    kind: str
    number: str
    based_on: str
    body: str
    saved_at: str
    device: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        between("the length of the body", len(self.body), 2, MAX_DRAFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDraft(Command):
    """Keep one revision of a draft, with `body` where it was merged (''= as it stands), for all of `over`."""

    draft_id: str
    keep: str
    over: tuple[str, ...]
    body: str
    saved_at: str
    device: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        between("the length of the body", len(self.body), 0, MAX_DRAFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDraft(Command):
    """The draft was handed in or thrown away, as it stood at the revision `based_on`."""

    draft_id: str
    based_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCustody(Command):
    """Ask that the device this comes from hold a trunk that no device holds: only the holder lowers it."""

    location_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCustody(Command):
    """The device gave the trunk up, after all its earlier ops: another device of the custodian may take it."""

    location_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotLine:
    """So many base units of a product; of one lot, or ('') of those that expire first."""

    product_id: str
    lot_id: str
    qty: int

    def __post_init__(self) -> None:
        between("qty", self.qty, 0, MAX_QTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAllotment(Command):
    """The office keeps goods of a warehouse for a rep, who may then promise them offline. `name` is how people call
    the allotment; it counts when there is none of this rep at this warehouse yet."""

    location_id: str
    user_id: str
    name: str
    reason: str
    lines: tuple[AllotLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAllotment(Command):
    """A fact: the holder gives goods of an allotment back to the warehouse's free stock."""

    location_id: str
    reason: str
    lines: tuple[AllotLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLease(Command):
    """The office gives a trunk to a device of its custodian; `force` also from a device that was lost."""

    location_id: str
    device_id: str
    force: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStock(Command):
    """The office wants goods out of a trunk: a recall has them set aside, a return sends them to `to_location`."""

    claim_id: str
    location_id: str
    product_id: str
    lot_id: str
    qty: int
    kind: str  # recall | return
    to_location: str  # '' for a recall
    reason: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        between("qty", self.qty, 0, MAX_QTY)
        one_of("kind", self.kind, ("recall", "return"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawClaim(Command):
    """The office wants those goods no more; what was set aside or sent by then stays so."""

    claim_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerClaim(Command):
    """A fact: `qty` base units of what the office claimed were set aside, or sent as the transfer `number`. A `reason`
    says why there are no more."""

    claim_id: str
    number: str
    qty: int
    reason: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        between("qty", self.qty, 0, MAX_QTY)
