"""Labels before the camera: real frames through Qt's own session, sink and conversion into the real scan sheet, and
from there into the line of a quote or a sale.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from camera_kit import (
    FORMATS,
    Films,
    Frames,
    film_until,
    frames,
    in_front,
    printer,
    scan_in_the_trunk,
    scene,
)
from label_kit import label
from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat
from PySide6.QtMultimediaWidgets import QVideoWidget
from PySide6.QtWidgets import QLabel
from quotes_kit import Hands
from trunk_kit import Hand
from wedge_kit import STENT, with_codes

from app.desktop.camera import (
    Camera,
    Lens,
)

WEBCAM = Lens("usb", "Webcam")
L2 = f"(01){STENT}(17)270131(10)L2"


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    with_codes(sqlite_world)
    return sqlite_world.tablet("rep")


@pytest.fixture
def films() -> Films:
    return Films((WEBCAM,))


@pytest.fixture
def stage(make_stage: Any, rep: Any, films: Films) -> Any:
    return in_front(make_stage(rep, cameras=films))


@pytest.fixture
def hand(stage: Any) -> Hand:
    return Hand(stage)


@pytest.fixture
def printed(tmp_path: Path) -> Callable[..., QImage]:
    return printer(tmp_path)


def lines_of(hands: Hands) -> list[tuple[str, int]]:
    return [(line.product_id, line.qty) for line in hands.screen.editor.draft.lines]


def scan_in_a_quote(stage: Any) -> Hands:
    hands = Hands(stage)
    hands.new_quote("a1", "p2")
    hands.tap("quote.scan")
    hands.tap("scan_sheet.camera")
    return hands


# -- from a frame to the line ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pixels", FORMATS)
def test_a_label_before_the_camera_is_a_line_of_the_quote(
    stage: Any, films: Films, printed: Callable[..., QImage], pixels: str
) -> None:
    hands = scan_in_a_quote(stage)

    film_until(stage, films, frames(printed(turn=7, blur=0.8), pixels), lambda: len(lines_of(hands)) > 1)

    assert lines_of(hands) == [("p2", 1), ("p1", 1)]
    assert not hands.sees("scan_sheet")


@pytest.mark.parametrize(
    ("kind", "turn", "blur"),
    [
        ("DataMatrix", 33, 0.6), ("DataMatrix", 180, 0.8), ("GS1-128", 7, 0.8), ("GS1-128", 90, 1.0),
        ("GS1-128", -20, 0.8), ("GS1-128", 45, 0.5), ("QR", -20, 0.8), ("QR", -75, 0.6),
    ],
)  # fmt: skip
def test_labels_of_every_kind_are_read_as_a_hand_holds_them(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage], kind: str, turn: int, blur: float
) -> None:
    sheet = scan_in_the_trunk(stage, hand)
    entered: list[str] = []
    sheet.entered.connect(entered.append)

    film_until(stage, films, frames(printed(kind=kind, turn=turn, blur=blur)), lambda: bool(entered))

    mark = {"DataMatrix": "]d2", "GS1-128": "]C1", "QR": "]Q3"}[kind]
    assert entered == [f"{mark}01{STENT}1727063010L1"]


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("kind", ["DataMatrix", "GS1-128", "QR"])
def test_a_sensor_that_is_built_in_turned_or_mirrored_reads_too(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage], kind: str, turn: int, mirrored: bool
) -> None:
    sheet = scan_in_the_trunk(stage, hand)
    entered: list[str] = []
    sheet.entered.connect(entered.append)

    shown = frames(printed(kind=kind), turn=turn, mirrored=mirrored)
    film_until(stage, films, shown, lambda: bool(entered))

    assert [one[3:] for one in entered] == [f"01{STENT}1727063010L1"]


@pytest.mark.parametrize("kind", ["DataMatrix", "GS1-128", "QR"])
def test_a_camera_that_mirrors_and_does_not_say_so_reads_too(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage], kind: str
) -> None:
    sheet = scan_in_the_trunk(stage, hand)
    entered: list[str] = []
    sheet.entered.connect(entered.append)
    as_in_a_mirror = printed(kind=kind).flipped(Qt.Orientation.Horizontal)

    film_until(stage, films, frames(as_in_a_mirror), lambda: bool(entered))

    assert [one[3:] for one in entered] == [f"01{STENT}1727063010L1"]


def test_lot_and_last_day_come_along_to_the_sale(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage], rep: Any
) -> None:
    scan_in_the_trunk(stage, hand)

    film_until(stage, films, frames(printed(L2)), lambda: not hand.sees("scan_sheet"))
    said = [one.text() for one in hand.find("trunk.sale.item.0").findChildren(QLabel)]
    hand.choose_customer("a1")
    hand.press("trunk.sale.record")

    assert {"Stent p1", "Lot L2", "Expires in 69 days"} <= set(said)
    assert rep.one("SELECT lot_id FROM movement WHERE kind='sell'") == "l2"


def test_two_labels_in_sight_are_for_a_person_to_choose(
    stage: Any, films: Films, hand: Hand, tmp_path: Path
) -> None:
    sheet = scan_in_the_trunk(stage, hand)
    both = QImage(900, 400, QImage.Format.Format_RGB32)
    both.fill(0xFFFFFFFF)
    painter = QPainter(both)
    for at, lot in enumerate(("L1", "L2")):
        one = label("DataMatrix", f"(01){STENT}(17)270630(10){lot}", tmp_path / f"{lot}.png")
        painter.drawImage(40 + 400 * at, 40, QImage(str(one)))
    painter.end()

    film_until(stage, films, frames(scene(both)), lambda: hand.sees("scan_sheet.several.1"))

    assert hand.words("scan_sheet.said") == "2 codes in the picture. Choose one."
    assert sheet.findChild(QVideoWidget) is None


# -- what must not be taken --------------------------------------------------------------------------------------------


def test_a_recalled_lot_before_the_camera_is_red_with_a_sound(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage], rep: Any
) -> None:
    with rep.workspace.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lot SET recalled_on='2026-11-20' WHERE id='l1'")
    sheet = scan_in_the_trunk(stage, hand)
    heard: list[bool] = []
    sheet.sounded.connect(lambda: heard.append(True))

    film_until(stage, films, frames(printed()), lambda: hand.sees("scan_sheet.refusal"))

    assert hand.words("scan_sheet.refusal.title") == "RECALLED – do not use"
    assert hand.find("scan_sheet.refusal").property("tone") == "bad"
    assert heard == [True]
    assert not hand.sees("trunk.sale.item.0")


def test_a_bad_code_before_the_camera_has_its_sentence(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    scan_in_the_trunk(stage, hand)

    shown = printed(f"01{STENT}17271301", gs1=False)
    film_until(stage, films, frames(shown), lambda: hand.sees("scan_sheet.refusal"))

    assert hand.words("scan_sheet.refusal.title") == "No such date"
    assert hand.words("scan_sheet.refusal.code") == f"The code was 01{STENT}17271301"


def test_after_a_refusal_the_camera_starts_again_and_the_next_label_is_taken(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    scan_in_the_trunk(stage, hand)
    bad = printed(f"01{STENT}17271301", gs1=False)
    film_until(stage, films, frames(bad), lambda: hand.sees("scan_sheet.refusal"))

    hand.press("scan_sheet.camera")
    assert not hand.sees("scan_sheet.refusal")  # the old words are not about what is held before it now
    film_until(stage, films, frames(printed()), lambda: not hand.sees("scan_sheet"))

    assert [one.held for one in films.feeds] == [False, False]
    assert hand.sees("trunk.sale.item.0")


def damaged() -> Frames:
    """A frame that came over a bad cable: no JPEG at all."""
    how = QVideoFrameFormat(QSize(640, 480), QVideoFrameFormat.PixelFormat.Format_Jpeg)
    return lambda: QVideoFrame(how)


def test_a_damaged_frame_is_passed_over(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    sheet = scan_in_the_trunk(stage, hand)
    camera = sheet.findChild(Camera)
    pictures: list[QImage] = []
    camera.framed.connect(pictures.append)
    camera._every_ms = 0

    films.film.show(damaged())
    assert pictures == []

    film_until(stage, films, frames(printed(), "Jpeg"), lambda: not hand.sees("scan_sheet"))

    assert hand.sees("trunk.sale.item.0")


# -- one code is one line ----------------------------------------------------------------------------------------------


def test_frames_that_were_on_their_way_when_the_code_was_read_are_not_read_again(
    stage: Any, films: Films, printed: Callable[..., QImage]
) -> None:
    hands = scan_in_a_quote(stage)
    shown = frames(printed())
    sink = films.film.session.videoSink()
    device = Thread(
        target=lambda: [sink.setVideoFrame(shown()) for _ in range(20)]
    )  # a device has its own thread
    hands.find("scan_sheet").findChild(Camera)._every_ms = 0

    device.start()
    device.join()
    stage.wait(lambda: len(lines_of(hands)) > 1)
    stage.settle()

    assert lines_of(hands) == [("p2", 1), ("p1", 1)]


@pytest.mark.parametrize(("every_ms", "looked_at"), [(0, 5), (3_600_000, 0)])
def test_no_more_frames_are_looked_at_than_the_window_has_time_for(
    qtbot: Any, films: Films, every_ms: int, looked_at: int
) -> None:
    owner = QObject()
    camera = Camera(films, WEBCAM, owner, every_ms=every_ms)
    pictures: list[QImage] = []
    camera.framed.connect(pictures.append)
    camera.start()

    for shade in range(5):
        picture = QImage(64, 48, QImage.Format.Format_RGB32)
        picture.fill(shade)
        films.film.show(frames(picture))

    assert len(pictures) == looked_at
    camera.stop()
