"""Sixteen tablets order one product at once, on PostgreSQL: as many units are allocated as there are.

Each connection is an enrolled device that sends 1,000 orders of one unit (a quote and its order each) in
groups, as a tablet does that comes back from the field; 500 units are in stock. The accounts are shared, and
every group takes them in another order, so transactions collide. Afterwards the product's own `verify` and the
separate books (tests/journeys/books.py) look at the result.

    allocation.py [--connections 16] [--orders 1000] [--units 500] [--database URL] [--processes 2]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, text

from app.domain.codec import encode
from app.domain.commands import PlaceOrder, QuoteLine, SubmitQuote
from app.domain.ids import human_number, uuid7
from app.domain.parties import Person
from app.store.engine import reading, server_engine
from sync.protocol.api import ApiProblem
from sync.protocol.messages import OpEnvelope, Push, PushAnswer
from sync.protocol.version import PROTOCOL
from sync.server import schema
from sync.server.api import ServerApi
from sync.server.feed import unit_of_work

TESTS = Path(__file__).resolve().parents[1]
DAY = "2026-11-23"
PRICE = 100_0000  # 100.00 in 1/10,000
ACCOUNTS = 8  # shared by all connections
LARGEST_GROUP = 10  # orders in one push


@dataclass(frozen=True)
class Load:
    """What is asked of the server."""

    connections: int = 16
    orders: int = 1_000
    units: int = 500
    seed: int = 1
    processes: int = 2


@dataclass(frozen=True)
class Device:
    """An enrolled tablet, as `apply` wants its author."""

    number: int

    user_id = property(lambda self: f"rep-{self.number:02}")
    device_id = property(lambda self: f"dev-{self.number:02}")
    stream = property(lambda self: f"{self.device_id}.1")
    code = property(lambda self: f"R{self.number:02}")
    person = property(lambda self: Person(self.user_id, "rep", ("north",), self.code))


@dataclass(frozen=True)
class Done:
    """What one process has seen."""

    outcomes: dict[str, int]
    retried: int
    deadlocks: int
    busy: int  # pushes told to come again
    seconds: list[float]  # of each push


# -- the world -----------------------------------------------------------------------------------------------


def seed(engine: Engine, load: Load) -> None:
    """One product with `units` in the warehouse, a few accounts, one rep and tablet per connection."""
    told: dict[str, Any] = {"origin": "bench"}
    shared = {"territory_id": "north", "rep_id": None, **told}
    with unit_of_work(engine) as work:
        work.put("territory", [{"id": "north", "name": "North", "country": "US", "region": "NA", **told}])
        limits = json.dumps({"rep": {"*": 1000}})
        work.put("policy", [{"id": "discount_limit", "value": limits, **told}])
        texts = (
            "sku",
            "name",
            "brand",
            "manufacturer",
            "catalog_number",
            "gtin",
            "category",
            "product_class",
        )
        flags = ("expiry_tracked", "rx", "sterile", "single_use", "cold_chain")
        goods = {"tracking": "none", "unit": "EA", "sell_from": None, "sell_until": None, **told}
        work.put("product", [{"id": "p1", **dict.fromkeys(texts, "p1"), **dict.fromkeys(flags, 0), **goods}])
        dates = {"valid_from": "2020-01-01", "valid_to": None, **told}
        base = {"name": "Base", "scope": "base", "territory_id": None, "currency": "USD"}
        work.put("price_list", [{"id": "base", **base, **dates}])
        price = {"list_id": "base", "product_id": "p1", "min_qty": 1, "unit_price": PRICE}
        work.put("price", [{"id": "pr1", **price, **dates}])
        account = {
            "segment": "store",
            "status": "active",
            "status_reason": "",
            "status_since": None,
            **shared,
        }
        account |= {"price_list_id": None, "currency": "USD", "po_required": 0, "terms_days": 30}
        names = [f"a{number}" for number in range(ACCOUNTS)]
        work.put(
            "account",
            [{"id": one, "number": one, "name": one, "credit_limit": None, **account} for one in names],
        )
        lines = dict.fromkeys(("label", "line1", "line2", "city", "state", "postal_code", "country"), "")
        address = {"role": "ship_to", **lines, "latitude": None, "longitude": None, **shared}
        work.put("address", [{"id": f"ship-{one}", "account_id": one, **address} for one in names])
        places = {"wh": "dc", "wh:reserved": "reserved", "v:supplier": "virtual", "v:customer": "virtual"}
        place = {"custodian": None, "territory_id": None, **told}
        work.put(
            "location", [{"id": one, "name": one, "kind": kind, **place} for one, kind in places.items()]
        )
        stock = {"product_id": "p1", "lot_id": "", **told}
        held = {"wh": load.units, "v:supplier": -load.units}
        work.put(
            "balance",
            [{"id": f"{one}|p1|", "location_id": one, "qty": qty, **stock} for one, qty in held.items()],
        )
        opening = {
            "id": "opening",
            "kind": "opening",
            "qty": load.units,
            "owner": "company",
            "reason": "",
            **stock,
        }
        opening |= {"from_location": "v:supplier", "to_location": "wh", "business_date": DAY}
        work.put("movement", [{**opening, **dict.fromkeys(("document_id", "op_id", "stream", "seq"))}])
        devices = [Device(number) for number in range(load.connections)]
        work.put("rep", [{"id": one.user_id, "name": one.user_id, "code": one.code, "role": "rep",
                          "territory_id": "north", "active": 1, **told} for one in devices])  # fmt: skip
        work.put("device", [{"id": one.device_id, "user_id": one.user_id, "name": "bench", "letter": "A",
                             "stream": one.stream, "last_seq": 0, "enrolled_at": DAY, "revoked_at": None}
                            for one in devices])  # fmt: skip
        work.connection.execute(
            text("INSERT INTO stream VALUES (:name, :device, 'A', 0, :day)"),
            [{"name": one.stream, "device": one.device_id, "day": DAY} for one in devices],
        )
        work.connection.execute(
            text("INSERT INTO user_account VALUES (:id, :id, '', 'rep', '[\"north\"]', NULL, :day)"),
            [{"id": one.user_id, "day": DAY} for one in devices],
        )


def orders_of(device: Device, load: Load) -> Iterator[list[OpEnvelope]]:
    """The device's pushes: groups of whole orders, each a quote and its order, for accounts in a drawn order."""
    dice = random.Random(f"{load.seed}/{device.number}")
    seq = made = 0
    while made < load.orders:
        size = min(dice.randint(1, LARGEST_GROUP), load.orders - made)
        ops: list[OpEnvelope] = []
        for _ in range(size):
            made += 1
            account = f"a{dice.randrange(ACCOUNTS)}"
            ids = [uuid7(1_763_900_000_000 + made, dice.randbytes(10)) for _ in range(4)]
            told = {"actor": device.user_id, "business_date": DAY, "quote_id": ids[0], "revision": 1}
            quote = SubmitQuote(
                op_id=ids[1],
                number=human_number(device.code, "A", 2 * made - 1),
                account_id=account,
                ship_to_id=f"ship-{account}",
                currency="USD",
                po_number="",
                note="",
                lines=(QuoteLine(product_id="p1", qty=1, discount_bp=0, shown_price=PRICE),),
                **told,
            )
            order = PlaceOrder(
                op_id=ids[3], order_id=ids[2], number=human_number(device.code, "A", 2 * made), **told
            )
            for command in (quote, order):
                seq += 1
                needs = [quote.op_id] if command is order else []
                ops.append(OpEnvelope(command.op_id, seq, encode(command).decode(), needs))
        yield ops


# -- the load ------------------------------------------------------------------------------------------------


def drive(url: str, numbers: list[int], load: Load, journal: Path, gate: Any, answers: Any) -> None:
    """One process: a thread and a connection for each of its devices."""
    engine = server_engine(url)
    api = ServerApi(engine, lambda: datetime.now(UTC))
    outcomes: dict[str, int] = {}
    seconds: list[float] = []
    busy = [0]
    lock = threading.Lock()

    def send(device: Device) -> None:
        dice = random.Random(device.number)
        with (journal / f"{device.user_id}.journal").open("w", encoding="utf-8") as lines:
            for ops in orders_of(device, load):
                for op in ops:
                    record = {
                        "op_id": op.op_id,
                        "seq": op.seq,
                        "stream": device.stream,
                        "payload": op.payload,
                    }
                    lines.write(json.dumps(record) + "\n")
                started = time.perf_counter()
                answer, refusals = insist(api, device, Push(PROTOCOL, device.stream, ops), dice)
                took = time.perf_counter() - started
                with lock:
                    busy[0] += refusals
                    seconds.append(took)
                    for one in answer.answers:
                        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1

    threads = [threading.Thread(target=send, args=(Device(number),)) for number in numbers]
    gate.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    answers.put(Done(outcomes, api.tally.retried, api.tally.deadlocks, busy[0], seconds))


def insist(api: ServerApi, device: Device, push: Push, dice: random.Random) -> tuple[PushAnswer, int]:
    """Send as a tablet does: told "busy", it waits a moment and sends the same again; how often it was told."""
    for refusals in count():
        try:
            return api.push(device, push), refusals
        except ApiProblem as refused:
            if refused.problem.status != 503:
                raise
            time.sleep(dice.random())
    raise AssertionError


def run(url: str, load: Load, journal: Path) -> tuple[list[Done], float]:
    """Send everything; what each process saw, and the seconds it took from the first push to the last."""
    context = multiprocessing.get_context("spawn")
    shares = [list(range(load.connections))[n :: load.processes] for n in range(load.processes)]
    gate, answers = context.Barrier(len(shares) + 1), context.Queue()
    workers = [context.Process(target=drive, args=(url, one, load, journal, gate, answers)) for one in shares]
    for worker in workers:
        worker.start()
    gate.wait(60)
    started = time.perf_counter()
    done = [answers.get() for _ in workers]
    took = time.perf_counter() - started
    for worker in workers:
        worker.join()
    return done, took


def measure(url: str, load: Load) -> bool:
    """Load, then look: prints the figures; whether all is as it must be."""
    engine = server_engine(url)
    schema.upgrade(engine)
    seed(engine, load)
    with TemporaryDirectory() as folder:
        done, took = run(url, load, Path(folder))
        with reading(engine) as connection:
            allocated = connection.execute(text("SELECT sum(allocated) FROM order_line")).scalar_one()
            reserved = connection.execute(
                text("SELECT qty FROM balance WHERE id = 'wh:reserved|p1|'")
            ).scalar()
        engine.dispose()
        outcomes: dict[str, int] = {}
        for part in done:
            for outcome, times in part.outcomes.items():
                outcomes[outcome] = outcomes.get(outcome, 0) + times
        orders = load.connections * load.orders
        waits = sorted(second for part in done for second in part.seconds)
        print(f"allocation: {load.connections} connections × {load.orders} orders for {load.units} units")
        print(f"outcomes: {json.dumps(outcomes, sort_keys=True)}")
        print(
            f"took {took:.1f} s: {orders / took:.0f} orders/s, {2 * orders / took:.0f} ops/s in {len(waits)} pushes, "
            f"a push p50 {1000 * waits[len(waits) // 2]:.0f} ms p95 {1000 * waits[len(waits) * 95 // 100]:.0f} ms"
        )
        retried, deadlocks = sum(part.retried for part in done), sum(part.deadlocks for part in done)
        print(f"retried={retried} deadlocks={deadlocks} told_busy={sum(part.busy for part in done)}")
        print(f"allocated={allocated} of {load.units}, reserved={reserved}")
        expected = min(load.units, orders)
        whole = sum(outcomes.values()) == 2 * orders
        clean = [looked(command) for command in _lookers(url, Path(folder))]
    return bool(allocated == reserved == expected and whole and all(clean))


def _lookers(url: str, folder: Path) -> list[list[str]]:
    journals = [str(path) for path in sorted(folder.iterdir())]
    return [
        [sys.executable, "-m", "sync.server.cli", "verify", "--database", url],
        [sys.executable, str(TESTS / "journeys" / "books.py"), "--server", url, "--journal", *journals],
    ]


def looked(command: list[str]) -> bool:
    """Run a verifier; its last lines are shown."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (ran.stdout + ran.stderr).strip().splitlines()
    print(f"{' '.join(command[1:3])}: {'ok' if ran.returncode == 0 else 'FAILED'}")
    print(*(f"    {line}" for line in lines[-12:]), sep="\n")
    return ran.returncode == 0


# -- the database --------------------------------------------------------------------------------------------


@contextmanager
def database(given: str | None) -> Iterator[str]:
    """`given`, or a PostgreSQL from the wheel."""
    if given:
        yield given
        return
    spec = spec_from_file_location("postgres_server", TESTS / "postgres_server.py")
    assert spec is not None and spec.loader is not None  # noqa: PT018
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.running(durable=True) as url:
        yield url


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    plain = Load()
    for name in ("connections", "orders", "units", "seed", "processes"):
        parser.add_argument(f"--{name}", type=int, default=getattr(plain, name))
    parser.add_argument(
        "--database", help="an empty PostgreSQL database; without it one is started from the wheel"
    )
    given = vars(parser.parse_args())
    with database(given.pop("database")) as url:
        good = measure(url, Load(**given))
    print(f"allocation: {'ok' if good else 'FAILED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
