"""What the pages of a quote, an order and a refused op have in common: actions, state chips and named facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.screens.findings import FindingWords


@dataclass(frozen=True, slots=True)
class PageAction:
    """A button. `target` is the id of what it opens, when it opens something; `short` stands where there is little
    room."""

    key: str
    words: str
    icon: str
    kind: str = ""  # primary | ''
    target: str = ""
    shortcut: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class PageChip:
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One named thing: `Ship to` — `1 Quay, Bergen`."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a list with its state: an approval, a shipment, a price that differs; `action` leads further."""

    words: str
    more: str
    state: str
    tone: str
    action: PageAction | None = None


def facts(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
    """The named facts that say something."""
    return tuple(Fact(name, words) for name, words in pairs if words)


def only(findings: Iterable[FindingWords], steps: Iterable[str]) -> tuple[FindingWords, ...]:
    """The findings, with a button only for the next steps that can be taken here."""
    here = frozenset(steps)
    return tuple(
        words if words.action in here else replace(words, action="", action_words="") for words in findings
    )
