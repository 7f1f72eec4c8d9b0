"""Everybody can work with every screen: by touch, by keyboard, by ear, in every language.

Walks all states that are pictured, in the pseudo-language: whatever is not in it was never worded, and it is 40 %
longer than English.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from walk import (
    SUBJECTS,
    all_data,
    beyond,
    by_key,
    by_tab,
    controls,
    cut,
    its_group,
    path,
    spoken_name,
    tabbed,
    texts,
    tops,
    untranslated,
    visible,
    walk,
)

from app.desktop.tongue import put_on

Found = dict[str, dict[str, str]]


@pytest.fixture(autouse=True)
def strange() -> Iterator[None]:
    """The pseudo-language, for this test."""
    put_on("pseudo")
    yield
    put_on("system")


@lru_cache(maxsize=len(SUBJECTS))
def looked_at(subject: str, theme: Any) -> Found:
    """What is wrong on the way: by kind, each thing once, with the first state in which it was seen."""
    found: Found = {kind: {} for kind in ("name", "key", "tab", "words", "cut")}
    data: dict[str, str] = {}

    def look(state: str, scene: Any) -> None:
        window, role = scene.stage.window, scene.stage.desk.user.role
        if role not in data:
            data[role] = all_data(scene.stage.workspace)
        top = tops(window)[-1]
        typed = "\n".join(one.text().lower() for one in controls(window) if isinstance(one, QLineEdit))
        typed += "\n".join(one.name.lower() for one in scene.stage.desk.cameras.lenses())  # the makers' words
        for one, words in texts(window):
            strange_to_it = untranslated(words, f"{data[role]}\n{typed}")
            if strange_to_it:  # or it has come in since
                data[role] = all_data(scene.stage.workspace)
                strange_to_it = untranslated(words, f"{data[role]}\n{typed}")
            if strange_to_it:
                found["words"].setdefault(f"{path(one)}: {strange_to_it}", state)
        for one in visible(window):
            if cut(one):
                found["cut"].setdefault(path(one), state)
        for one in controls(window):
            if not spoken_name(one):
                found["name"].setdefault(path(one), state)
            if not by_key(one):
                found["key"].setdefault(path(one), state)
        reached = tabbed(window)
        for one in controls(window):
            if by_tab(one) and one.isEnabled() and one.window() is top and not met(one, reached):
                found["tab"].setdefault(path(one), state)

    walk(subject, theme, look)
    return found


def met(widget: QWidget, reached: set[QWidget]) -> bool:
    """Tab came to it, to what it gives its focus to, or to one of its group, in which the arrow keys go on."""
    return (
        widget in reached
        or widget.focusProxy() in reached
        or any(one in reached for one in its_group(widget))
    )


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_control_has_a_name(subject: str, house_style: Any) -> None:
    assert looked_at(subject, house_style)["name"] == {}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_control_has_a_key(subject: str, house_style: Any) -> None:
    assert looked_at(subject, house_style)["key"] == {}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_tab_comes_by_every_control(subject: str, house_style: Any) -> None:
    assert looked_at(subject, house_style)["tab"] == {}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_word_is_translated_or_data(subject: str, house_style: Any) -> None:
    assert looked_at(subject, house_style)["words"] == {}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_is_cut_in_a_longer_language(subject: str, house_style: Any) -> None:
    assert looked_at(subject, house_style)["cut"] == {}


@pytest.mark.parametrize("subject", ["shots_approvals", "shots_cards"])
def test_no_page_is_wider_than_its_place_in_spanish(subject: str, house_style: Any) -> None:
    put_on("es")
    wider: dict[str, str] = {}

    def look(state: str, scene: Any) -> None:
        for name, over in beyond(scene.stage.window).items():
            wider.setdefault(name, f"{over} px at {state}")

    walk(subject, house_style, look)

    assert wider == {}
