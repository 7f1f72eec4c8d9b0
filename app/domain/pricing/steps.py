"""What a price is made of: the steps, each with its reason, and the trace that a document keeps of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple

RULE_VERSION = "2"
TRACES = 150_000  # bytes (UTF-8) of all traces of one document, so that it fits an op with room to spare
LONGEST = 15_000  # bytes of one trace

CONTRACT_RULES = ("ship_to", "account", "idn", "gpo")  # by whom the contract is held
RULES = (*CONTRACT_RULES, "list", "rate", "promotion", "discount", "floor")

# Every reason a step can give. Screens have words for each (`why.<code>`).
WHY = (
    # it made the price
    "most_specific", "lowest", "converted", "best", "stacked", "given",
    # the floor was looked at
    "below_floor", "below_floor_never",
    # a layer lost to another
    "less_specific", "not_lowest",
    "equal_rank_other_currency", "equal_rank_older", "equal_rank_dearer", "equal_rank_same",
    # a list does not apply
    "list_not_valid", "list_disabled", "other_group", "not_on_list",
    # a contract does not apply
    "other_party", "no_ship_to", "contract_expired", "contract_not_yet_valid", "not_on_roster", "committed_elsewhere",
    "not_on_contract", "not_committed", "loc_not_signed", "loc_not_started", "loc_expired", "no_list_price",
    # a price or an offer does not apply
    "no_rate", "expired", "not_yet_valid", "quantity_below", "quantity_above",
    "other_audience", "other_currency", "not_best", "not_lower", "contract_excludes", "contract_fixed",
)  # fmt: skip


class Step(NamedTuple):
    """One line of the explanation. Unit prices in 1/10,000; `why` is one of WHY, which screens put into words.

    A named tuple, because a long quote makes thousands of them while somebody waits.
    """

    rule: str  # one of RULES
    ref: str  # id of the list, contract, rate, offer or floor
    name: str
    won: bool
    why: str
    before: int | None = None
    after: int | None = None
    percent_bp: int | None = None
    qty: int | None = None  # base units from which it holds, or would
    since: str | None = None  # ISO date: first day of the fact, or the day it was waited for
    until: str | None = None  # ISO date: last day of the fact
    detail: str = (
        ""  # tier of a contract's price, basis or audience of an offer, role of a floor, and the like
    )
    max_qty: int | None = None  # base units up to which an offer holds
    currency: str = ""  # of the amount, where it is not the document's
    rate: int | None = None  # 1/100,000,000 of the document's currency
    version: str = RULE_VERSION

    def saying(self, why: str, *, won: bool = False) -> Step:
        """The same step with another verdict."""
        return Step._make((*self[:3], won, why, *self[5:]))


# The order of a step's fields in a stored trace, those that are mostly empty last: a long quote keeps many. The version
# stands once, before the steps. Version 1 had the first eight fields in the order of Step.
_FIELDS = (
    "rule", "ref", "name", "won", "why", "after", "qty", "since", "until", "before", "percent_bp", "detail",
    "max_qty", "currency", "rate",
)  # fmt: skip
_FIELDS_1 = Step._fields[:8]
_in_order = attrgetter(*_FIELDS)
_TEXTS = frozenset({"rule", "ref", "name", "why", "detail", "currency"})
_DAYS = frozenset({"since", "until"})


@dataclass(frozen=True, slots=True)
class Price:
    """What one line costs and why. `list_unit` is the winning layer's price before offers and discount.

    Amounts in minor units of `currency`. `fixed`: a contract's price that company policy lets nobody discount.
    """

    unit: int
    list_unit: int
    extended: int
    list_extended: int
    currency: str
    steps: tuple[Step, ...]
    fixed: bool = False
    rule_version: str = RULE_VERSION

    def trace(self) -> str:
        """The steps as JSON, as stored with the line."""
        return _written(self.steps)

    def short_trace(self) -> str:
        """As `trace`, but only what made the price: for a document whose traces would be too long together."""
        return _written(step for step in self.steps if step.won)


@dataclass(frozen=True, slots=True)
class Unpriced:
    """No layer has a price; each of `steps` says why its layer has none."""

    steps: tuple[Step, ...]
    rule_version: str = RULE_VERSION

    def trace(self) -> str:
        """The steps as JSON."""
        return _written(self.steps)

    def short_trace(self) -> str:
        """As of a price: nothing won."""
        return _written(())


def fitting(lines: Sequence[Price | Unpriced]) -> list[str]:
    """The traces of one document's lines: whole, or of what won only where they are longer than TRACES together, or
    one by itself than LONGEST."""
    traces = [one.trace() for one in lines]
    sizes = [len(one.encode()) for one in traces]
    much = sum(sizes) > TRACES
    return [
        line.short_trace() if much or size > LONGEST else trace
        for line, trace, size in zip(lines, traces, sizes, strict=True)
    ]


def stored(step: Step) -> list[str | int | None]:
    """A step as a row of the trace, without the empty fields at the end."""
    row: list[str | int | None] = list(_in_order(step))
    row[3] = int(step.won)
    while row[-1] is None or row[-1] == "":
        row.pop()
    return row


def _written(steps: Iterable[Step]) -> str:
    rows = [stored(step) for step in steps]
    return json.dumps({"v": RULE_VERSION, "steps": rows}, ensure_ascii=False, separators=(",", ":"))


def read_trace(text: str) -> tuple[Step, ...]:
    """The steps of a stored trace, of this version or of version 1.

    '' has none. A text that is no trace is a ValueError.
    """
    if not text:
        return ()
    whole = json.loads(text)
    if not isinstance(whole, dict) or not isinstance(whole.get("steps"), list):
        raise ValueError("a trace is an object with steps")
    return tuple(_read(row, str(whole.get("v", ""))) for row in whole["steps"])


def _read(row: object, version: str) -> Step:
    names = _FIELDS_1 if version == "1" else _FIELDS
    if not isinstance(row, list) or not 5 <= len(row) <= len(names):
        raise ValueError(f"a step of a trace has 5 to {len(names)} fields")
    fields = dict(zip(names, row, strict=False))
    for name, value in fields.items():
        if name in _TEXTS:
            right = isinstance(value, str)
        elif name in _DAYS:
            right = value is None or (
                isinstance(value, str) and date.fromisoformat(value).isoformat() == value
            )
        else:
            right = value is None or isinstance(value, int)
        if not right:
            raise ValueError(f"{name} of a step is {value!r}")
    return Step(**fields | {"won": bool(row[3]), "version": version})


def explains(text: str, unit: int) -> bool:
    """Whether a trace that a device sent can be read and ends at the unit price (1/10,000) it is to explain."""
    try:
        won = [step for step in read_trace(text) if step.won]
    except (ValueError, RecursionError):
        return False
    return bool(won) and won[-1].after == unit
