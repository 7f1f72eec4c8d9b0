"""Which installation this is: an id outside the folder, so that a folder copied to another machine is seen (law 2).

It lies in the keyring, under the folder's path: a copy of the folder, there or here, has another id or none. The same
id is in each database; where they differ the database came from elsewhere, and goes on as a new device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from keyring.errors import KeyringError

from app.desktop.secrets import SERVICE, SecretsUnavailable, usable_keyring


class Installation(Protocol):
    """What can tell the id of this installation; None when that cannot be told now, and nothing is concluded."""

    def id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class KeyringInstallation:
    """The id in the keyring, made when there is none."""

    folder: Path
    new_id: Callable[[], str]

    def id(self) -> str | None:
        name = f"installation:{self.folder.resolve()}"
        try:
            keyring = usable_keyring()
            found = keyring.get_password(SERVICE, name)
            if found is None:
                found = self.new_id()
                keyring.set_password(SERVICE, name, found)
        except (KeyringError, SecretsUnavailable):
            return None
        return found
