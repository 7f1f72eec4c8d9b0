"""Commands of what a person keeps about customers and products: signatures, visits, favourites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.bounds import MAX_QTY, between, one_of
from app.domain.command import Command
from app.domain.strokes import as_strokes

QUOTE, ORDER = "quote", "order"  # the documents that are signed
ACCEPTS, RECEIVED = "accepts", "received"
MEANINGS = {QUOTE: (ACCEPTS,), ORDER: (RECEIVED,)}  # what a signature on each may mean
MAX_SIGNER, MAX_NOTE = 120, 2_000  # characters
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignDocument(Command):
    """A fact: the customer signed (DOMAIN.md §6). `signer` is the typed name, `strokes` the drawn one
    (app.domain.strokes; '' when typed only), `signed_at` the moment with its offset from UTC, as the device says,
    `digest` of what was shown (app.domain.signing). `revision` is the quote's; of an order it says nothing."""

    signature_id: str
    document: str  # quote | order
    document_id: str
    revision: int
    signer: str
    meaning: str  # accepts (this quote) | received (these goods)
    signed_at: str
    strokes: str
    digest: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        one_of("document", self.document, tuple(MEANINGS))
        one_of("meaning", self.meaning, MEANINGS[self.document])
        between("revision", self.revision, 0, MAX_QTY)
        between("the length of the signer's name", len(self.signer.strip()), 1, MAX_SIGNER)
        if datetime.fromisoformat(self.signed_at).utcoffset() is None:
            raise ValueError(f"signed_at {self.signed_at!r} does not say its offset from UTC")
        if len(self.digest) != 64 or not _HEX.issuperset(self.digest):
            raise ValueError(f"digest {self.digest!r} is not a sha256 in hex")
        as_strokes(self.strokes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVisit(Command):
    """A fact: the actor was at a customer's; `next_on` is the day of the next visit (ISO; '' for none)."""

    visit_id: str
    account_id: str
    note: str
    next_on: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        between("the length of the note", len(self.note.strip()), 1, MAX_NOTE)
        if self.next_on and date.fromisoformat(self.next_on).isoformat() != self.next_on:
            raise ValueError(f"next_on {self.next_on!r} is not of the form 2026-11-23")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFavourite(Command):
    """Keep a product among the actor's favourites, or no more."""

    product_id: str
    favourite: bool
