"""`trunkline-server rescue …`: what a tablet sealed before it was wiped."""

from __future__ import annotations

from pathlib import Path

import click

from app.store.signatures import SealBroken
from sync.protocol.api import ApiProblem
from sync.server.cli_frame import Sentence, on_server
from sync.server.compose import Server, now
from sync.server.people import Refused
from sync.server.sealing import open_outbox


@click.group()
def rescue() -> None:
    """Unsent work of wiped tablets, sealed for this server."""


@rescue.command("open")
@click.argument("file", type=click.Path(path_type=Path))
@on_server(create=False)
def rescue_open(server: Server, file: Path) -> None:
    """Open the sealed FILE of a tablet and keep its ops; `parked list` shows them, `parked retry` decides them."""
    blob = file.read_bytes()
    try:
        opened = open_outbox(server.engine, blob, now=now)
    except (SealBroken, Refused) as err:
        raise Sentence(f"{file}: {err}") from None
    except ApiProblem as err:
        raise Sentence(f"{file}: {err.problem.title}") from None
    server.accounts.remember("sealed_opened", opened.device_id, ops=len(opened.kept))
    click.echo(
        f"{len(opened.kept)} ops of device {opened.device_id} are kept, sealed {opened.sealed_at[:19]}"
    )
    click.echo("`trunkline-server parked list` shows those that nobody has decided yet")
