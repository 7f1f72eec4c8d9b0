"""Pseudo-languages: English made strange, so that what is not translated, cut or mirrored wrongly shows by itself.

They are made from the English catalogue when somebody asks for them; there are no files. `pseudo` has accents on every
letter, brackets around every sentence and 40 % more of it; `pseudo_rtl` is the same, written from right to left.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

PSEUDO, PSEUDO_RTL = "pseudo", "pseudo_rtl"
LANGUAGES = (PSEUDO, PSEUDO_RTL)
OPENS, CLOSES = "[", "]"
AS_IT_IS = frozenset({"app.name", "sign_in.server.hint", "bad.newer"})  # a name, an address, somebody's words
_RTL_MARK = "\u200f"
_MORE = 40  # percent
_PAD = "~~~~~ "
_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçđéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ",
)


def pseudo_sentences(english: Mapping[str, str], *, rtl: bool = False) -> dict[str, str]:
    """Every sentence of the catalogue made strange; names stay."""
    return {
        key: words if key in AS_IT_IS or key.startswith("settings.language.") else pseudo(words, rtl=rtl)
        for key, words in english.items()
    }


def pseudo(words: str, *, rtl: bool = False) -> str:
    """A sentence with accents, brackets and 40 % more of it; its parameters stay what they are."""
    parts: list[str] = []
    letters = 0
    for text, name, _spec, _conversion in Formatter().parse(words):
        parts.append(text.translate(_LETTERS))
        letters += len(text)
        if name is not None:
            parts.append(f"{{{name}}}")
    if not letters or not any(one.isalpha() for one in "".join(parts)):
        return words
    more = letters * _MORE // 100
    pad = (_PAD * (more // len(_PAD) + 1))[:more].rstrip()
    mark = _RTL_MARK if rtl else ""
    return f"{mark}{OPENS}{''.join(parts)}{' ' if pad else ''}{pad}{CLOSES}{mark}"
