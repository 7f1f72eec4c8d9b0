"""Which language is spoken, and which signs and order figures have in it.

A person chooses a language or leaves it to the system; who tests may ask for a pseudo-language (app/screens/pseudo.py)
in the settings file or the environment. Locales are Babel's names, such as `es_MX`.
"""

from __future__ import annotations

from app.screens import pseudo
from app.screens.wording import DEFAULT, languages

SYSTEM = "system"
HIDDEN = "TRUNKLINE_LANGUAGE"  # in the environment: it wins over what was chosen
_LOCALES = {
    "en": "en_US",
    "es": "es_ES",
    pseudo.PSEUDO: "en_US",
    pseudo.PSEUDO_RTL: "en_US",
}
_RIGHT_TO_LEFT = frozenset({pseudo.PSEUDO_RTL, "ar", "fa", "he", "ur"})


def choices() -> tuple[str, ...]:
    """What a person can choose in the settings: the system's language first."""
    return (SYSTEM, *languages())


def language_of(chosen: str, system: str) -> str:
    """The language to speak. `chosen` is one of `choices()`, a pseudo-language or something of another version;
    `system` is the system's locale (`es_MX`)."""
    if chosen in (*languages(), *pseudo.LANGUAGES):
        return chosen
    wanted = system.replace("-", "_").split("_")[0].lower()
    return wanted if wanted in languages() else DEFAULT


def locale_of(language: str, system: str) -> str:
    """The locale of figures and dates: the system's own where it is of this language, else the language's usual one."""
    plain = system.replace("-", "_").split(".")[0].split("@")[0]
    parts = plain.split("_")
    if parts[0] == language and len(parts) == 2 and len(parts[1]) == 2 and parts[1].isalpha():
        return f"{language}_{parts[1].upper()}"
    return _LOCALES.get(language, _LOCALES[DEFAULT])


def right_to_left(language: str) -> bool:
    """Whether the language is written from right to left."""
    return language in _RIGHT_TO_LEFT
