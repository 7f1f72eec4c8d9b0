"""The verifier itself: honest books pass, and each kind of planted damage is found and named."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def small_world() -> Any:
    """tests/small_world.py: tests are no package."""
    spec = spec_from_file_location("trunkline_small_world", HERE.parent / "small_world.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Day:
    """A day that has been played: the server's file, the rep's journal and database."""

    server: Path
    journal: Path
    tablet: Path

    def look(self) -> tuple[int, str]:
        """The exit code of the books, and what they say."""
        command = [sys.executable, HERE / "books.py", "--server", self.server]
        command += ["--journal", self.journal, "--tablet", self.tablet]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout

    def damage(self, statement: str, *, tablet: bool = False) -> None:
        """Change rows behind everybody's back."""
        connection = sqlite3.connect(self.tablet if tablet else self.server)
        with connection:
            changed = connection.execute(statement).rowcount
        connection.close()
        assert changed, "the damage hit nothing"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Quotes within and above limits, an approval, an order, a sale, a count, a refusal; all synced."""
    from app.store.engine import server_engine
    from sync.server import schema

    folder = tmp_path_factory.mktemp("books")
    engine = server_engine(f"sqlite:///{folder / 'server.db'}")
    schema.upgrade(engine)
    world = small_world().build(engine, folder)
    rep, boss = world.tablet("rep"), world.tablet("boss", "manager")
    journal = folder / "rep.journal"

    def write(record: dict[str, Any]) -> None:
        with journal.open("a") as lines:
            lines.write(json.dumps(record) + "\n")

    rep.workspace.journal = write
    inside, above = rep.quote(), rep.quote(discount=2000)
    for command in (inside, above, rep.quote(account="a2"), rep.sale(), rep.count(6, 7)):
        assert rep.workspace.perform(command).saved
    world.hold("a2")
    rep.sync()
    boss.sync()
    assert boss.workspace.perform(boss.verdict(above)).saved
    boss.sync()
    rep.sync()
    assert rep.workspace.perform(rep.order(above)).saved
    rep.sync()
    yield Day(folder / "server.db", journal, folder / "rep-0.db")
    world.close()
    engine.dispose()


@pytest.fixture
def day(played: Day, tmp_path: Path) -> Day:
    """A copy of the played day, to be damaged."""
    copies = [tmp_path / path.name for path in (played.server, played.journal, played.tablet)]
    for path, copy in zip((played.server, played.tablet), (copies[0], copies[2]), strict=True):
        source, target = sqlite3.connect(path), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
    shutil.copy(played.journal, copies[1])
    return Day(*copies)


def test_honest_books_agree(day: Day) -> None:
    code, said = day.look()

    assert said.splitlines()[-1] == "lost=0 doubled=0 differences=0"
    assert code == 0


QUOTE = "(SELECT op_id FROM op_log WHERE payload LIKE '%SubmitQuote%' ORDER BY seq LIMIT 1)"
SALE = "(SELECT op_id FROM op_log WHERE payload LIKE '%SellFromTrunk%')"
REFUSED = "(SELECT id FROM op_result WHERE outcome = 'rejected')"
DAMAGE: dict[str, tuple[str, str, str]] = {
    # what happened: (statement, the heap it must land on, words of the report)
    "an op is missing": (f"DELETE FROM op_log WHERE op_id = {SALE}", "lost", "not in the books"),
    "a result is missing": (f"DELETE FROM op_result WHERE id = {SALE}", "lost", "result of op"),
    "the feed does not tell": (f"DELETE FROM feed WHERE row_id = {SALE}", "lost", "news of op"),
    "a payload differs": (
        f"UPDATE op_log SET payload = replace(payload, '\"qty\":3', '\"qty\":4') WHERE op_id = {SALE}",
        "difference",
        "payload",
    ),
    "an op is parked": (
        f"UPDATE op_log SET status = 'parked', parked_why = 'x' WHERE op_id = {SALE}",
        "difference",
        "is parked",
    ),
    "a fact is rejected": (
        f"UPDATE op_result SET outcome = 'rejected' WHERE id = {SALE}",
        "difference",
        "is a fact and was rejected",
    ),
    "a quote is missing": (f"DELETE FROM quote WHERE op_id = {QUOTE}", "lost", "SubmitQuote"),
    "a quote's price differs": (
        "UPDATE quote_line SET unit_price = unit_price + 1",
        "difference",
        "lines",
    ),
    "a quote's total is a cent off": ("UPDATE quote SET total = total + 1", "difference", "total"),
    "an approval never came": ("DELETE FROM approval", "lost", "DecideApproval"),
    "an order is missing": ("DELETE FROM sales_order WHERE type = 'stock'", "lost", "PlaceOrder"),
    "an order is there twice": (
        "INSERT INTO sales_order SELECT 'again', number || 'x', type, quote_id, account_id, ship_to_id, "
        "bill_to_id, territory_id, rep_id, state, currency, business_date, po_number, total, "
        "published_sub_total, published_tax, published_freight, published_total, due_date, online, op_id, "
        "origin, tax_total, case_ref FROM sales_order WHERE type = 'stock'",
        "doubled",
        "orders of its quote",
    ),
    "a sale moved nothing": ("DELETE FROM movement WHERE kind = 'sell'", "lost", "movement"),
    "a sale moved twice": (
        "INSERT INTO movement SELECT 'again', kind, product_id, lot_id, qty, owner, from_location, "
        "to_location, business_date, document_id, reason, op_id, stream, seq, origin, position FROM movement "
        "WHERE kind = 'sell'",
        "doubled",
        "a movement too many",
    ),
    "a sale moved another quantity": (
        "UPDATE movement SET qty = qty + 1 WHERE kind = 'sell'",
        "lost",
        "movement",
    ),
    "a count sheet is missing": ("DELETE FROM count_sheet", "lost", "CountTrunk"),
    "a balance is one off": (
        "UPDATE balance SET qty = qty + 1 WHERE location_id = 'trunk-rep'",
        "difference",
        "balance",
    ),
    "a balance is missing": (
        "DELETE FROM balance WHERE location_id = 'wh:reserved'",
        "difference",
        "wh:reserved",
    ),
    "more is allocated than reserved": (
        "UPDATE order_line SET allocated = allocated + 1 WHERE lot_id IS NULL",
        "difference",
        "reserved",
    ),
    "a refused quote is in the books": (
        f"UPDATE quote SET op_id = {REFUSED}",
        "difference",
        "was not accepted",
    ),
    "a number is given twice": (
        "UPDATE sales_order SET number = (SELECT min(number) FROM quote)",
        "doubled",
        "number",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_planted_damage_is_found(day: Day, what: str) -> None:
    statement, heap, words = DAMAGE[what]
    day.damage(statement)

    code, said = day.look()

    assert code == 1
    assert [line for line in said.splitlines() if line.startswith(f"{heap}: ") and words in line], said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE balance SET qty = qty - 1 WHERE location_id = 'trunk-rep'",
        "DELETE FROM quote",
        "UPDATE outbox SET result = NULL WHERE seq = 1",
        "UPDATE account SET status = 'closed' WHERE id = 'a1'",
    ],
)
def test_a_tablet_that_disagrees_is_found(day: Day, statement: str) -> None:
    day.damage(statement, tablet=True)

    code, said = day.look()

    assert code == 1
    assert f"difference: {day.tablet.name}: " in said


def test_an_op_the_server_never_saw_is_lost(day: Day) -> None:
    record = json.loads(day.journal.read_text().splitlines()[0])
    with day.journal.open("a") as lines:
        lines.write(json.dumps({**record, "op_id": "never-sent", "seq": 99}) + "\n")

    code, said = day.look()

    assert (code, said.splitlines()[-1]) == (1, "lost=1 doubled=0 differences=0")


def test_a_line_torn_by_a_kill_promises_nothing_but_hides_nothing_either(day: Day) -> None:
    lines = day.journal.read_bytes().splitlines(keepends=True)
    day.journal.write_bytes(b"".join([lines[0][:50], *lines]) + lines[0][:70])

    code, said = day.look()

    assert code == 0
    assert said.count("torn: ") == 2


def test_the_books_share_no_code_with_the_product() -> None:
    words: Callable[[str], list[str]] = lambda name: (HERE / name).read_text().split()  # noqa: E731

    for name in ("books.py", "books_ops.py"):
        imports = [
            after
            for word, after in zip(words(name), words(name)[1:], strict=False)
            if word in ("import", "from")
        ]
        assert not {one.split(".")[0] for one in imports} & {"app", "sync", "sqlalchemy"}
