"""The day end in words: what waits to be sent, what fills the trunk up, and the summary of a signed count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.decide import EXCEPTION, HELD, PARKED, REJECTED
from app.screens.formats import Formats
from app.screens.today import op_title
from app.screens.trunk_transfers import RefillState, present_refill
from app.screens.wording import tr, worded
from app.workspace.rows.day_end import Asked, Closing, DayEnd, Difference, SignedCount, Standing

WAITING, SENT, CONFIRMED, HELD_UP, NEEDS = "waiting", "sent", "confirmed", "held", "needs"
TONES = {WAITING: "accent", SENT: "accent", CONFIRMED: "ok", HELD_UP: "warn", NEEDS: "bad"}


@dataclass(frozen=True, slots=True)
class ClosingState:
    """What stands below the differences when the day is closed. `refill` has no lines where nothing is missing; `sign`
    is what the one button says."""

    unsent: str
    oldest: str
    contact: str
    refill: RefillState
    sign: str


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """A counted lot that differed, in the summary."""

    product: str
    lot: str
    figures: str
    difference: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class SummaryState:
    """A signed count and what went with it. `stands` is one of WAITING, SENT, CONFIRMED, HELD_UP and NEEDS, `state` its
    words. `unsent` counts down while sync runs; `asked` is '' where nothing was asked for."""

    title: str
    stands: str
    state: str
    tone: str
    counted: tuple[str, ...]
    differences: tuple[DifferenceLine, ...]
    asked: tuple[str, ...]
    unsent: tuple[str, ...]
    signature: tuple[tuple[str, str], ...]  # (what, words)


def present_closing(
    closing: Closing, wanted: Mapping[str, int], formats: Formats, *, asks: bool
) -> ClosingState:
    """Unsent work, and the proposal with its quantities as edited; `asks`: it goes with the signature."""
    oldest = closing.unsent[0] if closing.unsent else None
    refill = present_refill(closing.moving, wanted, formats)
    units = sum(line.qty for line in refill.lines)
    return ClosingState(
        unsent=tr("day_end.unsent", count=len(closing.unsent)) if oldest else tr("day_end.unsent.none"),
        oldest=tr("day_end.oldest", what=op_title(oldest), when=formats.age(oldest.saved_at))
        if oldest
        else "",
        contact=_contact(closing.last_contact, formats),
        refill=refill,
        sign=tr("day_end.sign.ask", count=units) if asks and units else tr("count.sign"),
    )


def present_summary(found: DayEnd, count_id: str, formats: Formats) -> SummaryState | None:
    """The summary of one count of the day with what was asked for; None where the day has no such count."""
    count = next((one for one in found.counts if one.id == count_id), None)
    if count is None:
        return None
    stands = standing((count.standing, *(one.standing for one in found.asked)))
    words = tr("toast.saved", count=found.waiting) if stands == WAITING else tr(f"day_end.state.{stands}")
    return SummaryState(
        title=tr("count.summary.title", number=count.number, name=count.signed_by),
        stands=stands,
        state=words,
        tone=TONES[stands],
        counted=_counted(count, formats),
        differences=tuple(_difference(one, formats) for one in count.differences),
        asked=tuple(line for one in found.asked for line in _asked(one, formats)),
        unsent=_unsent(found, formats),
        signature=signature(count, formats),
    )


def standing(ops: Sequence[Standing]) -> str:
    """How several ops stand together: the one that is furthest behind, unless one asks for somebody."""
    results = {one.result for one in ops}
    if results & {REJECTED, PARKED, EXCEPTION}:
        return NEEDS
    if not all(one.pushed for one in ops):
        return WAITING
    if None in results:
        return SENT
    return HELD_UP if HELD in results else CONFIRMED


def signature(count: SignedCount, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Who signed, when, what it means, and the hash of what was signed; for the screen and for paper."""
    when = formats.moment(count.signed_at) if count.signed_at else ""
    told = (
        (tr("print.sign.name"), count.signed_by),
        (tr("print.sign.when"), when),
        (tr("print.sign.meaning"), tr("day_end.meaning")),
        (tr("print.sign.hash"), count.digest),
    )
    return tuple(one for one in told if one[1])


def reason_words(kept: str) -> tuple[str, str]:
    """A reason and its note, as they are kept together."""
    code, _, note = kept.partition(": ")
    return tr(f"count.reason.{code}") if worded(f"count.reason.{code}") else kept, note


def _counted(count: SignedCount, formats: Formats) -> tuple[str, ...]:
    """How many lots were counted, how many agree, and by how much the others differ."""
    counted = tr("count.summary.lots", lots=tr("trunk.lines", count=count.lines))
    if not count.differences:
        return counted, tr("count.summary.none")
    units = sum(one.counted - one.expected for one in count.differences)
    differ = tr(
        "count.summary.variances",
        variances=tr("trunk.variances", count=len(count.differences)),
        units=tr("count.summary.units", units=formats.signed(units)),
    )
    return counted, tr("count.agreed", count=count.lines - len(count.differences)), differ


def _difference(one: Difference, formats: Formats) -> DifferenceLine:
    number = one.serial or one.lot_number
    lot = tr("trunk.serial" if one.serial else "trunk.lot", number=number) if number else ""
    reason, note = reason_words(one.reason)
    return DifferenceLine(
        product=one.name or one.sku,
        lot=lot,
        figures=tr("day_end.figures", expected=formats.qty(one.expected), counted=formats.qty(one.counted)),
        difference=formats.signed(one.counted - one.expected),
        tone="bad" if one.counted < one.expected else "warn",
        reason=f"{reason}: {note}" if note else reason,
    )


def _asked(one: Asked, formats: Formats) -> tuple[str, ...]:
    """What was asked for in all, and of each product."""
    units, products = tr("trunk.units", count=one.units), tr("refill.products", count=len(one.lines))
    whole = tr("day_end.asked", units=units, products=products, number=one.number)
    return whole, *(
        tr("day_end.asked.line", units=formats.qty(line.qty), product=line.name) for line in one.lines
    )


def _unsent(found: DayEnd, formats: Formats) -> tuple[str, ...]:
    contact = _contact(found.last_contact, formats)
    if not found.waiting:
        return tr("day_end.unsent.none"), contact
    oldest = tr("day_end.oldest.saved", when=formats.age(found.oldest))
    return tr("day_end.unsent", count=found.waiting), oldest, contact


def _contact(moment: str | None, formats: Formats) -> str:
    return tr("chip.last_contact", when=formats.age(moment)) if moment else tr("chip.never")
