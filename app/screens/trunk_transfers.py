"""Goods on their way to the trunk and from it, what is lent or set aside, and filling the trunk up to par."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.rejections import Finding
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.trunk import ASKED, ASKED_OF, INCOMING, OUTGOING, RETURNING, lot_name, stands
from app.screens.wording import tr
from app.workspace.rows.moving import AwayLot, Moving, ParRow, ReceivedLine, Transfer, TransferLot

ORDER = (INCOMING, RETURNING, OUTGOING, ASKED, ASKED_OF)  # what waits for somebody here first
TONES = {INCOMING: "accent", RETURNING: "warn"}
SHORT_REASONS, DECLINE_REASONS = ("missing", "damaged", "surplus"), ("not_mine", "damaged", "not_needed")


@dataclass(frozen=True, slots=True)
class WayRow:
    """A transfer, or a lot that is lent or set aside, in the list."""

    key: str
    title: str
    about: str
    state: str
    tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class WayLine:
    """A line of the chosen one. `qty` None where there is nothing to enter; `differs` says by how much it is short or
    over, and then a `reason` is needed."""

    key: str
    product: str
    lot: str
    figures: str
    qty: int | None
    most: int
    differs: str
    tone: str
    reason: str
    spoken: str


@dataclass(frozen=True, slots=True)
class WayDetail:
    """The chosen one. `accept`, `decline` and `back` are the words of its buttons, '' where it has none."""

    key: str
    title: str
    about: str
    state: str
    tone: str
    says: str
    lines: tuple[WayLine, ...]
    reasons: tuple[str, ...]
    accept: str
    decline: str
    decline_reasons: tuple[str, ...]
    hint: str
    ready: bool
    headline: str
    findings: tuple[FindingWords, ...]
    anyway: bool
    codes: str = ""  # the words of the way to its codes


@dataclass(frozen=True, slots=True)
class RefillLine:
    """A product that may be asked for."""

    key: str
    product: str
    about: str
    qty: int
    spoken: str


@dataclass(frozen=True, slots=True)
class RefillState:
    """What the trunk should be sent. `empty` are words in the lines' place, '' when there are lines."""

    lines: tuple[RefillLine, ...]
    says: str
    total: str
    ask: str
    ready: bool
    empty: str
    empty_more: str


def present_list(moving: Moving, location_id: str, formats: Formats) -> tuple[WayRow, ...]:
    """What waits for the keeper of the place first, then what waits for others, then what is away."""
    ranked = sorted(moving.transfers, key=lambda one: ORDER.index(stands(one, location_id)))
    rows = [_transfer_row(one, stands(one, location_id), formats) for one in ranked]
    return (*rows, *(_away_row(one, formats) for one in moving.away))


def arrived(transfer: Transfer) -> tuple[ReceivedLine, ...]:
    """What is entered when a transfer is opened: that all of it came."""
    return tuple(ReceivedLine(line.id, line.on_way) for line in transfer.lines if line.on_way)


def standing(transfer: Transfer) -> str:
    """How it stands, in one text: its state, and what is on its way of each line. What was entered of it counts only
    while it stands so."""
    return "|".join((transfer.state, *(f"{line.id} {line.on_way}" for line in transfer.lines)))


def with_qty(lines: Sequence[ReceivedLine], line_id: str, qty: int) -> tuple[ReceivedLine, ...]:
    """The lines with another quantity in one of them."""
    return tuple(replace(one, qty=max(0, qty)) if one.line_id == line_id else one for one in lines)


def with_reason(lines: Sequence[ReceivedLine], line_id: str, reason: str) -> tuple[ReceivedLine, ...]:
    """The lines with a reason in one of them."""
    return tuple(replace(one, reason=reason) if one.line_id == line_id else one for one in lines)


def present_transfer(
    transfer: Transfer,
    location_id: str,
    entered: Sequence[ReceivedLine],
    formats: Formats,
    *,
    findings: Sequence[Finding] = (),
    refused: bool = False,
) -> WayDetail:
    """A transfer opened. `entered` is what is said to have come, line by line."""
    role = stands(transfer, location_id)
    mine = role in (INCOMING, RETURNING)
    by_id = {one.line_id: one for one in entered} if mine else {}
    lines = tuple(_line(one, by_id.get(one.id), role, formats) for one in transfer.lines if _tells(one, role))
    row = _transfer_row(transfer, role, formats)
    hint = next((tr("ways.hint.reason", lot=one.lot) for one in lines if one.differs and not one.reason), "")
    if mine and not hint and not any(one.qty for one in by_id.values()):
        hint = tr("ways.hint.nothing")
    declined = transfer.reason if transfer.state == "declined" else ""
    return WayDetail(
        key=row.key,
        title=row.title,
        about=row.about,
        state=row.state,
        tone=row.tone,
        says=tr("ways.declined", reason=declined) if declined else tr(f"ways.{role}.says"),
        lines=lines,
        reasons=tuple(tr(f"ways.reason.{code}") for code in SHORT_REASONS),
        accept=tr(f"ways.{role}.accept") if mine else "",
        decline=tr("ways.decline") if role == INCOMING and transfer.state == "in_transit" else "",
        decline_reasons=tuple(tr(f"ways.reason.{code}") for code in DECLINE_REASONS),
        hint=hint if mine else "",
        ready=mine and not hint,
        headline=tr("sale.refused") if refused else "",
        findings=all_in_words(findings, formats),
        anyway=refused,
        codes=tr("ways.codes") if role == OUTGOING and transfer.handed_by else "",
    )


def present_away(
    away: AwayLot,
    formats: Formats,
    today: str,
    *,
    qty: int,
    findings: Sequence[Finding] = (),
    refused: bool = False,
) -> WayDetail:
    """A lot that is lent or set aside, opened; `qty` is how many come back. A recalled one stays aside."""
    row = _away_row(away, formats)
    stays = away.kind == "quarantine" and away.recalled_on is not None and away.recalled_on <= today
    line = WayLine(
        key=away.key,
        product=away.name,
        lot=lot_name(away),
        figures=tr("sale.of", most=formats.qty(away.qty)),
        qty=None if stays else qty,
        most=away.qty,
        differs="",
        tone="",
        reason="",
        spoken=row.spoken,
    )
    return WayDetail(
        key=row.key,
        title=row.title,
        about=row.about,
        state=row.state,
        tone=row.tone,
        says=tr("ways.recalled.says") if stays else tr(f"ways.{away.kind}.says"),
        lines=(line,),
        reasons=(),
        accept="" if stays else tr(f"ways.{away.kind}.accept"),
        decline="",
        decline_reasons=(),
        hint="",
        ready=not stays,
        headline=tr("sale.refused") if refused else "",
        findings=all_in_words(findings, formats),
        anyway=refused,
    )


def proposal(moving: Moving) -> dict[str, int]:
    """Base units by product that would fill the trunk up to par."""
    return {one.product_id: one.proposed for one in moving.par if one.proposed}


def asks(moving: Moving) -> str:
    """Who is asked for goods: the warehouse where there is only one, else '' and the office decides."""
    warehouses = [one.id for one in moving.places if one.kind == "dc"]
    return warehouses[0] if len(warehouses) == 1 else ""


def present_refill(moving: Moving, wanted: Mapping[str, int], formats: Formats) -> RefillState:
    """The proposal with the quantities as edited; products below par come first, then the others that have one."""
    shown = [one for one in moving.par if one.product_id in wanted]
    lines = tuple(_refill_line(one, wanted[one.product_id], formats) for one in shown)
    units = sum(line.qty for line in lines)
    products = sum(1 for line in lines if line.qty)
    some = bool(moving.par)
    return RefillState(
        lines=lines,
        says=tr("refill.says"),
        total=f"{tr('refill.products', count=products)} · {tr('trunk.units', count=units)}",
        ask=tr("refill.ask", count=units),
        ready=units > 0,
        empty="" if lines else tr("refill.enough") if some else tr("refill.no_par"),
        empty_more="" if lines else tr("refill.enough.more") if some else tr("refill.no_par.more"),
    )


# -- parts ------------------------------------------------------------------------------------------------------------


def _tells(line: TransferLot, role: str) -> bool:
    """Whether a line says something: what is asked for in a request, else what is on its way."""
    return bool(line.asked if role in (ASKED, ASKED_OF) else line.on_way)


def _transfer_row(one: Transfer, role: str, formats: Formats) -> WayRow:
    asked = role in (ASKED, ASKED_OF)
    units = sum(line.asked for line in one.lines) if asked else one.on_way
    if role in (RETURNING, OUTGOING) and one.to_location:
        other = tr("ways.to", place=one.to_name)
    else:
        other = tr("ways.from", place=one.from_name) if one.from_location else tr("ways.from_office")
    if role == OUTGOING and one.state in ("declined", "returned"):
        other = tr("ways.to", place=one.from_name)
    if role == ASKED_OF:
        other = tr("ways.to", place=one.to_name)
    title = other[:1].upper() + other[1:]
    about = " · ".join((one.number, tr("trunk.units", count=units), formats.day_and_month(one.business_date)))
    if one.op_waits:
        about = f"{about} · {tr('outcome.waiting')}"
    short = role == RETURNING and one.state != "declined"
    state = tr("ways.returning.short") if short else tr(f"ways.{role}")
    return WayRow(one.id, title, about, state, TONES.get(role, "muted"), f"{state}: {title}, {about}")


def _away_row(one: AwayLot, formats: Formats) -> WayRow:
    title = one.name
    parts = (lot_name(one), tr("trunk.units", count=one.qty), formats.day_and_month(one.since))
    about = " · ".join(parts)
    if one.reason:
        about = f"{about} · {one.reason}"
    state = tr(f"ways.{one.kind}")
    return WayRow(one.key, title, about, state, "muted", f"{state}: {title}, {about}")


def _line(line: TransferLot, entered: ReceivedLine | None, role: str, formats: Formats) -> WayLine:
    any_lot = not line.lot_id
    lot = line.sku if any_lot else lot_name(line)
    if role in (ASKED, ASKED_OF):
        figures = tr("ways.asked_for", qty=formats.qty(line.asked))
    else:
        figures = tr("ways.on_way", qty=formats.qty(line.on_way))
    differs, tone = "", ""
    if entered is not None and entered.qty != line.on_way:
        by = entered.qty - line.on_way
        differs = tr("ways.over" if by > 0 else "ways.short", qty=formats.qty(abs(by)))
        tone = "warn" if by > 0 else "bad"
    return WayLine(
        key=line.id,
        product=line.name,
        lot=lot,
        figures=figures,
        qty=entered.qty if entered else None,
        most=1 if line.serial else 1_000_000,
        differs=differs,
        tone=tone,
        reason=entered.reason if entered else "",
        spoken=", ".join(part for part in (line.name, lot, figures, differs) if part),
    )


def _refill_line(one: ParRow, qty: int, formats: Formats) -> RefillLine:
    held, coming, par = formats.qty(one.held), formats.qty(one.coming), formats.qty(one.par_qty)
    about = tr("refill.about", held=held, coming=coming, par=par)
    if one.lent:
        about = tr("refill.about.lent", held=held, coming=coming, lent=formats.qty(one.lent), par=par)
    return RefillLine(one.product_id, one.name, f"{one.sku} · {about}", qty, f"{one.name}, {about}")
