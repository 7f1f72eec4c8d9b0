"""A list beside its detail where there is room, and one at a time where there is not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.theme import GRID, Theme
from app.desktop.widgets.fields import button
from app.screens.wording import tr

ROOM = 880  # from this width on both stand beside each other
_COMFORT = 960  # below this width a detail beside a growing list takes a little less
_UNLIMITED = 16_777_215  # QWIDGETSIZE_MAX


class ListDetail(QWidget):
    """`left` is the list, `right` the detail. In a narrow window `show_detail` puts the detail in the list's place,
    with a way back (`went_back`). With `grow_left` the list takes the room and the detail keeps `width`."""

    went_back = Signal()

    def __init__(
        self,
        theme: Theme,
        left: QWidget,
        right: QWidget,
        *,
        name: str,
        width: int = 400,
        grow_left: bool = False,
        room: int = ROOM,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setMinimumWidth(320)  # or the sum of both would keep the window from getting narrow
        self._width, self._grow_left, self._room = width, grow_left, room
        self.wide = True
        self._alone = False
        self._detail_first = False
        self._left = left
        self.back = button(tr("widget.back"), name=f"{name}.back", kind="quiet", icon="back", theme=theme)
        self.back.setShortcut("Alt+Left")
        self.back.clicked.connect(self.show_list)
        self._detail = QWidget()
        beside = QVBoxLayout(self._detail)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(GRID)
        beside.addWidget(self.back, alignment=Qt.AlignmentFlag.AlignLeft)
        beside.addWidget(right, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addWidget(left, 1)
        whole.addWidget(self._detail, 1)
        self._arrange()

    def show_detail(self) -> None:
        """Bring the detail forward."""
        self._detail_first = True
        self._arrange()
        if not self.wide:
            self._detail.setFocus()  # or the way back would look chosen

    def show_list(self) -> None:
        """Bring the list forward."""
        self._detail_first = False
        self._arrange()
        self.went_back.emit()

    def show_alone(self, alone: bool) -> None:
        """Give the list all the room: there is nothing to show beside it."""
        if alone != self._alone:
            self._alone = alone
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.wide = event.size().width() >= self._room
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        fixed, other = (self._detail, self._left) if self._grow_left else (self._left, self._detail)
        both = self.wide and not self._alone
        width = self._width - 2 * GRID if self._grow_left and self.width() < _COMFORT else self._width
        fixed.setMaximumWidth(width if both else _UNLIMITED)
        fixed.setMinimumWidth(width if both else 0)
        other.setMinimumWidth(0)
        self.back.setVisible(not self.wide)
        self._left.setVisible(self.wide or self._alone or not self._detail_first)
        self._detail.setVisible(not self._alone and (self.wide or self._detail_first))
