"""Two people on one tablet: one folder, a database and tokens for each; nothing crosses over and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.desktop.compose import House, Who
from app.desktop.secrets import MemoryTokens

SERVER = "https://trunkline.example"


def test_tokens_devices_and_files_are_kept_for_each_person_at_each_server(tmp_path: Path) -> None:
    kept: dict[Who, MemoryTokens] = {}
    house = House(tmp_path, tokens=lambda who: kept.setdefault(who, MemoryTokens()))
    people = [Who(SERVER, "mia"), Who(SERVER, "ole"), Who("https://other.example", "mia")]
    for who in people:
        house._tokens(who).save({"access": f"of {who}"})

    assert len({house.database(who) for who in people}) == 3
    assert len({house.device_id(who) for who in people}) == 3
    assert [house._tokens(who).load() for who in people] == [{"access": f"of {who}"} for who in people]
    house._tokens(people[0]).clear()
    assert house._tokens(people[1]).load() == {"access": f"of {people[1]}"}


def test_what_one_has_not_sent_is_not_sent_by_the_other_and_waits_for_its_author(sqlite_world: Any) -> None:
    mine, other = sqlite_world.tablet("rep"), sqlite_world.tablet("other", territories=("south",))
    quote = mine.quote()
    assert mine.workspace.perform(quote, even_so=True).saved
    mine = sqlite_world.reopen(mine)  # signed out in between: the file is closed

    other.sync()

    assert sqlite_world.rows("SELECT op_id FROM op_log") == []
    assert other.rows("SELECT id FROM quote") == []
    mine.sync()
    assert sqlite_world.rows("SELECT op_id, user_id FROM op_log") == [(quote.op_id, "rep")]
    other.sync()
    assert other.rows("SELECT id FROM quote") == []
