"""A day to choose: typed, stepped with the arrow keys, or taken from a calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QDateEdit, QToolButton

from app.desktop.theme import TOUCH, Theme
from app.screens.wording import tr

_CALENDAR = (8 * TOUCH, 9 * TOUCH)  # a week is seven days and its number, a month six weeks under two lines


class DayField(QDateEdit):
    """A QDateEdit that speaks ISO."""

    def __init__(self, theme: Theme, *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setDisplayFormat(_day_format())
        self.setCalendarPopup(True)
        calendar = QCalendarWidget()
        calendar.setGridVisible(False)
        calendar.setMinimumSize(*_CALENDAR)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(day, QTextCharFormat())  # Qt's red is unreadable on a dark ground
        for step, icon in (("prevmonth", "back"), ("nextmonth", "forward")):
            made = calendar.findChild(QToolButton, f"qt_calendar_{step}")
            if made is not None:
                made.setAccessibleName(tr(f"widget.{step}"))
                theme.dress(made, icon, "text")
        self.setCalendarWidget(calendar)
        self.setMinimumHeight(TOUCH)

    def iso(self) -> str:
        """The day chosen."""
        chosen = self.date()
        return date(chosen.year(), chosen.month(), chosen.day()).isoformat()

    def set_iso(self, day: str) -> None:
        """Show a day."""
        self.setDate(QDate.fromString(day, "yyyy-MM-dd"))


def _day_format() -> str:
    """A day with its month in letters, in the order of the language: nobody reads 3/4 two ways."""
    return "MMM d, yyyy" if QLocale().name() in ("en_US", "C") else "d MMM yyyy"
