"""Which installation this is: an id outside the folder, so that a folder copied to another machine is seen (law 2).

It lies in the keyring, under the folder's path: a copy of the folder, there or here, has another id or none. The same
id is in each database; where they differ the database came from elsewhere, and goes on as a new device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.desktop.secrets import kept_name


class Installation(Protocol):
    """What can tell the id of this installation; None when that cannot be told now, and nothing is concluded."""

    def id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class KeyringInstallation:
    """The id in the keyring, made when there is none."""

    folder: Path
    new_id: Callable[[], str]

    def id(self) -> str | None:
        return kept_name(f"installation:{self.folder.resolve()}", self.new_id)
