"""The sync loop: it wakes by itself, waits as pacing says, never blocks, and tells how it stands in one word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Semaphore
from typing import Any

import pytest

from app.desktop.sync_loop import SyncLoop
from app.screens.sync_state import SyncView
from app.workspace.rows.sync import SyncFigures
from sync.client import pacing
from sync.protocol.api import ApiProblem, Unreachable, problem
from sync.protocol.messages import Problem, Pull


@dataclass
class Clock:
    """Seconds that pass only when told."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Weather:
    """The server in person behind a network that can be broken: `trouble` is raised before anything is heard.

    A pull that may wait is held until `news`, which a push makes when it `wakes`; `held` are those that came.
    """

    server: Any
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)
    held: list[Pull] = field(default_factory=list)
    wakes: bool = True
    news: Semaphore = field(default_factory=lambda: Semaphore(0))

    def enrol(self, request: Any) -> Any:
        return self.server.enrol(request)

    def push(self, request: Any) -> Any:
        answer = self._hear("push", request)
        if self.wakes and self.held:
            self.news.release()
        return answer

    def pull(self, request: Any) -> Any:
        if not request.wait:
            return self._hear("pull", request)
        self.held.append(request)
        self.news.acquire()
        if self.trouble is not None:
            raise self.trouble
        return self.server.pull(request)

    def rescue(self, request: Any) -> Any:
        return self._hear("rescue", request)

    def _hear(self, what: str, request: Any) -> Any:
        self.asked.append(what)
        if self.trouble is not None:
            raise self.trouble
        return getattr(self.server, what)(request)


@dataclass
class Out:
    """A stage with weather, a clock, and every view that was told."""

    stage: Any
    weather: Weather
    clock: Clock
    loop: SyncLoop
    told: list[SyncView]

    def idle(self) -> None:
        self.stage.wait(lambda: not self.loop.busy)
        self.stage.settle()

    def listening(self, times: int) -> None:
        """Wait until it has asked for news so many times."""
        self.stage.wait(lambda: len(self.weather.held) == times)

    def hear(self, seconds: float = pacing.LISTEN) -> None:
        """The pull that was held is answered, after so many seconds."""
        self.clock.seconds += seconds
        self.weather.news.release()

    @property
    def view(self) -> SyncView:
        return self.loop.view


@pytest.fixture
def out(make_stage: Any, rep: Any) -> Iterator[Out]:
    """In the field, with a loop that runs by itself."""
    weather, clock = Weather(rep.api), Clock()
    stage = make_stage(rep, api=weather)
    stage.tasks.loop.stop()
    loop = stage.tasks.loop = SyncLoop(
        stage.tasks, weather, now=rep.workspace.now, monotonic=clock, dice=lambda: 0.5
    )
    told: list[SyncView] = []
    stage.tasks.sync_moved.connect(told.append)
    loop.start()
    made = Out(stage, weather, clock, loop, told)
    made.idle()
    made.listening(1)
    yield made
    weather.news.release(10)  # nobody may be left waiting


def test_it_begins_with_a_look_at_the_server(out: Out) -> None:
    assert out.weather.asked == ["pull"]
    assert (out.view.state, out.view.waiting, out.view.loading) == ("up_to_date", 0, False)
    assert out.view.last_contact == "2026-11-23T12:00:00+00:00"


def test_what_is_saved_is_sent_without_being_asked(out: Out, rep: Any) -> None:
    out.stage.desk.perform(lambda _workspace: rep.quote())
    out.stage.wait(lambda: rep.one("SELECT count(*) FROM outbox WHERE settled_at IS NOT NULL") == 1)
    out.idle()

    assert out.stage.toasts == ["Saved — waiting to send (1)"]
    assert [v.waiting for v in out.told if v.waiting] != []
    assert (out.view.state, out.view.waiting, out.view.unsettled) == ("up_to_date", 0, 0)


def test_no_network_is_told_and_waited_for(out: Out, rep: Any) -> None:
    out.weather.trouble = Unreachable("no route")
    out.stage.desk.perform(lambda _workspace: rep.quote())
    out.stage.wait(lambda: out.view.state == "offline")
    out.idle()
    asked = len(out.weather.asked)

    out.loop.tick()
    out.clock.seconds += pacing.delay(1, 0.5) - 0.1
    out.loop.tick()
    assert len(out.weather.asked) == asked
    assert (out.view.waiting, out.view.since) == (1, "2026-11-23T12:00:00+00:00")

    out.weather.trouble = None
    out.clock.seconds += 0.2
    out.loop.tick()
    out.idle()
    assert (out.view.state, out.view.waiting, out.view.since) == ("up_to_date", 0, None)


def test_a_push_told_to_wait_waits_and_news_come_in_meanwhile(
    out: Out, rep: Any, sqlite_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_request: Any) -> Any:
        out.weather.asked.append("push")
        raise ApiProblem(Problem("Busy", 503, "busy"), retry_after=50.0)

    with monkeypatch.context() as patch:
        patch.setattr(out.weather, "push", busy)
        out.stage.desk.perform(lambda _workspace: rep.quote())
        out.stage.wait(lambda: out.view.state == "server_trouble")
        out.idle()
    assert out.weather.asked == ["pull", "push", "pull"]

    sqlite_world.hold("a2")
    out.clock.seconds += pacing.IDLE
    out.loop.tick()
    out.idle()
    assert out.weather.asked == ["pull", "push", "pull", "pull"]
    assert rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold"
    assert (out.view.state, out.view.waiting) == ("server_trouble", 1)

    out.clock.seconds += 50.0 - pacing.IDLE
    out.loop.tick()
    out.idle()
    assert out.weather.asked[4:] == ["push", "pull"]
    assert (out.view.state, out.view.waiting) == ("up_to_date", 0)


def test_a_tap_does_not_wait(out: Out) -> None:
    out.weather.trouble = Unreachable("no route")
    out.loop.now()
    out.idle()
    out.weather.trouble = None

    out.stage.tasks.sync_now()
    out.idle()

    assert out.view.state == "up_to_date"


def test_a_tap_while_it_is_at_work_is_kept(out: Out) -> None:
    out.loop.now()
    out.loop.now()
    out.idle()
    out.stage.wait(lambda: not out.loop.busy)

    assert out.weather.asked == ["pull"] * 3


@pytest.mark.parametrize(
    ("trouble", "state", "problem_word"),
    [
        (problem(503, "busy", "Busy"), "server_trouble", ""),
        (problem(401, "token_expired", "Expired"), "signed_out", ""),
        (problem(403, "device_revoked", "Revoked"), "needs_you", "revoked"),
        (problem(426, "upgrade_required", "Old"), "needs_you", "update"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_trouble_has_its_own_word(out: Out, trouble: Exception, state: str, problem_word: str) -> None:
    out.weather.trouble = trouble

    out.loop.now()
    out.idle()

    assert (out.view.state, out.view.problem) == (state, problem_word)


def test_signed_out_stops_until_somebody_signs_in(out: Out) -> None:
    out.weather.trouble = problem(401, "token_expired", "Expired")
    out.loop.now()
    out.idle()
    asked = len(out.weather.asked)
    out.weather.trouble = None

    out.clock.seconds += 10_000
    out.loop.tick()
    assert len(out.weather.asked) == asked

    out.loop.signed_in()
    out.idle()
    assert out.view.state == "up_to_date"


def test_a_keyring_that_is_locked_asks_to_sign_in(out: Out) -> None:
    from app.desktop.secrets import SecretsUnavailable

    out.weather.trouble = SecretsUnavailable("The keyring is locked.")

    out.loop.now()
    out.idle()

    assert (out.view.state, out.view.detail) == ("signed_out", "The keyring is locked.")


def test_a_refused_op_needs_somebody(out: Out, rep: Any, sqlite_world: Any) -> None:
    sqlite_world.hold("a2")
    out.stage.desk.perform(lambda _workspace: rep.quote(account="a2"))
    out.stage.wait(lambda: rep.one("SELECT count(*) FROM outbox WHERE result='rejected'") == 1)
    out.idle()

    assert (out.view.state, out.view.needs_you, out.view.waiting) == ("needs_you", 1, 0)


def test_a_crash_in_the_middle_is_told_and_the_next_turn_works(out: Out) -> None:
    out.weather.trouble = ZeroDivisionError("planted")
    out.loop.now()
    out.stage.wait(lambda: not out.loop.busy)
    assert [type(news.error) for news in out.stage.failures] == [ZeroDivisionError]
    out.stage.failures.clear()
    assert out.view.state == "server_trouble"

    out.weather.trouble = None
    out.loop.now()
    out.idle()
    assert out.view.state == "up_to_date"


def test_a_load_says_how_long_it_may_take(out: Out) -> None:
    rows = SyncFigures(
        0, 0, 0, loaded=1_000, total=11_000, what="g:catalog", last_contact=None, skew_seconds=0
    )
    assert out.loop._seconds_left(rows) is None

    out.clock.seconds += 10
    assert out.loop._seconds_left(replace(rows, loaded=6_000)) == 10

    assert out.loop._seconds_left(replace(rows, loaded=11_000, what="")) is None


def test_by_hand_it_only_does_what_it_is_told(make_stage: Any, rep: Any) -> None:
    weather = Weather(rep.api)
    stage = make_stage(rep, api=weather)  # a stage's loop is by hand
    stage.desk.perform(lambda _workspace: rep.quote())
    stage.settle()
    assert (weather.asked, stage.tasks.sync_view.waiting) == ([], 1)

    stage.sync()

    assert weather.asked == ["push", "pull"]
    assert stage.tasks.sync_view.waiting == 0


# -- listening --------------------------------------------------------------------------------------------


def test_when_all_is_well_it_listens(out: Out) -> None:
    assert [one.wait for one in out.weather.held] == [pacing.LISTEN]
    assert (out.loop.busy, out.view.state) == (False, "up_to_date")


def test_news_come_in_by_themselves_and_it_listens_on(out: Out, rep: Any, sqlite_world: Any) -> None:
    sqlite_world.hold("a2")
    out.hear(3.0)

    out.stage.wait(lambda: rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold")
    out.clock.seconds += pacing.NEWS
    out.listening(2)
    assert out.weather.asked == ["pull"]


def test_a_wait_that_brought_nothing_is_not_shown_and_the_next_begins(out: Out) -> None:
    out.told.clear()
    out.hear()

    out.listening(2)
    assert "syncing" not in [view.state for view in out.told]
    assert out.weather.asked == ["pull"]


def test_what_is_saved_is_sent_beside_the_pull_that_waits(out: Out, rep: Any) -> None:
    out.weather.wakes = False
    out.stage.desk.perform(lambda _workspace: rep.quote())

    out.stage.wait(lambda: rep.one("SELECT count(*) FROM outbox WHERE pushed=1") == 1)
    out.idle()
    assert out.weather.asked == ["pull", "push"]
    assert rep.one("SELECT count(*) FROM outbox WHERE settled_at IS NOT NULL") == 0

    out.hear(0.5)
    out.stage.wait(lambda: rep.one("SELECT count(*) FROM outbox WHERE settled_at IS NOT NULL") == 1)
    assert out.weather.asked == ["pull", "push"]


def test_a_tap_asks_anew_and_drops_what_the_old_pull_brings(out: Out, rep: Any, sqlite_world: Any) -> None:
    sqlite_world.hold("a2")

    out.stage.tasks.sync_now()
    out.idle()
    assert rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold"
    position = rep.one("SELECT value FROM meta WHERE key='position'")
    out.hear(3.0)

    out.clock.seconds += pacing.NEWS
    out.listening(2)
    assert (out.weather.asked, out.view.state) == (["pull", "pull"], "up_to_date")
    assert rep.one("SELECT value FROM meta WHERE key='position'") == position


def test_a_server_that_does_not_hold_is_asked_as_seldom_as_before(out: Out) -> None:
    out.hear(0.1)
    out.stage.wait(lambda: out.weather.news._value == 0)
    out.stage.settle()
    out.idle()
    assert len(out.weather.held) == 1

    out.loop.tick()
    assert out.weather.asked == ["pull"]
    out.clock.seconds += pacing.IDLE
    out.loop.tick()
    out.idle()
    assert out.weather.asked == ["pull", "pull"]


def test_a_network_that_breaks_while_it_listens_is_told(out: Out) -> None:
    out.weather.trouble = Unreachable("no route")

    out.hear(2.0)

    out.stage.wait(lambda: out.view.state == "offline")
    out.idle()
    assert len(out.weather.held) == 1


def test_whoever_works_by_hand_does_not_listen(make_stage: Any, rep: Any) -> None:
    weather = Weather(rep.api)
    stage = make_stage(rep, api=weather)

    stage.tasks.sync_now()
    stage.wait(lambda: not stage.tasks.loop.busy)
    stage.settle()

    assert (weather.asked, weather.held) == (["pull"], [])
