"""A pad to sign on, with finger, pen or mouse, and the picture of what was drawn.

A signature is kept as strokes of points on a grid (app.domain.strokes), whose steps are as long downwards as across the
width of the pad: it has the same shape on every screen and on paper. Whoever cannot draw signs by the name alone.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme import GRID, RADIUS, TEXT, TOUCH, Theme, text_font
from app.domain.strokes import GRID as STEPS, Stroke, as_strokes, as_text
from app.screens.wording import tr

Strokes = tuple[Stroke, ...]
_NEAR = 25  # steps of the grid: a point nearer to the last one tells nothing new
_THICK = 2.4  # px of the ink
_PEN, _FINGER, _MOUSE = "pen", "finger", "mouse"


class SignaturePad(QWidget):
    """See the module. `changed` carries what is drawn as text, '' when nothing is. What was cleared can be brought
    back until something else is drawn."""

    changed = Signal(str)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("signature.pad"))
        self.setAccessibleDescription(tr("signature.pad.more"))
        self.setToolTip(tr("signature.pad.more"))
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(QSize(5 * TOUCH, 3 * TOUCH))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._strokes: Strokes = ()
        self._cleared: Strokes = ()
        self._drawn: list[tuple[int, int]] = []  # the stroke under way
        self._by = ""  # what draws it: while a pen is down, the hand that lies on the pad draws nothing
        theme.changed.connect(self.update)

    # -- what is drawn ------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What is drawn, as text; '' when nothing is."""
        return as_text(self._strokes)

    @property
    def may_bring_back(self) -> bool:
        """Whether something was cleared, and nothing drawn since."""
        return bool(self._cleared)

    def clear(self) -> None:
        """Take the drawing away; it can be brought back."""
        if self._strokes:
            self._change((), cleared=self._strokes)

    def bring_back(self) -> None:
        """Undo the clearing."""
        if self._cleared:
            self._change(self._cleared)

    def put(self, text: str) -> None:
        """Show a drawing kept as text."""
        self._change(as_strokes(text))

    def forget(self) -> None:
        """An empty pad for somebody else: nothing can be brought back."""
        self._by = ""
        self._drawn = []
        self._change(())

    def _change(self, strokes: Strokes, *, cleared: Strokes = ()) -> None:
        self._strokes, self._cleared = strokes, cleared
        self.update()
        self.changed.emit(self.text)

    # -- drawing ------------------------------------------------------------------------------------------------------

    def _press(self, by: str, at: QPointF) -> None:
        if self._by not in ("", by) and by != _PEN:
            return  # one thing draws at a time, and a pen before all others
        self._by, self._drawn = by, []
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._move(by, at)

    def _move(self, by: str, at: QPointF) -> None:
        if by != self._by:
            return
        step = max(1, self.width())
        x, y = round(at.x() * STEPS / step), round(at.y() * STEPS / step)
        low = min(STEPS, self.height() * STEPS // step)
        point = (min(max(x, 0), STEPS), min(max(y, 0), low))
        if self._drawn:
            last = self._drawn[-1]
            if abs(point[0] - last[0]) + abs(point[1] - last[1]) < _NEAR:
                return
        self._drawn.append(point)
        self.update()

    def _lift(self, by: str) -> None:
        if by != self._by:
            return
        drawn, self._drawn, self._by = tuple(self._drawn), [], ""
        try:
            kept = as_text((*self._strokes, drawn))
        except ValueError:  # more strokes than a signature may have: this one is not kept
            self.update()
            return
        self._change(as_strokes(kept))

    def tabletEvent(self, event: QTabletEvent) -> None:
        match event.type():
            case QEvent.Type.TabletPress:
                self._press(_PEN, event.position())
            case QEvent.Type.TabletMove:
                self._move(_PEN, event.position())
            case QEvent.Type.TabletRelease:
                self._lift(_PEN)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        """The first finger draws; an accepted touch becomes no mouse."""
        event.accept()
        points = event.points()
        match event.type():
            case QEvent.Type.TouchBegin if points:
                self._press(_FINGER, points[0].position())
            case QEvent.Type.TouchUpdate if points:
                self._move(_FINGER, points[0].position())
            case QEvent.Type.TouchEnd | QEvent.Type.TouchCancel:
                self._lift(_FINGER)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._press(_MOUSE, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(_MOUSE, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._lift(_MOUSE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.bring_back()
        else:
            super().keyPressEvent(event)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = 2 if self.hasFocus() else 1
        edge = QRectF(self.rect()).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2)
        painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "edge"), ring))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(edge, RADIUS, RADIUS)
        line = self.height() * 3 // 4
        painter.setPen(QPen(theme.colour("line"), 2))
        painter.drawLine(2 * GRID, line, self.width() - 2 * GRID, line)
        if not self._strokes and not self._drawn:
            painter.setFont(text_font(TEXT, QFont.Weight.Medium))
            painter.setPen(theme.colour("muted"))
            room = QRect(2 * GRID, line - 3 * GRID, self.width() - 4 * GRID, 3 * GRID)
            side = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, int(side), tr("signature.hint"))
        under_way = (tuple(self._drawn),) if self._drawn else ()
        scale = self.width() / STEPS
        ink(painter, (*self._strokes, *under_way), QPoint(0, 0), scale, theme.colour("text"), _THICK)


class SignaturePicture(QWidget):
    """What was drawn, as large as the room is. Nothing drawn takes no room."""

    def __init__(self, theme: Theme, *, name: str, high: int = 72) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("signature.picture"))
        self.setFixedHeight(high)
        self._theme = theme
        self._strokes: Strokes = ()
        theme.changed.connect(self.update)

    def show_text(self, text: str) -> None:
        """Show a drawing kept as text; '' hides the picture."""
        self._strokes = as_strokes(text)
        self.setVisible(bool(self._strokes))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._strokes:
            return
        left, top, wide, high = bounds(self._strokes)
        room = self.rect().adjusted(4, 4, -4, -4)
        scale = min(room.width() / max(wide, 1), room.height() / max(high, 1), 1.5 * self.width() / STEPS)
        start = room.left()
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            start = room.right() - round(wide * scale)
        down = room.top() + round((room.height() - high * scale) / 2)
        corner = QPoint(start - round(left * scale), down - round(top * scale))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink(painter, self._strokes, corner, scale, self._theme.colour("text"), 1.6)


def bounds(strokes: Strokes) -> tuple[int, int, int, int]:
    """Left, top, width and height of a drawing, in steps of its grid."""
    across, down = (
        [x for stroke in strokes for x, _y in stroke],
        [y for stroke in strokes for _x, y in stroke],
    )
    return min(across), min(down), max(across) - min(across), max(down) - min(down)


def ink(
    painter: QPainter, strokes: Strokes, corner: QPoint, scale: float, colour: QColor, thick: float
) -> None:
    """Draw strokes, `scale` px to a step of the grid, from a corner on: as curves through the middles of their
    points."""
    pen = QPen(colour, thick)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in strokes:
        points = [QPointF(corner.x() + x * scale, corner.y() + y * scale) for x, y in stroke]
        painter.drawPath(curve(points))


def curve(points: list[QPointF]) -> QPainterPath:
    """A smooth line through the middles between points, from the first to the last; one point is a dot."""
    path = QPainterPath(points[0])
    if len(points) == 1:
        path.lineTo(points[0] + QPointF(0.1, 0.1))
        return path
    for here, after in pairwise(points[1:]):
        path.quadTo(here, (here + after) / 2)
    path.lineTo(points[-1])
    return path
