"""`verify` finds nothing in sound books, and names every kind of damage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from app.store.engine import reading
from app.workspace.field import mark_favourite, record_visit, sign_document
from app.workspace.queries.signatures import to_sign
from sync.server.difference import Difference
from sync.server.verify import differences, verify

CLAIM = (
    "INSERT INTO claim VALUES ('cl', '{place}', 'north', 'rep', 'p1', 'l1', 3, {answered}, 'recall', '', 'why', "
    "'{state}', '2026-11-20', {closed}, '', '')"
)

# what is done to the books: (statement, the check that must find it, a part of what it says)
DAMAGE: dict[str, tuple[str, str, str]] = {
    "a trunk is held by a tablet of nobody": (
        "UPDATE location SET holder = 'nobody' WHERE id = 'trunk-rep'",
        "holder",
        "trunk-rep: expected a device of its custodian, found nobody",
    ),
    "a warehouse is held like a trunk": (
        "UPDATE location SET holder = 'dev-rep-0' WHERE id = 'wh'",
        "holder",
        "wh: expected no holder: it is no trunk, found dev-rep-0",
    ),
    "a balance is one too high": (
        "UPDATE balance SET qty = qty + 1 WHERE id = 'trunk-rep|p1|l2'",
        "balance",
        "trunk-rep|p1|l2: expected -5 by its movements, found -4",
    ),
    "the other side of a balance is lost": (
        "DELETE FROM balance WHERE id = 'v:customer|p1|l1'",
        "balance",
        "v:customer|p1|l1: expected 3, found no balance row",
    ),
    "a balance out of nowhere": (
        "INSERT INTO balance VALUES ('wh|p2|', 'wh', 'p2', '', 7, 'native', 'company')",
        "balance",
        "wh|p2|: expected 0 by its movements, found 7",
    ),
    "a balance under another name": (
        "UPDATE balance SET id = 'wh|p1|other' WHERE id = 'wh|p1|l1'",
        "balance",
        "wh|p1|other: expected the id wh|p1|l1",
    ),
    "a movement is lost": (
        "DELETE FROM movement WHERE id = 'opening-1'",
        "balance",
        "trunk-rep|p1|l1: expected -4 by its movements, found 6",
    ),
    "a movement of nothing": (
        "UPDATE movement SET qty = 0 WHERE id = 'opening-0'",
        "movement",
        "opening-0: expected a positive quantity",
    ),
    "a movement from a place to itself": (
        "UPDATE movement SET from_location = to_location WHERE id = 'opening-0'",
        "movement",
        "found 50 from 'wh' to 'wh'",
    ),
    "less than nothing without a case": (
        "DELETE FROM exception_case",
        "negative",
        "trunk-rep|p1|l2: expected an exception case",
    ),
    "an allotment that is nobody's": (
        "INSERT INTO location (id, name, kind, origin, holder_name)"
        " VALUES ('wh:allot:rep', 'kept', 'allotment', 'test', '')",
        "allotment",
        "wh:allot:rep: expected the custodian that its id names, found nobody",
    ),
    "a quote's total": ("UPDATE quote SET total = total + 1", "quote", "by its lines, found 20001"),
    "a line without its quote": (
        "UPDATE quote_line SET quote_id = 'gone'",
        "quote line",
        "a quote gone, found none",
    ),
    "an order's total": ("UPDATE sales_order SET total = 1 WHERE type = 'stock'", "order", "found 1"),
    "a line without its order": (
        "UPDATE order_line SET order_id = 'gone' WHERE allocated = 2",
        "order line",
        "a sales_order gone, found none",
    ),
    "more promised than ordered": (
        "UPDATE order_line SET backordered = 1 WHERE allocated = 2",
        "order line",
        "expected at most 2, found 2 allocated, 1 backordered",
    ),
    "a reservation without its line": (
        "UPDATE order_line SET allocated = 1 WHERE allocated = 2",
        "reservation",
        "expected 1 by its lines, found 2 moved",
    ),
    "a sale that moved something else": (
        "UPDATE order_line SET qty = 2 WHERE lot_id = 'l1'",
        "trunk sale",
        "expected 2 by its lines, found 3 moved",
    ),
    "a count that lost a line": ("DELETE FROM count_line", "count", "1 lines, 1 variances, found 0 lines"),
    "a count that was changed": (
        "UPDATE count_line SET counted = counted - 1",
        "count line",
        "expected -2 adjusted, found -1",
    ),
    "exposure": ("UPDATE exposure SET open_orders = open_orders - 1", "exposure", "0 unpaid by its orders"),
    "an envelope that gave what nobody drew": (
        "INSERT INTO envelope VALUES ('e1', 'rep', 'boss', '{}', '', '', 500, 1, NULL, NULL)",
        "envelope",
        "e1: expected 0 in 0 uses, found 500 in 1",
    ),
    "goods on their way that no movement sent": (
        "INSERT INTO transfer_line VALUES ('tl', 't', 'wh', 'trunk-rep', 'p1', 'l1', 0, 2, 0, 'company')",
        "transfer",
        "tl: expected 2 in transit by its line, found 0",
    ),
    "a claim that was answered with fewer, and nobody says why": (
        CLAIM.format(place="trunk-rep", answered=1, state="answered", closed="'2026-11-23'"),
        "claim",
        "cl: expected 3 answered, or why not, found 1",
    ),
    "a claim on a place that is not there": (
        CLAIM.format(place="nowhere", answered=0, state="open", closed="NULL"),
        "claim",
        "cl: expected a place that is there, found nowhere",
    ),
    "a claim that was closed on no day": (
        CLAIM.format(place="trunk-rep", answered=3, state="answered", closed="NULL"),
        "claim",
        "cl: expected a day when it was closed: answered, found None",
    ),
    "a quote was changed after it was signed": (
        "UPDATE quote SET po_number = 'another'",
        "signature",
        "expected a signature on RE-A-0001 as it stands",
    ),
    "a signature on nothing": (
        "UPDATE signature SET document_id = 'gone'",
        "signature",
        "expected a quote gone, found none",
    ),
    "a signature that is kept elsewhere than its document": (
        "UPDATE signature SET territory_id = 'south'",
        "signature",
        "expected account a1, territory north, rep rep of its document, found a1, south, rep",
    ),
    "a signature that cannot be drawn": (
        "UPDATE signature SET strokes = '1,2 x'",
        "signature",
        "expected strokes that can be drawn",
    ),
    "a visit at nobody's": ("UPDATE visit SET account_id = 'gone'", "visit", "an account gone, found none"),
    "a visit that says nothing": ("UPDATE visit SET note = ' '", "visit", "expected a note, found none"),
    "a favourite that is no product": (
        "UPDATE favourite SET product_id = 'gone'",
        "favourite",
        "rep|p1: expected a product gone, found none",
    ),
    "a favourite under another name": (
        "UPDATE favourite SET id = 'another'",
        "favourite",
        "another: expected rep|p1, found another",
    ),
    "exposure is lost": ("DELETE FROM exposure", "exposure", "found no exposure row"),
    "an op without a result": ("DELETE FROM op_result WHERE seq = 1", "op", "expected a result, found none"),
    "a result without an op": (
        "INSERT INTO op_result VALUES ('made-up', 'rep', 's', 9, 'X', 'applied', '[]', '[]', '')",
        "result",
        "made-up: expected an op in the log",
    ),
    "a result for somebody else": (
        "UPDATE op_result SET user_id = 'x' WHERE seq = 1",
        "result",
        "found applied, x #1",
    ),
    "a result that never was": (
        "UPDATE op_result SET outcome = 'fine' WHERE seq = 1",
        "result",
        "found fine",
    ),
    "bytes of an op": (
        "UPDATE op_log SET payload = payload || ' ' WHERE seq = 1",
        "payload",
        "expected fingerprint",
    ),
    "an op is lost from the middle of a stream": (
        "DELETE FROM op_log WHERE seq = 2",
        "stream",
        "dev-rep-0.1: expected #1 to #8, found 7 ops from #1 to #8",
    ),
    "the last op of a stream is lost": (
        "DELETE FROM op_log WHERE seq = 8",
        "stream",
        "dev-rep-0.1: expected #1 to #8, found 7 ops from #1 to #7",
    ),
    "a stream of no device": (
        "UPDATE op_log SET stream = 'elsewhere'",
        "stream",
        "elsewhere: expected a device, found none, but 8 ops",
    ),
    "an effect of a rejected op": (
        "UPDATE op_result SET outcome = 'rejected' WHERE command = 'PlaceOrder'",
        "effect",
        "expected an op that was let in, found rejected op",
    ),
    "an effect of no op": ("UPDATE quote SET op_id = 'nobody'", "effect", "no op nobody in the log"),
    "a movement of another place in the stream": (
        "UPDATE movement SET seq = 77 WHERE kind = 'reserve'",
        "movement",
        "found dev-rep-0.1 #77",
    ),
    "a feed entry is lost": (
        "DELETE FROM feed WHERE kind = 'product' AND row_id = 'p1'",
        "feed",
        "g:catalog product p1: expected a live entry, found none",
    ),
    "a row was deleted behind the feed": (
        "DELETE FROM product WHERE id = 'p2'",
        "feed",
        "g:catalog product p2: expected a row, found none",
    ),
    "a row moved to another territory behind the feed": (
        "UPDATE account SET territory_id = 'south' WHERE id = 'a2'",
        "feed",
        "terr:north account a2: expected no live entry, found one",
    ),
    "an entry in a bucket of somebody else": (
        "INSERT INTO feed VALUES ('terr:south', 'account', 'a1', 1, 0, 0)",
        "feed",
        "terr:south account a1: expected no live entry, found one",
    ),
    "an entry from the future": (
        "UPDATE feed SET position = 999999 WHERE kind = 'policy'",
        "feed",
        "g:policy policy discount_limit: expected a position from 1 to",
    ),
    "a move that was cut off": (
        "INSERT INTO move VALUES ('a1', 'south')",
        "move",
        "account a1: expected all of it moved, found some still in 'south'",
    ),
    "an address is left behind": (
        "UPDATE address SET territory_id = 'south' WHERE id = 's1'",
        "scope",
        "address s1: expected territory north, rep None of its account, found south, None",
    ),
    "an exposure of another rep": (
        "UPDATE exposure SET rep_id = 'other' WHERE id = 'a1'",
        "scope",
        "exposure a1: expected territory north, rep None of its account, found north, other",
    ),
    "an entry of no kind": ("UPDATE feed SET kind = 'nothing' WHERE kind = 'policy'", "feed", "kind nothing"),
    "a sum is not its row's": (
        "UPDATE feed SET sum = 5 WHERE kind = 'product' AND row_id = 'p1'",
        "sum",
        "g:catalog product p1: expected",
    ),
    "a bucket's sum is not that of its rows": (
        "UPDATE bucket_sum SET sum = 5 WHERE bucket = 'terr:north' AND kind = 'account'",
        "sum",
        "terr:north account: expected 3 rows",
    ),
    "a row changed behind the feed": (
        "UPDATE account SET name = 'Other' WHERE id = 'a1'",
        "sum",
        "account a1",
    ),
    "a nonce that is not the last of the history": ("UPDATE clock SET nonce = 'x'", "clock", "the nonce of"),
    "no clock": ("DELETE FROM clock", "clock", "expected one, with an epoch, found 0 rows"),
}


def play(world: Any) -> None:
    """A sale, a count with a variance, a quote that becomes an order, a sale of more than there is; then the quote is
    signed, a visit noted, a product kept at hand."""
    rep = world.tablet("rep")
    quote = rep.quote()
    for command in (rep.sale(), rep.count(6, 7), quote):
        assert rep.workspace.perform(command).saved
    rep.sync()
    for command in (rep.order(quote), rep.sale(qty=9, lot="l2")):
        assert rep.workspace.perform(command, even_so=True).saved
    with reading(rep.workspace.reader) as connection:
        shown = to_sign(connection, "quote", quote.quote_id)
    assert shown is not None
    for command in (
        sign_document(rep.workspace, shown, signer="Dr. Ada", strokes="1,2 3,4"),
        record_visit(rep.workspace, "a1", "wants the long ones"),
        mark_favourite(rep.workspace, "p1", True),
    ):
        assert rep.workspace.perform(command).saved
    rep.sync()
    assert [row[0] for row in world.rows("SELECT outcome FROM op_result ORDER BY seq")] == [
        *["applied"] * 4,
        "applied_exception",
        *["applied"] * 3,
    ]


def test_sound_books_show_no_difference(world: Any) -> None:
    play(world)

    assert verify(world.engine) == []


def test_every_kind_of_damage_is_found_and_named(world: Any) -> None:
    play(world)
    missed = {}

    for name, (statement, check, says) in DAMAGE.items():
        found = after(world, statement)
        if not any(one.check == check and says in str(one) for one in found):
            missed[name] = [str(one) for one in found]

    assert missed == {}


def test_each_difference_is_told_once(world: Any) -> None:
    play(world)

    lost = after(world, DAMAGE["a feed entry is lost"][0])

    assert [str(one) for one in lost if one.check == "feed"] == [
        "feed: g:catalog product p1: expected a live entry, found none"
    ]


def test_every_check_is_proved_by_some_damage(sqlite_world: Any) -> None:
    from sync.server import verify as module

    play(sqlite_world)
    silent = {check.__name__ for check in module._checks()} - {"_storage"}

    for statement, _, _ in DAMAGE.values():
        with damaged(sqlite_world, statement) as connection:
            silent -= {check.__name__ for check in module._checks() if list(check(connection))}

    assert silent == set()


def after(world: Any, statement: str) -> list[Difference]:
    """What is found after this damage."""
    with damaged(world, statement) as connection:
        return differences(connection)


@contextmanager
def damaged(world: Any, statement: str) -> Iterator[Connection]:
    """The books as they would be after this damage, which is taken back at the end."""
    with world.engine.connect().execution_options(trunkline_write=True) as connection:
        transaction = connection.begin()
        assert connection.execute(text(statement)).rowcount > 0, f"{statement} did no damage"
        yield connection
        transaction.rollback()
