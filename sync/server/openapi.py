"""The description of the HTTP interface: OpenAPI 3.1 from the protocol's structs, and the same as one plain page.

The page at /docs needs no script and no network: FastAPI's own loads its reader from elsewhere on the internet.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

import msgspec
from fastapi import FastAPI
from msgspec import Struct

from sync.protocol import messages as m
from sync.server.problems import MEDIA_TYPE

_SHARED = (400, 404, 405, 408, 413, 415, 422, 500, 503)
_SIGNED_IN = (401, 403)

PROBLEMS = {
    400: "The request is no HTTP that can be read",
    401: "bad_credentials · token_missing · token_invalid · token_expired · token_reused · user_disabled",
    403: "device_revoked (`order`: lock or wipe) · device_mismatch · actor_mismatch",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow: the body did not arrive in time",
    409: "gap (`expected` is the next seq) · stream_forked · op_taken · stream_unknown · device_of_another",
    410: "epoch: this server's history is another (`expected` is the next seq); ask again with `marks`",
    413: "too_large · rescue_full",
    415: "unsupported_encoding",
    422: "malformed: `detail` says what and where",
    426: "upgrade_required",
    429: "too_many_attempts: nothing was looked at; try again after Retry-After seconds",
    500: "internal: a bug; `detail` has the request's number",
    503: "busy · unavailable: try again after Retry-After seconds",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One route, described. `takes` and `gives` are structs; a string is a media type of text."""

    path: str
    summary: str
    text: str
    gives: type[Struct] | str | None
    takes: type[Struct] | None = None
    method: str = "post"
    signed_in: bool = True
    also: tuple[int, ...] = ()


def operations(health: type[Struct]) -> tuple[Operation, ...]:
    """Every route there is."""
    return (
        Operation(
            "/auth/sign-in",
            "Sign in",
            "User and password for a pair of tokens. An earlier session of the same user and device ends.",
            m.Tokens,
            m.SignIn,
            signed_in=False,
            also=(401, 403, 429),
        ),
        Operation(
            "/auth/refresh",
            "Refresh",
            "A new pair for a refresh token. The old one stays valid until something of the new pair is used; after "
            "that, showing it ends the session.",
            m.Tokens,
            m.Refresh,
            signed_in=False,
            also=(401, 403, 429),
        ),
        Operation(
            "/auth/sign-out", "Sign out", "Ends this session. What waits on the tablet stays there.", None
        ),
        Operation(
            "/sync/v1/enrol",
            "Enrol",
            "Gives this device its stream, its letter and the next sequence number. Asking again answers the same.",
            m.Enrolled,
            m.Enrol,
            also=(409,),
        ),
        Operation(
            "/sync/v1/push",
            "Push",
            "Ops up, in sequence. An op that was sent before gets its first answer again; results travel in the feed.",
            m.PushAnswer,
            m.Push,
            also=(409,),
        ),
        Operation(
            "/sync/v1/rescue",
            "Rescue",
            "Ops that cannot go by push are kept as they are and nothing is applied: those of a device that was "
            "revoked, or one that no request can carry. The token may be of a revoked device, and it may have expired.",
            m.RescueAnswer,
            m.Rescue,
        ),
        Operation(
            "/sync/v1/pull",
            "Pull",
            "Rows down: one page of NDJSON, packed as accepted. With `wait` it comes as soon as there is news, at most "
            "so many seconds later; a newer pull of the device ends the wait. Lines: `hello{protocol, epoch, "
            "server_time, head, since, results}` · `buckets{add, drop}` · `kind{name, columns}` followed by rows as "
            "arrays · `gone{bucket, kind, ids}` · `end{cursor, more, backfill, rows, sums}`. A page without its end "
            "line did not happen.",
            "application/x-ndjson",
            m.Pull,
            also=(409, 410, 426),
        ),
        Operation(
            "/health", "Health", "That server and database answer.", health, method="get", signed_in=False
        ),
        Operation(
            "/docs", "This page", "The interface as a page.", "text/html", method="get", signed_in=False
        ),
    )


def describe(app: FastAPI, health: type[Struct]) -> None:
    """Make `app.openapi()` (and so /openapi.json) tell of all operations."""
    listed = operations(health)
    document = _document(app, listed)
    app.openapi = lambda: document  # type: ignore[method-assign]


def _document(app: FastAPI, listed: Sequence[Operation]) -> dict[str, Any]:
    structs = {one for op in listed for one in (op.takes, op.gives) if isinstance(one, type)} | {m.Problem}
    ordered = sorted(structs, key=lambda one: one.__name__)
    _, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    paths: dict[str, Any] = {}
    for op in listed:
        paths.setdefault(op.path, {})[op.method] = _operation(op)
    return {
        "openapi": "3.1.0",
        "info": {"title": app.title, "version": app.version, "summary": app.summary},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {str(status): _problem(text) for status, text in PROBLEMS.items()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "the access token"}
            },
        },
    }


def _operation(op: Operation) -> dict[str, Any]:
    statuses = sorted({*_SHARED, *(_SIGNED_IN if op.signed_in else ()), *op.also})
    described: dict[str, Any] = {
        "operationId": op.summary.lower().replace(" ", "_"),
        "summary": op.summary,
        "description": op.text,
        "responses": {
            **({"204": {"description": "Done"}} if op.gives is None else {"200": _success(op.gives)}),
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses},
        },
    }
    if op.takes is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(op.takes)}},
        }
    if op.signed_in:
        described["security"] = [{"bearer": []}]
    return described


def _success(gives: type[Struct] | str) -> dict[str, Any]:
    if isinstance(gives, str):
        return {"description": "As described", "content": {gives: {"schema": {"type": "string"}}}}
    return {
        "description": (gives.__doc__ or "").strip(),
        "content": {"application/json": {"schema": _ref(gives)}},
    }


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": _ref(m.Problem)}}}


def _ref(struct: type[Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{struct.__name__}"}


# -- the page ---------------------------------------------------------------------------------------------

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
h1,h2,h3{line-height:1.2}h2{margin-top:2.5rem;border-top:1px solid #d5dbe3;padding-top:1rem}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:#f3f5f8;padding:.75rem;overflow:auto;border-radius:6px}
.verb{background:#1f5fbf;color:#fff;border-radius:4px;padding:.1rem .45rem;font-size:.85rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0}
@media(prefers-color-scheme:dark){body{background:#12161c;color:#e4e9f0}pre{background:#1c222b}h2{border-color:#333c48}
a{color:#8ab4ff}}
"""
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "frame-ancestors 'none'"
)


def page(document: Mapping[str, Any]) -> str:
    """The OpenAPI document as one page of plain HTML."""
    info, shared = document["info"], document["components"]["responses"]
    parts = [
        f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1><p>{escape(info['summary'])}. "
        'For programs: <a href="/openapi.json">openapi.json</a>. Every refusal is RFC 9457 problem details with a '
        "stable <code>code</code>.</p>"
    ]
    for path, methods in document["paths"].items():
        for verb, op in methods.items():
            parts.append(_section(path, verb, op, shared))
    parts.append("<h2>Schemas</h2>")
    for name, schema in sorted(document["components"]["schemas"].items()):
        parts.append(
            f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{escape(schema.get("description", ""))}</p>'
        )
        parts.append(f"<pre>{escape(json.dumps(schema.get('properties', {}), indent=1))}</pre>")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])} interface</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>"
    )


def _section(path: str, verb: str, op: Mapping[str, Any], shared: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(status)}<td>{escape((one if 'description' in one else shared[status])['description'])}"
        for status, one in sorted(op["responses"].items())
    )
    takes = f"<p>Takes {_names(op['requestBody']['content'])}.</p>" if "requestBody" in op else ""
    gives: Mapping[str, Any] = next(
        (one["content"] for one in op["responses"].values() if "content" in one), {}
    )
    lock = "<p>Needs an access token.</p>" if "security" in op else ""
    return (
        f'<h2><span class="verb">{escape(verb.upper())}</span> <code>{escape(path)}</code></h2>'
        f"<p>{escape(op['description'])}</p>{lock}{takes}<p>Gives {_names(gives)}.</p><table>{rows}</table>"
    )


def _names(content: Mapping[str, Any]) -> str:
    named = []
    for media, body in content.items():
        name = body["schema"].get("$ref", "").rpartition("/")[2]
        link = f'<a href="#{escape(name)}">{escape(name)}</a> as ' if name else ""
        named.append(f"{link}<code>{escape(media)}</code>")
    return ", ".join(named) or "nothing"
