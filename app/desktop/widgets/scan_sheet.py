"""The sheet of a page that takes codes: type, paste, a picture, the camera; and why a code was not taken.

It opens by the page's scan button, and by itself with the words of a refusal. While it is open, a scanner works into
it. It knows no database: `entered` carries a code, and the page answers with `show_refusal` or by closing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from app.desktop.camera import Camera, Cameras, Lens, in_order
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import Labelled, button, label
from app.desktop.widgets.panel import Card, clear, column, row
from app.screens.scanning import ScanWords, shown_code
from app.screens.wording import tr
from app.workspace.code_parts import PART

_SIZE = QSize(560, 0)
_CAMERA_HEIGHT = 300


class ScanSheet(QDialog):
    """See the module. `chosen` carries the place of the reading that was chosen; `sounded` comes with the alarm."""

    entered = Signal(str)
    chosen = Signal(int)
    sounded = Signal()

    def __init__(self, parent: QWidget, theme: Theme, cameras: Cameras) -> None:
        super().__init__(parent)
        self.setObjectName("scan_sheet")
        self.setWindowTitle(tr("scanning.title"))
        self.setModal(True)
        self._theme = theme
        self._cameras = cameras
        self._camera: Camera | None = None
        self._lens = ""  # the one that was chosen last
        self._looks = 0  # how often the camera's frames were looked at
        self._part = ""  # the last part of a hand-over that the camera saw
        self._make_refusal()
        self._make_entry()
        self._arrange()
        self.resize(_SIZE.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))
        self.finished.connect(self._stop_camera)

    def take_scan(self, code: str) -> None:
        """A scanner sent a code while the sheet is in front."""
        self.entered.emit(code)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_refusal(self) -> None:
        self.refusal = Card(name="scan_sheet.refusal", margin=2 * GRID)
        self.refusal.setProperty("card", "")  # the ground is coloured, too: a recall has to be seen
        self.refusal.setProperty("finding", "true")
        self._head = label("", "head", name="scan_sheet.refusal.title", wrap=True)
        self._says = label("", name="scan_sheet.refusal.says", wrap=True)
        self._next = label("", "strong", name="scan_sheet.refusal.next", wrap=True)
        self._code = label("", "muted", name="scan_sheet.refusal.code", wrap=True)
        self._choices = column()
        for part in (self._head, self._says, self._next):
            self.refusal.body.addWidget(part)
        self.refusal.body.addLayout(self._choices)
        self.refusal.body.addWidget(self._code)
        self.refusal.setVisible(False)

    def _make_entry(self) -> None:
        theme = self._theme
        self.code = QLineEdit()
        self.code.setObjectName("scan_sheet.code")
        self.code.setClearButtonEnabled(True)
        self.code.returnPressed.connect(self._on_typed)
        self.take = button(tr("scanning.take"), name="scan_sheet.take", kind="primary")
        self.take.clicked.connect(self._on_typed)
        self.paste = button(tr("scanning.paste"), name="scan_sheet.paste", shortcut="Ctrl+Shift+V")
        self.paste.clicked.connect(self._on_paste)
        self.picture = button(
            tr("scanning.picture"), name="scan_sheet.picture", icon="search", theme=theme, shortcut="Ctrl+O"
        )
        self.picture.clicked.connect(self._on_picture)
        self.camera = button(
            tr("scanning.camera"), name="scan_sheet.camera", icon="scan", theme=theme, shortcut="Ctrl+Shift+C"
        )
        self.camera.clicked.connect(self._on_camera)
        self.camera.setVisible(False)
        self.close_it = button(tr("scanning.close"), name="scan_sheet.close")
        self.close_it.clicked.connect(self.reject)
        self._said = label("", "small", name="scan_sheet.said", tone="warn", wrap=True)
        self._said.setVisible(False)
        self._several = column()
        for one in (self.take, self.paste, self.picture, self.camera, self.close_it):
            one.setAutoDefault(False)

    def _arrange(self) -> None:
        whole = column(self, margin=2 * GRID, gap=12)
        whole.addWidget(label(tr("scanning.title"), "head", name="scan_sheet.title"))
        whole.addWidget(self.refusal)
        self._about = label(tr("scanning.says"), "quiet", name="scan_sheet.says", wrap=True)
        whole.addWidget(self._about)
        self._seen = column()
        whole.addLayout(self._seen)
        line = row()
        line.addWidget(Labelled(tr("scanning.field"), self.code, name="scan_sheet.field"), 1)
        line.addWidget(self.take, alignment=Qt.AlignmentFlag.AlignBottom)
        whole.addLayout(line)
        ways = row()
        for part in (self.paste, self.picture, self.camera):
            ways.addWidget(part)
        ways.addStretch(1)
        ways.addWidget(self.close_it)
        whole.addWidget(self._said)
        whole.addLayout(self._several)
        whole.addLayout(ways)
        whole.addStretch(1)

    # -- showing ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open it empty, ready for a code."""
        self.refusal.setVisible(False)
        self._part = ""
        self._about.setVisible(True)
        self._say("")
        self.code.clear()
        self.camera.setVisible(bool(self._cameras.lenses()))
        self.open()
        self.code.setFocus()

    def show_refusal(self, words: ScanWords, code: str) -> None:
        """Open it with why the code was not taken; a recall in red, with a sound."""
        if not self.isVisible():
            self.begin()
        self._about.setVisible(False)
        self._say("")
        tone = "bad" if words.alarming else "warn"
        self.refusal.set_tone(tone)
        mark(self._head, tone=tone)
        self._head.setText(words.title)
        self._says.setText(words.sentence)
        self._next.setText(words.next_step)
        self._code.setText(tr("scanning.code", code=shown_code(code)) if code else "")
        self._code.setVisible(bool(code))
        self.refusal.setAccessibleName(words.spoken)
        clear(self._choices)
        for at, choice in enumerate(words.choices):
            made = button(tr("scanning.choose", words=choice), name=f"scan_sheet.choice.{at}")
            made.setAutoDefault(False)
            made.clicked.connect(lambda _on=False, at=at: self.chosen.emit(at))
            self._choices.addWidget(made)
        self.refusal.setVisible(True)
        self.code.clear()
        self.code.setFocus()
        QTimer.singleShot(0, self, self._fit)  # once its words have their lines
        if words.alarming:
            QApplication.beep()
            self.sounded.emit()

    def _fit(self) -> None:
        """As high as what it says."""
        whole = self.layout()
        assert whole is not None
        whole.activate()
        self.resize(self.width(), whole.totalHeightForWidth(self.width()))

    def _say(self, words: str, tone: str = "warn") -> None:
        self._said.setText(words)
        mark(self._said, tone=tone)
        self._said.setVisible(bool(words))
        clear(self._several)

    # -- ways in ------------------------------------------------------------------------------------------------------

    def _on_typed(self) -> None:
        code = self.code.text().strip()
        if code:
            self.entered.emit(code)

    def _on_paste(self) -> None:
        words = QGuiApplication.clipboard().text().strip()
        if words:
            self.code.setText(words)
            self.entered.emit(words)
        else:
            self._say(tr("scanning.nothing_pasted"))

    def _on_picture(self) -> None:
        from app.desktop.pictures import SUFFIXES

        kinds = " ".join(f"*.{one}" for one in SUFFIXES)
        path, _kind = QFileDialog.getOpenFileName(
            self, tr("scanning.picture"), "", f"{tr('scanning.pictures')} ({kinds})"
        )
        if path:
            self.read_picture(Path(path))

    def read_picture(self, path: Path) -> None:
        """Take the code of a picture file; of several, a person says which."""
        from app.desktop.pictures import codes_in_file

        found = codes_in_file(path)
        if found is None:
            self._say(tr("scanning.no_picture", file=path.name))
        else:
            self._on_found(found)

    def _on_found(self, found: Sequence[str]) -> None:
        if not found:
            self._say(tr("scanning.nothing_in_picture"))
        elif len(found) == 1:
            self.entered.emit(found[0])
        else:
            self._say(tr("scanning.several", count=len(found)))
            for at, code in enumerate(found):
                made = button(shown_code(code), name=f"scan_sheet.several.{at}")
                made.setAutoDefault(False)
                made.clicked.connect(lambda _on=False, code=code: self.entered.emit(code))
                self._several.addWidget(made)

    def _on_camera(self) -> None:
        if self._camera is not None:
            self._stop_camera()
        else:
            self._say("")
            self._cameras.ask(self, self._on_allowed)

    def _on_allowed(self, allowed: bool) -> None:
        """The system, or the person by it, said whether the camera may be used; the sheet may be closed by then."""
        if not self.isVisible() or self._camera is not None:
            return
        lenses = in_order(self._cameras.lenses())
        if not allowed:
            self._say(tr("scanning.camera.denied"))
        elif not lenses:  # it was unplugged since the sheet was opened
            self._say(tr("scanning.camera.failed"))
        else:
            self._look_through(next((one for one in lenses if one.id == self._lens), lenses[0]), lenses)

    def _look_through(self, lens: Lens, lenses: Sequence[Lens]) -> None:
        self.refusal.setVisible(False)  # of the code before: the camera needs the room
        self._about.setVisible(False)
        self._looks = 0
        camera = self._camera = Camera(self._cameras, lens, self)
        camera.framed.connect(self.on_frame)
        camera.failed.connect(self._on_camera_failed)
        camera.view.setFixedHeight(_CAMERA_HEIGHT)
        camera.view.setAccessibleName(tr("scanning.camera.title"))
        self._seen.addWidget(camera.view)
        if len(lenses) > 1:
            self._offer_other(lens, lenses)
        self._say(tr("scanning.camera.title"), tone="")
        QTimer.singleShot(0, self, self._fit)
        camera.start()

    def _offer_other(self, lens: Lens, lenses: Sequence[Lens]) -> None:
        """Which camera this is, and the next one."""
        after = lenses[(lenses.index(lens) + 1) % len(lenses)]
        other = button(tr("scanning.camera.other"), name="scan_sheet.other_camera", shortcut="Ctrl+Shift+X")
        other.setAutoDefault(False)
        other.clicked.connect(lambda: self._change_over(after, lenses))
        line = row()
        line.addWidget(label(lens.name, "muted", name="scan_sheet.lens", wrap=True), 1)
        line.addWidget(other)
        self._seen.addLayout(line)

    def _change_over(self, lens: Lens, lenses: Sequence[Lens]) -> None:
        self._lens = lens.id
        self._stop_camera()
        self._look_through(lens, lenses)

    def on_frame(self, picture: QImage) -> None:
        """The camera sees this."""
        from app.desktop.pictures import angle_of, codes_in

        found = codes_in(picture, angles=(angle_of(self._looks),))
        self._looks += 1
        if found and PART.match(found[0]):  # the camera looks on: the next part is held before it soon
            if found[0] != self._part:
                self._part = found[0]
                self.entered.emit(found[0])
        elif found:
            self._stop_camera()
            self._on_found(found)

    def _on_camera_failed(self) -> None:
        self._stop_camera()
        self._say(tr("scanning.camera.failed"))

    def _stop_camera(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.stop()
            clear(self._seen)
            camera.deleteLater()
            self._say("")
            QTimer.singleShot(0, self, self._fit)
