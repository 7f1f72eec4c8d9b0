"""Every bad code of the makers' own cases, scanned: the title, the sentence and the next step that stand on the screen.

tests/data/labels/bad_in_words.csv names them in English, as they were read and found right, one by one or kind by kind.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from camera_kit import Films
from PySide6.QtWidgets import QLabel, QWidget
from stage import moment

from app.desktop.widgets.scan_sheet import ScanSheet
from app.domain.scan import ScanRefused
from app.screens.formats import Formats
from app.screens.scanning import refusal_words, shown_code
from app.workspace.barcodes import read_code

DATA = Path(__file__).parents[1] / "data"
BENCH = Path(__file__).parents[1] / "bench"


def _bad() -> Iterator[Any]:
    with (DATA / "labels" / "bad_in_words.csv").open(encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.DictReader(file)):
            words = (row["title"], row["says"], row["next"])
            yield pytest.param(json.loads(row["code_json"]), words, id=f"{at}-{row['source']}")


BAD = tuple(_bad())


@pytest.fixture(scope="module")
def sheet(house_style: Any) -> Iterator[ScanSheet]:
    page = QWidget()
    page.resize(1024, 640)
    page.show()
    yield ScanSheet(page, house_style, Films(()))
    page.close()
    page.deleteLater()


def said(sheet: ScanSheet, part: str) -> str:
    made = sheet.findChild(QLabel, f"scan_sheet.refusal.{part}")
    assert isinstance(made, QLabel)
    assert made.isVisibleTo(sheet)
    return made.text()


@pytest.mark.parametrize(("code", "words"), BAD)
def test_a_bad_code_is_refused_on_the_screen_in_the_right_words(
    sheet: ScanSheet, code: str, words: tuple[str, str, str]
) -> None:
    found = read_code(code, today="2026-11-23")
    assert isinstance(found, ScanRefused)

    sheet.show_refusal(refusal_words(found, Formats(moment)), code)

    assert tuple(said(sheet, part) for part in ("title", "says", "next")) == words
    assert not code or said(sheet, "code") == f"The code was {shown_code(code)}"


def test_no_bad_code_of_the_cases_is_left_without_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    import gs1

    folder = gs1.Folder(DATA / "gs1")
    cases = [gs1.RULES[name](row, folder) for name, rows in folder.tables.items() for row in rows]
    refused = {one.text for one in cases if isinstance(one, gs1.Want) and one.refused}

    assert refused == {one.values[0] for one in BAD}
