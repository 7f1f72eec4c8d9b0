"""A tablet and a server in one process, real databases, no network: what was saved offline becomes the truth."""

from __future__ import annotations

from typing import Any

STOCK = "SELECT location_id, lot_id, qty FROM balance WHERE location_id NOT LIKE 'v:%' ORDER BY 1, 2"


def test_a_day_offline_becomes_the_servers_truth(world: Any) -> None:
    rep, manager = world.tablet("rep"), world.tablet("boss", "manager")
    inside, above = rep.quote(), rep.quote(discount=2000)
    order = rep.order(inside)
    said = [
        rep.workspace.perform(command).decision.outcome
        for command in (inside, above, rep.sale(qty=3), rep.count(6, 7), order)
    ]
    assert said == ["applied", "held", "applied", "applied", "applied"]
    assert rep.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 6

    rep.sync()
    manager.sync()
    assert manager.workspace.perform(manager.verdict(above)).decision.outcome == "applied"
    manager.sync()
    rep.sync()

    for side in (rep, manager, world):
        assert side.one(f"SELECT state FROM quote WHERE id='{above.quote_id}'") == "approved"
        assert side.one(f"SELECT state FROM sales_order WHERE id='{order.order_id}'") == "allocated"
        assert side.rows(STOCK) == [
            ("trunk-rep", "l1", 6),
            ("trunk-rep", "l2", 4),
            ("wh", "l1", 48),
            ("wh:reserved", "l1", 2),
        ]
    for tablet in (rep, manager):
        assert tablet.one("SELECT count(*) FROM guess") == 0
    assert rep.rows("SELECT result, count(*) FROM outbox GROUP BY 1 ORDER BY 1") == [
        ("applied", 4),
        ("held", 1),
    ]


def test_a_quote_for_an_account_put_on_hold_meanwhile_is_accepted_here_and_refused_there(world: Any) -> None:
    rep = world.tablet("rep")
    world.hold("a2")
    quote = rep.quote(account="a2")
    assert rep.workspace.perform(quote).decision.outcome == "applied"

    rep.sync()

    assert rep.one("SELECT count(*) FROM quote") == 0
    assert world.one("SELECT count(*) FROM quote") == 0
    assert rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold"
    [(result, findings)] = rep.rows("SELECT result, findings FROM outbox")
    assert result == "rejected"
    assert "account_on_hold" in findings


def test_an_account_known_to_be_on_hold_is_refused_at_once_with_every_reason(world: Any) -> None:
    rep = world.tablet("rep")

    refused = rep.workspace.perform(rep.quote(account="a3", discount=500))

    assert not refused.saved
    assert [f.code for f in refused.decision.findings] == ["account_on_hold", "po_number_required"]
    assert rep.one("SELECT count(*) FROM outbox") == 0
