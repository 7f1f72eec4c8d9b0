"""Who may come in: passwords, and tokens with their rotation."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.parties import Person
from app.store.engine import reading
from sync.protocol.messages import Enrol, Refresh, SignIn, Tokens
from sync.server.accounts import Accounts
from sync.server.passwords import Passwords
from sync.server.tables import own, user_account

PASSWORD = "correct horse battery"
Problem = Callable[[Callable[[], object]], tuple[int, str]]


def sign_in(
    accounts: Accounts, login: str = "mia", device: str = "tablet-1", password: str = PASSWORD
) -> Tokens:
    return accounts.sign_in(SignIn(login, password, device))


def enrol(accounts: Accounts, login: str = "mia", device: str = "tablet-1", name: str = "Blue tablet") -> Any:
    caller = accounts.authenticate(sign_in(accounts, login, device).access)
    return accounts.enrol(caller, Enrol(device, name))


# -- signing in -------------------------------------------------------------------------------------------


def test_a_token_names_its_user(accounts: Accounts) -> None:
    tokens = sign_in(accounts)

    caller = accounts.authenticate(tokens.access)

    assert (caller.login, caller.name, caller.role, caller.code) == ("mia", "Mia Berg", "rep", "MB")
    assert caller.person == Person(caller.user_id, "rep", ("t-1",), "MB")
    assert caller.stream is None
    assert tokens.user == caller.user
    assert tokens.expires_in == 3600


def test_logins_do_not_care_for_case_or_spaces(accounts: Accounts) -> None:
    assert sign_in(accounts, login=" Mia ").user.login == "mia"


@pytest.mark.parametrize(
    "how", ["unknown user", "wrong password", "disabled", "no password set", "empty password"]
)
def test_every_failed_sign_in_gets_the_same_answer(accounts: Accounts, refused: Problem, how: str) -> None:
    accounts.add_user("new", None, role="rep", name="New Person")
    login, password = "mia", PASSWORD
    match how:
        case "unknown user":
            login = "nobody"
        case "wrong password":
            password = "correct horse"
        case "disabled":
            accounts.disable_user("mia")
        case "no password set":
            login = "new"
        case "empty password":
            login, password = "new", ""

    answer = refused(lambda: sign_in(accounts, login, password=password))

    assert answer == (401, "bad_credentials")


@pytest.mark.slow
def test_an_unknown_user_takes_as_long_as_a_wrong_password(
    accounts: Accounts, clock: Any, dice: Any, refused: Problem
) -> None:
    dear = Accounts(accounts.engine, now=clock, entropy=dice, passwords=Passwords(dice))
    dear.set_password("mia", PASSWORD)

    def took(login: str) -> float:
        started = time.perf_counter()
        refused(lambda: sign_in(dear, login, password="wrong"))
        return time.perf_counter() - started

    unknown, wrong = [], []
    for _ in range(5):  # one more is refused before it is judged
        unknown.append(took("nobody"))
        wrong.append(took("mia"))

    assert 0.5 < median(unknown) / median(wrong) < 2


def test_a_hash_of_another_cost_is_made_again_at_sign_in(accounts: Accounts, clock: Any, dice: Any) -> None:
    def stored() -> str:
        with reading(accounts.engine) as connection:
            return connection.execute(
                select(user_account.c.password).where(user_account.c.login == "mia")
            ).scalar_one()

    before = stored()
    dearer = Accounts(
        accounts.engine,
        now=clock,
        entropy=dice,
        passwords=Passwords(dice, time_cost=2, memory_kib=16, lanes=1),
    )

    sign_in(dearer)

    assert "t=1" in before
    assert "t=2" in stored()
    assert sign_in(dearer).user.login == "mia"


def test_signing_in_again_on_a_device_ends_its_earlier_session_only(
    accounts: Accounts, refused: Problem
) -> None:
    first, other = sign_in(accounts), sign_in(accounts, device="tablet-2")

    second = sign_in(accounts)

    assert refused(lambda: accounts.authenticate(first.access)) == (401, "token_invalid")
    assert accounts.authenticate(second.access).device_id == "tablet-1"
    assert accounts.authenticate(other.access).device_id == "tablet-2"


def test_signing_out_ends_the_session(accounts: Accounts, refused: Problem) -> None:
    tokens = sign_in(accounts)

    accounts.sign_out(accounts.authenticate(tokens.access))

    assert refused(lambda: accounts.authenticate(tokens.access)) == (401, "token_invalid")
    assert refused(lambda: accounts.refresh(Refresh(tokens.refresh))) == (401, "token_invalid")


def test_a_new_password_ends_every_session(accounts: Accounts, refused: Problem) -> None:
    tokens = sign_in(accounts)

    accounts.set_password("mia", "another good one")

    assert refused(lambda: accounts.authenticate(tokens.access)) == (401, "token_invalid")
    assert refused(lambda: sign_in(accounts)) == (401, "bad_credentials")
    assert sign_in(accounts, password="another good one").user.login == "mia"


# -- tokens -----------------------------------------------------------------------------------------------


def test_an_access_token_lives_an_hour_and_a_refresh_token_ninety_days(
    accounts: Accounts, clock: Any, refused: Problem
) -> None:
    tokens = sign_in(accounts)
    clock.forward(minutes=59)
    accounts.authenticate(tokens.access)

    clock.forward(minutes=1)

    assert refused(lambda: accounts.authenticate(tokens.access)) == (401, "token_expired")
    clock.forward(days=89)
    renewed = accounts.refresh(Refresh(tokens.refresh))
    clock.forward(days=90)
    assert refused(lambda: accounts.refresh(Refresh(renewed.refresh))) == (401, "token_expired")


@pytest.mark.parametrize("wrong", ["", "x", "refresh as access", "access as refresh"])
def test_a_made_up_token_opens_nothing(accounts: Accounts, refused: Problem, wrong: str) -> None:
    tokens = sign_in(accounts)
    if wrong == "access as refresh":
        answer = refused(lambda: accounts.refresh(Refresh(tokens.access)))
    else:
        shown = tokens.refresh if wrong == "refresh as access" else wrong
        answer = refused(lambda: accounts.authenticate(shown))

    assert answer == (401, "token_invalid")


def test_a_lost_answer_to_a_refresh_locks_nobody_out(accounts: Accounts) -> None:
    """kill -9 between the answer and the keyring: the tablet still has the parent, and asks again."""
    parent = sign_in(accounts)

    lost = accounts.refresh(Refresh(parent.refresh))
    kept = accounts.refresh(Refresh(parent.refresh))

    assert lost.refresh != kept.refresh
    assert accounts.authenticate(kept.access).login == "mia"
    assert accounts.refresh(Refresh(kept.refresh)).user.login == "mia"


@pytest.mark.parametrize("first_use", ["access", "refresh"])
def test_a_parent_shown_after_its_child_was_used_ends_the_session(
    accounts: Accounts, refused: Problem, first_use: str
) -> None:
    parent = sign_in(accounts)
    child = accounts.refresh(Refresh(parent.refresh))
    if first_use == "access":
        accounts.authenticate(child.access)
    else:
        accounts.refresh(Refresh(child.refresh))

    stolen = refused(lambda: accounts.refresh(Refresh(parent.refresh)))

    assert stolen == (401, "token_reused")
    assert refused(lambda: accounts.authenticate(child.access)) == (401, "token_invalid")
    assert refused(lambda: accounts.refresh(Refresh(child.refresh))) == (401, "token_invalid")


@pytest.mark.parametrize("shown", ["access", "refresh"])
def test_of_two_children_only_one_may_be_used(accounts: Accounts, refused: Problem, shown: str) -> None:
    parent = sign_in(accounts)
    one, other = accounts.refresh(Refresh(parent.refresh)), accounts.refresh(Refresh(parent.refresh))
    accounts.authenticate(one.access)

    if shown == "access":
        answer = refused(lambda: accounts.authenticate(other.access))
    else:
        answer = refused(lambda: accounts.refresh(Refresh(other.refresh)))

    assert answer == (401, "token_reused")
    assert refused(lambda: accounts.authenticate(one.access)) == (401, "token_invalid")


def test_requests_in_flight_during_a_refresh_are_not_reuse(accounts: Accounts) -> None:
    before = sign_in(accounts)
    accounts.authenticate(before.access)
    after = accounts.refresh(Refresh(before.refresh))
    accounts.authenticate(after.access)

    late = accounts.authenticate(before.access)

    assert late.login == "mia"
    assert accounts.authenticate(after.access).login == "mia"


def test_a_chain_of_refreshes_lasts(accounts: Accounts, clock: Any) -> None:
    tokens = sign_in(accounts)
    for _ in range(50):
        clock.forward(hours=30)
        tokens = accounts.refresh(Refresh(tokens.refresh))

    assert accounts.authenticate(tokens.access).login == "mia"


def test_one_parent_shown_many_times_at_once_ends_in_one_session_that_works(accounts: Accounts) -> None:
    parent = sign_in(accounts)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: accounts.refresh(Refresh(parent.refresh)), range(8)))

    assert len({one.refresh for one in answers}) == 8
    assert accounts.authenticate(answers[3].access).login == "mia"


def test_only_hashes_are_stored(accounts: Accounts) -> None:
    first = sign_in(accounts)
    second = accounts.refresh(Refresh(first.refresh))
    secrets = [PASSWORD, first.access, first.refresh, second.access, second.refresh]

    with reading(accounts.engine) as connection:
        stored = [repr(row) for table in own.sorted_tables for row in connection.execute(select(table))]

    assert not [row for row in stored for secret in secrets if secret in row]
