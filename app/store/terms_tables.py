"""What was agreed and what is allowed: contracts and rosters, floors, rates, taxes, licences, assortments, and
authority given to somebody (DOMAIN.md §2, §3, §5)."""

from __future__ import annotations

from sqlalchemy import Index

from app.store.kinds import flag, integer, kind, text

_SCOPES = "terr=territory_id rep=rep_id"

# -- prices -----------------------------------------------------------------------------------------------------------

contract = kind(
    "contract",
    "ctr=id",
    text("number"),
    text("name"),
    text("holder_kind"),  # account | ship_to | idn | gpo
    text("holder_id"),  # account, address or party_group
    text("currency"),
    text("valid_from"),
    text("valid_to", null=True),
    flag("promotions"),  # 1 = offers may come on top of its prices
    text("origin"),
    Index("contract_holder", "holder_id"),
)
contract_price = kind(
    "contract_price",
    "ctr=contract_id",
    text("contract_id"),
    text("product_id"),  # '' when it is for a whole class
    text("product_class"),  # '' when it is for a product
    text("tier"),  # '' for every member, else only for those committed to it
    integer("min_qty"),
    integer("unit_price", null=True),  # 1/10,000; NULL when it is a discount
    integer("discount_bp", null=True),  # off the list price
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("contract_price_contract", "contract_id", "product_id"),
    Index("contract_price_product", "product_id"),
)
party_group = kind(
    "party_group",
    "g:policy",
    text("kind"),  # idn | gpo
    text("name"),
    text("origin"),
)
roster = kind(  # who belongs to a group, and when
    "roster",
    _SCOPES,
    text("group_id"),
    text("member_id"),  # account or ship-to
    text("account_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("roster_account", "account_id"),
    Index("roster_group", "group_id"),
)
commitment = kind(  # a letter of commitment (LOC)
    "commitment",
    _SCOPES,
    text("contract_id"),
    text("member_id"),  # account or ship-to
    text("account_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("tier"),
    text("signed_on", null=True),
    flag("retroactive"),  # 1 = counts from valid_from although signed later
    flag("exclusive"),  # 1 = the member may not buy on another group's contract meanwhile
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("commitment_account", "account_id"),
)
product_floor = kind(
    "product_floor",
    "cost:main",
    text("product_id"),
    text("currency"),
    integer("unit_price"),  # 1/10,000: the lowest price without anybody's word
    text("below"),  # approval | never
    text("role"),  # who may say yes below it
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("product_floor_product", "product_id"),
)
exchange_rate = kind(
    "exchange_rate",
    "g:policy",
    text("from_currency"),
    text("to_currency"),
    integer("rate"),  # 1/100,000,000 of to_currency for one from_currency
    text("valid_from"),
    text("origin"),
    Index("exchange_rate_pair", "from_currency", "to_currency", "valid_from"),
)
tax_rate = kind(
    "tax_rate",
    "g:policy",
    text("name"),
    text("country"),
    text("state"),  # '' for the whole country
    text("product_class"),  # '*' for every class
    integer("rate_ppm"),  # 1/1,000,000
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("tax_rate_country", "country"),
)
tax_exemption = kind(
    "tax_exemption",
    _SCOPES,
    text("account_id"),
    text("ship_to_id"),  # '' for every ship-to of the account
    text("territory_id"),
    text("rep_id", null=True),
    text("country"),
    text("state"),  # '' for the whole country
    text("product_class"),  # '*' for every class
    text("certificate"),
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("tax_exemption_account", "account_id"),
)

# -- eligibility ------------------------------------------------------------------------------------------------------

licence = kind(
    "licence",
    _SCOPES,
    text("account_id"),
    text("ship_to_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("product_class"),  # '*' for every class
    text("state"),  # where it was issued; '' for everywhere
    text("number"),
    text("valid_from"),
    text("expires", null=True),
    text("verified_on"),  # when somebody last looked it up
    text("origin"),
    Index("licence_ship_to", "ship_to_id"),
)
assortment = kind(
    "assortment",
    _SCOPES,
    text("account_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("product_id"),  # '' when it is for a whole class
    text("product_class"),
    flag("allowed"),
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("assortment_account", "account_id"),
)

# -- authority --------------------------------------------------------------------------------------------------------

delegation = kind(
    "delegation",
    "g:policy",
    text("from_user"),
    text("to_user"),
    text("role"),  # of from_user when it was given
    text("territories"),  # JSON list, of from_user when it was given
    text("valid_from"),
    text("valid_to"),
    text("op_id", null=True),
    Index("delegation_to", "to_user"),
)
envelope = kind(
    "envelope",
    "rep=holder rep=granted_by",
    text("holder"),
    text("granted_by"),
    text("body"),  # canonical JSON, what is signed
    text("key_id"),  # which of the server's keys signed; '' until it has
    text("signature"),  # hex; '' until the server has signed
    integer("used_amount"),  # minor units
    integer("used_count"),
    text("revoked_on", null=True),
    text("op_id", null=True),
    Index("envelope_holder", "holder"),
)
envelope_use = kind(
    "envelope_use",
    "rep=holder rep=granted_by",
    text("envelope_id"),
    text("holder"),
    text("granted_by"),
    text("document_id"),
    integer("amount"),  # minor units
    text("used_on"),
    text("op_id"),
    Index("envelope_use_document", "document_id"),
    Index("envelope_use_envelope", "envelope_id"),
)
