"""The AdventureWorks folder: its files with the columns that are read, our ids made from its keys, its currency.

Tables of the folder that are not named here (purchasing, bills of materials, exchange rates, answer keys but for the
reps' published year-to-date figures) are left alone. Ids are the source's own keys under a prefix, so a second import
meets the rows of the first.
"""

from __future__ import annotations

from sync.server.imports.reading import spec

ORIGIN = "adventureworks"

# The firm sells everywhere at its dollar list prices: the unit price of an Australian order equals the list price in
# dollars on that day. So price lists and accounts are in dollars; an order keeps the currency code it published.
CURRENCY = "USD"

BASE_LIST = "aw-list-base"
RESELLER_LIST = "aw-list-reseller"

SPECS = (
    spec("sales_territory", "territory_id", "name country_region_code group"),
    spec("person", "person_id", "kind first_name middle_name last_name suffix email phone"),
    spec("employee", "employee_id", "job_title current_flag"),
    spec("sales_person", "business_entity_id", "territory_id sales_quota bonus commission_pct modified_date"),
    spec("key_rep_ytd", "sales_person_id", "published_sales_ytd", optional=True),
    spec("store", "store_id", "name sales_person_id"),
    spec("vendor", "business_entity_id"),
    spec("state_province", "state_province_id", "state_province_code country_region_code"),
    spec("address_type", "address_type_id", "name"),
    spec("address", "address_id", "line1 line2 city state_province_id postal_code latitude longitude"),
    spec("business_entity_address", "business_entity_id address_id", "address_type_id"),
    spec("contact_type", "contact_type_id", "name"),
    spec("business_entity_contact", "business_entity_id person_id contact_type_id"),
    spec("customer", "customer_id", "person_id store_id territory_id account_number"),
    spec("product_category", "product_category_id", "name"),
    spec("product_subcategory", "product_subcategory_id", "product_category_id name"),
    spec("product", "product_id", "name product_number product_subcategory_id sell_start_date sell_end_date"),
    spec("product_list_price_history", "product_id start_date", "end_date list_price"),
    spec("product_cost_history", "product_id start_date", "end_date standard_cost"),
    spec(
        "special_offer",
        "special_offer_id",
        "description discount_pct type category start_date end_date min_qty max_qty",
    ),
    spec("special_offer_product", "special_offer_id product_id"),
    spec("location", "location_id", "name"),
    spec("product_inventory", "product_id location_id shelf bin", "quantity modified_date"),
    spec("currency", "currency_code"),
    spec("ship_method", "ship_method_id", "name"),
    spec(
        "sales_order_header",
        "sales_order_id",
        "order_date due_date ship_date status online_order_flag purchase_order_number customer_id sales_person_id "
        "territory_id bill_to_address_id ship_to_address_id ship_method_id currency_code sub_total tax_amt freight "
        "total_due",
    ),
    spec(
        "sales_order_detail",
        "sales_order_detail_id",
        "sales_order_id carrier_tracking_number order_qty product_id special_offer_id unit_price unit_price_discount "
        "line_total",
    ),
)


def account_id(customer: str) -> str:
    return f"aw-a-{customer}"


def user_id(business_entity: str) -> str:
    """The rep row and the user account of a sales person share this id."""
    return f"aw-u-{business_entity}"


def territory_id(territory: str) -> str:
    return f"aw-t-{territory}"


def product_id(product: str) -> str:
    return f"aw-p-{product}"


def promotion_id(special_offer: str) -> str:
    return f"aw-so-{special_offer}"


def order_id(sales_order: str) -> str:
    return f"aw-o-{sales_order}"


def location_id(location: str) -> str:
    return f"aw-l-{location}"


def bill_to_id(customer: str, address: str) -> str:
    return f"aw-b-{customer}-{address}"


def ship_to_id(customer: str, address: str) -> str:
    return f"aw-s-{customer}-{address}"
