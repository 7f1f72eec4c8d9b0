"""From a code to the goods for one page: looked up aside, taken by the page, or refused on the scan sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit, QWidget

from app.desktop.desk import Desk
from app.desktop.widgets.fields import SearchField
from app.domain.scan import Matched, Scan, ScanRefused
from app.screens.scanning import note_words, refusal_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.desktop.widgets.scan_sheet import ScanSheet

FOR_CODES = ("scan_sheet.code", "settings.scanner.try")  # fields that any scan is for
GTIN_LENGTHS = (12, 13, 14)  # digits alone, in a field for text: fewer may be anybody's number
Look = Callable[["Connection", "str | Scan", str], Matched | ScanRefused]


class Taking(QObject):
    """`look` finds the goods of a code (or of a reading a person chose) on a day; `took` gets them, or the refusal:
    its answer says whether the page could use it all the same. `page` is where the sheet opens."""

    def __init__(
        self,
        desk: Desk,
        page: QWidget,
        look: Look,
        took: Callable[[Matched], None],
        refused: Callable[[ScanRefused, str], bool] = lambda _found, _code: False,
    ) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._look, self._took, self._refused = look, took, refused
        self._first: Callable[[str], bool] | None = None
        self._choices: tuple[Scan, ...] = ()
        self._code = ""
        self._sheet: ScanSheet | None = None

    @property
    def sheet(self) -> ScanSheet:
        if self._sheet is None:
            from app.desktop.widgets.scan_sheet import ScanSheet

            self._sheet = ScanSheet(self._page, self._desk.theme, self._desk.cameras)
            self._sheet.entered.connect(self.take)
            self._sheet.chosen.connect(self._on_chosen)
        return self._sheet

    def ask_first(self, takes: Callable[[str], bool]) -> None:
        """Offer each code to `takes` first: True = it was another kind of code, and is taken."""
        self._first = takes

    def open_sheet(self) -> None:
        """For a code that comes by hand, from a picture or the camera."""
        self.sheet.begin()

    def take(self, code: str) -> None:
        """Look the code up and have the page take what it means."""
        if self._first is not None and self._first(code):
            return
        self._code = code
        self._ask(code)

    def _on_chosen(self, at: int) -> None:
        if at < len(self._choices):
            self._ask(self._choices[at])

    def _ask(self, what: str | Scan) -> None:
        day = self._desk.today()
        code = self._code
        self._desk.tasks.read(
            lambda connection: self._look(connection, what, day), lambda found: self._on_found(found, code)
        )

    def _on_found(self, found: Matched | ScanRefused, code: str) -> None:
        if isinstance(found, ScanRefused):
            if self._refused(found, code):
                self.close_sheet()
                return
            self._choices = found.choices
            self.sheet.show_refusal(refusal_words(found, self._desk.formats), code)
            return
        self.close_sheet()
        self._took(found)
        if found.notes:
            self._desk.toast(
                " ".join(note_words(one, self._desk.formats) for one in found.notes), tone="warn"
            )

    def close_sheet(self) -> None:
        """Put the sheet away, if it is open."""
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.accept()


def is_code_for(code: str, field: object, today: str) -> bool:
    """Whether what a scanner sent is a code for the page, and not the text of the field that has the keyboard: a
    field for words takes whatever says nothing of goods (a PO number, a case number)."""
    if not isinstance(field, QLineEdit) or isinstance(field, SearchField):
        return True
    if field.property("role") in ("quantity", "big") or field.objectName() in FOR_CODES:
        return True
    if code.isdecimal() and len(code) not in GTIN_LENGTHS:
        return False
    if code.startswith("TL1:"):
        return True
    from app.workspace.barcodes import read_code

    read = read_code(code, today=today)
    return isinstance(read, Scan) or bool(read.elements) or code.startswith("]")
