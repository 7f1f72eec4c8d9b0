"""A walk through every state that is pictured (shots_*.py), to look at what is visible instead of painting it."""

from __future__ import annotations

import importlib
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTextEdit,
    QWidget,
)

from app.desktop.widgets.fields import Button, Words

HERE = Path(__file__).parent
SIZES = (QSize(1280, 800), QSize(1024, 640))
SUBJECTS = tuple(sorted(one.stem for one in HERE.glob("shots_*.py")))
CONTROLS = (
    QAbstractButton, QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QTabBar,
)  # fmt: skip


def walk(subject: str, theme: Any, look: Callable[[str, Any], None]) -> None:
    """Play the states of one shots module in order; `look(name, scene)` in each, in each of SIZES."""
    import demo_world
    import shot_registry
    import stage as stages

    importlib.import_module(subject)
    with tempfile.TemporaryDirectory() as folder:
        world = demo_world.build(Path(folder))
        people = {"rep": world.story.rep, "manager": world.story.manager}
        opened: dict[str, Any] = {}
        for one in [shot for shot in shot_registry.SHOTS if shot.take.__module__ == subject]:
            if one.role not in opened:
                workspace, api = world.tablet(people[one.role])
                opened[one.role] = stages.make_stage(workspace, theme=theme, api=api, now=demo_world.moment)
            stage = opened[one.role]
            scene = shot_registry.Scene(stage, world)
            stage.window.resize(SIZES[0])
            one.take(scene)
            for size in SIZES:
                stage.window.resize(size)
                stage.settle()
                if one.each:
                    close_sheets(stage)
                    one.take(scene)
                    stage.settle()
                look(f"{one.name} {size.width()}", scene)
            close_sheets(stage)
        for stage in opened.values():
            stage.close()
        world.engine.dispose()


def close_sheets(stage: Any) -> None:
    for one in tops(stage.window):
        if isinstance(one, QDialog):
            one.reject()
    stage.settle()


def tops(window: QWidget) -> list[QWidget]:
    """The window and the sheets that are open over it."""
    return [window, *(one for one in window.findChildren(QDialog) if one.isVisible())]


def visible(window: QWidget) -> Iterator[QWidget]:
    """Every widget of ours that is shown: not what Qt keeps inside its own."""
    for top in tops(window):
        for one in top.findChildren(QWidget):
            if one.isVisibleTo(top) and one.isVisible() and not inside_qt(one) and one.window() is top:
                yield one


def inside_qt(widget: QWidget) -> bool:
    """Whether it is a part of one of Qt's compound widgets."""
    above = widget.parentWidget()
    if widget.objectName().startswith("qt_") or type(widget).__name__ in (
        "QTableCornerButton",
        "QHeaderView",
    ):
        return True
    while above is not None:
        if isinstance(above, (QComboBox, QAbstractSpinBox, QLineEdit, QAbstractItemView, QTabBar)):
            return True
        above = above.parentWidget()
    return False


def path(widget: QWidget) -> str:
    """Which one: its own name, or the nearest name above it."""
    names, at = [type(widget).__name__], widget
    while at is not None and not at.objectName():
        at = at.parentWidget()
    return f"{at.objectName() if at is not None else '?'} ({names[0]})"


def controls(window: QWidget) -> list[QWidget]:
    """Everything that can be tapped or typed in."""
    return [one for one in visible(window) if isinstance(one, CONTROLS)]


def spoken_name(widget: QWidget) -> str:
    """What a screen reader says for it."""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def by_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def by_key(widget: QWidget) -> bool:
    """Whether a key does it: Space or Return once it has the focus, its own shortcut, or the one it says it has."""
    own = isinstance(widget, QAbstractButton) and not widget.shortcut().isEmpty()
    return any(by_tab(one) for one in (widget, *its_group(widget))) or own or bool(widget.property("byKey"))


def its_group(widget: QWidget) -> list[QAbstractButton]:
    """The buttons of which one is chosen, this one among them: Tab comes to one, the arrow keys to the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group.buttons() if group is not None and group.exclusive() else []


def tabbed(window: QWidget) -> set[QWidget]:
    """What Tab comes by, all the way round, in the uppermost sheet or window."""
    top = tops(window)[-1]
    reached: set[QWidget] = set()
    for _ in range(400):
        top.focusNextPrevChild(True)
        at = top.focusWidget()
        if at is None or at in reached:
            break
        reached.add(at)
    return reached


# -- words ------------------------------------------------------------------------------------------------------------

_LATIN = re.compile(r"[A-Za-z]{2,}(?:[ .,'’&/()+-]{1,2}[A-Za-z]{2,})*")
_SIGNS = frozenset(
    """jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
    ctrl alt shift return esc left enter home david trunkline sealed english español""".split()  # noqa: SIM905 - a list to read
)  # months, keys and names: Babel's, Qt's and nobody's to translate


def texts(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text that is shown or spoken in the window."""
    for one in visible(window):
        if isinstance(one, (QLabel, QAbstractButton)):
            yield one, one.text()
        if isinstance(one, QLineEdit):
            yield one, one.placeholderText()
        if isinstance(one, QPlainTextEdit):
            yield one, one.placeholderText()
        if isinstance(one, QComboBox):
            yield from ((one, one.itemText(at)) for at in range(one.count()))
        if isinstance(one, QTabBar):
            yield from ((one, one.tabText(at)) for at in range(one.count()))
        if isinstance(one, QAbstractItemView):
            yield from ((one, words) for words in cells(one))
        yield one, one.accessibleName()
        yield one, one.accessibleDescription()
        yield one, one.toolTip()


def cells(view: QAbstractItemView) -> Iterator[str]:
    """The words of a list's first rows and of its head."""
    model = view.model()
    if model is None:
        return
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.UserRole + 1)
    for column in range(model.columnCount()):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(model.rowCount(), 12)):
            for role in roles:
                words = model.data(model.index(row, column), role)
                if isinstance(words, str):
                    yield words


def untranslated(words: str, data: str) -> str:
    """The first run of plain letters that is neither data (the company's own words, in small letters) nor a sign."""
    for run in _LATIN.findall(words):
        plain = run.lower()
        left = [one for one in re.findall("[a-zñ]+", plain) if one not in _SIGNS]
        if left and plain not in data and not all(one in data for one in left if len(one) > 2):
            return run
    return ""


def all_data(workspace: Any) -> str:
    """Every text in the tablet's database, in small letters."""
    from app.store.engine import reading

    said: set[str] = set()
    with reading(workspace.reader) as connection:
        names = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        )
        for name in names:
            for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"'):
                said |= {value.lower() for value in row if isinstance(value, str)}
    return "\n".join(sorted(said))


HALF = 0.4  # of its words are enough to tell them, in a language 40 % longer than any of ours


def cut(widget: QWidget) -> bool:
    """Whether a word of it has no room: it neither wraps, nor ends in … by itself."""
    if (
        type(widget).__name__ == "RailButton"
        or not isinstance(widget, (QLabel, QAbstractButton))
        or not widget.text()
    ):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height() + 1
    short = widget.width() / max(1, widget.sizeHint().width())
    figure = isinstance(widget, QLabel) and bool(widget.alignment() & Qt.AlignmentFlag.AlignRight)
    return short < (HALF if isinstance(widget, (Button, Words)) and not figure else 0.99)


def beyond(window: QWidget) -> dict[str, int]:
    """What scrolls up and down only and is wider than its place, with the pixels that nobody can scroll to."""
    found = {}
    for one in window.findChildren(QScrollArea):
        sideways = one.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if one.isVisible() and one.widget() is not None and not sideways:
            over = one.widget().width() - one.viewport().width()
            if over > 0:
                found[one.objectName()] = over
    return found
