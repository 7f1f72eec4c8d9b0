"""A second, tiny model of stock and money, written apart from the product: what the ops themselves say they did.

In: what was decided (the bytes of `op_log`, outcome and findings of `op_result`), what the office received or put into
places without an op, and, only where the server had to choose by its own stock (reserving, expected quantities of a
count), the chosen lines. Out: which movements there must be, what lies where, what documents are worth. The product's
balances, totals and sums are never asked; they are what is judged.

Quantities are base units, unit prices 1/10,000, amounts minor units.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Lot = tuple[str, str]  # product, lot
Flow = tuple[str, str, str, str]  # from, to, product, lot
Place = tuple[str, str, str]  # place, product, lot

TAKEN = ("applied", "applied_modified", "applied_exception", "held")
# A fact with one of these is kept as a case, and its goods are not booked: they are not the actor's to move, or it
# was told before.
NOT_OURS = {"document_exists", "place_unknown", "not_custodian"}
NO_SUCH_STEP = {"same_place", "place_kind_wrong", "transfer_unknown", "transfer_wrong_state"}
OUT_OF = {
    "scrap": "v:scrap",
    "sample": "v:samples",
    "loan": "v:loaned",
    "quarantine": "v:quarantine",
}
INTO = {"receive": "v:supplier", "loan_return": "v:loaned", "unquarantine": "v:quarantine"}
MINOR = {"JPY": 1, "KRW": 1, "BHD": 1000, "KWD": 1000}


def worth(qty: int, unit_price: int, currency: str) -> int:
    """A line's amount, half away from zero."""
    return (2 * qty * unit_price * MINOR.get(currency, 100) + 10_000) // 20_000


def effect(op: Row, codes: set[str], counted: dict[Lot, int]) -> Counter[Flow] | None:
    """The goods that the op moves; None where only the server can know.

    `counted` is what the decider expected of each lot of a count (`expected` of its count lines).
    """
    kind = op["type"]
    if codes & NOT_OURS or (kind in ("SendTransfer", "ReceiveTransfer") and codes & NO_SUCH_STEP):
        return Counter()
    flows: Counter[Flow] = Counter()
    if kind in ("SellFromTrunk", "UseConsigned"):
        for line in op["lines"]:
            flows[op["location_id"], "v:customer", line["product_id"], line["lot_id"]] += line["qty"]
    elif kind == "RecordMovement":
        place, word = op["location_id"], op["kind"]
        ends = (place, OUT_OF[word]) if word in OUT_OF else (INTO[word], place)
        for line in op["lines"]:
            flows[(*ends, line["product_id"], line["lot_id"])] += line["qty"]
    elif kind == "SendTransfer":
        for line in op["lines"]:
            flows[op["from_location"], "v:transit", line["product_id"], line["lot_id"]] += line["qty"]
    elif kind == "ReceiveTransfer":
        for line in op["lines"] if op["accept"] else ():
            flows["v:transit", op["to_location"], line["product_id"], line["lot_id"]] += line["qty"]
    elif kind == "ReturnGoods":
        for line in op["lines"]:
            flows["v:customer", op["location_id"], line["product_id"], line["lot_id"]] += line["qty"]
    elif kind == "CountTrunk":
        seen: set[Lot] = set()
        for line in op["lines"]:
            lot = (line["product_id"], line["lot_id"])
            if lot in seen:
                continue
            seen.add(lot)
            over = line["counted"] - counted.get(lot, line["expected"])
            if over > 0:
                flows["v:adjustment", op["location_id"], *lot] += over
            elif over < 0:
                flows[op["location_id"], "v:adjustment", *lot] -= over
    elif kind in ("PlaceOrder", "MoveOrder", "AnswerClaim"):  # the last names a claim, not its goods
        return None
    return +flows


def moved(rows: list[Row]) -> Counter[Flow]:
    """Movement rows as flows, whoever owns the goods."""
    flows: Counter[Flow] = Counter()
    for row in rows:
        flows[row["from_location"], row["to_location"], row["product_id"], row["lot_id"]] += row["qty"]
    return flows


def net(flows: Counter[Flow]) -> Counter[Flow]:
    """Goods booked there and back again cancel out (a transfer whose owner was learnt late)."""
    found: Counter[Flow] = Counter()
    for (source, target, product, lot), qty in flows.items():
        back = flows.get((target, source, product, lot), 0)
        if qty > back:
            found[source, target, product, lot] = qty - back
    return found


@dataclass(slots=True)
class Ledger:
    """What has been posted so far, by place and lot, and which ops posted it."""

    stock: Counter[Place] = field(default_factory=Counter)
    by_op: dict[str, Counter[Flow]] = field(default_factory=dict)
    documents: dict[str, Row] = field(default_factory=dict)  # quotes and sales: what they must be worth

    def post(self, flows: Counter[Flow]) -> None:
        """Take goods from one place to the other."""
        for (source, target, product, lot), qty in flows.items():
            self.stock[source, product, lot] -= qty
            self.stock[target, product, lot] += qty

    def op(self, op: Row, outcome: str, codes: set[str], counted: dict[Lot, int], chosen: list[Row]) -> None:
        """An op that was decided. `chosen` are its movement rows, believed only where nobody else can know."""
        if outcome not in TAKEN:
            return
        flows = effect(op, codes, counted)
        flows = moved(chosen) if flows is None else flows
        self.by_op[op["op_id"]] = flows
        self.post(flows)
        self._document(op, codes)

    def _document(self, op: Row, codes: set[str]) -> None:
        """The worth of a quote or a sale by the prices that were shown."""
        kind = op["type"]
        if codes & {"document_exists"}:
            return
        if kind in ("SubmitQuote", "SellFromTrunk", "UseConsigned"):
            name = op.get("quote_id") or op.get("sale_id") or op.get("usage_id")
            before = self.documents.get(name)
            if before is not None and before.get("revision", 0) >= op.get("revision", 0):
                return
            currency = op["currency"]
            self.documents[name] = {
                "table": "quote" if kind == "SubmitQuote" else "sales_order",
                "op_id": op["op_id"],
                "revision": op.get("revision", 0),
                "codes": codes,
                "lines": [
                    (
                        one["product_id"],
                        one["qty"],
                        one["shown_price"],
                        worth(one["qty"], one["shown_price"], currency),
                    )
                    for one in op["lines"]
                ],
            }
