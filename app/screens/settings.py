"""Settings: how it looks, who is signed in, and a sign-out that deletes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.findings import named
from app.screens.wording import tr


@dataclass(frozen=True, slots=True)
class SettingsState:
    """Who is here, as (name, value) pairs, and what signing out means now."""

    facts: tuple[tuple[str, str], ...]
    sign_out: str


def present(*, name: str, login: str, role: str, letter: str, server: str, waiting: int) -> SettingsState:
    """`waiting`: ops saved here that the server does not have."""
    return SettingsState(
        (
            (tr("settings.user"), f"{name} ({login})"),
            (tr("settings.role"), named("role_title", role)),
            (tr("settings.device"), letter),
            (tr("settings.server"), server),
        ),
        tr("settings.sign_out.waiting", count=waiting) if waiting else tr("settings.sign_out.none"),
    )
