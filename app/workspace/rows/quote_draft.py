"""A quote being written: a frozen value, changed by making the next one. Kept as JSON in the device's draft table.

The id of a draft is the id of the op it will become, made before anything is typed. So a draft whose op is in the
outbox was saved, and is only left over from a stop in between; and submitting twice can never make two quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.bounds import MAX_QTY
from app.domain.codec import MAX_ITEMS
from app.domain.commands import QuoteLine, SubmitQuote
from app.domain.money import BP

KIND = "quote"


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What is asked: `qty` in base units, `discount_bp` in basis points. `pack`: so many base units are one of what the
    quantity is written in; it divides `qty`."""

    product_id: str
    qty: int
    discount_bp: int
    pack: int = 1

    @property
    def packs(self) -> int:
        """The quantity as it is written."""
        return self.qty // self.pack


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDraft:
    """The whole document. Empty texts are what has not been chosen yet."""

    id: str
    number: str
    revision: int
    quote_id: str
    account_id: str = ""
    ship_to_id: str = ""
    po_number: str = ""
    note: str = ""
    lines: tuple[DraftLine, ...] = ()
    envelope_id: str = ""  # authority given in advance that it draws on
    base: str = ""  # the shared revision it was read at (SYNC.md §6a); not part of its body

    # -- as kept ------------------------------------------------------------------------------------------------------

    @classmethod
    def of_body(cls, draft_id: str, body: Mapping[str, Any], base: str = "") -> QuoteDraft:
        """The draft of a stored body; what a field should not hold is left out rather than refused."""
        return cls(
            id=draft_id,
            number=str(body.get("number", "")),
            revision=int(body.get("revision", 1)),
            quote_id=str(body.get("quote_id", draft_id)),
            account_id=str(body.get("account_id") or ""),
            ship_to_id=str(body.get("ship_to_id") or ""),
            po_number=str(body.get("po_number") or ""),
            note=str(body.get("note") or ""),
            lines=tuple(_line_of(line) for line in body.get("lines", ())),
            envelope_id=str(body.get("envelope_id") or ""),
            base=base,
        )

    def body(self) -> dict[str, Any]:
        """As stored: {number, revision, quote_id, account_id, ship_to_id, po_number, note, lines, envelope_id}."""
        return {
            "number": self.number,
            "revision": self.revision,
            "quote_id": self.quote_id,
            "account_id": self.account_id,
            "ship_to_id": self.ship_to_id,
            "po_number": self.po_number,
            "note": self.note,
            "lines": [_line_body(line) for line in self.lines],
            "envelope_id": self.envelope_id,
        }

    @classmethod
    def of_command(cls, draft_id: str, command: SubmitQuote) -> QuoteDraft:
        """A refused quote, to be written on: the same number, revision and identity, prices left behind."""
        return cls(
            id=draft_id,
            number=command.number,
            revision=command.revision,
            quote_id=command.quote_id,
            account_id=command.account_id,
            ship_to_id=command.ship_to_id,
            po_number=command.po_number,
            note=command.note,
            lines=tuple(DraftLine(line.product_id, line.qty, line.discount_bp) for line in command.lines),
            envelope_id=command.envelope_id,
        )

    # -- as written ---------------------------------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Whether nothing has been put on it yet."""
        return not (self.account_id or self.lines or self.po_number or self.note)

    def for_account(self, account_id: str, ship_to_id: str) -> QuoteDraft:
        """For another customer. Lines and discounts stay as asked; every price is made anew from them. Authority given
        in advance may be for the one customer alone, so it is drawn on anew."""
        return replace(self, account_id=account_id, ship_to_id=ship_to_id, envelope_id="")

    def with_product(self, product_id: str, qty: int = 1) -> QuoteDraft:
        """`qty` more of a product: on its line when it has one, else on a new line at the end."""
        for index, line in enumerate(self.lines):
            if line.product_id == product_id:
                return self.with_qty(index, line.qty + qty)
        if len(self.lines) >= MAX_ITEMS:
            return self
        return replace(self, lines=(*self.lines, DraftLine(product_id, _within(qty, 1, MAX_QTY), 0)))

    def with_qty(self, index: int, qty: int) -> QuoteDraft:
        """`qty` base units on the line; written in its pack where that comes out even."""
        return self._with_line(index, lambda line: _asked(line, _within(qty, 1, MAX_QTY), line.pack))

    def with_packs(self, index: int, many: int) -> QuoteDraft:
        """So many of what the line is written in, as far as a line can hold."""
        return self._with_line(
            index, lambda line: replace(line, qty=line.pack * _within(many, 1, MAX_QTY // line.pack))
        )

    def with_pack(self, index: int, pack: int) -> QuoteDraft:
        """The line is written in packs of so many base units. What comes out even stays as it is (10 are 1 box of 10);
        else the figure stays (3 become 3 boxes). Back to single units nothing changes but the figure."""

        def change(line: DraftLine) -> DraftLine:
            if line.qty % pack == 0:
                return replace(line, pack=pack)
            return replace(line, qty=pack * _within(line.packs, 1, MAX_QTY // pack), pack=pack)

        return self._with_line(index, change)

    def with_discount(self, index: int, discount_bp: int) -> QuoteDraft:
        return self._with_line(index, lambda line: replace(line, discount_bp=_within(discount_bp, 0, BP)))

    def without(self, index: int) -> QuoteDraft:
        return replace(self, lines=self.lines[:index] + self.lines[index + 1 :])

    def _with_line(self, index: int, change: Callable[[DraftLine], DraftLine]) -> QuoteDraft:
        lines = list(self.lines)
        lines[index] = change(lines[index])
        return replace(self, lines=tuple(lines))

    # -- as meant -----------------------------------------------------------------------------------------------------

    def command(
        self, *, actor: str, day: str, currency: str, shown: tuple[int, ...], traces: tuple[str, ...] = ()
    ) -> SubmitQuote:
        """The command, with the unit price (1/10,000) that the screen showed for each line, in the lines' order, and
        the steps behind each ('' or nothing where there are none)."""
        return SubmitQuote(
            op_id=self.id,
            actor=actor,
            business_date=day,
            quote_id=self.quote_id,
            number=self.number,
            revision=self.revision,
            account_id=self.account_id,
            ship_to_id=self.ship_to_id,
            currency=currency,
            po_number=self.po_number,
            note=self.note,
            lines=tuple(
                QuoteLine(
                    product_id=line.product_id,
                    qty=line.qty,
                    discount_bp=line.discount_bp,
                    shown_price=price,
                    shown_trace=trace,
                )
                for line, price, trace in zip(
                    self.lines, shown, traces or ("",) * len(self.lines), strict=True
                )
            ),
            envelope_id=self.envelope_id,
        )


def _asked(line: DraftLine, qty: int, pack: int) -> DraftLine:
    """The line with this quantity, in its pack if it can be written so."""
    return replace(line, qty=qty, pack=pack if qty % pack == 0 else 1)


def _line_of(kept: Mapping[str, Any]) -> DraftLine:
    qty = _within(int(kept["qty"]), 1, MAX_QTY)
    line = DraftLine(str(kept["product_id"]), qty, _within(int(kept["discount_bp"]), 0, BP))
    return _asked(line, qty, _within(int(kept.get("pack") or 1), 1, MAX_QTY))


def _line_body(line: DraftLine) -> dict[str, Any]:
    """As stored; a pack only where it is one."""
    kept: dict[str, Any] = {
        "product_id": line.product_id,
        "qty": line.qty,
        "discount_bp": line.discount_bp,
    }
    return {**kept, "pack": line.pack} if line.pack > 1 else kept


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))
