"""The company of the simulator: small, but with everything the ops need; and its files, made once and copied.

North: accounts a1, a2 (the rep's own), a3 (on hold), the rep `rep` with two devices. South: b1, b2 (his own)
and the rep `sam`.
`mia` is the manager of both. Each rep has a trunk; a1 has a shelf with consigned goods.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import small_world as small
from sim_disk import copy_database

from app.store.engine import server_engine
from app.workspace.opening import open_workspace
from sync.server import schema
from sync.server.accounts import Accounts
from sync.server.feed import unit_of_work
from sync.server.passwords import Passwords

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
PRODUCTS = ("p1", "p2", "p3")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A user of the company."""

    login: str
    role: str
    territories: tuple[str, ...]
    code: str


REP = Somebody("rep", "rep", ("north",), "RE")
SAM = Somebody("sam", "rep", ("south",), "SA")
MIA = Somebody("mia", "manager", ("north", "south"), "MI")
PEOPLE = (REP, SAM, MIA)
TABLETS = (("rep-1", REP), ("sam-1", SAM), ("mia-1", MIA), ("rep-2", REP))
PLACES = ("v:transit", "v:scrap", "v:quarantine", "v:samples", "v:loaned")


@dataclass(slots=True)
class Clock:
    """Virtual time: it moves when told."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    @property
    def seconds(self) -> float:
        return (self.moment - START).total_seconds()


@dataclass(frozen=True, slots=True)
class Settled:
    """A tablet of a template: its database, the device it is, and its tokens."""

    path: Path
    device_id: str
    secrets: dict[str, str]


@dataclass(slots=True)
class Templates:
    """Files made once in `folder`: a server with the company and its users, and an empty, migrated tablet."""

    folder: Path
    passwords: Passwords = field(
        default_factory=lambda: Passwords(random.Random(0).randbytes, time_cost=1, memory_kib=8, lanes=1)
    )

    together: dict[str, Settled] = field(default_factory=dict)  # tablets that have synced, and their server
    together_server: Path = Path()

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._make_server()
        self._make_tablet()

    @property
    def server(self) -> Path:
        return self.folder / "server.db"

    @property
    def tablet(self) -> Path:
        return self.folder / "tablet.db"

    def _make_server(self) -> None:
        engine = server_engine(f"sqlite:///{self.server}")
        schema.upgrade(engine)
        dice = random.Random(20261123)
        accounts = Accounts(engine, now=Clock(), entropy=dice.randbytes, passwords=self.passwords)
        small.seed(engine)
        with unit_of_work(engine) as work:
            _grow(work)
        accounts.office()
        for one in PEOPLE:
            accounts.add_user(
                one.login,
                PASSWORD,
                role=one.role,
                name=one.login.title(),
                territories=one.territories,
                code=one.code,
                user_id=one.login,
            )
        engine.dispose()

    def _make_tablet(self) -> None:
        workspace = open_workspace(self.tablet, now=Clock(), new_id=lambda: "")
        workspace.reader.dispose()
        workspace.engine.dispose()


def _grow(work: object) -> None:
    """What the simulator needs beyond the small world."""
    put = work.put  # type: ignore[attr-defined]
    put("product", [small.product("p3", product_class="FDA class 3")])
    lot = {"product_id": "p3", "serial": "", "recalled_on": None, "origin": "test"}
    put("lot", [{"id": "l3", "lot_number": "L3", "expires": "2027-12-31", **lot}])
    put("price", [small.price_row("pr3", "p3", 300_0000)])
    put("location", [small.place(one, "virtual") for one in PLACES])
    put("location", [{**small.place("trunk-sam", "trunk", "sam"), "territory_id": "south"}])
    put("location", [{**small.place("shelf", "consignment", "rep"), "ship_to_id": "s1"}])
    south = {"territory_id": "south"}
    put("account", [small.account("a2", rep_id="rep")])
    put("account", [small.account("b1", **south), small.account("b2", rep_id="sam", **south)])
    put("address", [small.ship_to(f"s{one}", one, **south) for one in ("b1", "b2")])
    lists = {"scope": "territory", "currency": "USD", "valid_from": "2020-01-01", "valid_to": None}
    put(
        "price_list",
        [{"id": "list-s", "name": "South", "territory_id": "south", "origin": "test", **lists}],
    )
    put("price", [small.price_row("ps1", "p1", 98_0000, "list-s")])
    for number, (where, product, lot_id, qty) in enumerate(
        (
            ("trunk-sam", "p1", "l1", 8),
            ("trunk-sam", "p3", "l3", 5),
            ("trunk-rep", "p2", "", 20),
            ("trunk-rep", "p3", "l3", 6),
            ("wh", "p2", "", 200),
            ("wh", "p3", "l3", 40),
            ("shelf", "p1", "l1", 6),
        )
    ):
        small.receive(work, f"more-{number}", where, product, lot_id, qty)  # type: ignore[arg-type]


def lay_out(source: Path, folder: Path) -> Path:
    """A fresh folder for one seed with the server's file in it; that file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy_database(source, folder / "server.db")
    return folder / "server.db"
