"""Bad days and bugs in words. A bad day (disk full, file unreadable) says what helps; anything else is a bug, with a
report that can be copied. Nothing is swallowed."""

from __future__ import annotations

import errno
import platform
import sqlite3
import traceback
from importlib.metadata import PackageNotFoundError, version

from app.desktop.secrets import SecretsUnavailable
from app.desktop.tasks import BadNews
from app.screens.wording import tr


def describe(news: BadNews) -> tuple[str, str]:
    """(the sentence, the report); the report is '' when it is no bug."""
    from app.store.engine import UnsafeStore
    from app.workspace.schema import NewerDatabase

    error = news.error
    below = getattr(error, "orig", None) or error  # what SQLAlchemy wraps
    if isinstance(below, sqlite3.OperationalError) and "full" in str(below):
        return tr("bad.disk_full"), ""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return tr("bad.disk_full"), ""
    if isinstance(error, NewerDatabase | SecretsUnavailable):
        return str(error), ""
    unreadable = isinstance(below, sqlite3.DatabaseError) and not isinstance(
        below, sqlite3.IntegrityError | sqlite3.ProgrammingError
    )
    if isinstance(error, UnsafeStore) or unreadable or isinstance(error, OSError):
        return tr("bad.database", what=str(below).splitlines()[0]), report(news)
    return tr(
        "bad.bug", what=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    ), report(news)


def report(news: BadNews) -> str:
    """What to send to whoever mends it: program, system, and where it happened."""
    try:
        own = version("trunkline")
    except PackageNotFoundError:
        own = "?"
    head = (
        f"Trunkline {own} · Python {platform.python_version()} · {platform.platform()} · in {news.where}\n\n"
    )
    return head + "".join(traceback.format_exception(news.error))
