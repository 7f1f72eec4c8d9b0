"""The window: the rail of places, the title with the status chip, the screen, toast and bad news.

Before somebody is signed in it shows one page (`show_page`); then a desk (`show_desk`), whose screens are made when
they are first visited. A screen is reloaded when it is shown and when a topic it names has changed meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.screens.wording import tr

# Whatever is not in the first frame is imported after it: half of PySide6 is made when asked for.
if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent

    from app.desktop.desk import Desk, Place, Screen
    from app.desktop.rail import Rail
    from app.desktop.theme import Theme
    from app.screens.sync_state import SyncView

RELOAD_MS = 40  # changes that come together are read once
LOADING_RELOAD_MS = 400  # and those of a first load, which comes page after page
FRAME_MS = 1_000  # a window that is not drawn by then is behind another one
FIRST = {"light": ("#f2f5f6", "#15212a"), "dark": ("#10171b", "#e7edf0")}  # the theme's window and text


class Window(QMainWindow):
    """See the module. `on_close` is called once, when the window goes. Without a theme it is only the first frame, in
    the colours of the theme called `wearing`, until it is furnished."""

    theme: Theme
    _on_close: Callable[[], None] | None

    def __init__(
        self,
        theme: Theme | None = None,
        on_close: Callable[[], None] | None = None,
        *,
        wearing: str = "light",
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(tr("app.name"))
        self.setMinimumSize(960, 560)
        self.resize(1280, 800)
        self.desk: Desk | None = None
        self.screens: dict[str, Screen] = {}
        self.place = ""
        self._on_close = on_close
        self._first_frame: list[Callable[[], object]] = []
        self._all_places: tuple[Place, ...] = ()
        self._deputy_on = (
            ""  # the day (ISO) for which it is known whether this person decides in somebody's place
        )
        self._places: dict[str, Place] = {}
        self._pages = QStackedWidget()
        self.setCentralWidget(self._pages)
        self._reload_soon = QTimer(self)
        self._reload_soon.setSingleShot(True)
        self._reload_soon.timeout.connect(self._reload)
        self.rail: Rail | None = None
        if theme is None:
            self._pages.addWidget(_first_page(*FIRST[wearing]))
        else:
            self.furnish(theme)

    def furnish(self, theme: Theme, on_close: Callable[[], None] | None = None) -> None:
        """Put in what a window has besides its first frame."""
        from PySide6.QtGui import QIcon

        from app.desktop.scanner import Wedge
        from app.desktop.statusbar import BadNewsBar, StatusChip, ToastLine
        from app.desktop.theme import svg_pixmap
        from app.desktop.widgets.fields import label

        self.theme = theme
        self._on_close = on_close or self._on_close
        self.setWindowIcon(QIcon(svg_pixmap("brand", "#ffffff", 64)))
        self.toast_line = ToastLine(theme, self._pages)
        self.wedge = Wedge(self, self._scan_taker, self._is_code)
        self.wedge.scanned.connect(self._on_scanned)
        self.chip = StatusChip(theme)
        self.bad_news = BadNewsBar(theme)
        self._title = label("", "head", name="placeTitle")
        self.toast_line.keep_clear(self._title, self.chip)
        self._stack = QStackedWidget()

    # -- one page, or a desk ------------------------------------------------------------------------------------------

    def show_page(self, page: QWidget) -> None:
        """Show this page and nothing beside it."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def cover(self, page: QWidget) -> Callable[[], None]:
        """Show this page over the desk until the answer is called; another page that came meanwhile stays."""
        self.toast_line.hide()
        self.show_page(page)

        def uncover() -> None:
            self.toast_line.hide()
            if self._pages.currentWidget() is page:
                self.back_to_desk()
            self._pages.removeWidget(page)
            page.deleteLater()

        return uncover

    def show_desk(self, desk: Desk, places: tuple[Place, ...], start: str = "today") -> None:
        """Show the places of this desk's user."""
        self.drop_desk()
        self.desk = desk
        self._all_places, self._deputy_on = places, ""
        self._pages.addWidget(self._frame(self._open_places(deputy=False)))
        self._pages.setCurrentIndex(self._pages.count() - 1)
        desk.tasks.changed.connect(self._on_changed)
        desk.tasks.sync_moved.connect(self._on_sync)
        self._on_sync(desk.tasks.sync_view)
        self._count_badges()
        self.go(start)
        self._fit(self.width())

    def _open_places(self, *, deputy: bool) -> list[Place]:
        """The places of the desk's user, kept as those one can go to."""
        role = self.desk.user.role if self.desk is not None else ""
        mine = [place for place in self._all_places if place.open_to(role, deputy=deputy)]
        self._places = {place.key: place for place in mine}
        return mine

    def back_to_desk(self) -> bool:
        """Show the desk again after a page; False when there is none."""
        if self.desk is None:
            return False
        self._pages.setCurrentIndex(self._pages.indexOf(self._frame_widget))
        return True

    def drop_desk(self) -> None:
        """Take the desk away: somebody else signs in."""
        if self.desk is None:
            return
        self.leave()
        self.toast_line.hide()  # an undo that is still offered is of this user's work
        self.desk.tasks.changed.disconnect(self._on_changed)
        self.desk.tasks.sync_moved.disconnect(self._on_sync)
        self.desk, self.rail, self.place = None, None, ""
        for part in (self.chip, self.bad_news, self._title, self._stack):
            part.setParent(None)
        for screen in self.screens.values():
            self._stack.removeWidget(screen)
            screen.deleteLater()
        self.screens = {}
        self._pages.removeWidget(self._frame_widget)
        self._frame_widget.deleteLater()

    def word_anew(self) -> None:
        """Take the desk away and make what outlives desks in the language of now."""
        from app.desktop.statusbar import BadNewsBar

        self.drop_desk()
        self.bad_news.deleteLater()
        self.bad_news = BadNewsBar(self.theme)

    def _frame(self, places: list[Place]) -> QWidget:
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QKeySequence, QShortcut
        from PySide6.QtWidgets import QFrame

        from app.desktop.rail import Rail
        from app.desktop.theme import GRID

        whole = self._frame_widget = QWidget()
        whole.setObjectName("content")
        across = QHBoxLayout(whole)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self.rail = Rail(self.theme, places)
        self.rail.chosen.connect(self.go)
        across.addWidget(self.rail)
        down = QVBoxLayout()
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        bar = QFrame()
        bar.setObjectName("topbar")
        bar.setFixedHeight(60)
        line = QHBoxLayout(bar)
        line.setContentsMargins(3 * GRID, 0, 2 * GRID, 0)
        line.addWidget(self._title, 1)
        line.addWidget(self.chip)
        self.chip.clicked.connect(self._to_sync, Qt.ConnectionType.UniqueConnection)
        down.addWidget(bar)
        down.addWidget(self.bad_news)
        down.addWidget(self._stack, 1)
        across.addLayout(down, 1)
        QShortcut(QKeySequence("F5"), whole, lambda: self.desk.tasks.sync_now() if self.desk else None)
        return whole

    # -- going about --------------------------------------------------------------------------------------------------

    def go(self, place: str, **args: object) -> None:
        """Show a place; its screen is made at the first visit, opened with `args` and reloaded."""
        if self.desk is None or place not in self._places:
            return
        self.leave()
        if place not in self.screens:
            screen = self.screens[place] = self._places[place].factory(self.desk)
            screen.setObjectName(f"screen.{place}")
            self._stack.addWidget(screen)
        screen = self.screens[place]
        self.place = place
        self._title.setText(self._places[place].title)
        self.toast_line.place()
        self.setWindowTitle(f"{self._places[place].title} – {tr('app.name')}")
        if args:
            screen.open(**args)
        self._stack.setCurrentWidget(screen)
        if self.rail is not None:
            self.rail.show_place(place)
        screen.reload()
        from PySide6.QtWidgets import QApplication

        focus = QApplication.focusWidget()
        if focus is None or not screen.isAncestorOf(focus):
            screen.setFocus()  # the next Tab goes into the screen, and no ring stays on the rail

    def leave(self) -> None:
        """Have the screen that is shown keep what was typed."""
        if self.place in self.screens:
            self.screens[self.place].leave()

    def toast(
        self, words: str, *, tone: str = "", action: str = "", then: Callable[[], None] | None = None
    ) -> None:
        """See desk.Toast."""
        self.toast_line.say(words, tone=tone, action=action, then=then)

    def _to_sync(self) -> None:
        self.go("sync")

    # -- scanners -----------------------------------------------------------------------------------------------------

    def _scan_taker(self) -> Callable[[str], None] | None:
        """The sheet in front, or the screen that is shown; None where nobody takes codes."""
        from PySide6.QtWidgets import QApplication

        sheet = QApplication.activeModalWidget()
        if sheet is not None:
            takes: Callable[[str], None] | None = getattr(sheet, "take_scan", None)
            return takes
        if self.desk is None or self._pages.currentWidget() is not self._frame_widget:
            return None
        screen = self.screens.get(self.place)
        return screen.scan_taker() if screen is not None else None

    def _is_code(self, code: str, field: object) -> bool:
        """Whether a fast text is meant for the page, though it came into this field: a PO number may be scanned."""
        from app.desktop.scan_taking import is_code_for

        return is_code_for(code, field, self.desk.today() if self.desk is not None else "")

    def _on_scanned(self, code: str) -> None:
        taker = self._scan_taker()
        if taker is not None:
            taker(code)

    # -- what moves by itself -----------------------------------------------------------------------------------------

    def _on_changed(self, topics: frozenset[str]) -> None:
        shown = self.screens.get(self.place)
        if shown is not None and topics & shown.topics and not self._reload_soon.isActive():
            loading = self.desk is not None and self.desk.tasks.sync_view.loading
            self._reload_soon.start(LOADING_RELOAD_MS if loading else RELOAD_MS)
        if "delegation" in topics:
            self._deputy_on = ""
        self._count_badges()

    def _reload(self) -> None:
        if self.place in self.screens and self.desk is not None:
            with self.desk.tasks.calmly():
                self.screens[self.place].reload()

    def _on_sync(self, view: SyncView) -> None:
        from app.screens.sync_state import present_chip

        if self.desk is not None:
            self.chip.show_chip(present_chip(view, self.desk.formats))

    def _count_badges(self) -> None:
        if self.desk is None:
            return
        from app.workspace.queries.delegations import stands_in
        from app.workspace.queries.today import badges

        person, day = self.desk.user.person, self.desk.today()
        known = self._deputy_on == day  # it changes with the day and with delegations only
        self.desk.tasks.read(
            lambda connection: (
                badges(connection, person, day),
                None if known else (day, stands_in(connection, person.id, day)),
            ),
            self._on_badges,
            key="badges",
            calm=True,
        )

    def _on_badges(self, answer: tuple[dict[str, int], tuple[str, bool] | None]) -> None:
        counts, deputy = answer
        if self.desk is None or self.rail is None:
            return
        if deputy is not None:
            self._deputy_on = deputy[0]
            self._change_places(deputy=deputy[1])
        for place in self._places.values():
            if place.badge:
                self.rail.set_badge(place.key, counts.get(place.badge, 0))

    def _change_places(self, *, deputy: bool) -> None:
        """Other places on the rail, when somebody's place was handed on or has come to its end."""
        before = list(self._places)
        mine = self._open_places(deputy=deputy)
        if self.rail is None or list(self._places) == before:
            return
        self.rail.set_places(mine)
        if self.place in self._places:
            self.rail.show_place(self.place)
        else:
            self.go(mine[0].key)

    def after_first_frame(self, act: Callable[[], object]) -> None:
        """Call `act` once, when the window has been drawn, or after a while when it is not: what opens a database would
        keep the first frame waiting."""
        self._first_frame.append(act)
        QTimer.singleShot(FRAME_MS, self._framed)

    def _framed(self) -> None:
        waiting, self._first_frame = self._first_frame, []
        for act in waiting:
            act()

    # -- the frame itself ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._first_frame:
            QTimer.singleShot(0, self._framed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit(event.size().width())
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.leave()
        event.accept()
        if self._on_close is not None:
            self._on_close()
            self._on_close = None

    def _fit(self, width: int) -> None:
        if self.rail is not None:
            from app.desktop.theme import WIDE

            self.rail.set_wide(width >= WIDE)


def _first_page(ground: str, ink: str) -> QWidget:
    """The name of the app in the middle of the ground of its theme."""
    page, words = QWidget(), QLabel(tr("app.name"))
    page.setStyleSheet(f"background: {ground}; color: {ink}; font-size: 24px")
    across, down = QHBoxLayout(), QVBoxLayout(page)
    across.addStretch(1)
    across.addWidget(words)
    across.addStretch(1)
    down.addStretch(1)
    down.addLayout(across)
    down.addStretch(1)
    return page
