"""What is shown of a signature, and what is to be signed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature on a document. `agrees`: the document is still what was signed; `by` is the name of who held the
    pad, `sending` how far its op has come (rows.quotes)."""

    id: str
    document: str  # quote | order
    document_id: str
    revision: int
    signer: str
    meaning: str  # accepts | received
    signed_at: str  # ISO with offset, as the device said
    strokes: str  # app.domain.strokes; '' when the name was typed only
    digest: str  # sha256 in hex
    by: str
    agrees: bool
    sending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """A document as it stands here, for the customer to sign."""

    document: str  # quote | order
    document_id: str
    number: str
    revision: int
    meaning: str
    digest: str
