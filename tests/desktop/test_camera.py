"""Labels before the camera: real frames through Qt's own session, sink and conversion into the real scan sheet. Only
the device itself is missing on the machines that run this; of it the tests see what Qt says when there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from camera_kit import FORMATS, Films, Frames, frames, scene
from label_kit import label
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrame, QVideoFrameFormat
from PySide6.QtMultimediaWidgets import QVideoWidget
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from quotes_kit import Hands
from trunk_kit import Hand
from wedge_kit import STENT, with_codes

from app.desktop.camera import (
    BACK,
    FRONT,
    Camera,
    Lens,
    SystemCameras,
    facing_by_name,
    fitting,
    in_order,
)
from app.desktop.widgets.scan_sheet import ScanSheet
from app.screens.wording import tr

WEBCAM = Lens("usb", "Webcam")
FRONT_LENS = Lens("f", "Front camera", FRONT)
BACK_LENS = Lens("b", "Rear camera", BACK)
L1 = f"(01){STENT}(17)270630(10)L1"
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
    made = make_stage(rep, cameras=films)
    made.window.activateWindow()
    made.wait(lambda: QGuiApplication.focusWindow() is made.window.windowHandle())
    return made


@pytest.fixture
def hand(stage: Any) -> Hand:
    return Hand(stage)


@pytest.fixture
def printed(tmp_path: Path) -> Callable[..., QImage]:
    """A label off the printer, as `label_kit.label` makes it, on a table before the camera."""

    def make(text: str = L1, kind: str = "DataMatrix", **how: Any) -> QImage:
        return scene(QImage(str(label(kind, text, tmp_path / "label.png", **how))))

    return make


def film_until(stage: Any, films: Films, shown: Frames, done: Callable[[], bool]) -> None:
    """Frame after frame, as a camera sends them, until `done`."""

    def next_one() -> bool:
        if films.film.held:
            films.film.show(shown)
        return done()

    stage.wait(next_one)
    stage.settle()


def lines_of(hands: Hands) -> list[tuple[str, int]]:
    return [(line.product_id, line.qty) for line in hands.screen.editor.draft.lines]


def scan_in_a_quote(stage: Any) -> Hands:
    hands = Hands(stage)
    hands.new_quote("a1", "p2")
    hands.tap("quote.scan")
    hands.tap("scan_sheet.camera")
    return hands


def scan_in_the_trunk(stage: Any, hand: Hand) -> ScanSheet:
    stage.go("trunk")
    hand.press("trunk.scan")
    hand.press("scan_sheet.camera")
    return hand.find("scan_sheet", ScanSheet)


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


# -- when it goes wrong ------------------------------------------------------------------------------------------------


def test_without_a_camera_the_sheet_offers_the_other_ways(make_stage: Any, rep: Any) -> None:
    stage = make_stage(rep, cameras=Films(()))
    hand = Hand(stage)
    stage.go("trunk")

    hand.press("trunk.scan")

    shown = {
        one.objectName() for one in hand.find("scan_sheet").findChildren(QAbstractButton) if one.isVisible()
    }
    assert {"scan_sheet.take", "scan_sheet.paste", "scan_sheet.picture"} <= shown
    assert "scan_sheet.camera" not in shown


def failed_words(hand: Hand) -> str:
    return hand.words("scan_sheet.said")


def test_a_camera_that_another_program_has_is_told_and_the_sheet_goes_on(
    stage: Any, films: Films, hand: Hand
) -> None:
    films.refuses = True

    sheet = scan_in_the_trunk(stage, hand)

    assert failed_words(hand) == tr("scanning.camera.failed")
    assert sheet.findChild(QVideoWidget) is None
    hand.type("scan_sheet.code", L1, enter=True)
    assert hand.sees("trunk.sale.item.0")


def test_a_camera_that_fails_in_mid_scan_is_told_and_can_be_started_again(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    sheet = scan_in_the_trunk(stage, hand)
    nothing = QImage(640, 480, QImage.Format.Format_RGB32)
    nothing.fill(0xFFFFFFFF)
    films.film.show(frames(nothing))

    films.film.fail()
    stage.settle()

    assert failed_words(hand) == tr("scanning.camera.failed")
    assert (films.film.held, sheet.findChild(QVideoWidget)) == (False, None)
    hand.press("scan_sheet.camera")
    film_until(stage, films, frames(printed()), lambda: not hand.sees("scan_sheet"))
    assert hand.sees("trunk.sale.item.0")


def test_a_camera_that_shows_nothing_gives_up(qtbot: Any, films: Films) -> None:
    camera = Camera(films, WEBCAM, QCoreApplication.instance(), patience_ms=1)

    with qtbot.waitSignal(camera.failed):
        camera.start()

    camera.stop()
    camera.deleteLater()


def test_a_camera_that_was_unplugged_since_the_sheet_was_opened_is_told(
    stage: Any, films: Films, hand: Hand
) -> None:
    stage.go("trunk")
    hand.press("trunk.scan")
    films.found = ()

    hand.press("scan_sheet.camera")

    assert failed_words(hand) == tr("scanning.camera.failed")


def test_qt_s_own_camera_that_is_not_there_says_so_at_the_start(qtbot: Any) -> None:
    """The one piece of a device that every machine has: a QCamera without one."""
    camera = Camera(SystemCameras(), Lens("gone", "It was unplugged"), QCoreApplication.instance())

    with qtbot.waitSignal(camera.failed):
        camera.start()

    camera.stop()
    camera.deleteLater()


# -- whether it may be used --------------------------------------------------------------------------------------------


def test_a_camera_that_the_person_keeps_from_the_app_is_told(stage: Any, films: Films, hand: Hand) -> None:
    films.allowed = False

    scan_in_the_trunk(stage, hand)

    assert hand.words("scan_sheet.said") == (
        "This app may not use the camera. Allow it in the system's privacy settings, or read the code from a picture."
    )
    assert films.feeds == []


def test_the_camera_starts_when_the_person_has_allowed_it(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    films.allowed = None
    scan_in_the_trunk(stage, hand)
    assert films.feeds == []

    films.answer(True)
    film_until(stage, films, frames(printed()), lambda: not hand.sees("scan_sheet"))

    assert hand.sees("trunk.sale.item.0")


def test_a_camera_that_is_allowed_after_the_sheet_was_closed_stays_off(
    stage: Any, films: Films, hand: Hand
) -> None:
    films.allowed = None
    scan_in_the_trunk(stage, hand)
    hand.press("scan_sheet.close")

    films.answer(True)

    assert films.feeds == []


def test_a_system_that_does_not_ask_allows_it(qtbot: Any) -> None:
    answers: list[bool] = []
    asking = QObject()

    SystemCameras().ask(asking, answers.append)
    qtbot.waitUntil(lambda: bool(answers))

    assert answers == [True]


# -- letting go --------------------------------------------------------------------------------------------------------


def test_closing_the_sheet_frees_the_device_and_leaves_nothing_alive(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    sheet = scan_in_the_trunk(stage, hand)
    camera, film, gone = sheet.findChild(Camera), films.film, []
    for one in (camera, camera.view, film.session):
        one.destroyed.connect(lambda *_it: gone.append(True))
    entered: list[str] = []
    sheet.entered.connect(entered.append)

    hand.press("scan_sheet.close")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert (film.held, len(gone)) == (False, 3)
    assert sheet.findChildren(QMediaCaptureSession) == []
    assert not film.show(frames(printed()))  # nobody takes it any more
    assert entered == []


def test_the_page_that_is_left_while_the_camera_looks_frees_the_device(
    make_stage: Any, rep: Any, films: Films
) -> None:
    stage = make_stage(rep, cameras=films)
    hand = Hand(stage)
    scan_in_the_trunk(stage, hand)

    stage.window.drop_desk()  # as when the app locks
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert not films.film.held


def test_the_button_turns_the_camera_off_again(stage: Any, films: Films, hand: Hand) -> None:
    sheet = scan_in_the_trunk(stage, hand)

    hand.press("scan_sheet.camera")

    assert (films.film.held, sheet.findChild(QVideoWidget)) == (False, None)
    assert hand.find("scan_sheet.code", QLineEdit).isVisible()


# -- which of them -----------------------------------------------------------------------------------------------------


def test_of_two_cameras_the_one_at_the_back_looks_and_a_button_changes_over(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    films.found = (FRONT_LENS, BACK_LENS)
    sheet = scan_in_the_trunk(stage, hand)
    assert hand.find("scan_sheet.lens", QLabel).text() == "Rear camera"

    hand.press("scan_sheet.other_camera")

    assert [(one.lens.facing, one.held) for one in films.feeds] == [(BACK, False), (FRONT, True)]
    assert hand.find("scan_sheet.lens", QLabel).text() == "Front camera"
    assert len([one for one in sheet.findChildren(QVideoWidget) if one.isVisible()]) == 1


def test_the_camera_that_was_chosen_looks_the_next_time_too(
    stage: Any, films: Films, hand: Hand, printed: Callable[..., QImage]
) -> None:
    films.found = (FRONT_LENS, BACK_LENS)
    scan_in_the_trunk(stage, hand)
    hand.press("scan_sheet.other_camera")
    film_until(stage, films, frames(printed()), lambda: not hand.sees("scan_sheet"))

    scan_in_the_trunk(stage, hand)

    assert films.film.lens == FRONT_LENS


def test_one_camera_alone_has_nothing_to_change_over_to(stage: Any, films: Films, hand: Hand) -> None:
    scan_in_the_trunk(stage, hand)

    assert not hand.sees("scan_sheet.other_camera")


def test_cameras_stand_from_the_back_to_the_front_and_the_system_s_choice_first_of_its_like() -> None:
    other = Lens("second", "Second webcam")

    assert in_order((FRONT_LENS, WEBCAM, other, BACK_LENS)) == (BACK_LENS, WEBCAM, other, FRONT_LENS)


@pytest.mark.parametrize(
    ("name", "facing"),
    [
        ("Microsoft Camera Rear", BACK), ("Back Camera", BACK), ("Surface Camera Front", FRONT),
        ("Integrated Webcam", ""), ("Backlight HD", ""),
    ],
)  # fmt: skip
def test_a_name_says_which_way_a_camera_looks_where_the_system_does_not(name: str, facing: str) -> None:
    assert facing_by_name(name) == facing


@pytest.mark.parametrize(
    ("shapes", "at"),
    [
        ([], None),
        ([(640, 480, 30.0), (1920, 1080, 30.0), (1280, 720, 60.0)], 1),
        ([(3840, 2160, 30.0), (1280, 720, 30.0)], 1),  # too large
        ([(1920, 1080, 5.0), (1280, 720, 30.0)], 1),  # too slow
        ([(1280, 720, 15.0), (1280, 720, 60.0), (1280, 720, 30.0)], 1),
        ([(3840, 2160, 30.0)], None),  # left to the system
    ],
)
def test_the_shape_of_the_frames_is_the_largest_that_is_worth_looking_at(
    shapes: list[tuple[int, int, float]], at: int | None
) -> None:
    assert fitting(shapes) == at


def test_the_system_s_cameras_are_told_without_turning_one_on() -> None:
    assert all(isinstance(one, Lens) for one in SystemCameras().lenses())


def test_every_control_of_the_camera_has_a_name_and_room_for_a_finger(
    stage: Any, films: Films, hand: Hand
) -> None:
    films.found = (FRONT_LENS, BACK_LENS)

    scan_in_the_trunk(stage, hand)

    other = hand.find("scan_sheet.other_camera", QAbstractButton)
    assert other.accessibleName()
    assert other.height() >= 44
    view = hand.find("scan_sheet", QWidget).findChild(QVideoWidget)
    assert view.accessibleName() == tr("scanning.camera.title")
