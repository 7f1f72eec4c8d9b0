"""What people type, as a full-text query: every word is the beginning of a word, in any order."""

from __future__ import annotations

MOST_WORDS = 12


def match_of(typed: str) -> str | None:
    """The FTS5 expression for what was typed; None when there is nothing to look for.

    Words are quoted, so nothing typed can be syntax. A word with signs inside (`BK-R93R`) is a phrase.
    """
    words = [word for word in typed.split() if any(sign.isalnum() for sign in word)]
    return " ".join(quoted(word) for word in words[:MOST_WORDS]) or None


def quoted(word: str) -> str:
    """A word as the FTS5 expression for whatever begins with it."""
    plain = word.replace("\0", "").replace('"', '""')
    return f'"{plain}"*'
