"""Who may know of what: by territory, by name, and for a few by role."""

from __future__ import annotations

from dataclasses import replace

import pytest
from order_kit import ACCOUNT

from app.domain.facts import CaseFact, EnvelopeFact, OrderFact, QuoteFact, TransferFact
from app.domain.parties import ROLES, Delegation, Person, Place
from app.domain.reach import (
    knows_account,
    knows_case,
    knows_envelope,
    knows_holder,
    knows_order,
    knows_place,
    knows_quote,
    knows_transfer,
)

MIA = Person("mia", "rep", ("north",))
TRUNK = Place("t", "trunk", "olaf", "south")
QUOTE = QuoteFact("q", "MB-A-1", 1, "a", "s", "south", "olaf", "approved", "USD", "", 0, (), ())
ORDER = OrderFact(
    "o", "MB-A-2", "stock", None, "a", None, "south", "olaf", "placed", "USD", "2026-11-23", "", 0, 0, ()
)
TRANSFER = TransferFact("x", "T", "sent", "t", "t2", "olaf", "", "2026-11-23", "", ())
ENVELOPE = EnvelopeFact("e", "olaf", "gro", "{}", True, 0, 0, None)
CASE = CaseFact("c", "south", "olaf", "open", "")
LENT = Delegation("d", "gro", "mia", "manager", ("south",), "2026-01-01", "2026-01-02")


@pytest.mark.parametrize("role", ROLES)
def test_an_account_is_known_by_its_territory_or_its_rep_whatever_the_role(role: str) -> None:
    actor = Person("mia", role, ("north",))
    away = replace(ACCOUNT, territory_id="south", rep_id="olaf")

    assert not knows_account(actor, away)
    assert knows_account(actor, replace(away, territory_id="north"))
    assert knows_account(actor, replace(away, rep_id="mia"))
    assert knows_account(replace(actor, territories=("*",)), away)


def test_a_quote_is_also_known_to_whoever_decides_for_somebody_of_its_territory() -> None:
    assert not knows_quote(MIA, QUOTE, ())
    assert knows_quote(MIA, replace(QUOTE, territory_id="north"), ())
    assert knows_quote(MIA, replace(QUOTE, rep_id="mia"), ())
    assert knows_quote(MIA, QUOTE, (LENT,))
    assert not knows_quote(MIA, QUOTE, (replace(LENT, territories=("west",)),))
    assert not knows_quote(MIA, QUOTE, (replace(LENT, to_user="ida"),))


def test_an_order_is_known_by_its_territory_or_its_rep() -> None:
    assert not knows_order(MIA, ORDER)
    assert knows_order(MIA, replace(ORDER, territory_id="north"))
    assert knows_order(MIA, replace(ORDER, rep_id="mia"))


@pytest.mark.parametrize("kind", ["trunk", "allotment", "consignment"])
def test_a_place_in_somebodys_charge_is_known_to_them_and_their_territory(kind: str) -> None:
    place = replace(TRUNK, kind=kind)

    assert not knows_place(MIA, place)
    assert not knows_place(MIA, replace(place, territory_id=None))
    assert knows_place(MIA, replace(place, territory_id="north"))
    assert knows_place(MIA, replace(place, custodian="mia"))


@pytest.mark.parametrize("kind", ["dc", "hub", "reserved", "virtual"])
def test_every_other_place_is_known_to_everybody(kind: str) -> None:
    assert knows_place(MIA, replace(TRUNK, kind=kind))


def test_a_transfer_is_known_at_either_end_and_to_who_gave_or_took() -> None:
    assert not knows_transfer(MIA, TRANSFER, (TRUNK,))
    assert not knows_transfer(MIA, TRANSFER, ())
    assert knows_transfer(MIA, TRANSFER, (TRUNK, replace(TRUNK, custodian="mia")))
    assert knows_transfer(MIA, replace(TRANSFER, giver="mia"), ())
    assert knows_transfer(MIA, replace(TRANSFER, taker="mia"), ())


def test_an_envelope_is_known_to_its_two_parties_and_to_an_administrator() -> None:
    assert not knows_envelope(MIA, ENVELOPE)
    assert knows_envelope(MIA, replace(ENVELOPE, holder="mia"))
    assert knows_envelope(MIA, replace(ENVELOPE, granted_by="mia"))
    assert knows_envelope(Person("ada", "admin", ("north",)), ENVELOPE)


def test_a_case_is_known_in_its_territory_to_its_sender_and_when_it_is_of_none() -> None:
    assert not knows_case(MIA, CASE)
    assert knows_case(MIA, replace(CASE, territory_id="north"))
    assert knows_case(MIA, replace(CASE, rep_id="mia"))
    assert knows_case(MIA, replace(CASE, territory_id=None))


def test_authority_is_given_to_somebody_all_of_whose_territories_are_ones_own() -> None:
    assert knows_holder(MIA, Person("ida", "rep", ("north",)))
    assert not knows_holder(MIA, Person("ida", "rep", ("north", "south")))
