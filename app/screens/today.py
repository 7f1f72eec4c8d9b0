"""Today: what needs this person, what waits, what expires. Every row says what to do next and where a tap leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.decide import EXCEPTION, PARKED, REJECTED
from app.domain.parties import RETURN
from app.screens.account_visits import next_visit
from app.screens.findings import all_in_words, named
from app.screens.formats import Formats
from app.screens.wording import tr, worded
from app.workspace.rows.moving import Transfer
from app.workspace.rows.sync import OpRow
from app.workspace.rows.today import ClaimRow, ExpiringRow, OrderRow, QuoteRow, TodayRows
from app.workspace.rows.visits import VisitRow

WRITABLE = ("SubmitQuote", "PlaceOrder")  # a refused one has a page of its own among the quotes
SHOWN = 6  # rows of a list beside the main one; the rest is one tap away


@dataclass(frozen=True, slots=True)
class Item:
    """One row. A tap goes to `place`, opened with `args`. `state` is a few words with a tone."""

    key: str
    icon: str
    title: str
    second: str
    amount: str
    state: str
    tone: str
    place: str = ""
    args: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def spoken(self) -> str:
        """The row in one line."""
        return ", ".join(part for part in (self.state, self.title, self.second, self.amount) if part)


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """Goods the office claims: what, why, and the one button that answers with `qty` (base units). `asks_why`: the
    trunk has fewer than are claimed, so the answer says why."""

    id: str
    title: str
    second: str
    button: str
    qty: int
    asks_why: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A list with its heading; `more` says how many are not shown, and `place` where they are."""

    title: str
    items: tuple[Item, ...]
    more: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class TodayState:
    """The whole screen."""

    greeting: str
    day: str
    needs: tuple[Item, ...]
    groups: tuple[Group, ...]
    claims: tuple[ClaimCard, ...] = ()

    @property
    def all_clear(self) -> bool:
        return not self.needs and not self.claims


def present(rows: TodayRows, formats: Formats, *, name: str, day: str, sells: bool) -> TodayState:
    """What to show. `sells`: this person has quotes and a trunk of their own."""
    needs = (
        *(_asking(op, formats) for op in rows.asking),
        *_approvals(rows, formats),
        *(_declined(one, formats) for one in rows.declined),
        *(_approved(one, formats) for one in rows.approved),
        *(_held(one, formats) for one in rows.held),
        *(_coming(one, formats) for one in rows.coming),
    )
    groups = (
        _group("today.visits", (_visit(one, day, formats) for one in rows.visits), "accounts"),
        _group("today.expiring", (_expiring(one, formats, day) for one in rows.expiring), "trunk"),
        _group(
            "today.waiting_to_send",
            (waiting_item(op, formats) for op in rows.waiting if not op.pushed),
            "sync",
        ),
        _group("today.with_others", (_pending(one, formats) for one in rows.pending), "quotes"),
    )
    shown = tuple(group for group in groups if group.items or (sells and group.place == "trunk"))
    first = name.split()[0] if name.split() else name
    claimed = tuple(_claimed(one, formats) for one in rows.claims)
    return TodayState(tr("today.greeting", name=first), formats.long_date(day), needs, shown, claimed)


def waiting_item(op: OpRow, formats: Formats) -> Item:
    """An op that the server does not have yet."""
    return Item(
        f"op:{op.op_id}",
        "send",
        op_title(op),
        op.account,
        formats.clock(op.saved_at),
        "",
        "accent",
        *_where(op),
    )


def op_title(op: OpRow) -> str:
    """An op's name for people: what it was and its number."""
    what = named("movement_kind", op.movement) if op.movement else named("command", op.command)
    return " ".join(part for part in (what, op.number) if part)


def _titled(number: str, account: str) -> str:
    return " · ".join(part for part in (number, account) if part)


def _where(op: OpRow) -> tuple[str, dict[str, str]]:
    match op.document_kind:
        case "quote":
            return "quotes", {"quote_id": op.document_id}
        case "sales_order":
            return "quotes", {"order_id": op.document_id}
        case "count_sheet" | "movement":
            return "trunk", {}
        case "transfer":
            return "trunk", {"transfers": op.document_id}
        case "account":
            return "accounts", {"account_id": op.document_id}
    return "sync", {}


def _asking(op: OpRow, formats: Formats) -> Item:
    words = all_in_words(op.findings, formats)
    result = op.result or REJECTED
    second = words[0].sentence if words else tr(f"today.asking.{result}")
    return Item(
        f"op:{op.op_id}",
        "blocked" if result == REJECTED else "warning",
        _titled(op.number or op_title(op), op.account),
        second,
        "",
        tr(f"today.state.{result}") if worded(f"today.state.{result}") else named("outcome", result),
        {REJECTED: "bad", EXCEPTION: "warn", PARKED: "warn"}.get(result, "warn"),
        "quotes" if op.command in WRITABLE else "sync",
        {"op_id": op.op_id},
    )


def _quote(one: QuoteRow, formats: Formats, icon: str, second: str, *, state: str, tone: str) -> Item:
    return Item(
        f"quote:{one.id}",
        icon,
        _titled(one.number, one.account),
        second,
        formats.money(one.total, one.currency),
        state,
        tone,
        "quotes",
        {"quote_id": one.id},
    )


def _declined(one: QuoteRow, formats: Formats) -> Item:
    second = (
        tr("today.declined.why", who=one.decided_by, reason=one.comment)
        if one.comment
        else tr("today.declined.next")
    )
    return _quote(one, formats, "blocked", second, state=tr("quote_state.declined"), tone="bad")


def _approved(one: QuoteRow, formats: Formats) -> Item:
    return _quote(one, formats, "ok", tr("today.approved.next"), state=tr("quote_state.approved"), tone="ok")


def _pending(one: QuoteRow, formats: Formats) -> Item:
    """A quote that waits for somebody else's word."""
    return _quote(one, formats, "approvals", tr("quote_state.pending_approval"), state="", tone="accent")


def _held(one: OrderRow, formats: Formats) -> Item:
    return Item(
        f"order:{one.id}",
        "clock",
        _titled(one.number, one.account),
        tr("today.held.next"),
        formats.money(one.total, one.currency),
        tr("order_state.held"),
        "warn",
        "quotes",
        {"order_id": one.id},
    )


def _approvals(rows: TodayRows, formats: Formats) -> Iterable[Item]:
    for one in rows.approvals:
        yield Item(
            f"approval:{one.approval_id}",
            "approvals",
            _titled(one.number, one.account),
            tr("today.approval.why", why=tr(f"finding.{one.code}.title"), who=one.rep),
            formats.money(one.total, one.currency),
            tr("approval_state.pending"),
            "accent",
            "approvals",
            {"approval_id": one.approval_id},
        )


def _coming(one: Transfer, formats: Formats) -> Item:
    """Goods to take over, or to take back."""
    back = one.state == "declined"
    return Item(
        f"transfer:{one.id}",
        "truck",
        tr("today.coming.back" if back else "today.coming", who=one.to_name if back else one.from_name),
        tr("today.coming.back.next" if back else "today.coming.next"),
        tr("trunk.units", count=one.on_way),
        tr("ways.returning" if back else "ways.incoming"),
        "warn" if back else "accent",
        "trunk",
        {"transfers": one.id},
    )


def _claimed(one: ClaimRow, formats: Formats) -> ClaimCard:
    back = one.kind == RETURN
    goods = tr("today.claim.goods", product=one.product, lot=one.lot) if one.lot else one.product
    qty = min(one.left, one.on_hand)
    word = "today.claim.return" if back else "today.claim.recall"
    fewer = tr("today.claim.fewer", have=formats.qty(one.on_hand)) if qty < one.left else ""
    return ClaimCard(
        one.id,
        tr(word, qty=formats.qty(one.left), goods=goods, place=one.to_name),
        " ".join(part for part in (tr("today.claim.why", reason=one.reason.rstrip(".")), fewer) if part),
        tr("today.claim.send" if back else "today.claim.aside", qty=formats.qty(qty))
        if qty
        else tr("today.claim.none"),
        qty,
        qty < one.left,
    )


def _visit(one: VisitRow, day: str, formats: Formats) -> Item:
    """A customer to go to; what was noted last time says what for."""
    state, tone = next_visit(one.next_on, day, formats)
    return Item(
        f"visit:{one.id}",
        "accounts",
        one.account,
        " ".join(one.note.split()),
        "",
        state,
        tone,
        "accounts",
        {"account_id": one.account_id, "visits": one.id},
    )


def _expiring(one: ExpiringRow, formats: Formats, day: str) -> Item:
    gone = one.expires < day
    return Item(
        f"lot:{one.lot_id}",
        "clock",
        one.product,
        tr("today.lot", lot=one.lot, qty=formats.qty(one.qty)),
        "",
        tr("today.expired") if gone else formats.until(one.expires),
        "bad" if gone else "warn",
        "trunk",
        {"lot_id": one.lot_id},
    )


def _group(title: str, items: Iterable[Item], place: str) -> Group:
    whole = tuple(items)
    left = len(whole) - SHOWN
    return Group(tr(title), whole[:SHOWN], tr("today.more", count=left) if left > 0 else "", place)
