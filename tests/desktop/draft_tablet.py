"""A tablet with its window, made to be killed while somebody types: the real desk over a real workspace, offscreen.

    draft_tablet.py --database FILE --what quote|sale|count|give --seed TEXT

Dice type with real keys into a quote, a sale from the trunk, a count or a hand-over. After each entry a line of JSON
tells what stands on the screen (`typed`), and once the pause after it is over, that it is kept (`kept`). Then it goes
on typing until it is killed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from PySide6.QtCore import Qt  # noqa: E402  (the app and this folder are found by the lines above)
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QLineEdit  # noqa: E402
from quotes_kit import Hands  # noqa: E402
from stage import Stage, make_stage, moment, pump  # noqa: E402

from app.screens.wording import tr  # noqa: E402
from app.workspace.opening import open_workspace  # noqa: E402

WORDS = ("before noon", "PO 4711", "ask for Anna", "back door", "7/2026")
Entry = Callable[[], None]
ENTRIES = 24


def say(**told: Any) -> None:
    print(json.dumps(told), flush=True)


class Typist:
    """Somebody at the window. `state` is what stands there, `over` whether the pause after it is over."""

    def __init__(self, stage: Stage, dice: random.Random) -> None:
        self.stage, self.dice = stage, dice
        self.hands = Hands(stage)

    def begin(self) -> None:
        raise NotImplementedError

    def entries(self) -> list[Entry]:
        raise NotImplementedError

    def state(self) -> Any:
        raise NotImplementedError

    def over(self) -> bool:
        raise NotImplementedError

    def work(self) -> None:
        """Type, pause, type."""
        self.begin()
        for _ in range(ENTRIES):
            self.dice.choice(self.entries())()
            say(typed=self.state())
            self.stage.wait(self.over)
            self._written()
            say(kept=True)
        say(done=True)
        while True:
            pump(20)

    def _written(self) -> None:
        """The writer has done all it was asked."""
        done: list[bool] = []
        self.stage.tasks.act(lambda _workspace: None, lambda _none: done.append(True))
        self.stage.wait(lambda: bool(done))

    def keys(self, name: str, words: str) -> None:
        self.hands.type_only(name, words)
        pump(1)


class Quoting(Typist):
    """A quote for a1: lines, quantities, packs, discounts, PO number and note."""

    def begin(self) -> None:
        self.hands.go(new_for="a1")
        self.editor = self.hands.screen.editor
        self._add("p1")

    def entries(self) -> list[Entry]:
        dice, lines = self.dice, len(self.editor.draft.lines)
        at = dice.randrange(lines)
        found: list[Entry] = [
            lambda: self.keys(f"quote.line.{at}.qty.figure", str(dice.randint(1, 999))),
            lambda: self.keys(f"quote.line.{at}.discount", dice.choice(("5", "7.5", "12.25", "0"))),
            lambda: self.keys("quote.po", dice.choice(WORDS)),
            lambda: self.keys("quote.note", dice.choice(WORDS)),
        ]
        if lines < 2:
            found.append(lambda: self._add("p2"))
        if self.hands.sees("quote.line.0.units"):
            units = ("Single EA", "Pack of 10 EA")
            found.append(lambda: self.hands.choose_item("quote.line.0.units", dice.choice(units)))
        return found

    def state(self) -> Any:
        return self.editor.draft.body()

    def over(self) -> bool:
        return bool(self.editor.form.saved.text() == tr("quote_editor.saved"))

    def _add(self, product: str) -> None:
        self.keys("quote.product", product)
        self.stage.wait(lambda: self.hands.sees("quote.product.choices"))
        QTest.keyClick(self.hands.find("quote.product", QLineEdit), Qt.Key.Key_Return)
        pump(5)  # a line that was added is shown with the next event


class Selling(Typist):
    """A sale from the trunk to a1: two lots, quantities, the PO number."""

    def begin(self) -> None:
        self.screen = self.stage.go("trunk")
        self.hands.tap_row("trunk.list", 0)
        self.stage.wait(lambda: self.hands.sees("trunk.sale.account"))
        self.hands.choose("trunk.sale.account", "a1")

    def entries(self) -> list[Entry]:
        dice, items = self.dice, len(self.screen.sale.draft.items)
        at = dice.randrange(items)
        found: list[Entry] = [
            lambda: self.keys("trunk.sale.po", dice.choice(WORDS)),
            lambda: self.keys(f"trunk.sale.item.{at}.qty.figure", str(dice.randint(1, 4))),
        ]
        if items < 2:
            found.append(lambda: self.hands.tap_row("trunk.list", 1))
        return found

    def state(self) -> Any:
        return asdict(self.screen.sale.draft)

    def over(self) -> bool:
        return not self.screen.sale._pause.isActive()


class Counting(Typist):
    """A count of the trunk: lots by their number, figures, some counted again."""

    def begin(self) -> None:
        self.screen = self.stage.go("trunk")
        self.hands.tap("trunk.count_it")
        self.counted: dict[str, int] = {}

    def entries(self) -> list[Entry]:
        return [lambda: self._count(self.dice.choice(("L1", "L2")), self.dice.randint(0, 60))]

    def state(self) -> Any:
        return dict(self.counted)

    def over(self) -> bool:
        return True

    def _count(self, lot: str, many: int) -> None:
        for name, words in (("count.scan", lot), ("count.figure", str(many))):
            self.keys(name, words)
            QTest.keyClick(self.hands.find(name, QLineEdit), Qt.Key.Key_Return)
            pump(1)
        self.counted[lot] = many


class Giving(Typist):
    """A hand-over to one of two colleagues: two lots, quantities."""

    def begin(self) -> None:
        self.screen = self.stage.go("trunk")
        self.hands.tap("trunk.hand_over")
        self.hands.tap_row("trunk.list", 0)

    def entries(self) -> list[Entry]:
        dice, panel = self.dice, self.screen.aside.giving
        at = dice.randrange(len(panel.draft.lines))
        found: list[Entry] = [
            lambda: self.keys(f"trunk.giving.line.{at}.qty.figure", str(dice.randint(1, 4))),
            lambda: self.hands.tap(f"trunk.giving.place.{dice.randint(0, 1)}"),
        ]
        if len(panel.draft.lines) < 2:
            found.append(lambda: self.hands.tap_row("trunk.list", 1))
        return found

    def state(self) -> Any:
        return asdict(self.screen.aside.giving.draft)

    def over(self) -> bool:
        return not self.screen.aside.giving._pause.isActive()


WHAT = {"quote": Quoting, "sale": Selling, "count": Counting, "give": Giving}


def ids(seed: str) -> Iterator[str]:
    """Ids that this tablet makes; none was made before."""
    return (f"{seed}-{number:06d}" for number in count(1))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--what", choices=sorted(WHAT), required=True)
    parser.add_argument("--seed", required=True)
    given = parser.parse_args()
    app = QApplication.instance() or QApplication(["draft-tablet"])
    made = ids(f"typed-{given.seed}")
    stage = make_stage(open_workspace(given.database, now=moment, new_id=lambda: next(made)))
    stage.window.activateWindow()
    WHAT[given.what](stage, random.Random(given.seed)).work()
    del app


if __name__ == "__main__":
    main()
