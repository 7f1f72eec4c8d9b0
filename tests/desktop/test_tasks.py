"""Reader, writer and network work beside the window; what they answer comes back to it, what fails is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from sqlalchemy import text

from app.desktop.tasks import NETWORK_PATIENCE, Tasks


@pytest.fixture
def tasks(qtbot: Any, rep: Any) -> Iterator[Tasks]:
    made = Tasks()
    opened: list[Any] = []
    made.open(lambda: rep.workspace, opened.append)
    qtbot.waitUntil(lambda: bool(opened))
    yield made
    made.close()


def test_a_read_runs_beside_the_window_and_is_answered_in_it(qtbot: Any, tasks: Tasks) -> None:
    threads: list[str] = []
    answers: list[int] = []

    def query(connection: Any) -> int:
        threads.append(threading.current_thread().name)
        return int(connection.execute(text("SELECT count(*) FROM product")).scalar_one())

    def then(answer: int) -> None:
        threads.append(threading.current_thread().name)
        answers.append(answer)

    tasks.read(query, then)
    qtbot.waitUntil(lambda: bool(answers))

    assert answers == [2]
    assert threads == ["trunkline-reader", threading.main_thread().name]


def test_a_read_cannot_write(qtbot: Any, tasks: Tasks) -> None:
    with qtbot.waitSignal(tasks.failed) as told:
        tasks.read(lambda connection: connection.execute(text("DELETE FROM product")), lambda _: None)

    assert "readonly" in str(told.args[0].error)


def test_a_newer_read_overtakes_an_older_one_of_its_key(qtbot: Any, tasks: Tasks) -> None:
    gate = threading.Event()
    ran: list[int] = []
    answers: list[int] = []
    tasks.read(lambda _connection: gate.wait(5), lambda _: None)

    for number in range(4):
        tasks.read(
            lambda _connection, number=number: ran.append(number) or number, answers.append, key="search"
        )
    tasks.read(lambda _connection: 99, answers.append, key="another")
    gate.set()
    qtbot.waitUntil(lambda: 99 in answers)

    assert ran == [3]
    assert answers == [3, 99]


def test_what_was_meant_is_done_in_its_order(qtbot: Any, tasks: Tasks) -> None:
    done: list[int] = []

    for number in range(20):
        tasks.act(lambda _workspace, number=number: number, done.append)
    qtbot.waitUntil(lambda: len(done) == 20)

    assert done == list(range(20))


def test_a_job_that_fails_is_told_and_the_next_one_is_done(qtbot: Any, tasks: Tasks) -> None:
    done: list[str] = []

    def broken(_workspace: Any) -> None:
        raise ZeroDivisionError("planted")

    with qtbot.waitSignal(tasks.failed) as told:
        tasks.act(broken)
        tasks.act(lambda _workspace: "next", done.append)
    qtbot.waitUntil(lambda: bool(done))

    assert (told.args[0].where, type(told.args[0].error)) == ("writer", ZeroDivisionError)


def test_a_refusal_from_the_network_goes_to_who_asked(qtbot: Any, tasks: Tasks) -> None:
    refused: list[Exception] = []

    def talk() -> None:
        raise ConnectionError("away")

    tasks.ask(talk, lambda _: None, lambda error: refused.append(error) or True)
    qtbot.waitUntil(lambda: bool(refused))

    with qtbot.waitSignal(tasks.failed) as told:
        tasks.ask(talk, lambda _: None, lambda _error: False)
    assert told.args[0].where == "network"


def test_an_answer_for_a_widget_that_has_gone_is_dropped(qtbot: Any, tasks: Tasks) -> None:
    gate, done = threading.Event(), []
    gone = QLabel()
    tasks.read(lambda _connection: gate.wait(5) and "words", gone.setText)
    gone.deleteLater()
    qtbot.wait(5)

    gate.set()
    tasks.read(lambda _connection: None, done.append)
    qtbot.waitUntil(lambda: bool(done))


def test_a_commit_says_what_it_touched(qtbot: Any, tasks: Tasks, rep: Any) -> None:
    with qtbot.waitSignal(tasks.changed) as told:
        tasks.act(lambda workspace: workspace.perform(rep.quote()))

    assert told.args[0] >= {"quote", "quote_line", "outbox"}


def test_closing_finishes_what_was_meant(qtbot: Any, rep: Any) -> None:
    tasks = Tasks()
    tasks.open(lambda: rep.workspace, lambda _: None)
    quotes = [rep.quote() for _ in range(5)]
    for quote in quotes:
        tasks.act(lambda workspace, quote=quote: workspace.perform(quote))

    tasks.close()

    assert rep.one("SELECT count(*) FROM outbox") == 5
    assert not [t for t in threading.enumerate() if t.name.startswith("trunkline-")]


def test_closing_lets_go_of_the_reader_after_the_last_calm_read(qtbot: Any, rep: Any) -> None:
    tasks, gate, ran = Tasks(), threading.Event(), list[str]()
    reader = rep.workspace.reader
    tasks.open(lambda: rep.workspace, lambda _: None)
    tasks.act(lambda _workspace: None, lambda _none: ran.append("opened"))
    qtbot.waitUntil(lambda: bool(ran))
    tasks.read(lambda _connection: gate.wait(5), lambda _: None)
    tasks.read(lambda _connection: ran.append("calm"), lambda _: None, calm=True)
    threading.Timer(0.1, gate.set).start()

    tasks.close()

    assert (ran, reader.pool.checkedin()) == (["opened", "calm"], 0)


def test_a_network_that_hangs_does_not_keep_the_app_from_closing(qtbot: Any, rep: Any) -> None:
    tasks, gate = Tasks(), threading.Event()
    tasks.open(lambda: rep.workspace, lambda _: None)
    tasks.ask(lambda: gate.wait(60), lambda _: None)

    with qtbot.waitSignal(tasks.destroyed, timeout=int(NETWORK_PATIENCE * 1000) + 3000):
        tasks.close()
        tasks.deleteLater()

    gate.set()


def test_somebody_waits_from_a_read_until_its_answer_has_been_handed_out(qtbot: Any, tasks: Tasks) -> None:
    told: list[tuple[str, bool]] = []

    tasks.read(lambda _connection: None, lambda _: told.append(("handed out", tasks.waited_for)))
    told.append(("asked", tasks.waited_for))
    qtbot.waitUntil(lambda: not tasks.waited_for)

    assert told == [("asked", True), ("handed out", True)]


def test_nobody_waits_for_an_answer_that_was_overtaken_or_has_failed(qtbot: Any, tasks: Tasks) -> None:
    gate = threading.Event()
    tasks.read(lambda _connection: gate.wait(5), lambda _: None)
    for _ in range(3):
        tasks.read(lambda connection: connection.execute(text("SELECT 1")), lambda _: None, key="search")

    with qtbot.waitSignal(tasks.failed):
        tasks.read(lambda connection: connection.execute(text("DELETE FROM product")), lambda _: None)
        gate.set()

    qtbot.waitUntil(lambda: not tasks.waited_for)


def test_a_page_that_is_let_in_gives_way_to_who_waits(qtbot: Any, tasks: Tasks, rep: Any) -> None:
    gate, done = threading.Event(), []
    tasks.read(lambda _connection: gate.wait(5), lambda _: done.append("answer"))
    before = rep.workspace.give_way(0)

    gate.set()
    qtbot.waitUntil(lambda: not tasks.waited_for)

    assert (before, done, rep.workspace.give_way(0)) == (False, ["answer"], True)


def test_a_calm_read_comes_after_what_somebody_asked(qtbot: Any, tasks: Tasks) -> None:
    gate = threading.Event()
    ran: list[str] = []
    tasks.read(lambda _connection: gate.wait(5), lambda _: None)

    tasks.read(lambda _connection: ran.append("calm"), lambda _: None, calm=True)
    with tasks.calmly():
        tasks.read(lambda _connection: ran.append("calm, too"), lambda _: None)
    tasks.read(lambda _connection: ran.append("asked"), lambda _: None)
    gate.set()
    qtbot.waitUntil(lambda: len(ran) == 3)

    assert ran == ["asked", "calm", "calm, too"]


def test_nobody_waits_for_a_calm_read(qtbot: Any, tasks: Tasks) -> None:
    gate, done = threading.Event(), []

    tasks.read(lambda _connection: gate.wait(5), done.append, calm=True)

    assert not tasks.waited_for
    gate.set()
    qtbot.waitUntil(lambda: bool(done))


def test_a_calm_read_does_not_overtake_what_somebody_asked(qtbot: Any, tasks: Tasks) -> None:
    gate = threading.Event()
    answers: list[str] = []
    tasks.read(lambda _connection: gate.wait(5) and "asked", answers.append, key="search")

    tasks.read(lambda _connection: "calm", answers.append, key="search", calm=True)
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)

    assert answers == ["asked", "calm"]


def test_a_calm_read_is_overtaken_by_what_somebody_asks(qtbot: Any, tasks: Tasks) -> None:
    gate, begun = threading.Event(), threading.Event()
    answers: list[str] = []

    def slow(_connection: Any) -> str:
        begun.set()
        gate.wait(5)
        return "calm"

    tasks.read(slow, answers.append, key="search", calm=True)
    assert begun.wait(5)

    tasks.read(lambda _connection: "asked", answers.append, key="search")
    gate.set()
    qtbot.waitUntil(lambda: not tasks.waited_for)

    assert answers == ["asked"]


def test_closing_waits_for_nobody(qtbot: Any, rep: Any) -> None:
    tasks = Tasks()
    opened: list[Any] = []
    tasks.open(lambda: rep.workspace, opened.append)
    qtbot.waitUntil(lambda: bool(opened))
    tasks.read(lambda _connection: None, lambda _: None)

    tasks.close()

    assert rep.workspace.give_way(0)
