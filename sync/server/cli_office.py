"""`trunkline-server account …` (hold, release, close), `order …` and `parked …`: the office's work."""

from __future__ import annotations

import click
from sqlalchemy import select

from app.domain.commands import ORDER_VERBS, Command, MoveOrder, SetAccountStatus
from app.domain.decide import APPLIED, EXCEPTION, MODIFIED, PARKED
from app.domain.lifecycle import OPEN_ORDER, ORDER
from app.domain.money import minor_digits
from app.domain.parties import Person
from app.store import tables as t
from app.store.engine import reading
from sync.server import parking
from sync.server.apply import perform_here
from sync.server.cli_frame import Sentence, on_server
from sync.server.compose import Server, now, today
from sync.server.people import Refused

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
    perform(server, office, command, found[0].name)
    click.echo(f"{number} {found[0].name}: {status.replace('_', ' ')}")


def perform(server: Server, person: Person, command: Command, what: str) -> None:
    """Give a command in the person's name, and tell what it has to say beside a yes. Raises Refused."""
    decision = perform_here(server.engine, person, command, now=now)
    told = [
        " ".join([one.code, one.subject, *(f"{name}={value}" for name, value in one.params)])
        for one in decision.findings
    ]
    if decision.outcome not in (APPLIED, MODIFIED, EXCEPTION):
        raise Refused(f"{what} stays as it is: {'; '.join(told)}")
    for line in told:
        click.echo(line, err=True)


# -- orders -----------------------------------------------------------------------------------------------------------


@click.group()
def order() -> None:
    """See orders, and take one along its way: release a hold, allocate, pick, ship, …"""


@order.command("list")
@click.option("--state", type=click.Choice(tuple(ORDER)), help="Only orders in this state.")
@on_server(create=False)
def order_list(server: Server, state: str | None) -> None:
    """Show orders that are under way, oldest first."""
    wanted = t.sales_order.c.state.in_((state,) if state else OPEN_ORDER)
    with reading(server.engine) as connection:
        rows = connection.execute(
            select(t.sales_order, t.account.c.name.label("account_name"))
            .join(t.account, t.account.c.id == t.sales_order.c.account_id)
            .where(wanted, t.sales_order.c.type != "history")
            .order_by(t.sales_order.c.business_date, t.sales_order.c.number, t.sales_order.c.id)
        ).all()
    for row in rows:
        total = "" if row.total is None else _amount(row.total, row.currency)
        click.echo(f"{row.number}  {row.business_date}  {row.state:<14}  {total:>14}  {row.account_name}")
    click.echo(f"{len(rows)} orders")


def _amount(minor: int, currency: str) -> str:
    digits = minor_digits(currency)
    text = f"{abs(minor):0{digits + 1}d}"
    whole, part = text[: len(text) - digits], text[len(text) - digits :]
    return f"{'-' if minor < 0 else ''}{whole}{'.' if part else ''}{part} {currency}"


def _order_command(verb: str) -> click.Command:
    @click.argument("number")
    @click.option("--reason", default="", help="Why; some steps ask for it.")
    @click.option("--by", metavar="LOGIN", help="Whose step it is; the office's without it.")
    @on_server(create=False)
    def move(server: Server, number: str, reason: str, by: str | None) -> None:
        person = server.accounts.office() if by is None else server.accounts.person(by)
        with reading(server.engine) as connection:
            found = (
                connection.execute(
                    select(t.sales_order.c.id)
                    .where(t.sales_order.c.number == number, t.sales_order.c.type != "history")
                    .order_by(t.sales_order.c.id)
                )
                .scalars()
                .all()
            )
        if len(found) != 1:
            raise Refused(f"{len(found) or 'no'} orders have the number {number!r}")
        command = MoveOrder(
            op_id=server.accounts.new_id(),
            actor=person.id,
            business_date=today(),
            order_id=found[0],
            verb=verb,
            reason=reason,
        )
        perform(server, person, command, number)
        with reading(server.engine) as connection:
            state = connection.execute(
                select(t.sales_order.c.state).where(t.sales_order.c.id == found[0])
            ).scalar_one()
        click.echo(f"{number}: {state.replace('_', ' ')}")

    return click.command(verb, help=_STEPS[verb])(move)


_STEPS = {
    "release": "Release a held order; everything is checked again.",
    "allocate": "Reserve stock for what an order still misses.",
    "cancel": "Cancel what is not shipped yet.",
    "pick": "The goods are picked.",
    "ship": "Ship what is reserved; checked again, and partly when not all is there.",
    "deliver": "The goods have arrived.",
    "invoice": "The invoice is written.",
    "pay": "The invoice is paid.",
    "close": "Nothing is left to do.",
}
for _verb in ORDER_VERBS:
    order.add_command(_order_command(_verb))


# -- parked ops -------------------------------------------------------------------------------------------------------


@click.group()
def parked() -> None:
    """Ops that the server could not process; their bytes are kept."""


@parked.command("list")
@on_server(create=False)
def parked_list(server: Server) -> None:
    """Show what is parked, and why."""
    with reading(server.engine) as connection:
        found = parking.waiting(connection)
    for one in found:
        why = f"rescued: {one.why}" if one.rescued else one.why
        click.echo(f"{one.op_id}  {one.received_at[:19]}  {one.login}  {one.stream} #{one.seq}  {why}")
    click.echo(f"{len(found)} parked")


@parked.command("resolve")
@click.argument("op_id")
@click.option("--reason", required=True, help="Why it is not decided; kept in the audit log.")
@on_server(create=False)
def parked_resolve(server: Server, op_id: str, reason: str) -> None:
    """Close a rescued op without deciding it. Its bytes are kept. What is parked can only be retried."""
    if not reason.strip():
        raise Refused("say why")
    try:
        parking.resolve(server.engine, op_id)
    except LookupError as err:
        raise Sentence(f"{err.args[0]}; `trunkline-server parked list` shows them") from None
    server.accounts.remember("rescued_resolved", op_id, reason=reason)
    click.echo(f"op {op_id}: closed")


@parked.command("retry")
@click.argument("op_id")
@on_server(create=False)
def parked_retry(server: Server, op_id: str) -> None:
    """Try one again, after what stood in its way is mended."""
    try:
        outcome = parking.retry_parked(server.engine, op_id, now=now)
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
