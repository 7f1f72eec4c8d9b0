"""The language put on the whole app: words, Qt's own locale, and the side at which a line begins."""

from __future__ import annotations

import os

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

from app.screens.tongues import HIDDEN, SYSTEM, language_of, locale_of, right_to_left
from app.screens.wording import speak

_chosen = [SYSTEM]


def chosen() -> str:
    """What the person chose, which may be to leave it to the system."""
    return _chosen[0]


def put_on(language: str) -> None:
    """Speak the language that was chosen, or the one the environment asks for; widgets made from now on have it."""
    system = QLocale.system().name()
    _chosen[0] = language
    spoken = language_of(os.environ.get(HIDDEN) or language, system)
    locale = locale_of(spoken, system)
    speak(spoken, locale)
    QLocale.setDefault(QLocale(locale))
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if right_to_left(spoken) else Qt.LayoutDirection.LeftToRight
        )
