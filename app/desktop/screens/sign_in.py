"""Signing in, and the first load after it. Pages of the window, not places: there is no desk yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QProgressBar

from app.desktop.opening import CentredPage
from app.desktop.theme import Theme
from app.desktop.widgets.fields import Labelled, button, label
from app.screens.wording import tr

if TYPE_CHECKING:
    from app.screens.sign_in import Loading, Trouble


class SignInPage(CentredPage):
    """`asked` carries server address, user and password as typed; `went_on` = go on without signing in."""

    asked = Signal(str, str, str)
    went_on = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="signIn")
        self._title = label(tr("sign_in.title"), "title", name="signIn.title")
        self._lead = label(tr("sign_in.lead"), "quiet", name="signIn.lead", wrap=True)
        self.server, self.user, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.server.setPlaceholderText(tr("sign_in.server.hint"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._fields: dict[str, tuple[QLineEdit, Labelled]] = {}
        body = self.body
        body.addWidget(self._title)
        body.addWidget(self._lead)
        for key, field in (("server", self.server), ("user", self.user), ("password", self.password)):
            field.setObjectName(f"signIn.{key}")
            field.returnPressed.connect(self._ask)
            field.textEdited.connect(lambda _text, key=key: self._fields[key][1].wrong(""))
            named = Labelled(tr(f"sign_in.{key}"), field, name=f"signIn.{key}.field")
            self._fields[key] = (field, named)
            body.addWidget(named)
        self.trouble = label("", "strong", name="signIn.trouble", tone="bad", wrap=True)
        self.helps = label("", "muted", name="signIn.helps", wrap=True)
        for part in (self.trouble, self.helps):
            part.setVisible(False)
            body.addWidget(part)
        self.button = button(tr("sign_in.go"), name="signIn.go", kind="primary", icon="key", theme=theme)
        self.button.clicked.connect(self._ask)
        self.button.setDefault(True)
        body.addWidget(self.button)
        self.go_on = button(tr("sign_in.go_on"), name="signIn.goOn", kind="quiet")
        self.go_on.clicked.connect(self.went_on)
        body.addWidget(self.go_on)
        self.begin()

    def begin(self, *, server: str = "", user: str = "", again: bool = False) -> None:
        """Ready for typing; `again` when somebody's work is open already."""
        self._title.setText(tr("sign_in.again") if again else tr("sign_in.title"))
        self._lead.setText(tr("sign_in.again.lead") if again else tr("sign_in.lead"))
        self.go_on.setVisible(again)
        self.server.setText(server)
        self.user.setText(user)
        self.password.clear()
        self.show_trouble(None)

    def show_trouble(self, trouble: Trouble | None) -> None:
        """Say what went wrong; None = nothing did."""
        self._set_busy(False)
        for part, words in (
            (self.trouble, trouble.sentence if trouble else ""),
            (self.helps, trouble.helps if trouble else ""),
        ):
            part.setText(words)
            part.setVisible(bool(words))
        self.trouble.setAccessibleName(trouble.sentence if trouble else "")
        if trouble and trouble.field in self._fields:
            self._fields[trouble.field][0].setFocus()
            self._fields[trouble.field][0].selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        empty = [field for field, _named in self._fields.values() if not field.text()]
        (empty or [self.password])[0].setFocus()
        super().showEvent(event)

    def _ask(self) -> None:
        from app.screens.sign_in import server_address

        address, user, password = (
            server_address(self.server.text()),
            self.user.text().strip(),
            self.password.text(),
        )
        missing = {"server": address is None, "user": not user, "password": not password}
        for key, (_field, named) in self._fields.items():
            named.wrong(tr(f"sign_in.missing.{key}") if missing[key] else "")
        if any(missing.values()) or address is None:
            first = next(key for key in self._fields if missing[key])
            self._fields[first][0].setFocus()
            return
        self._set_busy(True)
        self.asked.emit(address, user, password)

    def _set_busy(self, busy: bool) -> None:
        self.button.setEnabled(not busy)
        self.button.setText(tr("sign_in.busy") if busy else tr("sign_in.go"))
        for field, _named in self._fields.values():
            field.setReadOnly(busy)


class FirstLoadPage(CentredPage):
    """What is loaded, how many of how many; work can begin before the whole catalogue is there."""

    start = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="firstLoad")
        self.title = label(tr("sign_in.loading"), "title", name="firstLoad.title")
        self.words = label(tr("sign_in.loading.begins"), "", name="firstLoad.words", wrap=True)
        self.bar = QProgressBar()
        self.bar.setObjectName("firstLoad.progress")
        self.bar.setAccessibleName(tr("sign_in.loading"))
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.trouble = label("", "muted", name="firstLoad.trouble", tone="warn", wrap=True)
        self.aside = label(tr("sign_in.loading.aside"), "muted", name="firstLoad.aside")
        self.button = button(tr("sign_in.loading.start"), name="firstLoad.start", kind="primary", theme=theme)
        self.button.clicked.connect(self.start)
        for part in (self.title, self.words, self.bar, self.trouble, self.button, self.aside):
            self.body.addWidget(part)
        for part in (self.trouble, self.button, self.aside):
            part.setVisible(False)

    def show_loading(self, loading: Loading) -> None:
        self.words.setText(loading.words)
        self.bar.setRange(0, max(loading.total, 0))
        self.bar.setValue(loading.done)
        self.trouble.setText(loading.trouble)
        self.trouble.setVisible(bool(loading.trouble))
        self.button.setVisible(loading.may_start)
        self.aside.setVisible(loading.may_start and not loading.finished)
