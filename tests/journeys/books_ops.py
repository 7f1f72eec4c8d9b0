"""What each accepted op must have left in the server's tables, by the op's own bytes; part of `books`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

MINOR = {"JPY": 1, "KRW": 1, "CLP": 1, "ISK": 1, "VND": 1, "BHD": 1000, "KWD": 1000, "JOD": 1000, "TND": 1000}


def group(rows: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """The rows by the value of one column, or by a tuple of several."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)].append(row)
    return found


def part(row: Row, *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def amount(unit_price: int, qty: int, currency: str) -> int:
    """Price in 1/10,000 times quantity, in minor units, half away from zero: the books' own sum."""
    product = unit_price * qty * MINOR.get(currency, 100)
    return (abs(product) + 5_000) // 10_000 * (1 if product >= 0 else -1)


@dataclass
class Findings:
    """What does not agree, in three heaps."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def one(self, rows: list[Row], what: str) -> Row | None:
        """The only row of `rows`; none is a loss, several are a doubling."""
        if not rows:
            self.lost.append(f"{what}: not in the books")
        elif len(rows) > 1:
            self.doubled.append(f"{what}: {len(rows)} times in the books")
        return rows[0] if len(rows) == 1 else None

    def same(self, what: str, asked: Any, found: Any) -> None:
        if asked != found:
            self.differences.append(f"{what}: asked {asked!r}, in the books {found!r}")


@dataclass
class Effects:
    """Compares accepted ops with the tables, one method per type, and collects the movements they ask for."""

    tables: dict[str, list[Row]]
    found: Findings
    moves: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    reserving: set[str] = field(default_factory=set)  # ops whose movements the server chose by its own stock
    _indexes: dict[Any, dict[Any, list[Row]]] = field(default_factory=dict)

    def index(self, table: str, *names: str) -> dict[Any, list[Row]]:
        key = (table, names)
        if key not in self._indexes:
            self._indexes[key] = group(self.tables[table], *names)
        return self._indexes[key]

    def check(self, what: str, asked: Row, outcome: str, codes: set[str]) -> None:
        """`asked` is the op's payload; `codes` are those of its result's findings."""
        match asked["type"]:
            case "SubmitQuote":
                self._quote(what, asked, outcome)
            case "DecideApproval":
                self._decision(what, asked)
            case "PlaceOrder":
                self._order(what, asked, outcome)
            case "SellFromTrunk":
                self._sale(what, asked, outcome, codes)
            case "CountTrunk":
                self._count(what, asked, outcome, codes)
            case "SaveDraft":
                self._draft(what, asked)
            case other:
                self.found.differences.append(f"{what}: the books do not know the op {other}")

    def _draft(self, what: str, asked: Row) -> None:
        """Its words are a revision, of the one who wrote them."""
        row = self.found.one(self.index("draft_revision", "op_id")[asked["op_id"]], what)
        if row is not None and (row["body"], row["author"]) != (asked["body"], asked["actor"]):
            self.found.differences.append(f"{what}: the revision {row['id']} has other words")

    def _quote(self, what: str, asked: Row, outcome: str) -> None:
        row = self.found.one(self.index("quote", "id")[asked["quote_id"]], what)
        if row is None or row["revision"] > asked["revision"]:  # a later revision stands in its place
            return
        names = ("number", "revision", "account_id", "ship_to_id", "currency", "business_date", "po_number")
        self.found.same(what, part(asked, *names, "note"), part(row, *names, "note"))
        self.found.same(f"{what} author", part(asked, "op_id", "actor"), part(row, "op_id", "rep_id"))
        wanted = []
        for number, line in enumerate(asked["lines"], 1):
            extended = amount(line["shown_price"], line["qty"], asked["currency"])
            wanted.append((number, *part(line, "product_id", "qty", "discount_bp", "shown_price"), extended))
        names = ("line_no", "product_id", "qty", "discount_bp", "unit_price", "extended")
        lines = [part(line, *names) for line in self.index("quote_line", "quote_id")[row["id"]]]
        self.found.same(f"{what} lines", wanted, sorted(lines))
        self.found.same(f"{what} total", sum(line[-1] for line in wanted), row["total"])
        asks = self.index("approval", "quote_id", "revision")[row["id"], row["revision"]]
        self.found.same(f"{what} asks for approval", outcome == "held", bool(asks))
        states = {one["state"] for one in asks}
        state = "approved"
        if self.index("sales_order", "quote_id")[row["id"]]:
            state = "accepted"
        elif states & {"declined", "pending"}:
            state = "declined" if "declined" in states else "pending_approval"
        self.found.same(f"{what} state", state, row["state"])

    def _decision(self, what: str, asked: Row) -> None:
        row = self.found.one(self.index("approval", "id")[asked["approval_id"]], what)
        if row is not None:
            state = "approved" if asked["approve"] else "declined"
            wanted = (state, *part(asked, "actor", "reason", "quote_id", "revision"))
            self.found.same(what, wanted, part(row, "state", "decided_by", "comment", "quote_id", "revision"))

    def _order(self, what: str, asked: Row, outcome: str) -> None:
        row = self.found.one(self.index("sales_order", "id")[asked["order_id"]], what)
        if row is None:
            return
        names = ("type", "number", "quote_id", "op_id")
        self.found.same(what, ("stock", *part(asked, "number", "quote_id", "op_id")), part(row, *names))
        self.found.one(
            self.index("sales_order", "quote_id")[asked["quote_id"]], f"{what}: orders of its quote"
        )
        lines = self.index("order_line", "order_id")[row["id"]]
        names = ("line_no", "product_id", "qty", "unit_price", "extended")
        quoted = [part(line, *names) for line in self.index("quote_line", "quote_id")[asked["quote_id"]]]
        self.found.same(f"{what} lines", sorted(quoted), sorted(part(line, *names) for line in lines))
        self.found.same(f"{what} total", sum(line["extended"] for line in lines), row["total"])
        for line in lines:
            given = line["allocated"] + line["backordered"]
            self.found.same(f"{what} line {line['line_no']}", 0 if outcome == "held" else line["qty"], given)
        short = any(line["backordered"] for line in lines)
        self.found.same(f"{what} is short", outcome == "applied_modified", short)
        self.reserving.add(asked["op_id"])
        reserved: Counter[str] = Counter()
        for move in self.index("movement", "op_id")[asked["op_id"]]:
            wanted = ("reserve", f"{move['from_location']}:reserved", row["id"])
            self.found.same(f"{what} reservation", wanted, part(move, "kind", "to_location", "document_id"))
            reserved[move["product_id"]] += move["qty"]
        allocated: Counter[str] = Counter()
        for line in lines:
            allocated[line["product_id"]] += line["allocated"]
        self.found.same(f"{what} reserved", dict(+allocated), dict(reserved))

    def _sale(self, what: str, asked: Row, outcome: str, codes: set[str]) -> None:
        self._case(what, asked["op_id"], outcome)
        if "document_exists" in codes:
            return
        row = self.found.one(self.index("sales_order", "id")[asked["sale_id"]], what)
        if row is None:
            return
        names = ("number", "account_id", "ship_to_id", "currency", "business_date", "op_id")
        self.found.same(what, ("trunk_sale", *part(asked, *names)), part(row, "type", *names))
        wanted = []
        for number, line in enumerate(asked["lines"], 1):
            extended = amount(line["shown_price"], line["qty"], asked["currency"])
            goods = part(line, "product_id", "lot_id", "qty", "qty")
            wanted.append((number, *goods, 0, line["shown_price"], extended))
        names = ("qty", "allocated", "backordered", "unit_price", "extended")
        lines = [
            (*part(line, "line_no", "product_id"), line["lot_id"] or "", *part(line, *names))
            for line in self.index("order_line", "order_id")[row["id"]]
        ]
        self.found.same(f"{what} lines", wanted, sorted(lines))
        self.found.same(f"{what} total", sum(line[-1] for line in wanted), row["total"])
        self.found.same(f"{what} state", "delivered" if outcome == "applied" else "held", row["state"])
        if not codes & {"place_unknown", "not_custodian"}:
            for line in asked["lines"]:
                ends = (asked["location_id"], "v:customer")
                self._expect(asked, "sell", line, line["qty"], ends, asked["sale_id"])

    def _count(self, what: str, asked: Row, outcome: str, codes: set[str]) -> None:
        self._case(what, asked["op_id"], outcome)
        if codes & {"document_exists", "place_unknown", "not_custodian"}:
            return
        row = self.found.one(self.index("count_sheet", "id")[asked["count_id"]], what)
        if row is None:
            return
        names = ("number", "location_id", "signed_by", "business_date", "op_id")
        self.found.same(what, part(asked, *names), part(row, *names))
        counted: dict[tuple[Any, ...], Row] = {}
        for line in asked["lines"]:
            counted.setdefault(part(line, "product_id", "lot_id"), line)
        names = ("product_id", "lot_id", "counted", "expected", "reason")
        lines = [part(line, *names) for line in self.index("count_line", "count_id")[row["id"]]]
        self.found.same(f"{what} lines", sorted(part(one, *names) for one in counted.values()), sorted(lines))
        place = asked["location_id"]
        for line in counted.values():
            over = line["counted"] - line["expected"]
            ends = ("v:adjustment", place) if over > 0 else (place, "v:adjustment")
            if over:
                self._expect(asked, "count_adjustment", line, abs(over), ends, asked["count_id"])

    def _expect(
        self, asked: Row, kind: str, line: Row, qty: int, ends: tuple[str, str], document: str
    ) -> None:
        """The ops themselves say which movements there must be."""
        self.moves[(asked["op_id"], kind, *part(line, "product_id", "lot_id"), qty, *ends, document)] += 1

    def _case(self, what: str, op_id: str, outcome: str) -> None:
        cases = len(self.index("exception_case", "op_id")[op_id])
        self.found.same(f"{what} opens a case", int(outcome != "applied"), cases)
