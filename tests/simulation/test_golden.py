"""Ops and messages as they were really encoded once, kept for ever: every later program reads them (law 9, I18)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.domain.codec import decode, encode
from app.domain.commands import COMMANDS
from sync.protocol import messages
from sync.protocol.wire import read_page

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
KNOWN = {
    "push": messages.Push,
    "push_answer": messages.PushAnswer,
    "pull": messages.Pull,
    "sign_in": messages.SignIn,
    "refresh": messages.Refresh,
    "tokens": messages.Tokens,
    "enrol": messages.Enrol,
    "enrolled": messages.Enrolled,
    "problem": messages.Problem,
    "rescue": messages.Rescue,
    "rescue_answer": messages.RescueAnswer,
}


def golden(name: str) -> dict[str, str]:
    """What is kept in the file of that name."""
    kept: dict[str, str] = json.loads((GOLDEN / f"{name}.json").read_text())
    return kept


OPS = [(name, kind) for name in ("commands_v1", "commands_v2") for kind in golden(name)]
MESSAGES = [(name, kind) for name in ("messages_protocol1", "messages_protocol2") for kind in golden(name)]


@pytest.mark.parametrize(("name", "kind"), OPS)
def test_every_op_ever_shipped_decodes_to_what_it_said(name: str, kind: str) -> None:
    text = golden(name)[kind]
    said: dict[str, Any] = json.loads(text)

    now = json.loads(encode(decode(text.encode())))

    assert now["type"] == kind
    assert contains(now, {key: value for key, value in said.items() if key != "v"})


def contains(now: Any, said: Any) -> bool:
    """Whether all that was said is there; fields that came later may stand beside it."""
    if isinstance(said, dict):
        return all(name in now and contains(now[name], value) for name, value in said.items())
    if isinstance(said, list):
        return len(now) == len(said) and all(map(contains, now, said))
    return bool(now == said)


def test_every_command_of_today_has_a_golden_op() -> None:
    assert set(golden("commands_v2")) >= {kind.__name__ for kind in COMMANDS}


@pytest.mark.parametrize("kind", [one.__name__ for one in COMMANDS])
def test_todays_ops_encode_to_the_golden_bytes(kind: str) -> None:
    text = golden("commands_v2")[kind].encode()

    assert encode(decode(text)) == text


@pytest.mark.parametrize(("name", "kind"), MESSAGES)
def test_every_message_ever_shipped_is_understood(name: str, kind: str) -> None:
    text = golden(name)[kind].encode()
    if kind == "page":
        page = read_page(text, {"territory": ("id", "name", "country", "region", "origin")})
        assert (page.cursor.position, page.more, page.drop) == (17, True, ["terr:south"])
        assert page.rows == [
            ("territory", {"id": "north", "name": "North", "country": "NO", "region": "EU", "origin": "test"})
        ]
        assert page.gone == [("g:catalog", "product", "p9")]
        return

    now = msgspec.to_builtins(messages.decode(text, type=KNOWN[kind]))

    assert contains(now, json.loads(text))
