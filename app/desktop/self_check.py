"""Whether all that the app needs is here, in a bundle above all: one thing of every kind is drawn, stored, printed,
read."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from app.desktop.compose import Who, real_house
from app.desktop.secrets import SecretsUnavailable, usable_keyring
from app.screens.wording import languages, speak, tr

_CODE = "010703206980498817271231\x1d10L2041"
_NAMES = ("Cannulated screw 4.5 mm × 60", "בורג טיטניום", "مسمار")  # each script has its fonts


def self_check(folder: Path | None = None) -> int:
    """Make something of every kind the app needs; 0 when all of it works. Prints what it found. With a `folder` the
    quote is kept there as quote.pdf, and what stands in its pictures (*.png) is told."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Qt's multimedia tells of every library that it can do without.
    os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia*=false")
    from PySide6.QtCore import qVersion
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from app.desktop.shell import Shell
    from app.desktop.theme import Theme

    app = QApplication.instance() or QApplication(["trunkline"])
    assert isinstance(app, QApplication)
    checks: dict[str, object] = {"qt": qVersion(), "python": sys.version.split()[0]}
    with tempfile.TemporaryDirectory() as made:
        house = real_house(Path(made))
        theme = Theme("light")
        theme.apply()
        shell = Shell(house, theme, by_hand=True)
        image = QImage(shell.window.size(), QImage.Format.Format_ARGB32)
        shell.window.render(image)
        checks["window"] = f"{image.width()}x{image.height()}"
        shell.close()
        workspace = house.open_workspace(Who("https://self-check.invalid", "self"))
        checks["database"] = "new" if workspace.identity() is None else "strange"
        workspace.reader.dispose()
        workspace.engine.dispose()
        checks |= _pictures(Path(made), folder)
    from sync.client.turn import Turn

    checks["sync"] = Turn.__name__.lower()
    checks["icons"] = str(
        sum(1 for one in (files("resources") / "icons").iterdir() if one.name.endswith(".svg"))
    )
    checks["quote"] = _papers(folder)
    checks["spelling"] = _spelling()
    checks["camera"] = _camera()
    try:
        checks["keyring"] = type(usable_keyring()).__module__
    except SecretsUnavailable as error:
        checks["keyring"] = f"none: {error}"
    print(json.dumps({"self_check": "ok", **checks}, ensure_ascii=False))
    return 0


def _papers(folder: Path | None) -> str:
    """A quote in every language and script, on paper; how large the last one is."""
    from app.printing.quote import quote
    from app.printing.sheet import Letterhead
    from app.screens.formats import Formats
    from app.screens.tongues import locale_of
    from app.workspace.rows.quotes import CONFIRMED, QuoteCard, QuoteLineRow

    lines = tuple(
        QuoteLineRow(at, f"p{at}", f"SKU-{at}", name, "EA", 2, 0, 90_0000, None, 180_00, "")
        for at, name in enumerate(_NAMES, start=1)
    )
    card = QuoteCard(
        id="q", number="SC-A-0001", revision=1, account_id="a", account="Harbour Hospital", account_number="A1",
        ship_to="", ship_to_id="", rep_id="r", rep="Self Check", mine=True, state="approved", sending=CONFIRMED,
        currency="USD", day="2026-11-23", po_number="", note="", list_total=540_00, total=540_00, findings=(),
        lines=lines, approvals=(), orders=(), tax_total=0, valid_until="2026-12-31",
    )  # fmt: skip
    made = b""
    for language in sorted(languages(), reverse=True):  # English is the last one, and the one that is kept
        locale = locale_of(language, "")
        speak(language, locale)
        noon = Formats(lambda: datetime(2026, 11, 23, 12, tzinfo=UTC), locale, UTC)
        made = quote(card, letterhead=Letterhead("Trunkline"), formats=noon)
    if folder is not None:
        (folder / "quote.pdf").write_bytes(made)
    return f"{tr('print.quote')} of {len(made)} bytes in {', '.join(sorted(languages()))}"


def _pictures(made: Path, folder: Path | None) -> dict[str, object]:
    """A code drawn, kept as a picture, and read back off it; what the pictures of `folder` say."""
    from app.desktop.pictures import codes_in_file, drawn
    from app.workspace.barcodes import read_code

    drawn(_CODE).save(str(made / "code.png"))
    [sent] = codes_in_file(made / "code.png") or ("",)
    assert sent == _CODE, sent
    found: dict[str, object] = {"code": "read back"}
    for path in sorted(folder.glob("*.png")) if folder is not None else ():
        found[path.name] = [repr(read_code(one, today="2026-11-26")) for one in codes_in_file(path) or ()]
    return found


def _spelling() -> str:
    """Typing errors are forgiven by a library with a compiled part."""
    from app.workspace.queries.spelling import near

    return " ".join(near("scerw", ["screw"])) or "none"


def _camera() -> str:
    """Whether Qt's multimedia is in, and found the part that does its work; a device is not looked for."""
    try:
        from PySide6.QtMultimedia import QMediaFormat
    except ImportError:
        return "none"
    return "ready" if QMediaFormat().supportedVideoCodecs(QMediaFormat.ConversionMode.Decode) else "broken"
