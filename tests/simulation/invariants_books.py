"""The books against the second ledger: stock is conserved, only who answers for goods lowers them, numbers and prices
are those that were shown."""

from __future__ import annotations

from collections import Counter

from invariants_facts import Check, Facts, codes_of, grouped, repeated
from invariants_look import Row
from ledger import moved, net

_NAMES = (
    "quote_id",
    "order_id",
    "sale_id",
    "usage_id",
    "count_id",
    "movement_id",
    "transfer_id",
    "return_id",
)
_PRICED = {"price_differs", "price_too_old"}


def goods_moved_once(facts: Facts) -> None:
    """I1 and I14: the movements of an op are those that the op itself asks for: none twice, none left out."""
    there = grouped(facts.rows("movement").values(), "op_id")
    for op_id, flows in facts.ledger.by_op.items():
        booked, asked = net(moved(there.get(op_id, []))), net(flows)
        if booked == asked:
            continue
        more = any(booked[flow] > asked.get(flow, 0) for flow in booked)
        raise facts.bad(
            "I1" if more else "I14", f"op {op_id} asks for {dict(asked)} and booked {dict(booked)}"
        )


def stock_is_conserved(facts: Facts) -> None:
    """I12: what lies in a place is what came in less what went out, per lot, by the second ledger."""
    kept: Counter[tuple[str, str, str]] = Counter()
    for row in facts.rows("balance").values():
        kept[row["location_id"], row["product_id"], row["lot_id"]] += row["qty"]
    for key in kept.keys() | facts.ledger.stock.keys():
        if kept[key] != facts.ledger.stock[key]:
            raise facts.bad(
                "I12", f"{'|'.join(key)} is {kept[key]}; the ops make it {facts.ledger.stock[key]}"
            )
    lots: Counter[tuple[str, str]] = Counter()
    for (_place, product, lot), qty in kept.items():
        lots[product, lot] += qty
    for lot, qty in lots.items():
        if qty:
            raise facts.bad("I12", f"{qty} units of {lot} have come from nowhere")


def only_holders_take(facts: Facts) -> None:
    """I12: goods leave a trunk only by an op of somebody who has been its custodian."""
    log = facts.log()
    for row in facts.rows("movement").values():
        entry = log.get(row["op_id"])
        place = facts.rows("location").get(row["from_location"])
        if entry is None or place is None or place["kind"] != "trunk":
            continue
        held = {one["custodian"] for one in facts.shadow.ever(("location", place["id"])) if one}
        if entry["user_id"] not in held:
            raise facts.bad(
                "I12", f"{entry['user_id']} took {row['qty']} out of {place['id']} (op {row['op_id']})"
            )


def below_nothing_is_a_case(facts: Facts) -> None:
    """I12: a place has less than nothing only with a case for the office."""
    cases = {row["op_id"] for row in facts.rows("exception_case").values()}
    excused = {
        (row["from_location"], row["product_id"], row["lot_id"])
        for row in facts.rows("movement").values()
        if row["op_id"] in cases
    }
    for key, qty in facts.ledger.stock.items():
        if qty < 0 and not key[0].startswith("v:") and key not in excused:
            raise facts.bad("I12", f"{'|'.join(key)} is {qty} and nobody was told")


def counts_are_causal(facts: Facts) -> None:
    """I12: a count is compared with what had moved up to the scan: told by the server then, or done here before."""
    if facts.restores:
        return
    sheets = facts.rows("count_sheet")
    streams = {one.op_id: one.stream for one in facts.seen.saved}
    log = facts.log()
    for line in facts.rows("count_line").values():
        entry = log.get(sheets[line["count_id"]]["op_id"])
        if entry is None or streams.get(entry["op_id"]) != entry["stream"]:
            continue
        op = facts.payload(entry["op_id"], entry["payload"])
        asked = next(
            one
            for one in op["lines"]
            if (one["product_id"], one["lot_id"]) == (line["product_id"], line["lot_id"])
        )
        if asked.get("position", -1) < 0:
            continue
        expected, decided = 0, facts.shadow.born(("count_sheet", line["count_id"]))
        for row in facts.rows("movement").values():
            if (row["product_id"], row["lot_id"]) != (line["product_id"], line["lot_id"]):
                continue
            own = row["stream"] == entry["stream"] and row["seq"] <= asked["own_seq"]
            if row["position"] > decided:  # of an op that was parked then
                continue
            if row["position"] <= asked["position"] or own:
                expected += row["qty"] * (row["to_location"] == line["location_id"])
                expected -= row["qty"] * (row["from_location"] == line["location_id"])
        if line["expected"] != expected:
            raise facts.bad(
                "I12",
                f"count {line['count_id']} expected {line['expected']}; up to the scan it was {expected}",
            )


def a_count_asks_for_what_it_saw(facts: Facts) -> None:
    """I12: at the tablet's own scan the books there held what the count says they held, if nobody else moved goods."""
    for saved in facts.seen.saved:
        op = facts.payload(saved.op_id, saved.payload)
        for line in op.get("lines", ()) if op.get("type") == "CountTrunk" else ():
            if line.get("own_seq", 0) >= saved.seq:
                raise facts.bad("I12", f"count {saved.op_id} says it was made after itself")


def documents_are_as_shown(facts: Facts) -> None:
    """I13: the lines of a quote or a sale are those of its op, at the price that was shown; I14: all of them."""
    countered = {row["quote_id"] for row in facts.rows("approval").values() if row["counter"]}
    lines = {
        "quote": grouped(facts.rows("quote_line").values(), "quote_id"),
        "sales_order": grouped(facts.rows("order_line").values(), "order_id"),
    }
    for name, asked in facts.ledger.documents.items():
        row = facts.rows(asked["table"]).get(name)
        if row is None:
            raise facts.bad("I14", f"the {asked['table']} {name} of op {asked['op_id']} is not in the books")
        if row["op_id"] != asked["op_id"] or name in countered:
            continue
        there = sorted(lines[asked["table"]].get(name, []), key=lambda one: one["line_no"])
        if len(there) != len(asked["lines"]):
            raise facts.bad("I14", f"{name} has {len(there)} lines of {len(asked['lines'])}")
        _same_lines(facts, name, asked, there)
        if row["total"] != sum(line[3] for line in asked["lines"]) and not asked["codes"] & _PRICED:
            raise facts.bad("I13", f"{name} is worth {row['total']}, its lines as shown are not")


def _same_lines(facts: Facts, name: str, asked: Row, there: list[Row]) -> None:
    for (product, qty, price, _amount), line in zip(asked["lines"], there, strict=True):
        if (line["product_id"], line["qty"]) != (product, qty):
            raise facts.bad("I17", f"{name} has {line['qty']} {line['product_id']} for {qty} {product}")
        if line["unit_price"] != price and not asked["codes"] & _PRICED:
            raise facts.bad("I13", f"{name} has {line['unit_price']} for {product}; {price} was shown")


def numbers_mean_one_document(facts: Facts) -> None:
    """I13: a number said to a customer means one document, in the books and on the tablets.

    A file that was copied or put back gives the next numbers of the other until the two have met the server.
    """
    twins = {one.name for one in facts.seen.tablets if one.copied_from or one.restored_at >= 0}
    twins |= {one.copied_from for one in facts.seen.tablets}
    given: dict[str, set[str]] = {}
    excused: set[str] = set()
    for saved in facts.seen.saved:
        op = facts.payload(saved.op_id, saved.payload)
        name = next((op[one] for one in _NAMES if one in op), "")
        if not op.get("number") or op.get("type") == "ReceiveTransfer" or not name:
            continue
        given.setdefault(op["number"], set()).add(name)
        if saved.tablet in twins:
            excused.add(op["number"])
    for number, names in given.items():
        if len(names) > 1 and number not in excused:
            raise facts.bad("I13", f"{number} was given to {sorted(names)}")
    for kind in ("quote", "sales_order", "count_sheet"):
        for number in repeated(row["number"] for row in facts.rows(kind).values() if row["number"]):
            if number not in excused:
                raise facts.bad("I13", f"{number} stands on two rows of {kind}")


def cases_tell(facts: Facts) -> None:
    """I17: a fact that could not be accepted as it stands has a case, with what was found."""
    cases = {row["op_id"]: row for row in facts.rows("exception_case").values()}
    for op_id, row in facts.rows("op_result").items():
        if row["outcome"] == "applied_exception" and (op_id not in cases or not codes_of(row["findings"])):
            raise facts.bad("I17", f"op {op_id} is an exception and the office has no case of it")


ON_SERVER: tuple[Check, ...] = (
    goods_moved_once,
    stock_is_conserved,
    only_holders_take,
    below_nothing_is_a_case,
    cases_tell,
)
COSTLY: tuple[Check, ...] = (
    counts_are_causal,
    a_count_asks_for_what_it_saw,
    documents_are_as_shown,
    numbers_mean_one_document,
)
