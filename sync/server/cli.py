"""`trunkline-server`: serve and migrate here; people and devices, the office's work, imports and checks beside it."""

from __future__ import annotations

from pathlib import Path

import click

from app.store.engine import server_engine
from sync.server import addresses, logs, schema, serve
from sync.server.cli_allotments import allot
from sync.server.cli_audit import audit
from sync.server.cli_cases import exceptions
from sync.server.cli_claims import claims
from sync.server.cli_data import demo, import_, verify
from sync.server.cli_frame import database_options, sentences, server, settings_of
from sync.server.cli_leases import lease
from sync.server.cli_office import account, order, parked
from sync.server.cli_people import device, user
from sync.server.cli_rescue import rescue
from sync.server.cli_roles import roles_
from sync.server.compose import program_version


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(program_version(), prog_name="trunkline-server")
def main() -> None:
    """The sync server of Trunkline: prices, stock, orders and approvals in one place.

    Every command works on an SQLite file (--data DIR, or nothing for your own data folder) or on PostgreSQL
    (--database URL).
    """


@main.command("serve")
@database_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port", default=8470, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@click.option(
    "--tls-cert", type=click.Path(path_type=Path), help="Certificate chain (PEM); then HTTPS is spoken."
)
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key (PEM).")
@click.option("--port-file", type=click.Path(path_type=Path), help="Write the real port here when ready.")
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="CIDR",
    help="A proxy whose X-Forwarded-For is believed, like 127.0.0.1; repeat for more.",
)
def serve_(
    data: Path | None,
    database: str | None,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    port_file: Path | None,
    proxies: tuple[str, ...],
) -> None:
    """Serve tablets until told to stop. An SQLite database is made and brought up to date at start."""
    logs.set_up()
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    try:
        trusted = addresses.networks(proxies)
    except ValueError as err:
        raise click.BadParameter(str(err), param_hint="--trusted-proxy") from None
    door = serve.Door(host, port, tls_cert, tls_key, port_file)
    with server(data, database, create=True) as parts:
        serve.serve(parts.app(trusted), door, say=click.echo)


@main.command()
@database_options
def migrate(data: Path | None, database: str | None) -> None:
    """Bring the database up to this program's schema. Make a backup first."""
    logs.set_up()
    settings = settings_of(data, database, create=True)
    with sentences(settings.shown):
        engine = server_engine(settings.text)
        try:
            before, after = schema.upgrade(engine)
        finally:
            engine.dispose()
    if before == after:
        click.echo(f"{settings.shown}: at schema {after} already")
    else:
        click.echo(f"{settings.shown}: from {f'schema {before}' if before else 'nothing'} to schema {after}")


COMMANDS = (
    user, device, account, order, parked, rescue, exceptions, lease, claims, allot, import_, demo, verify, audit,
    roles_,
)  # fmt: skip
for one in COMMANDS:
    main.add_command(one)


if __name__ == "__main__":
    main()
