"""Labels out of pictures: drawn by the printer's library, turned and blurred, and read back to the same goods."""

from __future__ import annotations

from pathlib import Path

import pytest
from label_kit import GTIN, KINDS, LABELS, SEEN, label
from PySide6.QtGui import QImage

from app.desktop.pictures import codes_in, codes_in_file, drawn
from app.domain.scan import Scan, ScanRefused
from app.workspace.barcodes import read_code
from app.workspace.code_parts import PART_LENGTH, from_parts, to_parts

TODAY = "2026-11-26"


@pytest.mark.parametrize("kind", KINDS)
def test_a_printed_label_is_read_back_to_its_product_lot_and_expiry(kind: str, tmp_path: Path) -> None:
    read, wrong = 0, []
    for number, (text, goods) in enumerate(LABELS):
        for turn, blur in SEEN:
            path = label(kind, text, tmp_path / f"{number}-{turn}.png", turn=turn, blur=blur)
            found = [read_code(one, today=TODAY) for one in codes_in_file(path) or ()]
            said = [(one.gtin, one.lot, one.serial, one.expires) for one in found if isinstance(one, Scan)]
            if said == [goods]:
                read += 1
            else:
                wrong.append((text, turn, blur, found))

    print(f"{kind}: {read} of {len(LABELS) * len(SEEN)} labels read back, turned and blurred")
    assert wrong == []


def test_a_blurred_linear_code_that_reads_as_another_is_read_as_itself(tmp_path: Path) -> None:
    """Turned back by 15 degrees it is read wrongly, with a check character that fits."""
    path = label(
        "GS1-128", "(01)00827002248694(17)280715(10)L70206(21)SN0006", tmp_path / "a.png", turn=-20, blur=0.8
    )

    assert codes_in_file(path) == ("]C101008270022486941728071510L70206\x1d21SN0006",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"01{GTIN}17271301", "date_wrong"),
        (f"01{GTIN[:-1]}7", "check_digit_wrong"),
        ("+H123PARTNO1234567", "hibcc_not_supported"),
        ("=W0000 26 123456", "iccbba_not_supported"),
        ("00106141411234567897", "logistic_unit"),
        ("https://example.com/p/7", "link_wrong"),
        (f"01{GTIN}4100", "truncated"),
        ("HELLO", "not_gs1"),
    ],
)
def test_a_bad_label_is_read_from_the_picture_and_refused_for_what_it_says(
    text: str, code: str, tmp_path: Path
) -> None:
    [found] = codes_in_file(label("QR", text, tmp_path / "bad.png", turn=10, blur=0.8, gs1=False)) or ()

    refused = read_code(found, today=TODAY)

    assert isinstance(refused, ScanRefused)
    assert refused.code == code


def test_two_labels_of_one_picture_are_both_found_from_the_top(tmp_path: Path) -> None:
    from PIL import Image

    first = Image.open(label("DataMatrix", LABELS[0][0], tmp_path / "a.png"))
    second = Image.open(label("QR", LABELS[2][0], tmp_path / "b.png"))
    page = Image.new("L", (max(first.width, second.width), first.height + second.height), 255)
    page.paste(second, (0, first.height))
    page.paste(first, (0, 0))
    page.save(tmp_path / "both.png")

    found = codes_in_file(tmp_path / "both.png") or ()

    assert [one[:3] for one in found] == ["]d2", "]Q3"]


def test_a_photograph_that_is_too_large_is_made_smaller_first(tmp_path: Path) -> None:
    small = QImage(str(label("DataMatrix", LABELS[0][0], tmp_path / "a.png")))

    assert codes_in(small.scaled(6_000, 6_000)) == codes_in(small)


def test_what_is_no_picture_and_what_holds_no_code_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"no picture")
    empty = QImage(60, 60, QImage.Format.Format_RGB32)
    empty.fill(0xFFFFFF)
    empty.save(str(tmp_path / "empty.png"))

    assert codes_in_file(tmp_path / "no.png") is None
    assert codes_in_file(tmp_path / "empty.png") == ()


def test_the_codes_of_a_hand_over_are_read_off_another_screen() -> None:
    goods = bytes(range(256)) * 16
    parts = to_parts(goods)
    assert max(map(len, parts)) <= PART_LENGTH

    read = [one for part in parts for one in codes_in(drawn(part), angles=(0,))]

    assert from_parts(reversed(read)) == goods
