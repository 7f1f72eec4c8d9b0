"""A draft that was written on two tablets: what stands side by side, where it differs, and what was before."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from app.workspace.rows.versions import ACCOUNT, ENVELOPE, LINE, Version, Versions, differing


@dataclass(frozen=True, slots=True)
class Side:
    """One version: `id` is what to keep; `title` who and where, `says` when, and what became of it."""

    id: str
    title: str
    says: str
    tone: str
    about: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part that differs, with its words in each version, in the order of the sides."""

    name: str
    title: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionsState:
    """`sides` has two or more entries while somebody must choose; `past` can be brought back."""

    heading: str
    says: str
    sides: tuple[Side, ...]
    parts: tuple[Part, ...]
    past: tuple[Side, ...]


def present(known: Versions, formats: Formats) -> VersionsState:
    """The whole sheet."""
    standing = known.standing
    drafts = tuple(one.draft for one in standing)
    both = len(standing) > 1
    return VersionsState(
        heading=tr("versions.heading" if both else "versions.history", number=known.number),
        says=tr("versions.says" if both else "versions.history.says"),
        sides=tuple(_side(one, known, formats) for one in standing),
        parts=tuple(
            Part(name, _title(name, known), tuple(_value(name, one, known, formats) for one in drafts))
            for name in (differing(drafts) if both else ())
        ),
        past=tuple(_side(one, known, formats) for one in known.versions if one.state == "past"),
    )


def present_button(known: Versions | None) -> tuple[str, str]:
    """The words and the tone of the way to the sheet; '' where there is nothing to see."""
    if known is None or len(known.versions) < 2:
        return "", ""
    many = len(known.standing)
    return (tr("versions.two", count=many), "warn") if many > 1 else (tr("versions.button"), "")


def _side(one: Version, known: Versions, formats: Formats) -> Side:
    when = formats.clock(one.saved_at)
    says = tr("versions.saved", when=when)
    if one.decided_by:
        says = tr("versions.decided", when=when, day=formats.date(one.decided_on))
    title = tr(f"versions.{one.state}", who=one.author, device=one.device)
    about = tr(
        "versions.about",
        account=_account(one.draft, known),
        count=len(one.draft.lines),
        lines=len(one.draft.lines),
    )
    return Side(one.id, title, says, "accent" if one.state == "head" else "", about)


def _title(name: str, known: Versions) -> str:
    if name.startswith(LINE):
        product_id = name.removeprefix(LINE)
        return known.products.get(product_id, tr("quote_editor.unknown_product"))
    return tr(f"versions.part.{name}")


def _value(name: str, one: QuoteDraft, known: Versions, formats: Formats) -> str:
    if name.startswith(LINE):
        product_id = name.removeprefix(LINE)
        line = next((line for line in one.lines if line.product_id == product_id), None)
        return tr("versions.no_line") if line is None else _line(line, formats)
    if name == ACCOUNT:
        address = known.addresses.get(one.ship_to_id, "")
        return " · ".join(part for part in (_account(one, known), address) if part)
    if name == ENVELOPE:
        return tr("versions.envelope.yes" if one.envelope_id else "versions.envelope.no")
    return str(getattr(one, name)) or tr("versions.nothing")


def _account(one: QuoteDraft, known: Versions) -> str:
    return known.accounts.get(one.account_id, "") or tr("versions.no_account")


def _line(line: DraftLine, formats: Formats) -> str:
    qty = formats.qty(line.qty)
    if not line.discount_bp:
        return tr("versions.line", count=line.qty, qty=qty)
    return tr("versions.line.discount", count=line.qty, qty=qty, discount=formats.percent(line.discount_bp))
