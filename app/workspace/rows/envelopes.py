"""Authority given in advance as read: what may be drawn from now, and the list of what was given and got."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.authority import Terms
from app.domain.facts import Policy


@dataclass(frozen=True, slots=True)
class UsableEnvelope:
    """An envelope that the person here may draw on now. Amounts in minor units of `currency`; empty
    `product_classes` are all."""

    envelope_id: str
    granted_by: str  # name
    product_classes: tuple[str, ...]
    currency: str
    max_discount_bp: int
    max_amount: int  # of one document
    budget: int
    left: int  # of the budget, always above 0
    valid_to: str

    @property
    def room(self) -> int:
        """The largest total that one document may come to."""
        return min(self.left, self.max_amount)


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """An envelope with its terms; None when this program cannot read them."""

    envelope_id: str
    holder: str  # name
    granted_by: str  # name
    mine: bool  # granted by who is here; else who is here holds it
    terms: Terms | None
    accounts: tuple[str, ...]  # names, () = every account
    used_amount: int  # minor units
    used_count: int
    signed: bool  # the server's signature is there and holds
    sent: bool  # False while the granting waits on this device
    revoked_on: str | None


@dataclass(frozen=True, slots=True)
class GrantChoices:
    """What a grant may be made of: reps (id, name) of the person's territories, classes of products and currencies of
    accounts, the commonest first; and the company's discount limits."""

    reps: tuple[tuple[str, str], ...]
    product_classes: tuple[str, ...]
    currencies: tuple[str, ...]
    limits: Policy
