"""What changed between two revisions of a quote: lines added, taken out, and changed, the words, and the total."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.screens.document_parts import PageAction
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.quotes import QuoteCard
from app.workspace.rows.revisions import Revision, RevisionLine, Revisions

CHANGES = "changes"  # the way from a quote to them
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_TONES = {ADDED: "ok", REMOVED: "bad", CHANGED: "accent"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another now. `before` and `after` are '–' where there is none, the second lines more of it."""

    key: str
    title: str
    about: str
    kind: str  # in words
    tone: str
    before: str
    before_more: str
    after: str
    after_more: str
    spoken: str


@dataclass(frozen=True, slots=True)
class RevisionChoice:
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class ChangesState:
    """The comparison of two revisions; `choices` are those that can be compared, the newest first."""

    title: str
    choices: tuple[RevisionChoice, ...]
    before: int
    after: int
    total: str
    says: str
    changes: tuple[Change, ...]


def changes_action(card: QuoteCard) -> tuple[PageAction, ...]:
    """The way to what changed, for a quote that was revised."""
    if card.revision < 2:
        return ()
    return (PageAction(CHANGES, tr("quote_changes.open"), "history", target=card.id),)


def present(known: Revisions, before: int, after: int, formats: Formats) -> ChangesState:
    """Revision `before` beside revision `after` of what is known."""
    old, new = known.of(before), known.of(after)
    choices = tuple(RevisionChoice(one.number, _revision(one, formats)) for one in known.known)
    title = tr("quote_changes.title", number=known.number)
    if old is None or new is None:
        return ChangesState(title, choices, before, after, "", tr("quote_changes.unknown"), ())
    changes = (*_line_changes(old, new, formats), *_word_changes(old, new))
    says = tr("quote_changes.says", count=len(changes)) if changes else tr("quote_changes.none")
    if old.total is None or new.total is None:
        says = f"{says} {tr('quote_changes.no_prices')}"
    return ChangesState(title, choices, before, after, _total(old, new, formats), says, changes)


def last_two(known: Revisions) -> tuple[int, int]:
    """The newest revision that is known and the one before it, the older first."""
    numbers = [one.number for one in known.known]
    return (numbers[1], numbers[0]) if len(numbers) > 1 else (numbers[0] - 1, numbers[0])


def _revision(one: Revision, formats: Formats) -> str:
    words = tr("quote_page.revision", revision=one.number)
    return tr("quote_changes.of_day", revision=words, day=formats.date(one.day)) if one.day else words


def _total(old: Revision, new: Revision, formats: Formats) -> str:
    if old.total is None or new.total is None:
        return formats.money(new.total, new.currency) if new.total is not None else ""
    was, now = formats.money(old.total, old.currency), formats.money(new.total, new.currency)
    if old.currency != new.currency or old.total == new.total:
        return tr("quote_changes.total", before=was, after=now)
    more = new.total - old.total
    key = "quote_changes.total_more" if more > 0 else "quote_changes.total_less"
    return tr(key, before=was, after=now, by=formats.money(abs(more), new.currency))


def _line_changes(old: Revision, new: Revision, formats: Formats) -> list[Change]:
    """By product: what is new, what is gone, what is otherwise, in the order of the newer revision, then the rest."""
    was, now = _keyed(old.lines), _keyed(new.lines)
    found = []
    for key in (*now, *(one for one in was if one not in now)):
        before, after = was.get(key), now.get(key)
        if before is None or after is None or _differs(before, after):
            found.append(_line_change(key, before, after, old.currency, new.currency, formats))
    return found


def _keyed(lines: tuple[RevisionLine, ...]) -> dict[str, RevisionLine]:
    """The lines by product; of two of one product the second is known by its place among them."""
    seen: Counter[str] = Counter()
    keyed = {}
    for line in lines:
        seen[line.product_id] += 1
        keyed[f"{line.product_id}|{seen[line.product_id]}"] = line
    return keyed


def _differs(before: RevisionLine, after: RevisionLine) -> bool:
    priced = before.unit_price is not None and after.unit_price is not None
    return (before.qty, before.discount_bp) != (after.qty, after.discount_bp) or (
        priced and before.unit_price != after.unit_price
    )


def _line_change(
    key: str,
    before: RevisionLine | None,
    after: RevisionLine | None,
    old_currency: str,
    new_currency: str,
    formats: Formats,
) -> Change:
    line = after or before
    assert line is not None
    kind = ADDED if before is None else REMOVED if after is None else CHANGED
    was, was_more = _figures(before, old_currency, formats)
    now, now_more = _figures(after, new_currency, formats)
    name = line.name or tr("quote_editor.unknown_product")
    words = tr(f"quote_changes.{kind}")
    spoken = tr(
        "quote_changes.spoken", what=name, kind=words, before=_said(was, was_more), after=_said(now, now_more)
    )
    return Change(key, name, line.sku, words, _TONES[kind], was, was_more, now, now_more, spoken)


def _figures(line: RevisionLine | None, currency: str, formats: Formats) -> tuple[str, str]:
    """(quantity and price, discount and amount) of a line."""
    if line is None:
        return "–", ""
    qty = tr("quote_changes.qty", qty=formats.qty(line.qty), unit=line.unit or tr("quote_pack.unit"))
    more = [tr("quote_page.off", percent=formats.percent(line.discount_bp))] if line.discount_bp else []
    if line.unit_price is not None:
        qty = tr("quote_changes.priced", qty=qty, price=formats.unit_price(line.unit_price, currency))
        more.append(formats.money(line.extended, currency))
    return qty, " · ".join(more)


def _word_changes(old: Revision, new: Revision) -> list[Change]:
    """Customer, address, PO number and note where they are others."""
    fields = (
        ("account", old.account, new.account),
        ("ship_to", old.ship_to, new.ship_to),
        ("po", old.po_number, new.po_number),
        ("note", old.note, new.note),
    )
    found = []
    for name, was, now in fields:
        if was != now:
            kind = ADDED if not was else REMOVED if not now else CHANGED
            title, words = tr(f"quote_changes.field.{name}"), tr(f"quote_changes.{kind}")
            before, after = was or "–", now or "–"
            spoken = tr("quote_changes.spoken", what=title, kind=words, before=before, after=after)
            found.append(Change(name, title, "", words, _TONES[kind], before, "", after, "", spoken))
    return found


def _said(words: str, more: str) -> str:
    return f"{words}, {more}" if more else words
