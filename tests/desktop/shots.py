"""Pictures of every screen: light and dark, 1280×800 and 1024×640, in build/shots, with a contact sheet each; and of
the main screens from right to left, in Spanish and at 200 %, on one sheet.

python tests/desktop/shots.py [--rtl | --es | --scale] [NAME ...]     only the states whose names begin so
"""

from __future__ import annotations

import importlib
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "UTC"
VARIANTS = ("--rtl", "--es", "--scale")
VARIANT = next((one for one in VARIANTS if one in sys.argv), "")
if VARIANT == "--scale":
    os.environ["QT_SCALE_FACTOR"] = "2"
HERE = Path(__file__).parent
HOUSE = HERE.parents[1]
sys.path[:0] = [str(HOUSE), str(HERE)]

from PySide6.QtCore import QPoint, QSize, Qt  # noqa: E402  (Qt reads the environment)
from PySide6.QtGui import QColor, QImage, QPainter  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog  # noqa: E402

OUT = HOUSE / "build" / "shots"
SIZES = (QSize(1280, 800), QSize(1024, 640))
THEMES = ("light", "dark")
MAIN = (
    "sign-in", "today", "accounts-card", "catalogue-for-account", "quotes-list", "quotes-editor-lines",
    "quotes-editor-why", "quotes-order", "trunk", "trunk-sale", "trunk-review", "approvals-detail", "sync", "settings",
)  # fmt: skip


def main(wanted: list[str]) -> int:
    """Take the pictures; their names are printed."""
    app = QApplication.instance() or QApplication(["shots"])
    import demo_world
    import shot_registry
    import stage as stages

    from app.desktop.theme import Theme
    from app.desktop.tongue import put_on

    for module in sorted(HERE.glob("shots_*.py")):
        importlib.import_module(module.stem)
    chosen = [s for s in shot_registry.SHOTS if not wanted or s.name.startswith(tuple(wanted))]
    if VARIANT and not wanted:
        chosen = [s for s in chosen if s.name in MAIN]
    put_on({"--rtl": "pseudo_rtl", "--es": "es"}.get(VARIANT, "en"))
    subjects = {one.take.__module__ for one in chosen}
    played = [
        s for s in shot_registry.SHOTS if s.take.__module__ in subjects
    ]  # a state builds on earlier ones
    OUT.mkdir(parents=True, exist_ok=True)
    theme = Theme("light")
    theme.apply()
    taken: dict[tuple[str, int], list[QImage]] = {}
    for _subject, group in itertools.groupby(played, key=lambda one: one.take.__module__):
        with tempfile.TemporaryDirectory() as folder:
            world = demo_world.build(Path(folder))  # each subject has a company of its own
            people = {"rep": world.story.rep, "manager": world.story.manager}
            stages_open: dict[str, stages.Stage] = {}
            for one in group:
                if one.role not in stages_open:
                    workspace, api = world.tablet(people[one.role])
                    stages_open[one.role] = stages.make_stage(
                        workspace, theme=theme, api=api, now=demo_world.moment
                    )
                stage = stages_open[one.role]
                stage.window.resize(SIZES[0])
                scene = shot_registry.Scene(stage, world)
                one.take(scene)
                if one not in chosen:
                    close_sheets(stage)
                    continue
                for name, picture in pictures(scene, theme, one):
                    tail = f"{name}-{picture.width()}x{picture.height()}{VARIANT.replace('--', '-')}"
                    picture.save(str(OUT / f"{one.name}-{tail}.png"))
                    taken.setdefault((name, picture.width()), []).append(picture)
                theme.wear("light")
                print(one.name, flush=True)
            for stage in stages_open.values():
                stage.close()
            world.engine.dispose()
    for (name, width), all_of_it in taken.items() if not wanted else ():
        for number, page in enumerate(pages(all_of_it, 12), 1):
            sheet(page).save(str(OUT / f"contact{VARIANT.replace('--', '-')}-{name}-{width}-{number}.png"))
    print(f"{sum(map(len, taken.values()))} pictures of {len(chosen)} states in {OUT.relative_to(HOUSE)}")
    del app
    return 0 if wanted or VARIANT else everybody()


def everybody() -> int:
    """The main screens in each variant, each in a process of its own (Qt reads its scale once), and their one sheet."""
    for variant in VARIANTS:
        done = subprocess.run([sys.executable, __file__, variant], check=False)
        if done.returncode:
            return done.returncode
    all_of_it = [
        QImage(str(one))
        for variant in VARIANTS
        for one in sorted(OUT.glob(f"*{variant.replace('--', '-')}.png"))
    ]
    sheet(all_of_it, columns=6, width=640).save(str(OUT / "contact-everybody.png"))
    return 0


def pictures(scene: Any, theme: Any, one: Any) -> Iterator[tuple[str, QImage]]:
    """The window in the state it was brought to, in each theme and size."""
    stage = scene.stage
    for name in THEMES[:1] if VARIANT else THEMES:
        theme.wear(name)
        for size in SIZES[:1] if VARIANT else SIZES:
            stage.window.resize(size)
            stage.settle()
            if one.each:
                close_sheets(stage)
                one.take(scene)
                stage.settle()
            yield name, with_sheets(stage.window)
    close_sheets(stage)


def sheets_of(window: Any) -> list[QDialog]:
    """The sheets that are open over it."""
    return [one for one in window.findChildren(QDialog) if one.isVisible()]


def close_sheets(stage: Any) -> None:
    for one in sheets_of(stage.window):
        one.reject()
    stage.settle()


def with_sheets(window: Any) -> QImage:
    """The window, and over it in the middle, where a window manager puts them, its sheets."""
    image: QImage = window.grab().toImage()
    painter = QPainter(image)
    for one in sheets_of(window):
        painter.fillRect(image.rect(), QColor(0, 0, 0, 90))
        corner = image.rect().center() - one.rect().center()
        painter.drawPixmap(corner, one.grab())
    painter.end()
    return image


def pages(all_of_it: list[QImage], size: int) -> Iterator[list[QImage]]:
    """The pictures in lists of at most `size`."""
    for start in range(0, len(all_of_it), size):
        yield all_of_it[start : start + size]


def sheet(pictures: list[QImage], columns: int = 3, width: int = 560) -> QImage:
    """All pictures of one kind on one sheet."""
    small = [one.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation) for one in pictures]
    height = max(one.height() for one in small)
    rows = -(-len(small) // columns)
    image = QImage(columns * (width + 8) + 8, rows * (height + 8) + 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    painter = QPainter(image)
    for at, one in enumerate(small):
        painter.drawImage(QPoint(8 + at % columns * (width + 8), 8 + at // columns * (height + 8)), one)
    painter.end()
    return image


if __name__ == "__main__":
    sys.exit(main([one for one in sys.argv[1:] if one not in VARIANTS]))
