"""The versions of a draft, as a sheet: keep one side, choose part by part, or bring back what was before.

show_versions(self, desk, known, chosen=lambda keep, merged: …)
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QButtonGroup, QDialog, QGridLayout, QRadioButton, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Scroll, Section, column, row
from app.screens.draft_versions import Side, VersionsState, present
from app.screens.wording import tr
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.versions import Versions, merged

_SIZE = QSize(860, 640)
Chosen = Callable[[str, QuoteDraft | None], None]


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
            grid.addWidget(label(part.title, "strong", wrap=True), number, 0)
            group = self._groups[part.name] = QButtonGroup(self)
            for at, value in enumerate(part.values):
                choice = QRadioButton(value)
                choice.setObjectName(f"versions.part.{number - 1}.{at}")
                choice.setAccessibleName(f"{part.title}: {value}, {self.state.sides[at].title}")
                choice.setMinimumHeight(44)
                choice.setChecked(at == 0)
                group.addButton(choice, at)
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


def show_versions(parent: QWidget, desk: Desk, known: Versions, chosen: Chosen) -> VersionsSheet:
    """Open the sheet."""
    sheet = VersionsSheet(parent, desk, known, chosen)
    sheet.finished.connect(sheet.deleteLater)
    sheet.open()
    return sheet
