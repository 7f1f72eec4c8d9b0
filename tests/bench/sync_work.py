"""A day's work: 1,000 orders of 10 lines decided by the server, 1,000 changed rows brought to a tablet.

    python tests/bench/sync_work.py [--orders 1000] [--changed 1000] [--rounds 3] [--postgres]

The server core in this process, no network. Orders are placed from quotes that were accepted before; both go up 200 at
a time and are decided by all of the rules, prices, stock, limits, and their results. Every one of them must be applied.
`pull` is the server's time for the pages of an increment, `absorb` the tablet's for letting them in. It promises
nothing: figures, the last line as JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

import postgres_server
import small_world as small

from app.domain.codec import encode
from app.domain.commands import Command, PlaceOrder, QuoteLine, SubmitQuote
from app.store.engine import server_engine
from app.workspace import syncing
from sync.protocol.messages import OpEnvelope, Push
from sync.protocol.version import PROTOCOL
from sync.server import schema
from sync.server.feed import unit_of_work

PRODUCTS, ACCOUNTS, LINES, PART = 2_000, 200, 10, 200


@contextmanager
def company(folder: Path, url: str) -> Iterator[small.World]:
    """The small world with products, prices and stock for orders of many lines."""
    engine = server_engine(url)
    schema.upgrade(engine)
    world = small.build(engine, folder)
    with unit_of_work(engine) as work:
        work.put("product", [small.product(f"q{n}", tracking="none") for n in range(PRODUCTS)])
        work.put("price", [small.price_row(f"price-q{n}", f"q{n}", small.PRICE) for n in range(PRODUCTS)])
        work.put("account", [small.account(f"a{n}") for n in range(4, ACCOUNTS + 4)])
        work.put("address", [small.ship_to(f"s{n}", f"a{n}") for n in range(4, ACCOUNTS + 4)])
        for n in range(PRODUCTS):
            small.receive(work, f"stock-{n}", "wh", f"q{n}", "", 1_000_000)
    try:
        yield world
    finally:
        world.close()
        engine.dispose()


def quotes(tablet: small.Tablet, many: int) -> Iterator[SubmitQuote]:
    for n in range(many):
        yield SubmitQuote(
            op_id=tablet.new_id(),
            actor=tablet.user,
            business_date=small.DAY,
            quote_id=tablet.new_id(),
            number=f"RE-A-{n:05d}",
            revision=1,
            account_id=f"a{n % ACCOUNTS + 4}",
            ship_to_id=f"s{n % ACCOUNTS + 4}",
            currency="USD",
            po_number="",
            note="",
            lines=tuple(
                QuoteLine(
                    product_id=f"q{(n * LINES + line) % PRODUCTS}",
                    qty=2,
                    discount_bp=0,
                    shown_price=small.PRICE,
                )
                for line in range(LINES)
            ),
        )


def order(tablet: small.Tablet, n: int, quote: SubmitQuote) -> PlaceOrder:
    return PlaceOrder(
        op_id=tablet.new_id(),
        actor=tablet.user,
        business_date=small.DAY,
        order_id=tablet.new_id(),
        number=f"RE-A-O{n:05d}",
        quote_id=quote.quote_id,
        revision=1,
    )


def push(tablet: small.Tablet, todo: list[Command], first: int) -> float:
    """Seconds that the server takes to decide these ops, as many in a request as a tablet sends."""
    spent = 0.0
    for start in range(0, len(todo), PART):
        ops = [
            OpEnvelope(command.op_id, first + start + n, encode(command).decode())
            for n, command in enumerate(todo[start : start + PART])
        ]
        began = time.perf_counter()
        answer = tablet.api.push(Push(PROTOCOL, tablet.api.caller.stream, ops))
        spent += time.perf_counter() - began
        refused = {one.outcome for one in answer.answers} - {"applied"}
        if refused or len(answer.answers) != len(ops):
            raise RuntimeError(f"not every op was applied: {refused}")
    return spent


def pull(tablet: small.Tablet) -> dict[str, float]:
    """One increment: seconds there and here, bytes, rows."""
    found = {"pull": 0.0, "absorb": 0.0, "bytes": 0, "rows": 0}
    more = True
    while more:
        request = syncing.next_increment(tablet.workspace)
        began = time.perf_counter()
        body = tablet.api.pull(request)
        asked = time.perf_counter()
        page = syncing.absorb_pull(tablet.workspace, request, body)
        found["absorb"] += time.perf_counter() - asked
        found["pull"] += asked - began
        found["bytes"] += len(body)
        found["rows"] += len(page.rows)
        more = page.more
    return found


def measured(folder: Path, url: str, orders: int, changed: int, rounds: int) -> dict[str, Any]:
    with company(folder, url) as world:
        writer, reader = world.tablet("rep"), world.tablet("other")
        increments = []
        for number in range(rounds):
            rows = [
                small.product(f"q{n}", tracking="none", name=f"Changed {number} {n}") for n in range(changed)
            ]
            with unit_of_work(world.engine) as work:
                work.put("product", rows)
            increments.append(pull(reader))
        if any(one["rows"] != changed for one in increments):
            raise RuntimeError(f"{changed} rows were changed: {increments}")
        first = list(quotes(writer, orders))
        quoting = push(writer, list(first), 1)
        ordering = push(writer, [order(writer, n, one) for n, one in enumerate(first)], orders + 1)
        lines = world.one("SELECT count(*) FROM order_line")
        if lines != orders * LINES:
            raise RuntimeError(f"{lines} lines of {orders} orders")
    return {
        "quotes_seconds": round(quoting, 2),
        "orders_seconds": round(ordering, 2),
        "orders_a_second": round(orders / ordering, 1),
        "increment": {
            name: round(statistics.median(one[name] for one in increments), 4)
            for name in ("pull", "absorb", "bytes", "rows")
        },
        "increment_spread": {
            name: [round(pick(one[name] for one in increments), 4) for pick in (min, max)]
            for name in ("pull", "absorb")
        },
    }


def main() -> int:
    wanted = argparse.ArgumentParser()
    for name, value in (("orders", 1_000), ("changed", 1_000), ("rounds", 3)):
        wanted.add_argument(f"--{name}", type=int, default=value)
    wanted.add_argument("--postgres", action="store_true", help="on PostgreSQL as well")
    asked = wanted.parse_args()
    sizes = (asked.orders, asked.changed, asked.rounds)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/trunkline-server.db"
        found["sqlite"] = measured(Path(folder), url, *sizes)
        print(f"sqlite: {found['sqlite']}", flush=True)
    if asked.postgres:
        with tempfile.TemporaryDirectory() as folder, postgres_server.running(durable=True) as url:
            found["postgresql"] = measured(Path(folder), url, *sizes)
        print(f"postgresql: {found['postgresql']}", flush=True)
    print(json.dumps({"work": found, "orders": asked.orders, "lines": LINES, "changed": asked.changed}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
