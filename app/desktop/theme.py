"""How Trunkline looks: sizes, spacing and colours, each named once, and the one stylesheet built from them.

Colours are named for their use, never for their hue. A state is never told by colour alone: whoever paints a tone also
writes the word. `tests/desktop/test_theme.py` computes the contrast of every pair in READABLE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from shiboken6 import isValid

W = TypeVar("W", bound=QWidget)

GRID = 8  # every distance is a multiple of it, or half of it
TOUCH = 44  # nothing that is tapped is lower or narrower
ROW, TALL_ROW = 44, 60  # a row of one line, of two
SMALL, TEXT, HEAD, TITLE = 13, 15, 18, 24
RADIUS, CARD_RADIUS = 6, 10
ICON = 20
RAIL_WIDE, RAIL_NARROW = 208, 96
WIDE = 1180  # from this window width on there is room for a wide rail

FAMILIES = (
    "Inter",
    "Inter Variable",
    "Segoe UI Variable",
    "Segoe UI",
    "SF Pro Text",
    "Noto Sans",
    "DejaVu Sans",
)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme. `*_soft` is the ground on which the colour of the same name is written."""

    name: str
    window: str  # behind everything
    surface: str  # cards, tables, fields
    sunken: str  # table heads, what the pointer is over
    line: str  # hairlines between things
    edge: str  # borders of what can be typed in or tapped
    text: str
    muted: str
    accent: str  # the one accent: what to tap next, what is chosen
    accent_strong: str  # the accent under a finger
    on_accent: str
    accent_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    rail: str
    rail_text: str
    rail_chosen: str
    on_rail: str
    badge: str
    on_badge: str


LIGHT = Palette(
    name="light",
    window="#f2f5f6",
    surface="#ffffff",
    sunken="#eaeff1",
    line="#dbe2e6",
    edge="#778892",
    text="#15212a",
    muted="#52626d",
    accent="#0d5c6f",
    accent_strong="#084655",
    on_accent="#ffffff",
    accent_soft="#dceef1",
    ok="#18653a",
    ok_soft="#dcf1e3",
    warn="#7d4a00",
    warn_soft="#fcecd0",
    bad="#a8231c",
    bad_soft="#fbe4e2",
    rail="#0e2e38",
    rail_text="#c3d5db",
    rail_chosen="#1b4a58",
    on_rail="#ffffff",
    badge="#f3b85f",
    on_badge="#2a1a00",
)
DARK = Palette(
    name="dark",
    window="#10171b",
    surface="#182126",
    sunken="#222d33",
    line="#2d3a41",
    edge="#6c7f8a",
    text="#e7edf0",
    muted="#a3b3bc",
    accent="#63c5d7",
    accent_strong="#8ad7e5",
    on_accent="#05222a",
    accent_soft="#173942",
    ok="#84d7a0",
    ok_soft="#16331f",
    warn="#f0bd66",
    warn_soft="#38290f",
    bad="#ff9d94",
    bad_soft="#431c1b",
    rail="#0a1013",
    rail_text="#a9bac2",
    rail_chosen="#1a3a43",
    on_rail="#ffffff",
    badge="#f0bd66",
    on_badge="#2a1a00",
)
PALETTES = {palette.name: palette for palette in (LIGHT, DARK)}
TONES = ("ok", "warn", "bad", "accent", "muted")

# Every (writing, ground) that is used; at least 4.5 : 1 each.
READABLE = (
    *((ink, ground) for ink in ("text", "muted") for ground in ("window", "surface", "sunken")),
    *(
        (tone, ground)
        for tone in ("ok", "warn", "bad", "accent")
        for ground in ("window", "surface", f"{tone}_soft")
    ),
    *(("text", f"{tone}_soft") for tone in ("ok", "warn", "bad", "accent")),
    ("muted", "accent_soft"),
    ("text", "line"),  # under a finger
    ("surface", "text"),  # toast and tip
    ("on_rail", "rail"),
    ("rail_text", "rail_chosen"),
    ("on_accent", "accent"),
    ("on_accent", "accent_strong"),
    ("rail_text", "rail"),
    ("on_rail", "rail_chosen"),
    ("on_badge", "badge"),
)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two #rrggbb colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Theme(QObject):
    """The theme in use. Widgets that paint themselves ask `colour` at paint time; icons are given by `dress`."""

    changed = Signal(str)

    def __init__(self, name: str = "light", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.palette = PALETTES[name]
        self._followers: WeakKeyDictionary[QWidget, Callable[[Any], None]] = WeakKeyDictionary()

    @property
    def name(self) -> str:
        return self.palette.name

    def wear(self, name: str) -> None:
        """Change to the theme of this name and dress the application in it."""
        self.palette = PALETTES[name]
        self.apply()
        for widget, act in list(self._followers.items()):
            if isValid(widget):
                act(widget)
        self.changed.emit(name)

    def apply(self) -> None:
        """Dress the application: style, font, palette and stylesheet."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if (app.style().objectName() or "").lower() != "fusion":
            app.setStyle("Fusion")
        app.setFont(text_font())
        app.setPalette(self._qt_palette())
        app.setStyleSheet(self.stylesheet())

    def colour(self, role: str) -> QColor:
        return QColor(getattr(self.palette, role))

    def tone(self, tone: str) -> QColor:
        """The colour of a tone; '' is plain text."""
        return self.colour(tone or "text")

    def ground(self, tone: str) -> QColor:
        """The soft ground under a tone."""
        return (
            self.colour(f"{tone}_soft") if tone in ("ok", "warn", "bad", "accent") else self.colour("sunken")
        )

    def stylesheet(self) -> str:
        """The stylesheet of this theme: resources/themes/trunkline.qss with its names filled in."""
        folder = files("resources") / "themes"
        sizes = {"small": SMALL, "size": TEXT, "head": HEAD, "title": TITLE, "touch": TOUCH, "radius": RADIUS}
        values: dict[str, Any] = {**asdict(self.palette), **sizes, "card_radius": CARD_RADIUS}
        values["start"] = "right" if _mirrored() else "left"  # the side at which a line begins
        values["images"] = str(folder).replace("\\", "/")
        return Template((folder / "trunkline.qss").read_text("utf-8")).substitute(values)

    def icon(self, name: str, role: str = "muted", size: int = ICON, gap: int = 0) -> QIcon:
        """The icon `resources/icons/<name>.svg` in the colour of `role`, paler when disabled; `gap` px after it."""
        icon, name = QIcon(), _facing(name)
        for mode, colour, opacity in (
            (QIcon.Mode.Normal, getattr(self.palette, role), 1.0),
            (QIcon.Mode.Disabled, self.palette.muted, 0.45),
        ):
            for scale in (1, 2):
                icon.addPixmap(svg_pixmap(name, colour, size, float(scale), opacity, gap), mode)
        return icon

    def dress(
        self, widget: QAbstractButton | QLabel, name: str, role: str = "muted", size: int = ICON
    ) -> None:
        """Give a button or label its icon, now and whenever the theme changes."""

        def put(target: QAbstractButton | QLabel) -> None:
            if isinstance(target, QAbstractButton):
                gap = 4 if target.text() else 0  # Qt leaves too little between an icon and its word
                target.setIcon(self.icon(name, role, size, gap))
                target.setIconSize(QSize(size + gap, size))
            else:
                colour = getattr(self.palette, role)
                target.setPixmap(svg_pixmap(_facing(name), colour, size, target.devicePixelRatioF()))

        put(widget)
        self.follow(widget, put)

    def follow(self, widget: W, act: Callable[[W], None]) -> None:
        """Call `act(widget)` at every change of theme for as long as the widget lives; a later `follow` of the same
        widget takes this one's place. `act` must not hold the widget itself."""
        self._followers[widget] = act

    def _qt_palette(self) -> QPalette:
        p, roles = self.palette, QPalette.ColorRole
        palette = QPalette(QColor(p.surface), QColor(p.window))
        for role, colour in (
            (roles.WindowText, p.text),
            (roles.Text, p.text),
            (roles.ButtonText, p.text),
            (roles.Base, p.surface),
            (roles.AlternateBase, p.window),
            (roles.ToolTipBase, p.text),
            (roles.ToolTipText, p.surface),
            (roles.PlaceholderText, p.muted),
            (roles.Highlight, p.accent),
            (roles.HighlightedText, p.on_accent),
            (roles.Link, p.accent),
        ):
            palette.setColor(role, QColor(colour))
        return palette


def _facing(name: str) -> str:
    """The icon that points where the words go: what is back from left to right is forward from right to left."""
    return {"back": "forward", "forward": "back"}.get(name, name) if _mirrored() else name


def _mirrored() -> bool:
    return QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft


def text_font(size: int = TEXT, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of the house at `size` px: Inter, which ships with Trunkline, with figures of one width."""
    font = QFont()
    font.setFamilies(list(_families()))
    font.setPixelSize(size)
    font.setWeight(weight)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    for file in sorted((files("resources") / "fonts").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".otf"):
            QFontDatabase.addApplicationFontFromData(file.read_bytes())
    there = set(QFontDatabase.families())
    return tuple(family for family in FAMILIES if family in there) or (QFont().family(),)


@lru_cache(maxsize=512)
def svg_pixmap(
    name: str, colour: str, size: int, scale: float = 1.0, opacity: float = 1.0, gap: int = 0
) -> QPixmap:
    """The icon drawn in one colour, `size` px square for a screen of the given scale, with `gap` px after it."""
    text = (files("resources") / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    pixmap = QPixmap(round((size + gap) * scale), round(size * scale))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    QSvgRenderer(text.encode()).render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def mark(widget: QWidget, **properties: str) -> None:
    """Set stylesheet properties (kind="primary", tone="warn" …) and have them seen at once."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
