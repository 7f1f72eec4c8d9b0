"""Facts about prices, taxes and what an account may buy (DOMAIN.md §2, §3), for the products a command names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, or_

from app.domain.catalog import Lot, Product
from app.domain.facts import ABSENT, HELD, NOT_HERE, Known
from app.domain.parties import Account, Exposure, ShipTo
from app.store import tables as t
from app.store.reader import Reader
from app.store.values import (
    account_of,
    assortment_of,
    commitment_of,
    contract_of,
    contract_price_of,
    exemption_of,
    floor_of,
    licence_of,
    list_price_of,
    lot_of,
    membership_of,
    product_of,
    promotion_of,
    rank_list,
    rate_of,
    tax_rate_of,
)


def account(reader: Reader, account_id: str) -> Known[Account]:
    """The account, locked for as long as its exposure may grow: an exposure row may not be there to lock."""
    row = reader.row(t.account, account_id, lock=True)
    if row is None:
        # a device cannot tell which territory an unknown account would be in
        return Known(ABSENT if reader.reach.server else NOT_HERE)
    return Known(HELD, account_of(row))


def exposure(reader: Reader, account_id: str) -> Known[Exposure]:
    """The account's exposure; no row means nothing open and nothing unpaid."""
    row = reader.row(t.exposure, account_id)
    if row is None:
        return Known(HELD, Exposure(0))
    return Known(HELD, Exposure(row["open_orders"], row["unpaid"], row["as_of"]))


def ship_to(reader: Reader, address_id: str, account_id: str) -> Known[ShipTo]:
    """The address, when it is a ship-to of the account."""
    row = reader.row(t.address, address_id)
    if row is not None and row["account_id"] == account_id and row["role"] == "ship_to":
        return Known(HELD, ShipTo(row["id"], row["country"], row["state"]))
    return Known(ABSENT)


def products(reader: Reader, ids: Iterable[str]) -> dict[str, Known[Product]]:
    """Each product by its id."""
    wanted = sorted(set(ids))
    found = reader.by_id(t.product, wanted)
    missing: Known[Product] = Known(reader.status(None, "g:catalog"))
    return {one: Known(HELD, product_of(found[one])) if one in found else missing for one in wanted}


def lots(reader: Reader, ids: Iterable[str]) -> dict[str, Known[Lot]]:
    """Each lot by its id; '' (untracked) is no lot."""
    wanted = sorted({one for one in ids if one})
    found = reader.by_id(t.lot, wanted)
    missing: Known[Lot] = Known(reader.status(None, "g:catalog"))
    return {one: Known(HELD, lot_of(found[one])) if one in found else missing for one in wanted}


def sale(reader: Reader, account_id: str, ship_to_id: str, product_ids: Iterable[str]) -> dict[str, Any]:
    """Everything that a sale of these products to this account may rest on."""
    wanted = sorted(set(product_ids))
    buyer = account(reader, account_id)
    place = ship_to(reader, ship_to_id, account_id)
    if place.value is None:  # another account's address brings neither its licences nor its contracts
        ship_to_id = ""
    goods = products(reader, wanted)
    return {
        "account": buyer,
        "ship_to": place,
        "exposure": exposure(reader, account_id),
        "products": goods,
        "licences": licences(reader, buyer, ship_to_id),
        "assortment": tuple(
            assortment_of(row) for row in reader.sought(t.assortment, "account_id", (account_id,))
        ),
        **prices(reader, buyer.value, ship_to_id, goods),
        **taxes(reader, account_id, place.value),
    }


def licences(reader: Reader, buyer: Known[Account], ship_to_id: str) -> Known[Any]:
    """The licences of a ship-to; they come with its account, so who holds the one holds the other."""
    if buyer.value is None:
        return Known(ABSENT if reader.reach.server else NOT_HERE)
    return Known(
        HELD, tuple(licence_of(row) for row in reader.sought(t.licence, "ship_to_id", (ship_to_id,)))
    )


def taxes(reader: Reader, account_id: str, place: ShipTo | None) -> dict[str, Any]:
    """Rates of the ship-to's country and the account's certificates."""
    if place is None:
        return {}
    return {
        "tax_rates": tuple(
            tax_rate_of(row) for row in reader.sought(t.tax_rate, "country", (place.country,))
        ),
        "tax_exemptions": tuple(
            exemption_of(row) for row in reader.sought(t.tax_exemption, "account_id", (account_id,))
        ),
    }


def prices(
    reader: Reader, buyer: Account | None, ship_to_id: str, goods: dict[str, Known[Product]]
) -> dict[str, Any]:
    """Every list and contract that can apply, with its lines for these products, offers, rates and floors."""
    wanted = sorted(goods)
    lists = [ranked for row in reader.every(t.price_list) if (ranked := rank_list(row, buyer)) is not None]
    ids = [one.id for one in lists]
    rows = reader.sought(t.price, "product_id", wanted, t.price.c.list_id.in_(ids))
    whole = (
        all(reader.reach.holds(f"pl:{one}") for one in ids)
        and reader.reach.holds("g:catalog")
        and reader.reach.holds_all("ctr:")
    )
    return {
        "lists": tuple(lists),
        "prices": tuple(list_price_of(row) for row in rows),
        "promotions": _promotions(reader, wanted),
        "rates": _rates(reader, buyer),
        "floors": _floors(reader, wanted),
        "prices_status": HELD if whole else NOT_HERE,
        **_contracts(reader, buyer, ship_to_id, goods),
    }


def _promotions(reader: Reader, wanted: list[str]) -> tuple[Any, ...]:
    links = reader.sought(t.promotion_product, "product_id", wanted)
    offers = reader.by_id(t.promotion, (link["promotion_id"] for link in links))
    return tuple(
        promotion_of(offers[link["promotion_id"]], link["product_id"])
        for link in links
        if link["promotion_id"] in offers
    )


def _rates(reader: Reader, buyer: Account | None) -> tuple[Any, ...]:
    if buyer is None:
        return ()
    return tuple(rate_of(row) for row in reader.sought(t.exchange_rate, "to_currency", (buyer.currency,)))


def _floors(reader: Reader, wanted: list[str]) -> Known[Any]:
    """Floors are for the roles that policy names; who does not hold them has nothing to judge by."""
    if not reader.reach.holds("cost:main"):
        return Known(NOT_HERE)
    return Known(HELD, tuple(floor_of(row) for row in reader.sought(t.product_floor, "product_id", wanted)))


def _contracts(
    reader: Reader, buyer: Account | None, ship_to_id: str, goods: dict[str, Known[Product]]
) -> dict[str, Any]:
    """Contracts of the account, of its ship-to, and of every group either was, is or will be a member of."""
    if buyer is None:
        return {}
    parties = [one for one in (buyer.id, ship_to_id) if one]
    of_account = reader.sought(t.roster, "account_id", (buyer.id,))
    rosters = [row for row in of_account if row["member_id"] in parties]
    groups = reader.by_id(t.party_group, (row["group_id"] for row in rosters))
    held = reader.sought(t.contract, "holder_id", (*parties, *groups))
    ids = [row["id"] for row in held]
    classes = sorted({one.value.product_class for one in goods.values() if one.value})
    lines = t.contract_price.c
    named = or_(
        lines.product_id.in_(sorted(goods)), and_(lines.product_id == "", lines.product_class.in_(classes))
    )
    letters = reader.sought(t.commitment, "account_id", (buyer.id,), t.commitment.c.contract_id.in_(ids))
    return {
        "contracts": tuple(contract_of(row) for row in held),
        "contract_prices": tuple(
            contract_price_of(row) for row in reader.sought(t.contract_price, "contract_id", ids, named)
        ),
        "memberships": tuple(
            membership_of(row, groups[row["group_id"]]) for row in rosters if row["group_id"] in groups
        ),
        "commitments": tuple(commitment_of(row) for row in letters if row["member_id"] in parties),
    }
