"""What a generated company has on its books: stock, quotes, orders and transfers in every state, authority given."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from world_rows import CLASSES, DAY, PEOPLE, REPS, World, day, text
from world_terms import worth

from app.domain.lifecycle import ORDER, QUOTE, TRANSFER
from app.domain.money import extend

QUOTES_EACH, ORDERS_EACH, TRANSFERS_EACH = 6, 5, 4  # of every state
KEY = "key-1"  # what the server signs envelopes with
DELIVERED = ("delivered", "invoiced", "paid", "returned", "closed")
RESERVED = ("allocated", "picked", "partly_shipped")


def keep(world: World) -> None:
    """All books; balances are the sums of their movements."""
    _opening(world)
    for state in QUOTE:
        for _ in range(QUOTES_EACH * (3 if state in ("approved", "offered") else 1)):
            _quote(world, state)
    for state in ORDER:
        for number in range(ORDERS_EACH):
            _order(world, state, number)
    for state in TRANSFER:
        for _ in range(TRANSFERS_EACH):
            _transfer(world, state)
    _authority(world)
    _counts(world)
    _cases(world)
    _drafts(world)
    world.add_up()


def lots_of(world: World, product_id: str) -> list[str]:
    """The product's lots; [''] when it has none."""
    return [row["id"] for row in world.rows["lot"] if row["product_id"] == product_id] or [""]


def _opening(world: World) -> None:
    """Goods in every place that people answer for; now and then some that are not ours."""
    for place in [
        row
        for row in world.rows["location"]
        if row["kind"] in ("dc", "hub", "trunk", "allotment", "consignment")
    ]:
        warehouse = place["kind"] in ("dc", "hub")
        for product in world.rows["product"]:
            if not warehouse and world.chance(40):
                continue
            serial = product["tracking"] == "serial"
            for lot_id in lots_of(world, product["id"]):
                # one serial number is in one place
                if (
                    serial and any(key[2] == lot_id and qty > 0 for key, qty in world.stock.items())
                ) or world.chance(15):
                    continue
                qty = 1 if serial else world.dice.randint(3, 12) * (4 if warehouse else 1)
                stream = {"stream": f"dev-{place['custodian']}.1", "seq": len(world.rows["movement"]) % 9 + 1}
                extra = stream if place["kind"] == "trunk" else {}
                places = ("v:supplier", place["id"])
                world.move(
                    "receive", product["id"], lot_id, qty, places, document_id=f"in-{place['id']}", **extra
                )
                if place["kind"] == "consignment" and world.chance(15):
                    owner = place["id"].removeprefix("con-")
                    world.move(
                        "receive", product["id"], lot_id, 2, places, owner=owner, document_id=f"own-{owner}"
                    )
        for product in world.some(world.rows["product"], 2, 4):
            level = {"product_id": product["id"], "min_qty": 2, "par_qty": 8}
            world.put("par_level", f"{place['id']}|{product['id']}", location_id=place["id"], **level)


def _head(world: World, row_id: str, number: int) -> dict[str, Any]:
    """What quotes and orders have in common."""
    accounts = [row for row in world.rows["account"] if row["status"] == "active" or world.chance(50)]
    account = world.dice.choice(accounts)
    rep = next(one for one in REPS if account["territory_id"] in one.territories)
    return {
        "number": f"{rep.code}-A-{number:04d}",
        "account_id": account["id"],
        "ship_to_id": f"{account['id']}.s1",
        "territory_id": account["territory_id"],
        "rep_id": world.dice.choice((rep.id, rep.id, rep.id, "mgr-1")),
        "currency": account["currency"],
        "business_date": day(-world.dice.randint(0, 40)),
        "po_number": "PO-7" if world.chance(85) else "",
        "op_id": f"op-{row_id}",
    }


def _lines(world: World, currency: str, *, most: int = 4) -> list[dict[str, Any]]:
    lines = []
    for number, product in enumerate(world.some(world.rows["product"][:13], 1, most), 1):
        qty, unit = world.dice.randint(1, 8), worth(product["id"])
        amount = extend(unit, qty, currency)
        values = {"line_no": number, "product_id": product["id"], "qty": qty, "unit_price": unit}
        lines.append({**values, "extended": amount, "tax": amount // 10})
    if len(lines) > 2 and world.chance(40):
        lines[-1] |= {"product_id": lines[0]["product_id"]}  # two lines of one product
    return lines


def _quote(world: World, state: str) -> None:
    number = len(world.rows["quote"]) + 1
    row_id = f"{'Qq'[number % 2]}uote{number}"
    head = _head(world, row_id, number)
    lines = _lines(world, head["currency"])
    row = world.put(
        "quote",
        row_id,
        revision=world.dice.randint(1, 3),
        state=state,
        note="",
        list_total=sum(line["extended"] for line in lines),
        total=sum(line["extended"] for line in lines),
        tax_total=sum(line["tax"] for line in lines),
        valid_until=world.dice.choice((None, day(20), day(20), day(0), day(-1))),
        findings="[]",
        **head,
    )
    scope = {"quote_id": row_id, "territory_id": row["territory_id"], "rep_id": row["rep_id"]}
    for line in lines:
        # the ids do not follow the order of the lines
        line_id = f"{row_id}.{world.dice.choice('Zz9a')}{line['line_no']}"
        discount = world.dice.choice((0, 0, 500))
        world.put(
            "quote_line", line_id, discount_bp=discount, trace='[["shown"]]', repriced=None, **line, **scope
        )
    _approvals(world, row, scope)


def _approvals(world: World, quote: dict[str, Any], scope: dict[str, Any]) -> None:
    """Needs of the revision that stands, one level decided before the next; now and then one of an older revision."""
    dice = world.dice
    if quote["state"] not in ("pending_approval", "declined", "countered") and world.chance(70):
        return
    needs = world.some(
        (
            ("manager", "discount_over_limit", 1),
            ("director", "discount_over_limit", 2),
            ("finance", "credit_limit_exceeded", 1),
            ("manager", "back_dated", 1),
        ),
        1,
        3,
    )
    for number, (role, code, level) in enumerate(needs):
        state = "pending" if quote["state"] == "pending_approval" else "approved"
        if number == 0 and quote["state"] in ("declined", "countered"):
            state = quote["state"]
        old = world.chance(15) and quote["revision"] > 1
        world.put(
            "approval",
            f"{quote['id']}{dice.choice('-Nn')}{number}",
            revision=quote["revision"] - old,
            role=role,
            code=code,
            level=level,
            detail="[]",
            state="superseded" if old else state,
            asked_on=day(-5),
            due_on=dice.choice((None, day(-1), day(0), day(3))),
            escalate_to=dice.choice(("", "director", "finance")),
            **scope,
        )


def _order(world: World, state: str, number: int) -> None:
    """Stock orders with what is put aside for them; some trunk sales, usages, returns and history."""
    count = len(world.rows["sales_order"]) + 1
    row_id = f"{'Dd'[count % 2]}oc{count}"
    handed = state in DELIVERED
    kind = (
        "stock",
        "stock",
        "trunk_sale" if handed else "stock",
        "bill_only" if handed else "stock",
        "history",
    )[number]
    head = _head(world, row_id, count)
    lines = _lines(world, head["currency"])
    accepted = world.one("quote", state="accepted") if kind == "stock" else None
    known = kind != "history"
    row = world.put(
        "sales_order",
        row_id,
        type=kind,
        state=state,
        quote_id=accepted["id"] if accepted else None,
        total=sum(line["extended"] for line in lines) if known else None,
        tax_total=sum(line["tax"] for line in lines) if known else 0,
        **head,
    )
    scope = {"order_id": row_id, "territory_id": row["territory_id"], "rep_id": row["rep_id"]}
    for line in lines:
        lot_id = world.dice.choice(lots_of(world, line["product_id"]))
        gone = state == "allocated" and number == 3  # what was put aside went elsewhere
        set_aside = 0 if gone else _set_aside(world, row, line, lot_id) if kind == "stock" else line["qty"]
        world.put(
            "order_line",
            f"{row_id}.{world.dice.choice('Zz9a')}{line['line_no']}",
            lot_id=(lot_id or None) if kind in ("trunk_sale", "bill_only") else None,
            allocated=set_aside,
            backordered=0 if state == "held" else line["qty"] - set_aside,
            returned=1 if state == "returned" else 0,
            **({**line} if known else {**line, "unit_price": None, "extended": None}),
            **scope,
        )
        if kind in ("trunk_sale", "bill_only"):
            places = (f"trunk-{REPS[0].id}", "v:customer")
            world.move("sell", line["product_id"], lot_id, line["qty"], places, document_id=row_id)


def _set_aside(world: World, order: dict[str, Any], line: dict[str, Any], lot_id: str) -> int:
    """Reserve a line's goods, over two lots where it has them, and ship what is shipped; how many there were."""
    if order["state"] in ("placed", "held", "cancelled"):
        return 0
    qty = line["qty"] if world.chance(80) else line["qty"] - 1
    other = world.dice.choice(lots_of(world, line["product_id"]))
    first = qty if other == lot_id else qty // 2
    warehouse = world.dice.choice(("wh", "Wh-2"))
    for lot, part in ((lot_id, first), (other, qty - first)):
        if not part:
            continue
        goods = (line["product_id"], lot, part)
        world.move("reserve", *goods, (warehouse, f"{warehouse}:reserved"), document_id=order["id"])
        if order["state"] not in RESERVED:
            world.move("ship", *goods, (f"{warehouse}:reserved", "v:customer"), document_id=order["id"])
    return int(qty)


def _transfer(world: World, state: str) -> None:
    number = len(world.rows["transfer"]) + 1
    row_id = f"{'Tt'[number % 2]}rans{number}"
    rep = world.dice.choice(REPS)
    ends = [
        (f"trunk-{rep.id}", f"trunk-{next(o for o in REPS if o is not rep).id}"),
        ("wh", f"trunk-{rep.id}"),
    ]
    source, target = world.dice.choice(ends)
    sent = state in ("in_transit", "accepted", "returned")
    received = state in ("accepted", "taken")
    world.put(
        "transfer",
        row_id,
        number=f"X-{number}",
        state=state,
        from_location=source,
        to_location=target,
        giver=(rep.id if source.startswith("trunk") else "ops") if sent else "",
        taker=world.find("location", target)["custodian"] if received else "",
        business_date=day(-number % 9),
        op_id=f"op-{row_id}",
    )
    for line, product in enumerate(world.some(world.rows["product"], 1, 3), 1):
        lot_id = world.dice.choice(lots_of(world, product["id"])) if sent or received else ""
        qty = 1 if product["tracking"] == "serial" else world.dice.randint(1, 4)
        world.put(
            "transfer_line",
            f"{row_id}{world.dice.choice('.Ll')}{line}",
            transfer_id=row_id,
            from_location=source,
            to_location=target,
            product_id=product["id"],
            lot_id=lot_id,
            asked=qty,
            sent=qty if sent else 0,
            received=qty if received else 0,
        )
        goods = (product["id"], lot_id, qty)
        if sent:
            world.move("transfer_out", *goods, (source, "v:transit"), document_id=row_id)
        if received:
            world.move("transfer_in", *goods, ("v:transit", target), document_id=row_id)


def _authority(world: World) -> None:
    """Delegations of before, now and later; envelopes signed and not, drawn down and taken back."""
    dice = world.dice
    givers = [one for one in PEOPLE if one.role in ("manager", "director", "finance")]
    for number in range(16):
        giver, taker = dice.choice(givers), dice.choice(PEOPLE)
        first, last = dice.choice(((-9, 9), (-9, 9), (0, 0), (-9, -1), (1, 9)))
        world.put(
            "delegation",
            f"{'Gg'[number % 2]}{number}",
            from_user=giver.id,
            to_user=taker.id,
            role=giver.role,
            territories=text(giver.territories),
            valid_from=day(first),
            valid_to=day(last),
            op_id=None,
        )
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    world.put("policy", "envelope_keys", value=text({KEY: key.public_key().public_bytes_raw().hex()}))
    for number in range(14):
        row_id, rep, giver = f"{'Vv'[number % 2]}{number}", dice.choice(REPS), dice.choice(givers)
        terms = {
            "version": 1,
            "id": row_id,
            "holder": rep.id,
            "granted_by": giver.id,
            "account_ids": dice.choice(([], [], [], [row["id"] for row in world.rows["account"]][:8])),
            "product_classes": dice.choice(([], [], [], list(CLASSES[:2]))),
            "currency": dice.choice(("USD", "USD", "EUR")),
            "max_discount_bp": dice.choice((1_500, 2_500)),
            "max_amount": dice.choice((50_000, 50_000_000, 50_000_000)),
            "budget": dice.choice((100_000, 90_000_000, 90_000_000)),
            "valid_from": day(-10),
            "valid_to": day(dice.choice((10, 10, 0, -1))),
        }
        body = text(terms)
        signed = number % 7 > 0
        world.put(
            "envelope",
            row_id,
            holder=rep.id,
            granted_by=giver.id,
            body=body if number % 6 else body.replace(DAY[:4], "2036"),  # changed after it was signed
            key_id=KEY if signed else "",
            signature=key.sign(body.encode()).hex() if signed else "",
            used_amount=dice.choice((0, 90_000)),
            used_count=number % 2,
            revoked_on=dice.choice((None, None, None, None, DAY)),
            op_id=None,
        )


def _counts(world: World) -> None:
    for number, rep in enumerate(REPS):
        head = {
            "location_id": f"trunk-{rep.id}",
            "rep_id": rep.id,
            "business_date": day(-7),
            "signed_by": rep.id,
        }
        sheet = world.put("count_sheet", f"sheet{number}", number=f"Z-{number}", lines=1, op_id="op", **head)
        line = {"product_id": "P0", "lot_id": "", "counted": 3, "expected": 3}
        world.put(
            "count_line", f"sheet{number}.1", count_id=sheet["id"], location_id=head["location_id"], **line
        )


def _cases(world: World) -> None:
    for number in range(12):
        rep = world.dice.choice(REPS)
        done = number % 4 == 0
        world.put(
            "exception_case",
            f"{'Ee'[number % 2]}{number}",
            territory_id=rep.territories[0] if number % 5 else None,
            rep_id=rep.id if number % 3 else "ops",
            op_id=f"op-of-{number}",
            code="lot_recalled",
            detail="[]",
            state="resolved" if done else "open",
            opened_on=day(-number),
            resolved_by="ops" if done else "",
            resolved_on=day(0) if done else None,
            resolution="seen" if done else "",
        )


def _drafts(world: World) -> None:
    """Drafts with one to three dozen revisions, the last of some standing beside their head."""
    for number in range(10):
        rep, row_id = world.dice.choice(REPS), f"{'Dd'[number % 2]}{number}"
        count = world.dice.choice((1, 2, 3, 36))
        states = ["past"] * (count - 1) + ["head"] + ["sibling"] * (number % 3)
        for place, state in enumerate(states, 1):
            world.put(
                "draft_revision",
                f"{row_id}.{place}",
                draft_id=row_id,
                owner_id=rep.id,
                number=place,
                based_on=f"{row_id}.{place - 1}" if place > 1 else "",
                state=state,
                body=text({"note": f"words {place}"}),
                author=rep.id,
                device="tablet",
                saved_at=day(-1),
                decided_by="",
                decided_on=None,
                op_id="op",
            )
        head = {"owner_id": rep.id, "kind": "quote", "number": f"D-{number}", "head": f"{row_id}.{count}"}
        world.put("document_draft", row_id, **head, state="closed" if number % 5 == 0 else "open", op_id="op")
