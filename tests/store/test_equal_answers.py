"""`decide` gives equal answers: on facts read from SQLite and from PostgreSQL, and with every list in them shuffled.

16,500 ops of every type on ten generated companies (worlds.py, world_ops.py). Nothing is written for good; every tenth
op's events are written on both engines behind a savepoint, must change the same rows, and are taken back. `-s` prints
how many ops of each type ended how.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from shuffling import shuffled
from sqlalchemy import Connection, Engine
from world_ops import commands
from world_rows import DAY, World, day
from worlds import build, load

from app.domain.commands import COMMANDS, FACTS, Command
from app.domain.decide import APPLIED, EXCEPTION, HELD, MODIFIED, REJECTED, Decision, decide
from app.domain.facts import Facts, Known, Policy
from app.domain.parties import Person
from app.store.engine import server_engine as open_engine, writing
from app.store.read_facts import Everything, read_facts
from app.store.rows import RowChange
from app.store.write_events import Stamp, write_events

SEEDS = range(10)
OPS = 1_650  # of each company
WRITTEN = 10  # every so many ops are written and taken back


@pytest.fixture
def engines(sqlite_url: str, postgres_url: str) -> Iterator[tuple[Engine, Engine]]:
    """A migrated database on either engine."""
    made = (open_engine(sqlite_url), open_engine(postgres_url))
    yield made
    for engine in made:
        engine.dispose()


def read(connection: Connection, command: Command, actor: Person, number: int) -> Facts:
    """The facts as the server reads them; every third op's as a tablet that has not synced for some days."""
    alone = number % 3 == 2
    return read_facts(
        connection,
        command,
        reach=Everything(),
        actor=actor,
        received_on=None if alone else DAY,
        synced_on=day(-(number % 40)) if alone else None,
        stream=f"dev-{actor.id}.1",
    ).facts


def written(connection: Connection, decision: Decision) -> list[RowChange]:
    """The row changes of the decision's events, taken back at once."""
    savepoint = connection.begin_nested()
    changes = write_events(connection, decision.events, Stamp("dev-x.1", 7))
    savepoint.rollback()
    return changes


def told(tally: Counter[tuple[str, str]]) -> str:
    """The tally as a table, a line for each type."""
    outcomes = sorted({outcome for _name, outcome in tally})
    rows = [("type", *outcomes)]
    rows += [
        (name, *(str(tally[name, one]) for one in outcomes)) for name in sorted({name for name, _ in tally})
    ]
    return "\n".join(f"{name:16}" + "".join(f"{one:>18}" for one in cells) for name, *cells in rows)


def judged(world: World, sqlite: Connection, postgres: Connection) -> Counter[tuple[str, str]]:
    """How all ops on this company ended, after every comparison."""
    tally: Counter[tuple[str, str]] = Counter()
    in_another_order = 0
    for number, (actor, command) in enumerate(commands(world, world.seed, OPS)):
        where = f"seed {world.seed} op {number} {command}"
        facts = read(sqlite, command, actor, number)
        assert read(postgres, command, actor, number) == facts, where
        decision = decide(command, facts)
        mixed = shuffled(facts, random.Random(number))
        assert decide(command, mixed) == decision, where
        if number % WRITTEN == 0 and decision.events:
            assert written(sqlite, decision) == written(postgres, decision), where
        tally[type(command).__name__, decision.outcome] += 1
        in_another_order += mixed != facts
    assert in_another_order > OPS * 3 // 4, "too little was shuffled to prove anything"
    return tally


def test_shuffling_reaches_every_list_and_leaves_pairs_alone() -> None:
    names = tuple(f"t{number}" for number in range(9))
    policy = Policy(freshness={"prices": (7, 30), "credit": (5, 15)}, licence_classes=names)
    facts = Facts(actor=Known.held(Person("rep", "rep", names)), policy=policy)

    mixed = shuffled(facts, random.Random(1))

    assert mixed.policy.freshness == policy.freshness
    for before, after in (
        (names, mixed.actor.value.territories),
        (names, mixed.policy.licence_classes),
    ):
        assert after != before
        assert sorted(after) == sorted(before)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("seed", SEEDS)
def test_answers_are_equal_on_both_engines_and_in_every_order(
    seed: int, engines: tuple[Engine, Engine]
) -> None:
    world = build(seed)
    for order, engine in enumerate(engines):
        load(engine, world, order)

    with writing(engines[0]) as sqlite, writing(engines[1]) as postgres:
        tally = judged(world, sqlite, postgres)

    print(f"\nseed {seed}: {sum(tally.values())} ops\n{told(tally)}")
    assert {outcome for _name, outcome in tally} == {APPLIED, MODIFIED, HELD, EXCEPTION, REJECTED}
    for kind in COMMANDS:
        done = tally[kind.__name__, APPLIED] + tally[kind.__name__, MODIFIED]
        assert done, f"no {kind.__name__} was ever applied"
        refused = EXCEPTION if kind in FACTS else REJECTED
        assert tally[kind.__name__, refused], f"no {kind.__name__} was ever refused"
