"""The tablet's side of HTTP against a real socket that misbehaves: never a hang, never a wrong answer believed."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import zstandard

from sync.client.http_api import HttpApi
from sync.client.session import Session
from sync.protocol.api import ApiProblem, Unreachable
from sync.protocol.messages import Cursor, Problem, Pull, Tokens, User, encode
from sync.protocol.wire import Page, read_page, write_page

USER = User("u", "mb", "Mia", "rep", "MB", ["north"])
PULL = Pull(1, Cursor(), [])


@dataclass
class Pocket:
    """A token store of one dictionary."""

    secrets: dict[str, str] | None = None
    saved: list[str] = field(default_factory=list)

    def load(self) -> dict[str, str] | None:
        return self.secrets

    def save(self, secrets: dict[str, str]) -> None:
        self.secrets = secrets
        self.saved.append(secrets["access"])

    def clear(self) -> None:
        self.secrets = None


Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


@dataclass
class Peer:
    """A server whose answers are written down per path; `calls` are (path, token) in order."""

    answers: dict[str, Answer]
    calls: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def api(self, *, deadline: float = 5.0, secrets: dict[str, str] | None = None) -> HttpApi:
        pocket = Pocket({"access": "a1", "refresh": "r1"} if secrets is None else secrets)
        return HttpApi(Session(self.url, pocket, timeout=(1.0, 0.4)), time.monotonic, deadline)


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer({})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            made.calls.append((self.path, self.headers.get("Authorization", "").removeprefix("Bearer ")))
            made.answers[self.path](self, body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def say(status: int, body: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def trouble(status: int, code: str, **headers: str) -> Answer:
    return say(
        status, encode(Problem("No", status, code)), Content_Type="application/problem+json", **headers
    )


def drip(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    """A byte at a time, each within the read time-out: only a deadline of our own ends it."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b"x" * 70_000)
            time.sleep(0.1)
    except OSError:
        return


def stall(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.flush()
    time.sleep(1)


def test_a_compressed_page_arrives_as_it_was(peer: Peer) -> None:
    peer.answers["/sync/v1/pull"] = say(200, gzip.compress(b"page"), Content_Encoding="gzip")

    assert peer.api().pull(PULL) == b"page"


def test_a_refused_token_is_renewed_once_and_the_call_made_again(peer: Peer) -> None:
    def pull(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        fresh = handler.headers["Authorization"] == "Bearer a2"
        (say(200, b"page") if fresh else trouble(401, "token_expired"))(handler, body)

    peer.answers["/sync/v1/pull"] = pull
    peer.answers["/auth/refresh"] = say(200, encode(Tokens("a2", "r2", 3600, USER)))
    api = peer.api()

    assert [api.pull(PULL), api.pull(PULL)] == [b"page", b"page"]
    assert [path for path, _ in peer.calls] == [
        "/sync/v1/pull",
        "/auth/refresh",
        "/sync/v1/pull",
        "/sync/v1/pull",
    ]


def test_a_renewal_that_is_refused_asks_to_sign_in_and_keeps_what_was_stored(peer: Peer) -> None:
    peer.answers["/sync/v1/pull"] = trouble(401, "token_expired")
    peer.answers["/auth/refresh"] = trouble(401, "token_reused")
    api = peer.api()

    with pytest.raises(ApiProblem) as caught:
        api.pull(PULL)

    assert (caught.value.problem.status, caught.value.problem.code) == (401, "token_reused")
    assert api.session.store.load() == {"access": "a1", "refresh": "r1"}


def test_two_threads_that_meet_an_old_token_renew_it_once(peer: Peer) -> None:
    peer.answers["/auth/refresh"] = say(200, encode(Tokens("a2", "r2", 3600, USER)))
    session = peer.api().session
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(session.renew("a1"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == ["a2"] * 4
    assert len(peer.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(say(200, b"half", Content_Length="9000"), id="a body cut off"),
        pytest.param(say(302, b"", Location="http://127.0.0.1:1/login"), id="a captive portal's redirect"),
        pytest.param(say(404, b"<html>", Content_Type="text/html"), id="somebody else's 404"),
        pytest.param(say(200, b"not gzip", Content_Encoding="gzip"), id="a wrong encoding"),
        pytest.param(stall, id="a stall"),
        pytest.param(drip, id="a drip without end"),
    ],
)
def test_an_answer_that_is_not_ours_is_offline_not_an_error(peer: Peer, answer: Answer) -> None:
    peer.answers["/sync/v1/pull"] = answer

    with pytest.raises(Unreachable):
        peer.api(deadline=0.5).pull(PULL)


def test_a_bomb_is_not_unpacked_whole(peer: Peer) -> None:
    bomb = gzip.compress(b"\0" * (40 << 20))
    peer.answers["/sync/v1/pull"] = say(200, bomb, Content_Encoding="gzip")

    with pytest.raises(Unreachable, match="more than"):
        peer.api().pull(PULL)


def test_a_bomb_of_zstd_is_not_unpacked_whole(peer: Peer) -> None:
    bomb = zstandard.compress(b"\0" * (40 << 20))
    peer.answers["/sync/v1/pull"] = say(200, bomb, Content_Encoding="zstd")

    with pytest.raises(Unreachable, match="more than"):
        peer.api().pull(PULL)


def test_zstd_that_asks_for_more_memory_than_any_page_needs_is_offline(peer: Peer) -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    body = packer.compress(b"x" * (1 << 20)) + packer.flush()
    peer.answers["/sync/v1/pull"] = say(200, body, Content_Encoding="zstd")

    with pytest.raises(Unreachable, match="decompressed"):
        peer.api().pull(PULL)


def test_a_page_of_zstd_cut_at_any_byte_is_never_taken_for_a_whole_one(peer: Peer) -> None:
    whole = b"".join(write_page(Page(epoch="e", head=7), {}))
    packed = zstandard.compress(whole)
    assert read_page(whole, {}).head == 7

    for size in range(len(packed)):
        peer.answers["/sync/v1/pull"] = say(200, packed[:size], Content_Encoding="zstd")
        with pytest.raises(Unreachable):
            read_page(peer.api().pull(PULL), {})


def test_a_pull_that_may_be_held_is_waited_for_that_much_longer(peer: Peer) -> None:
    def held(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        time.sleep(0.8)  # twice the read time-out
        with suppress(OSError):
            say(200, b"page")(handler, body)

    peer.answers["/sync/v1/pull"] = held

    assert peer.api().pull(Pull(2, Cursor(), [], wait=2)) == b"page"
    with pytest.raises(Unreachable):
        peer.api().pull(PULL)


def test_nobody_listening_is_offline() -> None:
    api = HttpApi(Session("http://127.0.0.1:9", Pocket({"access": "a", "refresh": "r"})), time.monotonic)

    with pytest.raises(Unreachable):
        api.pull(PULL)
    with pytest.raises(Unreachable):
        api.session.sign_in("mb", "secret", "d")


def test_retry_after_reaches_the_pacing(peer: Peer) -> None:
    peer.answers["/sync/v1/pull"] = trouble(503, "busy", Retry_After="17")

    with pytest.raises(ApiProblem) as caught:
        peer.api().pull(PULL)

    assert caught.value.retry_after == 17


def test_a_proxys_busy_page_is_server_trouble(peer: Peer) -> None:
    peer.answers["/sync/v1/pull"] = say(502, b"<html>Bad gateway</html>", Content_Type="text/html")

    with pytest.raises(ApiProblem) as caught:
        peer.api().pull(PULL)

    assert caught.value.problem.code == "busy"


def test_without_tokens_nothing_is_sent(peer: Peer) -> None:
    api = peer.api(secrets={})

    with pytest.raises(ApiProblem):
        api.pull(PULL)

    assert peer.calls == []


def test_signing_out_forgets_the_tokens_even_when_the_server_is_away() -> None:
    pocket = Pocket({"access": "a", "refresh": "r"})

    Session("http://127.0.0.1:9", pocket).sign_out()

    assert pocket.secrets is None
