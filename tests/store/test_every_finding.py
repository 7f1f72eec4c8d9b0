"""Every finding that the rules can make is made by some op: no code stands in the list that nobody will ever read."""

from __future__ import annotations

from itertools import count, islice

import pytest
from sqlalchemy import Engine
from test_equal_answers import read
from world_ops import commands
from worlds import build, load

from app.domain.decide import decide
from app.domain.rejections import CODES
from app.store.engine import server_engine as open_engine, writing
from app.store.read_facts import Everything, read_facts
from sync.server import schema

OPS = 1_200  # of each company
COMPANIES = 12  # at most; usually a few are enough


class NothingYet(Everything):
    """A tablet on which nothing has arrived."""

    server = False

    def holds(self, bucket: str) -> bool:
        return False

    def holds_all(self, prefix: str) -> bool:
        return False


def findings_of(seed: int, engine: Engine) -> set[str]:
    """The codes of all findings that ops on one generated company make, on the server and on an empty tablet."""
    world = build(seed)
    load(engine, world, 0)
    said: set[str] = set()
    with writing(engine) as connection:
        for number, (actor, command) in enumerate(commands(world, seed, OPS)):
            said.update(
                one.code for one in decide(command, read(connection, command, actor, number)).findings
            )
            if number % 20 == 0:
                alone = read_facts(connection, command, reach=NothingYet(), actor=actor).facts
                said.update(one.code for one in decide(command, alone).findings)
    return said


@pytest.mark.slow
def test_every_finding_is_made_by_some_op(tmp_path_factory: pytest.TempPathFactory) -> None:
    missing = set(CODES)
    for seed in islice(count(), COMPANIES):
        if not missing:
            break
        engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('company') / 'server.db'}")
        schema.upgrade(engine)
        missing -= findings_of(seed, engine)
        engine.dispose()

    assert missing == set()
