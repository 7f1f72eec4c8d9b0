"""The lists beside an approval: what waits for this person, and what was decided."""

from __future__ import annotations

from typing import Any

from app.desktop.theme import Theme
from app.desktop.widgets.table import Column, Table
from app.screens.approvals import PastRow, WaitingRow
from app.screens.wording import tr


def waiting_table(theme: Theme) -> Table[WaitingRow]:
    """What waits, oldest first."""
    return Table(
        theme,
        (
            _quote(),
            Column(
                tr("approvals.column.total"),
                lambda one: one.total,
                width=120,
                end=True,
                second=lambda one: one.need,
            ),
        ),
        name="approvals.list",
        label=tr("approvals.list"),
        key=lambda one: one.approval_id,
        spoken=lambda one: one.spoken,
        tall=True,
    )


def past_table(theme: Theme) -> Table[PastRow]:
    """What was decided, newest first."""
    return Table(
        theme,
        (
            _quote(),
            Column(
                tr("approvals.column.state"),
                lambda one: one.state,
                width=156,
                second=lambda one: one.comment,
                tone=lambda one: one.tone,
            ),
        ),
        name="approvals.past",
        label=tr("approvals.past"),
        key=lambda one: one.key,
        spoken=lambda one: one.spoken,
        tall=True,
    )


def _quote() -> Column[Any]:
    """Whose quote it is, and which: the same in both lists."""
    return Column(
        tr("approvals.column.quote"), lambda one: one.account, strong=True, second=lambda one: one.about
    )
