"""`trunkline-server roles …`: the PostgreSQL role that pulls read as."""

from __future__ import annotations

import click

from app.store.engine import writing
from sync.server import roles
from sync.server.cli_frame import on_server
from sync.server.compose import Server


@click.group("roles")
def roles_() -> None:
    """Roles of the database (PostgreSQL)."""


@roles_.command("create")
@on_server(create=False)
def create(server: Server) -> None:
    """Make the role that pulls read as: read-only, and only rows that were granted. Run it again after `migrate`.

    The database user of the server has to own the tables and may have to be allowed to create roles (CREATEROLE).
    """
    with writing(server.engine) as connection:
        tables = roles.create(connection)
    server.accounts.remember("roles_created", roles.ROLE, tables=tables)
    click.echo(f"{roles.ROLE} reads {tables} tables; pulls run as it from now on")
