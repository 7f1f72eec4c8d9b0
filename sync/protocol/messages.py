"""Requests and answers as msgspec structs. Unknown fields from a newer peer are ignored; wrong types are refused."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Id = Annotated[str, Meta(min_length=1, max_length=128)]
DeviceId = Annotated[str, Meta(min_length=1, max_length=120)]  # a stream's name is a little longer
Bucket = Annotated[str, Meta(min_length=1, max_length=160)]


class User(Struct, frozen=True):
    """Who signed in. `territories` are ids, or ["*"]."""

    id: str
    login: str
    name: str
    role: str
    code: str
    territories: list[str]


class SignIn(Struct, frozen=True):
    login: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Annotated[str, Meta(max_length=1000)]
    device_id: DeviceId


class Refresh(Struct, frozen=True):
    refresh: Annotated[str, Meta(min_length=1, max_length=200)]


class Tokens(Struct, frozen=True):
    """Opaque tokens; `expires_in` seconds for the access token."""

    access: str
    refresh: str
    expires_in: int
    user: User


class Enrol(Struct, frozen=True):
    device_id: DeviceId
    name: Annotated[str, Meta(max_length=200)]


class Enrolled(Struct, frozen=True):
    """The device's stream, the letter in its human numbers, and the next sequence number the server expects."""

    device_id: str
    stream: str
    letter: str
    next_seq: int
    user: User


class OpEnvelope(Struct, frozen=True):
    """One op: `payload` is the command's bytes as text, unchanged for ever; `needs` names ops it depends on."""

    op_id: Id
    seq: Annotated[int, Meta(ge=1, le=1 << 53)]
    payload: str
    needs: Annotated[list[Id], Meta(max_length=1000)] = []


class Push(Struct, frozen=True):
    protocol: int
    stream: Id
    ops: Annotated[list[OpEnvelope], Meta(max_length=200)]


class OpAnswer(Struct, frozen=True):
    op_id: str
    seq: int
    outcome: str


class PushAnswer(Struct, frozen=True):
    """`last_seq` is the last sequence number the server has; the results proper come through the feed."""

    last_seq: int
    answers: list[OpAnswer]
    server_time: str


class Cursor(Struct, frozen=True):
    epoch: Annotated[str, Meta(max_length=128)] = ""
    position: Annotated[int, Meta(ge=0, le=1 << 53)] = 0


class BackfillAt(Struct, frozen=True):
    """Continue `bucket` after the row (kind, row_id); both '' at the start."""

    bucket: Bucket
    kind: Annotated[str, Meta(max_length=64)] = ""
    row_id: Annotated[str, Meta(max_length=512)] = ""


class Pull(Struct, frozen=True):
    """What is held, where the cursor stands; with `backfill` the answer is a page of that bucket instead."""

    protocol: int
    cursor: Cursor
    held: Annotated[list[Bucket], Meta(max_length=500)]
    backfill: BackfillAt | None = None
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 2_000


class Granted(Struct, frozen=True):
    """A bucket newly granted, with its number of rows for a progress bar."""

    bucket: str
    rows: int


class Problem(Struct, frozen=True):
    """RFC 9457 problem details with a stable `code`; `expected` is the next sequence number after a gap."""

    title: str
    status: int
    code: str
    detail: str = ""
    type: str = "about:blank"
    expected: int | None = None


encode = msgspec.json.encode
decode = msgspec.json.decode
