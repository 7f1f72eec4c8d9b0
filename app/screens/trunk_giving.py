"""Several lots of the trunk that go together: to a colleague, or back to the warehouse. What is put together and how it
looks; and the codes by which the colleague takes it over where there is no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.rejections import Finding
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.scanning import HandedWords, handed_lines
from app.screens.trunk import RECALLED, lot_name, mark_of, state_words
from app.screens.trunk_lot import HAND_OVER, place_words, places_for
from app.screens.wording import tr
from app.workspace.handing import Given
from app.workspace.rows.moving import GivenLot, GivingDraft, PlaceChoice
from app.workspace.rows.trunk import TrunkLot, line_key

AS_BUTTONS = 4  # so many places are buttons, more a list that folds out


@dataclass(frozen=True, slots=True)
class GivingLine:
    """A lot that goes. `state` warns of what is wrong with it, '' for a good one."""

    key: str
    product: str
    lot: str
    state: str
    qty: int
    most: int
    of: str
    spoken: str


@dataclass(frozen=True, slots=True)
class GivingState:
    """What goes, to whom. `hint` says what is missing, and then `ready` is False."""

    title: str
    how: str
    lines: tuple[GivingLine, ...]
    place_label: str
    places: tuple[tuple[str, str], ...]
    place: str
    folded: bool  # too many places for buttons
    total: str
    save: str
    hint: str
    ready: bool
    headline: str
    findings: tuple[FindingWords, ...]
    anyway: bool


@dataclass(frozen=True, slots=True)
class CodesState:
    """The codes of a saved hand-over. `where` says which of them is shown, '' where there is only one."""

    title: str
    says: str
    how: str
    lines: tuple[HandedWords, ...]
    codes: tuple[str, ...]

    def where(self, at: int) -> str:
        """Which code is shown; `at` counts from 0."""
        return tr("codes.at", at=at + 1, of=len(self.codes)) if len(self.codes) > 1 else ""


def begin(action: str, places: Sequence[PlaceChoice]) -> GivingDraft:
    """Nothing yet; the only place there is, chosen."""
    to = places_for(action, places)
    return GivingDraft(action, to[0].id if len(to) == 1 else "")


def may_go(action: str, lot: TrunkLot, today: str) -> bool:
    """Recalled goods go back to the warehouse only."""
    return lot.qty > 0 and (action != HAND_OVER or mark_of(lot, today) != RECALLED)


def add(draft: GivingDraft, lot: TrunkLot, qty: int = 1) -> GivingDraft:
    """`qty` base units more of the lot, at most what there is."""
    held = next((one.qty for one in draft.lines if _key(one) == lot.key), 0)
    if held:
        return with_qty(draft, lot, held + qty)
    line = GivenLot(lot.product_id, lot.lot_id, max(1, min(lot.qty, qty)))
    return replace(draft, lines=(*draft.lines, line))


def with_qty(draft: GivingDraft, lot: TrunkLot, qty: int) -> GivingDraft:
    """The lot with another quantity, between one and what there is."""
    kept = max(1, min(lot.qty, qty))
    lines = tuple(replace(one, qty=kept) if _key(one) == lot.key else one for one in draft.lines)
    return replace(draft, lines=lines)


def without(draft: GivingDraft, key: str) -> GivingDraft:
    """The draft without this lot."""
    return replace(draft, lines=tuple(one for one in draft.lines if _key(one) != key))


def together(newer: GivingDraft, older: GivingDraft) -> GivingDraft:
    """Both in one, of the same action: where both say something, the newer one does."""
    said = {_key(one) for one in newer.lines}
    lines = (*newer.lines, *(one for one in older.lines if _key(one) not in said))
    return replace(newer, to_location=newer.to_location or older.to_location, lines=lines)


def fitted(draft: GivingDraft, lots: Sequence[TrunkLot]) -> GivingDraft:
    """The draft as far as the trunk still holds it."""
    held = {one.key: one.qty for one in lots}
    lines = tuple(
        replace(one, qty=min(one.qty, held[_key(one)])) for one in draft.lines if held.get(_key(one), 0) > 0
    )
    return replace(draft, lines=lines)


def present(
    draft: GivingDraft,
    lots: Sequence[TrunkLot],
    places: Sequence[PlaceChoice],
    formats: Formats,
    today: str,
    *,
    findings: Sequence[Finding] = (),
    refused: bool = False,
) -> GivingState:
    """What is put together as it stands."""
    by_key = {one.key: one for one in lots}
    lines = tuple(_line(one, by_key[_key(one)], formats, today) for one in draft.lines if _key(one) in by_key)
    choices = tuple((one.id, place_words(one)) for one in places_for(draft.action, places))
    units = sum(one.qty for one in lines)
    hint = ""
    if not lines:
        hint = tr("giving.hint.lots")
    elif draft.to_location not in {one for one, _words in choices}:
        hint = tr(f"move.{draft.action}.hint")
    return GivingState(
        title=tr(f"move.{draft.action}"),
        how=tr("giving.how"),
        lines=lines,
        place_label=tr(f"move.{draft.action}.place"),
        places=choices,
        place=draft.to_location,
        folded=len(choices) > AS_BUTTONS,
        total=f"{tr('trunk.lines', count=len(lines))} · {tr('trunk.units', count=units)}",
        save=tr(f"move.{draft.action}.save", count=units),
        hint=hint,
        ready=not hint,
        headline=tr("sale.refused") if refused else "",
        findings=all_in_words(findings, formats),
        anyway=refused,
    )


def codes(given: Given, formats: Formats) -> CodesState:
    """A saved hand-over with its codes: for whom, what, and what the other person does now."""
    handed, units = given.handover, sum(one.qty for one in given.handover.lines)
    return CodesState(
        title=tr("codes.title", who=given.to_name),
        says=f"{handed.number} · {tr('trunk.units', count=units)} · {formats.date(handed.business_date)}",
        how=tr("codes.how", who=given.to_name, count=len(given.codes)),
        lines=handed_lines(handed, formats),
        codes=given.codes,
    )


def _key(line: GivenLot) -> str:
    return line_key(line.product_id, line.lot_id)


def _line(line: GivenLot, lot: TrunkLot, formats: Formats, today: str) -> GivingLine:
    name, state = lot_name(lot), state_words(lot, mark_of(lot, today), formats)
    expires = tr("lot.expires", when=formats.date(lot.expires)) if lot.expires else tr("trunk.no_expiry")
    return GivingLine(
        key=lot.key,
        product=lot.name,
        lot=f"{name} · {expires}",
        state=state,
        qty=line.qty,
        most=max(1, lot.qty),
        of=tr("sale.of", most=formats.qty(lot.qty)),
        spoken=f"{lot.name}, {name}, {tr('trunk.units', count=line.qty)}",
    )
