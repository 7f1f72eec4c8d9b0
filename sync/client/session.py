"""Signed in or not: tokens, kept by a TokenStore (the OS keyring on a tablet), and renewed when the server says so."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Protocol

import requests

from sync.protocol.api import ApiProblem, Unreachable
from sync.protocol.messages import Problem, Refresh, SignIn, Tokens, User, decode, encode


class TokenStore(Protocol):
    """Where secrets live. `load` answers None when there are none."""

    def load(self) -> dict[str, str] | None: ...

    def save(self, secrets: dict[str, str]) -> None: ...

    def clear(self) -> None: ...


@dataclass(slots=True)
class Session:
    """A signed-in person at one server. Thread-safe: one renewal at a time, once per token value."""

    server_url: str
    store: TokenStore
    http: requests.Session = field(default_factory=requests.Session)
    timeout: tuple[float, float] = (10.0, 20.0)  # connect, each read
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sign_in(self, login: str, password: str, device_id: str) -> User:
        """Sign in and keep the tokens. Raises ApiProblem (401 bad_credentials …) or Unreachable."""
        return self._keep(self._ask("/auth/sign-in", encode(SignIn(login, password, device_id))))

    def access(self) -> str | None:
        """The access token in use; None when signed out."""
        secrets = self.store.load()
        return secrets["access"] if secrets else None

    def renew(self, refused: str) -> str:
        """A token to use instead of `refused`. Renews once per token value; raises ApiProblem 401 when that fails."""
        with self._lock:
            secrets = self.store.load()
            if not secrets:
                raise ApiProblem(Problem("Sign in", 401, "signed_out"))
            if secrets["access"] != refused:
                return secrets["access"]  # another thread has renewed it meanwhile
            self._keep(self._ask("/auth/refresh", encode(Refresh(secrets["refresh"]))))
            renewed = self.store.load()
            assert renewed is not None
            return renewed["access"]

    def sign_out(self) -> None:
        """Forget the tokens here, and tell the server when it can be reached. The outbox is not touched."""
        token = self.access()
        self.store.clear()
        if token:
            try:
                self.http.post(
                    f"{self.server_url}/auth/sign-out",
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=self.timeout,
                )
            except requests.RequestException:
                return  # the tokens are gone here; the server's copy expires by itself

    def _ask(self, path: str, body: bytes) -> Tokens:
        try:
            response = self.http.post(
                f"{self.server_url}{path}",
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=self.timeout,
            )
        except requests.RequestException as err:
            raise Unreachable(str(err)) from None
        if response.status_code != 200:
            raise refusal(response)
        try:
            return decode(response.content, type=Tokens)
        except (ValueError, RecursionError) as err:
            raise Unreachable(f"the answer is not the server's: {err}") from None

    def _keep(self, tokens: Tokens) -> User:
        self.store.save({"access": tokens.access, "refresh": tokens.refresh})
        return tokens.user


def refusal(response: requests.Response) -> ApiProblem | Unreachable:
    """The error a response stands for: the server's own problem+json, or nobody we know (a proxy, a portal)."""
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        try:
            found = decode(response.content, type=Problem)
        except (ValueError, RecursionError):
            return Unreachable("an error that cannot be read")
        return ApiProblem(found, _seconds(response.headers.get("Retry-After")))
    if response.status_code in (429, 502, 503, 504):
        return ApiProblem(
            Problem("The server is busy", response.status_code, "busy"),
            _seconds(response.headers.get("Retry-After")),
        )
    return Unreachable(f"status {response.status_code} from somebody who is not the server")


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None
