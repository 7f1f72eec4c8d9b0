"""Signing in, in words: what went wrong and what helps, and how far the first load is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.screens.formats import Formats
from app.screens.sync_state import NEEDS_YOU, OFFLINE, SERVER_TROUBLE, SIGNED_OUT, SyncView, time_left
from app.screens.wording import tr, worded
from sync.protocol.api import ApiProblem, Unreachable

CAN_WAIT = ("pl:", "g:catalog", "cost:")  # the app can be used while these are still loading


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why signing in failed: the sentence, what helps, and the field that is wrong ('' = none of them)."""

    sentence: str
    helps: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Loading:
    """The first load: words, rows, and whether work can begin meanwhile."""

    title: str
    words: str
    done: int
    total: int
    trouble: str
    may_start: bool
    finished: bool


def server_address(typed: str) -> str | None:
    """The address as `scheme://host[:port]`; a bare name means https. None when it is no address."""
    text = typed.strip().rstrip("/")
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and not parts.username and " " not in text
    return text if good and not parts.query and not parts.fragment else None


def present_trouble(error: Exception) -> Trouble:
    """What a failed sign-in means. Errors that are none of ours are somebody else's to tell."""
    if isinstance(error, Unreachable):
        return Trouble(tr("sign_in.code.unreachable"), tr("sign_in.code.unreachable.helps"), "server")
    if isinstance(error, ApiProblem):
        code, status = error.problem.code, error.problem.status
        field = "password" if code == "bad_credentials" else ""
        key = f"sign_in.code.{code}"
        if not worded(key):
            key = f"sign_in.code.{'server_trouble' if status >= 500 or status == 429 else 'refused'}"
        helps = tr(f"{key}.helps") if worded(f"{key}.helps") else error.problem.detail
        words = tr(key, what=error.problem.title) if key == "sign_in.code.refused" else tr(key)
        return Trouble(words, helps, field)
    return Trouble(str(error), "", "")


def present_loading(view: SyncView, formats: Formats) -> Loading:
    """How far the first load is, and what can be done meanwhile."""
    finished = not view.loading and view.last_contact is not None
    trouble = {
        OFFLINE: tr("sign_in.loading.offline"),
        SERVER_TROUBLE: tr("sign_in.loading.server_trouble"),
        SIGNED_OUT: tr("chip.signed_out"),
    }.get(view.state, tr(f"chip.problem.{view.problem}") if view.state == NEEDS_YOU and view.problem else "")
    if not view.total:
        return Loading(tr("sign_in.loading"), tr("sign_in.loading.begins"), 0, 0, trouble, False, finished)
    words = tr(
        "sign_in.loading.rows",
        what=what_is_loaded(view.what),
        done=formats.qty(view.done),
        total=formats.qty(view.total),
    )
    words = " · ".join(part for part in (words, time_left(view.seconds_left)) if part)
    may_start = finished or view.what.startswith((*CAN_WAIT, "…"))
    return Loading(tr("sign_in.loading"), words, view.done, view.total, trouble, may_start, finished)


def what_is_loaded(bucket: str) -> str:
    """A bucket's name for people."""
    prefix = bucket.partition(":")[0] if bucket != "g:catalog" else "catalog"
    return tr(f"bucket.{prefix}") if worded(f"bucket.{prefix}") else tr("bucket.other")
