"""Signatures in words: who signed when, what it means, and whether it still stands. And the shape of a drawn one."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.quotes import SENDING_TONES
from app.screens.wording import tr, worded
from app.workspace.rows.signatures import SignatureRow

GRID_END = 10_000  # steps of the grid over the width of a pad
Strokes = tuple[tuple[tuple[int, int], ...], ...]
_MOST = 1_500  # points of a drawing: more say nothing that could be seen
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


def signed_view(row: SignatureRow | None, *, revision: int, formats: Formats) -> SignedView | None:
    """The signature in words beside the document's `revision`; None where nobody has signed."""
    if row is None:
        return None
    meaning, when = meaning_words(row.meaning), formats.moment(row.signed_at)
    wrong = ""
    if row.revision != revision:
        wrong = tr("signature.other_revision", revision=row.revision)
    elif not row.agrees:
        wrong = tr("signature.disagrees")
    sending = tr(f"quotes.sending.{row.sending}") if row.sending in SENDING_TONES else ""
    who = tr("signature.who", name=row.name)
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
        (f"{signed.meaning} · {signed.when}", ""),
        (tr("signature.hash", digest=signed.digest), "muted"),
    )
    return tuple((words, role) for words, role in lines if words)


def stands(row: SignatureRow | None, revision: int) -> bool:
    """Whether there is a signature for what is shown now."""
    return row is not None and row.revision == revision and row.agrees


def meaning_words(meaning: str) -> str:
    """What a signature means: `Accepts this quote`."""
    key = f"signature.meaning.{meaning}"
    return tr(key) if worded(key) else meaning


def short(digest: str) -> str:
    """The first signs of a hash, in groups of four."""
    plain = digest.rpartition(":")[2][:_SHOWN]
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


# -- the shape of a drawing -------------------------------------------------------------------------------------------


def written(strokes: Strokes) -> str:
    """Strokes as text: points `x,y` with blanks between them, strokes with semicolons."""
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes if stroke)


def as_strokes(text: str) -> Strokes:
    """The strokes of a text; those that cannot be read are left out."""
    found = []
    for stroke in text.split(";"):
        points = tuple(_point(pair) for pair in stroke.split(" ") if pair)
        if points and all(point is not None for point in points):
            found.append(tuple(point for point in points if point is not None))
    return tuple(found)


def _point(pair: str) -> tuple[int, int] | None:
    x, _, y = pair.partition(",")
    return (int(x), int(y)) if x.isdecimal() and y.isdecimal() else None


def bounds(strokes: Strokes) -> tuple[int, int, int, int]:
    """Left, top, width and height of a drawing, in steps of its grid."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    return left, top, max(x for x, _y in points) - left, max(y for _x, y in points) - top


def smaller(strokes: Strokes) -> Strokes:
    """The strokes with at most as many points as a signature may have: every second point goes until it is so. The
    first and the last of a stroke stay."""
    while sum(map(len, strokes)) > _MOST and any(len(stroke) > 2 for stroke in strokes):
        strokes = tuple((*stroke[:-1:2], stroke[-1]) if len(stroke) > 2 else stroke for stroke in strokes)
    return strokes
