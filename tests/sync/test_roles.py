"""The role that pulls read as: the same pages, nothing foreign whatever the query, and no writing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import ProgrammingError

from app.store.engine import reading, server_engine as open_engine, writing
from app.store.tables import KINDS
from sync.protocol.messages import BackfillAt, Cursor, Pull
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import read_page
from sync.server import pull as pulls, roles
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS

ROLE = roles.ROLE


@pytest.fixture
def server_url(postgres_url: str) -> str:
    """There are roles on PostgreSQL only."""
    return postgres_url


@pytest.fixture
def fenced(world: Any) -> Any:
    """The small world with the role, and an account in a territory that is not the rep's."""
    with unit_of_work(world.engine) as work:
        row = dict(work.connection.execute(text("SELECT * FROM account WHERE id = 'a1'")).mappings().one())
        work.put("account", [{**row, "id": "foreign", "territory_id": "south", "rep_id": None}])
    with writing(world.engine) as connection:
        roles.create(connection)
    return world


pytestmark = pytest.mark.postgres
MINE = ["g:catalog", "terr:north"]


def pages(tablet: Any, world: Any) -> list[bytes]:
    """A first sync in small pages and an increment from an early position."""
    api, epoch = tablet.api, world.one("SELECT epoch FROM clock")
    held = read_page(api.pull(Pull(PROTOCOL, Cursor(), [])), COLUMNS).add
    names = [one.bucket for one in held]
    told = []
    for name in names:
        at: BackfillAt | None = BackfillAt(name)
        while at is not None:
            told.append(api.pull(Pull(PROTOCOL, Cursor(epoch), names, at, 3)))
            at = read_page(told[-1], COLUMNS).backfill
    told.append(api.pull(Pull(PROTOCOL, Cursor(epoch, 0), names, None, 4)))
    told.append(api.pull(Pull(PROTOCOL, Cursor(epoch, 0), names, None, 2_000, sums=names)))
    return told


def test_pages_are_the_same_bytes_with_the_role_and_without(world: Any) -> None:
    rep = world.tablet("rep")
    before = pages(rep, world)
    with writing(world.engine) as connection:
        roles.create(connection)
    ran: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda _c, _u, said, *_rest: ran.append(said))

    after = pages(rep, world)

    assert after == before
    assert sum(len(one) for one in after) > 2_000
    assert ran.count(f"SET LOCAL ROLE {ROLE}") == len(after) + 1


def test_a_wrong_query_finds_nothing_foreign(fenced: Any) -> None:
    with reading(fenced.engine) as connection, roles.reader(connection, MINE):
        accounts = set(connection.execute(text("SELECT id FROM account")).scalars())
        buckets = set(connection.execute(text("SELECT bucket FROM feed")).scalars())
        summed = set(connection.execute(text("SELECT bucket FROM bucket_sum")).scalars())
        others = connection.execute(text("SELECT count(*) FROM op_result")).scalar_one()

    assert "a1" in accounts
    assert "foreign" not in accounts
    assert buckets == summed == set(MINE)
    assert others == 0


def test_a_pull_that_forgets_the_grants_gives_nothing_foreign(
    fenced: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: a page is filled from whatever was asked for."""
    rep = fenced.tablet("rep")
    right = pulls._fill
    monkeypatch.setattr(
        pulls, "_fill", lambda connection, page, request, _live, here: right(
            connection, page, request, request.held, here
        ),
    )  # fmt: skip
    epoch = fenced.one("SELECT epoch FROM clock")
    south = ["terr:south"]

    filled = read_page(rep.api.pull(Pull(PROTOCOL, Cursor(epoch), south, BackfillAt("terr:south"))), COLUMNS)
    newer = read_page(rep.api.pull(Pull(PROTOCOL, Cursor(epoch, 0), south, sums=south)), COLUMNS)

    assert [filled.rows, filled.gone, newer.rows, newer.gone, newer.sums] == [[], [], [], [], []]


def test_a_row_that_was_taken_out_of_a_bucket_is_not_seen_any_more(fenced: Any) -> None:
    with unit_of_work(fenced.engine) as work:
        row = dict(work.connection.execute(text("SELECT * FROM account WHERE id = 'a1'")).mappings().one())
        work.put("account", [{**row, "territory_id": "south"}])

    with reading(fenced.engine) as connection, roles.reader(connection, ["terr:north"]):
        assert connection.execute(text("SELECT id FROM account WHERE id = 'a1'")).all() == []


def test_without_a_setting_there_is_no_row_of_any_table(fenced: Any) -> None:
    with reading(fenced.engine) as connection:
        connection.exec_driver_sql(f"SET LOCAL ROLE {ROLE}")
        for kind in KINDS.values():
            assert connection.execute(kind.table.select()).all() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET name = 'x'",
        "DELETE FROM feed",
        "INSERT INTO clock (id, epoch, position) VALUES (2, 'x', 0)",
        "SELECT password FROM user_account",
        "SELECT hash FROM token",
        "SELECT detail FROM audit",
        "SELECT payload FROM op_log",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_role_writes_nothing_and_reads_no_secret(fenced: Any, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        fenced.engine.connect() as connection,
        connection.begin(),
        roles.reader(connection, MINE),
    ):
        connection.exec_driver_sql(statement)


def test_after_a_pull_the_connection_is_the_owners_again(fenced: Any) -> None:
    rep = fenced.tablet("rep")
    with reading(fenced.engine) as connection:
        with roles.reader(connection, MINE):
            assert connection.execute(text("SELECT current_user")).scalar_one() == ROLE
        assert connection.execute(text("SELECT current_user")).scalar_one() != ROLE
        assert "foreign" in connection.execute(text("SELECT id FROM account")).scalars().all()

    rep.sync()
    assert fenced.one("SELECT current_user") != ROLE


def test_an_owner_that_is_no_superuser_makes_it_and_making_it_twice_is_no_matter(
    empty_postgres_url: str, here: Any
) -> None:
    owner = open_engine(empty_postgres_url)
    name = f"owner_{owner.url.database}"
    with owner.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN CREATEROLE NOSUPERUSER")
        connection.exec_driver_sql(f"ALTER SCHEMA public OWNER TO {name}")
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {ROLE}")
    url = owner.url.set(username=name).render_as_string(hide_password=False).replace("+psycopg", "")
    try:
        here("migrate", "--database", url)
        first = here("roles", "create", "--database", url).output
        second = here("roles", "create", "--database", url).output
        plain = open_engine(url)
        with plain.begin() as connection, roles.reader(connection, MINE):
            assert connection.execute(text("SELECT current_user")).scalar_one() == ROLE
        plain.dispose()
    finally:
        with owner.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {name} CASCADE")
            connection.exec_driver_sql(f"DROP ROLE {name}")
        owner.dispose()

    assert f"{ROLE} reads {len(KINDS) + 4} tables" in first
    assert first == second


def test_sqlite_has_no_roles_and_says_so(here: Any, tmp_path: Path) -> None:
    here(
        "user", "add", "mia", "--role", "rep", "--password-stdin", "--data", tmp_path, stdin="correct horse\n"
    )

    assert "SQLite has no roles" in here("roles", "create", "--data", tmp_path, code=2).output
