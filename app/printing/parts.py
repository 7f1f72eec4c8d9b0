"""What printed documents have in common: the sentence of a page's foot, named facts that say something, lots in
words."""

from __future__ import annotations

from app.printing.sheet import Named
from app.screens.formats import Formats
from app.screens.wording import sentence_of, tr


def named(*pairs: tuple[str, str]) -> tuple[Named, ...]:
    """The named things that say something."""
    return tuple(Named(name, words) for name, words in pairs if words and words != "–")


def page_words() -> str:
    """`Page {page} of {pages}`, still with its braces."""
    return sentence_of("print.page")


def continued(title: str, number: str, who: str) -> str:
    """What stands on top of all pages but the first."""
    return " · ".join(part for part in (f"{title} {number}".strip(), who) if part)


def customer(name: str, number: str) -> tuple[str, ...]:
    """The lines of a customer."""
    return tuple(line for line in (name, tr("print.account", number=number) if number else "") if line)


def expiry(day: str | None, formats: Formats) -> str:
    """A lot's last day, '' when it has none."""
    return formats.date(day) if day else ""


def lot_words(number: str, serial: str) -> str:
    """`Lot L2041` or `Serial SN1`, '' for goods that are not tracked."""
    if serial:
        return tr("trunk.serial", number=serial)
    return tr("trunk.lot", number=number) if number else ""
