"""One lot of the trunk and what can be done with it beside selling: hand over, return, lend, sample, set aside, scrap.

A recalled lot is not sold from here: setting it aside stands in its place. That one has gone to a customer all the same
can still be told, because what happened is booked (SYNC.md law 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.rejections import Finding
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.trunk import RECALLED, TONES, lot_name, mark_of, state_words
from app.screens.wording import tr
from app.workspace.rows.moving import MoveDraft, PlaceChoice
from app.workspace.rows.trunk import TrunkLot

HAND_OVER, RETURN = "hand_over", "return"
ACTIONS = (HAND_OVER, RETURN, "loan", "sample", "quarantine", "scrap")  # in the order they stand
TRANSFERS = (HAND_OVER, RETURN)
ICONS = {
    HAND_OVER: "user",
    RETURN: "truck",
    "loan": "clock",
    "sample": "send",
    "quarantine": "lock",
    "scrap": "delete",
}
KINDS_OF_PLACE = {HAND_OVER: ("trunk",), RETURN: ("dc", "hub")}
REASON_NEEDED = ("sample", "quarantine", "scrap")
TO_SOMEBODY = ("loan", "sample", HAND_OVER)  # not for recalled goods
REASONS = {  # suggestions: words a tap puts into the field
    "scrap": ("damaged", "opened", "expired"),
    "quarantine": ("recall", "doubt", "packaging"),
    "sample": ("training", "trial"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do with the lot."""

    key: str
    words: str
    icon: str


@dataclass(frozen=True, slots=True)
class LotState:
    """The lot as shown. `first` is the action that stands out, '' where that is selling; `sold_already` are the words
    of the way to tell that a recalled lot was sold."""

    key: str
    product: str
    lot: str
    about: str
    state: str
    tone: str
    icon: str
    warns: str
    units: str
    sells: bool
    sold_already: str
    first: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class MoveState:
    """The form of one action. `hint` says what is missing, and then `ready` is False."""

    title: str
    about: str
    most: int
    qty: int
    of: str
    reason_label: str
    reasons: tuple[str, ...]
    reason: str
    save: str
    hint: str
    ready: bool
    headline: str
    findings: tuple[FindingWords, ...]
    anyway: bool


def present(lot: TrunkLot, places: Sequence[PlaceChoice], formats: Formats, today: str) -> LotState:
    """The lot on `today` (ISO) with what can be done with it."""
    mark = mark_of(lot, today)
    recalled = mark == RECALLED
    actions = [
        Action(key, tr(f"move.{key}"), ICONS[key])
        for key in ACTIONS
        if places_for(key, places) or key not in TRANSFERS
        if not (recalled and key in TO_SOMEBODY)
    ]
    expires = tr("lot.expires", when=formats.date(lot.expires)) if lot.expires else tr("trunk.no_expiry")
    return LotState(
        key=lot.key,
        product=lot.name,
        lot=lot_name(lot),
        about=f"{lot.sku} · {expires}",
        state=state_words(lot, mark, formats),
        tone=TONES[mark],
        icon="blocked" if recalled else "warning",
        warns=tr("lot.recalled") if recalled else "",
        units=tr("trunk.units", count=lot.qty),
        sells=not recalled and lot.qty > 0,
        sold_already=tr("lot.sold_already") if recalled else "",
        first="quarantine" if recalled else "",
        actions=tuple(actions) if lot.qty > 0 else (),
    )


def places_for(action: str, places: Sequence[PlaceChoice]) -> tuple[PlaceChoice, ...]:
    """Where goods may go by this action."""
    kinds = KINDS_OF_PLACE.get(action, ())
    return tuple(one for one in places if one.kind in kinds)


def begin(action: str, lot: TrunkLot) -> MoveDraft:
    """The form as it opens: one unit, or all of a recalled lot."""
    all_of_it = action == "quarantine" and lot.recalled_on is not None
    return MoveDraft(
        action,
        lot.product_id,
        lot.lot_id,
        max(1, lot.qty) if all_of_it else 1,
        tr("move.reason.recall") if all_of_it else "",
    )


def present_move(
    draft: MoveDraft,
    lot: TrunkLot,
    formats: Formats,
    *,
    findings: Sequence[Finding] = (),
    refused: bool = False,
) -> MoveState:
    """The form as it stands."""
    needed = draft.action in REASON_NEEDED
    hint = tr("move.hint.reason") if needed and not draft.reason.strip() else ""
    return MoveState(
        title=tr(f"move.{draft.action}"),
        about=f"{lot.name} · {lot_name(lot)}",
        most=max(1, lot.qty),
        qty=draft.qty,
        of=tr("sale.of", most=formats.qty(lot.qty)),
        reason_label=tr(f"move.{draft.action}.reason"),
        reasons=tuple(tr(f"move.reason.{code}") for code in REASONS.get(draft.action, ())),
        reason=draft.reason,
        save=tr(f"move.{draft.action}.save", count=draft.qty),
        hint=hint,
        ready=not hint,
        headline=tr("sale.refused") if refused else "",
        findings=all_in_words(findings, formats),
        anyway=refused,
    )


def place_words(place: PlaceChoice) -> str:
    """A place by the name of who keeps it, else by its own."""
    return place.keeper if place.kind == "trunk" and place.keeper else place.name
