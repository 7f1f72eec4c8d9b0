"""The codec at its limits: the last that is let in and the first that is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.codec import MAX_BYTES, Malformed, UnknownCommand, decode
from app.domain.commands import SubmitQuote

FIRST_RELEASE = (
    b'{"account_id":"a","actor":"rep","business_date":"2026-11-23","currency":"USD","lines":[{"discount_bp":0,'
    b'"product_id":"p","qty":1,"shown_price":1}],"note":"","number":"MB-A-0001","op_id":"op","po_number":"",'
    b'"quote_id":"q","revision":1,"ship_to_id":"s","type":"SubmitQuote","v":1}'
)
LINE = json.loads(FIRST_RELEASE)["lines"][0]


def sent(**changes: Any) -> bytes:
    return json.dumps({**json.loads(FIRST_RELEASE), **changes}).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "x" * 4_000},
        {"quote_id": "x" * 128},
        {"lines": [LINE] * 1_000},
        {"revision": 2**53},
        {"revision": -(2**53)},
        {"note": "\ud7ff"},
        {"note": "\ue000"},
        {"note": "\x01"},
    ],
)
def test_the_last_within_a_limit_is_read(changes: dict[str, Any]) -> None:
    command = decode(sent(**changes))

    assert isinstance(command, SubmitQuote)
    for name, value in changes.items():
        read = getattr(command, name)
        assert len(read) == len(value) if name == "lines" else read == value


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"note": "x" * 4_001}, "SubmitQuote.note: 4001 characters; at most 4000"),
        ({"quote_id": "x" * 129}, "SubmitQuote.quote_id: 129 characters; at most 128"),
        ({"lines": [LINE] * 1_001}, "SubmitQuote.lines: expected a list of at most 1000"),
        ({"revision": 2**53 + 1}, "SubmitQuote.revision: number out of range"),
        ({"revision": -(2**53) - 1}, "SubmitQuote.revision: number out of range"),
        ({"note": "\ud800"}, "SubmitQuote.note: a character that cannot be stored"),
        ({"note": "x\udfffy"}, "SubmitQuote.note: a character that cannot be stored"),
        ({"note": "x\x00y"}, "SubmitQuote.note: a character that cannot be stored"),
    ],
)
def test_the_first_beyond_a_limit_is_refused_by_field(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(Malformed) as caught:
        decode(sent(**changes))

    assert where in str(caught.value)


def test_as_many_bytes_as_are_allowed_are_read_and_one_more_is_not() -> None:
    full = FIRST_RELEASE.ljust(MAX_BYTES)

    assert decode(full) == decode(FIRST_RELEASE)
    with pytest.raises(Malformed, match=f"{MAX_BYTES + 1} bytes; at most {MAX_BYTES}"):
        decode(full + b" ")


@pytest.mark.parametrize("gone", ["type", "v"])
def test_a_body_without_type_or_version_is_malformed(gone: str) -> None:
    body = json.loads(FIRST_RELEASE)
    del body[gone]

    with pytest.raises(Malformed, match="no type or version") as caught:
        decode(json.dumps(body).encode())

    assert not isinstance(caught.value, UnknownCommand)
