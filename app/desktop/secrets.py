"""Secrets: tokens in the keyring of the operating system. The one user of keyring.

A keyring that forgets, fails or writes plain text is refused: better a clear sentence than a token on the disk.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError, PasswordDeleteError

from app.screens.wording import tr

SERVICE = "trunkline"
_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


class SecretsUnavailable(RuntimeError):
    """There is no keyring to keep tokens in, or it is locked. The message is for the person."""


def usable_keyring() -> KeyringBackend:
    """The keyring of this system. Raises SecretsUnavailable, saying what to install."""
    chosen = keyring.get_keyring()
    candidates = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    for backend in candidates:
        if not type(backend).__module__.startswith(_REFUSED):
            return backend
    system = {"win32": "windows", "darwin": "mac"}.get(sys.platform, "linux")
    raise SecretsUnavailable(tr(f"secrets.none.{system}"))


def kept_name(name: str, make: Callable[[], str]) -> str | None:
    """What the keyring keeps under `name`, made and kept when there is none; None when it cannot be asked now."""
    try:
        backend = usable_keyring()
        found = backend.get_password(SERVICE, name)
        if found is None:
            found = make()
            backend.set_password(SERVICE, name, found)
    except (KeyringError, SecretsUnavailable):
        return None
    return found


@dataclass(slots=True)
class KeyringTokens:
    """TokenStore of one user at one server. What was read is remembered, so that not every request asks the keyring."""

    server_url: str
    login: str
    _held: dict[str, str] | None = field(default=None, repr=False)

    @property
    def _name(self) -> str:
        return f"{self.login}@{self.server_url}"

    def load(self) -> dict[str, str] | None:
        """The tokens; None when signed out. Raises SecretsUnavailable."""
        if self._held is None:
            try:
                text = usable_keyring().get_password(SERVICE, self._name)
            except KeyringError as error:
                raise SecretsUnavailable(tr("secrets.locked", what=str(error))) from error
            self._held = json.loads(text) if text else None
        return self._held

    def save(self, secrets: dict[str, str]) -> None:
        """Keep the tokens. Raises SecretsUnavailable; then they are kept nowhere."""
        try:
            usable_keyring().set_password(SERVICE, self._name, json.dumps(secrets))
        except KeyringError as error:
            raise SecretsUnavailable(tr("secrets.locked", what=str(error))) from error
        self._held = dict(secrets)

    def clear(self) -> None:
        """Forget the tokens."""
        self._held = None
        try:
            usable_keyring().delete_password(SERVICE, self._name)
        except PasswordDeleteError:
            return  # there were none
        except KeyringError as error:
            raise SecretsUnavailable(tr("secrets.locked", what=str(error))) from error


@dataclass(slots=True)
class MemoryTokens:
    """TokenStore that ends with the program: for a headless run where there is no keyring, and for tests."""

    _held: dict[str, str] | None = field(default=None, repr=False)

    def load(self) -> dict[str, str] | None:
        return self._held

    def save(self, secrets: dict[str, str]) -> None:
        self._held = dict(secrets)

    def clear(self) -> None:
        self._held = None
