"""What the trunk page shows: lots by expiry with what is wrong with them in words, units by month, the day so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from app.domain.decide import EXCEPTION, HELD, PARKED, REJECTED
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.moving import AwayLot, ParRow, Transfer, TransferLot
from app.workspace.rows.trunk import CountDraft, CountSheetLot, DayEntry, TrunkLot, TrunkView

SOON, LATER = 30, 90  # days; what expires within them is marked
MONTHS = 9  # months of the plot

GOOD, RECALLED, EXPIRED, SOON_30, SOON_90 = "good", "recalled", "expired", "soon_30", "soon_90"
BELOW_PAR = "below_par"  # a filter beside the marks: of products that are below par
MARKS = (RECALLED, EXPIRED, SOON_30, SOON_90)  # gravest first
ICONS = {RECALLED: "blocked"}
INCOMING, RETURNING, OUTGOING, ASKED, ASKED_OF = "incoming", "returning", "outgoing", "asked", "asked_of"
TONES = {GOOD: "", RECALLED: "bad", EXPIRED: "bad", SOON_30: "warn", SOON_90: "accent"}
ALL = "all"


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in the list. `state` is what is to be said about it in words, '' for a good one."""

    key: str
    product_id: str
    lot_id: str
    product: str
    sku: str
    lot: str
    expires: str
    state: str
    tone: str
    units: str
    spoken: str
    icon: str = ""
    par: str = ""  # how its product stands against par; '' when there is enough
    step: str = ""  # what a tap does, in words
    step_tone: str = ""
    sells: bool = True  # a tap sells it; else it shows what else can be done


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of which lots are shown, with how many there are."""

    key: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Units that expire in one month; `label` '' where the axis leaves it out."""

    label: str
    units: int
    figure: str
    tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """A sale or a count of the day, and how it stands."""

    key: str
    kind: str
    document_id: str
    title: str
    about: str
    state: str
    tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class TrunkState:
    """The whole page. `empty` and `empty_more` are words in the list's place, '' when there are rows."""

    title: str
    totals: str
    as_of: str
    rows: tuple[LotRow, ...]
    filters: tuple[Filter, ...]
    only: str
    bars: tuple[Bar, ...]
    bars_spoken: str
    day: tuple[DayRow, ...]
    empty: str
    empty_more: str
    can_count: bool
    counting: str  # what is in progress: a 'count' or a 'day_end', '' for neither
    count_words: str
    day_end: str  # the words of the button that closes the day
    transfers: str = ""  # the words of the button
    refill: str = ""
    hand_over: str = ""
    transfers_short: str = ""  # the same in a narrow window
    refill_short: str = ""
    waits: bool = False  # goods are on their way to this person
    reads_only: bool = False  # another tablet of the person holds the trunk, or none does


def present(
    view: TrunkView, formats: Formats, today: str, *, search: str = "", only: str = ALL, going: str = ""
) -> TrunkState:
    """The page on `today` (ISO) for what is searched and which lots are asked for. `going` is the action (a key of
    trunk_lot.ACTIONS) for which lots are being put together: then a tap puts one on it."""
    marks = {lot.key: mark_of(lot, today) for lot in view.lots}
    par = {one.product_id: one for one in view.moving.par if one.held < one.min_qty}
    below = {lot.key for lot in view.lots if lot.product_id in par}
    filters = _filters(list(marks.values()), len(below))
    if only not in {one.key for one in filters}:
        only = ALL
    words = search.casefold().split()
    shown = [
        lot
        for lot in view.lots
        if (lot.key in below if only == BELOW_PAR else only in (ALL, marks[lot.key])) and found_by(lot, words)
    ]
    empty, more = _empty(view, bool(shown))
    bars = _bars(view.lots, today, formats)
    counting = view.count
    reads_only = view.place is not None and view.place.reads_only
    ways = _NO_WAYS if reads_only or view.place is None else _ways(view, view.place.id)
    return TrunkState(
        title=view.place.name if view.place else tr("place.trunk"),
        totals=_totals(view.lots, formats),
        as_of=formats.as_of(view.as_of) if view.as_of else tr("trunk.never_synced"),
        rows=tuple(
            lot_row(lot, marks[lot.key], par.get(lot.product_id), formats, going=going) for lot in shown
        ),
        filters=filters,
        only=only,
        bars=bars,
        bars_spoken=tr("trunk.bars.spoken", months="; ".join(bar.spoken for bar in bars if bar.units)),
        day=tuple(_day_row(one, formats) for one in view.day),
        empty=empty,
        empty_more=more,
        can_count=view.place is not None
        and view.place.complete
        and not reads_only
        and bool(view.lots or counting is not None),
        counting="" if counting is None else "day_end" if counting.day_end else "count",
        count_words=_goes_on(counting, "trunk.count.start", "trunk.count.go_on", day_end=False),
        day_end=_goes_on(counting, "day_end.start", "day_end.go_on", day_end=True),
        transfers=ways.transfers,
        refill=ways.refill,
        transfers_short=ways.transfers_short,
        refill_short=ways.refill_short,
        hand_over="" if reads_only else _hand_over(view),
        waits=ways.waits,
        reads_only=reads_only,
    )


def _goes_on(counting: CountDraft | None, start: str, go_on: str, *, day_end: bool) -> str:
    """The words of a button that begins a count, or goes on with its own kind of it."""
    if counting is None or counting.day_end != day_end:
        return tr(start)
    return tr(go_on, counted=len(counting.lines))


def _hand_over(view: TrunkView) -> str:
    """The words of the way to a hand-over, '' where there is nothing to hand over or nobody to take it."""
    somebody = any(one.kind == "trunk" for one in view.moving.places)
    return tr("trunk.hand_over") if view.place and view.lots and somebody else ""


@dataclass(frozen=True, slots=True)
class _Ways:
    """The words of the ways to the transfers and to filling up; whether goods wait for this person."""

    transfers: str = ""
    refill: str = ""
    transfers_short: str = ""
    refill_short: str = ""
    waits: bool = False


_NO_WAYS = _Ways()


def _ways(view: TrunkView, place_id: str) -> _Ways:
    mine = [one for one in view.moving.transfers if stands(one, place_id) in (INCOMING, RETURNING)]
    low = [one for one in view.moving.par if one.proposed]
    transfers, refill = tr("trunk.transfers"), tr("trunk.refill")
    return _Ways(
        transfers=tr("trunk.transfers.some", n=len(mine)) if mine else transfers,
        refill=tr("trunk.refill.some", n=len(low)) if low else refill,
        transfers_short=tr("trunk.transfers.short", n=len(mine)) if mine else transfers,
        refill_short=tr("trunk.refill.short", n=len(low)) if low else refill,
        waits=bool(mine),
    )


def stands(one: Transfer, location_id: str) -> str:
    """What a transfer is to the place: INCOMING or RETURNING wait for its keeper, OUTGOING and ASKED for others."""
    if one.state == "requested":
        return ASKED if one.to_location == location_id else ASKED_OF
    if one.to_location == location_id:
        return INCOMING if one.state in ("in_transit", "accepted") else OUTGOING
    return OUTGOING if one.state == "in_transit" else RETURNING


def mark_of(lot: TrunkLot, today: str) -> str:
    """What must be said about a lot on `today`: one of MARKS, or GOOD."""
    if lot.recalled_on and lot.recalled_on <= today:
        return RECALLED
    if lot.expires is None:
        return GOOD
    days = (date.fromisoformat(lot.expires) - date.fromisoformat(today)).days
    if days < 0:
        return EXPIRED
    return SOON_30 if days <= SOON else SOON_90 if days <= LATER else GOOD


def lot_name(lot: TrunkLot | CountSheetLot | TransferLot | AwayLot) -> str:
    """`Lot L2041`, `Serial SN1`, or that the product is not tracked."""
    if lot.serial:
        return tr("trunk.serial", number=lot.serial)
    if lot.lot_number:
        return tr("trunk.lot", number=lot.lot_number)
    return tr("trunk.untracked") if not lot.lot_id else tr("trunk.lot", number=lot.lot_id)


def found_by(lot: TrunkLot | CountSheetLot, words: Sequence[str]) -> bool:
    """Whether every one of the (case-folded) words is somewhere in the lot's product, lot or codes."""
    text = f"{lot.name} {lot.sku} {lot.gtin} {lot.lot_number} {lot.serial}".casefold()
    return all(word in text for word in words)


def state_words(lot: TrunkLot, mark: str, formats: Formats) -> str:
    """What a lot's mark says, in a few words."""
    if mark == GOOD:
        return ""
    if mark == RECALLED:
        return tr("trunk.mark.recalled", when=formats.day_and_month(lot.recalled_on))
    return tr(f"trunk.mark.{mark}", when=formats.until(lot.expires))


def standing(entry: DayEntry) -> tuple[str, str]:
    """(outcome word, tone) of a document by what became of its op: waiting, sent, or what the server said."""
    if not entry.pushed:
        return tr("outcome.waiting"), "accent"
    if entry.op_id and entry.result is None:
        return tr("outcome.sent"), "accent"
    tones = {HELD: "warn", EXCEPTION: "warn", REJECTED: "bad", PARKED: "bad"}
    result = entry.result or "applied"
    return tr(f"outcome.{result}"), tones.get(result, "ok")


def lot_row(lot: TrunkLot, mark: str, par: ParRow | None, formats: Formats, *, going: str = "") -> LotRow:
    """A lot as a line; `par` of its product where that is below it, `going` as in `present`."""
    name, state, units = lot_name(lot), state_words(lot, mark, formats), formats.qty(lot.qty)
    expires = formats.date(lot.expires) if lot.expires else tr("trunk.no_expiry")
    below = tr("trunk.below_par", held=formats.qty(par.held), par=formats.qty(par.par_qty)) if par else ""
    spoken = tr("trunk.lot.spoken", product=lot.name, lot=name, expires=expires, state=state, units=units)
    recalled = mark == RECALLED
    goes = bool(going) and lot.qty > 0 and not (recalled and going == "hand_over")
    return LotRow(
        lot.key,
        lot.product_id,
        lot.lot_id,
        lot.name,
        lot.sku,
        name,
        expires,
        tr("trunk.recalled") if recalled else state,
        TONES[mark],
        units,
        f"{spoken}, {below}" if below else spoken,
        icon=ICONS.get(mark, ""),
        par=below,
        step=tr("trunk.add") if goes else tr("trunk.set_aside.start") if recalled else tr("trunk.sell.start"),
        step_tone="bad" if recalled and not goes else "accent",
        sells=not recalled,
    )


def _totals(lots: Sequence[TrunkLot], formats: Formats) -> str:
    lines, units = tr("trunk.lines", count=len(lots)), sum(lot.qty for lot in lots)
    return f"{lines} · {tr('trunk.units', count=units)}"


def _filters(marks: Sequence[str], below: int) -> tuple[Filter, ...]:
    """All, each mark that some lot has, and lots of products below par."""
    told = [Filter(ALL, tr("trunk.filter.all", n=len(marks)), "")]
    told += [
        Filter(mark, tr(f"trunk.filter.{mark}", n=marks.count(mark)), TONES[mark])
        for mark in MARKS
        if mark in marks
    ]
    if below:
        told.append(Filter(BELOW_PAR, tr("trunk.filter.below_par", n=below), "warn"))
    return tuple(told)


def _empty(view: TrunkView, shown: bool) -> tuple[str, str]:
    """The words in place of a list without rows, and the next step."""
    if shown:
        return "", ""
    if view.place is None:
        return tr("trunk.empty.none"), tr("trunk.empty.none.more")
    if not view.place.complete:
        return tr("trunk.empty.loading"), tr("trunk.empty.loading.more")
    if not view.lots:
        return tr("trunk.empty.nothing"), tr("trunk.empty.nothing.more")
    return tr("trunk.empty.not_found"), tr("trunk.empty.not_found.more")


def _bars(lots: Sequence[TrunkLot], today: str, formats: Formats) -> tuple[Bar, ...]:
    """Units by month of expiry: expired ones first, MONTHS months, then all later ones."""
    start = date.fromisoformat(today).replace(day=1)
    months = [_month_after(start, n) for n in range(MONTHS)]
    units: dict[str, int] = {}
    for lot in lots:
        if lot.expires is None or lot.qty <= 0:
            continue
        month = lot.expires[:7]
        slot = "expired" if lot.expires < today else month if month <= months[-1].isoformat()[:7] else "later"
        units[slot] = units.get(slot, 0) + lot.qty
    bars: list[Bar] = []
    if "expired" in units:
        bars.append(_bar(tr("trunk.bars.expired"), units["expired"], "bad", formats))
    soon = date.fromisoformat(today) + timedelta(days=SOON)
    for first in months:
        name = str(format_date(first, "MMM", locale=formats.locale))
        tone = "warn" if first <= soon else "accent"
        bars.append(_bar(name, units.get(first.isoformat()[:7], 0), tone, formats))
    bars.append(_bar(tr("trunk.bars.later"), units.get("later", 0), "muted", formats))
    return tuple(bars) if any(bar.units for bar in bars) else ()


def _bar(label: str, units: int, tone: str, formats: Formats) -> Bar:
    figure = formats.qty(units) if units else ""
    return Bar(label, units, figure, tone, tr("trunk.bar.spoken", month=label, units=formats.qty(units)))


def _month_after(start: date, n: int) -> date:
    at = start.month - 1 + n
    return date(start.year + at // 12, at % 12 + 1, 1)


def _day_row(entry: DayEntry, formats: Formats) -> DayRow:
    state, tone = standing(entry)
    if entry.kind == "sale":
        title = tr("trunk.day.sale", number=entry.number)
        units = tr("trunk.units", count=entry.units)
        about = f"{entry.account or tr('trunk.day.no_account')} · {units}"
    elif entry.kind != "count":
        title = " ".join(part for part in (named("movement_kind", entry.kind), entry.number) if part)
        units = tr("trunk.units", count=entry.units)
        about = f"{entry.account or tr('trunk.day.several')} · {units}"
    else:
        title = tr("trunk.day.count", number=entry.number)
        about = f"{tr('trunk.lines', count=entry.lines)} · {tr('trunk.variances', count=entry.variances)}"
        if entry.units:
            about = f"{about} · {formats.signed(entry.units)}"
    spoken = f"{title}, {about}, {state}"
    return DayRow(entry.document_id, entry.kind, entry.document_id, title, about, state, tone, spoken)
