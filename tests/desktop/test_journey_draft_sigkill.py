"""Journey: the tablet is killed (SIGKILL) right after a pause in typing; what was typed up to it is there again.

A real child process types into a quote, a sale, a count, a hand-over (draft_tablet.py). The seed says what is typed
and after which pause it is killed. It may have typed on before the signal came: then that may be there, or not; what
it had said was kept must be.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTableView
from quotes_kit import Hands
from wedge_kit import with_codes

from sync.server.feed import unit_of_work

HERE = Path(__file__).parent
HOUSE = HERE.parents[1]
sys.path.append(str(HOUSE / "tests" / "journeys"))
from programs import ends_with_us  # noqa: E402  (tests are no package)

PATIENCE = 120  # seconds before a test gives up waiting for the child


@pytest.fixture
def tablet(sqlite_world: Any) -> Any:
    """The rep's tablet, switched off: its database waits for another program."""
    with_codes(sqlite_world)
    colleague = {"kind": "trunk", "territory_id": "north", "origin": "test"}
    with unit_of_work(sqlite_world.engine) as work:
        rows = [{**colleague, "id": f"trunk-{one}", "name": one, "custodian": one} for one in ("kim", "lee")]
        work.put("location", rows)
    made = sqlite_world.tablet("rep")
    made.workspace.engine.dispose()
    made.workspace.reader.dispose()
    return made


def database(tablet: Any) -> Path:
    return Path(str(tablet.workspace.engine.url.database))


def killed_in_mid_typing(tablet: Any, what: str, seed: int) -> list[Any]:
    """Let it type and kill it; what stood on the screen, from what it had said was kept on."""
    after = random.Random(f"{what} {seed}").randint(2, 14)
    command = [sys.executable, str(HERE / "draft_tablet.py"), "--database", str(database(tablet))]
    typed: list[Any] = []
    kept = 0
    with subprocess.Popen(
        [*command, "--what", what, "--seed", f"{what}-{seed}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        preexec_fn=ends_with_us(),
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        told = []
        for line in child.stdout:
            told.append(json.loads(line))
            kept += "kept" in told[-1]
            if kept == after:
                child.send_signal(signal.SIGKILL)
                break
        told += [json.loads(line) for line in child.stdout if line.endswith("\n")]
        said = child.stderr.read()
        assert child.wait(PATIENCE) == -signal.SIGKILL, said
    typed = [one["typed"] for one in told if "typed" in one]
    last = sum("kept" in one for one in told) - 1
    print(f"\njourney SIGKILL {what} seed {seed}: after pause {after}, {len(typed)} entries typed")
    return typed[last:]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(3))
def test_a_quote_is_there_again_with_every_word_typed_up_to_the_last_pause(
    tablet: Any, sqlite_world: Any, make_stage: Any, seed: int
) -> None:
    may_be = killed_in_mid_typing(tablet, "quote", seed)

    hands = Hands(make_stage(sqlite_world.reopen(tablet))).go()
    assert hands.rows("quotes.table") == 1
    hands.tap_row("quotes.table", 0)

    draft = hands.screen.editor.draft.body()
    assert draft in may_be
    assert hands.words("quote.account_name") == "Hospital a1"
    assert hands.find("quote.po", QLineEdit).text() == draft["po_number"]
    assert hands.find("quote.note", QLineEdit).text() == draft["note"]
    shown = []
    for at, line in enumerate(draft["lines"]):
        pack = line.get("pack", 1)
        many = int(hands.find(f"quote.line.{at}.qty.figure", QLineEdit).text())
        percent = hands.find(f"quote.line.{at}.discount", QLineEdit).text()
        shown.append((many * pack, round(float(percent or "0") * 100)))
        if pack > 1:
            assert hands.find(f"quote.line.{at}.units", QComboBox).currentData() == pack
    assert shown == [(line["qty"], line["discount_bp"]) for line in draft["lines"]]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
def test_a_sale_from_the_trunk_is_there_again(
    tablet: Any, sqlite_world: Any, make_stage: Any, seed: int
) -> None:
    may_be = killed_in_mid_typing(tablet, "sale", seed)

    stage = make_stage(sqlite_world.reopen(tablet))
    screen = stage.go("trunk")
    hands = Hands(stage)

    draft = screen.sale.draft
    assert draft is not None
    [found] = [
        one
        for one in may_be
        if (one["account_id"], one["po_number"]) == (draft.account_id, draft.po_number)
        and [(i["product_id"], i["lot_id"], i["qty"]) for i in one["items"]]
        == [(i.product_id, i.lot_id, i.qty) for i in draft.items]
    ][:1]
    assert hands.words("trunk.sale.account_name") == "Hospital a1"
    assert hands.find("trunk.sale.po", QLineEdit).text() == found["po_number"]
    figures = [
        int(hands.find(f"trunk.sale.item.{at}.qty.figure", QLineEdit).text())
        for at in range(len(found["items"]))
    ]
    assert figures == [item["qty"] for item in found["items"]]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
def test_a_count_is_there_again_with_every_lot_counted(
    tablet: Any, sqlite_world: Any, make_stage: Any, seed: int
) -> None:
    may_be = killed_in_mid_typing(tablet, "count", seed)

    stage = make_stage(sqlite_world.reopen(tablet))
    stage.go("trunk")
    hands = Hands(stage)
    hands.tap("trunk.count_it")

    rows = hands.find("count.list", QTableView).rows
    counted = {row.lot.rpartition(" ")[2]: int(row.counted) for row in rows if row.counted}
    assert counted in may_be


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
def test_a_hand_over_is_there_again_with_its_lots_and_its_colleague(
    tablet: Any, sqlite_world: Any, make_stage: Any, seed: int
) -> None:
    may_be = killed_in_mid_typing(tablet, "give", seed)

    stage = make_stage(sqlite_world.reopen(tablet))
    screen = stage.go("trunk")
    hands = Hands(stage)

    draft = screen.aside.giving.draft
    assert json.loads(json.dumps(asdict(draft))) in may_be
    assert hands.words("trunk.giving.title") == "Hand over to a colleague"
    figures = [
        int(hands.find(f"trunk.giving.line.{at}.qty.figure", QLineEdit).text())
        for at in range(len(draft.lines))
    ]
    assert figures == [one.qty for one in draft.lines]
    places = [hands.find(f"trunk.giving.place.{at}", QAbstractButton) for at in range(2)]
    assert "".join(one.property("place") for one in places if one.isChecked()) == draft.to_location
