"""Commands as bytes: encoded once, decoded strictly, for ever (laws 2, 3 and I18)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.domain.bounds import MAX_DRAFT
from app.domain.codec import MAX_BYTES, Malformed, UnknownCommand, decode, encode
from app.domain.commands import (
    COMMANDS,
    CountLine,
    CountTrunk,
    QuoteLine,
    SaveDraft,
    SetAccountStatus,
    SubmitQuote,
)

WHO = {"op_id": "op", "actor": "rep", "business_date": "2026-11-23"}
# No character that cannot be stored, as the codec itself demands.
words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=50)


def quote(**changes: Any) -> SubmitQuote:
    values = {
        "quote_id": "q",
        "number": "MB-A-0001",
        "revision": 1,
        "account_id": "a",
        "ship_to_id": "s",
        "currency": "USD",
        "po_number": "",
        "note": "",
        "lines": (QuoteLine(product_id="p", qty=1, discount_bp=0, shown_price=1),),
    }
    return SubmitQuote(**{**WHO, **values, **changes})


@given(words, words, st.integers(1, 10**6), st.integers(0, 10_000), st.integers(0, 5 * 10**8))
def test_what_was_encoded_comes_back_equal_and_encodes_to_the_same_bytes(
    note: str, po: str, qty: int, discount: int, shown: int
) -> None:
    line = QuoteLine(product_id="p", qty=qty, discount_bp=discount, shown_price=shown)
    command = quote(note=note, po_number=po, lines=(line, line))

    assert decode(encode(command)) == command
    assert encode(decode(encode(command))) == encode(command)


def test_half_a_character_is_refused_before_there_are_bytes() -> None:
    with pytest.raises(Malformed, match="cannot be stored"):
        encode(quote(note="\ud800"))


FIRST_RELEASE = (
    b'{"account_id":"a","actor":"rep","business_date":"2026-11-23","currency":"USD","lines":[{"discount_bp":0,'
    b'"product_id":"p","qty":1,"shown_price":1}],"note":"","number":"MB-A-0001","op_id":"op","po_number":"",'
    b'"quote_id":"q","revision":1,"ship_to_id":"s","type":"SubmitQuote","v":1}'
)
GOLDEN = (
    b'{"account_id":"a","actor":"rep","business_date":"2026-11-23","currency":"USD","envelope_id":"","lines":['
    b'{"discount_bp":0,"product_id":"p","qty":1,"shown_price":1,"shown_trace":""}],"note":"","number":"MB-A-0001",'
    b'"op_id":"op","po_number":"","quote_id":"q","revision":1,"ship_to_id":"s","type":"SubmitQuote","v":2}'
)


def test_the_bytes_of_version_two_are_these_for_ever() -> None:
    assert encode(quote()) == GOLDEN
    assert decode(GOLDEN) == quote()


def test_an_op_of_the_first_release_still_reads_and_lacks_nothing() -> None:
    assert decode(FIRST_RELEASE) == quote()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"revision": "1"}, "SubmitQuote.revision: expected int"),
        ({"revision": 1.0}, "SubmitQuote.revision: expected int"),
        ({"revision": True}, "SubmitQuote.revision: expected int"),
        ({"revision": 2**60}, "out of range"),
        ({"note": "x" * 5000}, "SubmitQuote.note: 5000 characters"),
        ({"note": "\x00"}, "cannot be stored"),
        ({"quote_id": "x" * 129}, "SubmitQuote.quote_id: 129 characters"),
        (
            {"lines": [{"product_id": "p", "qty": 10**6, "discount_bp": 0, "shown_price": 10**11}]},
            "the value of the lines",
        ),
        ({"note": "\ud800"}, "cannot be stored"),
        ({"extra": 1}, "unknown ['extra']"),
        ({"lines": {}}, "SubmitQuote.lines: expected a list"),
        ({"lines": ["x"]}, "SubmitQuote.lines[0]: expected an object"),
        ({"lines": [{"product_id": "p", "qty": 0, "discount_bp": 0, "shown_price": 0}]}, "qty is 0"),
        (
            {"lines": [{"product_id": "p", "qty": 1, "discount_bp": 10001, "shown_price": 0}]},
            "discount_bp is 10001",
        ),
        (
            {"lines": [{"product_id": "p", "qty": 1, "discount_bp": 0, "shown_price": -1}]},
            "shown_price is -1",
        ),
        ({"business_date": "23.11.2026"}, "SubmitQuote"),
        ({"business_date": "20261123"}, "is not of the form"),
        ({"type": 3}, "no type or version"),
        ({"v": "1"}, "no type or version"),
    ],
)
def test_a_malformed_command_is_refused_by_field_and_reason(change: dict[str, Any], where: str) -> None:
    body = {**json.loads(GOLDEN), **change}

    with pytest.raises(Malformed) as caught:
        decode(json.dumps(body).encode())

    assert where in str(caught.value)


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"nonsense", b"\xff\xfe", b"[" * 100_000, b'"' + b"x" * (MAX_BYTES + 1) + b'"']
)
def test_bytes_that_are_no_command_are_malformed_and_nothing_worse(payload: bytes) -> None:
    with pytest.raises(Malformed):
        decode(payload)


@pytest.mark.parametrize("change", [{"type": "TeleportStock"}, {"v": 3}])
def test_a_command_of_a_newer_program_is_unknown_not_wrong(change: dict[str, Any]) -> None:
    with pytest.raises(UnknownCommand):
        decode(json.dumps({**json.loads(GOLDEN), **change}).encode())


def test_a_status_or_count_outside_its_range_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="status"):
        SetAccountStatus(**WHO, account_id="a", status="sleeping", reason="")
    with pytest.raises(ValueError, match="counted"):
        CountLine(product_id="p", lot_id="", counted=-1, expected=0, reason="")
    with pytest.raises(ValueError, match="expected"):
        CountLine(product_id="p", lot_id="", counted=1, expected=10**9, reason="")


def test_a_draft_of_many_lines_goes_through_and_one_beyond_its_bound_cannot_be_made() -> None:
    values = {"draft_id": "d", "kind": "quote", "number": "n", "based_on": "", "saved_at": "", "device": "t"}
    draft = SaveDraft(**WHO, **values, body="x" * MAX_DRAFT)

    assert decode(encode(draft)) == draft
    with pytest.raises(ValueError, match="the length of the body"):
        SaveDraft(**WHO, **values, body="x" * (MAX_DRAFT + 1))


def test_every_command_can_be_told_by_its_name() -> None:
    assert len({command.__name__ for command in COMMANDS}) == len(COMMANDS)
    count = CountTrunk(**WHO, count_id="c", number="n", location_id="t", signed_by="x", lines=())
    assert decode(encode(count)) == count
