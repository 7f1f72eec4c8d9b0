"""A choice that folds out. Long words end in …, where Qt under a stylesheet would cut through a letter."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

_PAD = 12  # the stylesheet's, at either end


class Combo(QComboBox):
    """A QComboBox; the whole of what is chosen belongs into its tip."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        words = option.currentText or self.placeholderText()
        option.currentText = self.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, field.width() - _PAD
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
