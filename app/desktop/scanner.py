"""A keyboard-wedge scanner: it types like a person, only faster. Here a scan is told from typing, and given whole.

A scan is at least LEAST characters, each within GAP_MS of the one before by the keys' own time stamps, with Return or
Tab behind them at the same speed, or nothing, as the scanner is set. Nothing typed is lost: keys that come that fast
are held back for at most GAP_MS after the last of them, and go on their way when no scan comes of it. The first key in
a text field goes through at once, so that no letter of a person waits; what a scan has left in the field is taken out
again.

It listens at the window, not at the application: each key is seen once, before any field has it, and other events cost
nothing. Where nobody takes codes (`taker` is None) it looks at nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit

GS = "\x1d"
GAP_MS = 35  # a fast typist needs 60 and more; scanners need 1 to 20
LEAST = 6  # the shortest code is an EAN-8, and lot numbers of 6 are scanned in a count
EITHER, RETURN, TAB, NOTHING = "either", "return", "tab", "nothing"  # what a scanner sends behind a code
ENDS = (EITHER, RETURN, TAB, NOTHING)
_RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS = {EITHER: (*_RETURNS, Qt.Key.Key_Tab), RETURN: _RETURNS, TAB: (Qt.Key.Key_Tab,), NOTHING: ()}
_SILENT = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_Meta,
)  # fmt: skip
_WRITTEN_GS = (
    "<GS>",
    "{GS}",
    "^]",
    "\\x1d",
    "\\x1D",
    "\\u001d",
    "\u241d",
    "\xe8",
)  # what scanners write for it


@dataclass(frozen=True, slots=True)
class WedgeSettings:
    """How the scanner is set. `prefix` is what it sends before each code (left out of it), `end` what it sends behind
    it (one of ENDS); `gs_key` a key that stands for FNC1 besides Ctrl+]."""

    gap_ms: int = GAP_MS
    least: int = LEAST
    prefix: str = ""
    end: str = EITHER
    gs_key: Qt.Key = Qt.Key.Key_F8


@dataclass(frozen=True, slots=True)
class Heard:
    """A scan as it came: with its prefix, and what was behind it (RETURN, TAB or NOTHING)."""

    keys: str
    end: str


def tidy(code: str, prefix: str = "") -> str:
    """The code without the scanner's prefix, and with every spelling of FNC1 as <GS>."""
    code = code.removeprefix(prefix)
    for written in _WRITTEN_GS:
        code = code.replace(written, GS)
    return code


class Wedge(QObject):
    """See the module. `scanned` carries the code. `taker` says whether anybody takes codes now; `meant` is asked with
    a code and the field it came into, and says False when it is that field's own text: then it is typed into it."""

    scanned = Signal(str)

    def __init__(
        self,
        parent: QObject,
        taker: Callable[[], object | None],
        meant: Callable[[str, QObject | None], bool] = lambda _code, _field: True,
        settings: WedgeSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings or WedgeSettings()
        self.heard: Heard | None = None  # the last scan
        self._taker, self._meant = taker, meant
        self._window: QWindow | None = None
        self._code = ""
        self._last = 0  # the time stamp of the last key
        self._held: list[QKeyEvent] = []
        self._field: QLineEdit | None = None
        self._before: tuple[str, int, int, int] = ("", 0, -1, 0)  # text, cursor, selection start and length
        self._replaying = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)
        self._pause.timeout.connect(self._on_pause)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self.listen_to)

    def set_up(self, prefix: str, end: str) -> None:
        """What the scanner sends before and behind each code; an `end` that is none of ENDS is EITHER."""
        self.settings = replace(self.settings, prefix=prefix, end=end if end in ENDS else EITHER)

    def listen_to(self, window: QWindow | None) -> None:
        """Listen at this window, and at no other any more; None = keys go to another program."""
        if window is self._window:
            return
        self._forget()
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window.destroyed.disconnect(self._on_gone)
        self._window = window
        if window is not None:
            window.installEventFilter(self)
            window.destroyed.connect(self._on_gone)

    def _on_gone(self) -> None:
        self._window = None
        self._forget()

    # -- keys ---------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._replaying or watched is not self._window:
            return False
        if event.type() is QEvent.Type.KeyRelease and self._held:
            assert isinstance(event, QKeyEvent)
            self._held.append(_copy(event))  # behind the press it belongs to
            return True
        if event.type() is not QEvent.Type.KeyPress:
            return False
        assert isinstance(event, QKeyEvent)
        if event.key() in _SILENT:
            return False
        return self._on_key(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Whether the key is kept from the field, for now or for good."""
        near = bool(self._code) and 0 <= event.timestamp() - self._last <= self.settings.gap_ms
        if self._code and not near:
            self._break()
        if event.isAutoRepeat():  # a finger that stays on a key is as fast as a scanner
            self._break()
            return False
        if (
            near
            and event.key() in _KEYS[self.settings.end]
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            if len(self._code) >= self.settings.least:
                return self._end(TAB if event.key() == Qt.Key.Key_Tab else RETURN)
            self._break()
            return False
        sign = self._sign(event)
        if not sign:
            self._break()
            return False
        if self._code:
            return self._go_on(event, sign)
        return self._start(event, sign)

    def _sign(self, event: QKeyEvent) -> str:
        """What the key adds to a code; '' for one that no scanner sends."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == self.settings.gs_key or event.text() == GS:
            return GS
        if control and event.key() == Qt.Key.Key_BracketRight:
            return GS
        text = event.text()
        return text if len(text) == 1 and text.isprintable() and not control else ""

    def _start(self, event: QKeyEvent, sign: str) -> bool:
        if not event.timestamp() or sign == " " or self._taker() is None:
            return False
        self._code, self._last = sign, event.timestamp()
        focus = QApplication.focusWidget()
        self._field = focus if isinstance(focus, QLineEdit) and not focus.isReadOnly() else None
        if self._field is not None:
            field = self._field
            self._before = (
                field.text(), field.cursorPosition(), field.selectionStart(), field.selectionLength()
            )  # fmt: skip
            return False
        self._hold(event)
        return True

    def _go_on(self, event: QKeyEvent, sign: str) -> bool:
        self._code += sign
        self._last = event.timestamp()
        self._hold(event)
        return True

    def _hold(self, event: QKeyEvent) -> None:
        self._held.append(_copy(event))
        self._pause.start(self.settings.gap_ms)

    def _end(self, end: str) -> bool:
        """The burst was a scan, unless it is meant for the field."""
        code = tidy(self._code, self.settings.prefix)
        if not self._meant(code, QApplication.focusWidget()):
            self._break()
            return False
        self.heard = Heard(self._code, end)
        self._take_back()
        self._forget()
        self.scanned.emit(code)
        return True

    def _on_pause(self) -> None:
        """No key for a while: the end of a scan where nothing else ends it, and else no scan yet."""
        if self.settings.end != NOTHING or len(self._code) < self.settings.least:
            self._let_go()
        else:
            self._end(NOTHING)

    # -- typed after all ----------------------------------------------------------------------------------------------

    def _break(self) -> None:
        """It was typing: what was held goes on its way, before the key that told."""
        self._let_go()
        self._forget()

    def _let_go(self) -> None:
        """Send what was held. Where the window was busy longer than the scanner, it may be a scan all the same."""
        self._pause.stop()
        held, self._held = self._held, []
        window = self._window
        if window is None:
            return
        self._replaying = True
        try:
            for one in held:
                QCoreApplication.sendEvent(window, one)
        finally:
            self._replaying = False

    def _take_back(self) -> None:
        """The field as it was before the first key."""
        field = self._field
        if field is None:
            return
        text, cursor, start, length = self._before
        if field.text() != text:
            field.selectAll()
            if text:
                field.insert(text)
            else:
                field.del_()
        field.setCursorPosition(cursor)
        if start >= 0:
            field.setSelection(start, length)

    def _forget(self) -> None:
        self._pause.stop()
        self._code, self._last, self._field = "", 0, None
        self._held = []


def _copy(event: QKeyEvent) -> QKeyEvent:
    """The key once more: Qt takes the event itself back."""
    made = QKeyEvent(
        event.type(), event.key(), event.modifiers(), event.text(), event.isAutoRepeat(), event.count()
    )
    made.setTimestamp(event.timestamp())
    return made
