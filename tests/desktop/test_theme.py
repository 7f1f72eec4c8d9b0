"""Everything can be read, in both themes; what a stylesheet or a screen names is there."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QFontInfo, QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton

from app.desktop import theme as themes
from app.desktop.screens import PLACES
from app.screens import findings

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("palette", [themes.LIGHT, themes.DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("pair", themes.READABLE, ids=lambda p: f"{p[0]} on {p[1]}")
def test_words_stand_out_from_their_ground(palette: themes.Palette, pair: tuple[str, str]) -> None:
    ink, ground = (getattr(palette, name) for name in pair)

    assert themes.contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("palette", [themes.LIGHT, themes.DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("ground", ["window", "surface"])
def test_edges_of_what_can_be_tapped_are_seen(palette: themes.Palette, ground: str) -> None:
    """WCAG 2 asks 3 : 1 of the borders of controls and of the focus ring."""
    assert themes.contrast(palette.edge, getattr(palette, ground)) >= 3
    assert themes.contrast(palette.text, getattr(palette, ground)) >= 3


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert themes.contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("name", sorted(themes.PALETTES))
def test_the_stylesheet_has_no_hole(name: str) -> None:
    sheet = themes.Theme(name).stylesheet()

    assert "$" not in sheet.replace("a dollar sign", "")
    for image in re.findall(r"url\(([^)]+)\)", sheet):
        assert Path(image).is_file(), image


_NO_WORDS = re.compile("ScrollBar|ProgressBar|indicator|rule=|#rail|splitter|disabled")


def test_every_pair_of_the_stylesheet_is_computed() -> None:
    """Words and ground of each rule are among READABLE, so that a new pair cannot come in unseen. Words without
    a ground stand on window and surface, a ground without words is that of plain text."""
    sheet = (files("resources") / "themes" / "trunkline.qss").read_text("utf-8")
    plain = re.sub(r"\$\{(\w+)\}", r"$\1", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    pairs = set()
    for selector, rule in re.findall(r"([^{}]*){([^{}]*)}", plain):
        if _NO_WORDS.search(selector):
            continue
        for prefix in ("", "selection-"):
            inks = re.findall(rf"(?<![-\w]){prefix}color: \$(\w+)", rule)
            grounds = re.findall(rf"(?<![-\w]){prefix}background(?:-color)?: \$(\w+)", rule)
            if inks or grounds:
                around = [] if "#toast" in selector else ["window", "surface"]
                dark = "#toast" in selector
                pairs |= {(ink, ground) for ink in inks for ground in grounds or around}
                pairs |= {("surface" if dark else "text", ground) for ground in grounds if not inks}

    pairs -= {("text", "accent_strong")}  # the kind "primary" has its own ink, which the rule before sets
    assert len(pairs) > 20
    assert pairs - set(themes.READABLE) == set()


def test_every_colour_is_named_in_the_stylesheet_by_name_only() -> None:
    sheet = (files("resources") / "themes" / "trunkline.qss").read_text("utf-8")

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![\w])", re.sub(r"\w+#\w+", "", sheet)) == []


def test_every_icon_that_is_named_is_drawn() -> None:
    icons = {one.name.removesuffix(".svg") for one in (files("resources") / "icons").iterdir()}
    named = {place.icon for place in PLACES} | set(findings.ICONS.values())
    for source in (HOUSE / "app").rglob("*.py"):
        named |= set(re.findall(r'icon="([a-z]+)"', source.read_text("utf-8")))

    assert named <= icons


def test_the_house_writes_in_inter_with_figures_of_one_width(house_style: Any) -> None:
    font = themes.text_font()

    assert QFontInfo(font).family() == "Inter"
    assert QFontMetrics(font).horizontalAdvance("111") == QFontMetrics(font).horizontalAdvance("888")


def test_labels_keep_the_figures_under_the_stylesheet(qtbot: Any, house_style: Any) -> None:
    made = QLabel("1")
    made.setProperty("role", "total")
    qtbot.addWidget(made)
    made.show()

    metrics = made.fontMetrics()

    assert made.font().pixelSize() == themes.HEAD
    assert metrics.horizontalAdvance("111") == metrics.horizontalAdvance("888")


def test_a_button_keeps_its_icon_when_the_theme_changes(qtbot: Any) -> None:
    theme = themes.Theme("light")
    made = QPushButton("Sync")
    qtbot.addWidget(made)
    theme.dress(made, "sync", "text")
    before = made.icon().pixmap(20).toImage()

    theme.palette = themes.DARK
    for widget, act in list(theme._followers.items()):
        act(widget)

    assert made.icon().pixmap(20).toImage() != before


def test_a_widget_that_has_gone_is_forgotten() -> None:
    theme = themes.Theme("light")
    made = QPushButton("Sync")
    theme.dress(made, "sync")

    del made

    assert len(theme._followers) == 0


def test_the_first_frame_wears_the_colours_of_its_theme() -> None:
    from app.desktop.window import FIRST

    assert {name: (one.window, one.text) for name, one in themes.PALETTES.items()} == FIRST
