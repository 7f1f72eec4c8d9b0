"""Authority given in advance (DOMAIN.md §5): what may be drawn from, what was granted, what was got."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from app.domain.authority import Terms, terms_of
from app.domain.facts import Policy
from app.domain.parties import REP, Person
from app.store.envelopes import KEYS, envelope_fact
from app.store.tables import account, envelope, policy, product, rep
from app.workspace.rows.envelopes import EnvelopeRow, GrantChoices, UsableEnvelope
from app.workspace.tables import outbox
from app.workspace.workspace import read_identity

LISTED = 200  # rows of the list
CLASSES = 24  # product classes to choose from


def usable_envelopes(
    connection: Connection, day: str, account_id: str, currency: str
) -> tuple[UsableEnvelope, ...]:
    """What the person here may draw on for a document of this account and currency on a day (ISO), the one that ends
    first first. Signed, not taken back, valid on the day, and not used up; whether a discount, a class or an amount
    fits is for `authority.cover` to say (index envelope_holder)."""
    who = read_identity(connection)
    if who is None:
        return ()
    keys, found = _keys(connection), []
    for row in _rows(connection, envelope.c.holder == who.user_id):
        fact = envelope_fact(row, keys)
        terms = terms_of(fact.body) if fact.signed else None
        if terms is None or terms.id != fact.id or terms.holder != who.user_id:
            continue
        fits = (
            fact.revoked_on is None
            and terms.valid_from <= day <= terms.valid_to
            and terms.currency == currency
            and (not terms.account_ids or account_id in terms.account_ids)
        )
        left = terms.budget - fact.used_amount
        if fits and left > 0:
            found.append(
                UsableEnvelope(
                    envelope_id=fact.id,
                    granted_by=row["grantor_name"] or fact.granted_by,
                    product_classes=terms.product_classes,
                    currency=terms.currency,
                    max_discount_bp=terms.max_discount_bp,
                    max_amount=terms.max_amount,
                    budget=terms.budget,
                    left=left,
                    valid_to=terms.valid_to,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.valid_to, one.envelope_id)))


def envelopes(connection: Connection, user_id: str) -> tuple[EnvelopeRow, ...]:
    """What this person granted and what they hold, the newest first (ids are in time order)."""
    keys = _keys(connection)
    rows = _rows(connection, or_(envelope.c.granted_by == user_id, envelope.c.holder == user_id))
    read = [(row, _readable(row["body"])) for row in rows]
    names = _account_names(connection, {one for _row, terms in read if terms for one in terms.account_ids})
    waiting = _unsent(connection, [row["op_id"] for row in rows if row["op_id"]])
    return tuple(
        EnvelopeRow(
            envelope_id=row["id"],
            holder=row["holder_name"] or row["holder"],
            granted_by=row["grantor_name"] or row["granted_by"],
            mine=row["granted_by"] == user_id,
            terms=terms,
            accounts=tuple(names.get(one, one) for one in terms.account_ids) if terms else (),
            used_amount=row["used_amount"],
            used_count=row["used_count"],
            signed=envelope_fact(row, keys).signed,
            sent=row["op_id"] not in waiting,
            revoked_on=row["revoked_on"],
        )
        for row, terms in read
    )


def grant_choices(connection: Connection, person: Person) -> GrantChoices:
    """What an envelope of this person may be made of."""
    limits = connection.execute(select(policy.c.value).where(policy.c.id == "discount_limit")).scalar()
    reps = connection.execute(
        select(rep.c.id, rep.c.name, rep.c.territory_id)
        .where(rep.c.role == REP, rep.c.active == 1, rep.c.id != person.id)
        .order_by(rep.c.name, rep.c.id)
    )
    return GrantChoices(
        reps=tuple(
            (row.id, row.name) for row in reps if not row.territory_id or person.covers(row.territory_id)
        ),
        product_classes=tuple(sorted(_commonest(connection, product.c.product_class, CLASSES))),
        currencies=_commonest(connection, account.c.currency, CLASSES),
        limits=Policy(discount_limits=json.loads(limits) if limits else {}),
    )


def _commonest(connection: Connection, column: Column[Any], most: int) -> tuple[str, ...]:
    statement = (
        select(column).where(column != "").group_by(column).order_by(func.count().desc(), column).limit(most)
    )
    return tuple(connection.execute(statement).scalars())


def _rows(connection: Connection, where: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    holder, grantor = rep.alias("holder_rep"), rep.alias("grantor_rep")
    statement = (
        select(envelope, holder.c.name.label("holder_name"), grantor.c.name.label("grantor_name"))
        .outerjoin(holder, holder.c.id == envelope.c.holder)
        .outerjoin(grantor, grantor.c.id == envelope.c.granted_by)
        .where(where)
        .order_by(envelope.c.id.desc())
        .limit(LISTED)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def _keys(connection: Connection) -> Mapping[str, str]:
    """The server's public keys; none before they have come."""
    value = connection.execute(select(policy.c.value).where(policy.c.id == KEYS)).scalar()
    return dict(json.loads(value)) if value else {}


def _readable(body: str) -> Terms | None:
    """The terms of a body that may not be signed (yet), so anything may stand in it; to be shown, never to rely on."""
    try:
        return terms_of(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _account_names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    found = connection.execute(select(account.c.id, account.c.name).where(account.c.id.in_(sorted(ids))))
    return {row.id: row.name for row in found}


def _unsent(connection: Connection, op_ids: Iterable[str]) -> frozenset[str]:
    """Those of these ops that the server has not got."""
    statement = select(outbox.c.op_id).where(outbox.c.op_id.in_(sorted(op_ids)), outbox.c.pushed == 0)
    return frozenset(connection.execute(statement).scalars())
