"""Settings: theme, language, who is signed in, signing out."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QFormLayout, QPushButton, QVBoxLayout

from app.desktop.desk import Desk, Screen
from app.desktop.screens.settings_letterhead import LetterheadCard
from app.desktop.screens.settings_scanner import ScannerCard
from app.desktop.theme import GRID
from app.desktop.tongue import chosen
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Scroll, row
from app.screens.settings import present
from app.screens.sync_state import SyncView
from app.screens.tongues import choices
from app.screens.wording import tr

_WIDTH = 720


class SettingsScreen(Screen):
    """See the module."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.page = Scroll(name="settings.scroll")
        self.letterhead = LetterheadCard(desk)
        self.scanner = ScannerCard(desk)
        for card in (self._look(), self._person(), self.scanner, self.letterhead, self._about()):
            card.setMaximumWidth(_WIDTH)
            self.page.body.addWidget(card)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.page)
        desk.tasks.sync_moved.connect(self._show)
        desk.theme.follow(self, SettingsScreen._mark_theme)

    def reload(self) -> None:
        self._show(self.desk.tasks.sync_view)
        self._mark_theme()
        for one, choice in self.languages.items():
            choice.setChecked(one == chosen())

    def scan_taker(self) -> Callable[[str], None] | None:
        return self.scanner.taker()

    def leave(self) -> None:
        self.letterhead.keep()

    def _mark_theme(self) -> None:
        for name, choice in self.themes.items():
            choice.setChecked(name == self.desk.theme.name)

    def _look(self) -> Card:
        card = self._card("settings.look")
        self.themes: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        line = row()
        for name, icon in (("light", "sun"), ("dark", "moon")):
            choice = button(
                tr(f"settings.theme.{name}"), name=f"settings.theme.{name}", icon=icon, theme=self.desk.theme
            )
            choice.setCheckable(True)
            choice.clicked.connect(lambda _checked=False, name=name: self.desk.doors.wear(name))
            group.addButton(choice)
            self.themes[name] = choice
            line.addWidget(choice)
        line.addStretch(1)
        card.body.addLayout(line)
        card.body.addWidget(label(tr("settings.language"), "muted", name="settings.language"))
        line = row()
        self.languages: dict[str, QPushButton] = {}
        tongue = QButtonGroup(self)
        for one in choices():
            choice = button(tr(f"settings.language.{one}"), name=f"settings.language.{one}")
            choice.setCheckable(True)
            choice.clicked.connect(lambda _checked=False, one=one: self._speak(one))
            tongue.addButton(choice)
            self.languages[one] = choice
            line.addWidget(choice)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _speak(self, language: str) -> None:
        """After this click: the screen that was clicked on is made anew."""
        QTimer.singleShot(0, self.desk.tasks, lambda doors=self.desk.doors: doors.speak(language))

    def _person(self) -> Card:
        card = self._card("settings.you")
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(3 * GRID)
        card.body.addLayout(self._facts)
        self.sign_out_words = label("", "quiet", name="settings.signOut.words", wrap=True)
        self.sign_out = button(
            tr("settings.sign_out"), name="settings.signOut", icon="leave", theme=self.desk.theme
        )
        self.sign_out.clicked.connect(lambda: self.desk.doors.sign_out())
        card.body.addSpacing(GRID)
        card.body.addWidget(self.sign_out_words)
        line = row()
        line.addWidget(self.sign_out)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _about(self) -> Card:
        card = self._card("settings.about")
        try:
            own = version("trunkline")
        except PackageNotFoundError:
            own = "?"
        card.body.addWidget(label(f"{tr('app.name')} {own}", name="settings.version"))
        card.body.addWidget(
            label(tr("settings.shortcuts.places"), "muted", name="settings.shortcuts", wrap=True)
        )
        return card

    def _card(self, key: str) -> Card:
        card = Card(name=key, margin=3 * GRID)
        card.body.addWidget(label(tr(key), "head"))
        return card

    def _show(self, view: SyncView) -> None:
        user = self.desk.user
        state = present(
            name=user.name,
            login=user.login,
            role=user.role,
            letter=user.letter,
            server=user.server_url,
            waiting=view.waiting,
        )
        if not self._facts.rowCount():
            for at, (name, value) in enumerate(state.facts):
                self._facts.addRow(label(name, "muted"), label(value, name=f"settings.fact.{at}", wrap=True))
        self.sign_out_words.setText(state.sign_out)
