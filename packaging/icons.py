"""Draws the program icon in the two forms Windows and macOS want, from the one drawing in packaging/linux.

python packaging/icons.py        writes build/icons/trunkline.{ico,icns,png}
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HOUSE = Path(__file__).resolve().parents[1]
SIZES = {"trunkline.ico": 256, "trunkline.icns": 512, "trunkline.png": 512}


def drawn(size: int) -> QImage:
    """The icon as a transparent square of `size` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(HOUSE / "packaging/linux/trunkline.svg")).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def main() -> None:
    app = QGuiApplication([])
    folder = HOUSE / "build" / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    for name, size in SIZES.items():
        if not drawn(size).save(str(folder / name)):
            raise SystemExit(f"icons: Qt can't write {name} here")
    del app


if __name__ == "__main__":
    main()
