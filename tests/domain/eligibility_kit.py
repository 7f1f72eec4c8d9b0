"""Eligibility in tests: what is found on a sale of the two products."""

from __future__ import annotations

from typing import Any

from order_kit import DAY, facts

from app.domain.eligibility import check_sale
from app.domain.facts import Policy
from app.domain.parties import Licence
from app.domain.rejections import Finding

LICENCED = Policy(licence_classes=("Implants",))
LICENCE = Licence("li", "s", "Implants", "", "N 7", "2026-01-01", "2026-12-31", "2026-11-01")


def asked(who: str = "ops", *, total: int = 100_00, counted: int = 0, **changes: Any) -> list[Finding]:
    """What is found on a sale of the two products."""
    return check_sale(
        facts(who, **changes),
        account_id="a",
        ship_to_id="s",
        po_number="",
        currency="USD",
        product_ids=("p", "g", "p"),
        total=total,
        day=DAY,
        counted=counted,
    )
