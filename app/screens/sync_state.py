"""How sync stands, in one frozen value, and the few words that are always in sight: the status chip."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.wording import tr

OFFLINE, SERVER_TROUBLE, SYNCING = "offline", "server_trouble", "syncing"
UP_TO_DATE, SIGNED_OUT, NEEDS_YOU = "up_to_date", "signed_out", "needs_you"
STATES = (OFFLINE, SERVER_TROUBLE, SYNCING, UP_TO_DATE, SIGNED_OUT, NEEDS_YOU)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncView:
    """How sync stands now. Moments are ISO UTC; `done` of `total` rows while the first load runs, else both 0."""

    state: str = UP_TO_DATE
    waiting: int = 0  # ops saved here that the server does not have
    unsettled: int = 0  # ops without a result, the waiting ones among them
    needs_you: int = 0  # results that a person must look at
    done: int = 0
    total: int = 0
    what: str = ""  # the bucket being loaded
    loading: bool = False  # the first load is not complete
    seconds_left: int | None = None  # of the first load, as far as can be told
    last_contact: str | None = None
    since: str | None = None  # since when offline or in trouble
    skew_seconds: int = 0  # this clock minus the server's
    problem: str = ""  # revoked | wrong_user | update | refused | '' ; with `needs_you` as the state
    detail: str = ""  # the other side's own words


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words with an icon and a tone, and the longer sentence behind them."""

    text: str
    icon: str
    tone: str
    tip: str


def present_chip(view: SyncView, formats: Formats) -> Chip:
    """The status chip. What was saved comes first: the person's question is whether their work is safe."""
    saved = tr("chip.saved_waiting", count=view.waiting) if view.waiting else ""
    contact = (
        tr("chip.last_contact", when=formats.age(view.last_contact))
        if view.last_contact
        else tr("chip.never")
    )
    if view.state == SYNCING and view.loading and view.total:
        words = tr("chip.loading", done=formats.qty(view.done), total=formats.qty(view.total))
        return Chip(words, "sync", "accent", contact)
    if view.state == SYNCING:
        words = tr("chip.sending", count=view.waiting) if view.waiting else tr("chip.syncing")
        return Chip(words, "sync", "accent", contact)
    if view.state == SIGNED_OUT:
        return Chip(_both(saved, tr("chip.signed_out")), "key", "warn", tr("chip.signed_out.tip"))
    if view.state == OFFLINE:
        words = tr("chip.offline_since", when=formats.clock(view.since)) if view.since else tr("chip.offline")
        return Chip(_both(saved, words), "offline", "muted", contact)
    if view.state == SERVER_TROUBLE:
        return Chip(_both(saved, tr("chip.server_trouble")), "warning", "warn", contact)
    if view.state == NEEDS_YOU:
        words = (
            tr(f"chip.problem.{view.problem}") if view.problem else tr("chip.needs_you", count=view.needs_you)
        )
        return Chip(_both(saved, words), "warning", "bad", contact)
    if view.waiting:
        return Chip(saved, "send", "accent", contact)
    if view.unsettled:
        return Chip(tr("chip.sent"), "ok", "ok", contact)
    return Chip(tr("chip.up_to_date"), "ok", "ok", contact)


def time_left(seconds: int | None) -> str:
    """How long a load may still take, in round words; '' when nobody can tell."""
    if seconds is None:
        return ""
    if seconds < 60:
        return tr("load.seconds_left", count=max(5, -(-seconds // 5) * 5))
    return tr("load.minutes_left", count=-(-seconds // 60))


def _both(first: str, second: str) -> str:
    return f"{first} · {second}" if first else second
