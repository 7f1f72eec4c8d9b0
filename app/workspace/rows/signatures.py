"""A signature under a quote or an order, as screens and printed matter read it."""

from __future__ import annotations

from dataclasses import dataclass

ACCEPTS, RECEIVED = "accepts", "received"  # what a signature means


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """Who signed which revision when (ISO, aware), what it means (a code), and the hash of what was signed. `strokes`
    is the drawing as text, '' when only the name was typed. `agrees`: the document still has that hash."""

    id: str
    revision: int
    name: str
    signed_at: str
    meaning: str
    digest: str
    strokes: str
    sending: str = ""
    agrees: bool = True
