"""A device that the office has revoked: what its turns are told, the page that says so, and the end of a wipe."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.desktop.compose import House, Who
from app.desktop.theme import Theme
from app.desktop.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    from app.desktop.screens.locked import LockedPage
    from app.desktop.tasks import Tasks
    from sync.client.turn import Turn

log = logging.getLogger("trunkline")


class Lockout(QObject):
    """`order` is what this device was told, '' while it is let in. `asked` carries whose device wants to be let in
    again, `shown` says that the page stands instead of every screen, `lifted` that the office has allowed the device
    again. `let_go` closes the work of the person who is here; it comes before a wipe destroys it."""

    asked = Signal(object)
    shown = Signal()
    lifted = Signal()

    def __init__(self, house: House, theme: Theme, window: Window, let_go: Callable[[], None]) -> None:
        super().__init__()
        self._house, self._theme, self._window, self._let_go = house, theme, window, let_go
        self.order = ""

    @cached_property
    def page(self) -> LockedPage:
        from app.desktop.screens.locked import LockedPage

        page = LockedPage(self._theme)
        page.asked.connect(self.asked)
        return page

    def show(self, who: Who, *, sealed: str = "", refused: bool = False) -> None:
        """The page of the device of `who`: `sealed` is the file with what was not sent, `refused` that asking to be let
        in again was in vain."""
        from app.screens.locked import present_locked

        self._window.drop_desk()
        self.page.show_locked(present_locked(who.server, sealed=sealed, refused=refused), who)
        self._window.show_page(self.page)
        self.shown.emit()

    def word_anew(self) -> None:
        """Another language: the page is made anew when it is wanted."""
        if "page" in self.__dict__:
            self.__dict__.pop("page").deleteLater()

    def heard(self, turn: Turn, who: Who, tasks: Tasks) -> None:
        """A turn of the device of `who` has ended: obey its order, or the end of one."""
        from app.workspace import sealing

        if turn.order:
            known, self.order = self.order, sealing.WIPE if turn.order == sealing.WIPE else sealing.LOCK
            if not known or self._window.desk is not None:  # else somebody may be signing in
                self.show(who)
        elif self.order and turn.trouble is None:  # the office has allowed it again
            self.order = ""
            tasks.act(sealing.unlock)
            self.lifted.emit()
        if self.order == sealing.WIPE:
            # rescue has been tried; what was saved while it was is sealed as well
            tasks.act(
                lambda workspace: self._house.seal(who, workspace), lambda sealed: self._destroy(who, sealed)
            )

    def _destroy(self, who: Who, sealed: Path | None) -> None:
        """The end of a wipe. Without a sealed file the device stays locked and keeps everything."""
        if sealed is None:
            return
        from app.desktop.secrets import SecretsUnavailable

        self._let_go()
        self._house.preferences.change(signed_in=False)
        try:
            self._house.destroy(who, sealed)
        except SecretsUnavailable as error:
            log.error("tokens of a revoked device stay in the keyring: %s", error)
        self.show(who, sealed=str(sealed))
