"""The sums that both sides compare: a row that is not as the server has it is found and mended."""

from __future__ import annotations

from typing import Any

from backups import same_rows

from app.store.engine import reading, writing
from app.workspace import checking
from sync.client.turn import run_turn
from sync.protocol.api import problem
from sync.protocol.messages import Push


def test_a_changed_a_lost_and_an_invented_row_are_found_by_sums_and_mended(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    with writing(rep.workspace.engine) as connection:
        connection.exec_driver_sql("UPDATE account SET name='Flipped' WHERE id='a1'")
        connection.exec_driver_sql("DELETE FROM price WHERE id='pr2'")
        connection.exec_driver_sql(
            "INSERT INTO territory SELECT 'nowhere', name, country, region, origin FROM territory LIMIT 1"
        )
        connection.exec_driver_sql("UPDATE bucket SET checked_at=''")

    run_turn(rep.workspace, rep.api)

    assert same_rows(sqlite_world, rep)
    assert rep.one("SELECT count(*) FROM repair") == 0
    assert rep.one("SELECT count(*) FROM incident WHERE what='sums_differ'") == 3
    assert rep.rows("SELECT result FROM outbox") == [("applied",)]


def test_a_guess_is_no_difference(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))

    class Refusing:
        pull = rep.api.pull

        def push(self, _request: Push) -> Any:
            raise problem(500, "broken", "It broke")

    with writing(rep.workspace.engine) as connection:
        connection.exec_driver_sql("UPDATE bucket SET checked_at=''")

    run_turn(rep.workspace, Refusing())
    with reading(rep.workspace.reader) as connection:
        compared = checking.compare(connection)
    if compared is not None:
        assert compared.differences == ()
    assert rep.one("SELECT count(*) FROM incident") == 0
