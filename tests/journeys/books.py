"""The books, read by a stranger: a small program that shares no code with the product.

It reads the journals that the tablets flushed after each commit, the raw tables of the server and, when
asked, the tablets' own database files, keeps a ledger of its own, and says what does not agree.

    books.py --server URL_OR_FILE --journal FILE... [--tablet FILE...]

Checked: every journaled op is in the server's log exactly once with the same bytes and has one result; what
was accepted is in the tables exactly once (`books_ops`), what was rejected left nothing; movements are those
that the ops themselves ask for; balances are the sums of movements to the unit; reserved is what is ordered
and allocated; no number is given twice; a tablet's rows are the server's. The last line is
`lost=… doubled=… differences=…`; the exit code is 0 when all are 0.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from books_ops import Effects, Findings, Row, group, part

SHOWN = 40  # differences printed in full
ACCEPTED = ("applied", "applied_modified", "applied_exception", "held")
FACTS = ("SellFromTrunk", "CountTrunk")

# kind -> where its rows may be seen: ("g:…",) is a bucket of all rows, (prefix, column) one bucket per value
CATALOGUE = ("product", "pack", "lot", "promotion", "promotion_product")
COMPANY = ("price_list", "policy", "territory", "rep", "location")
ACCOUNTS = ("account", "address", "contact", "exposure")
DOCUMENTS = ("quote", "quote_line", "approval", "sales_order", "order_line", "shipment", "exception_case")
BUCKETS: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(CATALOGUE, (("g:catalog",),)),
    **dict.fromkeys(COMPANY, (("g:policy",),)),
    "price": (("pl", "list_id"),),
    **dict.fromkeys((*ACCOUNTS, *DOCUMENTS), (("terr", "territory_id"), ("rep", "rep_id"))),
    **dict.fromkeys(("balance", "count_sheet", "count_line"), (("loc", "location_id"),)),
    "movement": (("loc", "from_location"), ("loc", "to_location")),
    "op_result": (("rep", "user_id"),),
    **dict.fromkeys(("document_draft", "draft_revision"), (("rep", "owner_id"),)),
}


# -- reading -------------------------------------------------------------------------------------------------


def read_tables(where: str, names: Iterable[str]) -> dict[str, list[Row]]:
    """All rows of the tables, from one snapshot of an SQLite file, sqlite:///… or postgresql://…"""
    if where.startswith("postgres"):
        import psycopg
        from psycopg.rows import dict_row

        with psycopg.connect(where, row_factory=dict_row) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    path = Path(where.removeprefix("sqlite:///")).resolve()
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        return {name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in names}
    finally:
        connection.close()


def read_journal(path: Path) -> list[Row]:
    """A tablet's lines. One torn by a kill promised nothing; the next record may stand behind it."""
    records = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        start = max(line.rfind(b'{"op_id"'), 0)
        try:
            if line.strip():
                records.append({**json.loads(line[start:]), "source": f"{path.name}:{number}"})
        except ValueError:
            start = len(line)
        if start:
            print(f"torn: {path.name}:{number} breaks off after {start} bytes; that op promised nothing")
    return records


# -- judging -------------------------------------------------------------------------------------------------


@dataclass
class Books:
    """The server's raw tables, and what has been found wrong with them."""

    tables: dict[str, list[Row]]
    found: Findings = field(default_factory=Findings)
    accepted: dict[str, Row] = field(default_factory=dict)  # op id -> payload

    def __post_init__(self) -> None:
        self.effects = Effects(self.tables, self.found)

    def check_journal(self, records: Iterable[Row]) -> None:
        """Each journaled op exactly once, byte for byte, in its place."""
        by_id, by_place = group(self.tables["op_log"], "op_id"), group(self.tables["op_log"], "stream", "seq")
        seen: Counter[str] = Counter()
        for record in records:
            what = f"op {record['op_id']} ({record['source']})"
            seen[record["op_id"]] += 1
            if seen[record["op_id"]] == 2:
                self.found.doubled.append(f"{what}: saved twice by a tablet")
            row = self.found.one(by_id[record["op_id"]], what)
            if row is None:
                continue
            self.found.same(f"{what} place", part(record, "stream", "seq"), part(row, "stream", "seq"))
            self.found.same(f"{what} payload", record["payload"].encode(), row["payload"].encode())
            if len(by_place[part(record, "stream", "seq")]) != 1:
                self.found.doubled.append(f"{what}: its place in the stream is taken twice")

    def check_log(self) -> None:
        """The log itself: fingerprints, streams without gaps, one result each, brought by the feed."""
        results = group(self.tables["op_result"], "id")
        live = (row for row in self.tables["feed"] if row["kind"] == "op_result" and not row["deleted"])
        told = group(live, "row_id", "bucket")
        for row in self.tables["op_log"]:
            what = f"op {row['op_id']}"
            digest = hashlib.sha256(row["payload"].encode()).hexdigest()
            self.found.same(f"{what} fingerprint", digest, row["fingerprint"])
            result = self.found.one(results[row["op_id"]], f"result of {what}")
            self.found.one(told[row["op_id"], f"rep:{row['user_id']}"], f"news of {what}")
            if row["status"] != "decided":
                self.found.differences.append(f"{what} is {row['status']}: {row['parked_why']}")
            elif result is not None:
                self.check_op(row, json.loads(row["payload"]), result)
        known = {row["op_id"] for row in self.tables["op_log"]}
        orphans = sorted(one for one, rows in results.items() if rows and one not in known)
        self.found.differences += [f"a result without its op: {one}" for one in orphans]
        last = {row["stream"]: row["last_seq"] for row in self.tables["device"]}
        for stream, rows in group(self.tables["op_log"], "stream").items():
            numbers = sorted(row["seq"] for row in rows)
            self.found.same(f"stream {stream}", list(range(1, last.get(stream, 0) + 1)), numbers)

    def check_op(self, row: Row, payload: Row, result: Row) -> None:
        """One decided op: its names agree, and its effect is what its outcome says."""
        what = f"{payload['type']} {row['op_id']}"
        self.found.same(
            f"{what} id and author", part(payload, "op_id", "actor"), part(row, "op_id", "user_id")
        )
        self.found.same(
            f"{what} result", part(row, "user_id", "stream", "seq"), part(result, "user_id", "stream", "seq")
        )
        if result["outcome"] in ACCEPTED:
            self.accepted[row["op_id"]] = payload
            codes = {one[0] for one in json.loads(result["findings"])}
            self.effects.check(what, payload, result["outcome"], codes)
        elif result["outcome"] != "rejected":
            self.found.differences.append(f"{what} ended as {result['outcome']!r}")
        elif payload["type"] in FACTS:
            self.found.differences.append(f"{what} is a fact and was rejected")

    def check_nothing_else(self) -> None:
        """No document and no movement of an op that was rejected or never came (I25), and none too many."""
        for name in ("quote", "sales_order", "count_sheet", "exception_case", "movement"):
            for row in self.tables[name]:
                if row["op_id"] and row["op_id"] not in self.accepted:
                    self.found.differences.append(
                        f"{name} {row['id']}: its op {row['op_id']} was not accepted"
                    )
        quotes = [one for one in self.accepted.values() if one["type"] == "SubmitQuote"]
        asked = {part(one, "quote_id", "revision") for one in quotes}
        for row in self.tables["approval"]:
            if part(row, "quote_id", "revision") not in asked:
                self.found.differences.append(f"approval {row['id']}: of a quote that nobody submitted")
        for name, owner, column in (
            ("quote_line", "quote", "quote_id"),
            ("order_line", "sales_order", "order_id"),
            ("count_line", "count_sheet", "count_id"),
        ):
            there = {row["id"] for row in self.tables[owner]}
            strays = sorted(row["id"] for row in self.tables[name] if row[column] not in there)
            self.found.differences += [f"{name} {one}: of a {owner} that is not there" for one in strays]
        names = (
            "op_id",
            "kind",
            "product_id",
            "lot_id",
            "qty",
            "from_location",
            "to_location",
            "document_id",
        )
        rows = [row for row in self.tables["movement"] if row["op_id"] in self.accepted]
        made = Counter(part(row, *names) for row in rows if row["op_id"] not in self.effects.reserving)
        wanted = self.effects.moves
        for key in sorted((wanted - made).elements()):
            self.found.lost.append(f"movement {key}")
        for key in sorted((made - wanted).elements()):
            heap = self.found.doubled if key in wanted else self.found.differences
            heap.append(f"a movement too many: {key}")

    def check_ledger(self) -> None:
        """Balances are the sums of movements; below zero only with a case; reserved is what is allocated."""
        stock: Counter[tuple[str, str, str]] = Counter()
        for row in self.tables["movement"]:
            if row["qty"] <= 0 or row["from_location"] == row["to_location"]:
                self.found.differences.append(
                    f"movement {row['id']} moves {row['qty']} to {row['to_location']}"
                )
            stock[part(row, "from_location", "product_id", "lot_id")] -= row["qty"]
            stock[part(row, "to_location", "product_id", "lot_id")] += row["qty"]
        kept: Counter[tuple[str, str, str]] = Counter()
        for row in self.tables["balance"]:
            kept[part(row, "location_id", "product_id", "lot_id")] += row["qty"]
        for key in sorted(set(stock) | set(kept)):
            self.found.same(f"balance {key}", stock[key], kept[key])
        cases = {row["op_id"] for row in self.tables["exception_case"]}
        goods = ("from_location", "product_id", "lot_id")
        excused = {part(row, *goods) for row in self.tables["movement"] if row["op_id"] in cases}
        below = [key for key in sorted(stock) if stock[key] < 0 and not key[0].startswith("v:")]
        for key in below:
            if key not in excused:
                self.found.differences.append(f"balance {key} is {stock[key]} without a case")
        reserved: Counter[str] = Counter()
        for (place, product, _lot), qty in stock.items():
            reserved[product] += qty if place.endswith(":reserved") else 0
        orders = {row["id"] for row in self.tables["sales_order"] if row["type"] == "stock"}
        allocated: Counter[str] = Counter()
        for row in self.tables["order_line"]:
            allocated[row["product_id"]] += row["allocated"] if row["order_id"] in orders else 0
        self.found.same("reserved is ordered and allocated", dict(+allocated), dict(+reserved))

    def check_numbers(self) -> None:
        """A number said to a customer means one document."""
        documents = ("quote", "count_sheet", "sales_order")
        given = Counter(row["number"] for name in documents for row in self.tables[name])
        for number, times in sorted(given.items()):
            if times > 1:
                self.found.doubled.append(f"number {number}: on {times} documents")

    def check_tablet(self, name: str, tablet: dict[str, list[Row]]) -> None:
        """When nothing waits, a tablet's rows are the server's, for the buckets that it holds whole (I7)."""
        outcomes = {row["id"]: row["outcome"] for row in self.tables["op_result"]}
        for row in tablet["outbox"]:
            outcome = outcomes.get(row["op_id"], "none")
            self.found.same(f"{name}: result of op {row['op_id']}", outcome, row["result"])
        self.found.same(f"{name}: guesses left", 0, len(tablet["guess"]))
        held = {row["name"] for row in tablet["bucket"] if row["state"] == "complete"}
        for kind in BUCKETS:
            wanted = {row["id"]: row for row in self.tables[kind] if held & set(buckets(kind, row))}
            here = {row["id"]: row for row in tablet[kind]}
            for row_id in sorted(set(wanted) ^ set(here)):
                verb = "is missing" if row_id in wanted else "should not be here"
                self.found.differences.append(f"{name}: {kind} {row_id} {verb}")
            for row_id in sorted(set(wanted) & set(here)):
                self.found.same(f"{name}: {kind} {row_id}", wanted[row_id], here[row_id])


def buckets(kind: str, row: Row) -> Iterator[str]:
    """The buckets of a row, by the table above."""
    for rule in BUCKETS[kind]:
        if len(rule) == 1:
            yield rule[0]
        elif row[rule[1]] and not row[rule[1]].startswith("v:"):
            yield f"{rule[0]}:{row[rule[1]]}"


def compare(server: str, journals: Iterable[Path], tablets: Iterable[Path] = ()) -> Books:
    """Everything that does not agree between the journals, the server's tables and the tablets' files."""
    books = Books(read_tables(server, (*BUCKETS, "op_log", "feed", "device")))
    books.check_journal([record for path in journals for record in read_journal(path)])
    books.check_log()
    books.check_nothing_else()
    books.check_ledger()
    books.check_numbers()
    for path in tablets:
        books.check_tablet(path.name, read_tables(str(path), (*BUCKETS, "outbox", "guess", "bucket")))
    return books


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--server", required=True, help="SQLite file, sqlite:///file or postgresql:// URL")
    parser.add_argument("--journal", type=Path, nargs="*", default=[], help="journals of the tablets")
    parser.add_argument("--tablet", type=Path, nargs="*", default=[], help="database files of the tablets")
    given = parser.parse_args()
    books = compare(given.server, given.journal, given.tablet)
    heaps: dict[str, list[Any]] = {
        "lost": books.found.lost,
        "doubled": books.found.doubled,
        "difference": books.found.differences,
    }
    lines = [f"{word}: {line}" for word, heap in heaps.items() for line in heap]
    print(*lines[:SHOWN], sep="\n", end="\n" if lines else "")
    if len(lines) > SHOWN:
        print(f"… and {len(lines) - SHOWN} more")
    counts = ", ".join(f"{len(books.tables[name])} {name} rows" for name in ("op_log", "movement", "balance"))
    print(f"books: {counts} read")
    print(f"lost={len(heaps['lost'])} doubled={len(heaps['doubled'])} differences={len(heaps['difference'])}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
