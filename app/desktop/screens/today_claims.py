"""What the office claims of the trunk, on top of Today: one button answers with all of it, also offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, FindingsList, clear, row
from app.screens.findings import all_in_words
from app.screens.today import ClaimCard
from app.screens.wording import tr
from app.workspace.moving import answer_claim

if TYPE_CHECKING:
    from app.workspace.workspace import Performed


class ClaimCards(QWidget):
    """See the module. What is being typed stays while the same claims are shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._shown: tuple[ClaimCard, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self.setVisible(False)

    def show_claims(self, claims: tuple[ClaimCard, ...]) -> None:
        self.setVisible(bool(claims))
        if claims == self._shown:
            return
        self._shown = claims
        clear(self._column)
        for at, one in enumerate(claims):
            self._column.addWidget(self._card(at, one))

    def _card(self, at: int, claim: ClaimCard) -> QWidget:
        name = f"today.claim.{at}"
        card = Card(name=name, margin=GRID + GRID // 2)
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        words.addWidget(label(claim.title, "strong", name=f"{name}.title", wrap=True))
        words.addWidget(label(claim.second, "quiet", name=f"{name}.why", wrap=True))
        reason = QLineEdit()
        reason.setObjectName(f"{name}.reason")
        reason.setAccessibleName(tr("today.claim.reason"))
        reason.setPlaceholderText(tr("today.claim.reason"))
        reason.setVisible(claim.asks_why)
        words.addWidget(reason)
        answer = button(claim.button, name=f"{name}.answer", kind="primary")
        findings = FindingsList(self.desk.theme, name=f"{name}.findings")
        findings.setVisible(False)
        line = row()
        line.addLayout(words, 1)
        line.addWidget(answer)
        card.body.addLayout(line)
        card.body.addWidget(findings)

        def after(performed: Performed) -> None:
            if not performed.saved:
                findings.show_findings(all_in_words(performed.decision.findings, self.desk.formats))
                answer.setEnabled(True)

        def perform() -> None:
            answer.setEnabled(False)
            why = reason.text()
            self.desk.perform(lambda workspace: answer_claim(workspace, claim.id, claim.qty, why), after)

        answer.clicked.connect(perform)
        return card
