"""Rows of shared tables as the values that rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.catalog import ListPrice, Lot, PriceList, Product, Promotion
from app.domain.parties import Account


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
    return PriceList(row["id"], row["name"], rank, row["currency"], row["valid_from"], row["valid_to"])


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
    )
