"""A camera that films what a test holds before it: real frames in the pixel formats that cameras give, through a
QVideoFrameInput into the very session that a QCamera would feed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from label_kit import label
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QTransform
from shiboken6 import isValid
from wedge_kit import STENT

from app.desktop.widgets.scan_sheet import ScanSheet

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtMultimedia import QVideoFrame
    from trunk_kit import Hand

    from app.desktop.camera import Lens

Frames = Callable[[], "QVideoFrame"]
SIZE = QSize(1280, 720)
L1 = f"(01){STENT}(17)270630(10)L1"
FORMATS = ("NV12", "YUYV", "UYVY", "YUV420P", "Jpeg", "BGRA8888")


@dataclass
class Films:
    """`app.desktop.camera.Cameras` over films. `allowed` None: the person has not answered yet, `answer` does it."""

    found: Sequence[Lens]
    allowed: bool | None = True
    refuses: bool = False  # another program has the device
    feeds: list[Film] = field(default_factory=list)
    _waiting: list[Callable[[bool], None]] = field(default_factory=list)

    def lenses(self) -> Sequence[Lens]:
        return self.found

    def ask(self, asking: QObject, then: Callable[[bool], None]) -> None:
        if self.allowed is None:
            self._waiting.append(then)
        else:
            then(self.allowed)

    def answer(self, allowed: bool) -> None:
        self._waiting.pop()(allowed)

    def feed(self, lens: Lens, session: Any, failed: Callable[[], None]) -> Film:
        self.feeds.append(Film(lens, session, failed, self.refuses))
        return self.feeds[-1]

    @property
    def film(self) -> Film:
        """The one that was fed last."""
        return self.feeds[-1]


class Film:
    """Feeds one session; `held` is whether it has the device."""

    def __init__(self, lens: Lens, session: Any, failed: Callable[[], None], refuses: bool) -> None:
        from PySide6.QtMultimedia import QVideoFrameInput

        self.lens, self.session, self.fail = lens, session, failed
        self.held = False
        self._refuses = refuses
        self._input = QVideoFrameInput()
        session.setVideoFrameInput(self._input)

    def start(self) -> None:
        if self._refuses:
            self.fail()
        else:
            self.held = True

    def stop(self) -> None:
        self.held = False
        if isValid(self.session):
            self.session.setVideoFrameInput(None)

    def show(self, shown: Frames) -> bool:
        """Whether the session took a frame of it."""
        return self._input.sendVideoFrame(shown())


def scene(picture: QImage, size: QSize = SIZE) -> QImage:
    """The label on a table, as large as it is printed, in the middle of what the camera sees."""
    made = QImage(size, QImage.Format.Format_RGB32)
    made.fill(0xFF7F8C8D)
    painter = QPainter(made)
    fits = (
        picture
        if picture.height() <= size.height()
        else picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    )
    painter.drawImage(made.rect().center() - fits.rect().center(), fits)
    painter.end()
    return made


def frames(picture: QImage, kind: str = "NV12", *, turn: int = 0, mirrored: bool = False) -> Frames:
    """Makes frames of the picture in this pixel format. `turn` and `mirrored` say how the sensor is built in: the bytes
    lie so, and the frame's format says what to do about it."""
    from PySide6.QtMultimedia import QtVideo, QVideoFrame, QVideoFrameFormat

    lying = picture.convertToFormat(QImage.Format.Format_RGB32)
    if mirrored:
        lying = lying.flipped(Qt.Orientation.Horizontal)
    if turn:
        lying = lying.transformed(QTransform().rotate(-turn))
    how = QVideoFrameFormat(lying.size(), getattr(QVideoFrameFormat.PixelFormat, f"Format_{kind}"))
    how.setRotation(QtVideo.Rotation(turn))
    how.setMirrored(mirrored)
    planes = _planes(lying, kind)

    def make() -> QVideoFrame:
        made = QVideoFrame(how)  # anew each time: a sink passes over one that it has
        assert made.map(QVideoFrame.MapMode.WriteOnly)
        for plane, rows in enumerate(planes):
            made.bits(plane)[: len(rows)] = rows  # type: ignore[index]
        made.unmap()
        return made

    return make


def _planes(picture: QImage, kind: str) -> list[bytes]:
    """The picture's bytes, plane by plane; grey where the format keeps colour apart."""
    if kind == "BGRA8888":
        return [bytes(picture.constBits())]
    if kind == "Jpeg":
        kept = QByteArray()
        file = QBuffer(kept)
        file.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(file, "JPG", 80)
        return [bytes(kept.data())]
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    light = bytes(grey.constBits())
    assert grey.bytesPerLine() == grey.width(), "no padding, or the planes shear"
    if kind in ("YUYV", "UYVY"):
        both = bytearray(b"\x80" * (2 * len(light)))
        both[kind == "UYVY" :: 2] = light
        return [bytes(both)]
    quarter = b"\x80" * (len(light) // 4)
    return [light, quarter + quarter] if kind == "NV12" else [light, quarter, quarter]


# -- before the camera ------------------------------------------------------------------------------------------------


def printer(folder: Path) -> Callable[..., QImage]:
    """Makes labels, as `label_kit.label` does, on a table before the camera."""

    def made(text: str = L1, kind: str = "DataMatrix", **how: Any) -> QImage:
        return scene(QImage(str(label(kind, text, folder / "label.png", **how))))

    return made


def in_front(stage: Any) -> Any:
    """The stage, when its window has the keyboard."""
    stage.window.activateWindow()
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    return stage


def film_until(stage: Any, films: Films, shown: Frames, done: Callable[[], bool]) -> None:
    """Frame after frame, as a camera sends them, until `done`."""

    def next_one() -> bool:
        if films.film.held:
            films.film.show(shown)
        return done()

    stage.wait(next_one)
    stage.settle()


def scan_in_the_trunk(stage: Any, hand: Hand) -> ScanSheet:
    stage.go("trunk")
    hand.press("trunk.scan")
    hand.press("scan_sheet.camera")
    return hand.find("scan_sheet", ScanSheet)
