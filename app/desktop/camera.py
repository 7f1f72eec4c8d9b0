"""The camera, where there is one: its frames as pictures. Qt's multimedia is a part that may not be installed (the
`camera` extra; on Debian it wants libpulse0), so it is looked for when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QObject, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from types import ModuleType

EVERY_MS = 120  # one frame in so many is looked at: reading takes 10 to 30


def has_camera() -> bool:
    """Whether a camera can be used now."""
    parts = _parts()
    return parts is not None and bool(parts[0].QMediaDevices.videoInputs())


def _parts() -> tuple[ModuleType, ModuleType] | None:
    """Qt's multimedia and its widgets; None where they or their libraries are missing."""
    try:
        from PySide6 import QtMultimedia, QtMultimediaWidgets
    except ImportError:
        return None
    return QtMultimedia, QtMultimediaWidgets


class Camera(QObject):
    """`view` shows what the camera sees; `framed` carries a frame (QImage) now and then; `failed` that it gave up.
    Only where `has_camera`."""

    framed = Signal(object)
    failed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        parts = _parts()
        assert parts is not None
        media, widgets = parts
        self.view: QWidget = widgets.QVideoWidget()
        self._since = QElapsedTimer()
        self._camera: Any = media.QCamera(media.QMediaDevices.defaultVideoInput(), self)
        self._session: Any = media.QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoOutput(self.view)
        self._camera.errorOccurred.connect(lambda *_error: self.failed.emit())
        self.view.videoSink().videoFrameChanged.connect(self._on_frame)

    def start(self) -> None:
        self._since.start()
        self._camera.start()

    def stop(self) -> None:
        self._camera.stop()

    def _on_frame(self, frame: Any) -> None:
        if self._since.elapsed() < EVERY_MS:
            return
        self._since.restart()
        picture = frame.toImage()
        if not picture.isNull():
            self.framed.emit(picture)
