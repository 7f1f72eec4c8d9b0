"""Today and the lists of the Sync page: each row says what it is, why it is there, and where a tap leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.rejections import finding
from app.screens.formats import Formats
from app.screens.settings import present as present_settings
from app.screens.sign_in import present_loading, server_address, what_is_loaded
from app.screens.sync_page import present as present_lists
from app.screens.sync_state import SyncView
from app.screens.today import SHOWN, present
from app.workspace.rows.sync import OpRow, SyncRows
from app.workspace.rows.today import ClaimRow, ExpiringRow, OrderRow, QuoteRow, TodayRows
from app.workspace.rows.visits import VisitRow

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 14, 5, tzinfo=UTC), zone=UTC)
NOTHING = TodayRows((), (), (), (), (), (), (), ())
OP = OpRow(
    op_id="op-1", command="SubmitQuote", saved_at="2026-11-23T13:00:00+00:00", pushed=True, guess="applied",
    result="rejected", settled_at="2026-11-23T13:01:00+00:00", seen=False,
    findings=(finding("account_on_hold", "a2", as_of=DAY, account="Bergen", reason="Unpaid"),), number="MB-A-0007",
    account="Bergen", account_id="a2", document_id="q-7", document_kind="quote",
)  # fmt: skip
QUOTE = QuoteRow("q-1", "MB-A-0001", 1, "Oslo", "declined", 123_450, "USD", DAY, "Too much", "Stephen")
LOT = ExpiringRow("p1", "Stent", "P1", "l1", "L1", 4, "2026-11-30")


def today(rows: TodayRows, *, sells: bool = True):  # type: ignore[no-untyped-def]
    return present(rows, FORMATS, name="David Campbell", day=DAY, sells=sells)


def test_nothing_to_do_is_said_too() -> None:
    state = today(NOTHING)

    assert state.all_clear
    assert state.greeting == "Good day, David"
    assert [group.title for group in state.groups] == ["Expiring in my trunk"]
    assert today(NOTHING, sells=False).groups == ()


def test_a_refused_op_says_why_and_leads_to_its_page() -> None:
    [item] = today(replace(NOTHING, asking=(OP,))).needs

    assert (item.title, item.state, item.tone) == ("MB-A-0007 · Bergen", "Refused", "bad")
    assert item.second == "Bergen is on hold: Unpaid (as of today)."
    assert (item.place, dict(item.args)) == ("quotes", {"op_id": "op-1"})


def test_a_declined_quote_tells_who_and_why() -> None:
    [item] = today(replace(NOTHING, declined=(QUOTE,))).needs

    assert (item.title, item.second, item.amount) == ("MB-A-0001 · Oslo", "Stephen: Too much", "$1,234.50")
    assert (item.place, dict(item.args)) == ("quotes", {"quote_id": "q-1"})


def test_refusals_stand_before_good_news() -> None:
    approved = replace(QUOTE, id="q-2", state="approved", comment="")
    held = OrderRow("o-1", "MB-A-0003", "stock", "Oslo", 100, "USD", DAY)

    state = today(replace(NOTHING, asking=(OP,), approved=(approved,), declined=(QUOTE,), held=(held,)))

    assert [item.state for item in state.needs] == ["Refused", "Declined", "Approved", "Held"]


@pytest.mark.parametrize(
    ("expires", "state", "tone"),
    [("2026-11-22", "Expired", "bad"), (DAY, "today", "warn"), ("2026-11-30", "in 7 days", "warn")],
)
def test_a_lot_tells_how_long_it_is_good(expires: str, state: str, tone: str) -> None:
    [item] = today(replace(NOTHING, expiring=(replace(LOT, expires=expires),))).groups[0].items

    assert (item.state, item.tone, item.second) == (state, tone, "Lot L1 · 4 on hand")


def test_a_long_list_says_how_many_more_there_are() -> None:
    lots = tuple(replace(LOT, lot_id=f"l{n}") for n in range(SHOWN + 3))

    [group] = today(replace(NOTHING, expiring=lots)).groups

    assert len(group.items) == SHOWN
    assert (group.more, group.place) == ("3 more", "trunk")


def test_only_what_the_server_does_not_have_waits_to_be_sent() -> None:
    unsent = replace(OP, op_id="op-2", pushed=False, result=None, settled_at=None, findings=())
    sent = replace(unsent, op_id="op-3", pushed=True)

    state = today(replace(NOTHING, waiting=(unsent, sent)))

    assert [item.key for item in state.groups[1].items] == ["op:op-2"]


def test_a_result_that_is_final_can_be_put_away_and_a_parked_one_cannot() -> None:
    parked = replace(OP, op_id="op-2", result="parked", settled_at=None)

    shown = present_lists(SyncRows((OP, parked), (), ()), FORMATS).asking

    assert [(op.state, op.can_dismiss) for op in shown] == [
        ("Refused", True),
        ("Put aside by the server", False),
    ]


def test_a_guess_that_fell_keeps_its_op_and_says_so() -> None:
    fell = replace(OP, pushed=False, result=None, settled_at=None, guess="rejected")

    [op] = present_lists(SyncRows((fell,), (), ()), FORMATS).asking

    assert (op.state, op.tone, op.can_dismiss) == ("Saved, waiting to send", "bad", False)
    assert op.says.startswith("It was possible when you saved it")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("trunkline.example.com", "https://trunkline.example.com"),
        (" http://127.0.0.1:8000/ ", "http://127.0.0.1:8000"),
        ("https://example.com/sales", "https://example.com/sales"),
        ("", None),
        ("ftp://example.com", None),
        ("https://user:secret@example.com", None),
        ("https://exa mple.com", None),
        ("https://example.com:port", None),
    ],
)
def test_a_server_address_is_understood_or_refused(typed: str, address: str | None) -> None:
    assert server_address(typed) == address


def test_work_can_begin_once_the_rest_can_wait() -> None:
    early = SyncView(state="syncing", loading=True, done=10, total=100, what="terr:north")

    assert not present_loading(early, FORMATS).may_start
    assert present_loading(replace(early, what="g:catalog"), FORMATS).may_start
    done = replace(early, loading=False, what="", last_contact="2026-11-23T14:00:00+00:00")
    assert present_loading(done, FORMATS).finished
    assert present_loading(replace(early, what="pl:base"), FORMATS).words == "Loading prices: 10 of 100"


def test_every_bucket_has_a_name() -> None:
    assert [what_is_loaded(b) for b in ("g:catalog", "g:policy", "zz:new")] == [
        "the catalogue",
        "company rules",
        "the rest",
    ]


@pytest.mark.parametrize(
    ("waiting", "words"), [(0, "deletes nothing"), (1, "1 change waits"), (3, "3 changes wait")]
)
def test_signing_out_says_what_waits(waiting: int, words: str) -> None:
    state = present_settings(name="D", login="d", role="rep", letter="A", server="s", waiting=waiting)

    assert words in state.sign_out
    assert "deletes nothing" in state.sign_out


CLAIM = ClaimRow("c", "recall", "Stent", "L1", 3, 5, "", "Batch fault.")


def test_a_recall_asks_for_all_of_it_to_be_set_aside() -> None:
    state = today(replace(NOTHING, claims=(CLAIM,)))

    [card] = state.claims
    assert not state.all_clear
    assert card.title == "Recalled: 3 × Stent, lot L1 in your trunk. Set it aside."
    assert card.second == "Why: Batch fault."
    assert (card.button, card.qty, card.asks_why) == ("Set 3 aside", 3, False)


def test_goods_the_office_asks_back_say_where_to() -> None:
    back = replace(CLAIM, kind="return", lot="", to_name="Main warehouse")

    [card] = today(replace(NOTHING, claims=(back,))).claims

    assert card.title == "The office asks 3 × Stent back to Main warehouse."
    assert card.button == "Send 3 back"


@pytest.mark.parametrize(("have", "button", "qty"), [(2, "Set 2 aside", 2), (0, "There is none", 0)])
def test_a_trunk_with_fewer_is_asked_why(have: int, button: str, qty: int) -> None:
    [card] = today(replace(NOTHING, claims=(replace(CLAIM, on_hand=have),))).claims

    assert (card.button, card.qty, card.asks_why) == (button, qty, True)
    assert card.second == f"Why: Batch fault. Your trunk has {have}."


@pytest.mark.parametrize(
    ("next_on", "state", "tone"),
    [
        ("2026-11-20", "3 days late", "bad"),
        ("2026-11-22", "1 day late", "bad"),
        (DAY, "today", "warn"),
    ],
)
def test_a_visit_that_is_due_says_how_late_it_is_and_leads_to_its_account(
    next_on: str, state: str, tone: str
) -> None:
    visit = VisitRow(
        id="v1", account_id="a1", account="Oslo", account_number="A1", by="David", mine=True, day="2026-11-01",
        note="Bring the\nnew stents", next_on=next_on, sending="confirmed",
    )  # fmt: skip

    group = today(replace(NOTHING, visits=(visit,))).groups[0]

    [item] = group.items
    assert (group.title, item.title, item.second) == ("Visits due", "Oslo", "Bring the new stents")
    assert (item.state, item.tone) == (state, tone)
    assert (item.place, dict(item.args)) == ("accounts", {"account_id": "a1", "visits": "v1"})
