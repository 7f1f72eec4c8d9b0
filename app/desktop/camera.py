"""The camera, where there is one: its frames as pictures. Qt's multimedia is a part that may not be installed (the
`camera` extra; on Debian it wants libpulse0), so it is looked for when it is first asked for.

`Cameras` is the seam: which there are, whether this app may use them, and what feeds a session with frames. The rest,
from the session to the pictures, is the same whatever feeds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QCameraPermission, QCoreApplication, QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from types import ModuleType

EVERY_MS = 120  # so long after one frame was looked at comes the next: looking takes 10 to 50
PATIENCE_MS = 8_000  # a camera that shows nothing for so long does not answer
BACK, FRONT = "back", "front"
_LARGEST = 1920 * 1080  # pixels; more of them take longer and show no more of a label
_SLOWEST = 10.0  # frames a second; a hand is never still enough for fewer
_FACING = ((re.compile(r"\b(back|rear)\b", re.I), BACK), (re.compile(r"\bfront\b", re.I), FRONT))


@dataclass(frozen=True, slots=True)
class Lens:
    """A camera of this machine; `facing` is BACK, FRONT, or empty where nobody says."""

    id: str
    name: str
    facing: str = ""


class Feed(Protocol):
    """What puts frames into one session."""

    def start(self) -> None: ...

    def stop(self) -> None:
        """No more frames; the device is free for other programs. It may come twice, and after the session has gone."""


class Cameras(Protocol):
    """The cameras of a machine."""

    def lenses(self) -> Sequence[Lens]:
        """Those there are now, the system's own choice first."""

    def ask(self, asking: QObject, then: Callable[[bool], None]) -> None:
        """Call `then` with whether this app may use them: at once, or when the person has told the system. It is not
        called once `asking` has gone."""

    def feed(self, lens: Lens, session: Any, failed: Callable[[], None]) -> Feed:
        """What feeds this QMediaCaptureSession from this lens; it calls `failed` when it can't, or no longer can."""


def in_order(lenses: Sequence[Lens]) -> tuple[Lens, ...]:
    """The one that sees what is held before the tablet comes first, the one that sees who holds it last."""
    return tuple(sorted(lenses, key=lambda one: (one.facing != BACK, one.facing == FRONT)))


class Camera(QObject):
    """`view` shows what the camera sees; `framed` carries a frame (QImage) now and then; `failed` that it gave up.
    After `stop` neither comes any more, whatever was on its way. Only where `cameras` has a lens."""

    framed = Signal(object)
    failed = Signal()

    def __init__(
        self,
        cameras: Cameras,
        lens: Lens,
        parent: QObject,
        *,
        every_ms: int = EVERY_MS,
        patience_ms: int = PATIENCE_MS,
    ) -> None:
        super().__init__(parent)
        parts = _parts()
        assert parts is not None
        media, widgets = parts
        self.lens = lens
        self.view: QWidget = widgets.QVideoWidget()
        self._every_ms = every_ms
        self._on = False
        self._since = QElapsedTimer()
        self._patience = QTimer(self, singleShot=True, interval=patience_ms)
        self._patience.timeout.connect(self._fail)
        self._session: Any = media.QMediaCaptureSession(self)
        self._session.setVideoOutput(self.view)
        # Frames come from a thread of the device's; a direct connection would read them there.
        self.view.videoSink().videoFrameChanged.connect(self._on_frame, Qt.ConnectionType.AutoConnection)
        self._feed = cameras.feed(lens, self._session, self._fail)
        # The page under an open sheet may go: somebody signs out, the app locks.
        self.destroyed.connect(self._feed.stop)

    def start(self) -> None:
        self._on = True
        self._since.start()
        self._patience.start()
        self._feed.start()

    def stop(self) -> None:
        self._on = False
        self._patience.stop()
        self._session.setVideoOutput(None)
        self._feed.stop()

    def _fail(self) -> None:
        if self._on:
            self._on = False
            self.failed.emit()

    def _on_frame(self, frame: Any) -> None:
        if not self._on or not frame.isValid():
            return
        self._patience.start()
        if self._since.elapsed() < self._every_ms:
            return
        picture = frame.toImage()
        if not picture.isNull():
            self.framed.emit(picture)
        self._since.restart()  # after the looking: the window, too, needs its time


# -- the system's ------------------------------------------------------------------------------------------------------


class SystemCameras:
    """What is built in or plugged in."""

    def lenses(self) -> tuple[Lens, ...]:
        parts = _parts()
        if parts is None:
            return ()
        media = parts[0]
        facing = {
            media.QCameraDevice.Position.BackFace: BACK,
            media.QCameraDevice.Position.FrontFace: FRONT,
        }
        found = sorted(media.QMediaDevices.videoInputs(), key=lambda one: not one.isDefault())
        return tuple(
            Lens(
                _id(one),
                one.description(),
                facing.get(one.position(), "") or facing_by_name(one.description()),
            )
            for one in found
        )

    def ask(self, asking: QObject, then: Callable[[bool], None]) -> None:
        app = QCoreApplication.instance()
        assert app is not None
        granted = Qt.PermissionStatus.Granted
        app.requestPermission(QCameraPermission(), asking, lambda asked: then(asked.status() == granted))

    def feed(self, lens: Lens, session: Any, failed: Callable[[], None]) -> Feed:
        parts = _parts()
        assert parts is not None
        return _Device(parts[0], lens, session, failed)


class _Device:
    """A QCamera; of one that has gone meanwhile Qt says at the start that there is none."""

    def __init__(self, media: ModuleType, lens: Lens, session: Any, failed: Callable[[], None]) -> None:
        self._media, self._session, self._failed = media, session, failed
        inputs = media.QMediaDevices.videoInputs()
        device = next((one for one in inputs if _id(one) == lens.id), media.QCameraDevice())
        self._camera: Any = media.QCamera(device)
        shapes = device.videoFormats()
        at = fitting(
            [(one.resolution().width(), one.resolution().height(), one.maxFrameRate()) for one in shapes]
        )
        if at is not None:
            self._camera.setCameraFormat(shapes[at])
        self._camera.errorOccurred.connect(lambda *_error: failed())
        session.setCamera(self._camera)

    def start(self) -> None:
        camera = self._camera
        camera.start()
        if camera.error() != self._media.QCamera.Error.NoError:  # from before anybody listened
            self._failed()

    def stop(self) -> None:
        if isValid(self._camera):
            self._camera.stop()
            self._camera.deleteLater()
        if isValid(self._session):
            self._session.setCamera(None)


def facing_by_name(name: str) -> str:
    """Where a system does not say which way a camera looks, its maker often does."""
    return next((facing for words, facing in _FACING if words.search(name)), "")


def fitting(shapes: Sequence[tuple[int, int, float]]) -> int | None:
    """Which of these shapes (width, height, frames a second) shows a label best: the largest that is neither slow nor
    larger than looking at it is worth; None leaves it to the system."""
    fit = [
        (width * height, min(rate, 30.0), -at)
        for at, (width, height, rate) in enumerate(shapes)
        if width * height <= _LARGEST and rate >= _SLOWEST
    ]
    return -max(fit)[2] if fit else None


def _id(device: Any) -> str:
    return bytes(device.id().data()).decode(errors="replace")


def _parts() -> tuple[ModuleType, ModuleType] | None:
    """Qt's multimedia and its widgets; None where they or their libraries are missing."""
    try:
        from PySide6 import QtMultimedia, QtMultimediaWidgets
    except ImportError:
        return None
    return QtMultimedia, QtMultimediaWidgets
