"""A scan tried out in Settings, in words: what came, and how it is understood or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.scan import Scan, ScanRefused
from app.screens.formats import Formats
from app.screens.scanning import refusal_words, shown_code
from app.screens.wording import tr
from app.workspace.barcodes import read_code

LONGEST_PREFIX = 3  # characters that are offered to be left out
HAND_OVER = "TL1:"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came. `typed` says that it came like typing; else `end` is what was behind it (return, tab or nothing).
    `product` is the name of the goods, where this device has them."""

    keys: str
    code: str
    end: str
    prefix: str
    typed: bool = False
    product: str = ""


@dataclass(frozen=True, slots=True)
class TriedWords:
    """The answer: `lines` in their order. `prefix` is offered to be left out of each scan, '' = nothing is."""

    title: str
    tone: str
    lines: tuple[str, ...]
    prefix: str = ""
    prefix_words: str = ""


def tried(one: Tried, formats: Formats) -> TriedWords:
    """What a person is told of a scan that was tried out."""
    came = [tr("scanner.came", code=shown_code(one.keys))]
    came.append(tr("scanner.typed") if one.typed else tr(f"scanner.behind.{one.end}"))
    if one.prefix and one.keys.startswith(one.prefix):
        came.append(tr("scanner.prefix.out", prefix=one.prefix))
    elif one.prefix:
        came.append(tr("scanner.prefix.missing", prefix=one.prefix))
    if one.code.startswith(HAND_OVER):
        return TriedWords(tr("scanner.good"), "ok", (*came, tr("scanner.hand_over")))
    read = read_code(one.code, today=formats.today())
    if isinstance(read, Scan):
        slow = one.typed or (one.prefix and not one.keys.startswith(one.prefix))
        title, tone = (tr("scanner.slow"), "warn") if slow else (tr("scanner.good"), "ok")
        return TriedWords(title, tone, (*came, *_understood(read, one.product, formats)))
    return _refused(one, read, came, formats)


def _understood(read: Scan, product: str, formats: Formats) -> tuple[str, ...]:
    """The fields of the label that are there."""
    fields = (
        ("scanner.field.gtin", read.gtin),
        ("scanner.field.product", product or tr("scanner.no_product")),
        ("scanner.field.lot", read.lot),
        ("scanner.field.serial", read.serial),
        ("scanner.field.expires", formats.date(read.expires) if read.expires else ""),
    )
    return tuple(tr(key, value=value) for key, value in fields if value)


def _refused(one: Tried, read: ScanRefused, came: list[str], formats: Formats) -> TriedWords:
    words = refusal_words(read, formats)
    told = (*came, f"{words.title}. {words.sentence}", words.next_step)
    prefix = "" if one.prefix else _extra(one.code, formats.today())
    if not prefix:
        return TriedWords(tr("scanner.bad"), "warn", told)
    offer = tr("scanner.prefix.use", prefix=prefix)
    return TriedWords(
        tr("scanner.bad"), "warn", (*came, tr("scanner.prefix.extra", prefix=prefix)), prefix, offer
    )


def _extra(code: str, today: str) -> str:
    """The characters before a code that would be read without them; '' where that is not it."""
    for size in range(1, LONGEST_PREFIX + 1):
        if isinstance(read_code(code[size:], today=today), Scan):
            return code[:size]
    return ""
