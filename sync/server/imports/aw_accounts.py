"""Customers: stores and individuals become accounts with bill-tos, ship-tos and contacts.

A customer that names a store is that store buying (a person beside it is its contact); one that names only a person is
an individual. Addresses belong to the store or person, so every account of a store gets its own copy of them: Main
Office, Home and Billing are bill-tos, Shipping is a ship-to, and without a Shipping address goods go to the bill-to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.server.imports import aw_files as ids
from sync.server.imports.aw_company import Company, Person
from sync.server.imports.judging import Index, resolve, union
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
    addresses: Index[Address]
    links: Index[str]  # entity/address -> address type
    roles: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)  # (entity, address) -> roles

    def address_ref(self, account: Account, address: str, role: str) -> str:
        """Our id of an address of the account, preferring the row of `role`. Raises BadRow."""
        roles = self.roles.get((account.entity, address), frozenset())
        if not roles:
            raise BadRow(f"{address} is kept for the archive only", f"{role}_address_id")
        bill = role == "bill_to" if role in roles else "bill_to" in roles
        return ids.bill_to_id(account.key, address) if bill else ids.ship_to_id(account.key, address)


def import_accounts(reading: Reading, writer: Writer, company: Company) -> Accounts:
    """Accounts, addresses and contacts."""
    stores = reading.load("store", lambda row: _store(row, company))
    vendors = reading.load("vendor", lambda row: row.ref("business_entity_id"))
    entities = union(stores, company.people, vendors)
    addresses = _addresses(reading)
    links = _links(reading, entities, addresses)
    customers: Index[Account] = reading.index("customer")
    accounts = Accounts(customers, addresses, links)
    by_entity: dict[str, list[Account]] = {}
    for one in reading.stream(
        "customer", customers, lambda row: _customer(row, company, stores), lambda one: one
    ):
        by_entity.setdefault(one.entity, []).append(one)
        writer.put("account", _account_row(one))
    accounts.roles = _roles(links)
    for (entity, key), roles in accounts.roles.items():
        label, found = links.good[f"{entity}/{key}"], addresses.good[key]
        for one in by_entity.get(entity, ()):
            writer.put_all("address", (_address_row(one, key, role, label, found) for role in sorted(roles)))
    _contacts(reading, writer, company, entities, by_entity)
    return accounts


# -- reading ----------------------------------------------------------------------------------------------------------


def _store(row: Row, company: Company) -> Store:
    row.ref("store_id")
    name, seller = row.name("name"), row.ref_or_none("sales_person_id")
    if seller is not None:
        resolve((company.sales_people, seller, "sales_person_id"))
    return Store(name, seller)


def _customer(row: Row, company: Company, stores: Index[Store]) -> Account:
    key, number, territory = row.ref("customer_id"), row.name("account_number"), row.ref("territory_id")
    person, store = row.ref_or_none("person_id"), row.ref_or_none("store_id")
    entity = store or person
    if entity is None:
        raise BadRow("neither a person nor a store is named", "person_id")
    resolve(
        (company.territories, territory, "territory_id"),
        *([(company.people, person, "person_id")] if person else []),
        *([(stores, store, "store_id")] if store else []),
    )
    shop = stores.good[store] if store else None
    return Account(
        key=key,
        number=number,
        name=shop.name if shop else company.people.good[entity].name,
        segment="store" if shop else "individual",
        entity=entity,
        person=person,
        territory=territory,
        rep=shop.sales_person if shop else None,
    )


def _addresses(reading: Reading) -> Index[Address]:
    def state(row: Row) -> tuple[str, str]:
        row.ref("state_province_id")
        return row.name("state_province_code"), row.name("country_region_code")

    states = reading.load("state_province", state)

    def address(row: Row) -> Address:
        row.ref("address_id")
        line1, city, key = row.name("line1"), row.name("city"), row.ref("state_province_id")
        latitude, longitude = _coordinate(row, "latitude"), _coordinate(row, "longitude")
        code, country = states.need(key, "state_province_id")
        return Address(
            line1, row.text("line2"), city, code, row.text("postal_code"), country, latitude, longitude
        )

    return reading.load("address", address)


def _coordinate(row: Row, column: str) -> str | None:
    """Degrees as exact text; None when the source has none."""
    value = row.text(column)
    return row.signed_decimal(column) if value else None


def _links(reading: Reading, entities: Index[None], addresses: Index[Address]) -> Index[str]:
    """Whose address is which: the address type by 'entity/address'."""
    types = reading.names("address_type")

    def link(row: Row) -> str:
        entity, address, kind = (
            row.ref(f"{part}_id") for part in ("business_entity", "address", "address_type")
        )
        resolve(
            (entities, entity, "business_entity_id"),
            (addresses, address, "address_id"),
            (types, kind, "address_type_id"),
        )
        return types.good[kind]

    return reading.load("business_entity_address", link)


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
    entities: Index[None],
    by_entity: dict[str, list[Account]],
) -> None:
    """The people of each store with their jobs; an individual is its own contact."""
    types = reading.names("contact_type")

    def contact(row: Row) -> tuple[str, str, Person, str]:
        entity, person, job = (
            row.ref(f"{part}_id") for part in ("business_entity", "person", "contact_type")
        )
        resolve(
            (entities, entity, "business_entity_id"),
            (company.people, person, "person_id"),
            (types, job, "contact_type_id"),
        )
        return entity, person, company.people.good[person], types.good[job]

    told: set[tuple[str, str]] = set()
    index: Index[str] = reading.index("business_entity_contact")
    for entity, person, known, job in reading.stream(
        "business_entity_contact", index, contact, lambda one: one[1]
    ):
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
