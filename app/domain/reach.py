"""Who may know of what (SYNC.md §2): the server answers whoever asks for more as if it were not there.

A tablet holds what was granted to it, so there the rows speak for themselves. The server holds everything, and reads
for an actor only what these rules let them know of: what is out of reach and what does not exist cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.facts import CaseFact, EnvelopeFact, OrderFact, QuoteFact, TransferFact
from app.domain.parties import ADMIN, LEASED, Account, Delegation, Person, Place

CONSIGNMENT = "consignment"


def _within(actor: Person, territory_id: str | None, *people: str | None) -> bool:
    """Of a territory of the actor's, or theirs by name."""
    return actor.id in people or actor.covers(territory_id or "")


def knows_account(actor: Person, account: Account) -> bool:
    """An account of a territory of theirs, or one they are the rep of."""
    return _within(actor, account.territory_id, account.rep_id)


def knows_quote(actor: Person, quote: QuoteFact, delegations: Iterable[Delegation]) -> bool:
    """Of a territory of theirs, their own, or of a territory of somebody they decide for, or once did."""
    if _within(actor, quote.territory_id, quote.rep_id):
        return True
    lent = (
        Person(one.from_user, one.role, one.territories) for one in delegations if one.to_user == actor.id
    )
    return any(person.covers(quote.territory_id) for person in lent)


def knows_order(actor: Person, order: OrderFact) -> bool:
    """Of a territory of theirs, or their own."""
    return _within(actor, order.territory_id, order.rep_id)


def knows_place(actor: Person, place: Place) -> bool:
    """Warehouses are everybody's; a trunk, allotment or consignment place is its custodian's and its territory's."""
    if place.kind not in (*LEASED, CONSIGNMENT):
        return True
    return _within(actor, place.territory_id, place.custodian)


def knows_transfer(actor: Person, transfer: TransferFact, ends: Iterable[Place]) -> bool:
    """One that they gave or took, or with an end (of `ends`, the places it goes between) that they know."""
    if actor.id in (transfer.giver, transfer.taker):
        return True
    return any(knows_place(actor, place) for place in ends)


def knows_envelope(actor: Person, envelope: EnvelopeFact) -> bool:
    """Its holder, who granted it, and an administrator, who may take any back."""
    return actor.id in (envelope.holder, envelope.granted_by) or actor.role == ADMIN


def knows_case(actor: Person, case: CaseFact) -> bool:
    """Of a territory of theirs or of none, or of a fact they sent."""
    return case.territory_id is None or _within(actor, case.territory_id, case.rep_id)


def knows_holder(actor: Person, holder: Person) -> bool:
    """Somebody all of whose territories are the actor's: whom they may give authority to."""
    return all(actor.covers(one) for one in holder.territories)
