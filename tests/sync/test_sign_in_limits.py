"""Signing in may fail only so often: whom the limits stop, whom they never stop, and that they tell nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, func, select

from app.store.engine import reading
from sync.protocol.api import ApiProblem
from sync.protocol.messages import Refresh, SignIn, encode
from sync.server import addresses, limits
from sync.server.accounts import Accounts
from sync.server.routes import build_app
from sync.server.tables import audit, sign_in_limit

PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def attempt(accounts: Accounts) -> Callable[..., tuple[int, str]]:
    """Signs in; (status, code) of the answer."""

    def call(
        login: str = "mia", password: str = "wrong", address: str = HERE, device: str = "tablet-1"
    ) -> tuple[int, str]:
        try:
            accounts.sign_in(SignIn(login, password, device), address)
        except ApiProblem as found:
            return found.problem.status, found.problem.code
        return 200, ""

    return call


WRONG, LIMITED, IN = (401, "bad_credentials"), (429, "too_many_attempts"), (200, "")
Attempt = Callable[..., tuple[int, str]]


@pytest.mark.parametrize("who", ["known", "unknown", "disabled", "without a password"])
def test_the_strict_limit_is_the_same_for_every_login(accounts: Accounts, attempt: Attempt, who: str) -> None:
    accounts.add_user("new", None, role="rep", name="New Person")
    if who == "disabled":
        accounts.disable_user("mia")
    login = {"unknown": "nobody", "without a password": "new"}.get(who, "mia")

    answers = [attempt(login) for _ in range(limits.PAIR + 2)]

    assert answers == [WRONG] * limits.PAIR + [LIMITED] * 2


def test_over_the_limit_the_right_password_is_not_even_judged(accounts: Accounts, attempt: Attempt) -> None:
    for _ in range(limits.PAIR):
        attempt()

    assert attempt(password=PASSWORD) == LIMITED


def test_who_owns_the_login_gets_in_from_elsewhere(attempt: Attempt) -> None:
    for _ in range(20):
        attempt()

    assert attempt(password=PASSWORD, address=ELSEWHERE) == IN


def test_when_many_addresses_try_one_login_each_gets_one_try_and_the_owner_still_gets_in(
    attempt: Attempt,
) -> None:
    for number in range(limits.LOGIN // limits.PAIR):
        for _ in range(limits.PAIR):
            assert attempt(address=f"203.0.113.{number}") == WRONG

    assert [attempt(address="203.0.113.200") for _ in range(2)] == [WRONG, LIMITED]
    assert attempt(password=PASSWORD, address=ELSEWHERE) == IN


def test_one_address_may_not_try_logins_without_end(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ADDRESS", 12)

    answers = [attempt(f"login{number}") for number in range(14)]

    assert answers == [WRONG] * 12 + [LIMITED] * 2
    assert attempt("other", address=ELSEWHERE) == WRONG


def test_those_who_get_in_do_not_count_against_their_address(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ADDRESS", 3)
    monkeypatch.setattr(limits, "LOGIN", 3)

    assert [attempt(password=PASSWORD) for _ in range(8)] == [IN] * 8


def test_getting_in_forgets_the_failures_from_there(attempt: Attempt) -> None:
    for _ in range(3):
        assert [attempt() for _ in range(limits.PAIR - 1)] == [WRONG] * (limits.PAIR - 1)
        assert attempt(password=PASSWORD) == IN


def test_the_limit_ends_with_its_window_and_retry_after_says_when(
    accounts: Accounts, attempt: Attempt, clock: Any
) -> None:
    for _ in range(limits.PAIR):
        attempt()
    clock.forward(minutes=5)
    with pytest.raises(ApiProblem) as caught:
        accounts.sign_in(SignIn("mia", PASSWORD, "tablet-1"), HERE)

    assert caught.value.retry_after == 600
    clock.forward(seconds=599)
    assert attempt(password=PASSWORD) == LIMITED
    clock.forward(seconds=1)
    assert attempt(password=PASSWORD) == IN


def test_a_clock_that_was_set_back_locks_nobody_out(attempt: Attempt, clock: Any) -> None:
    clock.forward(days=4000)
    for _ in range(limits.PAIR):
        attempt()
    clock.forward(days=-4000)

    assert attempt(password=PASSWORD) == IN


def test_tries_at_once_are_all_counted(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "AT_ONCE", 3)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: attempt(), range(24)))

    assert 1 <= answers.count(WRONG) <= 3
    assert answers.count(WRONG) + answers.count(LIMITED) == 24


def test_another_process_knows_the_failures(
    accounts: Accounts, attempt: Attempt, clock: Any, dice: Any, cheap_passwords: Any, refused: Any
) -> None:
    for _ in range(limits.PAIR):
        attempt()
    other = Accounts(accounts.engine, now=clock, entropy=dice, passwords=cheap_passwords)

    assert refused(lambda: other.sign_in(SignIn("mia", PASSWORD, "tablet-1"), HERE)) == LIMITED


@pytest.mark.parametrize("limited", [False, True])
def test_every_refusal_costs_the_same_statements_and_the_same_hashing(
    accounts: Accounts, attempt: Attempt, monkeypatch: pytest.MonkeyPatch, limited: bool
) -> None:
    accounts.add_user("off", PASSWORD, role="rep", name="Off Person")
    accounts.disable_user("off")
    done: list[str] = []
    event.listen(
        accounts.engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: done.append(statement)
    )
    judged = accounts.passwords.fits

    def fits(stored: str, password: str) -> bool:
        done.append("argon2")
        return judged(stored, password)

    monkeypatch.setattr(accounts.passwords, "fits", fits)
    work = {}
    for number, (login, password) in enumerate(
        [("nobody", "x"), ("mia", "x"), ("off", PASSWORD), ("off", "x")]
    ):
        for _ in range(limits.PAIR if limited else 1):
            attempt(login, password, address=f"192.0.2.{number}")
        done.clear()
        answer = attempt(login, password, address=f"192.0.2.{number}")
        work[number] = (answer, list(done))

    assert len({repr(one) for one in work.values()}) == 1
    assert ("argon2" in work[0][1]) is not limited


# -- the audit --------------------------------------------------------------------------------------------


def refusals(accounts: Accounts) -> list[dict[str, Any]]:
    with reading(accounts.engine) as connection:
        found = select(audit).where(audit.c.action == "sign_in_refused").order_by(audit.c.seq)
        return [dict(row) for row in connection.execute(found).mappings()]


def test_an_attack_is_one_row_a_user_and_window(accounts: Accounts, attempt: Attempt, clock: Any) -> None:
    for number in range(40):
        attempt(address=f"203.0.113.{number}")
        attempt(f"nobody{number}")
    assert refusals(accounts) == []
    clock.forward(minutes=15)

    for _ in range(2):  # a hundred rows at a time
        accounts.tell_refusals()

    assert sorted((row["actor"] == "unknown", json.loads(row["detail"])["failures"]) for row in refusals(accounts)) == [
        (False, 40), (True, 40),
    ]  # fmt: skip
    with reading(accounts.engine) as connection:
        assert connection.execute(select(func.count()).select_from(sign_in_limit)).scalar_one() == 0
    accounts.tell_refusals()
    assert len(refusals(accounts)) == 2


def test_getting_in_tells_at_once_what_failed_before(accounts: Accounts, attempt: Attempt) -> None:
    attempt(device="stolen")
    attempt(device="stolen")
    attempt(password=PASSWORD, address=ELSEWHERE)

    (row,) = refusals(accounts)

    assert (row["subject"], json.loads(row["detail"])["failures"], json.loads(row["detail"])["address"]) == (
        "stolen", 2, HERE,
    )  # fmt: skip


def test_limited_tries_leave_nothing_behind(accounts: Accounts, attempt: Attempt) -> None:
    def stored() -> list[Any]:
        with reading(accounts.engine) as connection:
            return [tuple(row) for row in connection.execute(select(sign_in_limit).order_by("key"))]

    for _ in range(limits.PAIR):
        attempt("hunter2typed")
    before = stored()

    for _ in range(10):
        attempt("hunter2typed")

    assert stored() == before
    assert "hunter2" not in repr(before)


# -- addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2ff::9", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", ""),
    ],
)
def test_an_address_is_what_one_customer_has(address: str, place: str) -> None:
    assert limits.place(address) == place


PROXIES = addresses.networks(["10.0.0.0/24", "127.0.0.1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "asker"),
    [
        ("192.0.2.1", ["6.6.6.6"], "192.0.2.1"),  # no proxy of ours: the header is anybody's
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("::ffff:127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["6.6.6.6", "192.0.2.1, 10.0.0.4"], "192.0.2.1"),
        ("127.0.0.1", ["6.6.6.6, junk"], "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("", ["192.0.2.1"], ""),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(peer: str, forwarded: list[str], asker: str) -> None:
    assert addresses.source(peer, forwarded, PROXIES) == asker


def test_a_proxy_that_is_no_network_is_a_sentence(here: Any, tmp_path: Any) -> None:
    said = here("serve", "--trusted-proxy", "10.0.0.1/8", "--data", tmp_path, code=2).output

    assert "a proxy is named like 10.0.0.5" in said


def test_over_http_a_limit_is_a_problem_with_retry_after(client: Any) -> None:
    body = encode(SignIn("mia", "wrong", "tablet-1"))
    for number in range(limits.PAIR):  # a header of the attacker's own changes nothing
        client.post("/auth/sign-in", content=body, headers={"X-Forwarded-For": f"192.0.2.{number}"})

    answer = client.post("/auth/sign-in", content=body, headers={"X-Forwarded-For": "192.0.2.99"})

    assert client.problem(answer).code == "too_many_attempts"
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


def test_over_http_a_trusted_proxy_keeps_the_addresses_apart(
    client: Any, stage: Any, app: Any, accounts: Accounts, clock: Any, dice: Any
) -> None:
    from sync.server.api import ServerApi

    stage.app = build_app(
        ServerApi(accounts.engine, now=clock), accounts, version="1", entropy=dice, trusted=PROXIES
    )
    body = encode(SignIn("mia", "wrong", "tablet-1"))

    def status(address: str) -> int:
        answer = client.post("/auth/sign-in", content=body, headers={"X-Forwarded-For": address})
        return int(answer.status_code)

    assert [status(HERE) for _ in range(limits.PAIR + 1)] == [401] * limits.PAIR + [429]
    assert status(ELSEWHERE) == 401


def test_made_up_refresh_tokens_are_limited_and_real_ones_never(
    accounts: Accounts, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ADDRESS", 3)
    pair = accounts.sign_in(SignIn("mia", PASSWORD, "tablet-1"), HERE)

    answers = [refused(lambda: accounts.refresh(Refresh("made-up"), HERE)) for _ in range(4)]

    assert answers == [(401, "token_invalid")] * 3 + [LIMITED]
    assert accounts.refresh(Refresh(pair.refresh), HERE).access
