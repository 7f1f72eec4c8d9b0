"""Starting a quote: every way of it, with its number and ids made at once, and nothing made twice."""

from __future__ import annotations

from typing import Any

import pytest

from app.store.engine import reading
from app.workspace import drafting
from app.workspace.queries.quotes import drafts, leftover_drafts
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def kept(tablet: Any) -> tuple[QuoteDraft, ...]:
    with reading(tablet.workspace.reader) as connection:
        return drafts(connection)


def command(draft: QuoteDraft, shown: int = 100_0000) -> Any:
    return draft.command(actor="rep", day=DAY, currency="USD", shown=tuple(shown for _line in draft.lines))


def test_a_new_quote_has_its_number_and_ids_before_anything_is_typed(rep: Any) -> None:
    one, other = drafting.start(rep.workspace, "a1"), drafting.start(rep.workspace)

    assert (one.number, other.number) == ("RE-A-0001", "RE-A-0002")
    assert len({one.id, one.quote_id, other.id, other.quote_id}) == 4
    assert {draft.id for draft in kept(rep)} == {one.id, other.id}


def test_a_draft_comes_back_as_it_was_kept(rep: Any) -> None:
    draft = QuoteDraft(
        id="d", number="RE-A-0007", revision=3, quote_id="q", account_id="a1", ship_to_id="s1", po_number="PO",
        note="Schöne Grüße", lines=(DraftLine("p1", 5, 1234),),
    )  # fmt: skip

    drafting.keep(rep.workspace, draft)

    assert kept(rep) == (draft,)


def test_a_draft_becomes_the_op_of_its_own_id(rep: Any) -> None:
    draft = drafting.start(rep.workspace, "a1", (DraftLine("p1", 1, 0),))
    submitted = drafting.keep(rep.workspace, draft.for_account("a1", "s1"))

    assert rep.workspace.perform(command(submitted)).saved

    assert rep.one("SELECT op_id FROM outbox") == draft.id
    with reading(rep.workspace.reader) as connection:
        assert leftover_drafts(connection) == (draft.id,)
    assert kept(rep) == ()
    assert drafting.put_away_leftovers(rep.workspace) == 1
    assert rep.one("SELECT count(*) FROM draft") == 0


def test_a_leftover_is_recognised_when_its_op_has_left_the_outbox(rep: Any) -> None:
    draft = drafting.start(rep.workspace, "a1", (DraftLine("p1", 1, 0),)).for_account("a1", "s1")
    assert rep.workspace.perform(command(draft)).saved
    rep.sync()
    rep.workspace.dismiss(draft.id)
    assert rep.workspace.tidy("2099-01-01") == 1

    with reading(rep.workspace.reader) as connection:
        assert leftover_drafts(connection) == (draft.id,)


def test_a_revision_is_the_next_one_of_the_same_quote(rep: Any) -> None:
    quote = rep.quote(discount=500)
    assert rep.workspace.perform(quote).saved

    one, again = (
        drafting.revise(rep.workspace, quote.quote_id),
        drafting.revise(rep.workspace, quote.quote_id),
    )

    assert one == again
    assert (one.quote_id, one.number, one.revision) == (quote.quote_id, quote.number, 2)
    assert one.lines == (DraftLine("p1", 2, 500),)
    assert rep.workspace.perform(command(one, 95_0000)).decision.outcome == "applied"


def test_a_copy_asks_the_customer_for_the_po_number_again(rep: Any) -> None:
    quote = rep.quote(po_number="PO 1")
    assert rep.workspace.perform(quote).saved

    copy = drafting.copy_quote(rep.workspace, quote.quote_id)

    assert copy.quote_id != quote.quote_id
    assert (copy.revision, copy.account_id, copy.po_number) == (1, "a1", "")
    assert copy.lines == (DraftLine("p1", 2, 0),)


def test_an_earlier_order_is_quoted_again_with_one_line_a_product(rep: Any) -> None:
    quote = rep.quote()
    order = rep.order(quote)
    for one in (quote, order):
        assert rep.workspace.perform(one).saved

    copy = drafting.copy_order(rep.workspace, order.order_id)

    assert (copy.account_id, copy.lines) == ("a1", (DraftLine("p1", 2, 0),))


def test_a_product_goes_on_the_draft_written_on_last(rep: Any) -> None:
    one = drafting.start(rep.workspace, "a1")

    again = drafting.add_product(rep.workspace, "p2")
    more = drafting.add_product(rep.workspace, "p2")

    assert again.id == more.id == one.id
    assert more.lines == (DraftLine("p2", 2, 0),)


def test_a_refused_quote_is_written_on_under_its_number_and_its_op_is_dealt_with(
    rep: Any, sqlite_world: Any
) -> None:
    quote = refused(rep, sqlite_world)

    draft = drafting.reopen(rep.workspace, quote.op_id)

    assert (draft.number, draft.quote_id, draft.revision) == (quote.number, quote.quote_id, 1)
    assert draft.id != quote.op_id
    assert draft.lines == (DraftLine("p1", 2, 0),)
    assert rep.one("SELECT seen FROM outbox") == 1


def test_reopening_twice_writes_on_one_draft(rep: Any, sqlite_world: Any) -> None:
    quote = refused(rep, sqlite_world)

    one, again = (drafting.reopen(rep.workspace, quote.op_id) for _ in range(2))

    assert one == again
    assert len(kept(rep)) == 1


def test_a_refused_quote_that_stands_by_now_becomes_a_new_one(rep: Any, sqlite_world: Any) -> None:
    quote = refused(rep, sqlite_world)
    draft = drafting.reopen(rep.workspace, quote.op_id).for_account("a1", "s1")
    assert rep.workspace.perform(command(draft)).saved
    rep.workspace.delete_draft(draft.id)

    another = drafting.reopen(rep.workspace, quote.op_id)

    assert another.quote_id != quote.quote_id
    assert another.number != quote.number


@pytest.mark.parametrize("step", [drafting.revise, drafting.copy_quote, drafting.copy_order, drafting.reopen])
def test_what_is_not_here_cannot_be_drafted_from(rep: Any, step: Any) -> None:
    with pytest.raises(drafting.NothingToDraft):
        step(rep.workspace, "nowhere")


def test_an_op_that_waits_for_its_answer_is_not_written_on(rep: Any) -> None:
    quote = rep.quote()
    assert rep.workspace.perform(quote).saved

    with pytest.raises(drafting.NothingToDraft):
        drafting.reopen(rep.workspace, quote.op_id)


def refused(rep: Any, world: Any) -> Any:
    """A quote accepted here and refused by the server."""
    world.hold("a2")
    quote = rep.quote(account="a2")
    assert rep.workspace.perform(quote).saved
    rep.sync()
    assert rep.one("SELECT result FROM outbox") == "rejected"
    return quote


def test_a_body_with_figures_out_of_range_is_brought_into_it() -> None:
    body = {
        "number": "N",
        "revision": 1,
        "quote_id": "q",
        "lines": [{"product_id": "p", "qty": 0, "discount_bp": 20_000}],
    }

    assert QuoteDraft.of_body("d", body).lines == (DraftLine("p", 1, 10_000),)


def test_another_product_row_does_not_disturb(sqlite_world: Any, rep: Any) -> None:
    """A draft names products by id; a product that has left the catalogue stays on the draft."""
    drafting.start(rep.workspace, "a1", (DraftLine("p2", 1, 0),))
    with unit_of_work(sqlite_world.engine) as work:
        work.remove("product", ["p2"])
    rep.sync()

    assert kept(rep)[0].lines == (DraftLine("p2", 1, 0),)
