"""Customers: stores and individuals become accounts with bill-tos, ship-tos and contacts.

A customer that names a store is that store buying (a person beside it is its contact); one that names only a person is
an individual. Addresses belong to the store or person, so every account of a store gets its own copy of them: Main
Office, Home and Billing are bill-tos, Shipping is a ship-to, and without a Shipping address goods go to the bill-to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sync.server.imports import aw_files as ids
from sync.server.imports.aw_company import Company, Person
from sync.server.imports.judging import Index
from sync.server.imports.reading import Reading
from sync.server.imports.table_file import BadRow, Row
from sync.server.imports.writer import Writer

BILLING = ("Billing", "Home", "Main Office", "Primary")
SHIPPING = ("Shipping",)
STORE_TERMS_DAYS = 30


@dataclass(frozen=True, slots=True)
class Store:
    name: str
    sales_person: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """`entity` is the store or person whose addresses and contacts these are; scope columns go to every row of it."""

    key: str
    number: str
    name: str
    segment: str
    entity: str
    person: str | None
    territory: str
    rep: str | None

    def scope(self) -> dict[str, object]:
        return {
            "account_id": ids.account_id(self.key),
            "territory_id": ids.territory_id(self.territory),
            "rep_id": ids.user_id(self.rep) if self.rep else None,
        }


@dataclass(frozen=True, slots=True)
class Address:
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    country: str
    latitude: str | None
    longitude: str | None


@dataclass(slots=True)
class Accounts:
    """What orders need: the accounts, and which of an account's addresses is a bill-to or a ship-to."""

    index: Index[Account]
    links: Index[str]  # entity/address -> address type
    roles: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)  # (entity, address) -> roles

    def address_ref(self, account: Account, address: str, role: str, column: str) -> str:
        """Our id of the address an order names, preferring the row of `role`. Raises Unresolved."""
        self.links.need(f"{account.entity}/{address}", column)
        roles = self.roles.get((account.entity, address), frozenset())
        if not roles:
            raise BadRow(f"{address} is an address of {account.number} that is kept for the archive only", column)
        bill = role == "bill_to" if role in roles else "bill_to" in roles
        return ids.bill_to_id(account.key, address) if bill else ids.ship_to_id(account.key, address)


def import_accounts(reading: Reading, writer: Writer, company: Company) -> Accounts:
    """Accounts, addresses and contacts."""
    stores = reading.load("store", lambda row: _store(row, company))
    vendors = reading.load("vendor", lambda row: row.ref("business_entity_id"))
    addresses = _addresses(reading)
    links = _links(reading, company, stores, vendors, addresses)
    customers: Index[Account] = reading.index("customer")
    accounts = Accounts(customers, links)
    by_entity: dict[str, list[Account]] = {}
    for one in reading.stream("customer", customers, lambda row: _customer(row, company, stores), lambda one: one):
        by_entity.setdefault(one.entity, []).append(one)
        writer.put("account", _account_row(one))
    accounts.roles = _roles(links)
    for (entity, key), roles in accounts.roles.items():
        for one in by_entity.get(entity, ()):
            for role in sorted(roles):
                writer.put("address", _address_row(one, key, role, links.good[f"{entity}/{key}"], addresses.good[key]))
    _contacts(reading, writer, company, stores, vendors, by_entity)
    return accounts


# -- reading ----------------------------------------------------------------------------------------------------------


def _store(row: Row, company: Company) -> Store:
    row.ref("store_id")
    seller = row.ref("sales_person_id") if row.text("sales_person_id") else None
    if seller is not None:
        company.sales_people.need(seller, "sales_person_id")
    return Store(row.name("name"), seller)


def _customer(row: Row, company: Company, stores: Index[Store]) -> Account:
    person = row.ref("person_id") if row.text("person_id") else None
    store = row.ref("store_id") if row.text("store_id") else None
    entity = store or person
    if entity is None:
        raise BadRow("neither a person nor a store is named", "person_id")
    territory = row.ref("territory_id")
    company.territories.need(territory, "territory_id")
    buyer = company.people.need(person, "person_id") if person else None
    shop = stores.need(store, "store_id") if store else None
    return Account(
        key=row.ref("customer_id"),
        number=row.name("account_number"),
        name=shop.name if shop else buyer.name if buyer else "",
        segment="store" if shop else "individual",
        entity=entity,
        person=person,
        territory=territory,
        rep=shop.sales_person if shop else None,
    )


def _addresses(reading: Reading) -> Index[Address]:
    states = reading.load(
        "state_province",
        lambda row: (row.name("state_province_code").strip(), row.name("country_region_code")),
    )

    def address(row: Row) -> Address:
        row.ref("address_id")
        state, country = states.need(row.ref("state_province_id"), "state_province_id")
        return Address(
            line1=row.name("line1"),
            line2=row.text("line2"),
            city=row.name("city"),
            state=state,
            postal_code=row.text("postal_code"),
            country=country,
            latitude=_coordinate(row, "latitude"),
            longitude=_coordinate(row, "longitude"),
        )

    return reading.load("address", address)


def _coordinate(row: Row, column: str) -> str | None:
    """Degrees as exact text; None when the source has none."""
    value = row.text(column)
    return row.signed_decimal(column) if value else None


def _links(
    reading: Reading, company: Company, stores: Index[Store], vendors: Index[str], addresses: Index[Address]
) -> Index[str]:
    """Whose address is which: the address type by 'entity/address'."""
    types = reading.load("address_type", lambda row: row.name("name"))

    def link(row: Row) -> str:
        _known_entity(row, company, stores, vendors)
        addresses.need(row.ref("address_id"), "address_id")
        return types.need(row.ref("address_type_id"), "address_type_id")

    return reading.load("business_entity_address", link)


def _known_entity(row: Row, company: Company, stores: Index[Store], vendors: Index[str]) -> str:
    """The store, person or vendor that `business_entity_id` names. Raises Unresolved."""
    entity = row.ref("business_entity_id")
    known: tuple[Index[Any], ...] = (stores, company.people, vendors)
    if not any(entity in index.good for index in known):
        rejected = (index for index in known if entity in index.bad or entity in index.doubtful)
        unreadable = (index for index in known if index.hidden)
        next(rejected, next(unreadable, known[0])).need(entity, "business_entity_id")
    return entity


def _roles(links: Index[str]) -> dict[tuple[str, str], frozenset[str]]:
    """The roles each address has for its entity; an entity with only one sort of address uses it for both."""
    by_entity: dict[str, dict[str, str]] = {}
    for pair, kind in links.good.items():
        entity, _, address = pair.partition("/")
        by_entity.setdefault(entity, {})[address] = kind
    roles: dict[tuple[str, str], frozenset[str]] = {}
    for entity, kinds in by_entity.items():
        bills = [key for key, kind in kinds.items() if kind in BILLING]
        ships = [key for key, kind in kinds.items() if kind in SHIPPING]
        for key in {*bills, *ships}:
            named = {"bill_to"} if key in (bills or ships) else set()
            named |= {"ship_to"} if key in (ships or bills) else set()
            roles[entity, key] = frozenset(named)
    return dict(sorted(roles.items()))


def _contacts(
    reading: Reading,
    writer: Writer,
    company: Company,
    stores: Index[Store],
    vendors: Index[str],
    by_entity: dict[str, list[Account]],
) -> None:
    """The people of each store with their jobs; an individual is its own contact."""
    types = reading.load("contact_type", lambda row: row.name("name"))

    def contact(row: Row) -> tuple[str, str, Person, str]:
        entity = _known_entity(row, company, stores, vendors)
        person = row.ref("person_id")
        known = company.people.need(person, "person_id")
        return entity, person, known, types.need(row.ref("contact_type_id"), "contact_type_id")

    told: set[tuple[str, str]] = set()
    index: Index[str] = reading.index("business_entity_contact")
    for entity, person, known, job in reading.stream("business_entity_contact", index, contact, lambda one: one[1]):
        for account in by_entity.get(entity, ()):
            if (account.key, person) not in told:
                told.add((account.key, person))
                writer.put("contact", _contact_row(account, person, known, job))
    for accounts in by_entity.values():
        for account in accounts:
            if account.person and (account.key, account.person) not in told:
                known = company.people.good[account.person]
                writer.put("contact", _contact_row(account, account.person, known, ""))


# -- rows -------------------------------------------------------------------------------------------------------------


def _account_row(one: Account) -> dict[str, object]:
    store = one.segment == "store"
    scope = one.scope()
    return {
        "id": scope.pop("account_id"),
        **scope,
        "number": one.number,
        "name": one.name,
        "segment": one.segment,
        "status": "active",
        "status_reason": "",
        "status_since": None,
        "price_list_id": ids.RESELLER_LIST if store else ids.BASE_LIST,
        "currency": ids.CURRENCY,
        "po_required": 0,
        "terms_days": STORE_TERMS_DAYS if store else 0,
        "credit_limit": None,
        "origin": ids.ORIGIN,
    }


def _address_row(account: Account, key: str, role: str, label: str, one: Address) -> dict[str, object]:
    name = ids.bill_to_id if role == "bill_to" else ids.ship_to_id
    return {
        "id": name(account.key, key),
        **account.scope(),
        "role": role,
        "label": label,
        "line1": one.line1,
        "line2": one.line2,
        "city": one.city,
        "state": one.state,
        "postal_code": one.postal_code,
        "country": one.country,
        "latitude": one.latitude,
        "longitude": one.longitude,
        "origin": ids.ORIGIN,
    }


def _contact_row(account: Account, key: str, one: Person, job: str) -> dict[str, object]:
    return {
        "id": f"aw-c-{account.key}-{key}",
        **account.scope(),
        "name": one.name,
        "job": job,
        "email": one.email,
        "phone": one.phone,
        "origin": ids.ORIGIN,
    }
