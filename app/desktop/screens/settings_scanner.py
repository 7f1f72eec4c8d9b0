"""How the keyboard-wedge scanner is set, and a field to try it: what came of a scan is told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QButtonGroup, QLineEdit, QPushButton

from app.desktop.desk import Desk
from app.desktop.scanner import ENDS, RETURN, Heard
from app.desktop.theme import GRID
from app.desktop.widgets.fields import Labelled, button, label
from app.desktop.widgets.panel import Card, bring_into_sight, clear, column, row
from app.screens.scanner_try import Tried, TriedWords, tried
from app.screens.wording import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

LONGEST = 10  # characters of a prefix
TYPED_MS = 800  # after so long without a key it was no scan


class ScannerCard(Card):
    """See the module. The settings are kept at once; a scan is taken only while the field to try has the keyboard."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="settings.scanner", margin=3 * GRID)
        self._desk = desk
        kept = desk.doors.wedge().settings
        self.prefix = QLineEdit(kept.prefix)
        self.prefix.setObjectName("settings.scanner.prefix")
        self.prefix.setMaxLength(LONGEST)
        self.prefix.textEdited.connect(lambda _text: self._keep())
        self.ends: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.field = QLineEdit()
        self.field.setObjectName("settings.scanner.try")
        self.field.setPlaceholderText(tr("scanner.try.hint"))
        self.field.returnPressed.connect(self._on_typed)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(TYPED_MS)
        self.field.textEdited.connect(lambda _text: self._slow.start())
        self._slow.timeout.connect(self._on_typed)
        self.answer = Card(name="settings.scanner.answer", margin=2 * GRID)
        self.answer.setProperty("finding", "true")
        self.answer.setVisible(False)
        self._title = label("", "strong", name="settings.scanner.title", wrap=True)
        self._lines = column(gap=4)
        self.use_prefix = button("", name="settings.scanner.use_prefix", kind="primary")
        self.use_prefix.clicked.connect(self._on_use_prefix)
        self._offered = ""
        self._arrange()
        self.ends[kept.end].setChecked(True)

    def taker(self) -> Callable[[str], None] | None:
        """Who takes a scan: the field to try, while it has the keyboard."""
        return self.on_scan if QApplication.focusWidget() is self.field else None

    # -- trying -------------------------------------------------------------------------------------------------------

    def on_scan(self, code: str) -> None:
        """A scanner sent a code into the field to try."""
        heard = self._desk.doors.wedge().heard or Heard(code, RETURN)
        self._slow.stop()
        self._look(Tried(heard.keys, code, heard.end, self._desk.doors.wedge().settings.prefix))

    def _on_typed(self) -> None:
        """A text that came like typing: by hand, too slow, or without the end that is set."""
        self._slow.stop()
        keys = self.field.text()
        if keys:
            prefix = self._desk.doors.wedge().settings.prefix
            self._look(Tried(keys, keys.removeprefix(prefix), RETURN, prefix, typed=True))

    def _look(self, one: Tried) -> None:
        """Show the answer, once it is known what goods the code is of."""
        day = self._desk.today()

        def name(connection: Connection) -> str:
            from app.workspace.queries.scanning import product_named

            return product_named(connection, one.code, today=day)

        self._desk.tasks.read(name, lambda found: self._show(one, found), key="settings.scanner")

    def _show(self, one: Tried, product: str) -> None:
        words: TriedWords = tried(
            Tried(one.keys, one.code, one.end, one.prefix, one.typed, product), self._desk.formats
        )
        self._title.setText(words.title)
        clear(self._lines)
        for at, line in enumerate(words.lines):
            self._lines.addWidget(label(line, name=f"settings.scanner.line.{at}", wrap=True))
        self._offered = words.prefix
        self.use_prefix.setText(words.prefix_words)
        self.use_prefix.setAccessibleName(words.prefix_words)
        self.use_prefix.setVisible(bool(words.prefix))
        self.answer.set_tone(words.tone)
        self.answer.setAccessibleName(" ".join((f"{words.title}.", *words.lines)))
        self.answer.setVisible(True)
        bring_into_sight(self.answer)
        self.field.clear()

    def _on_use_prefix(self) -> None:
        self.prefix.setText(self._offered)
        self._keep()
        self.answer.setVisible(False)
        self.field.setFocus()

    # -- setting ------------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        end = next(key for key, made in self.ends.items() if made.isChecked())
        self._desk.doors.hear(self.prefix.text(), end)

    def _arrange(self) -> None:
        self.body.addWidget(label(tr("scanner.title"), "head"))
        self.body.addWidget(label(tr("scanner.says"), "quiet", name="settings.scanner.says", wrap=True))
        self.body.addWidget(Labelled(tr("scanner.prefix"), self.prefix, name="settings.scanner.prefix.field"))
        self.body.addWidget(label(tr("scanner.end"), "small", name="settings.scanner.end"))
        line = row()
        for key in ENDS:
            made = button(tr(f"scanner.end.{key}"), name=f"settings.scanner.end.{key}")
            made.setAccessibleName(f"{tr('scanner.end')}: {tr(f'scanner.end.{key}')}")
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False: self._keep())
            self._group.addButton(made)
            self.ends[key] = made
            line.addWidget(made)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(Labelled(tr("scanner.try"), self.field, name="settings.scanner.try.field"))
        self.answer.body.addWidget(self._title)
        self.answer.body.addLayout(self._lines)
        self.answer.body.addWidget(self.use_prefix)
        self.body.addWidget(self.answer)
