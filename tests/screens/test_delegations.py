"""Standing in, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.screens.delegations import present, wrong
from app.screens.formats import Formats
from app.workspace.rows.delegations import Colleague, DelegationPage, DelegationRow

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
PAGE = DelegationPage(
    given=(
        DelegationRow("1", "Ann", "manager", DAY, "2026-11-27", True),
        DelegationRow("2", "Ben", "manager", "2026-12-01", "2026-12-04", True),
        DelegationRow("3", "Cem", "manager", DAY, DAY, False),
    ),
    got=(DelegationRow("4", "Dan", "finance", "2026-11-20", DAY, True),),
    colleagues=(Colleague("u", "Eve", "director", ""), Colleague("v", "Fay", "rep", "North")),
)


def test_each_says_who_as_what_from_when_to_when_and_whether_it_is_on() -> None:
    state = present(PAGE, "manager", FORMATS)

    assert [(one.words, one.state, one.tone) for one in state.given] == [
        ("Ann, as manager", "Now", "ok"),
        ("Ben, as manager", "Begins in 8 days", ""),
        ("Cem, as manager", "Saved, waiting to send", "warn"),
    ]
    assert state.given[0].days == "Nov 23, 2026 to Nov 27, 2026"
    assert [one.words for one in state.got] == ["For Dan, as finance"]
    assert [(one.user_id, one.words) for one in state.choices] == [
        ("u", "Eve (Director)"),
        ("v", "Fay (Sales rep · North)"),
    ]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("manager", True),
        ("director", True),
        ("finance", True),
        ("operations", True),
        ("admin", True),
        ("rep", False),
    ],
)
def test_only_who_decides_has_a_place_to_hand_on(role: str, may: bool) -> None:
    assert present(PAGE, role, FORMATS).may_give is may


@pytest.mark.parametrize(
    ("to_user", "first", "last", "words"),
    [
        ("u", DAY, DAY, ""),
        ("", DAY, DAY, "Choose who decides in your place."),
        ("u", "2026-11-25", "2026-11-24", "The first day must not come after the last."),
        ("u", "2026-11-20", "2026-11-22", "The last day is over already."),
        ("u", "2026-11-20", DAY, ""),
    ],
)
def test_what_is_wrong_is_said_before_it_is_given(to_user: str, first: str, last: str, words: str) -> None:
    assert wrong(to_user, first, last, DAY) == words
