"""Devices and users: enrolment and its letters, disabling and revoking, new users, and what the audit table keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from app.domain.parties import Person
from app.store import tables as t
from app.store.engine import reading, writing
from sync.protocol.messages import Enrol, Refresh, SignIn, Tokens
from sync.server.accounts import Accounts
from sync.server.devices import letters
from sync.server.people import Refused
from sync.server.tables import audit

PASSWORD = "correct horse battery"
Problem = Callable[[Callable[[], object]], tuple[int, str]]


def sign_in(
    accounts: Accounts, login: str = "mia", device: str = "tablet-1", password: str = PASSWORD
) -> Tokens:
    return accounts.sign_in(SignIn(login, password, device))


def enrol(accounts: Accounts, login: str = "mia", device: str = "tablet-1", name: str = "Blue tablet") -> Any:
    caller = accounts.authenticate(sign_in(accounts, login, device).access)
    return accounts.enrol(caller, Enrol(device, name))


# -- disabling and revoking -------------------------------------------------------------------------------


def test_a_disabled_user_is_out_at_once(accounts: Accounts, refused: Problem) -> None:
    tokens = sign_in(accounts)

    accounts.disable_user("mia")

    assert refused(lambda: accounts.authenticate(tokens.access)) == (401, "user_disabled")
    assert refused(lambda: accounts.refresh(Refresh(tokens.refresh))) == (401, "user_disabled")
    accounts.enable_user("mia")
    assert sign_in(accounts).user.login == "mia"


def test_disabling_shows_in_the_rep_row_that_travels(accounts: Accounts) -> None:
    accounts.disable_user("mia")

    with reading(accounts.engine) as connection:
        row = connection.execute(select(t.rep.c.active).where(t.rep.c.code == "MB")).scalar_one()

    assert row == 0


def test_a_revoked_device_neither_signs_in_nor_reads_nor_refreshes(
    accounts: Accounts, refused: Problem
) -> None:
    tokens = sign_in(accounts)
    caller = accounts.authenticate(tokens.access)
    accounts.enrol(caller, Enrol("tablet-1", "Blue tablet"))

    accounts.revoke_device("tablet-1")

    assert refused(lambda: accounts.authenticate(tokens.access)) == (403, "device_revoked")
    assert refused(lambda: accounts.refresh(Refresh(tokens.refresh))) == (403, "device_revoked")
    assert refused(lambda: sign_in(accounts)) == (403, "device_revoked")
    assert refused(lambda: accounts.enrol(caller, Enrol("tablet-1", "Blue tablet"))) == (
        403,
        "device_revoked",
    )
    assert refused(lambda: sign_in(accounts, password="wrong")) == (401, "bad_credentials")
    assert sign_in(accounts, device="tablet-2").user.login == "mia"


# -- enrolment --------------------------------------------------------------------------------------------


def test_enrolling_gives_a_stream_and_the_next_number(accounts: Accounts) -> None:
    enrolled = enrol(accounts)

    assert (enrolled.stream, enrolled.letter, enrolled.next_seq) == ("tablet-1.1", "A", 1)
    assert accounts.authenticate(sign_in(accounts).access).stream == "tablet-1.1"


def test_enrolling_again_gives_the_same_stream_and_letter(accounts: Accounts) -> None:
    first = enrol(accounts)
    with writing(accounts.engine) as connection:
        connection.execute(update(t.device).values(last_seq=41))

    again = enrol(accounts, name="Blue tablet, new cover")

    assert (again.stream, again.letter, again.next_seq) == (first.stream, first.letter, 42)
    assert [one.name for one in accounts.list_devices()] == ["Blue tablet, new cover"]


def test_a_session_enrols_its_own_device_only(accounts: Accounts, refused: Problem) -> None:
    caller = accounts.authenticate(sign_in(accounts).access)

    assert refused(lambda: accounts.enrol(caller, Enrol("tablet-9", "Not mine"))) == (403, "device_mismatch")


def test_a_device_of_another_user_is_refused(accounts: Accounts, refused: Problem) -> None:
    accounts.add_user("ole", PASSWORD, role="rep", name="Ole Lund", territories=("t-2",))
    enrol(accounts)

    assert refused(lambda: enrol(accounts, login="ole")) == (409, "device_of_another")
    assert accounts.authenticate(sign_in(accounts, "ole").access).stream is None


def test_letters_are_never_given_twice(accounts: Accounts) -> None:
    given = [enrol(accounts, device=f"tablet-{n}").letter for n in range(3)]
    accounts.revoke_device("tablet-1")

    assert [*given, enrol(accounts, device="tablet-3").letter] == ["A", "B", "C", "D"]


def test_tablets_enrolled_at_the_same_time_get_different_letters(accounts: Accounts) -> None:
    callers = [accounts.authenticate(sign_in(accounts, device=f"tablet-{n}").access) for n in range(6)]

    with ThreadPoolExecutor(6) as pool:
        enrolled = pool.map(lambda caller: accounts.enrol(caller, Enrol(caller.device_id, "x")), callers)

    assert sorted(one.letter for one in enrolled) == ["A", "B", "C", "D", "E", "F"]


def test_letters_go_on_after_z() -> None:
    assert [letters(n) for n in (0, 1, 25, 26, 27, 51, 52, 701, 702)] == [
        "A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_the_device_row_travels_in_the_devices_own_bucket(accounts: Accounts) -> None:
    from sync.server.tables import feed

    enrol(accounts)

    with reading(accounts.engine) as connection:
        entries = connection.execute(
            select(feed.c.bucket, feed.c.row_id).where(feed.c.kind == "device")
        ).all()
    assert [tuple(one) for one in entries] == [("dev:tablet-1", "tablet-1")]


# -- users ------------------------------------------------------------------------------------------------


def test_a_new_user_gets_the_rep_row_that_everybody_sees(accounts: Accounts) -> None:
    user_id = accounts.add_user("anna.holm", PASSWORD, role="manager", name="Anna Holm", territories=("*",))

    with reading(accounts.engine) as connection:
        row = connection.execute(select(t.rep).where(t.rep.c.id == user_id)).mappings().one()

    assert dict(row) == {
        "id": user_id, "name": "Anna Holm", "code": "AH", "role": "manager", "territory_id": None, "active": 1,
        "origin": "native",
    }  # fmt: skip


def test_an_imported_rep_row_is_kept(accounts: Accounts) -> None:
    from sync.server.feed import unit_of_work

    row = {
        "id": "aw-275", "name": "Michael Blythe", "code": "MI", "role": "rep", "territory_id": "t-1", "active": 1,
        "origin": "adventureworks",
    }  # fmt: skip
    with unit_of_work(accounts.engine) as work:
        work.put("rep", [row])

    accounts.add_user("michael", PASSWORD, role="rep", name="M.", territories=("t-1",), user_id="aw-275")

    assert sign_in(accounts, "michael").user.code == "MI"


def test_codes_made_from_names_are_unique(accounts: Accounts) -> None:
    names = ["Max Bauer", "Moe Black", "Cher", "张 伟", "Ær Ö"]
    for number, name in enumerate(names):
        accounts.add_user(f"user{number}", None, role="rep", name=name)

    codes = [user.code for user in accounts.list_users()]

    assert len(set(codes)) == len(codes)
    assert codes[1:3] == ["MB2", "MB3"]


@pytest.mark.parametrize(
    ("login", "changed", "sentence"),
    [
        ("mia", {}, "is taken"),
        ("MIA", {}, "is taken"),
        ("two words", {}, "no spaces"),
        ("", {}, "small letters"),
        ("ole", {"role": "boss"}, "no role 'boss'"),
        ("ole", {"name": "  "}, "needs a name"),
        ("ole", {"password": "short"}, "8 to 1000 characters"),
        ("ole", {"territories": ("t-9",)}, "no territory t-9"),
        ("ole", {"code": "MB"}, "code 'MB' is taken"),
        ("ole", {"code": "m"}, "capital letters"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_a_sentence_and_nothing_is_written(
    accounts: Accounts, login: str, changed: dict[str, Any], sentence: str
) -> None:
    wanted: dict[str, Any] = {"password": PASSWORD, "role": "rep", "name": "Ole Lund", **changed}

    with pytest.raises(Refused, match=sentence):
        accounts.add_user(login, wanted.pop("password"), **wanted)

    assert [user.login for user in accounts.list_users()] == ["mia"]


def test_the_office_is_made_once_and_never_signs_in(accounts: Accounts, refused: Problem) -> None:
    first, second = accounts.office(), accounts.office()

    assert first == second == Person("u-office", "operations", ("*",), "OFFICE")
    assert refused(lambda: sign_in(accounts, "office", password="")) == (401, "bad_credentials")
    with pytest.raises(Refused, match="never signs in"):
        accounts.set_password("office", PASSWORD)


def test_the_audit_tells_what_happened_and_no_secret(
    accounts: Accounts, clock: Any, refused: Problem
) -> None:
    steps: list[Callable[[], object]] = [
        lambda: refused(lambda: sign_in(accounts, "hunter2-typed-in-the-wrong-field")),
        lambda: refused(lambda: sign_in(accounts, password="wrong-password")),
        lambda: enrol(accounts),
        lambda: accounts.revoke_device("tablet-1"),
        lambda: accounts.set_password("mia", "another good one"),
        lambda: accounts.disable_user("mia"),
    ]
    for step in steps:
        clock.forward(seconds=1)
        step()

    with reading(accounts.engine) as connection:
        rows = connection.execute(select(audit).order_by(audit.c.seq)).mappings().all()

    assert [row["action"] for row in rows] == [
        "user_added", "sign_in_refused", "sign_in_refused", "signed_in", "device_enrolled", "device_revoked",
        "password_set", "user_disabled",
    ]  # fmt: skip
    assert rows[1]["actor"] == "unknown"
    assert json.loads(rows[4]["detail"]) == {"letter": "A"}
    told = repr([dict(row) for row in rows])
    assert not [word for word in ("hunter2", "wrong-password", "another good one", PASSWORD) if word in told]


def test_unknown_names_get_a_sentence(accounts: Accounts) -> None:
    for act in (accounts.disable_user, accounts.enable_user, accounts.revoke_device):
        with pytest.raises(Refused, match="shows them"):
            act("nobody")


def test_a_person_is_known_by_login_until_disabled(accounts: Any) -> None:
    mia = accounts.person("Mia")

    accounts.disable_user("mia")

    assert (mia.role, mia.territories, mia.code) == ("rep", ("t-1",), "MB")
    with pytest.raises(Refused, match="mia has been disabled"):
        accounts.person("mia")
    with pytest.raises(Refused, match="there is no user 'olga'"):
        accounts.person("olga")
