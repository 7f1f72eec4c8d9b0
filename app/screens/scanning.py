"""A label that is not taken, in words: what is wrong, with what of it, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.scan import Note, ScanRefused
from app.screens.formats import Formats
from app.screens.wording import fill, sentence_of, tr, worded
from app.workspace.code_parts import BadCode
from app.workspace.handing import HandedLine, Handover

ALARMING = ("recalled",)
GS = "\x1d"
LONGEST_SHOWN = 80  # characters


@dataclass(frozen=True, slots=True)
class ScanWords:
    """A refused label as a person reads it. `choices` are the readings to choose from, in the order of the refusal."""

    code: str
    title: str
    sentence: str
    next_step: str
    choices: tuple[str, ...] = ()
    alarming: bool = False  # to be shown in red, with a sound

    @property
    def spoken(self) -> str:
        """All of it in one line, for a screen reader."""
        return " ".join((f"{self.title}.", self.sentence, self.next_step, *self.choices))


def refusal_words(refused: ScanRefused, formats: Formats) -> ScanWords:
    """Title, sentence and next step of a refusal."""
    values = {
        name: formats.date(text) if name == "on" else _value(name, text) for name, text in refused.params
    }
    stem = f"scan.{refused.code}"
    says = f"{stem}.nothing" if values.get("value") == "" and worded(f"{stem}.nothing") else f"{stem}.says"
    return ScanWords(
        code=refused.code,
        title=tr(f"{stem}.title"),
        sentence=fill(says, values),
        next_step=fill(f"{stem}.next", values),
        choices=tuple(
            tr(
                "scan.choice",
                lot=one.lot or tr("scan.none"),
                serial=one.serial or tr("scan.none"),
                expires=formats.date(one.expires) if one.expires else tr("scan.none"),
            )
            for one in refused.choices
        ),
        alarming=refused.code in ALARMING,
    )


def bad_code_words(bad: BadCode) -> ScanWords:
    """Title, sentence and next step of codes of a hand-over that cannot be taken."""
    stem = f"handing.{bad.code}"
    return ScanWords(
        code=bad.code,
        title=tr(f"{stem}.title"),
        sentence=fill(f"{stem}.says", bad.params),
        next_step=fill(f"{stem}.next", bad.params),
    )


@dataclass(frozen=True, slots=True)
class HandedWords:
    """One line of a hand-over. `note` says what has to be known before it is taken, '' = nothing."""

    product: str
    lot: str
    qty: str
    note: str
    tone: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-over as it is looked at before it is taken."""

    says: str
    lines: tuple[HandedWords, ...]


def handed_words(found: Handover, formats: Formats) -> Handed:
    """Who hands over what; a recalled or expired lot and one that is new here are marked."""
    return Handed(
        says=tr("handover.says", number=found.number, place=found.from_name),
        lines=handed_lines(found, formats),
    )


def handed_lines(found: Handover, formats: Formats) -> tuple[HandedWords, ...]:
    """The lots of a hand-over in words."""
    return tuple(_handed(line, formats) for line in found.lines)


def _handed(line: HandedLine, formats: Formats) -> HandedWords:
    lot = ""
    if line.serial:
        lot = tr("trunk.serial", number=line.serial)
    elif line.lot_number:
        lot = tr("trunk.lot", number=line.lot_number)
    expires = tr("handover.expires", on=formats.date(line.expires)) if line.expires else ""
    note, tone = "", ""
    if line.recalled_on:
        note, tone = tr("handover.recalled", on=formats.date(line.recalled_on)), "bad"
    elif line.expires and line.expires < formats.today():
        note, tone = tr("handover.expired"), "warn"
    elif not line.known:
        note, tone = tr("handover.new_here"), "accent"
    about = " · ".join(part for part in (line.sku, lot, expires) if part)
    return HandedWords(line.name, about, tr("trunk.units", count=line.qty), note, tone)


def shown_code(text: str) -> str:
    """A code as it came, for a person to compare: separators shown, a long one cut in its middle."""
    plain = "".join("␝" if one == GS else one if one.isprintable() else "·" for one in text)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:40]} … {plain[-16:]}"


def note_words(note: Note, formats: Formats) -> str:
    """What a matched label has to tell all the same, as one sentence."""
    values = {
        name: formats.date(text) if note.code == "expiry_differs" and name in ("known", "label") else text
        for name, text in note.params
    }
    stem = f"scan.note.{note.code}"
    special = f"{stem}.serial" if "serial" in values and worded(f"{stem}.serial") else stem
    return fill(special, values)


def _value(name: str, text: str) -> str:
    """A parameter in words: an application identifier with its name, the part of a web address that is wrong."""
    if name == "ai":
        return f"{_ai_name(text)} ({text})"
    if name == "why":
        return sentence_of(f"scan.link.{text}")
    return text


def _ai_name(ai: str) -> str:
    return tr(f"scan.ai.{ai}") if worded(f"scan.ai.{ai}") else tr("scan.ai.other")
