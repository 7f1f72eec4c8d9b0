"""What a planted bug is, and how code is replaced for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

Wrapper = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Plant:
    """`says` is the bug in a sentence, `caught_by` the invariants that are expected to see it."""

    name: str
    says: str
    caught_by: tuple[str, ...]
    put: Callable[[], AbstractContextManager[None]]
    needs: str = ""  # what the simulator must be able to do first (sim_abilities)

    def __call__(self) -> AbstractContextManager[None]:
        """In force until the context ends."""
        return self.put()


@contextmanager
def replaced(where: Any, name: str, instead: Any) -> Iterator[None]:
    """`where.name` is `instead` for a while."""
    before = where.__dict__[name] if isinstance(where, type) else getattr(where, name)
    setattr(where, name, instead)
    try:
        yield
    finally:
        setattr(where, name, before)


@contextmanager
def wrapped(where: Any, name: str, wrap: Callable[[Wrapper], Wrapper]) -> Iterator[None]:
    """`where.name` is what `wrap` makes of it for a while."""
    with replaced(where, name, wrap(getattr(where, name))):
        yield


def plant(
    name: str,
    says: str,
    caught_by: str,
    where: Any,
    attribute: str,
    wrap: Callable[[Wrapper], Wrapper],
    *,
    needs: str = "",
) -> Plant:
    """A plant that wraps one function or method. `caught_by` names invariants, separated by spaces."""
    return Plant(name, says, tuple(caught_by.split()), lambda: wrapped(where, attribute, wrap), needs)


def every(count: int) -> Callable[[], bool]:
    """True at every so many calls."""
    calls = 0

    def due() -> bool:
        nonlocal calls
        calls += 1
        return calls % count == 0

    return due
