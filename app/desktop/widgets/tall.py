"""What stands inside something that scrolls: exactly as high as its words need at the width there is."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class Tall(QWidget):
    """Its layout knows the height for a width; the least height Qt would guess is that of a much narrower column."""

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        inside = self.layout()
        if inside is not None and inside.hasHeightForWidth():
            least.setHeight(0)  # QScrollArea asks for the height at its width
        return least
