"""Passwords as argon2id hashes. Judging one takes the same time whether or not there is such a user."""

from __future__ import annotations

import threading
from collections.abc import Callable

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH, MAX_LENGTH = 8, 1_000  # characters; NIST SP 800-63B asks for at least eight

# One verification takes 64 MiB; so many at once, the rest waits its turn.
_AT_ONCE = 4


class Passwords:
    """Makes and judges hashes. The cost may be lowered where thousands of made-up users sign in (simulations)."""

    def __init__(
        self, entropy: Callable[[int], bytes], *, time_cost: int = 3, memory_kib: int = 65_536, lanes: int = 4
    ) -> None:
        self._entropy = entropy
        self._hasher = PasswordHasher(
            time_cost=time_cost,
            memory_cost=memory_kib,
            parallelism=lanes,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self.hash(entropy(16).hex())

    def hash(self, password: str) -> str:
        """The hash to store, with its salt and cost in it."""
        with self._turns:
            return self._hasher.hash(password, salt=self._entropy(16))

    def fits(self, stored: str, password: str) -> bool:
        """Whether `password` is the one behind `stored`. '' (cannot sign in) fits nothing and takes as long."""
        with self._turns:
            try:
                self._hasher.verify(stored or self._nobody, password)
            except (VerificationError, InvalidHashError):
                # another password, or a damaged hash: neither opens the door
                return False
        return bool(stored)

    def outdated(self, stored: str) -> bool:
        """Whether `stored` was made at another cost than today's and should be made again."""
        return self._hasher.check_needs_rehash(stored)
