"""Several alike at once: which belong together, what they come to, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.domain.rejections import Finding
from app.screens.approvals import need_words
from app.screens.findings import in_words, named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.approvals import QueueRow


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One of them. `refused`: why it was not decided, '' otherwise."""

    approval_id: str
    account: str
    about: str
    total: str
    need: str
    picked: bool
    refused: str
    spoken: str


@dataclass(frozen=True, slots=True)
class BulkState:
    title: str
    about: str
    rows: tuple[BulkRow, ...]
    picked: int
    approve: str
    decline: str


def alike(waiting: Sequence[QueueRow], chosen: str) -> tuple[QueueRow, ...]:
    """Those that ask the same of the same role as the chosen one, in the same currency; it is one of them."""
    own = next((one for one in waiting if one.approval_id == chosen), None)
    if own is None:
        return ()
    kind = (own.code, own.role, own.currency)
    return tuple(one for one in waiting if (one.code, one.role, one.currency) == kind)


def offer(waiting: Sequence[QueueRow], chosen: str) -> str:
    """The words of the button that decides all of a kind; '' while there is no second one."""
    count = len(alike(waiting, chosen))
    return tr("bulk.offer", count=count) if count > 1 else ""


def present(
    rows: Sequence[QueueRow],
    picked: Collection[str],
    refused: Mapping[str, Sequence[Finding]],
    formats: Formats,
) -> BulkState:
    """The page: `rows` are alike, `picked` the ids that are to be decided, `refused` what the rules said to some."""
    chosen = [one for one in rows if one.approval_id in picked]
    total = formats.money(sum(one.total for one in chosen), rows[0].currency) if rows else ""
    return BulkState(
        title=tr("bulk.title", count=len(rows)),
        about=tr("bulk.about", need=named("approvals.need", rows[0].code), total=total) if rows else "",
        rows=tuple(_row(one, picked, refused, formats) for one in rows),
        picked=len(chosen),
        approve=tr("bulk.approve", n=formats.qty(len(chosen))),
        decline=tr("bulk.decline", n=formats.qty(len(chosen))),
    )


def done_words(decided: int, refused: int) -> str:
    """What became of them, in one line."""
    words = tr("bulk.done", count=decided)
    return f"{words}; {tr('bulk.refused', count=refused)}" if refused else words


def _row(
    row: QueueRow, picked: Collection[str], refused: Mapping[str, Sequence[Finding]], formats: Formats
) -> BulkRow:
    about = " · ".join((row.number, row.rep, formats.age(row.asked_on)))
    total = formats.money(row.total, row.currency)
    need = need_words(row.code, row.need, formats)
    why = " ".join(in_words(one, formats).sentence for one in refused.get(row.approval_id, ()))
    return BulkRow(
        approval_id=row.approval_id,
        account=row.account,
        about=about,
        total=total,
        need=need,
        picked=row.approval_id in picked,
        refused=why,
        spoken=". ".join(part for part in (row.account, about, total, need, why) if part),
    )
