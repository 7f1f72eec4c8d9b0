"""Today: what needs me first, then what expires, what waits to be sent and what is with others."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.desktop.desk import Desk, Screen
from app.desktop.screens.today_claims import ClaimCards
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import EmptyState, Scroll, Section, clear
from app.desktop.widgets.table import Column, Table
from app.domain.parties import MANAGER, REP
from app.screens.today import Group, Item, TodayState, present
from app.screens.wording import tr
from app.workspace.queries.today import today
from app.workspace.rows.today import TodayRows

ROOM = 1000  # from this width on the lists stand beside what needs me
ASIDE = 384


class TodayScreen(Screen):
    """See the module."""

    topics = frozenset(
        {"outbox", "quote", "approval", "sales_order", "balance", "lot"}
        | {"transfer", "transfer_line", "claim", "visit"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._groups: tuple[Group, ...] | None = None
        self._greeting = label("", "title", name="today.greeting")
        self._day = label("", "quiet", name="today.day")
        self._new = button(
            tr("today.new_quote"),
            name="today.newQuote",
            kind="primary",
            icon="plus",
            theme=desk.theme,
            shortcut="Ctrl+N",
        )
        self._new.clicked.connect(lambda: desk.go("quotes", new=True))
        if desk.user.role not in (REP, MANAGER):  # shown before it has a parent it would be a window
            self._new.setVisible(False)
        self._day_end = button(
            tr("day_end.start"), name="today.dayEnd", icon="count", theme=desk.theme, shortcut="Ctrl+E"
        )
        self._day_end.clicked.connect(lambda: desk.go("trunk", day_end=True))
        if desk.user.role != REP:
            self._day_end.setVisible(False)
        self.needs = Section(tr("today.needs_you"), name="today.needs")
        self.claims = ClaimCards(desk)
        self.needs.body.addWidget(self.claims)
        self.table = self._list("today.needs.table", tr("today.needs_you"), amount=True, states=True)
        self.clear = EmptyState(
            desk.theme,
            name="today.clear",
            icon="ok",
            words=tr("today.all_clear"),
            more=tr("today.all_clear.more"),
        )
        self.clear.setMinimumHeight(220)
        for part in (self.table, self.clear):
            part.setVisible(False)
            self.needs.body.addWidget(part)
        self._aside = QWidget()
        self._aside_column = QVBoxLayout(self._aside)
        self._aside_column.setContentsMargins(0, 0, 0, 0)
        self._aside_column.setSpacing(3 * GRID)
        self._lay_out()

    def reload(self) -> None:
        person, day = self.desk.user.person, self.desk.today()
        self.desk.tasks.read(lambda connection: today(connection, person, day), self._show, key="today")

    def _show(self, rows: TodayRows) -> None:
        user = self.desk.user
        state = present(
            rows, self.desk.formats, name=user.name, day=self.desk.today(), sells=user.role == REP
        )
        self._greeting.setText(state.greeting)
        self._day.setText(state.day)
        self._show_needs(state)
        if state.groups != self._groups:
            self._groups = state.groups
            self._show_groups(state.groups)

    def _show_needs(self, state: TodayState) -> None:
        count = len(state.needs) + len(state.claims)
        self.needs.aside.setText(str(count) if count else "")
        self.claims.show_claims(state.claims)
        self.clear.setVisible(state.all_clear)
        self.table.setVisible(bool(state.needs))
        self.table.set_rows(state.needs)
        self.table.clearSpans()
        for at, item in enumerate(state.needs):
            if not item.amount:
                self.table.setSpan(at, 0, 1, 2)  # the words have its room
        self.table.fit()

    def _show_groups(self, groups: tuple[Group, ...]) -> None:
        clear(self._aside_column)
        for at, group in enumerate(groups):
            section = Section(group.title, name=f"today.group.{at}")
            if group.items:
                states = any(item.state for item in group.items)
                made = self._list(f"today.group.{at}.table", group.title, amount=not states, states=states)
                made.set_rows(group.items)
                made.fit()
                section.body.addWidget(made)
            else:
                section.body.addWidget(label(tr("today.expiring.none"), "quiet"))
            if group.more:
                more = button(group.more, name=f"today.group.{at}.more", kind="link")
                more.clicked.connect(lambda _checked=False, place=group.place: self.desk.go(place))
                section.top.addWidget(more)
            self._aside_column.addWidget(section)
        self._aside_column.addStretch(1)
        self._aside.setVisible(bool(groups))

    def _list(self, name: str, words: str, *, amount: bool, states: bool) -> Table[Item]:
        columns: list[Column[Item]] = [
            Column(
                tr("today.column.what"),
                lambda item: item.title,
                second=lambda item: item.second,
                icon=lambda item: item.icon,
                tone=lambda item: item.tone,
                strong=amount and states,
            ),
        ]
        if amount:
            columns.append(Column(tr("today.column.amount"), lambda item: item.amount, width=112, end=True))
        if states:
            columns.append(
                Column(
                    tr("today.column.state"),
                    lambda item: item.state,
                    width=112,
                    chip=True,
                    end=True,
                    tone=lambda item: item.tone,
                )
            )
        made: Table[Item] = Table(
            self.desk.theme,
            columns,
            name=name,
            label=words,
            key=lambda item: item.key,
            spoken=lambda item: item.spoken,
            tall=True,
            head=False,
            tap=True,
        )
        made.opened.connect(self._open_item)
        return made

    def _open_item(self, item: Item) -> None:
        if item.place:
            self.desk.go(item.place, **item.args)

    def _lay_out(self) -> None:
        scroll = Scroll(name="today.scroll", gap=3 * GRID)
        top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._greeting)
        words.addWidget(self._day)
        top.addLayout(words, 1)
        top.addWidget(self._day_end)
        top.addWidget(self._new)
        scroll.body.addLayout(top)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(3 * GRID)
        left = QVBoxLayout()
        left.addWidget(self.needs)
        left.addStretch(1)
        self._both.addLayout(left, 1)
        self._both.addWidget(self._aside)
        scroll.body.addLayout(self._both)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= ROOM
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._both.setDirection(direction)
        self._aside.setFixedWidth(ASIDE) if wide else self._aside.setMinimumWidth(0)
        if not wide:
            self._aside.setMaximumWidth(16_777_215)
        super().resizeEvent(event)
