"""Where a customer signs: lines to write on, or the signature that was given on the tablet."""

from __future__ import annotations

from app.domain.strokes import as_strokes
from app.printing.parts import named
from app.printing.sheet import Sign
from app.screens.formats import Formats
from app.screens.signatures import meaning_words, stands
from app.screens.wording import tr
from app.workspace.rows.signatures import Signature


def to_sign(heading: str) -> Sign:
    """Lines for a name, a date and a signature."""
    return Sign(heading, (tr("print.sign.name_date"), tr("print.sign.signature")))


def signed(heading: str, signature: Signature | None, formats: Formats) -> Sign:
    """The signature that was given: name, time, meaning and hash, and the drawing. Lines to sign on where there is
    none, or one on something else than what is printed."""
    if signature is None or not stands(signature):
        return to_sign(heading)
    return Sign(
        heading,
        (),
        named(
            (tr("print.sign.name"), signature.signer),
            (tr("print.sign.when"), formats.moment(signature.signed_at)),
            (tr("print.sign.meaning"), meaning_words(signature.meaning)),
            (tr("print.sign.hash"), signature.digest),
        ),
        as_strokes(signature.strokes),
    )
