"""What the screen of a draft written on two tablets reads. Moments are ISO UTC."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.workspace.rows.quote_draft import QuoteDraft


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of a draft: its words, who wrote it, when, on which tablet, and who chose another over it."""

    id: str
    number: int
    state: str  # head | sibling | past
    draft: QuoteDraft
    author: str
    device: str
    saved_at: str
    decided_by: str
    decided_on: str | None


@dataclass(frozen=True, slots=True)
class Versions:
    """All revisions of a draft that are kept, the newest first, and the names of the products and accounts in them."""

    document_id: str
    number: str
    state: str
    versions: tuple[Version, ...]
    products: dict[str, str]
    accounts: dict[str, str]
    addresses: dict[str, str]

    @property
    def standing(self) -> tuple[Version, ...]:
        """The head, and what stands beside it."""
        return tuple(one for one in self.versions if one.state != "past")


ACCOUNT, PO, NOTE, ENVELOPE, LINE = "account", "po_number", "note", "envelope", "line:"


def parts_of(one: QuoteDraft) -> dict[str, object]:
    """A draft as the parts that are compared and chosen one by one: the customer, the words, each product's line."""
    parts: dict[str, object] = {
        ACCOUNT: (one.account_id, one.ship_to_id),
        PO: one.po_number,
        NOTE: one.note,
        ENVELOPE: one.envelope_id,
    }
    return parts | {f"{LINE}{line.product_id}": replace(line, pack=1) for line in one.lines}


def differing(drafts: tuple[QuoteDraft, ...]) -> tuple[str, ...]:
    """The names of the parts that are not the same in all of them, in the order in which a quote is read."""
    found = [parts_of(one) for one in drafts]
    names = list(dict.fromkeys(name for parts in found for name in parts))
    return tuple(name for name in names if any(parts.get(name) != found[0].get(name) for parts in found))


def merged(drafts: tuple[QuoteDraft, ...], chosen: dict[str, int]) -> QuoteDraft:
    """The first draft, with each differing part taken from the one that `chosen` names by its place."""
    base = drafts[0]
    lines = {line.product_id: line for line in base.lines}
    changes: dict[str, object] = {}
    for name, at in chosen.items():
        other = drafts[at]
        if name.startswith(LINE):
            product_id = name.removeprefix(LINE)
            theirs = next((line for line in other.lines if line.product_id == product_id), None)
            if theirs is None:
                lines.pop(product_id, None)
            else:
                lines[product_id] = theirs
        elif name == ACCOUNT:
            changes |= {"account_id": other.account_id, "ship_to_id": other.ship_to_id}
        elif name == ENVELOPE:
            changes["envelope_id"] = other.envelope_id
        else:
            changes[name] = getattr(other, name)
    return replace(base, lines=tuple(lines.values()), **changes)  # type: ignore[arg-type]
