"""A blind count: the list to count from never tells what the books say; the differences come after the last lot.

A line's expected figure is the one the books had in the moment it was counted, so stock that is sold while the count
goes on disturbs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.trunk import found_by, lot_name
from app.screens.wording import tr
from app.workspace.counting import is_over
from app.workspace.rows.trunk import CountDraft, CountedLot, CountSheetLot, CountView

REASONS = ("damaged", "lost", "found", "miscounted", "other")  # codes, as they are kept with the count
SHORTEST_CODE = 4  # digits of a lot number that can stand in a quantity's place
MOST_LEFT = 8  # lots that were not counted and are named; the list to count from has them all
MAX_FIGURES = 6  # digits a person types as a quantity; anything else in the field is a scanned code


@dataclass(frozen=True, slots=True)
class CountRow:
    """A lot to count. `counted` is what was entered, '' while nothing was; there is no expected figure here."""

    key: str
    product_id: str
    lot_id: str
    product: str
    lot: str
    counted: str
    state: str
    tone: str
    serial: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class VarianceRow:
    """A counted lot that differs. `missing` is what its reason lacks, in words; '' when it is complete."""

    key: str
    product: str
    lot: str
    expected: str
    counted: str
    difference: str
    tone: str
    reason: str
    note: str
    missing: str
    spoken: str
    second: str = ""  # that it must be counted a second time, or that it was; '' within the limit
    second_open: bool = False  # it still must


@dataclass(frozen=True, slots=True)
class CountState:
    """The count: its list, how far it is, and whether it can be looked over. `second` asks for a second count in words,
    '' during the first; then the list holds only what is to be counted again. `complete`: nothing is left to count."""

    rows: tuple[CountRow, ...]
    progress: str
    done: int
    total: int
    started: str
    can_review: bool
    review_words: str
    empty: str
    empty_more: str
    second: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The differences before signing. `hint` says what is still missing; then `can_sign` is False."""

    variances: tuple[VarianceRow, ...]
    agreed: str
    uncounted: str
    left: tuple[LeftRow, ...]  # the first of those that were not counted
    left_more: str  # how many more there are
    reasons: tuple[tuple[str, str], ...]  # (code, words)
    hint: str
    can_sign: bool


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A lot that was not counted."""

    key: str
    product: str
    lot: str


def present(view: CountView, formats: Formats, *, search: str = "") -> CountState:
    """The list to count, by product and lot, for what is searched; of a second count only what it is about, without the
    figures of the first."""
    again = set(view.draft.again) if view.draft else set()
    counted = _counted(view.draft)
    if view.draft and again:
        counted = {key: line for key, line in counted.items() if key in view.draft.begun}
    sheet = sorted(
        (one for one in view.sheet if not again or one.key in again),
        key=lambda one: (one.name, one.lot_number, one.serial, one.key),
    )
    words = search.casefold().split()
    rows = tuple(_row(one, counted.get(one.key), formats) for one in sheet if found_by(one, words))
    done, total = len(counted), len(sheet)
    nothing = not rows
    progress = tr("count.progress", done=formats.qty(done), count=total)
    return CountState(
        rows=rows,
        progress=tr("count.progress.second", progress=progress) if again else progress,
        done=done,
        total=total,
        started=_started(view.draft, formats) if view.draft and not again else "",
        can_review=done == total if again else done > 0,
        review_words=_review_words(total - done, formats, again=bool(again)),
        empty=tr("count.empty") if nothing else "",
        empty_more=tr("count.empty.more") if nothing else "",
        second=tr("count.second.scan", count=total) if again else "",
        complete=0 < total == done,
    )


def _started(draft: CountDraft, formats: Formats) -> str:
    when = formats.clock(draft.started_at)
    return tr("day_end.begun", when=when) if draft.day_end else tr("count.started", when=when)


def _review_words(left: int, formats: Formats, *, again: bool) -> str:
    if not left:
        return tr("count.review.all")
    return tr("count.review.again" if again else "count.review.part", left=formats.qty(left))


def match_code(view: CountView, code: str) -> tuple[CountSheetLot, ...]:
    """The lots that a scanned or typed code means: by lot or serial number, else by product; uncounted ones first."""
    wanted = code.strip().casefold()
    if not wanted:
        return ()
    found = [one for one in view.sheet if names_lot(one, code)]
    found = found or [one for one in view.sheet if wanted in (one.gtin.casefold(), one.sku.casefold())]
    counted = _counted(view.draft)
    return tuple(
        sorted(found, key=lambda one: (one.key in counted, one.expires or "9999", one.lot_number, one.key))
    )


def names_lot(lot: CountSheetLot, code: str) -> bool:
    """Whether the code is the lot's own number or serial, not only its product's."""
    wanted = code.strip().casefold()
    return bool(wanted) and wanted in (lot.lot_number.casefold(), lot.serial.casefold())


def quantity_of(text: str, view: CountView) -> int | None:
    """The quantity a person typed, or None when it is a code: letters, more digits than a quantity has, or the number
    of a lot that is to be counted."""
    typed = text.strip()
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > MAX_FIGURES:
        return None
    if len(typed) >= SHORTEST_CODE and any(typed in (one.lot_number, one.serial) for one in view.sheet):
        return None
    return int(typed)


def review(view: CountView, formats: Formats, *, signed_by: str) -> ReviewState:
    """What differs, and what is still needed before the count can be signed."""
    lines = view.draft.lines if view.draft else ()
    lots = {one.key: one for one in view.sheet}
    differing = sorted(
        (line for line in lines if line.counted != line.expected and line.key in lots),
        key=lambda line: (lots[line.key].name, lots[line.key].lot_number, line.key),
    )
    variances = tuple(_variance(line, lots[line.key], view.variance_limit, formats) for line in differing)
    counted = {line.key for line in lines}
    left = [one for one in view.sheet if one.key not in counted]
    hint = next((one.missing for one in variances if one.missing), "")
    if not lines:
        hint = tr("count.hint.nothing")
    elif not hint and not signed_by.strip():
        hint = tr("count.hint.name")
    return ReviewState(
        variances=variances,
        agreed=tr("count.agreed", count=len(lines) - len(variances)),
        uncounted=tr("count.uncounted", count=len(left)) if left else "",
        left=tuple(LeftRow(one.key, one.name, lot_name(one)) for one in left[:MOST_LEFT]),
        left_more=tr("count.uncounted.more", count=len(left) - MOST_LEFT) if len(left) > MOST_LEFT else "",
        reasons=tuple((code, tr(f"count.reason.{code}")) for code in REASONS),
        hint=hint,
        can_sign=not hint,
    )


def _counted(draft: CountDraft | None) -> dict[str, CountedLot]:
    return {line.key: line for line in draft.lines} if draft else {}


def _row(lot: CountSheetLot, line: CountedLot | None, formats: Formats) -> CountRow:
    name = lot_name(lot)
    counted = formats.qty(line.counted) if line else ""
    state = tr("count.state.counted", when=formats.clock(line.at)) if line else tr("count.state.open")
    spoken = tr("count.row.spoken", product=lot.name, lot=name, state=f"{state} {counted}".strip())
    return CountRow(
        key=lot.key,
        product_id=lot.product_id,
        lot_id=lot.lot_id,
        product=lot.name,
        lot=name,
        counted=counted,
        state=state,
        tone="ok" if line else "muted",
        serial=lot.tracking == "serial",
        spoken=spoken,
    )


def _variance(line: CountedLot, lot: CountSheetLot, limit: int | None, formats: Formats) -> VarianceRow:
    difference = formats.signed(line.counted - line.expected)
    missing, second, name = "", "", lot_name(lot)
    over = is_over(line, limit)
    if over and limit is not None:
        key = "count.second.done" if line.recounted else "count.second.needed"
        second = tr(key, limit=formats.qty(limit))
    if over and not line.recounted:
        missing = tr("count.hint.second", lot=name)
    elif line.reason not in REASONS:
        missing = tr("count.hint.reason", lot=name)
    elif line.reason == "other" and not line.note.strip():
        missing = tr("count.hint.note", lot=name)
    return VarianceRow(
        key=line.key,
        product=lot.name,
        lot=name,
        expected=formats.qty(line.expected),
        counted=formats.qty(line.counted),
        difference=difference,
        tone="bad" if line.counted < line.expected else "warn",
        reason=line.reason,
        note=line.note,
        missing=missing,
        spoken=tr(
            "count.variance.spoken",
            product=lot.name,
            lot=name,
            expected=formats.qty(line.expected),
            counted=formats.qty(line.counted),
            difference=difference,
        ),
        second=second,
        second_open=over and not line.recounted,
    )
