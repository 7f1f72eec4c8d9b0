"""A day to choose: typed, stepped with the arrow keys, or taken from a calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCalendarWidget, QDateEdit

from app.desktop.theme import TOUCH

_CALENDAR = (8 * TOUCH, 9 * TOUCH)  # a week is seven days and its number, a month six weeks under two lines


class DayField(QDateEdit):
    """A QDateEdit that speaks ISO."""

    def __init__(self, *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setDisplayFormat("MMM d, yyyy")
        self.setCalendarPopup(True)
        calendar = QCalendarWidget()
        calendar.setGridVisible(False)
        calendar.setMinimumSize(*_CALENDAR)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setCalendarWidget(calendar)
        self.setMinimumHeight(TOUCH)

    def iso(self) -> str:
        """The day chosen."""
        chosen = self.date()
        return date(chosen.year(), chosen.month(), chosen.day()).isoformat()

    def set_iso(self, day: str) -> None:
        """Show a day."""
        self.setDate(QDate.fromString(day, "yyyy-MM-dd"))
