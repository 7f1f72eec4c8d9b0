"""A tablet without a window, made to be killed: the product's own workspace, turn and HTTP, driven by dice.

    crash_tablet.py --folder DIR --server URL --user LOGIN --seed TEXT

It obeys lines on stdin and answers each with a line of JSON: `enrol`; `work` (offline, until it is killed);
`live` (works and syncs until the next line comes); `finish` (syncs until every op has its result). At each start
it looks whether everything its journal promised is in its outbox: "saved" must survive kill -9.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.desktop.compose import House, Journal, Who
from app.domain.commands import (
    Command,
    CountLine,
    CountTrunk,
    DecideApproval,
    PlaceOrder,
    QuoteLine,
    SaleLine,
    SellFromTrunk,
    SubmitQuote,
)
from app.domain.pricing import Price, price
from app.store.engine import reading
from app.store.read_facts import read_pricing
from app.workspace import outbox
from app.workspace.reach import device_reach
from app.workspace.workspace import Identity, Workspace
from sync.client.turn import Trouble, run_turn
from sync.protocol.messages import Enrol

DISCOUNTS = (0, 0, 0, 500, 1000, 2000)  # basis points; 2000 is over a rep's limit
PASSING = (None, Trouble.OFFLINE, Trouble.SERVER)  # what a dying server may look like


class FileTokens:
    """Tokens in a file of the test's own folder: this tablet has no session and so no keyring."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> dict[str, str] | None:
        found: dict[str, str] | None = json.loads(self.path.read_text()) if self.path.exists() else None
        return found

    def save(self, secrets: dict[str, str]) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(secrets))
        fresh.replace(self.path)

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


class Person:
    """Somebody at work, as far as dice can tell. `do()` performs one command of many kinds."""

    def __init__(self, workspace: Workspace, dice: random.Random) -> None:
        self.workspace, self.dice = workspace, dice
        identity = workspace.identity()
        assert identity is not None
        self.me = identity
        self.trunk = f"trunk-{identity.user_id}"
        self.accounts = self.rows(
            "SELECT a.id, a.currency, a.segment, d.id AS ship_to, a.po_required FROM account a "
            "JOIN address d ON d.account_id = a.id AND d.role = 'ship_to' "
            "WHERE a.rep_id = :me OR a.id IN (SELECT id FROM account ORDER BY id LIMIT 10) ORDER BY a.id, d.id"
        )[:12]
        self.products = self.rows(
            "SELECT id FROM product WHERE origin = 'gudid' AND tracking = 'lot' ORDER BY id LIMIT 60"
        )

    def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        with reading(self.workspace.reader) as connection:
            found = connection.execute(text(statement), {"me": self.me.user_id, **values}).mappings()
            return [dict(row) for row in found]

    def do(self) -> str | None:
        """One intention; the outcome guessed here, None when there was nothing to do or it was refused."""
        kinds: list[Callable[[], Command | None]] = [self.quote] * 4 + [self.order] * 2
        kinds += [self.sale] * 4 + [self.count]
        command = self.decision() if self.me.role == "manager" else self.dice.choice(kinds)()
        if command is None:
            return None
        performed = self.workspace.perform(command, even_so=self.dice.random() < 0.05)
        return performed.decision.outcome if performed.saved else None

    def told(self) -> dict[str, Any]:
        """What every command begins with."""
        return {
            "op_id": self.workspace.new_id(),
            "actor": self.me.user_id,
            "business_date": self.workspace.today(),
        }

    def price(self, account: dict[str, Any], product: str, qty: int, discount: int) -> int | None:
        with reading(self.workspace.reader) as connection:
            facts = read_pricing(connection, account["id"], [product], reach=device_reach(connection))
        day = self.workspace.today()
        currency, segment = account["currency"], account["segment"]
        found = price(product, qty, discount, segment=segment, currency=currency, day=day, facts=facts)
        return found.unit if isinstance(found, Price) else None

    def quote(self) -> Command | None:
        account, discount = self.dice.choice(self.accounts), self.dice.choice(DISCOUNTS)
        lines = []
        for product in self.dice.sample(self.products, self.dice.randint(1, 4)):
            qty = self.dice.randint(1, 5)
            unit = self.price(account, product["id"], qty, discount)
            if unit is None:
                return None
            lines.append(QuoteLine(product_id=product["id"], qty=qty, discount_bp=discount, shown_price=unit))
        return SubmitQuote(
            **self.told(),
            quote_id=self.workspace.new_id(),
            number=self.workspace.next_number(),
            revision=1,
            account_id=account["id"],
            ship_to_id=account["ship_to"],
            currency=account["currency"],
            po_number="PO 7" if account["po_required"] else "",
            note="crash",
            lines=tuple(lines),
        )

    def order(self) -> Command | None:
        open_ = self.rows(
            "SELECT id, revision FROM quote WHERE rep_id = :me AND state IN ('approved', 'offered') "
            "ORDER BY number"
        )
        if not open_:
            return None
        quote = self.dice.choice(open_)
        return PlaceOrder(
            **self.told(),
            order_id=self.workspace.new_id(),
            number=self.workspace.next_number(),
            quote_id=quote["id"],
            revision=quote["revision"],
        )

    def held(self) -> list[dict[str, Any]]:
        return self.rows(
            "SELECT product_id, lot_id, qty FROM balance WHERE location_id = :trunk ORDER BY id",
            trunk=self.trunk,
        )

    def sale(self) -> Command | None:
        account, held = self.dice.choice(self.accounts), [one for one in self.held() if one["qty"] > 0]
        lines = []
        for one in self.dice.sample(held, min(len(held), self.dice.randint(1, 3))):
            qty = self.dice.randint(1, min(2, one["qty"]))
            unit = self.price(account, one["product_id"], qty, 0)
            if unit is not None:
                goods = {"product_id": one["product_id"], "lot_id": one["lot_id"]}
                lines.append(SaleLine(**goods, qty=qty, discount_bp=0, shown_price=unit))
        if not lines:
            return None
        return SellFromTrunk(
            **self.told(),
            sale_id=self.workspace.new_id(),
            number=self.workspace.next_number(),
            location_id=self.trunk,
            account_id=account["id"],
            ship_to_id=account["ship_to"],
            currency=account["currency"],
            po_number="PO 7" if account["po_required"] else "",
            lines=tuple(lines),
        )

    def count(self) -> Command | None:
        lines = []
        held = self.held()
        for one in self.dice.sample(held, min(len(held), 8)):
            found = max(0, one["qty"] + self.dice.choice((0, 0, 0, 1, 3, -1)))
            goods = {"product_id": one["product_id"], "lot_id": one["lot_id"]}
            reason = "" if found == one["qty"] else "found in the car"
            lines.append(CountLine(**goods, counted=found, expected=one["qty"], reason=reason))
        if not lines:
            return None
        return CountTrunk(
            **self.told(),
            count_id=self.workspace.new_id(),
            number=self.workspace.next_number(),
            location_id=self.trunk,
            signed_by=self.me.name,
            lines=tuple(lines),
        )

    def decision(self) -> Command | None:
        waiting = self.rows(
            "SELECT id, quote_id, revision FROM approval WHERE state = 'pending' AND role = :role ORDER BY id",
            role=self.me.role,
        )
        if not waiting:
            return None
        asked = self.dice.choice(waiting)
        approve = self.dice.random() < 0.8
        return DecideApproval(
            **self.told(),
            approval_id=asked["id"],
            quote_id=asked["quote_id"],
            revision=asked["revision"],
            approve=approve,
            reason="" if approve else "too much",
        )


class Tablet:
    """The program: opens what is there, and obeys."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.who = Who(given.server, given.user)
        self.folder: Path = given.folder
        self.journal = self.folder / "journal"
        tokens = FileTokens(self.folder / "tokens.json")
        self.house = House(self.folder, Journal(self.journal), lambda _who: tokens)
        self.dice = random.Random(given.seed)
        self.lock = self.house.lock(self.who)
        self.workspace = self.house.open_workspace(self.who)
        self.session = self.house.session(self.who)
        self.api = self.house.api(self.session)

    def promised(self) -> int:
        """How many ops the journal promised; all of them are in the outbox, or this ends the run."""
        if not self.journal.exists():
            return 0
        with reading(self.workspace.reader) as connection:
            kept = dict(connection.execute(text("SELECT op_id, payload FROM outbox")).all())
            state = connection.execute(text("PRAGMA quick_check")).scalar_one()
        lines = [line for line in self.journal.read_bytes().split(b"\n")[:-1] if line]
        for line in lines:
            record = json.loads(line[max(0, line.rfind(b'{"op_id"')) :])
            if kept.get(record["op_id"]) != record["payload"].encode():
                raise SystemExit(
                    f"LOST by the tablet: {record['op_id']} was promised and is not in the outbox"
                )
        if state != "ok":
            raise SystemExit(f"the tablet's database is damaged: {state}")
        return len(lines)

    def enrol(self, password: str) -> dict[str, Any]:
        """Sign in, enrol and load everything."""
        device_id = self.house.device_id(self.who)
        self.session.sign_in(self.who.login, password, device_id)
        enrolled = self.api.enrol(Enrol(device_id, "crash"))
        user = enrolled.user
        who = (self.who.server, user.id, user.login, user.name, user.role, user.code, tuple(user.territories))
        self.workspace.become(
            Identity(*who, enrolled.device_id, enrolled.stream, enrolled.letter), enrolled.next_seq
        )
        turn = run_turn(self.workspace, self.api)
        if turn.trouble is not None:
            raise SystemExit(f"the first sync failed: {turn.trouble} {turn.detail}")
        return {"user": user.id, "database": str(self.house.database(self.who))}

    def work(self) -> None:
        """Offline, until killed."""
        person = Person(self.workspace, self.dice)
        say({"working": True})
        while True:
            person.do()

    def live(self) -> dict[str, Any]:
        """Work and sync, until somebody speaks."""
        person = Person(self.workspace, self.dice)
        say({"working": True})
        turns = 0
        while not select.select([sys.stdin], [], [], 0)[0]:
            for _ in range(self.dice.randint(0, 6)):
                person.do()
            turn = run_turn(self.workspace, self.api)
            turns += turn.trouble is None
            if turn.trouble not in PASSING:
                raise SystemExit(f"sync stopped: {turn.trouble} {turn.detail}")
            if turn.trouble is not None:
                time.sleep(0.05)
        return {"turns": turns, **self.figures()}

    def finish(self) -> dict[str, Any]:
        """Sync until every op has its result, and once more for what others did."""
        ends = time.monotonic() + 300
        while True:
            turn = run_turn(self.workspace, self.api)
            if turn.trouble not in PASSING:
                raise SystemExit(f"sync stopped: {turn.trouble} {turn.detail}")
            found = self.figures()
            if turn.trouble is None and found["waiting"] == 0:
                return found
            if time.monotonic() > ends:
                raise SystemExit(f"the queue does not drain: {found}, {turn.trouble} {turn.detail}")

    def figures(self) -> dict[str, Any]:
        with reading(self.workspace.reader) as connection:
            results = connection.execute(
                text("SELECT coalesce(result, 'waiting'), count(*) FROM outbox GROUP BY 1 ORDER BY 1")
            )
            return {
                "waiting": outbox.waiting(connection)[1],
                "results": {row[0]: row[1] for row in results},
            }


def say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    for name in ("server", "user", "seed"):
        parser.add_argument(f"--{name}", required=True)
    tablet = Tablet(parser.parse_args())
    say({"promised": tablet.promised()})
    for line in iter(sys.stdin.readline, ""):
        match line.split():
            case ["enrol", password]:
                say(tablet.enrol(password))
            case ["work"]:
                tablet.work()
            case ["live"]:
                say(tablet.live())
            case ["finish"]:
                say(tablet.finish())
            case ["go-on"]:
                pass
            case other:
                raise SystemExit(f"not understood: {other}")


if __name__ == "__main__":
    main()
