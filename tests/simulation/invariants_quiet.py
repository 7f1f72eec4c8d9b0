"""When all is quiet, and at intervals: tables equal tables, the feed is what the rows say, grants are grants."""

from __future__ import annotations

from contextlib import suppress

from invariants_facts import Check, Facts, codes_of, some
from invariants_look import Look, Row, as_known, buckets
from invariants_shadow import opened
from observed import Tablet
from sim_disk import share_dialect

from app.domain.parties import Person
from app.store.engine import reading, sqlite_engine
from app.store.sums import MODULUS, row_sum
from app.store.tables import KINDS
from sync.protocol.api import ApiProblem
from sync.protocol.messages import BackfillAt, Cursor, Pull
from sync.server import pull

SEES_COST = ("manager", "finance")
OVERSEES = ("manager", "operations", "finance", "admin")


def grants(facts: Facts, tablet: Tablet) -> set[str]:
    """The buckets of a person on a device, by the company's tables: written a second time."""
    everywhere = "*" in tablet.territories
    mine = {one for one in facts.rows("territory") if everywhere or one in tablet.territories}
    found = {"g:catalog", "g:policy", f"rep:{tablet.user_id}", f"dev:{tablet.device_id}"}
    found |= {f"terr:{one}" for one in mine}
    for row in facts.rows("price_list").values():
        if row["territory_id"] is None or row["territory_id"] in mine:
            found.add(f"pl:{row['id']}")
    for row in facts.rows("location").values():
        if row["kind"] in ("dc", "hub", "reserved"):
            found.add(f"loc:{row['id']}")
        elif row["kind"] in ("trunk", "consignment"):
            oversees = tablet.role in OVERSEES and row["territory_id"] in mine
            if row["custodian"] == tablet.user_id or oversees:
                found.add(f"loc:{row['id']}")
    if tablet.role in SEES_COST:
        found.add("cost:main")
    return found | _contracts(facts, tablet, mine, everywhere=everywhere)


def _contracts(facts: Facts, tablet: Tablet, mine: set[str], *, everywhere: bool) -> set[str]:
    """Contracts held by an account of theirs, a ship-to of one, or a group that has one on its roster."""
    accounts = {
        one
        for one, row in facts.rows("account").items()
        if everywhere or row["territory_id"] in mine or row["rep_id"] == tablet.user_id
    }
    holders = set(accounts)
    holders |= {one for one, row in facts.rows("address").items() if row["account_id"] in accounts}
    holders |= {row["group_id"] for row in facts.rows("roster").values() if row["account_id"] in accounts}
    contracts = facts.rows("contract").items()
    return {f"ctr:{one}" for one, row in contracts if everywhere or row["holder_id"] in holders}


# -- at intervals -----------------------------------------------------------------------------------------------------


def feed_is_the_rows(facts: Facts) -> None:
    """I2: each row has a live entry in each of its buckets and in no other, never older than its last change."""
    assert facts.shadow.now is not None
    wanted = {
        (bucket, kind, row_id)
        for kind, rows in facts.shadow.now.tables.items()
        for row_id, row in rows.items()
        for bucket in buckets(kind, row)
    }
    live = {(row["bucket"], row["kind"], row["row_id"]) for row in facts.own["feed"] if not row["deleted"]}
    if wanted - live:
        raise facts.bad("I2", f"the feed lacks {some(wanted - live)}")
    if live - wanted:
        raise facts.bad("I20", f"the feed still has {some(live - wanted)}")


def nobody_gets_more(facts: Facts) -> None:
    """I8: whoever asks for a bucket that is not granted gets no row of it, page or increment."""
    assert facts.shadow.now is not None
    live = {row["bucket"] for row in facts.own["feed"] if not row["deleted"]}
    engine = sqlite_engine(facts.seen.server_path, read_only=True)
    share_dialect(engine)
    with reading(engine) as connection:
        for one in facts.speaking():
            secret = sorted(live - grants(facts, one))
            if not secret:
                continue
            name = secret[facts.seen.step % len(secret)]
            person = Person(one.user_id, one.role, tuple(one.territories))
            for cursor, at in ((Cursor(), BackfillAt(name)), (Cursor(facts.shadow.now.epoch), None)):
                request = Pull(2, cursor, [name], at, 5)
                with suppress(ApiProblem):
                    page = pull.read(
                        connection, person, one.device_id, f"{one.device_id}.1", request, facts.seen.now
                    )
                    if page.carried or page.gone or name not in page.drop:
                        raise facts.bad("I8", f"{one.name} was answered on {name}, which is not granted")
    engine.dispose()


def sums_are_kept(facts: Facts) -> None:
    """I19: what the server tells a tablet to compare with is the sum of the rows that there are."""
    if not facts.own["bucket_sum"]:
        return
    assert facts.shadow.now is not None
    wanted: dict[tuple[str, str], tuple[int, int]] = {}
    for kind, rows in facts.shadow.now.tables.items():
        for row in rows.values():
            number = row_sum(KINDS[kind], row)
            for bucket in buckets(kind, row):
                count, total = wanted.get((bucket, kind), (0, 0))
                wanted[bucket, kind] = (count + 1, (total + number) % MODULUS)
    told = {
        (row["bucket"], row["kind"]): (row["rows"], row["sum"])
        for row in facts.own["bucket_sum"]
        if row["rows"]
    }
    for key in wanted.keys() | told.keys():
        if wanted.get(key) != told.get(key):
            raise facts.bad(
                "I19", f"{key} is {wanted.get(key)} (rows, sum) and is told to be {told.get(key)}"
            )


# -- when quiet -------------------------------------------------------------------------------------------------------


def holds_what_is_granted(facts: Facts) -> None:
    """I8: a tablet holds its grants, all of them whole, and nothing else."""
    for one in facts.speaking():
        now = facts.looks[one.name]
        wanted = grants(facts, one)
        if set(now.bucket) != wanted:
            raise facts.bad("I8", f"{one.name} holds {some(set(now.bucket) ^ wanted)} otherwise than granted")
        open_ = [name for name, row in now.bucket.items() if row["state"] != "complete"]
        if open_:
            raise facts.bad("I10", f"{one.name} never finished {some(open_)}")


def tables_are_equal(facts: Facts) -> None:
    """I7: for the buckets held, the rows on the tablet's disk are those on the server's: all columns, none more, none
    less. I19: also where a byte had been changed behind the program's back."""
    for one in facts.speaking():
        now = facts.looks[one.name]
        if facts.excused() & {row["op_id"] for row in now.outbox if row["settled_at"] is None}:
            rows = now.base  # an op that nobody can decide stays a guess
        else:
            rows = now.shown
            if now.guess:
                raise facts.bad("I7", f"{one.name} still guesses {now.guess[0]}")
        _same(facts, one, now, rows)


def _same(facts: Facts, one: Tablet, now: Look, mine: dict[str, dict[str, Row]]) -> None:
    held = set(now.bucket)
    with opened(facts.seen.server_path) as cursor:
        for kind, rows in mine.items():
            found = cursor.execute(f'SELECT * FROM "{kind}"').fetchall()
            there = {row["id"]: row for row in found if buckets(kind, row) & held}
            for row_id in there.keys() | rows.keys():
                pair = (there.get(row_id), rows.get(row_id))
                if one.protocol == 1:
                    pair = (as_known(kind, pair[0]), as_known(kind, pair[1]))
                if pair[0] != pair[1]:
                    word = "I19" if (one.name, kind, row_id) in facts.seen.flipped else "I7"
                    raise facts.bad(word, f"{one.name}: {kind} {row_id}: {_what(*pair)}")


def _what(there: Row | None, here: Row | None) -> str:
    if here is None:
        return "is missing"
    if there is None:
        return "should not be here"
    return ", ".join(
        f"{name} {here[name]!r} for {there[name]!r}" for name in there if here[name] != there[name]
    )


def needs_are_shown(facts: Facts) -> None:
    """I17: whoever gave an op that did not simply pass is shown why."""
    for one in facts.speaking():
        for row in facts.looks[one.name].outbox:
            if row["result"] in ("rejected", "applied_exception") and not codes_of(row["findings"]):
                raise facts.bad(
                    "I17", f"{one.name}: op {row['op_id']} is {row['result']} and nobody says why"
                )


COSTLY: tuple[Check, ...] = (feed_is_the_rows, nobody_gets_more, sums_are_kept)
QUIET: tuple[Check, ...] = (holds_what_is_granted, tables_are_equal, needs_are_shown)
