"""`trunkline-server exceptions …`: facts that the rules could not accept, until somebody has seen to them."""

from __future__ import annotations

import json

import click
from sqlalchemy import select

from app.domain.cases import OPEN, RESOLVED
from app.domain.commands import ResolveCase
from app.store import tables as t
from app.store.engine import reading
from app.store.tables import KINDS
from app.store.write_events import read_findings
from sync.server.cli_frame import on_server
from sync.server.cli_office import perform
from sync.server.compose import Server, today
from sync.server.people import Refused
from sync.server.tables import op_log, user_account

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def exceptions() -> None:
    """Cases: what a tablet reported as done although the rules had to say no. The fact stands; a person decides."""


@exceptions.command("list")
@click.option("--all", "closed", is_flag=True, help="Also those that are closed.")
@_JSON
@on_server(create=False)
def exceptions_list(server: Server, closed: bool, as_json: bool) -> None:
    """Show what waits for somebody, oldest first, with all its findings."""
    wanted = (OPEN, RESOLVED) if closed else (OPEN,)
    with reading(server.engine) as connection:
        rows = connection.execute(
            select(t.exception_case, user_account.c.login, t.op_result.c.command)
            .outerjoin(user_account, user_account.c.id == t.exception_case.c.rep_id)
            .outerjoin(t.op_result, t.op_result.c.id == t.exception_case.c.op_id)
            .where(t.exception_case.c.state.in_(wanted))
            .order_by(t.exception_case.c.opened_on, t.exception_case.c.id)
        ).all()
    for row in rows:
        found = read_findings(row.detail)
        if as_json:
            told = {"findings": [[one.code, one.subject, dict(one.params)] for one in found]}
            columns = {
                name: getattr(row, name) for name in KINDS["exception_case"].columns if name != "detail"
            }
            click.echo(json.dumps({**columns, "command": row.command, **told}, ensure_ascii=False))
            continue
        words = "; ".join(" ".join(part for part in (one.code, one.subject) if part) for one in found)
        end = f"  closed by {row.resolved_by}: {row.resolution}" if row.state != OPEN else ""
        who = row.login or row.rep_id
        click.echo(f"{row.id}  {row.opened_on}  {who}  {row.command or row.op_id}  {words}{end}")
    if not as_json:
        click.echo(f"{len(rows)} cases")


@exceptions.command("show")
@click.argument("case_id")
@on_server(create=False)
def exceptions_show(server: Server, case_id: str) -> None:
    """Show one case with the op that opened it, as it came."""
    case_id = _whole(server, case_id)
    with reading(server.engine) as connection:
        found = select(t.exception_case).where(t.exception_case.c.id == case_id)
        row = dict(connection.execute(found).mappings().one())
        op = connection.execute(
            select(op_log.c.payload, op_log.c.stream, op_log.c.seq, op_log.c.received_at).where(
                op_log.c.op_id == row["op_id"]
            )
        ).one_or_none()
    for name, value in row.items():
        click.echo(f"{name:<12} {value if value is not None else ''}")
    if op is not None:
        click.echo(f"{'came':<12} {op.received_at} in {op.stream} #{op.seq}")
        click.echo(json.dumps(json.loads(op.payload), indent=2, ensure_ascii=False))


@exceptions.command("resolve")
@click.argument("case_id")
@click.option("--resolution", required=True, help="What was done; the rep reads it.")
@click.option("--by", metavar="LOGIN", help="Who closes it; the office without it.")
@on_server(create=False)
def exceptions_resolve(server: Server, case_id: str, resolution: str, by: str | None) -> None:
    """Close a case. CASE_ID may be cut short as long as it names one."""
    case_id = _whole(server, case_id)
    person = server.accounts.office() if by is None else server.accounts.person(by)
    command = ResolveCase(
        op_id=server.accounts.new_id(),
        actor=person.id,
        business_date=today(),
        case_id=case_id,
        resolution=resolution,
    )
    perform(server, person, command, f"case {case_id}")
    click.echo(f"case {case_id}: closed")


def _whole(server: Server, start: str) -> str:
    """The one case whose id begins so. Raises Refused."""
    with reading(server.engine) as connection:
        found = connection.execute(
            select(t.exception_case.c.id).where(t.exception_case.c.id.startswith(start, autoescape=True))
        ).scalars()
        ids: list[str] = sorted(found)
    if start in ids:
        return start
    if len(ids) != 1:
        many = f"{len(ids)} cases begin" if ids else "no case begins"
        raise Refused(f"{many} with {start!r}; `trunkline-server exceptions list` shows them")
    return ids[0]
