"""The effect of an op on its author's tablet: visible exactly once at all times, as a guess or as a row (I4)."""

from __future__ import annotations

import json
from collections import Counter

from invariants_facts import Check, Facts, codes_of, grouped
from invariants_look import TERMINAL, Look, Row
from ledger import effect, moved, net


def guesses_are_of_open_ops(facts: Facts) -> None:
    """I4: an op whose result is here has no guess any more."""
    now = facts.look()
    open_ = {row["ord"] for row in now.outbox if row["settled_at"] is None}
    for name, rows in (("guess", now.guess), ("footprint", now.footprint)):
        for row in rows:
            if row["ord"] not in open_:
                raise facts.bad("I4", f"a {name} of an op that is settled: {row['kind']} {row['row_id']}")


def guess_or_base(facts: Facts) -> None:
    """I4: the rows of an open op are not among those the server has sent, and its result is not either.

    What a server that was put back has lost is open anew, and the tablet may learn it by a gap before it learns of
    the restore. Its effect and its result stand in the rows here until it is decided again; then no guess may show it
    as well.
    """
    now = facts.look()
    guessed = {row["ord"] for row in now.guess}
    open_ = {
        row["op_id"]
        for row in now.outbox
        if row["settled_at"] is None and (row["ord"] in guessed or not facts.restores)
    }
    for op_id in open_:
        result = now.base["op_result"].get(op_id)
        if result is not None and result["outcome"] in TERMINAL:
            raise facts.bad("I4", f"op {op_id} is {result['outcome']} in the rows here and still a guess")
    for kind, row in now.rows():
        if row.get("op_id") in open_:
            raise facts.bad("I4", f"{kind} {row['id']} has come, and op {row['op_id']} still guesses it")


def settled_by_the_feed(facts: Facts) -> None:
    """I4: an op is settled by its result in the rows here, in the transaction of its effect."""
    now = facts.look()
    if facts.was().healing or facts.restores:
        return
    for row in now.outbox:
        told = now.base["op_result"].get(row["op_id"])
        if row["settled_at"] is None or facts.is_flipped("op_result", row["op_id"]):
            continue
        if told is None or told["outcome"] != row["result"]:
            raise facts.bad(
                "I4", f"op {row['op_id']} is settled as {row['result']}, the feed has brought {told}"
            )


def guesses_are_whole(facts: Facts) -> None:
    """I4: an open op that the rules here accept shows all that it says it moved, and its document (I6)."""
    now = facts.look()
    by_op = grouped(now.shown["movement"].values(), "op_id")
    counted = grouped(now.shown["count_line"].values(), "count_id")
    for row in now.outbox:
        if row["settled_at"] is not None:
            continue
        op = facts.payload(row["op_id"], row["payload"])
        if row["guess"] == "rejected":
            if by_op.get(row["op_id"]):
                raise facts.bad("I4", f"op {row['op_id']} is no longer accepted here and still moves goods")
            continue
        lines = counted.get(op.get("count_id"), [])
        expected = {(line["product_id"], line["lot_id"]): line["expected"] for line in lines}
        flows = effect(op, codes_of(row["findings"]), expected)
        if flows is not None and net(moved(by_op.get(row["op_id"], []))) != net(flows):
            raise facts.bad(
                "I4", f"the {row['command']} {row['op_id']} shows {by_op.get(row['op_id'])}, not {flows}"
            )
        _document(facts, now, row, op)


def _document(facts: Facts, now: Look, row: Row, op: Row) -> None:
    """The document that the op made is there to be read."""
    if codes_of(row["findings"]) & {"document_exists", "place_unknown", "not_custodian"}:
        return
    for name, kind in (("quote_id", "quote"), ("sale_id", "sales_order"), ("count_id", "count_sheet")):
        if row["command"] in ("SubmitQuote", "SellFromTrunk", "CountTrunk") and op.get(name):
            there = now.shown[kind].get(op[name])
            if there is None:
                raise facts.bad("I6", f"the {kind} {op[name]} was saved and is not to be seen")
            if kind == "quote" and there["revision"] < op["revision"]:
                raise facts.bad(
                    "I6", f"the quote {op[name]} shows revision {there['revision']}, not {op['revision']}"
                )


def told_at_customers_is_shown(facts: Facts) -> None:
    """I6: a signature and a visit that were saved are there to be read, as long as their account or document is."""
    now = facts.look()
    for row in now.outbox:
        if row["settled_at"] is not None or row["command"] not in ("SignDocument", "RecordVisit"):
            continue
        if codes_of(row["findings"]) & {"document_exists", "fact_missing"}:
            continue
        op = facts.payload(row["op_id"], row["payload"])
        kind = "signature" if row["command"] == "SignDocument" else "visit"
        if op[f"{kind}_id"] not in now.shown[kind]:
            raise facts.bad("I6", f"the {kind} of op {row['op_id']} was saved and is not to be seen")


def shown_is_base_and_guesses(facts: Facts) -> None:
    """I4: in every place of the company the quantity shown is the server's plus what the open ops move, each once.
    Places outside (`v:`) are in no bucket: a tablet has no balance of them."""
    now = facts.look()
    base = now.base["movement"]
    guessed = [row for row_id, row in now.shown["movement"].items() if row_id not in base]
    change: Counter[tuple[str, str, str]] = Counter()
    for (source, target, product, lot), qty in moved(guessed).items():
        change[source, product, lot] -= qty
        change[target, product, lot] += qty
    here: Counter[tuple[str, str, str]] = Counter()
    for sign, rows in ((1, now.shown["balance"]), (-1, now.base["balance"])):
        for row in rows.values():
            here[row["location_id"], row["product_id"], row["lot_id"]] += sign * row["qty"]
    for key in here.keys() | change.keys():
        outside = key[0].startswith("v:")
        if here[key] != (0 if outside else change[key]):
            raise facts.bad(
                "I4", f"{'|'.join(key)} is {here[key]:+} beside the server's; the ops say {change[key]:+}"
            )


def images_can_be_taken_back(facts: Facts) -> None:
    """I4: a before-image is a whole row of its kind."""
    now = facts.look()
    for one in now.guess:
        image = json.loads(one["before"]) if one["before"] is not None else None
        if image is not None and image["id"] != one["row_id"]:
            raise facts.bad("I4", f"the image of {one['kind']} {one['row_id']} is of {image['id']}")


ON_TABLET: tuple[Check, ...] = (
    guesses_are_of_open_ops,
    guess_or_base,
    settled_by_the_feed,
    images_can_be_taken_back,
    guesses_are_whole,
    told_at_customers_is_shown,
    shown_is_base_and_guesses,
)
