"""Signatures: what is signed is the document as shown, and a fact whatever became of it (DOMAIN.md §6)."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from app.domain.codec import Malformed, decode, encode
from app.domain.commands import SignDocument
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, DocumentSigned
from app.domain.facts import (
    ABSENT,
    NOT_HERE,
    Facts,
    Known,
    OrderFact,
    OrderLineFact,
    QuoteFact,
    QuoteLineFact,
)
from app.domain.parties import Person
from app.domain.signing import agrees, canonical, digest_of
from app.domain.strokes import MAX_LENGTH

DAY = "2026-11-23"
LINES = (
    QuoteLineFact("q.2", 2, "p2", 1, 2_5000, 2_50, tax=25),
    QuoteLineFact("q.1", 1, "p1", 3, 100_0000, 300_00, tax=30_00, discount_bp=500),
)
QUOTE = QuoteFact(
    "q",
    "MB-A-0007",
    2,
    "a1",
    "s1",
    "north",
    "rep",
    "offered",
    "USD",
    "PO-7",
    302_50,
    LINES,
    (),
    tax_total=30_25,
)
ORDER = OrderFact(
    "o", "MB-A-0008", "trunk_sale", None, "a1", None, "north", "rep", "delivered", "USD", DAY, "", 300_00, 0,
    (OrderLineFact("o.1", 1, "p1", "l1", 3, 3, 0, 0, 100_0000, 300_00, 0),),
)  # fmt: skip
REP = Known.held(Person("rep", "rep", ("north",)))


def facts(**known: Any) -> Facts:
    base: dict[str, Any] = {
        "actor": REP,
        "received_on": DAY,
        "quote": Known.held(QUOTE),
        "order": Known.held(ORDER),
    }
    return Facts(**{**base, **known})


def signed(**changes: Any) -> SignDocument:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "signature_id": "s", "document": "quote",
        "document_id": "q", "revision": 2, "signer": " Dr. Ada ", "meaning": "accepts",
        "signed_at": "2026-11-23T10:00:00+01:00", "strokes": "1,2 3,4", "digest": digest_of(QUOTE),
    }  # fmt: skip
    return SignDocument(**{**values, **changes})


def received(**changes: Any) -> SignDocument:
    values = {"document": "order", "document_id": "o", "revision": 0, "meaning": "received"}
    return signed(**{**values, "digest": digest_of(ORDER), **changes})


def codes(said: Decision) -> list[str]:
    return [one.code for one in said.findings]


# -- what is signed ---------------------------------------------------------------------------------------------------


def test_the_canonical_text_of_a_quote_is_this_for_ever() -> None:
    assert canonical(QUOTE) == (
        '{"account":"a1","currency":"USD","document":"quote","form":1,"gross":33275,"id":"q",'
        '"lines":[["p1",3,1000000,30000],["p2",1,25000,250]],"number":"MB-A-0007","po_number":"PO-7","revision":2,'
        '"ship_to":"s1","tax":3025,"total":30250}'
    )


def test_the_canonical_text_of_an_order_is_this_for_ever() -> None:
    assert canonical(ORDER) == (
        '{"account":"a1","currency":"USD","document":"order","form":1,"gross":30000,"id":"o",'
        '"lines":[["p1",3,1000000,30000]],"number":"MB-A-0008","po_number":"","revision":1,'
        '"ship_to":"","tax":0,"total":30000}'
    )


def test_the_digest_is_the_sha256_of_the_canonical_text() -> None:
    assert digest_of(QUOTE) == sha256(canonical(QUOTE).encode()).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        replace(QUOTE, number="MB-A-0009"),
        replace(QUOTE, revision=3),
        replace(QUOTE, account_id="a2"),
        replace(QUOTE, ship_to_id="s2"),
        replace(QUOTE, currency="EUR"),
        replace(QUOTE, po_number=""),
        replace(QUOTE, total=1),
        replace(QUOTE, tax_total=1),
        replace(QUOTE, lines=LINES[:1]),
        *(
            replace(QUOTE, lines=(replace(LINES[0], **change), LINES[1]))
            for change in ({"product_id": "p9"}, {"qty": 2}, {"unit_price": 1}, {"extended": 1})
        ),
    ],
)
def test_whatever_the_customer_saw_changes_the_digest(changed: QuoteFact) -> None:
    assert digest_of(changed) != digest_of(QUOTE)


def test_what_the_customer_did_not_see_leaves_the_digest_alone() -> None:
    line = replace(LINES[1], trace="[1]", id="other")

    moved = replace(QUOTE, state="accepted", rep_id="boss", lines=(line, LINES[0]), valid_until=DAY)

    assert digest_of(moved) == digest_of(QUOTE)


def test_a_signature_agrees_with_its_own_revision_only() -> None:
    assert agrees(QUOTE, 2, digest_of(QUOTE))
    assert not agrees(QUOTE, 1, digest_of(QUOTE))
    assert not agrees(QUOTE, 2, "0" * 64)
    assert agrees(ORDER, 7, digest_of(ORDER)), "an order has no revisions"


# -- the fact ---------------------------------------------------------------------------------------------------------


def test_a_signature_is_kept_with_its_document_and_moves_nothing() -> None:
    said = decide(signed(), facts())

    assert (said.outcome, codes(said)) == ("applied", [])
    assert said.events == (
        DocumentSigned(
            signature_id="s", document="quote", document_id="q", revision=2, account_id="a1", territory_id="north",
            rep_id="rep", signer="Dr. Ada", meaning="accepts", signed_at="2026-11-23T10:00:00+01:00",
            strokes="1,2 3,4", digest=digest_of(QUOTE), signed_by="rep", op_id="op",
        ),
    )  # fmt: skip


def test_goods_of_an_order_are_signed_for_under_revision_one() -> None:
    said = decide(received(strokes="", actor="boss"), facts())

    [event] = said.events
    assert isinstance(event, DocumentSigned)
    assert (said.outcome, codes(said)) == ("applied", [])
    assert (event.document, event.revision, event.rep_id, event.signed_by) == ("order", 1, "rep", "boss")


@pytest.mark.parametrize(
    ("command", "known"),
    [
        (signed(), {"quote": Known.held(replace(QUOTE, revision=3))}),
        (signed(), {"quote": Known.held(replace(QUOTE, po_number="PO-8"))}),
        (signed(revision=1), {}),
        (received(), {"order": Known.held(replace(ORDER, total=1))}),
    ],
)
def test_a_signature_on_something_else_is_kept_with_a_case(
    command: SignDocument, known: dict[str, Any]
) -> None:
    said = decide(command, facts(**known))

    assert (said.outcome, codes(said)) == ("applied_exception", ["signed_other"])
    assert [type(one) for one in said.events] == [DocumentSigned, CaseOpened]
    assert dict(said.findings[0].params)["signer"] == "Dr. Ada"


@pytest.mark.parametrize("state", ["pending_approval", "declined", "countered", "lost", "expired"])
def test_a_quote_whose_figures_do_not_stand_is_signed_with_a_case(state: str) -> None:
    said = decide(signed(), facts(quote=Known.held(replace(QUOTE, state=state))))

    assert (said.outcome, codes(said)) == ("applied_exception", ["quote_wrong_state"])
    assert isinstance(said.events[0], DocumentSigned)


@pytest.mark.parametrize("state", ["approved", "offered", "accepted"])
def test_a_quote_whose_figures_stand_is_signed(state: str) -> None:
    assert decide(signed(), facts(quote=Known.held(replace(QUOTE, state=state)))).outcome == "applied"


@pytest.mark.parametrize(("status", "code"), [(ABSENT, "signed_unknown"), (NOT_HERE, "fact_missing")])
@pytest.mark.parametrize("command", [signed(), received()])
def test_a_signature_on_no_document_is_a_case(command: SignDocument, status: str, code: str) -> None:
    said = decide(command, facts(quote=Known(status), order=Known(status)))

    assert (said.outcome, codes(said)) == ("applied_exception", [code])
    assert [type(one) for one in said.events] == [CaseOpened]


def test_a_signature_whose_id_is_taken_is_a_case() -> None:
    said = decide(signed(), facts(document_exists=True))

    assert (said.outcome, codes(said)) == ("applied_exception", ["document_exists"])
    assert [type(one) for one in said.events] == [CaseOpened]


def test_a_signature_told_long_after_is_kept_and_judged_by_policy() -> None:
    said = decide(signed(business_date="2026-09-01"), facts())

    assert (said.outcome, codes(said)) == ("held", ["back_dated"])
    assert isinstance(said.events[0], DocumentSigned)


# -- what cannot be said ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"document": "visit"}, "document 'visit'"),
        ({"meaning": "received"}, "meaning 'received'"),
        ({"revision": -1}, "revision is -1"),
        ({"signer": "  "}, "the signer's name is 0"),
        ({"signer": "x" * 121}, "the signer's name is 121"),
        ({"signed_at": "2026-11-23T10:00:00"}, "does not say its offset"),
        ({"signed_at": "yesterday"}, "isoformat"),
        ({"digest": "0" * 63}, "not a sha256"),
        ({"digest": "G" * 64}, "not a sha256"),
        ({"strokes": "1;2"}, "no point"),
    ],
)
def test_a_signature_that_says_nothing_sound_cannot_be_made(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        signed(**change)


def test_the_longest_drawing_goes_through_the_codec() -> None:
    command = signed(strokes=("1000,1000 " * (MAX_LENGTH // 10)).strip())

    assert decode(encode(command)) == command


def test_a_longer_drawing_is_malformed() -> None:
    body = json.loads(encode(signed()))
    body["strokes"] = ("1000,1000 " * 1_300).strip()

    with pytest.raises(Malformed, match="characters; at most 12000"):
        decode(json.dumps(body).encode())
