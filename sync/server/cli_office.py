"""`trunkline-server account …` (hold, release, close) and `trunkline-server parked …`: the office's work."""

from __future__ import annotations

import click
from sqlalchemy import select

from app.domain.commands import SetAccountStatus
from app.domain.decide import APPLIED, PARKED
from app.store import tables as t
from app.store.engine import reading
from sync.server.apply import perform_here, retry_parked
from sync.server.cli_frame import Sentence, on_server
from sync.server.compose import Server, now, today
from sync.server.people import Refused
from sync.server.tables import op_log, user_account

_REASON = click.option("--reason", required=True, help="Why; reps read it on their tablets.")


@click.group()
def account() -> None:
    """Put accounts on hold, release them, close them."""


@account.command("hold")
@click.argument("number")
@_REASON
@on_server(create=False)
def account_hold(server: Server, number: str, reason: str) -> None:
    """Stop orders of an account until it is released."""
    _set_status(server, number, "on_hold", reason)


@account.command("release")
@click.argument("number")
@click.option("--reason", default="", help="Why.")
@on_server(create=False)
def account_release(server: Server, number: str, reason: str) -> None:
    """Let an account order again."""
    _set_status(server, number, "active", reason)


@account.command("close")
@click.argument("number")
@_REASON
@on_server(create=False)
def account_close(server: Server, number: str, reason: str) -> None:
    """Close an account."""
    _set_status(server, number, "closed", reason)


def _set_status(server: Server, number: str, status: str, reason: str) -> None:
    """The same command, rules and writer as from a tablet; the built-in office gives it."""
    with reading(server.engine) as connection:
        found = connection.execute(
            select(t.account.c.id, t.account.c.name)
            .where(t.account.c.number == number)
            .order_by(t.account.c.id)
        ).all()
    if len(found) != 1:
        raise Refused(f"{len(found) or 'no'} accounts have the number {number!r}")
    office = server.accounts.office()
    command = SetAccountStatus(
        op_id=server.accounts.new_id(),
        actor=office.id,
        business_date=today(),
        account_id=found[0].id,
        status=status,
        reason=reason,
    )
    decision = perform_here(server.engine, office, command, now=now)
    if decision.outcome != APPLIED:
        told = "; ".join(
            " ".join([one.code, one.subject, *(f"{name}={value}" for name, value in one.params)])
            for one in decision.findings
        )
        raise Refused(f"{found[0].name} stays as it is: {told}")
    click.echo(f"{number} {found[0].name}: {status.replace('_', ' ')}")


@click.group()
def parked() -> None:
    """Ops that the server could not process; their bytes are kept."""


@parked.command("list")
@on_server(create=False)
def parked_list(server: Server) -> None:
    """Show what is parked, and why."""
    with reading(server.engine) as connection:
        rows = connection.execute(
            select(op_log, user_account.c.login)
            .outerjoin(user_account, user_account.c.id == op_log.c.user_id)
            .where(op_log.c.status == PARKED)
            .order_by(op_log.c.received_at, op_log.c.stream, op_log.c.seq)
        ).all()
    for row in rows:
        who = row.login or row.user_id
        click.echo(f"{row.op_id}  {row.received_at[:19]}  {who}  {row.stream} #{row.seq}  {row.parked_why}")
    click.echo(f"{len(rows)} parked")


@parked.command("retry")
@click.argument("op_id")
@on_server(create=False)
def parked_retry(server: Server, op_id: str) -> None:
    """Try one again, after what stood in its way is mended."""
    try:
        outcome = retry_parked(server.engine, op_id, now=now)
    except LookupError as err:
        raise Sentence(f"{err.args[0]}; `trunkline-server parked list` shows them") from None
    except Exception as err:
        # a bug of ours in the rules; the op stays parked, and whoever typed this is told what it said
        raise Sentence(f"op {op_id} failed again and stays parked: {type(err).__name__}: {err}") from err
    if outcome == PARKED:
        raise Sentence(
            f"op {op_id} stays parked: this program still cannot process it, or it waits for another"
        )
    click.echo(f"op {op_id}: {outcome}")
