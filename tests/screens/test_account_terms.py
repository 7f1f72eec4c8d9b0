"""What was agreed with an account, in words, and how each term stands on a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.screens.account_terms import licences, limits, told, warnings
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
        (group(valid_to="2026-11-23"), "Ends today", "warn"),
        (group(valid_to="2026-12-23"), "Ends in 30 days", "warn"),  # thirty days
        (group(valid_to="2026-12-24"), "Until Dec 24, 2026", "ok"),
    ],
)
def test_a_term_says_how_it_stands_on_the_day(terms: AccountTerms, state: str, tone: str) -> None:
    [one] = told(terms, DAY, FORMATS)

    assert (one.words, one.state, one.tone) == ("Purchasing group: Cascade", state, tone)


def test_an_agreement_that_ends_soon_tells_its_last_day_too() -> None:
    [one] = told(group(valid_to="2026-12-01"), DAY, FORMATS)

    assert (one.state, one.more) == ("Ends in 8 days", "last day Dec 1, 2026")


def test_contracts_say_whose_they_are_and_what_has_ended_comes_last() -> None:
    terms = AccountTerms(
        groups=(GroupRow("idn", "Evergreen", "Annex", "2025-01-01", "2026-10-31"),),
        contracts=(
            ContractRow("C-1", "Devices", "gpo", "Cascade", "2026-01-01", None),
            ContractRow("C-2", "Own prices", "account", "", "2026-01-01", "2027-01-31"),
        ),
    )

    assert [(one.words, one.more, one.state) for one in told(terms, DAY, FORMATS)] == [
        ("Contract C-1: Devices", "Cascade", "No end set"),
        ("Contract C-2: Own prices", "This account", "Until Jan 31, 2027"),
        ("Owner group: Evergreen", "Annex", "Ended Oct 31, 2026"),
    ]


def test_limits_are_told_only_where_there_are_any() -> None:
    assert limits(AccountTerms(), "USD", FORMATS) == ""
    asked = AccountTerms(min_order=250_00, min_shelf_days=120)
    assert limits(asked, "USD", FORMATS) == "smallest order $250.00 · lots must last 120 days"


# -- licences ---------------------------------------------------------------------------------------------------------


def licence(
    expires: str | None,
    *,
    number: str = "WA-1",
    of: str = "*",
    place: str = "Main",
    since: str = "2025-01-01",
) -> LicenceRow:
    return LicenceRow(of, number, place, since, expires, "2026-10-29")


@pytest.mark.parametrize(
    ("one", "state", "tone"),
    [
        (licence("2026-11-22"), "Expired Nov 22, 2026", "bad"),
        (licence(DAY), "Expires today", "warn"),
        (licence("2027-01-22"), "Expires in 60 days", "warn"),
        (licence("2027-01-23"), "Until Jan 23, 2027", "ok"),
        (licence(None), "No end set", "ok"),
        (licence("2027-12-31", since="2026-12-01"), "From Dec 1, 2026", "accent"),
    ],
)
def test_a_licence_warns_two_months_ahead_and_in_red_once_it_has_run_out(
    one: LicenceRow, state: str, tone: str
) -> None:
    [told_] = licences(AccountTerms(licences=(one,)), DAY, FORMATS)

    assert (told_.words, told_.state, told_.tone) == ("Licence WA-1: every class", state, tone)
    assert told_.more.startswith("Main · ")
    assert "looked up Oct 29, 2026" in told_.more


@pytest.mark.parametrize(
    ("successor", "warned"),
    [
        (licence("2027-12-31", number="WA-2"), ()),
        (licence("2027-12-31", number="WA-2", since="2026-12-02"), ()),  # the day after
        (licence("2027-12-31", number="WA-2", since="2026-12-03"), ("WA-1",)),  # a day without any
        (licence("2027-12-31", number="WA-2", place="Annex"), ("WA-1",)),
        (licence("2027-12-31", number="WA-2", of="FDA class 2"), ("WA-1",)),
        (licence("2026-11-30", number="WA-2"), ("WA-1",)),  # the longer one is told
    ],
    ids=["overlaps", "joins", "gap", "elsewhere", "one class of all", "shorter"],
)
def test_a_licence_that_another_one_follows_needs_nobody(
    successor: LicenceRow, warned: tuple[str, ...]
) -> None:
    terms = AccountTerms(licences=(licence("2026-12-01"), successor))

    assert tuple(one.subject for one in warnings(terms, DAY, FORMATS)) == warned


def test_one_that_has_run_out_and_was_followed_comes_last_and_says_so() -> None:
    terms = AccountTerms(
        licences=(licence("2026-06-30"), licence("2027-12-31", number="WA-2", since="2026-07-01"))
    )

    assert [(one.words, one.state, one.tone) for one in licences(terms, DAY, FORMATS)] == [
        ("Licence WA-2: every class", "Until Dec 31, 2027", "ok"),
        ("Licence WA-1: every class", "Ended Jun 30, 2026", "muted"),
    ]


def test_a_warning_says_which_licence_when_and_what_to_do() -> None:
    soon, gone = licence("2026-12-05", of="FDA class 2"), licence("2026-11-01", number="WA-0", place="Annex")

    first, second = warnings(AccountTerms(licences=(soon, gone)), DAY, FORMATS)

    assert (first.title, first.tone) == ("Licence expired", "bad")
    assert first.sentence == "Licence WA-0 of Annex, for every class, expired on Nov 1, 2026."
    assert (second.title, second.tone) == ("Licence runs out", "warn")
    assert second.sentence == "Licence WA-1 of Main, for FDA class 2, expires in 12 days, on Dec 5, 2026."
    assert second.next_step == "Ask the customer for the new licence and send it to the office."
