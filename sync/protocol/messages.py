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
    """`fresh` asks for a new stream and letter beside the old ones: the database was restored or copied (law 2)."""

    device_id: DeviceId
    name: Annotated[str, Meta(max_length=200)]
    fresh: bool = False


class Enrolled(Struct, frozen=True):
    """The device's stream, the letter in its human numbers, and the next sequence number the server expects."""

    device_id: str
    stream: str
    letter: str
    next_seq: Annotated[int, Meta(ge=1, le=1 << 53)]
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

    last_seq: Annotated[int, Meta(ge=0, le=1 << 53)]
    answers: list[OpAnswer]
    server_time: str


class Rescue(Struct, frozen=True):
    """Ops that cannot go by push (a revoked device, an op no request can carry): kept as bytes, nothing is applied."""

    protocol: int
    stream: Id
    why: Annotated[str, Meta(max_length=200)]
    ops: Annotated[list[OpEnvelope], Meta(max_length=200)]


class RescueAnswer(Struct, frozen=True):
    """The ops the server has now, by id."""

    kept: list[str]
    server_time: str


class Cursor(Struct, frozen=True):
    """A position in one server's history; the nonce proves that both mean the same history (law 10)."""

    epoch: Annotated[str, Meta(max_length=128)] = ""
    position: Annotated[int, Meta(ge=0, le=1 << 53)] = 0
    nonce: Annotated[str, Meta(max_length=64)] = ""


class BackfillAt(Struct, frozen=True):
    """Continue `bucket` after the row (kind, row_id); both '' at the start. `only`: no kind but this one."""

    bucket: Bucket
    kind: Annotated[str, Meta(max_length=64)] = ""
    row_id: Annotated[str, Meta(max_length=512)] = ""
    only: bool = False


class Pull(Struct, frozen=True):
    """What is held, where the cursor stands; with `backfill` the answer is a page of that bucket instead.

    `marks` are earlier cursors, newest first, sent after a 410: the server goes on from the newest it shares. `sums`
    names buckets to be summed once there is no more. `wait` seconds at most for something new (long poll).
    """

    protocol: int
    cursor: Cursor
    held: Annotated[list[Bucket], Meta(max_length=500)]
    backfill: BackfillAt | None = None
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 2_000
    marks: Annotated[list[Cursor], Meta(max_length=64)] = []
    sums: Annotated[list[Bucket], Meta(max_length=500)] = []
    wait: Annotated[int, Meta(ge=0, le=25)] = 0


class Granted(Struct, frozen=True):
    """A bucket newly granted, with its number of rows for a progress bar."""

    bucket: str
    rows: int


class Sum(Struct, frozen=True):
    """Rows of a kind in a bucket and the sum of their contents (`app.store.sums`). `shape` names the columns it was
    made of: who knows other columns cannot compare."""

    bucket: str
    kind: str
    rows: int
    sum: int
    shape: str


class Problem(Struct, frozen=True):
    """RFC 9457 problem details with a stable `code`; `expected` is the next sequence number after a gap or in a
    restored server, `order` what a revoked device is told: lock or wipe."""

    title: str
    status: int
    code: str
    detail: str = ""
    type: str = "about:blank"
    expected: int | None = None
    order: str = ""


encode = msgspec.json.encode
decode = msgspec.json.decode
