"""Pictures of every screen and state: light and dark, 1280×800 and 1024×640, in build/shots; and from right to left,
in Spanish and at 200 %. All of them stand with their names on one contact sheet, in as many pages as it takes:
contact-1.png and so on; those of the small window on contact-small-1.png and so on.

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
sys.path[:0] = [str(HOUSE), str(HERE), str(HOUSE / "tests")]

import contact_sheet  # noqa: E402  (Qt reads the environment)
from PySide6.QtCore import QSize  # noqa: E402
from PySide6.QtGui import QColor, QImage, QPainter  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog  # noqa: E402

OUT = HOUSE / "build" / "shots"
SIZES = (QSize(1280, 800), QSize(1024, 640))
THEMES = ("light", "dark")


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
    put_on({"--rtl": "pseudo_rtl", "--es": "es"}.get(VARIANT, "en"))
    subjects = {one.take.__module__ for one in chosen}
    played = [
        s for s in shot_registry.SHOTS if s.take.__module__ in subjects
    ]  # a state builds on earlier ones
    OUT.mkdir(parents=True, exist_ok=True)
    for old in () if wanted or VARIANT else OUT.glob("*.png"):
        old.unlink()
    theme = Theme("light")
    theme.apply()
    taken = 0
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
                    taken += 1
                theme.wear("light")
                print(one.name, flush=True)
            for stage in stages_open.values():
                stage.close()
            world.engine.dispose()
    print(f"{taken} pictures of {len(chosen)} states in {OUT.relative_to(HOUSE)}")
    del app
    if wanted or VARIANT:
        return 0
    for variant in VARIANTS:  # each in a process of its own: Qt reads its scale once
        done = subprocess.run([sys.executable, __file__, variant], check=False)
        if done.returncode:
            return done.returncode
    contact([one.name for one in shot_registry.SHOTS])
    return 0


def contact(states: list[str]) -> None:
    """The contact sheets: each state in both themes, in the order of registration, then what is seen otherwise."""
    large, small = (f"{size.width()}x{size.height()}" for size in SIZES)
    tails = [f"{theme}-{large}" for theme in THEMES]
    names = [f"{state}-{tail}" for state in states for tail in tails]
    for variant in VARIANTS:
        ends = f"{variant.replace('--', '-')}.png"
        names += [path.stem for state in states for path in sorted(OUT.glob(f"{state}-{THEMES[0]}-*{ends}"))]
    for stem, wanted in (
        ("contact", names),
        ("contact-small", [f"{state}-{theme}-{small}" for state in states for theme in THEMES]),
    ):
        found = [(name, OUT / f"{name}.png") for name in wanted if (OUT / f"{name}.png").exists()]
        written = contact_sheet.write(found, OUT, stem, columns=6, rows=8, width=400)
        print(f"{len(found)} pictures on {len(written)} pages, {written[0].name} to {written[-1].name}")


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
        painter.fillRect(window.rect(), QColor(0, 0, 0, 90))
        corner = window.rect().center() - one.rect().center()  # at 200 % the image has four times the pixels
        painter.drawPixmap(corner, one.grab())
    painter.end()
    return image


if __name__ == "__main__":
    sys.exit(main([one for one in sys.argv[1:] if one not in VARIANTS]))
