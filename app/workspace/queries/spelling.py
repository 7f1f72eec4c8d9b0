"""Words that find nothing, as the words of this device that they may have been meant for. The one user of rapidfuzz.

The words come from the index of the search itself (`fts5vocab`), letters only: a number that is nearly right is another
product's number. They are read when the first word finds nothing, some 40 ms for 100,000 products, and kept for as long
as about as many rows are searched; a word that was added since is found by the index without any help.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from app.workspace.queries.search import MOST_WORDS, match_of, quoted

SHORTEST = 4  # letters of a word that is corrected; of shorter ones nearly every word is near
LONG = 7  # letters from which a word may have two errors
MOST_MEANT = 4  # words that one may have been meant for
KEPT_WITHIN = 50  # the words are read again when one row in so many has come or gone

_WORDS = {
    table: (
        text(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_word USING fts5vocab(main, {table}_search, 'row')"
        ),
        text(
            f"SELECT term FROM temp.{table}_word WHERE term >= 'a' AND length(term) >= {SHORTEST} "
            "AND term NOT GLOB '*[0-9]*' ORDER BY term"
        ),
        text(f"SELECT count(*) FROM {table}"),
    )
    for table in ("product", "account")
}


@dataclass(frozen=True, slots=True)
class Meant:
    """`match` is the full-text query with the words meant, `words` what was typed with the nearest of them."""

    match: str
    words: str


@dataclass(frozen=True, slots=True)
class _Known:
    rows: int
    words: tuple[str, ...]  # sorted


_known: WeakKeyDictionary[Engine, dict[str, _Known]] = WeakKeyDictionary()


def meant(connection: Connection, table: str, typed: str) -> Meant | None:
    """What may have been meant by words of which one finds nothing in `table` (product or account); None when every
    word is known, or none is near."""
    known = _words(connection, table)
    parts, shown, changed = [], [], False
    for word in typed.split()[:MOST_WORDS]:
        alone = match_of(word)
        if alone is None:
            continue
        found = near(word, known)
        changed = changed or bool(found)
        parts.append("(" + " OR ".join(quoted(one) for one in found) + ")" if found else alone)
        shown.append(found[0] if found else word)
    return Meant(" AND ".join(parts), " ".join(shown)) if changed else None


def _words(connection: Connection, table: str) -> tuple[str, ...]:
    """The words of the index, read again when many rows have come or gone."""
    make, read, count = _WORDS[table]
    rows = int(connection.execute(count).scalar_one())
    tables = _known.setdefault(connection.engine, {})
    known = tables.get(table)
    if known is None or abs(rows - known.rows) * KEPT_WITHIN > known.rows:
        connection.execute(make)
        known = tables[table] = _Known(rows, tuple(connection.execute(read).scalars()))
    return known.words


def near(word: str, known: Sequence[str]) -> list[str]:
    """The words, or beginnings of words, that are nearest to one that begins none of them; nearest first."""
    plain = _plain(word)
    if len(plain) < SHORTEST or not plain.isalpha() or _begins(plain, known):
        return []
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    errors = 2 if len(plain) >= LONG else 1
    found = extract(
        plain,
        _starts(tuple(known), len(plain)),
        scorer=OSA.distance,
        score_cutoff=errors,
        limit=5 * MOST_MEANT,
    )
    ranked = sorted(found, key=lambda one: (one[1], one[0][0] != plain[0], -len(one[0]), one[0]))
    kept: list[str] = []
    for start, distance, _at in ranked:
        if distance > ranked[0][1] or len(kept) == MOST_MEANT:
            break
        if not any(start.startswith(one) or one.startswith(start) for one in kept):
            kept.append(_whole(start, known))
    return kept


@lru_cache(maxsize=8)  # a misspelt word grows letter by letter, and is shortened again
def _starts(known: tuple[str, ...], length: int) -> tuple[str, ...]:
    """What a half typed word could begin: asked with one letter more, as many, and one less."""
    return tuple(sorted({one[:end] for one in known for end in range(length - 1, length + 2)}))


def _whole(start: str, known: Sequence[str]) -> str:
    """The one word that begins so; `start` itself when there are several."""
    at = bisect_left(known, start)
    several = at + 1 < len(known) and known[at + 1].startswith(start)
    return start if several else known[at]


def _begins(plain: str, known: Sequence[str]) -> bool:
    at = bisect_left(known, plain)
    return at < len(known) and known[at].startswith(plain)


def _plain(word: str) -> str:
    """The word as the index keeps it: small letters without their marks."""
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
