"""The only reader for the rules: the rows that a command names, never a catalogue (SYNC.md §4).

`read_facts(connection, command, reach=…)` answers the facts and what was read, as footprint keys. With `lock=True` (the
server) the rows a decision rests on are taken FOR UPDATE in one fixed order: document, authority, account, balances by
id. How rows are looked for stands in app.store.reader, which facts there are in read_terms, read_documents, read_stock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.domain import commands as c, reach
from app.domain.facts import (
    ABSENT,
    HELD,
    NOT_HERE,
    EnvelopeFact,
    Facts,
    Known,
    OrderFact,
    Policy,
    QuoteFact,
    TransferFact,
)
from app.domain.field_commands import QUOTE
from app.domain.moving import COMING_BACK
from app.domain.parties import LEASED, Delegation, Person, Place, allotted_place, warehouse_of
from app.store import read_documents as documents, read_stock as stock, read_terms as terms, tables as t
from app.store.policies import policy_of
from app.store.reader import (
    Everything as Everything,
    Key as Key,
    Reach as Reach,
    Reader,
    footprint_keys as footprint_keys,
)
from app.store.sight import Sight


@dataclass(frozen=True, slots=True)
class Reading:
    """Facts and the footprint of reading them."""

    facts: Facts
    read: frozenset[Key]


def read_pricing(
    connection: Connection,
    account_id: str,
    product_ids: Iterable[str],
    *,
    reach: Reach,
    ship_to_id: str = "",
    synced_on: str | None = None,
) -> Facts:
    """The facts that prices of these products for this account rest on, without a command."""
    reader = Reader(connection, reach)
    _values, policy = _policy(reader)
    return Facts(
        actor=Known(NOT_HERE),
        policy=policy,
        synced_on=synced_on,
        **terms.sale(reader, account_id, ship_to_id, product_ids),
    )


def read_facts(
    connection: Connection,
    command: c.Command,
    *,
    reach: Reach,
    actor: Person | None,
    received_on: str | None = None,
    synced_on: str | None = None,
    stream: str | None = None,
    seq: int | None = None,
    lock: bool = False,
) -> Reading:
    """Everything `decide` may look at for `command`, and the keys that were read.

    `actor` is who signed in (the server's own record there), `received_on` the server's date (None on a tablet),
    `synced_on` the date of a tablet's last contact (None on the server), `stream` the one the op stands in and
    `seq` its number there, where that is final.
    """
    reader = Reader(connection, reach, lock)
    values, policy = _policy(reader)
    groups: dict[str, Any] = {
        "actor": Known(HELD, actor) if actor is not None else Known(NOT_HERE),
        "policy": policy,
        "received_on": received_on,
        "synced_on": synced_on,
    }
    # the server holds everything and reads for the actor; a tablet holds what was granted
    asking = actor if received_on is not None else None
    found = _Asked(reader, values, stream, seq, Sight(reader, asking)).facts_for(command)
    device = stream.rpartition(".")[0] if stream else ""  # streams are named after their device
    groups |= {"device": device, "device_name": _device_name(reader, device, found, command)}
    return Reading(Facts(**groups, **found), frozenset(reader.read))


def _device_name(reader: Reader, device: str, found: Mapping[str, Any], command: c.Command) -> str:
    return stock.first_name(reader, device, found.get("place"), command, found.get("allotments", ()))


def _policy(reader: Reader) -> tuple[Mapping[str, Any], Policy]:
    values = {row["id"]: json.loads(row["value"]) for row in reader.every(t.policy)}
    return values, policy_of(values)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What each kind of command needs to know. Rows are locked in the order they are asked for here."""

    reader: Reader
    policies: Mapping[str, Any]
    stream: str | None
    seq: int | None
    sight: Sight

    def facts_for(self, command: c.Command) -> dict[str, Any]:
        match command:
            case c.SubmitQuote():
                known, taken = self._quote(command.quote_id)
                drawn = documents.drawn(self.reader, command.envelope_id, command.quote_id)
                return {"quote": known, "document_exists": taken, **self._sale(command), "drawn": drawn}
            case c.DecideApproval():
                lent = documents.delegations(self.reader, command.actor)
                return {"quote": self._quote(command.quote_id, lent)[0], "delegations": lent}
            case c.MoveQuote():
                return {"quote": self._quote(command.quote_id)[0]}
            case c.PlaceOrder():
                return self._place_order(command)
            case c.MoveOrder():
                return self._move_order(command)
            case c.SellFromTrunk():
                taken = self._exists(t.sales_order, command.sale_id)
                return {"document_exists": taken, **self._sale(command), **self._goods(command)}
            case c.UseConsigned():
                taken = self._exists(t.sales_order, command.usage_id)
                return {"document_exists": taken, **self._sale(command), **self._goods(command)}
            case c.ReturnGoods():
                return self._return(command)
            case c.CountTrunk() | c.RecordMovement():
                return self._in_place(command)
            case c.RequestTransfer() | c.SendTransfer() | c.ReceiveTransfer():
                return self._transfer(command)
            case c.SetAccountStatus():
                return {"account": terms.account(self.reader, self.sight.account_id(command.account_id))}
            case c.Delegate():
                return {
                    "document_exists": self._exists(t.delegation, command.delegation_id),
                    "delegate": documents.person(self.reader, command.to_user),
                }
            case c.GrantEnvelope():
                return {
                    "document_exists": self._exists(t.envelope, command.envelope_id),
                    "delegate": self.sight.of(
                        reach.knows_holder, documents.person(self.reader, command.holder)
                    ),
                }
            case c.RevokeEnvelope():
                return {"envelope": self._envelope(command.envelope_id)}
            case c.ResolveCase():
                known_case = documents.case(self.reader, command.case_id)
                return {"case": self.sight.of(reach.knows_case, known_case)}
            case c.SaveDraft() | c.SettleDraft() | c.CloseDraft():
                return {"draft": documents.draft(self.reader, command.draft_id)}
            case c.TakeCustody() | c.ReleaseCustody():
                return {"place": self._place(command.location_id, lock=True)[0]}
            case c.GrantAllotment() | c.ReturnAllotment():
                return self._allotment(command)
            case c.MoveLease():
                return {
                    "place": self._place(command.location_id, lock=True)[0],
                    "lease": stock.device(self.reader, command.device_id),
                }
            case c.ClaimStock():
                return self._claim_stock(command)
            case c.WithdrawClaim():
                return self._claim(command.claim_id)[0]
            case c.AnswerClaim():
                return self._answer(command)
            case c.SignDocument():
                return self._signed(command)
            case c.RecordVisit():
                return {
                    "document_exists": self._exists(t.visit, command.visit_id),
                    "account": terms.account(self.reader, self.sight.account_id(command.account_id)),
                }
            case c.MarkFavourite():
                return {"products": terms.products(self.reader, (command.product_id,))}
        raise TypeError(f"nothing to read for {type(command).__name__}")

    def _exists(self, table: Any, row_id: str) -> bool:
        return self.reader.row(table, row_id) is not None

    def _quote(self, quote_id: str, lent: Iterable[Delegation] = ()) -> tuple[Known[QuoteFact], bool]:
        """The quote as far as the actor may know of it, and whether its id is another's all the same."""
        there = documents.quote(self.reader, quote_id)
        known = self.sight.of(lambda actor, quote: reach.knows_quote(actor, quote, lent), there)
        return known, known is not there

    def _envelope(self, envelope_id: str) -> Known[EnvelopeFact]:
        return self.sight.of(
            reach.knows_envelope, documents.envelope(self.reader, envelope_id, self.policies)
        )

    def _place(self, location_id: str, *, lock: bool = False) -> tuple[Known[Place], str]:
        """The place the actor acts on, and its id where its stock may be looked at, else ''.

        A trunk that nobody holds yet is locked: of two devices that use it first in one moment one finds it held.
        """
        there = stock.place(self.reader, location_id, lock=lock)
        trunk = there.value if there.value is not None and there.value.kind in LEASED else None
        if trunk is not None and trunk.holder is None and self.reader.lock and not lock:
            there = stock.place(self.reader, location_id, lock=True)
        known = self.sight.of(reach.knows_place, there)
        return known, location_id if known is there else ""

    def _sale(self, command: c.SubmitQuote | c.SellFromTrunk | c.UseConsigned) -> dict[str, Any]:
        envelope_id = "" if isinstance(command, c.UseConsigned) else command.envelope_id
        authority = self._envelope(envelope_id) if envelope_id else Known(ABSENT)
        products = [line.product_id for line in command.lines]
        return {
            "envelope": authority,
            **terms.sale(
                self.reader, self.sight.account_id(command.account_id), command.ship_to_id, products
            ),
        }

    def _goods(self, command: c.SellFromTrunk | c.UseConsigned) -> dict[str, Any]:
        """The place, what it has of the products, and every lot of them: one that should have gone first is named."""
        place, where = self._place(command.location_id)
        held = stock.balances(self.reader, where, (line.product_id for line in command.lines))
        named = (line.lot_id for line in command.lines)
        return {
            "place": place,
            "lots": terms.lots(self.reader, (*named, *(one.lot_id for one in held))),
            "balances": held,
        }

    def _place_order(self, command: c.PlaceOrder) -> dict[str, Any]:
        known, _ = self._quote(command.quote_id)
        taken = self._exists(t.sales_order, command.order_id)
        if known.value is None:
            return {"quote": known, "document_exists": taken}
        products = [line.product_id for line in known.value.lines]
        return {
            "quote": known,
            "document_exists": taken,
            **terms.sale(self.reader, known.value.account_id, known.value.ship_to_id, products),
            "warehouse": stock.warehouse(self.reader, products),
            "allotments": stock.allotments(self.reader, known.value.rep_id, products),
        }

    def _allotment(self, command: c.GrantAllotment | c.ReturnAllotment) -> dict[str, Any]:
        """The place the goods leave. Its warehouse's balances are locked first, whichever way they go."""
        products = [line.product_id for line in command.lines]
        facts: dict[str, Any] = {}
        if isinstance(command, c.GrantAllotment):
            there = allotted_place(command.location_id, command.user_id)
            facts["delegate"] = self.sight.of(
                reach.knows_holder, documents.person(self.reader, command.user_id)
            )
            facts["other_place"] = stock.place(self.reader, there, whole=False)
        else:
            stock.balances(self.reader, warehouse_of(command.location_id), products)
        place, where = self._place(command.location_id)
        held = stock.balances(self.reader, where, products)
        named = (line.lot_id for line in command.lines)
        return {
            **facts,
            "place": place,
            "products": terms.products(self.reader, products),
            "lots": terms.lots(self.reader, (*named, *(one.lot_id for one in held))),
            "balances": held,
        }

    def _move_order(self, command: c.MoveOrder) -> dict[str, Any]:
        known = self.sight.of(reach.knows_order, documents.order(self.reader, command.order_id))
        if known.value is None:
            return {"order": known}
        products = [line.product_id for line in known.value.lines]
        return {
            "order": known,
            **terms.sale(self.reader, known.value.account_id, known.value.ship_to_id or "", products),
            "lots": terms.lots(self.reader, (one.lot_id for one in known.value.reservations)),
            "warehouse": stock.warehouse(self.reader, products),
        }

    def _return(self, command: c.ReturnGoods) -> dict[str, Any]:
        known = self.sight.of(reach.knows_order, documents.order(self.reader, command.order_id))
        facts = {"order": known, "document_exists": self._exists(t.sales_order, command.return_id)}
        if known.value is not None:
            facts["account"] = terms.account(self.reader, known.value.account_id)
            facts["exposure"] = terms.exposure(self.reader, known.value.account_id)
        products = [line.product_id for line in command.lines]
        place, where = self._place(command.location_id)
        return {
            **facts,
            "products": terms.products(self.reader, products),
            "place": place,
            "lots": terms.lots(self.reader, (line.lot_id for line in command.lines)),
            # no rule asks for them, but whoever else moves goods here holds them before the counterparts' balances
            "balances": stock.balances(self.reader, where, products),
        }

    def _in_place(self, command: c.CountTrunk | c.RecordMovement) -> dict[str, Any]:
        products = [line.product_id for line in command.lines]
        place, where = self._place(command.location_id)
        facts = {
            "place": place,
            "products": terms.products(self.reader, products),
            "lots": terms.lots(self.reader, (line.lot_id for line in command.lines)),
            "balances": stock.balances(self.reader, where, products),
        }
        if isinstance(command, c.RecordMovement):
            moved = self.reader.sought(t.movement, "document_id", (command.movement_id,))
            facts["document_exists"] = bool(moved)
            if command.kind in COMING_BACK:
                facts["outside"] = stock.outside(self.reader, where, command.kind, products)
            return facts
        return {
            **facts,
            "document_exists": self._exists(t.count_sheet, command.count_id),
            "expected": stock.expected(self.reader, where, command.lines, self.stream, self.seq),
        }

    def _transfer(self, command: c.RequestTransfer | c.SendTransfer | c.ReceiveTransfer) -> dict[str, Any]:
        """The place is the one the actor answers for: where goods leave for a sending, else where they arrive."""
        sending = isinstance(command, c.SendTransfer)
        here, there = command.from_location, command.to_location
        if not sending:
            here, there = there, here
        there_is = documents.transfer(self.reader, command.transfer_id)
        known = self.sight.of(self._knows_transfer, there_is)
        place, where = self._place(here)
        before = known.value.lines if known.value else ()
        products = [*(line.product_id for line in command.lines), *(line.product_id for line in before)]
        lots = [*(line.lot_id for line in command.lines), *(line.lot_id for line in before)]
        return {
            "transfer": known,
            "document_exists": known is not there_is,
            "place": place,
            "other_place": stock.place(self.reader, there, whole=False),
            "products": terms.products(self.reader, products),
            "lots": terms.lots(self.reader, lots),
            "balances": stock.balances(self.reader, where, products),
        }

    def _claim_stock(self, command: c.ClaimStock) -> dict[str, Any]:
        return {
            "place": self._place(command.location_id)[0],
            "other_place": stock.place(self.reader, command.to_location, whole=False),
            "document_exists": self._exists(t.claim, command.claim_id),
            "products": terms.products(self.reader, (command.product_id,)),
            "lots": terms.lots(self.reader, (command.lot_id,)),
        }

    def _claim(self, claim_id: str) -> tuple[dict[str, Any], str]:
        """A claim of a place the actor may know of, with that place, and its id where its stock may be looked at."""
        known = documents.claim(self.reader, claim_id)
        if known.value is None:
            return {"claim": known}, ""
        place, where = self._place(known.value.location_id)
        return {"claim": known if place.value else Known(place.status), "place": place}, where

    def _answer(self, command: c.AnswerClaim) -> dict[str, Any]:
        facts, where = self._claim(command.claim_id)
        known = facts["claim"].value
        if known is None:
            return facts
        if warehouse_of(where) != where:
            stock.balances(self.reader, warehouse_of(where), (known.product_id,))
        return {
            **facts,
            "products": terms.products(self.reader, (known.product_id,)),
            "lots": terms.lots(self.reader, (known.lot_id,)),
            "balances": stock.balances(self.reader, where, (known.product_id,)),
        }

    def _signed(self, command: c.SignDocument) -> dict[str, Any]:
        """The document that was signed. With it its account: it does not move while the signature is written."""
        facts: dict[str, Any] = {"document_exists": self._exists(t.signature, command.signature_id)}
        known: Known[QuoteFact] | Known[OrderFact]
        if command.document == QUOTE:
            known = facts["quote"] = self._quote(command.document_id)[0]
        else:
            there = documents.order(self.reader, command.document_id)
            known = facts["order"] = self.sight.of(reach.knows_order, there)
        if known.value is not None:
            facts["account"] = terms.account(self.reader, known.value.account_id)
        return facts

    def _knows_transfer(self, actor: Person, transfer: TransferFact) -> bool:
        ends = (
            stock.place(self.reader, one, whole=False)
            for one in (transfer.from_location, transfer.to_location)
        )
        known = [one.value for one in ends if one.value is not None]
        return reach.knows_transfer(actor, transfer, known)
