"""The demo company: the same from the same seed, complete enough to sell from, and built once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, select

from app.domain.pricing import price
from app.store import tables as t
from app.store.engine import server_engine as open_engine
from app.store.read_facts import read_pricing
from app.store.reader import Everything
from sync.server import schema
from sync.server.feed import unit_of_work
from sync.server.imports.demo import DemoReport, build_demo, demo_folder, load_demo_company
from sync.server.imports.demo_office import POLICIES
from sync.server.imports.demo_terms import TERRITORY_LIST
from sync.server.imports.office_policies import read_policies
from sync.server.imports.office_report import FileReport
from sync.server.imports.report import ImportRefused
from sync.server.tables import clock, user_account

TODAY = "2026-11-23"


@dataclass
class Company:
    """A demo company in a database of its own."""

    engine: Engine
    report: DemoReport


def company(folder: Path, seed: int = 1) -> Company:
    engine = open_engine(f"sqlite:///{folder / 'server.db'}")
    schema.upgrade(engine)
    return Company(engine, load_demo_company(engine, today=TODAY, seed=seed))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One company for the tests that only look."""
    made = company(tmp_path_factory.mktemp("demo"))
    yield made
    made.engine.dispose()


@pytest.fixture
def engine(built: Company) -> Engine:
    return built.engine


@pytest.fixture
def demo(built: Company) -> DemoReport:
    return built.report


def rows(engine: Engine, table: Table, *where: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [
            dict(row)
            for row in connection.execute(select(table).where(*where).order_by(table.c.id)).mappings()
        ]


def row(engine: Engine, table: Table, row_id: str) -> dict[str, Any]:
    (found,) = rows(engine, table, table.c.id == row_id)
    return found


def test_the_demo_data_imports_without_a_rejected_row(server_engine: Engine) -> None:
    demo = load_demo_company(server_engine, today=TODAY)

    assert [one.source for one in demo.imports] == ["adventureworks", "gudid"]
    assert [one.rejected + one.consequences for one in demo.imports] == [[], []]
    assert demo.built
    assert demo.counts["lot"].added > 1_000


def test_building_again_changes_nothing_not_even_on_a_later_day(server_engine: Engine) -> None:
    first = load_demo_company(server_engine, today=TODAY)
    lot_id, qty = first.story.trunk_lots[0]
    held = row(server_engine, t.balance, t.balance_id(first.story.trunk, first.story.trunk_product, lot_id))
    with unit_of_work(server_engine) as work:
        work.put("balance", [{**held, "qty": qty - 1}])
        before = work.connection.execute(select(clock.c.position)).scalar_one()

    again = load_demo_company(server_engine, today="2026-12-24", seed=7)

    with server_engine.connect() as connection:
        assert connection.execute(select(clock.c.position)).scalar_one() == before + 1
    assert (again.built, again.today, again.seed, again.story) == (False, TODAY, 1, first.story)
    assert row(server_engine, t.balance, held["id"])["qty"] == qty - 1


def test_a_build_that_was_cut_off_is_finished_by_the_next(tmp_path: Path) -> None:
    made = company(tmp_path)
    with unit_of_work(made.engine) as work:
        work.remove("policy", ["demo"])

    again = build_demo(made.engine, today=TODAY)

    made.engine.dispose()
    assert again.built
    assert {
        kind: (one.added, one.changed) for kind, one in again.counts.items() if one.added or one.changed
    } == {"policy": (1, 0)}


def test_the_same_seed_and_day_give_the_same_company_and_another_seed_another(
    built: Company, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def contents(made: Company) -> list[dict[str, Any]]:
        return [one for table in (t.lot, t.price, t.movement, t.location) for one in rows(made.engine, table)]

    same = company(tmp_path_factory.mktemp("same"))
    different = company(tmp_path_factory.mktemp("different"), seed=2)

    assert same.report.story == built.report.story
    assert contents(same) == contents(built)
    assert different.report.story.trunk_lots != built.report.story.trunk_lots
    assert contents(different) != contents(built)
    same.engine.dispose()
    different.engine.dispose()


def test_without_the_data_it_says_what_to_import_first(server_engine: Engine) -> None:
    with pytest.raises(ImportRefused, match="import an AdventureWorks folder"):
        build_demo(server_engine, today=TODAY)


def test_every_rep_carries_a_trunk_with_serials_and_lots_that_expire_soon(
    engine: Engine, demo: DemoReport
) -> None:
    lots = {one["id"]: one for one in rows(engine, t.lot)}
    month = (date.fromisoformat(TODAY) + timedelta(days=30)).isoformat()
    reps = rows(engine, t.rep, t.rep.c.role == "rep")
    assert len(reps) == 14
    for rep in reps:
        place = row(engine, t.location, f"trunk-{rep['id']}")
        assert (place["kind"], place["custodian"], place["territory_id"]) == (
            "trunk",
            rep["id"],
            rep["territory_id"],
        )
        held = rows(engine, t.balance, t.balance.c.location_id == place["id"])
        assert 25 <= len(held) <= 60
        assert 12 <= len({one["product_id"] for one in held}) <= 20
        assert all(one["qty"] > 0 and one["origin"] == "demo" for one in held)
        serials = [one for one in held if lots[one["lot_id"]]["serial"]]
        assert serials
        assert {one["qty"] for one in serials} == {1}
        expiries = [lots[one["lot_id"]]["expires"] for one in held if lots[one["lot_id"]]["expires"]]
        assert min(expiries) <= month
        assert min(expiries) > TODAY


def test_a_store_that_the_story_leaves_alone_has_a_shelf_of_ours_with_a_few_lots(
    engine: Engine, demo: DemoReport
) -> None:
    (shelf,) = rows(engine, t.location, t.location.c.kind == "consignment")
    place = row(engine, t.address, shelf["ship_to_id"])
    account = row(engine, t.account, place["account_id"])
    held = rows(engine, t.balance, t.balance.c.location_id == shelf["id"])
    played = {
        *demo.story.quote_products,
        demo.story.trunk_product,
        demo.story.trunk_serial_product,
        demo.story.count_product,
    }
    products = {one["product_id"] for one in held}

    assert (place["role"], account["rep_id"], account["status"]) == ("ship_to", demo.story.rep, "active")
    assert (shelf["custodian"], shelf["territory_id"]) == (demo.story.rep, account["territory_id"])
    assert account["id"] not in demo.story.ship_to
    assert len(products) == 3
    assert not products & played
    assert 6 <= len(held) <= 12
    assert all(one["qty"] > 1 and one["lot_id"] and one["origin"] == "demo" for one in held)


def test_a_serial_is_in_one_place_and_a_lot_belongs_to_its_product(engine: Engine, demo: DemoReport) -> None:
    products = {one["id"]: one for one in rows(engine, t.product)}
    lots = {one["id"]: one for one in rows(engine, t.lot)}
    balances = rows(engine, t.balance, t.balance.c.location_id != "v:supplier")
    places = Counter(one["lot_id"] for one in balances if one["lot_id"] and lots[one["lot_id"]]["serial"])
    assert set(places.values()) == {1}
    for one in balances:
        tracking = products[one["product_id"]]["tracking"]
        assert bool(one["lot_id"]) == (tracking != "none")
        if one["lot_id"]:
            lot = lots[one["lot_id"]]
            assert lot["product_id"] == one["product_id"]
            assert bool(lot["serial"]) == (tracking == "serial")
            assert bool(lot["expires"]) == bool(products[one["product_id"]]["expiry_tracked"])


def test_every_device_has_a_price_for_stores_and_for_everybody(engine: Engine, demo: DemoReport) -> None:
    devices = {one["id"] for one in rows(engine, t.product, t.product.c.origin == "gudid")}
    prices = rows(engine, t.price, t.price.c.origin == "demo")
    for price_list in ("aw-list-base", "aw-list-reseller"):
        first = {one["product_id"] for one in prices if one["list_id"] == price_list and one["min_qty"] == 1}
        assert first == devices
    assert all(
        one["unit_price"] > 0 and one["valid_from"] < TODAY and one["valid_to"] is None for one in prices
    )


def test_the_ledger_of_the_whole_company_adds_up(engine: Engine, demo: DemoReport) -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for one in rows(engine, t.movement):
        sums[one["to_location"], one["product_id"], one["lot_id"]] += one["qty"]
        sums[one["from_location"], one["product_id"], one["lot_id"]] -= one["qty"]
    balances = {
        (one["location_id"], one["product_id"], one["lot_id"]): one["qty"] for one in rows(engine, t.balance)
    }
    assert balances == dict(sums)


def test_the_story_stands_in_the_database(engine: Engine, demo: DemoReport) -> None:
    story = demo.story
    rep, manager, other = (row(engine, t.rep, one) for one in (story.rep, story.manager, story.other_rep))
    assert (rep["role"], manager["role"], other["role"]) == ("rep", "manager", "rep")
    assert rep["territory_id"] != other["territory_id"]
    assert rep["territory_id"] in json.loads(row(engine, user_account, story.manager)["territories"])
    for key, expected in {
        story.account: ("active", 0),
        story.account_to_hold: ("active", 0),
        story.account_on_hold: ("on_hold", 1),
        story.account_with_po: ("active", 1),
    }.items():
        account = row(engine, t.account, key)
        assert (account["status"], account["po_required"]) == expected
        assert (account["rep_id"], account["territory_id"]) == (story.rep, rep["territory_id"])
        assert bool(account["status_reason"]) == (expected[0] == "on_hold")
        ship_to = row(engine, t.address, story.ship_to[key])
        assert (ship_to["role"], ship_to["account_id"]) == ("ship_to", key)
    for lot_id, qty in story.trunk_lots:
        assert row(engine, t.balance, t.balance_id(story.trunk, story.trunk_product, lot_id))["qty"] == qty
    expiries = [row(engine, t.lot, lot_id)["expires"] for lot_id, _qty in story.trunk_lots]
    assert expiries == sorted(expiries)
    assert len(expiries) > 1
    for product in story.quote_products:
        held = rows(
            engine, t.balance, t.balance.c.location_id == story.warehouse, t.balance.c.product_id == product
        )
        assert sum(one["qty"] for one in held) >= 150
    assert (
        len({*story.quote_products, story.trunk_product, story.trunk_serial_product, story.count_product})
        == 7
    )


def test_nobody_can_sign_in_until_a_password_is_set(engine: Engine, demo: DemoReport) -> None:
    users = {one["id"]: one for one in rows(engine, user_account)}
    assert [(one.login, one.role) for one in demo.users] == [
        ("david8", "rep"),
        ("stephen0", "manager"),
        ("tsvi0", "rep"),
        ("operations", "operations"),
        ("finance", "finance"),
        ("director", "director"),
    ]
    assert all(users[one.id]["password"] == "" for one in demo.users)


def test_policies_are_json_that_the_rules_can_read(engine: Engine, demo: DemoReport) -> None:
    values = {
        one["id"]: json.loads(one["value"]) for one in rows(engine, t.policy, t.policy.c.origin == "demo")
    }

    assert values["discount_limit"]["rep"] == {"*": 1000, "Bikes": 500, "FDA class 3": 500}
    assert set(values) == {
        "discount_limit",
        "price_honour_days",
        "back_dating_days",
        "currency",
        "roles_seeing_cost",
        "main_warehouse",
        "licence_classes",
        "freshness",
        "quote_valid_days",
        "price_policy",
        "contract_party",
        "variance_limit",
        "approval_rules",
        "demo",
    }


def test_policies_are_what_the_schema_of_policy_files_allows(tmp_path: Path) -> None:
    path, report = tmp_path / "policies.json", FileReport("policies.json", "")

    values = read_policies(path, json.dumps(POLICIES).encode(), report)

    assert report.rejected == []
    assert values == POLICIES


# -- terms ------------------------------------------------------------------------------------------------------------


def test_the_story_is_untouched_by_contracts_and_their_products(engine: Engine, demo: DemoReport) -> None:
    story = demo.story
    played = {*story.quote_products, story.trunk_product, story.trunk_serial_product, story.count_product}
    recalled = {one["product_id"] for one in rows(engine, t.lot, t.lot.c.recalled_on.is_not(None))}

    assert not {one["product_id"] for one in rows(engine, t.contract_price)} & played
    assert (
        not {one["product_id"] for one in rows(engine, t.price, t.price.c.list_id == TERRITORY_LIST)} & played
    )
    assert not {one["product_id"] for one in rows(engine, t.product_floor)} & played
    assert not {one["account_id"] for one in rows(engine, t.roster)} & set(story.ship_to)
    assert len(recalled) == 1
    assert not recalled & played
    licensed = {one["account_id"] for one in rows(engine, t.licence) if one["expires"] > TODAY}
    assert set(story.ship_to) <= licensed


def test_a_store_is_committed_to_a_gpos_tier_while_its_other_layers_lose(engine: Engine) -> None:
    (letter,) = rows(engine, t.commitment, t.commitment.c.exclusive == 1)
    store = letter["account_id"]
    groups = {one["group_id"] for one in rows(engine, t.roster, t.roster.c.member_id == store)}
    held = rows(engine, t.contract, t.contract.c.holder_id.in_([store, *groups]))
    layers = {one["holder_kind"]: one for one in held}
    (broken,) = {
        one["product_id"] for one in rows(engine, t.contract_price) if one["tier"] and one["min_qty"] > 1
    }
    tiers = [
        (one["tier"], one["min_qty"], one["unit_price"])
        for one in rows(engine, t.contract_price, t.contract_price.c.product_id == broken)
        if one["contract_id"] == letter["contract_id"]
    ]

    assert (letter["tier"], letter["signed_on"] < TODAY, letter["valid_from"] < TODAY) == ("gold", True, True)
    assert set(layers) == {"account", "idn", "gpo"}
    assert layers["account"]["valid_to"] < TODAY
    assert layers["gpo"]["id"] == letter["contract_id"]
    assert not rows(
        engine,
        t.contract_price,
        t.contract_price.c.contract_id == layers["idn"]["id"],
        t.contract_price.c.product_id == broken,
    )
    assert [(tier, least) for tier, least, _unit in sorted(tiers)] == [
        ("", 1),
        ("gold", 1),
        ("gold", 10),
        ("gold", 25),
    ]
    units = [unit for _tier, _least, unit in sorted(tiers)]
    assert units == sorted(units, reverse=True)


def test_a_contract_that_takes_no_offers_has_a_product_with_offers(engine: Engine) -> None:
    offered = {one["product_id"] for one in rows(engine, t.promotion_product)}
    closed = {one["id"] for one in rows(engine, t.contract, t.contract.c.promotions == 0)}
    excluded = [
        one
        for one in rows(engine, t.contract_price)
        if one["contract_id"] in closed and one["product_id"] in offered
    ]

    assert len(excluded) == 1
    assert rows(engine, t.roster, t.roster.c.group_id == "demo-idn-evergreen")


def steps_of(engine: Engine, account: str, product: str, qty: int) -> dict[str, tuple[bool, str]]:
    """What became of each layer and offer of a price today: (won, why) by rule and id."""
    with engine.connect() as connection:
        facts = read_pricing(connection, account, [product], reach=Everything())
    found = price(product, qty, 0, segment="store", currency="USD", day=TODAY, facts=facts)
    return {f"{step.rule} {step.ref}": (step.won, step.why) for step in found.steps}


def test_the_rules_find_the_cases_that_the_terms_were_made_for(engine: Engine) -> None:
    (letter,) = rows(engine, t.commitment, t.commitment.c.exclusive == 1)
    tiered = rows(engine, t.contract_price, t.contract_price.c.min_qty == 25)[0]["product_id"]
    offered = {one["product_id"] for one in rows(engine, t.promotion_product)}
    closed = rows(engine, t.contract_price, t.contract_price.c.contract_id == "demo-ct-idn")
    (excluding,) = {one["product_id"] for one in closed} & offered

    tier = steps_of(engine, letter["account_id"], tiered, 12)
    excluded = steps_of(engine, letter["account_id"], excluding, 12)

    assert tier == {
        "account demo-ct-expired": (False, "contract_expired"),
        "idn demo-ct-idn": (False, "not_on_contract"),
        "gpo demo-ct-gpo-a": (True, "most_specific"),
        "list aw-list-reseller": (False, "less_specific"),
        "list demo-list-territory": (False, "less_specific"),
        "list aw-list-base": (False, "less_specific"),
    }
    assert excluded["idn demo-ct-idn"] == (True, "most_specific")
    assert excluded["promotion demo-so-12"] == (False, "contract_excludes")


def test_every_screen_has_its_case_among_the_terms(engine: Engine) -> None:
    licences = rows(engine, t.licence)
    stores = {one["id"] for one in rows(engine, t.account, t.account.c.segment == "store")}
    classes = {one["product_class"] for one in licences}
    letters = rows(engine, t.commitment)
    accounts = rows(engine, t.account)

    assert classes == {"FDA class 3"}
    assert [one["expires"] < TODAY for one in licences].count(True) == 1
    assert len(stores - {one["account_id"] for one in licences}) == 1
    assert [
        (one["tier"], one["signed_on"] is None, one["retroactive"]) for one in letters if not one["exclusive"]
    ] == [
        ("silver", True, 0),
        ("gold", False, 1),
    ]
    assert [one["assortment"] for one in accounts].count("listed") == 1
    assert [bool(one["min_order"]) for one in accounts].count(True) == 1
    assert {one["below"] for one in rows(engine, t.product_floor)} == {"approval", "never"}
    assert {one["from_currency"] for one in rows(engine, t.exchange_rate)} == {"EUR", "CAD", "AUD", "GBP"}
    assert len(rows(engine, t.tax_exemption)) == 1
    trunks = {one["id"] for one in rows(engine, t.location, t.location.c.kind == "trunk")}
    assert {one["location_id"] for one in rows(engine, t.par_level)} == trunks


def test_every_ship_to_has_a_tax(engine: Engine) -> None:
    taxed = {(one["country"], one["state"]) for one in rows(engine, t.tax_rate)}
    places = {
        (one["country"], one["state"]) for one in rows(engine, t.address, t.address.c.role == "ship_to")
    }

    assert {place for place in places if place not in taxed and (place[0], "") not in taxed} == set()


def test_the_demo_ships_with_its_licences() -> None:
    names = {path.name for path in (demo_folder() / "licences").iterdir()}

    readme = (demo_folder() / "README.md").read_text(encoding="utf-8")
    assert len(names) == 4
    assert all(name in readme for name in names)
    assert sum(path.stat().st_size for path in demo_folder().rglob("*") if path.is_file()) < 1_000_000
