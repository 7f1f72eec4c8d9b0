"""What people keep about customers and products: signatures, visits, favourites (DOMAIN.md §6; UX.md)."""

from __future__ import annotations

from sqlalchemy import Index

from app.store.kinds import flag, integer, kind, text

signature = kind(
    "signature",
    "terr=territory_id rep=rep_id",  # those of its document
    text("document"),  # quote | order
    text("document_id"),
    integer("revision"),  # of a quote; 1 for an order
    text("account_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("signer"),
    text("meaning"),  # accepts | received
    text("signed_at"),  # with its offset from UTC, as the device says
    text("strokes"),  # app.domain.strokes; '' when the name was typed only
    text("digest"),  # sha256 of what was shown, in hex (app.domain.signing)
    text("signed_by"),  # user id of who held the pad
    text("op_id"),
    Index("signature_document", "document_id", "revision"),
)
visit = kind(
    "visit",
    "terr=territory_id rep=rep_id",  # those of its account
    text("account_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("visited_by"),  # user id
    text("day"),
    text("note"),
    text("next_on"),  # ISO date; '' for none
    text("op_id"),
    Index("visit_account", "account_id", "day"),
    Index("visit_by", "visited_by", "account_id"),
)
favourite = kind(  # id = user|product
    "favourite",
    "rep=user_id",
    text("user_id"),
    text("product_id"),
    flag("favourite"),  # 0: not any more
    text("marked_on"),
    text("op_id"),
    Index("favourite_user", "user_id", "favourite"),
)


def favourite_id(user_id: str, product_id: str) -> str:
    """The key of a favourite: one per user and product."""
    return f"{user_id}|{product_id}"
