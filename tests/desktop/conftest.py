"""Screens on a stage: a desk over a real workspace on a real SQLite file, the server in person behind it.

`stage` is a rep's window in the small world (tests/small_world.py); `make_stage(tablet)` makes another one. Errors of
reader, writer and network fail the test at `stage.settle()`, exceptions in slots by themselves (pytest-qt).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session", autouse=True)
def house_style(qapp: Any) -> Any:
    """The light theme, once: dressing the application is slow."""
    from app.desktop.theme import Theme

    theme = Theme("light")
    theme.apply()
    return theme


@pytest.fixture
def make_stage(qapp: Any, house_style: Any) -> Iterator[Callable[..., Any]]:
    """A window over a tablet of the small world, closed after the test."""
    import stage

    made: list[Any] = []

    def make(tablet: Any, **how: Any) -> Any:
        how.setdefault("api", tablet.api)
        made.append(stage.make_stage(tablet.workspace, theme=house_style, **how))
        return made[-1]

    yield make
    for one in made:
        one.close()
    if house_style.name != "light":
        house_style.wear("light")


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    """The rep's tablet in the small world, synced."""
    return sqlite_world.tablet("rep")


@pytest.fixture
def stage(make_stage: Callable[..., Any], rep: Any) -> Any:
    """The rep's window."""
    return make_stage(rep)
