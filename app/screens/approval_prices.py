"""What a line under decision costs, and why: as it was shown, and as the server has it where that is another."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.why_price import Asked, TwoPrices, two_prices
from app.screens.wording import tr
from app.workspace.rows.approvals import ApprovalDetail, ApprovalLine


@dataclass(frozen=True, slots=True)
class OtherPrice:
    """The server's own price in words, and both prices explained."""

    words: str
    two: TwoPrices


def asked_for(detail: ApprovalDetail, line: ApprovalLine) -> Asked:
    """What the price of a line is for."""
    return Asked(
        line.product_id,
        line.product,
        line.qty,
        detail.business_date,
        detail.currency,
        line.unit or "EA",
        detail.account,
    )


def other_price(detail: ApprovalDetail, line_no: int, formats: Formats) -> OtherPrice | None:
    """The server's price of a line; None where it is the one that was shown."""
    line = next((one for one in detail.lines if one.line_no == line_no), None)
    if line is None or line.repriced is None:
        return None
    return OtherPrice(
        tr("approvals.server_price", price=formats.unit_price(line.repriced, detail.currency)),
        two_prices(
            (line.unit_price, line.trace),
            (line.repriced, line.repriced_trace),
            asked_for(detail, line),
            formats,
        ),
    )
