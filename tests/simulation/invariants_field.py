"""Signatures, visits and favourites: what was told stands in the books, and what was signed is what was shown."""

from __future__ import annotations

import json
from hashlib import sha256

from invariants_facts import Check, Facts, codes_of
from invariants_look import Row
from ledger import TAKEN

_NOT_KEPT = {"document_exists", "signed_unknown", "account_unknown"}
_PRICED = {"price_differs", "price_too_old"}
_TOLD = {
    "SignDocument": (
        "signature",
        "signature_id",
        ("document_id", "signer", "meaning", "signed_at", "strokes", "digest"),
    ),
    "RecordVisit": ("visit", "visit_id", ("account_id", "note", "next_on")),
}


def told_at_customers_is_kept(facts: Facts) -> None:
    """I17: a signature and a visit stand in the books as their op told them."""
    log, results = facts.log(), facts.rows("op_result")
    for op_id, result in results.items():
        kept = _TOLD.get(result["command"])
        if kept is None or result["outcome"] not in TAKEN or codes_of(result["findings"]) & _NOT_KEPT:
            continue
        kind, name, told = kept
        op = facts.payload(op_id, log[op_id]["payload"])
        row = facts.rows(kind).get(op[name])
        if row is None:
            raise facts.bad("I17", f"the {kind} {op[name]} of op {op_id} is not in the books")
        for column in told:
            if row[column] != op[column]:
                raise facts.bad("I17", f"the {kind} {op[name]} says {row[column]!r}, its op {op[column]!r}")


def the_last_word_counts(facts: Facts) -> None:
    """I5: a product is a favourite as the op says that wrote it, and none of its stream that was decided later said
    otherwise. (An op that was parked has its word when the office retries it.)"""
    log, results = facts.log(), facts.rows("op_result")
    last: dict[tuple[str, str, str], Row] = {}
    marks = [
        (one["decided_at"], log[op_id]["seq"], op_id)
        for op_id, one in results.items()
        if one["command"] == "MarkFavourite" and one["outcome"] in TAKEN
    ]
    for _decided, _seq, op_id in sorted(marks):
        entry = log[op_id]
        op = facts.payload(entry["op_id"], entry["payload"])
        last[entry["stream"], op["actor"], op["product_id"]] = op
    for row in facts.rows("favourite").values():
        entry = log[row["op_id"]]
        op = last[entry["stream"], row["user_id"], row["product_id"]]
        if (row["op_id"], bool(row["favourite"])) != (op["op_id"], op["favourite"]):
            raise facts.bad("I5", f"the favourite {row['id']} is not what op {op['op_id']} said last")


def signed_is_as_shown(facts: Facts) -> None:
    """I13: a signature on a quote that was taken without a case is one on the figures that its op showed."""
    results = facts.rows("op_result")
    countered = {row["quote_id"] for row in facts.rows("approval").values() if row["counter"]}
    for row in facts.rows("signature").values():
        quote, asked = (
            facts.rows("quote").get(row["document_id"]),
            facts.ledger.documents.get(row["document_id"]),
        )
        if quote is None or asked is None or results[row["op_id"]]["outcome"] != "applied":
            continue
        stands = quote["op_id"] == asked["op_id"] and quote["revision"] == row["revision"]
        if not stands or quote["id"] in countered or asked["codes"] & _PRICED:
            continue
        if row["digest"] != _digest(quote, asked):
            raise facts.bad("I13", f"signature {row['id']} is not on {quote['number']} as it was shown")


def _digest(quote: Row, asked: Row) -> str:
    """What is signed, written down once more apart from the product: the figures as the op showed them."""
    total = sum(line[3] for line in asked["lines"])
    told = {
        "account": quote["account_id"],
        "currency": quote["currency"],
        "document": "quote",
        "form": 1,
        "gross": total + quote["tax_total"],
        "id": quote["id"],
        "lines": [list(line) for line in asked["lines"]],
        "number": quote["number"],
        "po_number": quote["po_number"],
        "revision": quote["revision"],
        "ship_to": quote["ship_to_id"] or "",
        "tax": quote["tax_total"],
        "total": total,
    }
    return sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


ON_SERVER: tuple[Check, ...] = (told_at_customers_is_kept, the_last_word_counts)
COSTLY: tuple[Check, ...] = (signed_is_as_shown,)
