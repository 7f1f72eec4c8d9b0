"""What the sync bench stands on: a company of GUDID's devices and variants of them, its server as a process, a tablet.

The cut of GUDID that the project carries is read by the real importer; the rest are variants of its records, from a
seed. Nothing here measures anything.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import Engine, select

from app.store import tables as t
from app.store.engine import reading, server_engine
from app.store.tables import KINDS
from app.workspace.opening import open_workspace
from app.workspace.workspace import Identity, Workspace
from sync.client.http_api import HttpApi
from sync.client.session import Session
from sync.protocol.messages import Enrol
from sync.server import schema
from sync.server.accounts import Accounts
from sync.server.feed import unit_of_work
from sync.server.imports.gudid import import_gudid

HOUSE = Path(__file__).parents[2]
SEED = 20261127
LOGIN, PASSWORD = "bench", "correct horse battery"
_PART = 5_000
PROGRAM = "from sync.server.cli import main; main()"


@dataclass(frozen=True)
class Size:
    products: int = 100_000
    prices: int = 100_000
    accounts: int = 2_000


class Secrets:
    """Tokens in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] | None = None

    def load(self) -> dict[str, str] | None:
        return self.kept

    def save(self, secrets: dict[str, str]) -> None:
        self.kept = secrets

    def clear(self) -> None:
        self.kept = None


def build(folder: Path, size: Size) -> Engine:
    """The server's books: the cut of GUDID, variants of it up to `size`, prices, accounts with an address each."""
    engine = server_engine(f"sqlite:///{folder / 'trunkline-server.db'}")
    schema.upgrade(engine)
    import_gudid(engine, HOUSE / "resources" / "demo" / "gudid")
    dice = random.Random(SEED)
    with unit_of_work(engine) as work:
        place = {"id": "north", "name": "North", "country": "US", "region": "", "origin": "demo"}
        work.put("territory", [place])
        book = {"id": "base", "name": "Base", "scope": "base", "territory_id": None, "currency": "USD"}
        work.put("price_list", [{**book, "valid_from": "2020-01-01", "origin": "demo"}])
        home = {"id": "trunk", "name": "Trunk", "kind": "trunk", "custodian": "", "territory_id": "north"}
        work.put("location", [{**home, "origin": "demo"}])
    with reading(engine) as connection:
        devices = [
            dict(row) for row in connection.execute(select(t.product).order_by(t.product.c.id)).mappings()
        ]
    variants = (_variant(devices[n % len(devices)], n, dice) for n in range(size.products - len(devices)))
    _add(engine, "product", list(variants))
    with reading(engine) as connection:
        ids = list(connection.execute(select(t.product.c.id).order_by(t.product.c.id)).scalars())
    _add(engine, "price", [_price(ids[n % len(ids)], n, dice) for n in range(size.prices)])
    _add(engine, "account", [_account(n, dice) for n in range(size.accounts)])
    _add(engine, "address", [_address(n) for n in range(size.accounts)])
    people = Accounts(engine, now=lambda: datetime.now(UTC), entropy=os.urandom)
    people.add_user(LOGIN, PASSWORD, role="rep", name="Bench", territories=("north",), code="BE")
    return engine


def _add(engine: Engine, kind: str, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _PART):
        with unit_of_work(engine) as work:
            work.add(kind, rows[start : start + _PART])


def _variant(device: dict[str, Any], n: int, dice: random.Random) -> dict[str, Any]:
    """The same device in another size, with numbers of its own."""
    gtin = f"{dice.randrange(10**13):014d}"
    size = f"{dice.randint(10, 99) / 10} x {dice.randint(8, 60)} mm"
    return {
        **device,
        "id": f"gudid:{gtin}-{n}",
        "sku": gtin,
        "gtin": gtin,
        "name": f"{device['name'][:130]} {size}",
        "catalog_number": f"{device['catalog_number'][:20]}-{n}",
    }


def _price(product: str, n: int, dice: random.Random) -> dict[str, Any]:
    row = {"id": f"base|{product}|{n}", "list_id": "base", "product_id": product, "min_qty": 1}
    return {**row, "unit_price": dice.randint(5_0000, 900_0000), "valid_from": "2025-01-01", "origin": "demo"}


def _account(n: int, dice: random.Random) -> dict[str, Any]:
    name = f"{dice.choice(('Harbour', 'Memorial', 'Valley'))} {dice.choice(('Hospital', 'Clinic'))} {n}"
    row = {"id": f"a{n:05d}", "number": f"AC-{n:05d}", "name": name, "segment": "store", "status": "active"}
    row |= {"status_reason": "", "territory_id": "north", "price_list_id": "base", "currency": "USD"}
    return {**row, "po_required": 0, "terms_days": 30, "origin": "demo"}


def _address(n: int) -> dict[str, Any]:
    row = {
        "id": f"d{n:05d}",
        "account_id": f"a{n:05d}",
        "territory_id": "north",
        "role": "ship",
        "label": "Main",
    }
    row |= {"line1": f"{n} Quay", "line2": "", "city": "Bergen", "state": "WA", "postal_code": f"{n:05d}"}
    return {**row, "country": "US", "origin": "demo"}


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """The real server on the books in `folder`, as a process of its own: (url, process id)."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    log = folder / "server.log"
    with log.open("wb") as output:
        command = [sys.executable, "-c", PROGRAM, "serve", "--port", str(port), "--data", str(folder)]
        process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=HOUSE, env={**os.environ, "PYTHONPATH": str(HOUSE)}
        )
    try:
        ends = time.monotonic() + 60
        while b"listening on" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"the server did not start:\n{log.read_text()}")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def tablet(path: Path, url: str) -> tuple[Workspace, HttpApi]:
    """A new device, signed in over HTTP and enrolled, that holds nothing yet."""
    workspace = open_workspace(path, now=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)
    session = Session(url, Secrets())
    device = f"dev-{uuid.uuid4().hex}"
    session.sign_in(LOGIN, PASSWORD, device)
    api = HttpApi(session, time.monotonic)
    found = api.enrol(Enrol(device, "bench"))
    user = found.user
    who = (url, user.id, user.login, user.name, user.role, user.code, tuple(user.territories))
    workspace.become(Identity(*who, device, found.stream, found.letter), found.next_seq)
    return workspace, api


def peak_mib(pid: int | str = "self") -> float | None:
    """The most memory that a process has had, where the system tells (Linux)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


def columns(kind: str) -> tuple[str, ...]:
    return KINDS[kind].columns
