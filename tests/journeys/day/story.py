"""The day, step by step, through the widgets a person uses. What is expected on a screen is waited for there.

The story is fixed: eight ops. David (rep) submits three quotes, sells from his trunk, counts it and places an order;
Stephen (manager) decides once. Six are applied, one is held, one is rejected; a fourth quote stays a draft, and the
draft is an op.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from programs import PASSWORD, Broken, Server, Store
from sqlalchemy import text
from tablet import Tablet

HOLD_REASON = "Cheque returned by the bank"
DISCOUNT = "20"  # percent; a rep may give 10
QUOTED = 5  # units in the quote that becomes an order
WAREHOUSE = "Finished Goods Storage"
SOLD = 2  # units out of the trunk
MISSING = 1  # units that the count does not find
OPS = {"ops": 8, "applied": 6, "held": 1, "rejected": 1}

DRAFTED = ("quote.account_name", "quote.line.0.qty.figure", "quote.line.0.discount", "quote.total")

Told = Callable[[str, str, Path | None], None]


@dataclass(frozen=True)
class Cast:
    """Names and numbers of the story, as people would say them."""

    account: str
    account_to_hold: str
    number_to_hold: str
    account_on_hold: str
    skus: tuple[str, ...]  # to quote
    sold_sku: str
    sold_lot: str  # lot number
    count_lot: str
    trunk_name: str
    quoted_id: str  # the product that is ordered in the end


def cast(store: Store) -> Cast:
    """Who plays: read from the company on the server."""
    from app.store.engine import one_shot_engine, reading
    from sync.server.imports.demo import build_demo

    engine = one_shot_engine(store.url or f"sqlite:///{store.books}")
    story = build_demo(engine, today="2026-01-01").story  # the company is there: nothing is built
    with reading(engine) as connection:

        def told(column: str, table: str, row_id: str) -> str:
            found = connection.execute(text(f"SELECT {column} FROM {table} WHERE id = :id"), {"id": row_id})
            return str(found.scalar_one())

        played = Cast(
            account=told("name", "account", story.account),
            account_to_hold=told("name", "account", story.account_to_hold),
            number_to_hold=told("number", "account", story.account_to_hold),
            account_on_hold=told("name", "account", story.account_on_hold),
            skus=tuple(told("sku", "product", one) for one in story.quote_products),
            sold_sku=told("sku", "product", story.trunk_product),
            sold_lot=told("lot_number", "lot", story.trunk_lots[0][0]),
            count_lot=told("lot_number", "lot", story.count_lot),
            trunk_name=told("name", "location", story.trunk),
            quoted_id=story.quote_products[2],
        )
    engine.dispose()
    return played


@dataclass
class Day:
    """The people, their tablets and the server."""

    server: Server
    rep: Tablet
    manager: Tablet
    cast: Cast
    told: Told
    before: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)  # stock by (who, SKU)

    # -- 1. enrol ---------------------------------------------------------------------------------------------

    def morning(self) -> None:
        """Both tablets sign in, enrol and load what their people may see."""
        for tablet in (self.rep, self.manager):
            seconds = tablet.start(PASSWORD)
            self.up_to_date(tablet)
            rows = tablet.loaded()
            self.told(
                tablet.who,
                f"signed in, enrolled, synced: {rows['product']} products, {rows['account']} accounts, "
                f"{rows['all']:,} rows; the window came after {seconds:.1f} s",
                tablet.shot("enrolled"),
            )

    # -- 2. offline -------------------------------------------------------------------------------------------

    def out_of_reach(self) -> None:
        """The server goes, and the office decides something no tablet hears of."""
        self.server.stop()
        self.told("Server", "stopped", None)
        said = self.server.store.command("account", "hold", self.cast.number_to_hold, "--reason", HOLD_REASON)
        self.told("The office", said.strip().splitlines()[-1], None)
        self.rep.click("rail.sync")
        self.rep.click("sync.now")
        self.told(self.rep.who, self.rep.wait("statusChip", "Offline"), self.rep.shot("offline"))

    def quote_inside(self) -> None:
        """A quote inside all limits: approved at once."""
        self.begin_quote(self.cast.account, {self.cast.skus[0]: 12, self.cast.skus[1]: 2})
        self.rep.wait("quote.verdict", "Inside all limits")
        number = self.submit("Approved")
        shot = self.rep.shot("quote-inside")
        what = f"{number} for {self.cast.account}, {self.total()}: approved here, waits to be sent"
        self.told(self.rep.who, what, shot)

    def quote_on_stale_facts(self) -> str:
        """The account was put on hold after the last sync: accepted here. The quote's number."""
        self.begin_quote(self.cast.account_to_hold, {self.cast.skus[1]: 3})
        self.rep.wait("quote.verdict", "Inside all limits")
        number = self.submit("Approved")
        what = f"{number} for {self.cast.account_to_hold}, {self.total()}: approved here, "
        self.told(
            self.rep.who, f"{what}for this tablet cannot know of the hold", self.rep.shot("quote-stale")
        )
        return number

    def quote_above_is_interrupted(self) -> None:
        """A quote above the discount limit; while it is being written the app is killed, and started again."""
        self.begin_quote(self.cast.account, {self.cast.skus[2]: QUOTED})
        self.rep.type("quote.line.0.discount", DISCOUNT, end="Tab")
        self.rep.wait("quote.verdict", "Needs a yes")
        title = str(self.rep.read("quote.title"))
        self.rep.wait("quote.saved", "Draft saved")
        kept = {name: str(self.rep.read(name)) for name in DRAFTED}
        quote, total = title[0].lower() + title[1:], kept["quote.total"]
        self.rep.shot("before-the-kill")
        self.rep.kill()
        what = f"is writing {quote} ({total}, {DISCOUNT} % off) when the app dies: kill -9"
        self.told(self.rep.who, what, None)
        seconds = self.rep.start()
        chip = self.rep.wait("statusChip", "2 waiting to send")
        self.to_list()
        self.rep.click("quotes.filter.drafts")
        self.rep.row("quotes.table", title.split()[-1])
        for name, value in kept.items():
            self.rep.wait(name, value)
        what = f"app started again in {seconds:.1f} s, still signed in (keyring): “{chip}”; {quote} as it was"
        self.told(self.rep.who, what, self.rep.shot("after-the-kill"))

    def quote_above(self) -> str:
        """The quote goes on: it needs a yes. Its number."""
        number = self.submit("Waiting for approval")
        asked = str(self.rep.read("quote_page.approvals.0")).splitlines()[0]
        self.told(self.rep.who, f"{number}, {self.total()}: held; {asked}", self.rep.shot("quote-above"))
        return number

    def sale(self) -> None:
        """Two units of the lot that expires first go to the customer."""
        self.rep.click("rail.trunk")
        before = self.units(self.cast.sold_lot)
        self.rep.row("trunk.list", self.cast.sold_lot)
        self.rep.type("trunk.sale.account", self.cast.account)
        self.rep.row("trunk.sale.account.choices", self.cast.account)
        self.rep.type("trunk.sale.item.0.qty.figure", str(SOLD), end="Return")
        self.rep.wait("trunk.sale.total_about", f"{SOLD} unit")
        total = self.rep.wait("trunk.sale.total", "$")
        shot = self.rep.shot("sale")
        self.rep.click("trunk.sale.record")
        number = numbers(self.rep.wait("trunk.day.list", "Sale"))[0]
        after = self.units(self.cast.sold_lot)
        if after != before - SOLD:
            raise Broken(f"the trunk shows {after} units of lot {self.cast.sold_lot}, not {before - SOLD}")
        goods = f"{SOLD} of {self.cast.sold_sku}, lot {self.cast.sold_lot}"
        what = f"{number}: sold {goods}, from the trunk for {total}; {before} → {after} units"
        self.told(self.rep.who, what, shot)

    def count(self) -> None:
        """Every lot is counted, blind; one unit is nowhere to be found."""
        self.rep.click("rail.trunk")
        self.rep.type("trunk.search", "")
        there = {lot_of(row[1]): int(row[3].replace(",", "")) for row in self.rep.read("trunk.list")}
        there[self.cast.count_lot] -= MISSING
        self.rep.click("trunk.count_it")
        self.rep.wait("count.progress", f"0 of {len(there)}")
        for done, (lot, units) in enumerate(there.items(), 1):
            self.rep.type("count.scan", lot, end="Return")
            if not self.rep.wait("count.progress").startswith(f"{done} of"):  # scanning a serial counts it
                self.rep.wait("count.lot", lot)
                self.rep.type("count.figure", str(units), end="Return")
            self.rep.wait("count.progress", f"{done} of {len(there)}")
        self.rep.click("count.review")
        differs = " ".join(self.rep.wait("review.variance.0.figures").split()).lower()
        reason = self.rep.find("review.variance.0.reason.")[0]
        self.rep.click(reason)
        why = str(self.rep.read(reason)).lower()
        self.rep.do("enabled", "review.sign")
        shot = self.rep.shot("count-review")
        self.rep.click("review.sign")
        said = ", ".join(self.rep.wait("summary.lines", "counted").splitlines())
        self.told(self.rep.who, f"{said}: lot {self.cast.count_lot}, {differs}, {why}", shot)
        self.rep.click("summary.trunk")

    def quote_refused_at_once(self) -> None:
        """An account already on hold, which wants a PO number too: refused with all reasons, the draft stays."""
        self.begin_quote(self.cast.account_on_hold, {self.cast.skus[1]: 1})
        number = str(self.rep.read("quote.title")).split()[-1]
        self.rep.click("quote.submit")
        self.rep.wait("quote.findings.scroll", "on hold")
        reasons = [str(self.rep.read(f"quote.findings.{at}")).splitlines()[0] for at in range(2)]
        if not any("PO" in one for one in reasons):
            raise Broken(f"the missing PO number is not among the reasons: {reasons}")
        shot = self.rep.shot("quote-refused")
        self.to_list()
        self.rep.click("quotes.filter.drafts")
        self.rep.wait("quotes.table", number)
        what = f"{number} for {self.cast.account_on_hold}: refused at once: {', '.join(reasons)}"
        self.told(self.rep.who, f"{what}; the draft is kept", shot)

    # -- 4. the server comes back -----------------------------------------------------------------------------

    def back_in_reach(self, stale: str) -> None:
        """What was done offline goes up; each op gets its result, one of them a refusal with its reason."""
        waiting = str(self.rep.read("statusChip"))
        seconds = self.server.start()
        self.told("Server", f"back after {seconds:.1f} s; David’s tablet: “{waiting}”", None)
        self.rep.click("rail.sync")
        self.rep.click("sync.now")
        self.rep.wait("statusChip", "1 needs you", patience=60)
        asking = str(self.rep.wait("sync.asking", HOLD_REASON)).splitlines()
        if f"Quote {stale}" not in asking:
            raise Broken(f"{stale} is not what needs David: {asking}")
        why = next(line for line in asking if HOLD_REASON in line)
        results = {row[1]: row[-1] for row in self.rep.read("sync.latest.table")}
        self.rep.wait("sync.waiting", "Nothing waits")
        if len(results) != 6:
            raise Broken(f"six ops were saved offline, these have a result: {results}")
        told = ", ".join(f"{what} {state.lower()}" for what, state in sorted(results.items()))
        self.told(self.rep.who, f"synced, every op has its result: {told}", None)
        self.told(self.rep.who, f"{stale} came back refused: {why}", self.rep.shot("needs-you"))

    def decision(self, number: str) -> None:
        """The manager sees what waits, and says yes."""
        self.sync(self.manager)
        self.manager.click("rail.approvals")
        self.manager.row("approvals.list", number)
        self.manager.wait("approval.title", number)
        asked = " ".join(str(self.manager.read("approval.need")).split()).lower()
        margin = str(self.manager.read("approval.margin")).lower()
        shot = self.manager.shot("approval")
        self.manager.click("approval.approve")
        self.manager.wait("approvals.empty")
        self.up_to_date(self.manager)
        self.told(self.manager.who, f"{number}: {asked}, {margin}; approves", shot)

    def order(self, number: str) -> None:
        """The rep sees the yes and places the order; the server reserves."""
        self.sync(self.rep, "needs you")
        self.to_list()
        self.rep.click("quotes.filter.all")
        self.rep.row("quotes.table", number)
        self.rep.wait("quote_page.chip.0", "Approved")
        self.told(self.rep.who, f"{number} is approved", self.rep.shot("approved"))
        self.rep.click("quote_page.place_order")
        self.rep.click("quote_page.open_order")
        self.rep.wait("order_page.chip.0", "Allocated", patience=60)
        line = str(self.rep.read("order_page.lines")[0][0])
        what = f"{self.rep.read('order_page.title')}, {self.rep.read('order_page.total')}: {line}"
        self.told(self.rep.who, what, self.rep.shot("order"))

    # -- everywhere -------------------------------------------------------------------------------------------

    def every_device(self) -> None:
        """On both tablets: the warehouse has less to promise, as much is reserved, the trunk is down by what went."""
        self.sync(self.manager)
        self.sync(self.rep, "needs you")
        ordered, sold = self.cast.skus[2], self.cast.sold_sku
        for tablet in (self.rep, self.manager):
            for sku, place, less in ((ordered, WAREHOUSE, QUOTED), (sold, self.cast.trunk_name, SOLD)):
                before, after = self.before[tablet.who, sku], self.stock(tablet, sku)
                if after.get(place) != before[place] - less:
                    raise Broken(f"{sku} in {place} on {tablet.who}'s tablet: {before} before, {after} now")
                what = f"{place}: {sku} {before[place]} → {after[place]}"
                if sku == ordered:
                    what += f", {tablet.reserved(self.cast.quoted_id)} reserved"
                self.told(tablet.who, what, tablet.shot("stock"))
            if tablet.reserved(self.cast.quoted_id) != QUOTED:
                raise Broken(
                    f"{tablet.reserved(self.cast.quoted_id)} units are reserved on {tablet.who}'s tablet"
                )

    def look_around(self) -> None:
        """What both tablets show of the stock before anything happens."""
        for tablet in (self.rep, self.manager):
            for sku in (self.cast.skus[2], self.cast.sold_sku):
                self.before[tablet.who, sku] = self.stock(tablet, sku)

    def stock(self, tablet: Tablet, sku: str) -> dict[str, int]:
        """Units by place, as the catalogue shows them."""
        tablet.click("rail.catalogue")
        tablet.type("catalogue.search", sku)
        tablet.row("catalogue.list", sku)
        tablet.wait("catalogue.line", sku)
        tablet.wait("catalogue.stock.1.qty")
        lines = [one for one in tablet.find("catalogue.stock.") if one.count(".") == 2 and one[-1].isdigit()]
        return {
            str(tablet.read(f"{line}.words")).removesuffix(" (mine)"): int(
                str(tablet.read(f"{line}.qty")).split()[0].replace(",", "")
            )
            for line in lines
        }

    # -- small steps ------------------------------------------------------------------------------------------

    def begin_quote(self, account: str, lines: dict[str, int]) -> None:
        """A new quote with these quantities by SKU."""
        self.to_list()
        self.rep.click("quotes.new")
        self.rep.type("quote.account", account)
        self.rep.row("quote.account.choices", account)
        self.rep.wait("quote.account_name", account)
        for at, (sku, qty) in enumerate(lines.items()):
            self.rep.type("quote.product", sku)
            self.rep.row("quote.product.choices", sku)
            self.rep.type(f"quote.line.{at}.qty.figure", str(qty), end="Tab")
        self.rep.wait("quote.total", "$")

    def to_list(self) -> None:
        """The list of quotes and orders, also where a document is open."""
        self.rep.click("rail.quotes")
        for name in self.rep.find("quote.back", "quote_page.back", "order_page.back", "op_page.back"):
            self.rep.click(name)

    def submit(self, state: str) -> str:
        """Submit the quote in front; its number."""
        number = str(self.rep.read("quote.title")).split()[-1]
        self.rep.click("quote.submit")
        self.rep.wait("quote_page.title", number)
        self.rep.wait("quote_page.chip.0", state)
        return number

    def total(self) -> str:
        return str(self.rep.read("quote_page.total"))

    def units(self, lot: str) -> int:
        self.rep.wait("trunk.list", f"Lot {lot}")
        [row] = [row for row in self.rep.read("trunk.list") if lot_of(row[1]) == lot]
        return int(row[3].replace(",", ""))

    def sync(self, tablet: Tablet, then: str = "Up to date") -> None:
        tablet.click("rail.sync")
        tablet.click("sync.now")
        tablet.wait("statusChip", "Syncing", gone=True)
        tablet.wait("statusChip", then, patience=60)

    def up_to_date(self, tablet: Tablet) -> None:
        tablet.wait("statusChip", "Up to date", patience=120)


def numbers(words: str) -> list[str]:
    """The human numbers in some words."""
    return re.findall(r"[A-Z0-9]+-[A-Z]+-\d{4}", words)


def lot_of(cell: str) -> str:
    """The lot or serial number in a cell of the trunk's list: 'Name · Lot L68537 · C-TCCS-600'."""
    found = re.findall(r"(?:Lot|Serial) (\S+) · ", cell)
    return str(found[-1]) if found else cell
