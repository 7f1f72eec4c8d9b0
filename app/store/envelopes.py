"""Envelope rows as the values that rules look at: what counts is the signed body, while its signature holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.facts import EnvelopeFact
from app.store.signatures import holds

KEYS = "envelope_keys"  # the policy row with the public halves, {key id: hex}


def envelope_fact(row: Mapping[str, Any], keys: Mapping[str, str]) -> EnvelopeFact:
    """A row of `envelope`, judged by the server's public keys (policy `envelope_keys`, {key id: hex})."""
    public = keys.get(row["key_id"], "")
    return EnvelopeFact(
        id=row["id"],
        holder=row["holder"],
        granted_by=row["granted_by"],
        body=row["body"],
        signed=bool(public) and holds(public, row["body"], row["signature"]),
        used_amount=row["used_amount"],
        used_count=row["used_count"],
        revoked_on=row["revoked_on"],
    )
