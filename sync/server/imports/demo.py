"""The demo company: a medical-device distributor made of the compact real data in `resources/demo`.

The data has customers, people, products and orders; this adds what it lacks (prices of devices, lots, trunk stock,
policies, an account on hold), all from one seed and one day, marked `demo` in the origin column. A database is built
once: on a company that is there already, with whatever was sold since, building changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from app.domain.parties import REP
from app.store.engine import reading
from app.store.tables import account, address, location, pack, product, rep
from sync.server.feed import Counts, unit_of_work
from sync.server.imports import demo_office as office
from sync.server.imports.adventureworks import import_adventureworks
from sync.server.imports.demo_ground import STORES, Ground
from sync.server.imports.demo_prices import PricePlan, plan_prices
from sync.server.imports.demo_stock import WAREHOUSE, StockPlan, plan_shelf, plan_stock, trunk_id
from sync.server.imports.demo_terms import plan_terms, standings
from sync.server.imports.gudid import import_gudid
from sync.server.imports.opening import Opening, write_openings
from sync.server.imports.report import ImportRefused, ImportReport, Progress, count_lines, quiet
from sync.server.imports.writer import Writer
from sync.server.tables import user_account

# The people of the story, real ones of the data: a rep and the manager of the same territory, a rep of another one.
STORY_REP = "aw-u-283"  # David Campbell, Northwest
STORY_MANAGER = "aw-u-274"  # Stephen Jiang, North American Sales Manager
OTHER_REP = "aw-u-279"  # Tsvi Reiter, Southeast
PLAYED = 4  # stores that the story plays with
HOLD_REASON = "Three invoices more than 60 days overdue"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who may sign in once a password is set; that is the caller's to do."""

    id: str
    login: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoStory:
    """Where a day can be played: ids, fixed by the seed."""

    rep: str
    manager: str
    other_rep: str
    trunk: str
    warehouse: str
    account: str  # active, buys without a PO number
    account_to_hold: str  # active; for the office to put on hold during the day
    account_on_hold: str  # on hold, and wants a PO number
    account_with_po: str  # active, wants a PO number
    ship_to: Mapping[str, str]  # by account
    quote_products: tuple[str, ...]  # lot tracked, plenty in the warehouse; the first has volume offers
    trunk_product: str  # in the trunk in several lots, one of which expires soon
    trunk_lots: tuple[tuple[str, int], ...]  # its lots and quantities, first to expire first
    trunk_serial_product: str
    trunk_serials: tuple[str, ...]  # lot ids, one unit each
    count_product: str  # another product of the trunk, for a variance
    count_lot: str


@dataclass(slots=True)
class DemoReport:
    """`counts` by kind of what was added, `users` who are waiting for a password, `imports` of the data underneath."""

    seed: int
    today: str
    story: DemoStory
    users: tuple[DemoUser, ...]
    built: bool  # False: the company was there already
    counts: dict[str, Counts] = field(default_factory=dict)
    imports: list[ImportReport] = field(default_factory=list)

    def summary_lines(self) -> list[str]:
        """The reports as text, and who can sign in."""
        lines = [line for one in self.imports for line in one.summary_lines()]
        lines.append(
            f"demo: seed {self.seed}, day {self.today}"
            if self.built
            else "demo: the company is there already"
        )
        lines += count_lines(self.counts)
        return [*lines, "people: " + ", ".join(f"{one.login} ({one.role}, {one.name})" for one in self.users)]


@dataclass(frozen=True, slots=True)
class _World:
    """What the imports brought, as the plans need it: product, rep and account rows, sorted by id."""

    devices: Sequence[Mapping[str, Any]]
    packaged: tuple[str, ...]
    reps: Sequence[Mapping[str, Any]]
    stores: tuple[str, ...]
    store_rows: Mapping[str, Mapping[str, Any]]
    ship_to: Mapping[str, str]
    ship_tos: Sequence[Mapping[str, Any]]  # of all stores
    users: tuple[DemoUser, ...]


def demo_folder() -> Path:
    """resources/demo in a source tree or an installed package that is a plain folder."""
    with _demo() as folder:
        return folder


def load_demo_company(engine: Engine, *, today: str, seed: int = 1, progress: Progress = quiet) -> DemoReport:
    """Import the data of `resources/demo` and build the demo company on it; the tables must be there."""
    with _demo() as folder:
        imports = [
            import_adventureworks(engine, folder / "adventureworks", progress=progress),
            import_gudid(engine, folder / "gudid", progress=progress),
        ]
    report = build_demo(engine, seed=seed, today=today, progress=progress)
    report.imports = imports
    return report


def build_demo(engine: Engine, *, seed: int = 1, today: str, progress: Progress = quiet) -> DemoReport:
    """Add what the data lacks, relative to `today` (ISO date). Raises ImportRefused when the data is not there.

    On a database that has a demo company its own seed and day hold, and nothing is written.
    """
    with reading(engine) as connection:
        made = office.read_marker(connection)
        world = _look(connection)
    seed, today = made or (seed, today)
    day = date.fromisoformat(today)
    stock = plan_stock(world.devices, world.reps, seed=seed, today=day)
    story = _story(world, stock)
    demo = DemoReport(seed, today, story, world.users, built=made is None)
    if made is None:
        prices = plan_prices(world.devices, world.packaged, seed=seed, today=day)
        ground = _ground(world, story, stock, prices)
        demo.counts = _write(engine, prices, stock, ground, demo, progress)
    return demo


@contextmanager
def _demo() -> Iterator[Path]:
    with as_file(files("resources").joinpath("demo")) as folder:
        yield folder


def _look(connection: Connection) -> _World:
    devices = connection.execute(
        select(product).where(product.c.origin == "gudid").order_by(product.c.id)
    ).mappings()
    packs = select(pack.c.product_id).where(pack.c.level == "package", pack.c.quantity > 4).distinct()
    sellers = select(rep).where(rep.c.role == REP, rep.c.active == 1, rep.c.territory_id.is_not(None))
    stores = select(account).where(
        account.c.rep_id == STORY_REP, account.c.segment == "store", account.c.origin == "adventureworks"
    )
    store_rows = {
        row["id"]: dict(row) for row in connection.execute(stores.order_by(account.c.id)).mappings()
    }
    ships = (
        select(address)
        .join(account, account.c.id == address.c.account_id)
        .where(address.c.role == "ship_to", account.c.segment == "store")
        .order_by(address.c.id)
    )
    ship_tos = [dict(row) for row in connection.execute(ships).mappings()]
    wanted = (STORY_REP, STORY_MANAGER, OTHER_REP, *(one.id for one in office.OFFICE))
    logins = {
        row.id: row for row in connection.execute(select(user_account).where(user_account.c.id.in_(wanted)))
    }
    names = {row.id: row for row in connection.execute(select(rep).where(rep.c.id.in_(wanted)))}
    desk = {one.id: DemoUser(one.id, one.login, one.name, one.role) for one in office.OFFICE}
    world = _World(
        devices=[dict(row) for row in devices],
        packaged=tuple(connection.execute(packs.order_by(pack.c.product_id)).scalars()),
        reps=[dict(row) for row in connection.execute(sellers.order_by(rep.c.id)).mappings()],
        stores=tuple(store_rows),
        store_rows=store_rows,
        ship_to={row["account_id"]: row["id"] for row in ship_tos},
        ship_tos=ship_tos,
        users=tuple(
            DemoUser(one, logins[one].login, names[one].name, logins[one].role)
            if one in logins
            else desk[one]
            for one in wanted
            if one in logins or one in desk
        ),
    )
    warehouse = connection.execute(select(location.c.id).where(location.c.id == WAREHOUSE)).first()
    if (
        not world.devices
        or len(world.stores) < PLAYED + STORES
        or warehouse is None
        or STORY_REP not in logins
    ):
        raise ImportRefused(
            "The demo company is built on imported data: import an AdventureWorks folder that has the stores of "
            "sales person 283 and a GUDID folder first (resources/demo holds both)"
        )
    return world


def _story(world: _World, stock: StockPlan) -> DemoStory:
    """Fixed places in the data for a day in the field."""
    place = trunk_id(STORY_REP)
    carried: dict[str, list[Opening]] = {}
    for one in stock.trunk[place]:
        carried.setdefault(one.product_id, []).append(one)
    tracking = {one["id"]: one["tracking"] for one in world.devices}
    by_lot = [key for key, held in carried.items() if tracking[key] == "lot" and len(held) > 1]
    serial = next(key for key in carried if tracking[key] == "serial")
    held: dict[str, int] = {}
    for opening in stock.warehouse:
        held[opening.product_id] = held.get(opening.product_id, 0) + opening.qty
    plenty = [
        key for key, qty in held.items() if tracking[key] == "lot" and qty >= 150 and key not in carried
    ]
    offered = [key for key in plenty if key in world.packaged]
    main, to_hold, on_hold, with_po = world.stores[:PLAYED]
    return DemoStory(
        rep=STORY_REP,
        manager=STORY_MANAGER,
        other_rep=OTHER_REP,
        trunk=place,
        warehouse=WAREHOUSE,
        account=main,
        account_to_hold=to_hold,
        account_on_hold=on_hold,
        account_with_po=with_po,
        ship_to={key: world.ship_to[key] for key in (main, to_hold, on_hold, with_po)},
        quote_products=(*offered[:1], *[key for key in plenty if key not in offered][:3]),
        trunk_product=by_lot[0],
        trunk_lots=tuple((one.lot_id, one.qty) for one in carried[by_lot[0]]),
        trunk_serial_product=serial,
        trunk_serials=tuple(one.lot_id for one in carried[serial]),
        count_product=by_lot[1],
        count_lot=carried[by_lot[1]][0].lot_id,
    )


def _ground(world: _World, story: DemoStory, stock: StockPlan, prices: PricePlan) -> Ground:
    """Stores and products that the story leaves alone, and what the trunks carry."""
    played = _played(story)
    free = [one for one in world.devices if one["id"] not in played and one["tracking"] == "lot"]
    plain = [
        one["id"] for one in free if one["product_class"] == "FDA class 2" and one["id"] not in world.packaged
    ]
    stores = [world.store_rows[one] for one in world.stores[PLAYED : PLAYED + STORES]]
    places = {row["account_id"]: row for row in world.ship_tos}
    return Ground(
        stores=stores,
        ship_to={one["id"]: places[one["id"]] for one in stores},
        all_ship_tos=world.ship_tos,
        products=plain[:6],
        offered=next(one["id"] for one in free if one["id"] in world.packaged),
        list_price=prices.list_price,
        trunks={
            place: list(dict.fromkeys(one.product_id for one in held))[:6]
            for place, held in stock.trunk.items()
        },
    )


def _played(story: DemoStory) -> set[str]:
    """The products of the story."""
    return {*story.quote_products, story.trunk_product, story.trunk_serial_product, story.count_product}


def _recalled(stock: StockPlan, story: DemoStory, today: date) -> dict[str, Any]:
    """A lot that lies in the warehouse and in no trunk, recalled three days ago."""
    carried = _played(story) | {one.product_id for trunk in stock.trunk.values() for one in trunk}
    lot = next(one for one in reversed(stock.lots) if one["product_id"] not in carried and not one["serial"])
    return {**lot, "recalled_on": (today - timedelta(days=3)).isoformat()}


def _write(
    engine: Engine,
    prices: PricePlan,
    stock: StockPlan,
    ground: Ground,
    demo: DemoReport,
    progress: Progress,
) -> dict[str, Counts]:
    """Everything in chunks, the marker last: a build that was cut off is built again."""
    report, story, today = ImportReport("demo"), demo.story, date.fromisoformat(demo.today)
    recall = _recalled(stock, story, today)
    with Writer(engine, report) as writer:
        for kind, rows in prices.rows.items():
            writer.put_all(kind, rows)
        for kind, row in plan_terms(ground, today=today):
            writer.put(kind, row)
        writer.put_all("lot", [recall if row["id"] == recall["id"] else row for row in stock.lots])
        shelf, consigned = plan_shelf(
            ground.stores[0],
            ground.ship_to[ground.stores[0]["id"]],
            ground.products[:3],
            stock,
            seed=demo.seed,
            today=today,
        )
        writer.put_all("location", [*stock.places, shelf])
    write_openings(engine, [*stock.openings, *consigned], report, progress, stage="demo stock")
    played = (
        office.Standing(story.account_on_hold, 1, HOLD_REASON),
        office.Standing(story.account_with_po, 1),
    )
    with unit_of_work(engine) as work:
        report.add("policy", office.put_policies(work))
        for kind, counts in office.put_office_people(work).items():
            report.add(kind, counts)
        report.add("account", office.put_standings(work, played, today))
        report.add("account", office.put_terms(work, standings(ground)))
        marker = office.policy_row(office.MARKER, {"seed": demo.seed, "today": demo.today})
        report.add("policy", work.put("policy", [marker]))
    return report.counts
