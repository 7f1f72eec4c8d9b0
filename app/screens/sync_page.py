"""The Sync page: what waits, what came back and needs somebody, how the connection is."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.decide import APPLIED, EXCEPTION, HELD, MODIFIED, PARKED, REJECTED
from app.domain.ids import human_number
from app.screens.findings import FindingWords, all_in_words, named
from app.screens.formats import Formats
from app.screens.sign_in import what_is_loaded
from app.screens.sync_state import (
    NEEDS_YOU,
    OFFLINE,
    SERVER_TROUBLE,
    SIGNED_OUT,
    SYNCING,
    SyncView,
    time_left,
)
from app.screens.today import WRITABLE, op_title
from app.screens.wording import tr
from app.workspace.rows.sync import OpRow, SyncRows

SKEW_TOLD = 120  # seconds; less is nobody's business
OUTCOME_TONES = {
    APPLIED: "ok",
    MODIFIED: "accent",
    EXCEPTION: "warn",
    HELD: "warn",
    REJECTED: "bad",
    PARKED: "warn",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """How it stands, in a sentence; `done` of `total` while loading; `step` is 'sync', 'sign_in' or ''."""

    words: str
    says: str
    icon: str
    tone: str
    done: int
    total: int
    rows: str
    step: str
    busy: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A small fact under the heading."""

    name: str
    value: str
    tone: str = ""
    warns: str = ""


@dataclass(frozen=True, slots=True)
class OpWords:
    """An op as a person reads it. `can_dismiss`: its result is final, and the person may say so."""

    op_id: str
    title: str
    account: str
    when: str
    state: str
    tone: str
    says: str
    findings: tuple[FindingWords, ...]
    place: str
    args: tuple[tuple[str, str], ...]
    can_dismiss: bool

    @property
    def spoken(self) -> str:
        """The op in one line."""
        return ", ".join(part for part in (self.state, self.title, self.account, self.when) if part)


@dataclass(frozen=True, slots=True)
class SyncState:
    """Everything below the heading."""

    asking: tuple[OpWords, ...]
    waiting: tuple[OpWords, ...]
    latest: tuple[OpWords, ...]


def present_heading(view: SyncView, formats: Formats) -> Heading:
    """How the connection is, as the page's first sentence."""
    step, busy, done, total, rows, says = "sync", False, 0, 0, "", ""
    waiting = tr("sync.heading.waiting", count=view.waiting) if view.waiting else ""
    if view.state == SYNCING:
        words, icon, tone, busy = tr("sync.heading.syncing"), "sync", "accent", True
        if view.loading and view.total:
            words = tr("sync.heading.loading", what=what_is_loaded(view.what))
            done, total = view.done, view.total
            rows = tr("sync.rows", done=formats.qty(done), total=formats.qty(total))
            rows = " · ".join(part for part in (rows, time_left(view.seconds_left)) if part)
    elif view.state == OFFLINE:
        words, icon, tone = tr("sync.heading.offline"), "offline", "muted"
        says = " ".join(part for part in (f"{waiting}." if waiting else "", tr("sync.says.offline")) if part)
    elif view.state == SERVER_TROUBLE:
        words, icon, tone, says = (
            tr("sync.heading.server_trouble"),
            "warning",
            "warn",
            tr("sync.says.server_trouble"),
        )
    elif view.state == SIGNED_OUT:
        words, icon, tone = tr("sync.heading.signed_out"), "key", "warn"
        says, step = tr("sync.says.signed_out"), "sign_in"
    elif view.problem:
        words, icon, tone = tr(f"sync.heading.{view.problem}"), "warning", "bad"
        says = (
            tr("sync.says.refused", detail=view.detail)
            if view.problem == "refused"
            else tr(f"sync.says.{view.problem}")
        )
        step = "sign_in" if view.problem in ("wrong_user", "revoked") else "sync"
    elif view.waiting:
        words, icon, tone = waiting, "send", "accent"
    elif view.unsettled:
        words, icon, tone = tr("sync.heading.sent", count=view.unsettled), "ok", "ok"
    else:
        words, icon, tone = tr("sync.heading.up_to_date"), "ok", "ok"
        says = tr("sync.says.needs_you") if view.state == NEEDS_YOU else ""
    return Heading(words, says, icon, tone, done, total, rows, step, busy)


def present_facts(
    view: SyncView, formats: Formats, *, server: str, code: str, letter: str
) -> tuple[Fact, ...]:
    """Last contact, the clock, the server and this device."""
    return (
        Fact(
            tr("sync.contact"),
            formats.age(view.last_contact) if view.last_contact else tr("sync.contact.never"),
        ),
        _clock(view.skew_seconds if view.last_contact else 0, formats),
        Fact(tr("sync.server"), server),
        Fact(
            tr("sync.device"), tr("sync.device.letter", letter=letter, number=human_number(code, letter, 1))
        ),
    )


def present(rows: SyncRows, formats: Formats) -> SyncState:
    """The lists."""
    return SyncState(
        tuple(_op(op, formats) for op in rows.asking),
        tuple(_op(op, formats) for op in rows.waiting),
        tuple(_op(op, formats) for op in rows.latest),
    )


def _clock(skew: int, formats: Formats) -> Fact:
    name = tr("sync.clock")
    if abs(skew) < SKEW_TOLD:
        return Fact(name, tr("sync.clock.right"))
    key = "sync.clock.fast" if skew > 0 else "sync.clock.slow"
    return Fact(name, tr(key, minutes=formats.qty(abs(skew) // 60)), "warn", tr("sync.clock.warn"))


def _op(op: OpRow, formats: Formats) -> OpWords:
    fell = op.result is None and op.guess == REJECTED
    if op.result is not None:
        state, tone = named("outcome", op.result), OUTCOME_TONES.get(op.result, "muted")
    else:
        state, tone = (tr("outcome.sent") if op.pushed else tr("outcome.waiting")), "accent"
    place = {"quote": "quotes", "sales_order": "quotes", "count_sheet": "trunk", "account": "accounts"}
    place |= {"movement": "trunk", "transfer": "trunk"}
    key = {
        "quote": "quote_id",
        "sales_order": "order_id",
        "account": "account_id",
        "transfer": "transfers",
    }.get(op.document_kind)
    args = ((key, op.document_id),) if key else ()
    if op.command in WRITABLE and (fell or op.result == REJECTED):
        args = (("op_id", op.op_id),)
    return OpWords(
        op_id=op.op_id,
        title=op_title(op),
        account=op.account,
        when=formats.clock(op.saved_at),
        state=state,
        tone="bad" if fell else tone,
        says=tr("sync.fell")
        if fell
        else tr(f"today.asking.{op.result}")
        if op.result in (EXCEPTION, PARKED)
        else "",
        findings=all_in_words(op.findings, formats),
        place=place.get(op.document_kind, ""),
        args=args,
        can_dismiss=op.result is not None and op.result != PARKED,
    )
