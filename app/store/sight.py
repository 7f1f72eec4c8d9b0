"""What the server shows the rules of what it holds: only what the actor may know of (app.domain.reach)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.domain.facts import ABSENT, Known
from app.domain.parties import Person
from app.domain.reach import knows_account
from app.store import read_terms as terms
from app.store.reader import Reader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sight:
    """`actor` is None where nothing is hidden: on a tablet, which holds only what was granted to it."""

    reader: Reader
    actor: Person | None

    def of(self, knows: Callable[[Person, T], bool], known: Known[T]) -> Known[T]:
        """`known` itself, or absent when there is something that the actor may not know of."""
        if self.actor is None or known.value is None or knows(self.actor, known.value):
            return known
        return Known(ABSENT)

    def account_id(self, account_id: str) -> str:
        """The account's id; '' when the actor may not know of it, so that nothing that hangs on it is read."""
        if self.actor is None:
            return account_id
        known = terms.account(self.reader, account_id)
        return account_id if self.of(knows_account, known) is known else ""
