"""What the trunk page and the blind count read."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text

from app.store.engine import reading, writing
from app.workspace import counting
from app.workspace.queries.trunk import count_view, day_entries, find_lots, own_trunk, trunk_lots, trunk_view
from app.workspace.queries.trunk_sale import pick_accounts, read_customer
from app.workspace.rows.trunk import SaleDraft, SaleItem
from app.workspace.selling import forget_saved, keep_sale, sale_draft
from app.workspace.syncing import read_cursor

DAY = "2026-11-23"
TRUNK = "trunk-rep"


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def test_lots_come_first_expired_first_and_only_those_of_the_own_trunk(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")

    lots = ask(rep, trunk_lots, TRUNK)

    assert [(lot.lot_number, lot.expires, lot.qty) for lot in lots] == [
        ("L2", "2027-01-31", 4),
        ("L1", "2027-06-30", 10),
    ]
    assert ask(rep, own_trunk, "rep").complete
    assert ask(rep, own_trunk, "somebody else") is None


def test_a_lot_sold_out_is_gone_from_the_list(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    assert rep.workspace.perform(rep.sale(qty=4, lot="l2")).saved

    assert [lot.lot_number for lot in ask(rep, trunk_lots, TRUNK)] == ["L1"]


def test_the_day_tells_each_sale_and_count_and_whether_the_server_has_it(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    rep.workspace.perform(rep.count(6, 7))

    before = ask(rep, day_entries, TRUNK, DAY)
    rep.sync()
    after = ask(rep, day_entries, TRUNK, DAY)

    assert [(one.kind, one.units, one.lines, one.variances) for one in before] == [
        ("count", -1, 1, 1),
        ("sale", 3, 1, 0),
    ]
    assert [one.account for one in before] == ["", "Hospital a1"]
    assert [(one.pushed, one.result) for one in before] == [(False, None)] * 2
    assert [(one.pushed, one.result) for one in after] == [(True, "applied")] * 2
    assert ask(rep, day_entries, TRUNK, "2026-11-22") == ()


def test_the_view_is_one_snapshot_with_its_age(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")

    view = ask(rep, trunk_view, "rep", DAY)

    assert view.place.id == TRUNK
    assert view.as_of is not None
    assert view.as_of.startswith("2026-11-23T12:00")
    assert view.count is None
    assert ask(rep, trunk_view, "boss", DAY).place is None


# -- counting ---------------------------------------------------------------------------------------------------------


def test_expected_is_what_the_books_said_when_the_lot_was_counted(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)
    rep.workspace.perform(rep.sale(qty=3, lot="l1"))
    rep.workspace.perform(rep.sale(qty=1, lot="l2"))
    counting.enter_count(rep.workspace, TRUNK, "p1", "l2", 3)

    draft = ask(rep, counting.count_draft, TRUNK)

    assert [(one.lot_id, one.counted, one.expected) for one in draft.lines] == [("l1", 9, 10), ("l2", 3, 3)]


def test_a_counted_line_says_where_the_device_stood(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    cursor = ask(rep, read_cursor).position
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)
    rep.workspace.perform(rep.sale(qty=3, lot="l1"))
    rep.sync()
    later = ask(rep, read_cursor).position
    counting.count_one_more(rep.workspace, TRUNK, "p1", "l2")
    rep.workspace.perform(rep.sale(qty=1, lot="l1"))
    counting.enter_count(rep.workspace, TRUNK, "p2", "", 1)

    lines = ask(rep, counting.count_draft, TRUNK).lines

    assert 0 < cursor < later
    assert [(one.position, one.own_seq, one.recounted) for one in lines] == [
        (cursor, 0, False),
        (later, 1, False),
        (later, 2, False),
    ]
    signed = counting.count_command(rep.workspace, TRUNK, "Rep").lines
    assert [(one.position, one.own_seq, one.recounted) for one in signed] == [
        (one.position, one.own_seq, one.recounted) for one in lines
    ]


def test_the_last_own_op_is_known_when_its_op_has_been_forgotten(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=1, lot="l1"))
    with writing(rep.workspace.engine) as connection:
        connection.execute(text("DELETE FROM outbox"))

    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)

    assert [one.own_seq for one in ask(rep, counting.count_draft, TRUNK).lines] == [1]


def test_counting_again_is_a_second_count_once_the_count_was_looked_over_and_scanning_on_is_not(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 99)
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)  # a figure put right
    counting.count_one_more(rep.workspace, TRUNK, "p1", "l2")
    assert [one.recounted for one in ask(rep, counting.count_draft, TRUNK).lines] == [False, False]
    counting.look_over(rep.workspace, TRUNK, None)

    counting.count_one_more(rep.workspace, TRUNK, "p1", "l2")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 8)
    counting.count_one_more(rep.workspace, TRUNK, "p1", "l1")

    lines = ask(rep, counting.count_draft, TRUNK).lines
    assert [(one.lot_id, one.counted, one.recounted) for one in lines] == [("l2", 2, False), ("l1", 9, True)]


def test_what_differs_by_more_than_the_limit_is_scanned_anew_and_a_restart_asks_for_the_same(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 7)
    counting.enter_count(rep.workspace, TRUNK, "p1", "l2", 2)
    assert counting.look_over(rep.workspace, TRUNK, 2)

    again = sqlite_world.reopen(rep)
    assert ask(again, counting.count_draft, TRUNK).again == ("p1|l1",)
    counting.count_one_more(again.workspace, TRUNK, "p1", "l1")
    counting.count_one_more(again.workspace, TRUNK, "p1", "l1", 7)

    draft = ask(again, counting.count_draft, TRUNK)
    assert [(one.lot_id, one.counted, one.recounted) for one in draft.lines] == [
        ("l2", 2, False),
        ("l1", 8, True),
    ]
    assert draft.begun == ("p1|l1",)
    assert not counting.look_over(again.workspace, TRUNK, 2)


def test_a_second_count_begins_anew_even_when_the_lot_was_sold_from_since_the_first(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)
    counting.count_again(rep.workspace, TRUNK, "p1|l1")
    rep.workspace.perform(rep.sale(qty=3, lot="l1"))

    assert counting.count_one_more(rep.workspace, TRUNK, "p1", "l1")

    [line] = ask(rep, counting.count_draft, TRUNK).lines
    assert (line.counted, line.expected, line.recounted) == (1, 7, True)


def test_goods_of_others_are_counted_with_ours(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    row = "('trunk-rep|p1|l1|clinic', 'trunk-rep', 'p1', 'l1', 4, 'native', 'clinic')"
    columns = "(id, location_id, product_id, lot_id, qty, origin, owner)"
    with writing(rep.workspace.engine) as connection:
        connection.execute(text(f"INSERT INTO balance {columns} VALUES {row}"))

    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 14)

    assert [one.expected for one in ask(rep, counting.count_draft, TRUNK).lines] == [14]


def test_a_count_begun_before_this_version_goes_on_with_the_devices_own_figure(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)
    counting.give_reason(rep.workspace, TRUNK, "p1|l1", "lost", "")
    with writing(rep.workspace.engine) as connection:
        body = json.loads(connection.execute(text("SELECT body FROM draft")).scalar_one())
        for line in body["lines"]:
            for name in ("position", "own_seq", "recounted"):
                del line[name]
        connection.execute(text("UPDATE draft SET body = :body"), {"body": json.dumps(body)})

    [line] = counting.count_command(rep.workspace, TRUNK, "Rep").lines

    assert (line.counted, line.expected, line.reason) == (9, 10, "lost")
    assert (line.position, line.own_seq, line.recounted) == (-1, 0, False)


def test_a_count_in_progress_survives_reopening(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)
    counting.give_reason(rep.workspace, TRUNK, "p1|l1", "other", "fell down")

    again = sqlite_world.reopen(rep)

    [line] = ask(again, counting.count_draft, TRUNK).lines
    assert (line.counted, line.expected, line.reason, line.note) == (9, 10, "other", "fell down")


def test_counting_a_lot_again_replaces_its_line_and_its_reason(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)
    counting.give_reason(rep.workspace, TRUNK, "p1|l1", "lost", "")

    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 8)

    [line] = ask(rep, counting.count_draft, TRUNK).lines
    assert (line.counted, line.reason) == (8, "")


def test_each_scan_counts_one_until_the_lot_is_sold_from_in_between(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    assert counting.count_one_more(rep.workspace, TRUNK, "p1", "l2")
    assert counting.count_one_more(rep.workspace, TRUNK, "p1", "l2")
    assert [one.counted for one in ask(rep, counting.count_draft, TRUNK).lines] == [2]
    rep.workspace.perform(rep.sale(qty=1, lot="l2"))

    assert not counting.count_one_more(rep.workspace, TRUNK, "p1", "l2")

    assert ask(rep, counting.count_draft, TRUNK).lines == ()


def test_a_signed_count_is_no_count_in_progress_even_when_its_draft_was_left_behind(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)
    counting.give_reason(rep.workspace, TRUNK, "p1|l1", "other", "fell down")
    command = counting.count_command(rep.workspace, TRUNK, "Rep")
    assert [(one.counted, one.expected, one.reason) for one in command.lines] == [(9, 10, "other: fell down")]

    assert rep.workspace.perform(command).saved
    again = sqlite_world.reopen(rep)

    assert ask(again, counting.count_draft, TRUNK) is None
    assert not again.workspace.perform(command).saved
    assert again.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 9


def test_a_count_given_up_can_be_brought_back(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 9)

    given_up = counting.discard_count(rep.workspace, TRUNK)
    assert ask(rep, counting.count_draft, TRUNK) is None
    counting.restore_count(rep.workspace, given_up)

    assert ask(rep, counting.count_draft, TRUNK) == given_up


def test_the_count_sheet_keeps_found_lots_and_those_sold_out_after_counting(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    counting.enter_count(rep.workspace, TRUNK, "p1", "l2", 4)
    rep.workspace.perform(rep.sale(qty=4, lot="l2"))
    counting.enter_count(rep.workspace, TRUNK, "p2", "", 1)

    view = ask(rep, count_view, "rep")

    assert [one.key for one in view.sheet] == ["p1|l1", "p1|l2", "p2|"]
    assert {one.name for one in view.sheet} == {"Stent p1", "Stent p2"}
    assert not hasattr(view.sheet[0], "qty")


def test_a_lot_that_is_not_in_the_books_is_found_by_its_number_or_product(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")

    assert [one.lot_id for one in ask(rep, find_lots, "L2")] == ["l2"]
    assert [one.lot_id for one in ask(rep, find_lots, " P1 ")] == ["l2", "l1"]
    assert ask(rep, find_lots, "") == ()
    assert ask(rep, find_lots, "nothing like it") == ()


# -- selling ----------------------------------------------------------------------------------------------------------


def test_accounts_sold_to_last_come_first_and_words_find_the_others(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=1, account="a2"))

    assert [one.id for one in ask(rep, pick_accounts, "", "rep")] == ["a2", "a1", "a3"]
    assert [one.id for one in ask(rep, pick_accounts, "hosp a3", "rep")] == ["a3"]
    assert ask(rep, pick_accounts, "nobody", "rep") == ()


def test_a_customer_comes_with_its_ship_tos_and_its_prices(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")

    customer = ask(rep, read_customer, "a1", ["p1", "p2"])

    assert [one.id for one in customer.buyer.ship_tos] == ["s1"]
    assert {one.product_id for one in customer.pricing.prices} == {"p1", "p2"}
    assert ask(rep, read_customer, "a9", ["p1"]) is None


def test_a_begun_sale_is_kept_until_it_is_saved(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    sale = rep.sale(qty=1)
    draft = SaleDraft(sale.op_id, TRUNK, "a1", "", "PO 7", (SaleItem("p1", None, 2), SaleItem("p1", "l1", 1)))

    keep_sale(rep.workspace, draft)
    again = sqlite_world.reopen(rep)

    assert ask(again, sale_draft, TRUNK) == draft
    again.workspace.perform(sale)
    assert ask(again, sale_draft, TRUNK) is None
    forget_saved(again.workspace)
    assert again.one("SELECT count(*) FROM draft") == 0
