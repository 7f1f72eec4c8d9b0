"""What the forms of goods that move have in common: what the rules say, what is missing, and the way on."""

from __future__ import annotations

from typing import ClassVar, Protocol

from PySide6.QtCore import QTimer

from app.desktop.theme import Theme
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Scroll
from app.desktop.widgets.side_findings import SideFindings
from app.screens.findings import FindingWords
from app.screens.wording import tr

STEPS = ("edit", "count", "sync")  # steps of findings these forms can take


class SavingState(Protocol):
    """What is to be saved: `save` names it, `hint` says what is missing, `anyway` that it was refused and may be
    saved in spite of it."""

    @property
    def save(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def ready(self) -> bool: ...
    @property
    def headline(self) -> str: ...
    @property
    def findings(self) -> tuple[FindingWords, ...]: ...
    @property
    def anyway(self) -> bool: ...


class SavingForm(Card):
    """See the module. NAME begins the names of its parts; whoever inherits arranges them around what scrolls."""

    NAME: ClassVar[str]
    _scroll: Scroll

    def __init__(self, theme: Theme) -> None:
        super().__init__(name=self.NAME, margin=0, gap=0)
        self._theme = theme
        self.headline = label("", "strong", name=f"{self.NAME}.headline", tone="bad", wrap=True)
        self.findings = SideFindings(theme, name=f"{self.NAME}.findings", actions=STEPS)
        self.hint = label("", "muted", name=f"{self.NAME}.hint", wrap=True)
        self.save = button(
            "", name=f"{self.NAME}.save", kind="primary", icon="ok", theme=theme, shortcut="Ctrl+Return"
        )
        self.anyway = button(
            tr("sale.anyway"), name=f"{self.NAME}.anyway", kind="danger", icon="warning", theme=theme
        )

    def reveal_findings(self) -> None:
        """Bring a refusal into sight."""
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.findings))

    def _show_saving(self, state: SavingState, *, busy: bool) -> None:
        self.headline.setText(state.headline)
        self.headline.setVisible(bool(state.headline))
        self.findings.show_findings(state.findings)
        self.hint.setText(state.hint or (tr("sale.anyway.more") if state.anyway else ""))
        self.hint.setVisible(bool(self.hint.text()))
        self.save.setText(state.save)
        self.save.setAccessibleName(state.save)
        self.save.setToolTip(tr("widget.shortcut", words=state.save, shortcut="Ctrl+Return"))
        self.save.setVisible(not state.anyway)
        self.save.setEnabled(state.ready and not busy)
        self.anyway.setVisible(state.anyway)
        self.anyway.setEnabled(state.ready and not busy)
