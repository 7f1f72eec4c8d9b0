"""Which language and which locale: chosen, of the system, or hidden."""

from __future__ import annotations

import pytest

from app.screens.tongues import choices, language_of, locale_of, right_to_left


def test_the_system_comes_first_and_pseudo_languages_are_not_offered() -> None:
    assert choices() == ("system", "en", "es")


@pytest.mark.parametrize(
    ("chosen", "system", "language", "locale"),
    [
        ("system", "es_MX", "es", "es_MX"),
        ("system", "es-419", "es", "es_ES"),
        ("system", "en_GB.UTF-8", "en", "en_GB"),
        ("system", "fr_FR", "en", "en_US"),
        ("system", "C", "en", "en_US"),
        ("es", "en_US", "es", "es_ES"),
        ("en", "es_ES", "en", "en_US"),
        ("klingon", "es_AR", "es", "es_AR"),
        ("pseudo", "es_ES", "pseudo", "en_US"),
        ("pseudo_rtl", "en_GB", "pseudo_rtl", "en_US"),
    ],
)
def test_the_language_is_the_one_chosen_else_the_systems_else_english(
    chosen: str, system: str, language: str, locale: str
) -> None:
    assert (language_of(chosen, system), locale_of(language_of(chosen, system), system)) == (language, locale)


def test_only_languages_from_right_to_left_turn_the_window() -> None:
    assert [right_to_left(one) for one in ("en", "es", "pseudo", "pseudo_rtl", "ar")] == [
        False, False, False, True, True,
    ]  # fmt: skip
