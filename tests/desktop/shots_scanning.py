"""States of scanning: the sheet, a label that is not taken, a recall, and goods that came by codes."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton
from shot_registry import Scene, shot
from shots_trunk import find

from app.desktop.camera import BACK, FRONT, Lens
from app.desktop.scanner import Heard
from app.desktop.screens.trunk_taking import TakeSheet
from app.desktop.widgets.scan_sheet import ScanSheet
from app.domain.scan import Scan, refused
from app.screens.scanning import refusal_words
from app.store.engine import reading
from app.workspace.handing import HandedLine, Handover

_LABEL = "01070320698049871727063010L2041"
_SOUND = "01070320698049881727063010L2041"


def sheet(scene: Scene) -> ScanSheet:
    screen = scene.stage.go("trunk")
    return screen.scanning.selling.sheet


def show(scene: Scene, found: object, code: str = _LABEL) -> None:
    sheet(scene).show_refusal(refusal_words(found, scene.stage.desk.formats), code)  # type: ignore[arg-type]


@shot("scan-sheet", each=True)
def empty(scene: Scene) -> None:
    sheet(scene).begin()


@shot("scan-refused", each=True)
def not_taken(scene: Scene) -> None:
    show(scene, refused("check_digit_wrong", ai="01", value="07032069804987"))


@shot("scan-recalled", each=True)
def recalled(scene: Scene) -> None:
    show(scene, refused("recalled", product="Coronary stent 3.0 × 18 mm", lot="L2041", on="2026-11-20"))


@shot("scan-choices", each=True)
def two_readings(scene: Scene) -> None:
    first = Scan(gtin="07032069804988", raw="", lot="NEW", expires="2028-01-31")
    second = Scan(gtin="07032069804988", raw="", lot="NEW17280131")
    found = refused(
        "ambiguous",
        choices=(first, second),
        one="(01)07032069804988(10)NEW(17)280131",
        other="(01)07032069804988(10)NEW17280131",
    )
    show(scene, found)


@shot("scan-camera", each=True)
def before_one_of_two_cameras(scene: Scene) -> None:
    scene.stage.desk.cameras.found = (Lens("f", "Front camera", FRONT), Lens("b", "Rear camera", BACK))
    sheet(scene).begin()
    find(scene, "scan_sheet.camera", QAbstractButton).click()


@shot("scan-camera-denied", each=True)
def not_allowed(scene: Scene) -> None:
    scene.stage.desk.cameras.allowed = False
    sheet(scene).begin()
    find(scene, "scan_sheet.camera", QAbstractButton).click()


@shot("scan-quote-button")
def in_a_quote(scene: Scene) -> None:
    scene.stage.go("quotes", new=True)
    find(scene, "quote.scan", QAbstractButton)


@shot("scan-handover", each=True)
def goods_from_a_colleague(scene: Scene) -> None:
    lines = (
        HandedLine(
            "p", "l", 3, "CS-3018", "Coronary stent 3.0 × 18 mm", "L2041", "", "2027-06-30", None, True
        ),
        HandedLine(
            "p",
            "m",
            1,
            "CS-3018",
            "Coronary stent 3.0 × 18 mm",
            "L1988",
            "",
            "2027-01-31",
            "2026-11-20",
            True,
        ),
        HandedLine("q", "n", 2, "PU-1", "Infusion pump", "", "SN0099", None, None, False),
    )
    with reading(scene.stage.workspace.reader) as connection:  # a name that the company's data knows
        giver = connection.exec_driver_sql("SELECT max(name) FROM location WHERE kind = 'trunk'").scalar_one()
    found = Handover("t", "DC-B-0004", "u", "a", giver, "b", "2026-11-26", lines)
    screen = scene.stage.go("trunk")
    TakeSheet(screen, scene.stage.desk, found).open()


def tried(scene: Scene, keys: str) -> None:
    """A scan in the field to try."""
    screen = scene.stage.go("settings")
    screen.scanner.field.setText(keys)
    scene.stage.desk.doors.wedge().heard = Heard(keys, "return")
    screen.scanner.on_scan(keys)
    scene.stage.settle()


@shot("settings-scanner")
def a_scan_that_works(scene: Scene) -> None:
    tried(scene, _SOUND)


@shot("settings-scanner-prefix")
def a_prefix_that_nobody_set(scene: Scene) -> None:
    tried(scene, f"~{_SOUND}")
