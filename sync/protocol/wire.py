"""Pull pages: NDJSON lines, written by the server and read by the tablet, side by side.

    {"t":"hello", protocol, epoch, server_time, head, since, results}
    {"t":"buckets", add:[{bucket, rows}], drop:[bucket]}
    {"t":"kind", name, columns}          then rows of it as arrays in that order
    {"t":"gone", bucket, kind, ids}      rows that left this bucket
    {"t":"end", cursor, more, backfill, rows, sums}

A page without its `end` line did not happen. Unknown line types and unknown columns are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync.protocol.api import Unreachable
from sync.protocol.messages import BackfillAt, Cursor, Granted, Sum
from sync.protocol.version import MAX_PAGE_BYTES, PROTOCOL

_lines = msgspec.json.Encoder()
# A row is a tuple, which Python's collector stops looking at when it holds only words and numbers: with ten thousand
# lists it goes through everything the app holds, and all threads wait for a tenth of a second.
_LINE = dict[str, Any] | tuple[Any, ...]
_AT_ONCE = 64 * 1024  # bytes decoded in one go: nothing else of the process runs meanwhile


@dataclass(slots=True)
class Page:
    """One pull answer. `rows` are (kind, row) with the columns both ends know; `gone` are (bucket, kind, id).

    `since` is where the increment starts: an earlier cursor than asked for when the server has lost the later ones.
    `results` is the position of the caller's latest op result: a backfill page that is ahead of the cursor by one is
    not let in before the increment that brings it (the effect would stand twice). `sums` hold at `cursor`.
    """

    epoch: str = ""
    server_time: str = ""
    head: int = 0
    since: Cursor = field(default_factory=Cursor)
    results: int = 0
    add: list[Granted] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    rows: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    gone: list[tuple[str, str, str]] = field(default_factory=list)
    cursor: Cursor = field(default_factory=Cursor)
    more: bool = False
    backfill: BackfillAt | None = (
        None  # where to go on; None when this bucket is complete (or none was asked)
    )
    sums: list[Sum] = field(default_factory=list)
    blocks: list[tuple[str, list[Sequence[Any]]]] = field(
        default_factory=list
    )  # more rows, as arrays of all columns

    @property
    def carried(self) -> int:
        """How many rows the page brings, in either form."""
        return len(self.rows) + sum(len(block) for _kind, block in self.blocks)


def write_page(page: Page, columns: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    """The lines of `page`; `columns` gives each kind's columns."""
    line = _line
    about = {
        "epoch": page.epoch,
        "server_time": page.server_time,
        "head": page.head,
        "since": page.since,
        "results": page.results,
    }
    yield line({"t": "hello", "protocol": PROTOCOL, **about})
    if page.add or page.drop:
        yield line({"t": "buckets", "add": page.add, "drop": page.drop})
    current = ""
    for kind, row in page.rows:
        if kind != current:
            yield line({"t": "kind", "name": kind, "columns": columns[kind]})
            current = kind
        yield line([row[name] for name in columns[kind]])
    for kind, block in page.blocks:
        yield line({"t": "kind", "name": kind, "columns": columns[kind]})
        yield _lines.encode_lines(block)
    for bucket, kind, ids in _grouped(page.gone):
        yield line({"t": "gone", "bucket": bucket, "kind": kind, "ids": ids})
    yield line(
        {
            "t": "end",
            "cursor": page.cursor,
            "more": page.more,
            "backfill": page.backfill,
            "rows": page.carried + len(page.gone),
            "sums": page.sums,
        }
    )


def read_page(
    body: bytes,
    columns: Mapping[str, Sequence[str]],
    *,
    blocks: bool = False,
    between: Callable[[], object] = lambda: None,
) -> Page:
    """The page in `body`; rows keep only columns we know. Raises Unreachable when it is not a whole page of ours.

    With `blocks` the rows of a kind that came with exactly our columns in our order stay arrays, in `blocks`.
    `between` is called again and again while a long page is read, some milliseconds apart.
    """
    if len(body) > MAX_PAGE_BYTES:
        raise Unreachable(f"a page of {len(body)} bytes; at most {MAX_PAGE_BYTES}")
    if not body.startswith(b'{"t":"hello"'):
        raise Unreachable("the answer is not a sync page (a captive portal?)")
    page, ended = Page(), False
    kind: str | None = None
    known: list[tuple[int, str]] = []
    width = 0
    block: list[Sequence[Any]] | None = None
    try:
        for value in _values(body, between):
            if ended:
                raise Unreachable("lines after the end of the page")
            if isinstance(value, tuple):
                if kind is not None:
                    if len(value) != width:
                        raise Unreachable(f"a row of {kind} with {len(value)} values instead of {width}")
                    if block is not None:
                        block.append(value)
                        continue
                    page.rows.append((kind, {name: value[index] for index, name in known}))
                continue
            match value["t"]:
                case "hello":
                    page.epoch, page.server_time = str(value["epoch"]), str(value["server_time"])
                    page.head = int(value["head"])
                    page.since = msgspec.convert(value.get("since", {}), Cursor)
                    page.results = int(value.get("results", 0))
                case "buckets":
                    page.add = msgspec.convert(value["add"], list[Granted])
                    page.drop = msgspec.convert(value["drop"], list[str])
                case "kind":
                    kind = value["name"] if value["name"] in columns else None
                    width = len(value["columns"])
                    wanted = set(columns[kind]) if kind else set()
                    known = [(index, name) for index, name in enumerate(value["columns"]) if name in wanted]
                    block = None
                    if blocks and kind is not None and list(columns[kind]) == value["columns"]:
                        block = []
                        page.blocks.append((kind, block))
                case "gone":
                    page.gone += [(value["bucket"], value["kind"], one) for one in value["ids"]]
                case "end":
                    page.cursor = msgspec.convert(value["cursor"], Cursor)
                    page.more = value["more"] is True
                    page.backfill = msgspec.convert(value["backfill"], BackfillAt | None)
                    page.sums = msgspec.convert(value.get("sums", []), list[Sum])
                    ended = True
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as err:
        raise Unreachable(f"the page cannot be read: {err}") from None
    if not ended:
        raise Unreachable("the page was cut off before its end")
    return page


def _values(body: bytes, between: Callable[[], object]) -> Iterator[Any]:
    """What the lines of a body say, decoded some at a time: a whole page at once keeps all threads for a tenth of a
    second."""
    decoder, start = msgspec.json.Decoder(_LINE), 0
    while start < len(body):
        end = body.find(b"\n", start + _AT_ONCE) + 1 or len(body)
        yield from decoder.decode_lines(body[start:end])
        start = end
        between()


def next_key(body: bytes) -> BackfillAt | None:
    """Where this page's bucket goes on, by its last line alone; None when it does not or cannot be told."""
    start = body.rfind(b"\n", 0, len(body) - 1) + 1
    try:
        return msgspec.json.decode(body[start:], type=_End).backfill
    except msgspec.MsgspecError:
        return None


class _End(msgspec.Struct, frozen=True, tag_field="t", tag="end"):
    backfill: BackfillAt | None = None


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _grouped(gone: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, list[str]]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for bucket, kind, row_id in gone:
        groups.setdefault((bucket, kind), []).append(row_id)
    for (bucket, kind), ids in groups.items():
        yield bucket, kind, ids
