"""Codes out of a picture, and into one. The one module that knows zxing-cpp.

What is read: DataMatrix, GS1-128, QR, and the EAN and DataBar codes of retail boxes, at any angle. A text comes out as
a scanner would send it: with the symbology identifier where the code says that it is GS1's, <GS> for FNC1.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QTransform
from zxingcpp import BarcodeFormat, ContentType, TextMode

LARGEST = 2_400  # pixels on the longer side; a photograph is made smaller first
SUFFIXES = ("png", "jpg", "jpeg", "bmp", "gif", "webp")
_MARKS = {BarcodeFormat.DataMatrix: "]d2", BarcodeFormat.QRCode: "]Q3", BarcodeFormat.Code128: "]C1"}
_READ = (
    BarcodeFormat.DataMatrix, BarcodeFormat.QRCode, BarcodeFormat.Code128, BarcodeFormat.EANUPC, BarcodeFormat.ITF,
    BarcodeFormat.DataBar,
)  # fmt: skip
_LINEAR = (BarcodeFormat.Code128, BarcodeFormat.ITF)  # EAN and DataBar check themselves better
# Linear codes are found near the axes only; a square one at any angle.
_ANGLES = (0, 30, -30, 45, 15, -15, 8, -8, 22, -22)


def codes_in_file(path: Path) -> tuple[str, ...] | None:
    """The codes of a picture file, from its top; none when nothing was found, None when it is no picture."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)  # a tablet held upright writes its photographs lying
    picture = reader.read()
    return None if picture.isNull() else codes_in(picture)


def codes_in(picture: QImage, *, angles: Sequence[int] = _ANGLES) -> tuple[str, ...]:
    """The codes in a picture, from its top; the same one only once. It is turned by each of these degrees until one is
    found, which takes long: the frames of a camera, where the next one comes soon, share the angles out."""
    if max(picture.width(), picture.height()) > LARGEST:
        picture = picture.scaled(
            LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    for angle in angles:
        found = _read(picture if not angle else _turned(picture, angle))
        if found:
            found.sort(key=lambda one: (one.position.top_left.y, one.position.top_left.x))
            return tuple(dict.fromkeys(_as_sent(one) for one in found))
    return ()


def angle_of(look: int) -> int:
    """How a camera's frame with this number is turned: every second one not at all: most lie straight."""
    return _ANGLES[1 + look // 2 % (len(_ANGLES) - 1)] if look % 2 else 0


def _read(picture: QImage) -> list[zxingcpp.Barcode]:
    """The codes in a picture as it lies. A linear code is looked at twice: its check character lets one misreading in a
    hundred through, which a blurred picture makes, and another size of the picture does not make again."""
    found = _found(picture)
    if any(one.symbology in _LINEAR for one in found):
        larger = picture.scaled(
            picture.size() * 1.5,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        again = {one.text for one in _found(larger)}
        found = [one for one in found if one.symbology not in _LINEAR or one.text in again]
    return found


def _found(picture: QImage) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(
        picture.convertToFormat(QImage.Format.Format_Grayscale8),
        formats=zxingcpp.BarcodeFormats(_READ),
        text_mode=TextMode.Plain,
    )


def drawn(text: str, *, scale: int = 4) -> QImage:
    """A QR code of the text, dark on white with its margin: for another tablet to read."""
    made = zxingcpp.create_barcode(text, BarcodeFormat.QRCode).to_image(scale=scale)
    rows = memoryview(made)  # type: ignore[arg-type]
    height, width = made.shape[:2]
    return QImage(rows.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()


def _turned(picture: QImage, angle: int) -> QImage:
    """The picture turned by so many degrees, on white."""
    flat = picture.convertToFormat(QImage.Format.Format_ARGB32)
    turned = flat.transformed(QTransform().rotate(angle), Qt.TransformationMode.SmoothTransformation)
    ground = QImage(turned.size(), QImage.Format.Format_RGB32)
    ground.fill(Qt.GlobalColor.white)
    painter = QPainter(ground)
    painter.drawImage(0, 0, turned)
    painter.end()
    return ground


def _as_sent(found: zxingcpp.Barcode) -> str:
    mark = _MARKS.get(found.symbology, "") if found.content_type is ContentType.GS1 else ""
    return mark + found.text
