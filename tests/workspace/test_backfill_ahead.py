"""A page of a new bucket that knows of results which the increments have not brought is not let in."""

from __future__ import annotations

import pytest

from app.workspace.syncing import ahead
from sync.protocol.messages import BackfillAt, Cursor, Pull
from sync.protocol.wire import Page


def asked(backfill: BackfillAt | None) -> Pull:
    return Pull(protocol=2, cursor=Cursor("e", 7), held=[], backfill=backfill)


@pytest.mark.parametrize(
    ("backfill", "results", "kept_out"),
    [
        (BackfillAt(bucket="loc:trunk"), 8, True),
        (BackfillAt(bucket="loc:trunk"), 7, False),
        (None, 8, False),
    ],
)
def test_only_a_backfill_page_with_newer_results_waits_for_the_increments(
    backfill: BackfillAt | None, results: int, kept_out: bool
) -> None:
    assert ahead(asked(backfill), Page(epoch="e", head=9, results=results)) is kept_out
