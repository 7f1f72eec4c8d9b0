"""Signatures in words: who signed when, what it means, and whether it still stands."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.quotes import SENDING_TONES
from app.screens.wording import tr, worded
from app.workspace.rows.signatures import Signature

_SHOWN = 12  # signs of a hash that stand on the screen


@dataclass(frozen=True, slots=True)
class SignedView:
    """A signature. `wrong` says why it does not stand for what is shown now; '' when it does."""

    who: str
    when: str
    meaning: str
    digest: str  # its first signs, for the screen
    whole_digest: str
    strokes: str
    sending: str
    sending_tone: str
    wrong: str
    spoken: str

    @property
    def tone(self) -> str:
        return "warn" if self.wrong else "ok"


def signed_view(row: Signature | None, formats: Formats) -> SignedView | None:
    """The signature in words; None where nobody has signed."""
    if row is None:
        return None
    meaning, when = meaning_words(row.meaning), formats.moment(row.signed_at)
    wrong = "" if row.agrees else tr("signature.disagrees")
    sending = tr(f"quotes.sending.{row.sending}") if row.sending in SENDING_TONES else ""
    who = tr("signature.who", name=row.signer)
    return SignedView(
        who=who,
        when=when,
        meaning=meaning,
        digest=short(row.digest),
        whole_digest=row.digest,
        strokes=row.strokes,
        sending=sending,
        sending_tone=SENDING_TONES.get(row.sending, ""),
        wrong=wrong,
        spoken=". ".join(part for part in (who, when, meaning, wrong) if part),
    )


def signed_lines(signed: SignedView) -> tuple[tuple[str, str], ...]:
    """The words of a signature with their roles: who, when, what it means, the hash, and what is wrong with it."""
    lines = (
        (signed.wrong, "strong"),
        (signed.who, "strong"),
        (signed.meaning, ""),
        (signed.when, "muted"),
        (tr("signature.hash", digest=signed.digest), "muted"),
    )
    return tuple((words, role) for words, role in lines if words)


def stands(row: Signature | None) -> bool:
    """Whether what is shown now is signed."""
    return row is not None and row.agrees


def meaning_words(meaning: str) -> str:
    """What a signature means: `Accepts this quote`."""
    key = f"signature.meaning.{meaning}"
    return tr(key) if worded(key) else meaning


def short(digest: str) -> str:
    """The first signs of a hash, in groups of four."""
    plain = digest.rpartition(":")[2][:_SHOWN]
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))
