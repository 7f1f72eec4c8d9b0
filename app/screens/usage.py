"""The use of consigned goods at a case: which lots, the customer's reference, and whether as much again is asked for.

Priced and shown as a sale from the trunk. Which lot was used is what happened in the room: none is proposed, and none
that expires earlier has to be explained. A recalled or expired lot can be told as well; the findings say what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.commands import UseConsigned
from app.domain.rejections import Finding
from app.screens import trunk_sale as sale
from app.screens.formats import Formats
from app.screens.trunk import found_by
from app.screens.wording import tr
from app.workspace.rows.consigned import ConsignedPlace
from app.workspace.rows.trunk import Customer, TrunkLot, UsageDraft


@dataclass(frozen=True, slots=True)
class UsageState:
    """The form: a SaleState whose choice of an address is that of a consignment place, and what a use adds."""

    sale: sale.SaleState
    case_ref: str
    restock: bool


def choices(lots: Sequence[TrunkLot], search: str, formats: Formats, today: str) -> tuple[sale.Choice, ...]:
    """Every lot of the place for the words typed, in the order given."""
    words = search.casefold().split()
    return tuple(sale.lot_choice(lot, formats, today) for lot in lots if lot.qty > 0 and found_by(lot, words))


def plan(
    draft: UsageDraft, lots: Sequence[TrunkLot], customer: Customer | None, today: str
) -> tuple[sale.Planned, ...]:
    """Each item with its lot and price."""
    return tuple(replace(one, first=()) for one in sale.plan(draft.items, lots, customer, today))


def command(
    draft: UsageDraft,
    planned: Sequence[sale.Planned],
    customer: Customer,
    *,
    actor: str,
    day: str,
    number: str,
) -> UseConsigned:
    """The use as a command, each price exactly as shown."""
    return UseConsigned(
        op_id=draft.sale_id,
        actor=actor,
        business_date=day,
        usage_id=draft.sale_id,
        number=number,
        location_id=draft.location_id,
        account_id=customer.buyer.id,
        ship_to_id=sale.ship_to_of(draft, customer),
        currency=customer.buyer.currency,
        po_number=draft.po_number.strip(),
        case_ref=draft.case_ref.strip(),
        replace=draft.restock,
        lines=sale.lines_of(planned),
    )


def present(
    draft: UsageDraft,
    planned: Sequence[sale.Planned],
    customer: Customer | None,
    places: Sequence[ConsignedPlace],
    formats: Formats,
    today: str,
    *,
    findings: Sequence[Finding] = (),
    refused: bool = False,
) -> UsageState:
    """The form; `findings` are what the rules say of this very use, `refused` that saving it was refused."""
    shown = sale.present(draft, planned, customer, formats, today, findings=findings, refused=refused)
    hint = _hint(planned, customer)
    return UsageState(
        sale=replace(
            shown,
            items=tuple(
                item if one.lines else replace(item, state=tr("usage.gone"))
                for item, one in zip(shown.items, planned, strict=True)
            ),
            ship_tos=tuple((one.id, f"{one.name} · {one.ship_to}") for one in places),
            ship_to_id=draft.location_id,
            hint=hint,
            ready=not hint,
        ),
        case_ref=draft.case_ref,
        restock=draft.restock,
    )


def _hint(planned: Sequence[sale.Planned], customer: Customer | None) -> str:
    """What is still missing, '' when the use can be saved."""
    if not planned:
        return tr("usage.hint.lot")
    if any(not one.lines for one in planned):
        return tr("usage.hint.gone")
    return "" if customer else tr("usage.hint.customer")
