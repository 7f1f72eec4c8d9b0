"""The camera itself: which one looks, whether it may, when it fails, and that it lets go. Only the device is missing on
the machines that run this; of it the tests see what Qt says when there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from camera_kit import (
    L1,
    Films,
    film_until,
    frames,
    in_front,
    printer,
    scan_in_the_trunk,
)
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaCaptureSession
from PySide6.QtMultimediaWidgets import QVideoWidget
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from trunk_kit import Hand
from wedge_kit import with_codes

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
from app.screens.wording import tr

WEBCAM = Lens("usb", "Webcam")
FRONT_LENS = Lens("f", "Front camera", FRONT)
BACK_LENS = Lens("b", "Rear camera", BACK)


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
