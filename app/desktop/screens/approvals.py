"""The Approvals place: what waits and what was decided, who stands in for whom, and authority given in advance."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout

from app.desktop.desk import Desk, Screen
from app.desktop.screens.approval_queue import QueuePage
from app.desktop.screens.delegations import DelegationsPage
from app.desktop.screens.envelopes import EnvelopesPage
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import row
from app.screens.wording import tr

WAITING, PAST, DELEGATIONS, ENVELOPES = "waiting", "past", "delegations", "envelopes"


class ApprovalsScreen(Screen):
    """Tabs over one page each; the queue has two."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.queue, self.delegations, self.envelopes = (
            QueuePage(desk),
            DelegationsPage(desk),
            EnvelopesPage(desk),
        )
        self._pages: dict[str, Screen] = {
            WAITING: self.queue,
            PAST: self.queue,
            DELEGATIONS: self.delegations,
            ENVELOPES: self.envelopes,
        }
        self.topics = frozenset().union(*(page.topics for page in self._pages.values()))
        self._tab = WAITING
        self.as_of = label("", "muted", name="approvals.as_of")
        self.tabs: dict[str, QPushButton] = {}
        self._arrange()
        self.queue.counted.connect(self._on_counted)
        self.queue.listed.connect(lambda past: self._mark(PAST if past else WAITING))
        self._mark(WAITING)

    def open(self, **args: Any) -> None:
        """`approval_id` or `quote_id`: show that one."""
        self.queue.open(**args)

    def reload(self) -> None:
        self._pages[self._tab].reload()
        if self._pages[self._tab] is not self.queue:
            self.queue.reload()  # its tab says how many wait

    def leave(self) -> None:
        for page in {id(one): one for one in self._pages.values()}.values():
            page.leave()

    def _choose(self, tab: str) -> None:
        self._pages[self._tab].leave()
        if self._pages[tab] is self.queue:
            self.queue.to_list(past=tab == PAST)
        self._mark(tab)
        self._pages[tab].reload()

    def _mark(self, tab: str) -> None:
        self._tab = tab
        for name, made in self.tabs.items():
            made.setChecked(name == tab)
        self._stack.setCurrentWidget(self._pages[tab])

    def _on_counted(self, words: str, as_of: str) -> None:
        self.tabs[WAITING].setText(words)
        self.tabs[WAITING].setAccessibleName(words)
        self.as_of.setText(as_of)

    def _arrange(self) -> None:
        line = row()
        for name in (WAITING, PAST, DELEGATIONS, ENVELOPES):
            words = tr("approvals.tab.waiting", n="0") if name == WAITING else tr(f"approvals.tab.{name}")
            made = self.tabs[name] = button(words, name=f"approvals.tab.{name}")
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, name=name: self._choose(name))
            line.addWidget(made)
        line.addStretch(1)
        line.addWidget(self.as_of)
        self._stack = QStackedWidget()
        for page in (self.queue, self.delegations, self.envelopes):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        whole.setSpacing(GRID)
        whole.addLayout(line)
        whole.addWidget(self._stack, 1)
