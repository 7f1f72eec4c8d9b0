"""The way through a count and a day end: begin, count, count again, look it over, sign, the summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.desktop.papers import PaperActs
from app.desktop.screens.day_end_parts import NOTHING
from app.desktop.screens.day_summary import SummaryPage
from app.desktop.screens.trunk_count import CountPage
from app.desktop.screens.trunk_review import ReviewPage
from app.domain.decide import EXCEPTION
from app.screens import trunk_transfers as ways
from app.screens.day_end import SummaryState, present_summary
from app.screens.findings import all_in_words
from app.screens.wording import tr
from app.workspace import counting, moving
from app.workspace.queries.day_end import closing, day_end
from app.workspace.queries.trunk import count_view
from app.workspace.rows.day_end import Closing
from app.workspace.rows.trunk import CountDraft, CountView

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.desktop.desk import Desk
    from app.desktop.screens.trunk import TrunkScreen
    from app.desktop.tasks import BadNews
    from app.domain.commands import Command
    from app.workspace.workspace import Performed, Workspace


class TrunkCounting(QObject):
    """See the module. `pages` are shown among those of the screen."""

    def __init__(self, screen: TrunkScreen, desk: Desk) -> None:
        super().__init__(screen)
        self._screen, self._desk = screen, desk
        self._view = CountView(None, (), None)
        self._closing = NOTHING  # as last read for the review
        self._coming = False  # the summary is asked for, and not shown yet
        self.count = CountPage(desk)
        self.review = ReviewPage(desk)
        self.summary = SummaryPage(desk.theme)
        self.pages: tuple[QWidget, ...] = (self.count, self.review, self.summary)
        self.count.changed.connect(self._read)
        self.count.left.connect(screen.to_trunk)
        self.count.reviewing.connect(self._look_over)
        self.count.given_up.connect(self._give_up)
        self.review.back.connect(lambda: self._to_page(self.count))
        self.review.recount.connect(self._recount)
        self.review.reason_given.connect(self._on_reason)
        self.review.none_there.connect(self._none_there)
        self.review.signed.connect(self._sign)
        self.summary.done.connect(screen.to_trunk)
        self.summary.printing.connect(lambda: PaperActs(desk).day_end())
        self.summary.to_sync.connect(lambda: desk.go("sync"))
        desk.tasks.failed.connect(self._on_failed)

    def start(self, *, day_end: bool = False) -> None:
        """Begin a count or go on with it; with `day_end` it closes the day."""
        place = self._screen.held_place()
        if place is None:
            return

        def started(_none: None) -> None:
            self._to_page(self.count)
            self.count.begin()

        self._desk.tasks.act(
            lambda workspace: counting.start_count(workspace, place.id, day_end=day_end), started
        )

    def show_summary(self, count_id: str) -> None:
        """The summary of a count of today; the page comes once it has been read."""
        self.summary.count_id, self._coming = count_id, True
        self._read_summary()

    def reload(self) -> None:
        """Read again what one of the pages shows."""
        if self._screen.pages.currentWidget() in self.pages:
            self._read()

    def taker(self) -> Callable[[str], None] | None:
        """Who takes a code: counting goes on from the review, too."""
        if self._screen.pages.currentWidget() is self.review:
            return self._scan_on
        return self.count.codes.taking.take if self.count.isVisible() else None

    # -- inside -------------------------------------------------------------------------------------------------------

    def _to_page(self, page: QWidget) -> None:
        self._screen.pages.setCurrentWidget(page)
        self._read()

    def _scan_on(self, code: str) -> None:
        self.review.settle()
        self._to_page(self.count)
        self.count.begin()
        self.count.codes.taking.take(code)

    def _read(self) -> None:
        if self._screen.pages.currentWidget() is self.summary:
            self._read_summary()
            return
        user = self._desk.user.user_id
        reviewing = self._screen.pages.currentWidget() is self.review

        def read(connection: Connection) -> tuple[CountView, Closing]:
            view = count_view(connection, user)
            return view, closing(connection, view) if reviewing else NOTHING

        self._desk.tasks.read(read, self._on_count, key="trunk.count")

    def _read_summary(self) -> None:
        user, day, formats = self._desk.user.user_id, self._desk.today(), self._desk.formats
        count_id = self.summary.count_id

        def summed(connection: Connection) -> SummaryState | None:
            found = day_end(connection, user, day)
            return present_summary(found, count_id, formats) if found else None

        self._desk.tasks.read(summed, self._on_summary, key="trunk.summary")

    def _on_count(self, answer: tuple[CountView, Closing]) -> None:
        self._view, self._closing = answer
        shown = self._screen.pages.currentWidget()
        if shown is self.count:
            self.count.show_view(self._view)
        elif shown is self.review:
            self.review.show_view(self._view, self._closing)

    def _on_summary(self, state: SummaryState | None) -> None:
        if state is None:
            return
        self.summary.show_summary(state)
        if self._coming:
            self._coming = False
            self._screen.pages.setCurrentWidget(self.summary)
            self.summary.setFocus()

    def _place_id(self) -> str:
        return self._view.place.id if self._view.place else ""

    def _look_over(self) -> None:
        """To the review, unless something is to be counted again first."""
        place_id, limit = self._place_id(), self._view.variance_limit

        def closed(again: bool) -> None:
            self._to_page(self.count if again else self.review)
            self.count.begin() if again else self.review.begin()

        self._desk.tasks.act(lambda workspace: counting.look_over(workspace, place_id, limit), closed)

    def _recount(self, key: str) -> None:
        place_id = self._place_id()

        def asked(_none: None) -> None:
            self._to_page(self.count)
            self.count.choose_soon(key)

        self._desk.tasks.act(lambda workspace: counting.count_again(workspace, place_id, key), asked)

    def _none_there(self, key: str) -> None:
        place_id, (product_id, _, lot_id) = self._place_id(), key.partition("|")
        self._desk.tasks.act(
            lambda workspace: counting.enter_count(workspace, place_id, product_id, lot_id, 0),
            lambda _none: self._look_over(),
        )

    def _on_reason(self, key: str, reason: str, note: str) -> None:
        place_id = self._place_id()
        self._desk.tasks.act(
            lambda workspace: counting.give_reason(workspace, place_id, key, reason, note),
            lambda _none: self._read(),
        )

    def _give_up(self) -> None:
        """Drop the count; for a while it can be had back."""
        place_id = self._place_id()

        def gone(found: CountDraft | None) -> None:
            self._screen.to_trunk()
            if found is not None and found.lines:
                self._desk.toast(
                    tr("count.discarded"), action=tr("sale.undo"), then=lambda: self._restore(found)
                )

        self._desk.tasks.act(lambda workspace: counting.discard_count(workspace, place_id), gone)

    def _restore(self, found: CountDraft) -> None:
        self._desk.tasks.act(
            lambda workspace: counting.restore_count(workspace, found),
            lambda _none: self._to_page(self.count),
        )

    def _sign(self, name: str, wanted: tuple[tuple[str, int], ...], even_so: bool) -> None:
        """The count becomes one op, and what is asked for another; both are kept or none, and the draft goes with
        them. What was counted is a fact: whoever has seen why it is refused may record it `even_so`."""
        place_id, giver = self._place_id(), ways.asks(self._closing.moving)

        def job(workspace: Workspace) -> tuple[Performed, ...]:
            commands: list[Command] = [counting.count_command(workspace, place_id, name)]
            if wanted:
                commands.append(moving.ask_for(workspace, giver, place_id, wanted))
            return workspace.perform_all(
                commands,
                even_so=even_so,
                also=lambda connection: counting.forget_count(connection, place_id),
            )

        def after(performed: tuple[Performed, ...]) -> None:
            if not performed[-1].saved:
                decision = performed[-1].decision
                self.review.show_refusal(
                    all_in_words(decision.findings, self._desk.formats), anyway=decision.outcome == EXCEPTION
                )
                return
            self.show_summary(performed[0].op_id)  # which says that it is saved: no toast beside it
            self._screen.reload()

        self.review.set_busy(True)  # until the next review: a second tap finds no count any more
        self._desk.tasks.act(job, after)

    def _on_failed(self, news: BadNews) -> None:
        """The writer could not keep it: nothing is signed, and it may be tried again."""
        if news.where == "writer":
            self.review.set_busy(False)
