"""The versions of a draft, as a sheet: keep one side, choose part by part, or bring back what was before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QGridLayout, QPushButton, QRadioButton, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Scroll, Section, column, row
from app.screens.draft_versions import Side, VersionsState, present, present_button
from app.screens.wording import tr
from app.workspace import drafting, sharing
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.versions import Versions, merged
from app.workspace.workspace import Workspace

_SIZE = QSize(860, 640)
_TITLE = 220  # of a part
Chosen = Callable[[str, QuoteDraft | None], None]


class _Choice(QWidget):
    """A radio button whose words may take several lines; they can be tapped as well."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__()
        self.radio = QRadioButton()
        self.radio.setObjectName(name)
        self.radio.setMinimumHeight(44)
        line = row(self)
        line.addWidget(self.radio)
        line.addWidget(label(words, name=f"{name}.words", wrap=True), 1)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.radio.click()


class VersionsSheet(QDialog):
    """`chosen` gets the revision to keep and, where parts were chosen, what was merged from them."""

    def __init__(self, parent: QWidget, desk: Desk, known: Versions, chosen: Chosen) -> None:
        super().__init__(parent)
        self.setObjectName("versions")
        self._known, self._chosen = known, chosen
        self.state: VersionsState = present(known, desk.formats)
        self.setWindowTitle(self.state.heading)
        self.setModal(True)
        self._groups: dict[str, QButtonGroup] = {}
        whole = column(self, margin=2 * GRID, gap=12)
        whole.addWidget(label(self.state.heading, "head", name="versions.heading", wrap=True))
        whole.addWidget(label(self.state.says, "quiet", name="versions.says", wrap=True))
        page = Scroll(name="versions.scroll", margin=0)
        if len(self.state.sides) > 1:
            self._sides(page)
        if self.state.past:
            self._past(page)
        page.body.addStretch(1)
        whole.addWidget(page, 1)
        foot = row()
        close = button(tr("versions.later"), name="versions.close")
        close.clicked.connect(self.reject)
        foot.addWidget(close)
        foot.addStretch(1)
        if len(self.state.parts) > 1:
            take = button(tr("versions.take"), name="versions.take", kind="primary")
            take.clicked.connect(self._take)
            foot.addWidget(take)
        whole.addLayout(foot)
        self.resize(_SIZE.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))

    def _sides(self, page: Scroll) -> None:
        """One column a version, a row a part; each part has one that is taken."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        for at, side in enumerate(self.state.sides, 1):
            grid.addWidget(self._side(side, f"versions.side.{at - 1}", tr("versions.keep")), 0, at)
            grid.setColumnStretch(at, 1)
        for number, part in enumerate(self.state.parts, 1):
            title = label(part.title, "strong", wrap=True)
            title.setFixedWidth(_TITLE)
            grid.addWidget(title, number, 0)
            group = self._groups[part.name] = QButtonGroup(self)
            for at, value in enumerate(part.values):
                choice = _Choice(value, f"versions.part.{number - 1}.{at}")
                choice.radio.setAccessibleName(f"{part.title}: {value}, {self.state.sides[at].title}")
                choice.radio.setChecked(at == 0)
                group.addButton(choice.radio, at)
                grid.addWidget(choice, number, at + 1)
        page.body.addLayout(grid)

    def _past(self, page: Scroll) -> None:
        section = Section(tr("versions.before"), name="versions.past")
        for at, side in enumerate(self.state.past):
            section.body.addWidget(self._side(side, f"versions.past.{at}", tr("versions.back")))
        page.body.addWidget(section)

    def _side(self, side: Side, name: str, words: str) -> Card:
        card = Card(name=name, tone=side.tone, margin=2 * GRID)
        card.setAccessibleName(f"{side.title}, {side.says}")
        card.body.addWidget(label(side.title, "strong", name=f"{name}.title", wrap=True))
        card.body.addWidget(label(side.says, "muted", wrap=True))
        card.body.addWidget(label(side.about, "small", wrap=True))
        keep = button(words, name=f"{name}.keep")
        keep.setAccessibleName(f"{words}: {side.title}")
        keep.clicked.connect(lambda _checked=False: self._keep(side.id))
        foot = row()
        foot.addStretch(1)
        foot.addWidget(keep)
        card.body.addLayout(foot)
        return card

    def _keep(self, revision_id: str) -> None:
        self.accept()
        self._chosen(revision_id, None)

    def _take(self) -> None:
        drafts = tuple(one.draft for one in self._known.standing)
        made = merged(drafts, {name: group.checkedId() for name, group in self._groups.items()})
        self.accept()
        self._chosen(self._known.standing[0].id, made)


class DraftSides(QObject):
    """The way from a draft to its versions: a button that tells of them, and what was chosen on the sheet."""

    settled = Signal(object)  # the QuoteDraft to go on with

    def __init__(self, desk: Desk, way: QPushButton, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._way, self._parent = desk, way, parent
        self._shared = ""  # the document whose versions are told of

    def look_at(self, draft: QuoteDraft | None) -> None:
        """Read what there is of this draft, and tell on the button."""
        self._shared = sharing.document_id(draft) if draft is not None else ""
        self._read(self._tell, key="quote.versions")

    def show(self, draft: QuoteDraft) -> None:
        """Open the sheet on what there is now."""
        self._shared = sharing.document_id(draft)
        self._read(self._open)

    def _read(self, then: Callable[[Versions | None], None], *, key: str = "") -> None:
        shared = self._shared
        self._desk.tasks.read(lambda connection: sharing.versions(connection, shared), then, key=key)

    def _tell(self, known: Versions | None) -> None:
        if known is not None and known.document_id != self._shared:
            return  # another draft is open by now
        words, tone = present_button(known)
        self._way.setVisible(bool(words))
        self._way.setText(words)
        self._desk.theme.dress(self._way, "warning" if tone else "history", tone or "text")

    def _open(self, known: Versions | None) -> None:
        self._tell(known)
        if known is not None and known.document_id == self._shared:
            sheet = VersionsSheet(
                self._parent, self._desk, known, lambda keep, merged: self._settle(known, keep, merged)
            )
            sheet.finished.connect(sheet.deleteLater)
            sheet.open()

    def _settle(self, known: Versions, keep: str, merged: QuoteDraft | None) -> None:
        def job(workspace: Workspace) -> QuoteDraft | None:
            done = sharing.settle(workspace, known, keep, merged)
            return drafting.of_document(workspace, known.document_id) if done.saved else None

        def then(now: QuoteDraft | None) -> None:
            if now is None:  # another version has come since: nothing was decided, and the button tells of it
                self._read(self._tell, key="quote.versions")
                return
            self.settled.emit(now)
            self._desk.toast(tr("versions.kept", number=now.number), tone="ok")

        self._desk.tasks.act(job, then)
