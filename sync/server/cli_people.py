"""`trunkline-server user …` and `trunkline-server device …`."""

from __future__ import annotations

import click

from app.domain.parties import ROLES
from sync.server.cli_frame import on_server, read_password
from sync.server.compose import Server
from sync.server.devices import WIPE
from sync.server.people import OFFICE

_STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def user() -> None:
    """Who may sign in."""


@user.command("add")
@click.argument("login")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What this person may do.")
@click.option("--name", help="For others to read; the login when not given.")
@click.option(
    "--code", help="Two to eight capitals that begin this person's numbers; made from the name otherwise."
)
@click.option("--territory", "territories", multiple=True, help="A territory id; repeat for more, * for all.")
@_STDIN
@on_server(create=True)
def user_add(
    server: Server,
    login: str,
    role: str,
    name: str | None,
    code: str | None,
    territories: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add a user."""
    password = read_password(password_stdin)
    user_id = server.accounts.add_user(
        login, password, role=role, name=name or login, territories=territories, code=code
    )
    added = next(one for one in server.accounts.list_users() if one.id == user_id)
    click.echo(f"{added.login} added: {added.role}, code {added.code}, id {added.id}")


@user.command("list")
@on_server(create=False)
def user_list(server: Server) -> None:
    """Show every user."""
    for one in server.accounts.list_users():
        if one.disabled_at:
            state = f"disabled {one.disabled_at[:10]}"
        elif one.id == OFFICE:
            state = "built in"
        else:
            state = "may sign in" if one.signs_in else "no password yet"
        where = ",".join(one.territories) or "-"
        click.echo(f"{one.login:<24} {one.role:<10} {one.code:<8} {state:<20} {one.name:<28} {where}")


@user.command("disable")
@click.argument("login")
@on_server(create=False)
def user_disable(server: Server, login: str) -> None:
    """Lock a user out at once. Nothing that the user wrote is lost."""
    server.accounts.disable_user(login)
    click.echo(f"{login} is disabled")


@user.command("enable")
@click.argument("login")
@on_server(create=False)
def user_enable(server: Server, login: str) -> None:
    """Take `disable` back."""
    server.accounts.enable_user(login)
    click.echo(f"{login} may sign in again")


@user.command("password")
@click.argument("login")
@_STDIN
@on_server(create=False)
def user_password(server: Server, login: str, password_stdin: bool) -> None:
    """Set a password. Whoever is signed in with the old one signs in again; unsent work stays on the tablet."""
    server.accounts.set_password(login, read_password(password_stdin))
    click.echo(f"the password of {login} is set")


@click.group()
def device() -> None:
    """Which tablets may sync."""


@device.command("list")
@on_server(create=False)
def device_list(server: Server) -> None:
    """Show every device."""
    for one in server.accounts.list_devices():
        state = f"revoked {one.revoked_at[:10]}" if one.revoked_at else f"enrolled {one.enrolled_at[:10]}"
        click.echo(
            f"{one.id:<38} {one.login:<24} {one.letter:<3} ops {one.last_seq:<7} {state:<20} {one.name}"
        )


@device.command("revoke")
@click.argument("device_id")
@on_server(create=False)
def device_revoke(server: Server, device_id: str) -> None:
    """Lock a lost tablet out at once."""
    server.accounts.revoke_device(device_id)
    click.echo(f"{device_id} is revoked")


@device.command("restore")
@click.argument("device_id")
@on_server(create=False)
def device_restore(server: Server, device_id: str) -> None:
    """Take `revoke` or `wipe` back, as long as nothing was wiped: the tablet signs in again and goes on."""
    server.accounts.restore_device(device_id)
    click.echo(f"{device_id} may sign in again")


@device.command("wipe")
@click.argument("device_id")
@on_server(create=False)
def device_wipe(server: Server, device_id: str) -> None:
    """Lock a tablet out, and have it destroy what it holds when it next asks; what it had not sent is sealed first."""
    server.accounts.revoke_device(device_id, WIPE)
    click.echo(f"{device_id} is revoked and will wipe itself")
