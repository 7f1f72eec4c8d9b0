"""`make barcodes`: labels printed to PNG, turned and blurred, and read back; and what every bad code is told.

A table of kind × how it is seen: of so many labels, how many were read back to the same product, lot, serial and last
day. Then every code that the GS1 cases (tests/data/gs1, or the FOLDER given) say is bad, printed as a QR code, turned
and blurred, read off the picture, with the sentence it is refused by. A sentence is right when the code of the refusal
is one that the case's own error allows, and what it quotes stands in the code. Exit 1 when a label was not read back, a
bad code was taken, or a sentence is not right.

    barcodes.py [FOLDER]
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOUSE), str(Path(__file__).parent), str(HOUSE / "tests" / "bench")]

import gs1  # noqa: E402  (the house must be found first)
from gs1_cases import Folder, Row, Want  # noqa: E402
from label_kit import KINDS, LABELS, SEEN, label  # noqa: E402

from app.desktop.pictures import codes_in_file  # noqa: E402
from app.domain.scan import Scan, ScanRefused  # noqa: E402
from app.screens.formats import Formats  # noqa: E402
from app.screens.scanning import refusal_words, shown_code  # noqa: E402
from app.workspace.barcodes import read_code  # noqa: E402

TODAY = gs1.TODAY
FORMATS = Formats(lambda: datetime(2026, 11, 26, 12, tzinfo=UTC), zone=UTC)
DEVICES = 8  # products of the demo company whose labels are printed besides
# Which refusals an error of GS1's own linters may become: ours name what a person can see on the label.
ALLOWED = {
    "ILLEGAL_DAY": {"date_wrong"},
    "ILLEGAL_MONTH": {"date_wrong"},
    "INCORRECT_CHECK_DIGIT": {"check_digit_wrong"},
    "NON_DIGIT_CHARACTER": {"value_wrong"},
    "INVALID_CSET39_CHARACTER": {"character_wrong", "value_wrong"},
    "INVALID_CSET82_CHARACTER": {
        "character_wrong",
        "value_wrong",
        "truncated",
    },  # blanks at an end are taken off
    "DATE_TOO_SHORT": {"truncated", "value_wrong"},
    "DATE_TOO_LONG": {"ai_unknown"},  # what is too much would have to be the next identifier
}
QUOTED = ("value", "start", "character", "sscc", "first")  # parameters that are pieces of the code


@dataclass(frozen=True)
class Bad:
    """A code that is bad by its case; `allowed` are the refusals that fit its error, empty where it names none."""

    text: str
    where: str
    allowed: frozenset[str]


def goods(text: str) -> tuple[str, str, str, str | None] | str:
    """What a code says of goods, or why it is refused."""
    found = read_code(text, today=TODAY)
    return (found.gtin, found.lot, found.serial, found.expires) if isinstance(found, Scan) else found.code


def labels() -> Iterator[tuple[str, tuple[str, str, str, str | None]]]:
    """Labels with the goods they are of: some of every shape, and some of products of the demo company."""
    yield from LABELS
    packed = (files("resources") / "demo" / "gudid" / "device.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode("utf-8"), newline=""))
    gtins = [
        row["primary_di"] for row in rows if len(row["primary_di"]) == 14 and row["primary_di"].isdigit()
    ]
    for at, gtin in enumerate(gtins[:: len(gtins) // DEVICES][:DEVICES]):
        lot, serial, month = f"L{70200 + at}", f"SN{at:04}", at % 12 + 1
        yield (
            f"(01){gtin}(17)28{month:02}15(10){lot}(21){serial}",
            (gtin, lot, serial, f"2028-{month:02}-15"),
        )


def read_back(folder: Path) -> int:
    """Print the table; how many labels were not read back."""
    printed, missed = list(labels()), 0
    heads = [f"{turn}°/{blur}" for turn, blur in SEEN]
    print(f"labels read back of {len(printed)}, by how they are turned and blurred (degrees/pixels)")
    print(f"{'kind':12}" + "".join(f"{head:>10}" for head in heads))
    for kind in KINDS:
        counts = []
        for turn, blur in SEEN:
            read = 0
            for at, (text, wanted) in enumerate(printed):
                path = label(kind, text, folder / f"{kind}-{at}-{turn}.png", turn=turn, blur=blur)
                if [goods(one) for one in codes_in_file(path) or ()] == [wanted]:
                    read += 1
                else:
                    print(f"    NOT READ  {kind} {text}, turned {turn}°, blurred {blur}")
            counts.append(read)
            missed += len(printed) - read
        print(f"{kind:12}" + "".join(f"{count:>10}" for count in counts))
    total = len(printed) * len(KINDS) * len(SEEN)
    print(f"read back to product, lot, serial and last day: {total - missed} of {total}\n")
    return missed


def bad_codes(path: Path) -> list[Bad]:
    """Every code of a folder that its case calls bad, each once."""
    found: dict[str, Bad] = {}
    folder = Folder(path)
    for name, rows in folder.tables.items():
        rule = gs1.RULES.get(name)
        for row in rows if rule else ():
            case = rule(row, folder)
            if isinstance(case, Want) and case.refused:
                found.setdefault(case.text, Bad(case.text, row.get("source", name), _allowed(case, row)))
    return list(found.values())


def _allowed(case: Want, row: Row) -> frozenset[str]:
    return frozenset({case.code}) if case.code else frozenset(ALLOWED.get(row.get("expected_error", ""), ()))


def what_is_wrong(bad: Bad, sent: str) -> tuple[str, str]:
    """What the bad code is told, and what is wrong with that; '' when it is right. `sent` came off the picture."""
    found = read_code(sent, today=TODAY)
    if sent != bad.text:
        return "", f"read off the picture as {sent!r}"
    if not isinstance(found, ScanRefused):
        return "", "taken as a good one"
    words = refusal_words(found, FORMATS)
    said = f"{words.title}: {words.sentence} {words.next_step}"
    if bad.allowed and found.code not in bad.allowed:
        return said, f"refused as {found.code}, and not as {' or '.join(sorted(bad.allowed))}"
    plain = quoted(bad.text)
    strange = [
        value
        for name, value in found.params
        if name in QUOTED and quoted(value) not in plain and as_character(value) not in bad.text
    ]
    return said, f"quotes {strange[0]!r}, which is not in the code" if strange else ""


def quoted(words: str) -> str:
    """Words without what sets the parts of a code apart: blanks, the brackets of identifiers, the signs of a link."""
    return re.sub(r"[\s()=&?/]", "", words)


def as_character(named: str) -> str:
    """The character that is named by its number (`U+0007`), else what was given."""
    return chr(int(named[2:], 16)) if re.fullmatch(r"U\+[0-9A-F]{4,6}", named) else named


def refuse(folder: Path, cases: Path) -> int:
    """Print every bad code with its sentence; how many were told something wrong."""
    codes, wrong = bad_codes(cases), 0
    print(f"{len(codes)} bad codes, each printed, turned by 10°, blurred, and read off the picture")
    for bad in codes:
        sent = bad.text
        if bad.text.strip():
            path = label("QR", bad.text, folder / "bad.png", turn=10, blur=0.6, gs1=False)
            sent = next(iter(codes_in_file(path) or ("",)))
        said, complaint = what_is_wrong(bad, sent)
        print(f"  {bad.where:28}{shown_code(bad.text)!r}\n{'':30}{said}")
        if complaint:
            wrong += 1
            print(f"{'':30}WRONG: {complaint}")
    print(f"refused by the right sentence: {len(codes) - wrong} of {len(codes)}")
    return wrong


def main(arguments: list[str]) -> int:
    """Both parts; the exit code."""
    cases = Path(arguments[0]) if arguments else gs1.KEPT
    if not cases.is_dir() or not list(cases.glob("*.csv*")):
        print(f"no tables in {cases}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        missed = read_back(Path(folder))
        wrong = refuse(Path(folder), cases)
    return int(bool(missed or wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
