"""What is shown of visits: on an account's card, and on Today those that are due."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """A visit with its account's name. `by` is the visitor's name, `mine` whether that is this person; `sending` how
    far its op has come (rows.quotes). Days are ISO; `next_on` is '' when no next visit was named."""

    id: str
    account_id: str
    account: str
    account_number: str
    by: str
    mine: bool
    day: str
    note: str
    next_on: str
    sending: str
