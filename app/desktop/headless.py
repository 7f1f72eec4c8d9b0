"""What the app does without a window: sign in, enrol and load everything once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from app.desktop.compose import Who, real_house
from app.desktop.lockfile import AlreadyOpen
from app.desktop.secrets import MemoryTokens, SecretsUnavailable, usable_keyring
from app.screens.wording import tr


def enrol_and_sync(server: str, user: str, password: str, folder: Path | None) -> int:
    """Sign in, enrol, load everything; prints counts by kind as JSON. 0 = done, 1 = not, with the reason."""
    from sqlalchemy import func, select

    from app.screens.sign_in import present_trouble, server_address
    from app.store.engine import reading
    from app.store.tables import KINDS
    from app.workspace.progress import progress
    from app.workspace.workspace import Identity
    from sync.client.session import Session
    from sync.client.turn import run_turn
    from sync.protocol.api import ApiProblem, Unreachable
    from sync.protocol.messages import Enrol

    address = server_address(server)
    if address is None or not user or not password:
        return _sorry(tr("sign_in.missing.server") if address is None else tr("sign_in.missing.user"))
    house, who = real_house(folder), Who(address, user)
    kept = "keyring"
    try:
        usable_keyring()
    except SecretsUnavailable:
        kept = "memory"  # never on the disk: the app will ask for the password when it starts
        memory = MemoryTokens()
        house.tokens = lambda _who: memory
    try:
        with house.lock(who):
            workspace = house.open_workspace(who)
            session: Session = house.session(who)
            api = house.api(session)
            try:
                device_id = house.device_id(who)
                session.sign_in(user, password, device_id)
                enrolled = api.enrol(Enrol(device_id, house.device_name()))
            except (ApiProblem, Unreachable, SecretsUnavailable) as error:
                trouble = present_trouble(error)
                return _sorry(f"{trouble.sentence} {trouble.helps}".strip())
            found = enrolled.user
            workspace.become(
                Identity(
                    address, found.id, found.login, found.name, found.role, found.code, tuple(found.territories),
                    enrolled.device_id, enrolled.stream, enrolled.letter,
                ),
                enrolled.next_seq,
            )  # fmt: skip
            house.preferences.change(server=address, login=user, signed_in=kept == "keyring")
            turn = run_turn(workspace, api)
            with reading(workspace.reader) as connection:
                counts = {
                    name: connection.execute(select(func.count()).select_from(kind.table)).scalar_one()
                    for name, kind in sorted(KINDS.items())
                }
                load = progress(connection)
            workspace.reader.dispose()
            workspace.engine.dispose()
    except AlreadyOpen:
        return _sorry(tr("bad.locked"))
    trouble_word = turn.trouble.value if turn.trouble else None
    print(
        json.dumps(
            {
                "user": found.login,
                "role": found.role,
                "device": enrolled.letter,
                "tokens": kept,
                "rows": sum(counts.values()),
                "counts": counts,
                "complete": load.done and turn.trouble is None,
                "trouble": trouble_word,
                "detail": turn.detail,
            }
        )
    )
    return 0 if load.done and turn.trouble is None else 1


def _sorry(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
