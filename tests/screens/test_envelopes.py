"""Envelopes in words, and a grant while it is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.authority import Terms
from app.domain.facts import Policy
from app.screens.envelopes import GrantForm, check, present
from app.screens.formats import Formats
from app.workspace.rows.envelopes import EnvelopeRow

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
LIMITS = Policy(discount_limits={"rep": {"*": 1000}, "manager": {"*": 3000, "device": 1500}})
TERMS = Terms(
    id="e", holder="rep", granted_by="boss", account_ids=("a1",), product_classes=("device",), currency="USD",
    max_discount_bp=1250, max_amount=500_00, budget=2000_00, valid_from=DAY, valid_to="2026-12-31",
)  # fmt: skip
ROW = EnvelopeRow("e", "Rea Rep", "Bea Boss", True, TERMS, ("Harbour",), 500_00, 2, True, True, None)
FORM = GrantForm(
    holder="rep", product_classes=(), currency="USD", discount="15", max_amount="500", budget="2,000.00",
    valid_from=DAY, valid_to="2026-12-31",
)  # fmt: skip


def test_an_envelope_tells_what_it_allows_and_what_is_left() -> None:
    state = present((ROW, replace(ROW, envelope_id="f", mine=False, accounts=())), "manager", LIMITS, FORMATS)

    [one], [got] = state.granted, state.got
    assert one.name == "Rea Rep"
    assert one.allows == "Up to 12.5% off, up to $500.00 a document"
    assert one.scope == "Harbour · device"
    assert one.used == "$500.00 of $2,000.00 used in 2 documents, $1,500.00 left"
    assert (one.share, one.days, one.state, one.tone) == (250, "Nov 23, 2026 to Dec 31, 2026", "Valid", "ok")
    assert (one.may_revoke, got.may_revoke) == (True, False)
    assert (got.name, got.scope) == ("From Bea Boss", "Every account · device")


@pytest.mark.parametrize(
    ("changes", "terms", "words", "may_revoke"),
    [
        ({"revoked_on": DAY, "sent": False}, {}, "Taken back Nov 23", False),
        ({"sent": False, "signed": False}, {}, "Saved, waiting to send", True),
        ({"signed": False}, {}, "Not signed by the server", True),
        ({}, {"valid_to": "2026-11-22"}, "Over", False),
        ({}, {"valid_to": DAY}, "Valid", True),
        ({"used_amount": 2000_00}, {}, "Used up", True),
        ({"used_amount": 1999_99}, {}, "Valid", True),
        ({}, {"valid_from": "2026-11-24"}, "Begins in 1 day", True),
    ],
)
def test_its_state_is_the_first_that_keeps_it_from_being_used(
    changes: dict[str, object], terms: dict[str, str], words: str, may_revoke: bool
) -> None:
    row = replace(ROW, terms=replace(TERMS, **terms), **changes)

    [one] = present((row,), "manager", LIMITS, FORMATS).granted

    assert (one.state, one.may_revoke) == (words, may_revoke)


def test_what_was_drawn_twice_is_no_more_than_all_of_it() -> None:
    [over] = present((replace(ROW, used_amount=2500_00),), "manager", LIMITS, FORMATS).granted
    [nothing] = present((replace(ROW, terms=replace(TERMS, budget=0)),), "manager", LIMITS, FORMATS).granted

    assert (over.share, over.used) == (1000, "$2,500.00 of $2,000.00 used in 2 documents, $0.00 left")
    assert nothing.share == 1000


def test_terms_that_cannot_be_read_are_not_guessed() -> None:
    [one] = present((replace(ROW, terms=None),), "manager", LIMITS, FORMATS).granted

    assert (one.allows, one.state) == ("This program cannot read its terms. Update the app.", "Not readable")
    assert not one.may_revoke


@pytest.mark.parametrize(
    ("role", "may"), [("manager", True), ("director", False), ("rep", False), ("admin", False)]
)
def test_only_roles_with_a_limit_of_their_own_grant(role: str, may: bool) -> None:
    assert present((), role, LIMITS, FORMATS).may_grant is may


def test_a_grant_within_the_own_limit_has_its_figures() -> None:
    found = check(FORM, "manager", LIMITS, DAY, FORMATS)

    assert found.wrong == {}
    assert (found.max_discount_bp, found.max_amount, found.budget) == (1500, 500_00, 2000_00)
    assert found.limit == (
        "Over all products you may give up to 15% off yourself; an envelope cannot allow more. For some products it is "
        "more: choose them below."
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"holder": ""}, "holder", "Choose who gets it."),
        ({"discount": ""}, "discount", "Write a percentage above 0, such as 15."),
        ({"discount": "0"}, "discount", "Write a percentage above 0, such as 15."),
        ({"discount": "lots"}, "discount", "Write a percentage above 0, such as 15."),
        ({"discount": "15.01"}, "discount", "You may give up to 15% yourself, so no more can be granted."),
        ({"max_amount": "0"}, "max_amount", "Write an amount above 0, such as 5000."),
        ({"max_amount": "1,234"}, "max_amount", "Write an amount above 0, such as 5000."),
        ({"budget": ""}, "budget", "Write an amount above 0, such as 5000."),
        ({"valid_from": "2027-01-01"}, "days", "The first day must not come after the last."),
        ({"valid_from": "2026-11-01", "valid_to": "2026-11-22"}, "days", "The last day is over already."),
    ],
)
def test_what_is_wrong_is_named_at_its_field(changes: dict[str, str], field: str, words: str) -> None:
    assert check(replace(FORM, **changes), "manager", LIMITS, DAY, FORMATS).wrong == {field: words}


def test_the_limit_is_that_of_the_classes_chosen() -> None:
    other = replace(FORM, product_classes=("tool",), discount="30")
    both = replace(FORM, product_classes=("tool", "device"), discount="30")

    assert check(other, "manager", LIMITS, DAY, FORMATS).wrong == {}
    assert list(check(both, "manager", LIMITS, DAY, FORMATS).wrong) == ["discount"]
