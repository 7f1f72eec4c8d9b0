"""Words: the one door to every sentence a person reads. `tr(key, **params)` looks in
resources/translations/<language>/.

Keys are `subject.name`; the files of a language are only groups of them. A sentence names its parameters in
braces. One that depends on a count has the keys `….one` and `….other` (further plural forms as the language needs
them) and is asked for without them, with `count=`. Unknown keys and missing parameters are errors: tests ask for
every key that the code mentions. What a language has not worded yet is said in English; a test lists it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from app.screens import pseudo

DEFAULT = "en"
_language = [DEFAULT]
_locale = ["en_US"]
_ONE_AND_OTHER = ("en", "es", *pseudo.LANGUAGES)  # Babel is imported after the first frame


class Unworded(KeyError):
    """No sentence under this key, or a sentence that wants a parameter it was not given."""


def speak(language: str, locale: str = "en_US") -> None:
    """Use the catalogue of this language from now on, and the locale (`es_ES`) for the counts in its sentences."""
    catalogue(language)
    _language[0], _locale[0] = language, locale


def spoken() -> tuple[str, str]:
    """The language in use and its locale."""
    return _language[0], _locale[0]


def tr(key: str, *, count: int | None = None, **params: str | int) -> str:
    """The sentence of `key` with its parameters filled in. Raises Unworded."""
    sentences = catalogue(_language[0])
    if count is not None:
        form = f"{key}.{_plural(_language[0], count)}"
        key = form if form in sentences else f"{key}.other"
        params["count"] = _counted(count)
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
    """Every sentence of a language by its key; those it has not worded in English."""
    if language in pseudo.LANGUAGES:
        return pseudo.pseudo_sentences(own_words(DEFAULT), rtl=language == pseudo.PSEUDO_RTL)
    own = own_words(language)
    return own if language == DEFAULT else own_words(DEFAULT) | own


def own_words(language: str) -> dict[str, str]:
    """What stands in the files of a language. Raises Unworded when there are none."""
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
    if language in _ONE_AND_OTHER:
        return "one" if count == 1 else "other"
    from babel import Locale

    return str(Locale.parse(language).plural_form(count))


def _counted(count: int) -> str:
    """A count in the signs of the locale: `1,200`, `1.200`."""
    if abs(count) < 1000:
        return str(count)
    from babel.numbers import format_decimal

    return str(format_decimal(count, format="#,##0", locale=_locale[0]))
