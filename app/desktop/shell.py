"""From the first frame to a desk: who is here, their workspace, their session, the sync loop; and back again.

One person at a time. Signing out takes the tokens and nothing else; signing in as somebody else closes one database
before it opens the other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.desktop.compose import House, Who
from app.desktop.desk import Desk
from app.desktop.lockfile import AlreadyOpen, Lock
from app.desktop.lockout import Lockout
from app.desktop.opening import OpeningPage
from app.desktop.tasks import BadNews, Tasks
from app.desktop.theme import Theme
from app.desktop.tongue import put_on
from app.desktop.window import Window
from app.screens.wording import spoken, tr

if TYPE_CHECKING:
    from app.desktop.scanner import Wedge
    from app.desktop.screens.sign_in import FirstLoadPage, SignInPage
    from app.desktop.sync_loop import SyncLoop
    from app.screens.sync_state import SyncView
    from app.workspace.workspace import Identity, Workspace
    from sync.client.session import Session
    from sync.protocol.messages import Enrolled

log = logging.getLogger("trunkline")


class Shell(QObject):
    """`by_hand`: no sync by itself. `window` is one that shows its first frame already."""

    def __init__(
        self, house: House, theme: Theme, *, by_hand: bool = False, window: Window | None = None
    ) -> None:
        super().__init__()
        self.house, self.theme, self._by_hand = house, theme, by_hand
        self.window = window or Window()
        self.window.furnish(theme, self.close)
        kept = house.preferences.load()
        self.window.wedge.set_up(kept.scanner_prefix, kept.scanner_end)
        self.window.show_page(OpeningPage())
        self.tasks = self._new_tasks()
        self.who: Who | None = None
        self.identity: Identity | None = None
        self._session: Session | None = None
        self._lock: Lock | None = None
        self._opened = False
        self._loading = False
        self.lockout = Lockout(house, theme, self.window, self._close_work)
        self.lockout.asked.connect(lambda who: self.ask_to_sign_in(server=who.server, user=who.login))
        self.lockout.shown.connect(self._loaded)
        self.lockout.lifted.connect(self._start_work)

    @cached_property
    def sign_in_page(self) -> SignInPage:
        from app.desktop.screens.sign_in import SignInPage

        page = SignInPage(self.theme)
        page.asked.connect(self._on_asked)
        page.went_on.connect(self.window.back_to_desk)
        return page

    @cached_property
    def load_page(self) -> FirstLoadPage:
        from app.desktop.screens.sign_in import FirstLoadPage

        page = FirstLoadPage(self.theme)
        page.start.connect(self._start_work)
        return page

    # -- beginning ----------------------------------------------------------------------------------------------------

    def begin(self, *, server: str = "", user: str = "", password: str = "") -> None:
        """After the first frame: open the work of whoever was here, or ask who is."""
        kept = self.house.preferences.load()
        who = Who(server or kept.server, user or kept.login)
        same = kept.signed_in and who == Who(kept.server, kept.login)
        if who.server and who.login and (password or same):
            self._open(who, lambda: self._on_opened(password))
        else:
            self.ask_to_sign_in(server=who.server, user=who.login)

    def ask_to_sign_in(self, *, server: str = "", user: str = "") -> None:
        """Show the sign-in page; with a desk open one can go back to it."""
        again = self.window.desk is not None
        if again and self.who is not None:
            server, user = self.who.server, self.who.login
        self.sign_in_page.begin(server=server, user=user, again=again)
        self.window.show_page(self.sign_in_page)

    # -- one person's workspace ---------------------------------------------------------------------------------------

    def _open(self, who: Who, then: Callable[[], None]) -> None:
        """Make `who` the person here: lock, tasks, workspace. `then` comes when the workspace is open."""
        if self.who == who and self._opened:
            then()
            return
        self._close_work()
        try:
            self._lock = self.house.lock(who)
        except AlreadyOpen:
            self.ask_to_sign_in(server=who.server, user=who.login)
            self._say_trouble(tr("bad.locked"))
            return
        self.who = who

        def opened(_workspace: Workspace) -> None:
            self._opened = True
            then()

        self.tasks.open(lambda: self.house.open_workspace(who), opened)

    def _on_opened(self, password: str) -> None:
        from app.workspace import sealing

        self.tasks.act(
            lambda workspace: (workspace.identity(), sealing.locked(workspace)),
            lambda found: self._on_identity(*found, password),
        )

    def _on_identity(self, identity: Identity | None, locked: str, password: str) -> None:
        assert self.who is not None
        self.lockout.order = locked
        if password or identity is None:
            if password:
                self._sign_in(password)
            else:
                self.ask_to_sign_in(server=self.who.server, user=self.who.login)
            return
        self.identity = identity
        loop = self._start_loop()
        if not locked:
            self._start_work()
            return
        self.lockout.show(self.who)
        if locked == "wipe":
            loop.now()  # what a wipe had begun is finished, with the server or without

    # -- signing in ---------------------------------------------------------------------------------------------------

    def _on_asked(self, server: str, user: str, password: str) -> None:
        self._open(Who(server, user), lambda: self._sign_in(password))

    def _sign_in(self, password: str) -> None:
        who = self.who
        assert who is not None
        session = self._session or self.house.session(who)
        self._session = session

        def talk() -> Enrolled:
            from sync.protocol.messages import Enrol

            device_id = self.house.device_id(who)
            session.sign_in(who.login, password, device_id)
            return self.house.api(session).enrol(Enrol(device_id, self.house.device_name()))

        self.tasks.ask(talk, self._on_enrolled, self._on_refused)

    def _on_refused(self, error: Exception) -> bool:
        from app.desktop.secrets import SecretsUnavailable
        from app.screens.sign_in import present_trouble
        from sync.protocol.api import ApiProblem, Unreachable

        if who := self.who:
            if (
                isinstance(error, ApiProblem)
                and error.problem.code == "device_revoked"
                and self.lockout.order
            ):
                self.lockout.show(who, refused=True)
                return True
            if not self.sign_in_page.server.text():  # signed in without having been asked
                self.sign_in_page.begin(server=who.server, user=who.login)
        self.window.show_page(self.sign_in_page)
        if not isinstance(error, ApiProblem | Unreachable | SecretsUnavailable):
            self.sign_in_page.show_trouble(None)
            return False
        self.sign_in_page.show_trouble(present_trouble(error))
        return True

    def _on_enrolled(self, enrolled: Enrolled) -> None:
        from app.workspace.workspace import Identity

        who = self.who
        assert who is not None
        user = enrolled.user
        identity = Identity(
            server_url=who.server,
            user_id=user.id,
            login=user.login,
            name=user.name,
            role=user.role,
            code=user.code,
            territories=tuple(user.territories),
            device_id=enrolled.device_id,
            stream=enrolled.stream,
            letter=enrolled.letter,
        )

        def become(workspace: Workspace) -> Identity:
            from app.workspace import sealing

            workspace.become(identity, enrolled.next_seq)
            sealing.unlock(workspace)
            return identity

        self.tasks.act(become, self._on_become)

    def _on_become(self, identity: Identity) -> None:
        assert self.who is not None
        self.house.preferences.change(server=self.who.server, login=self.who.login, signed_in=True)
        self.identity, self.lockout.order = identity, ""
        if self.tasks.loop is not None:
            self.tasks.loop.signed_in()
            self._start_work()
            return
        self._loading = True
        self.window.show_page(self.load_page)
        loop = self._start_loop()
        if self._by_hand:
            loop.now()  # the first load is what signing in is for

    def sign_out(self) -> None:
        """Take the tokens; keep everything else (DESIGN.md §5)."""
        session, who = self._session, self.who
        assert session is not None
        assert who is not None
        self.house.preferences.change(signed_in=False)
        self.tasks.ask(session.sign_out, lambda _none: self._signed_out(who))

    def _signed_out(self, who: Who) -> None:
        self._close_work()
        self.ask_to_sign_in(server=who.server, user=who.login)

    # -- working ------------------------------------------------------------------------------------------------------

    def _start_loop(self) -> SyncLoop:
        from app.desktop.sync_loop import SyncLoop

        house, who = self.house, self.who
        assert who is not None
        if self._session is None:
            self._session = house.session(who)
        loop = self.tasks.loop = SyncLoop(
            self.tasks,
            house.api(self._session),
            now=house.now,
            monotonic=house.monotonic,
            dice=house.dice,
            by_hand=self._by_hand,
            device_name=house.device_name(),
            revoked=lambda workspace, order: house.revoked(who, workspace, order),
        )
        loop.ended.connect(lambda turn: self.lockout.heard(turn, who, self.tasks))
        self.tasks.sync_moved.connect(self._on_sync_moved)
        loop.start()
        return loop

    def _start_work(self) -> None:
        """Show the desk."""
        self._loaded()
        if not self.window.back_to_desk():
            self._show_desk()

    def _loaded(self) -> None:
        """What comes from the server is not waited for, or no more."""
        self._loading = False

    def _show_desk(self, start: str = "today") -> None:
        from app.desktop.screens import PLACES
        from app.screens.formats import Formats

        assert self.identity is not None
        desk = Desk(
            tasks=self.tasks,
            theme=self.theme,
            formats=Formats(self.house.now, spoken()[1]),
            user=self.identity,
            today=lambda: self.house.now().astimezone().date().isoformat(),
            go=self.window.go,
            toast=self.window.toast,
            doors=self,
            papers=self.house.papers(),
            cover=self.window.cover,
            cameras=self.house.cameras(),
        )
        self.window.show_desk(desk, PLACES, start)

    def _on_sync_moved(self, view: SyncView) -> None:
        if not self._loading:
            return
        from app.screens.formats import Formats
        from app.screens.sign_in import present_loading

        loading = present_loading(view, Formats(self.house.now, spoken()[1]))
        self.load_page.show_loading(loading)
        if loading.finished:
            self._start_work()

    # -- what Settings asks -------------------------------------------------------------------------------------------

    def wear(self, theme: str) -> None:
        """Change the theme, now and for the next start."""
        self.theme.wear(theme)
        self.house.preferences.change(theme=theme)

    def wedge(self) -> Wedge:
        """The scanner of the window."""
        return self.window.wedge

    def hear(self, prefix: str, end: str) -> None:
        """What the scanner sends before and behind each code, now and for the next start."""
        self.window.wedge.set_up(prefix, end)
        self.house.preferences.change(scanner_prefix=prefix, scanner_end=end)

    def speak(self, language: str) -> None:
        """Change the language (one of `tongues.choices()`), now and for the next start: everything is made anew."""
        put_on(self.house.preferences.change(language=language).language)
        for page in {"sign_in_page", "load_page"} & set(self.__dict__):
            self.__dict__.pop(page).deleteLater()
        self.lockout.word_anew()
        self.window.word_anew()
        self._show_desk("settings")

    # -- ending -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """The window goes: finish what was meant and let go of everything."""
        self.tasks.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _close_work(self) -> None:
        """Let go of the person who is here, to be ready for another."""
        self.window.drop_desk()
        self.close()
        self.who, self.identity, self._session, self._opened = None, None, None, False
        self.lockout.order = ""
        self.tasks.deleteLater()
        self.tasks = self._new_tasks()

    # -- bad news -----------------------------------------------------------------------------------------------------

    def _new_tasks(self) -> Tasks:
        tasks = Tasks(self)
        tasks.failed.connect(self.on_failed)
        return tasks

    def on_failed(self, news: BadNews) -> None:
        """Work beside the window failed: log it and say it."""
        from app.desktop.bad_news import describe

        words, report = describe(news)
        log.error("%s: %s", news.where, words, exc_info=news.error)
        self._say_trouble(words, report)

    def _say_trouble(self, words: str, report: str = "") -> None:
        if self.window.desk is not None:
            self.window.bad_news.say(words, report)
            return
        from app.screens.sign_in import Trouble

        self.window.show_page(self.sign_in_page)
        self.sign_in_page.show_trouble(Trouble(words, ""))
