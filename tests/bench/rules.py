"""How fast the rules price, for `make bench-rules`; the last line is JSON.

    python tests/bench/rules.py [--lines 200] [--products 20000] [--rounds 7]

(a) A quote over five layers (contract of the account, of its owner group, of its purchasing group, territory list, base
list), an offer and a discount on each line, priced with full traces, against `json.dumps` of the very same traces, in
turns in one run. The ratio must be at most 3; 1 when it is not. Everything counts that a document costs once as well:
the price book is made anew in each round.
(b) Products priced for one account: seconds and the memory that is taken at most.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.domain.catalog import Commitment, Contract, ContractPrice, ListPrice, PriceList, Product, Promotion
from app.domain.facts import HELD, NOT_HERE, Facts, Known
from app.domain.ids import derived_id
from app.domain.parties import Account, Membership
from app.domain.pricing import RULE_VERSION, Price, PriceBook, stored

DAY, START = "2026-11-23", "2026-01-01"
MOST = 3.0  # times json.dumps
PER_PRODUCT = 5  # layers


def an_id(name: str, number: int = 0) -> str:
    """An id as long as those of real rows."""
    return derived_id("bench", name, number)


ACCOUNT = Account(
    id=an_id("account"), number="AC-1", name="Harbour Hospital", segment="store", status="active", status_reason="",
    status_since=None, territory_id="north", rep_id="rep", price_list_id=None, currency="USD", po_required=False,
    credit_limit=None,
)  # fmt: skip


def five_layers(products: int) -> Facts:
    """Facts of an account with three contracts and two lists, each with two quantity steps for every product."""
    groups = {"idn": an_id("idn"), "gpo": an_id("gpo")}
    holders = {"account": ACCOUNT.id, **groups}
    contracts = tuple(
        Contract(
            an_id(kind), f"C-{kind}", f"{kind.upper()} agreement 2026", kind, holder, "USD", START, None, True
        )
        for kind, holder in holders.items()
    )
    lists = (
        PriceList(an_id("north"), "Territory North", 20, "USD", START, None, "territory"),
        PriceList(an_id("base"), "Base list", 30, "USD", START, None, "base"),
    )
    names = [an_id("product", n) for n in range(products)]
    return Facts(
        actor=Known(NOT_HERE),
        account=Known.held(ACCOUNT),
        products={
            name: Known.held(Product(name, f"S-{n}", f"Stent {n}", "class III", "lot")) for n, name in enumerate(names)
        },
        lists=lists,
        prices=tuple(
            ListPrice(f"{one.id[:8]}{n}{qty}", one.id, name, qty, 100_0000 + n - 5_0000 * (qty > 1), START, None)
            for one in lists
            for n, name in enumerate(names)
            for qty in (1, 10)
        ),
        contracts=contracts,
        contract_prices=tuple(
            ContractPrice(
                f"{one.id[:8]}{n}{qty}", one.id, name, "", "tier 1" if one.holder_kind == "gpo" else "", qty,
                90_0000 + n - 5_0000 * (qty > 1), None, START, None,
            )
            for one in contracts
            for n, name in enumerate(names)
            for qty in (1, 10)
        ),
        memberships=tuple(
            Membership(group, kind, f"{kind} group", ACCOUNT.id, START, None) for kind, group in groups.items()
        ),
        commitments=(
            Commitment(an_id("loc"), an_id("gpo"), ACCOUNT.id, "tier 1", START, False, False, START, None),
        ),
        promotions=tuple(
            Promotion(an_id("promo"), "Autumn offer", name, "store", "list", 500, 1, None, START, "2026-12-31")
            for name in names
        ),
        prices_status=HELD,
    )  # fmt: skip


def priced(facts: Facts, *, qty: int = 12, discount_bp: int = 250) -> list[Price]:
    """Every product of the facts, each on its own line."""
    book = PriceBook(facts, segment="store", currency="USD", day=DAY)
    found = [book.price(one, qty, discount_bp) for one in facts.products]
    return [one for one in found if isinstance(one, Price)]


def quote(lines: int, rounds: int) -> dict[str, object]:
    """Seconds of a round of pricing and of a round of json.dumps, in turns; medians and the ratio's spread."""
    facts = five_layers(lines)
    traces = [{"v": RULE_VERSION, "steps": [stored(step) for step in one.steps]} for one in priced(facts)]
    assert len(traces) == lines
    pricing, dumping = [], []
    for _ in range(rounds):
        gc.collect()
        started = time.perf_counter()
        for _again in range(5):
            priced(facts)
        pricing.append((time.perf_counter() - started) / 5)
        started = time.perf_counter()
        for _again in range(5):
            for trace in traces:
                json.dumps(trace)
        dumping.append((time.perf_counter() - started) / 5)
    ratios = sorted(one / other for one, other in zip(pricing, dumping, strict=True))
    return {
        "lines": lines,
        "layers": PER_PRODUCT,
        "steps_per_line": len(traces[0]["steps"]),
        "trace_bytes": max(len(json.dumps(one, separators=(",", ":"))) for one in traces),
        "pricing_ms": round(statistics.median(pricing) * 1000, 2),
        "dumps_ms": round(statistics.median(dumping) * 1000, 2),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_low": round(ratios[0], 2),
        "ratio_high": round(ratios[-1], 2),
    }


def catalogue(products: int, rounds: int) -> dict[str, object]:
    """Seconds for all products, and the memory of the price book and of the prices on top of the facts."""
    facts = five_layers(products)
    seconds = []
    for _ in range(rounds):
        gc.collect()
        started = time.perf_counter()
        priced(facts, qty=1, discount_bp=0)
        seconds.append(time.perf_counter() - started)
    tracemalloc.start()
    kept = priced(facts, qty=1, discount_bp=0)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "products": len(kept),
        "seconds": round(statistics.median(seconds), 3),
        "seconds_low": round(min(seconds), 3),
        "seconds_high": round(max(seconds), 3),
        "peak_mib": round(peak / 2**20, 1),
    }


def main() -> int:
    """Both measurements; 1 when a quote takes more than MOST times the dumping of its traces."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    first = quote(asked.lines, asked.rounds)
    print(
        f"{first['lines']} lines over {first['layers']} layers: pricing {first['pricing_ms']} ms,"
        f" json.dumps of the traces {first['dumps_ms']} ms,"
        f" ratio {first['ratio']} ({first['ratio_low']} to {first['ratio_high']}; at most {MOST})"
    )
    second = catalogue(asked.products, max(3, asked.rounds // 2))
    print(
        f"{second['products']} products for one account: {second['seconds']} s"
        f" ({second['seconds_low']} to {second['seconds_high']}), {second['peak_mib']} MiB at most"
    )
    within = float(str(first["ratio"])) <= MOST
    print(json.dumps({"quote": first, "catalogue": second, "within": within}))
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
