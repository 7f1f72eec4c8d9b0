"""What was agreed with an account, in words, and how each term stands on a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.screens.account_terms import limits, told
from app.screens.formats import Formats
from app.workspace.rows.accounts import AccountTerms, ContractRow, GroupRow, LicenceRow

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
DAY = "2026-11-23"


def group(valid_from: str = "2026-01-01", valid_to: str | None = None) -> AccountTerms:
    return AccountTerms(groups=(GroupRow("gpo", "Cascade", "", valid_from, valid_to),))


@pytest.mark.parametrize(
    ("terms", "state", "tone"),
    [
        (group("2026-11-24"), "From Nov 24, 2026", "accent"),
        (group("2026-11-23"), "No end set", "ok"),
        (group(valid_to="2026-11-22"), "Ended Nov 22, 2026", "muted"),
        (group(valid_to="2026-11-23"), "Until Nov 23, 2026", "warn"),
        (group(valid_to="2026-12-23"), "Until Dec 23, 2026", "warn"),  # thirty days
        (group(valid_to="2026-12-24"), "Until Dec 24, 2026", "ok"),
    ],
)
def test_a_term_says_how_it_stands_on_the_day(terms: AccountTerms, state: str, tone: str) -> None:
    [one] = told(terms, DAY, FORMATS)

    assert (one.words, one.state, one.tone) == ("Purchasing group: Cascade", state, tone)


def test_contracts_and_licences_say_whose_they_are_and_what_has_ended_comes_last() -> None:
    terms = AccountTerms(
        groups=(GroupRow("idn", "Evergreen", "Annex", "2025-01-01", "2026-10-31"),),
        contracts=(
            ContractRow("C-1", "Devices", "gpo", "Cascade", "2026-01-01", None),
            ContractRow("C-2", "Own prices", "account", "", "2026-01-01", "2027-01-31"),
        ),
        licences=(LicenceRow("*", "WA-1", "Main", "2025-01-01", "2027-06-30", "2026-10-29"),),
    )

    assert [(one.words, one.more, one.state) for one in told(terms, DAY, FORMATS)] == [
        ("Contract C-1: Devices", "Cascade", "No end set"),
        ("Contract C-2: Own prices", "This account", "Until Jan 31, 2027"),
        ("Licence WA-1: every class", "Main · looked up Oct 29, 2026", "Until Jun 30, 2027"),
        ("Owner group: Evergreen", "Annex", "Ended Oct 31, 2026"),
    ]


def test_limits_are_told_only_where_there_are_any() -> None:
    assert limits(AccountTerms(), "USD", FORMATS) == ""
    asked = AccountTerms(min_order=250_00, min_shelf_days=120)
    assert limits(asked, "USD", FORMATS) == "smallest order $250.00 · lots must last 120 days"
