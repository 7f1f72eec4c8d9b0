"""Words: the one door to every sentence a person reads. `tr(key, **params)` looks in
resources/translations/<language>/.

Keys are `subject.name`; the files of a language are only groups of them. A sentence names its parameters in
braces. One that depends on a count has the keys `….one` and `….other` (further plural forms as the language needs
them) and is asked for without them, with `count=`. Unknown keys and missing parameters are errors: tests ask for
every key that the code mentions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

DEFAULT = "en"
_language = [DEFAULT]


class Unworded(KeyError):
    """No sentence under this key, or a sentence that wants a parameter it was not given."""


def speak(language: str) -> None:
    """Use the catalogue of this language from now on."""
    catalogue(language)
    _language[0] = language


def tr(key: str, *, count: int | None = None, **params: str | int) -> str:
    """The sentence of `key` with its parameters filled in. Raises Unworded."""
    sentences = catalogue(_language[0])
    if count is not None:
        key = f"{key}.{_plural(_language[0], count)}"
        params["count"] = f"{count:,}"
    try:
        return sentences[key].format(**params)
    except KeyError as missing:
        raise Unworded(f"{key}: {missing}") from None


def fill(key: str, params: Mapping[str, str]) -> str:
    """As `tr`, with the parameters in a mapping. Raises Unworded."""
    try:
        return sentence_of(key).format_map(params)
    except KeyError as missing:
        raise Unworded(f"{key}: {missing}") from None


def sentence_of(key: str) -> str:
    """The sentence as it stands in the catalogue, with its braces. Raises Unworded."""
    try:
        return catalogue(_language[0])[key]
    except KeyError:
        raise Unworded(key) from None


def worded(key: str) -> bool:
    """Whether there is a sentence for `key` (or its plural forms)."""
    sentences = catalogue(_language[0])
    return key in sentences or f"{key}.other" in sentences


@lru_cache(maxsize=8)
def catalogue(language: str) -> dict[str, str]:
    """Every sentence of a language by its key."""
    folder = files("resources") / "translations" / language
    if not folder.is_dir():
        raise Unworded(f"no translation for {language!r}")
    sentences: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".json"):
            sentences |= json.loads(file.read_text("utf-8"))
    return sentences


def languages() -> tuple[str, ...]:
    """The languages there are catalogues for, the default first."""
    folder = files("resources") / "translations"
    found = sorted(one.name for one in folder.iterdir() if one.is_dir() and not one.name.startswith("_"))
    return tuple(sorted(found, key=lambda name: name != DEFAULT))


def _plural(language: str, count: int) -> str:
    if language == "en":
        return "one" if count == 1 else "other"
    from babel import Locale

    return str(Locale.parse(language).plural_form(count))
