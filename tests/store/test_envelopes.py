"""Signatures hold for exactly what was signed, and an envelope row counts only while its signature holds."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.authority import Document, cover
from app.domain.facts import Facts, Known
from app.domain.parties import Person
from app.domain.rejections import finding
from app.store.envelopes import envelope_fact
from app.store.signatures import holds, new_key, sign

# RFC 8032, section 7.1, test 1: the signature of nothing.
SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
    "d25bf5f0595bbe24655141438e7a100b"
)
KEY = new_key(bytes(range(32)))
OTHER = new_key(bytes(32))
BODY = (
    '{"account_ids":[],"budget":100000,"currency":"USD","granted_by":"boss","holder":"rep","id":"e",'
    '"max_amount":50000,"max_discount_bp":3000,"product_classes":["Äthanol"],"valid_from":"2026-11-01",'
    '"valid_to":"2026-12-31","version":1}'
)


def row(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": "e", "holder": "rep", "granted_by": "boss", "body": BODY, "key_id": KEY.id,
        "signature": sign(KEY.private, BODY), "used_amount": 5, "used_count": 1, "revoked_on": None, "op_id": "op",
    }  # fmt: skip
    return {**values, **changes}


def test_keys_and_signatures_are_those_of_the_standard() -> None:
    key = new_key(bytes.fromhex(SECRET))

    assert (key.private, key.public, sign(SECRET, "")) == (SECRET, PUBLIC, SIGNATURE)
    assert holds(PUBLIC, "", SIGNATURE)


def test_a_key_is_named_by_its_public_half() -> None:
    assert new_key(bytes(range(32))) == KEY
    assert len(KEY.id) == 16
    assert KEY.id != OTHER.id


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_takes_exactly_its_randomness(size: int) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        new_key(bytes(size))


def test_every_changed_byte_of_what_was_signed_is_noticed() -> None:
    signature = sign(KEY.private, BODY)
    raw = BODY.encode()

    for at in range(len(raw)):
        changed = bytes((*raw[:at], raw[at] ^ 1, *raw[at + 1 :])).decode("latin-1")
        assert not holds(KEY.public, changed, signature)
    assert holds(KEY.public, BODY, signature)


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (OTHER.public, sign(KEY.private, BODY)),
        (KEY.public, sign(OTHER.private, BODY)),
        (KEY.public, ""),
        (KEY.public, "no hex"),
        (KEY.public, sign(KEY.private, BODY)[:-2]),
        ("", sign(KEY.private, BODY)),
        ("no hex", sign(KEY.private, BODY)),
    ],
)
def test_what_is_no_signature_of_this_key_does_not_hold(public: str, signature: str) -> None:
    assert not holds(public, BODY, signature)


def test_a_row_is_read_with_its_counters() -> None:
    fact = envelope_fact(row(revoked_on="2026-12-01"), {OTHER.id: OTHER.public, KEY.id: KEY.public})

    assert (fact.id, fact.holder, fact.granted_by, fact.body) == ("e", "rep", "boss", BODY)
    assert (fact.signed, fact.used_amount, fact.used_count, fact.revoked_on) == (True, 5, 1, "2026-12-01")


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, {}),
        ({}, {OTHER.id: OTHER.public}),
        ({}, {KEY.id: OTHER.public}),
        ({"key_id": "", "signature": ""}, {KEY.id: KEY.public}),
        ({"key_id": OTHER.id}, {KEY.id: KEY.public, OTHER.id: OTHER.public}),
        ({"body": BODY.replace("100000", "900000")}, {KEY.id: KEY.public}),
    ],
)
def test_a_row_whose_signature_does_not_hold_is_not_signed(
    changes: dict[str, Any], keys: dict[str, str]
) -> None:
    assert not envelope_fact(row(**changes), keys).signed


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"body": BODY.replace("3000", "9000")}, "unsigned"),
        ({"id": "f"}, "unreadable"),  # another's signed terms, with counters that nobody drew on
        ({"used_amount": 70_000}, "budget"),
    ],
)
def test_a_row_that_was_tampered_with_covers_nothing(changes: dict[str, Any], why: str) -> None:
    held = row(**changes)
    envelope = Known.held(envelope_fact(held, {KEY.id: KEY.public}))
    facts = Facts(actor=Known.held(Person("rep", "rep", ("*",))), envelope=envelope)
    wanted = finding("discount_over_limit", "1", discount=2500)
    document = Document(
        op_id="op", actor="rep", envelope_id=held["id"], id="q", account_id="a", day="2026-11-23",
        currency="USD", amount=400_00, classes={"1": "Äthanol"},
    )  # fmt: skip

    findings, use = cover([wanted], facts, document)

    assert use is None
    assert findings == (wanted, finding("envelope_not_used", held["id"], why=why))
