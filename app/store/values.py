"""Rows of shared tables as the values that rules look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.domain.catalog import (
    Commitment,
    Contract,
    ContractPrice,
    ExchangeRate,
    Floor,
    ListPrice,
    Lot,
    PriceList,
    Product,
    Promotion,
    TaxExemption,
    TaxRate,
)
from app.domain.parties import Account, AssortmentLine, Delegation, Licence, Membership


def account_of(row: Mapping[str, Any]) -> Account:
    """A row of `account`."""
    return Account(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        segment=row["segment"],
        status=row["status"],
        status_reason=row["status_reason"],
        status_since=row["status_since"],
        territory_id=row["territory_id"],
        rep_id=row["rep_id"],
        price_list_id=row["price_list_id"],
        currency=row["currency"],
        po_required=bool(row["po_required"]),
        credit_limit=row["credit_limit"],
        min_order=row["min_order"],
        min_shelf_days=row["min_shelf_days"],
        assortment=row["assortment"],
    )


def product_of(row: Mapping[str, Any]) -> Product:
    """A row of `product`."""
    return Product(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        product_class=row["product_class"],
        tracking=row["tracking"],
        rx=bool(row["rx"]),
        sell_from=row["sell_from"],
        sell_until=row["sell_until"],
    )


def lot_of(row: Mapping[str, Any]) -> Lot:
    """A row of `lot`."""
    return Lot(
        id=row["id"],
        product_id=row["product_id"],
        number=row["lot_number"],
        serial=row["serial"],
        expires=row["expires"],
        recalled_on=row["recalled_on"],
    )


def rank_list(row: Mapping[str, Any], account: Account | None) -> PriceList | None:
    """A price_list row as a layer for this account, most specific first; None when it cannot apply to it."""
    if account is not None and row["id"] == account.price_list_id:
        rank = 10
    elif row["scope"] == "territory" and account is not None and row["territory_id"] == account.territory_id:
        rank = 20
    elif row["scope"] == "base":
        rank = 30
    else:
        return None
    return PriceList(
        id=row["id"],
        name=row["name"],
        rank=rank,
        currency=row["currency"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        scope="group" if rank == 10 else row["scope"],
        disabled_on=row["disabled_on"],
    )


def list_price_of(row: Mapping[str, Any]) -> ListPrice:
    """A row of `price`."""
    return ListPrice(
        row["id"],
        row["list_id"],
        row["product_id"],
        row["min_qty"],
        row["unit_price"],
        row["valid_from"],
        row["valid_to"],
    )


def promotion_of(row: Mapping[str, Any], product_id: str) -> Promotion:
    """A promotion row, for one of its products."""
    return Promotion(
        id=row["id"],
        name=row["name"],
        product_id=product_id,
        audience=row["audience"],
        basis=row["basis"],
        percent_bp=row["percent_bp"],
        min_qty=row["min_qty"],
        max_qty=row["max_qty"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        amount_off=row["amount_off"],
        fixed_price=row["fixed_price"],
        currency=row["currency"],
        stacks=bool(row["stacks"]),
    )


def contract_of(row: Mapping[str, Any]) -> Contract:
    """A row of `contract`."""
    return Contract(**fields_of(Contract, row, flags=("promotions",)))


def contract_price_of(row: Mapping[str, Any]) -> ContractPrice:
    """A row of `contract_price`."""
    return ContractPrice(**fields_of(ContractPrice, row))


def commitment_of(row: Mapping[str, Any]) -> Commitment:
    """A row of `commitment`."""
    return Commitment(**fields_of(Commitment, row, flags=("retroactive", "exclusive")))


def membership_of(row: Mapping[str, Any], group: Mapping[str, Any]) -> Membership:
    """A row of `roster` and its `party_group`."""
    return Membership(
        group_id=row["group_id"],
        group_kind=group["kind"],
        group_name=group["name"],
        member_id=row["member_id"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def floor_of(row: Mapping[str, Any]) -> Floor:
    """A row of `product_floor`."""
    return Floor(**fields_of(Floor, row))


def rate_of(row: Mapping[str, Any]) -> ExchangeRate:
    """A row of `exchange_rate`."""
    return ExchangeRate(**fields_of(ExchangeRate, row))


def tax_rate_of(row: Mapping[str, Any]) -> TaxRate:
    """A row of `tax_rate`."""
    return TaxRate(**fields_of(TaxRate, row))


def exemption_of(row: Mapping[str, Any]) -> TaxExemption:
    """A row of `tax_exemption`."""
    return TaxExemption(**fields_of(TaxExemption, row))


def licence_of(row: Mapping[str, Any]) -> Licence:
    """A row of `licence`."""
    return Licence(**fields_of(Licence, row))


def assortment_of(row: Mapping[str, Any]) -> AssortmentLine:
    """A row of `assortment`."""
    return AssortmentLine(**fields_of(AssortmentLine, row, flags=("allowed",)))


def delegation_of(row: Mapping[str, Any]) -> Delegation:
    """A row of `delegation`."""
    values = fields_of(Delegation, row)
    return Delegation(**{**values, "territories": tuple(json.loads(row["territories"]))})


def fields_of(kind: type, row: Mapping[str, Any], *, flags: tuple[str, ...] = ()) -> dict[str, Any]:
    """The columns of a row that a dataclass has fields of the same name for; flags become booleans."""
    names = (name for name in kind.__slots__ if name in row)  # type: ignore[attr-defined]
    return {name: bool(row[name]) if name in flags else row[name] for name in names}
