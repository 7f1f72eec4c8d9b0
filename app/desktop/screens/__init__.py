"""The places of the app, in the order of the rail. One module a screen; what it shows is decided in app/screens.

A screen's module is imported when the screen is first shown, so that the first frame waits for none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from app.desktop.desk import Desk, Place, Screen
from app.domain.authority import DELEGATING


def _lazy(module: str, name: str) -> Callable[[Desk], Screen]:
    def make(desk: Desk) -> Screen:
        screen = getattr(import_module(f"{__name__}.{module}"), name)(desk)
        assert isinstance(screen, Screen)
        return screen

    return make


PLACES: tuple[Place, ...] = (
    Place("today", "today", _lazy("today", "TodayScreen"), badge="needs_you"),
    Place("accounts", "accounts", _lazy("accounts", "AccountsScreen")),
    Place("catalogue", "catalogue", _lazy("catalogue", "CatalogueScreen")),
    Place("quotes", "quotes", _lazy("quotes", "QuotesScreen")),
    Place("trunk", "trunk", _lazy("trunk", "TrunkScreen")),
    Place(
        "approvals",
        "approvals",
        _lazy("approvals", "ApprovalsScreen"),
        roles=DELEGATING,
        badge="approvals",
        deputies=True,
    ),
    Place("sync", "sync", _lazy("sync_page", "SyncPage"), bottom=True),
    Place("settings", "settings", _lazy("settings", "SettingsScreen"), bottom=True),
)
