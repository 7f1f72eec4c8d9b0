"""The interface against its own description: requests that schemathesis makes from `app.openapi()`, good and bad ones.

No answer may be a 5xx; every refusal is problem+json with a code; status, content type and body are as described. Half
of the cases are made to fit the description and half to break it. Into some that fit go real things (streams, buckets,
cursors, tokens), because random ones never come past the door. Callers are signed in in several roles, or not at all.

    http_cases.py [--seed 1] [--cases 20000]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import schemathesis
from file_copies import quick_folder
from house import PASSWORD, ROLES, House, house, quiet
from hypothesis import HealthCheck, Phase, Verbosity, given, seed as seeded, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sync.protocol.messages import Cursor, Enrol, Problem, Pull, decode
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import read_page
from sync.server.pull import COLUMNS

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
BATCH = 250  # cases with one hypothesis seed


@dataclass
class Finding:
    """An answer that should not be."""

    operation: str
    what: str
    request: str


@dataclass
class Device:
    """A signed-in device and what it may really ask for."""

    login: str
    name: str
    access: str
    refresh: str
    stream: str
    cursor: Cursor
    buckets: list[str]


@dataclass
class Cases:
    """The run. `told` gets a line now and then."""

    house: House
    seed: int
    told: Callable[[str], None]
    statuses: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed}/http")
        self.schema = schemathesis.openapi.from_asgi("/openapi.json", self.house.app)
        self.operations = [found.ok() for found in self.schema.get_all_operations()]
        self.devices = [self.device(login) for login in ROLES]
        stranger = self.house.sign_in("mia", "fuzz-stranger")  # signed in, never enrolled
        known = self.devices[0]
        self.devices.append(
            Device(
                "mia",
                "fuzz-stranger",
                stranger.access,
                stranger.refresh,
                known.stream,
                known.cursor,
                known.buckets,
            )
        )

    def device(self, login: str) -> Device:
        name = f"fuzz-{login}"
        tokens = self.house.sign_in(login, name)
        caller = self.house.accounts.authenticate(tokens.access)
        enrolled = self.house.accounts.enrol(caller, Enrol(name, "fuzz"))
        caller = self.house.accounts.authenticate(tokens.access)
        page = read_page(self.house.api.pull(caller, Pull(PROTOCOL, Cursor(), [])), COLUMNS)
        held = [one.bucket for one in page.add]
        return Device(login, name, tokens.access, tokens.refresh, enrolled.stream, page.cursor, held)

    def run(self, count: int) -> None:
        began, number = time.monotonic(), 0
        while self.done < count:
            operation = self.operations[number % len(self.operations)]
            # a route that takes nothing has little to say
            size = min(BATCH if operation.body else 10, count - self.done)
            good = self.dice.random() < 0.5 or not operation.body
            mode = GenerationMode.POSITIVE if good else GenerationMode.NEGATIVE
            self.batch(operation, mode, size, number)
            number += 1
            if number % len(self.operations) == 0:
                rate = self.done / (time.monotonic() - began)
                self.told(f"{self.done}/{count} cases, {rate:.0f}/s, {len(self.findings)} findings")

    def batch(self, operation: Any, mode: GenerationMode, size: int, number: int) -> None:
        wanted = self.done + size

        @seeded(self.seed * 1_000_003 + number)
        @settings(
            max_examples=size,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            if self.done < wanted:
                self.ask(operation, case, mode)

        ask()

    def ask(self, operation: Any, case: Any, mode: GenerationMode) -> None:
        self.done += 1
        device = self.dice.choice(self.devices)
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict) and self.dice.random() < 0.7:
            case.body = self.real(operation.path, case.body, device)
        headers = dict(case.headers or {})
        bearer = self.dice.random()
        if bearer < 0.9:
            headers["Authorization"] = f"Bearer {device.access}"
        elif bearer < 0.95:
            headers["Authorization"] = f"Bearer {device.refresh}"
        else:
            headers.pop("Authorization", None)
        response = case.call(headers=headers)
        name = f"{operation.method.upper()} {operation.path}"
        self.statuses[f"{name} {response.status_code}"] += 1
        wrong = self.judge(case, response)
        if wrong:
            self.findings.append(Finding(name, wrong, f"{case.body!r:.400} -> {response.text[:300]!r}"))
        if operation.path.startswith("/auth/") and response.status_code in (200, 204):
            self.again(device)

    def again(self, device: Device) -> None:
        """The device's session has ended or its tokens are spent: it signs in anew."""
        tokens = self.house.sign_in(device.login, device.name)
        device.access, device.refresh = tokens.access, tokens.refresh

    def judge(self, case: Any, response: Any) -> str:
        """What is wrong with an answer; '' when nothing is."""
        if response.status_code >= 500:
            return f"status {response.status_code}"
        if response.status_code >= 400:
            kind = response.headers.get("content-type", [""])
            if "application/problem+json" not in str(kind):
                return f"a refusal as {kind}"
            try:
                found = decode(response.content, type=Problem)
            except ValueError as err:
                return f"a problem that cannot be read: {err}"
            if found.status != response.status_code or not found.code or not found.title:
                return f"a problem that says too little: {found}"
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as err:
            return "; ".join(f"{type(one).__name__}: {one}" for one in err.exceptions)[:600]
        return ""

    def real(self, path: str, body: dict[str, Any], device: Device) -> dict[str, Any]:
        """The generated body with some of what this device could really say."""
        cursor = {
            "epoch": device.cursor.epoch,
            "position": self.dice.choice((device.cursor.position, 1, 0)),
            "nonce": self.dice.choice((device.cursor.nonce, "")),
        }
        some = self.dice.sample(device.buckets, self.dice.randint(0, len(device.buckets)))
        at = {"bucket": self.dice.choice(device.buckets), "kind": "", "row_id": ""}
        ops = [
            {
                "op_id": f"op-{device.name}-{self.dice.randint(1, 9)}",
                "seq": n + 1,
                "payload": one,
                "needs": [],
            }
            for n, one in enumerate(self.payloads(device))
        ]
        known: dict[str, dict[str, Any]] = {
            "/auth/sign-in": {"login": device.login, "password": PASSWORD, "device_id": device.name},
            "/auth/refresh": {"refresh": device.refresh},
            "/sync/v1/enrol": {"device_id": device.name, "name": "again"},
            "/sync/v1/push": {"protocol": PROTOCOL, "stream": device.stream, "ops": ops},
            "/sync/v1/rescue": {"protocol": PROTOCOL, "stream": device.stream, "ops": ops},
            "/sync/v1/pull": {
                "protocol": PROTOCOL,
                "cursor": cursor,
                "held": some,
                "sums": some,
                "backfill": at,
            },
        }
        fresh = known.get(path, {})
        keep = {key: value for key, value in fresh.items() if self.dice.random() < 0.75}
        if path == "/sync/v1/pull" and self.dice.random() < 0.5:
            keep["backfill"] = None
        return {**body, **keep}

    def payloads(self, device: Device) -> list[str]:
        """Commands as text, from sensible to none."""
        said = {"type": "SaveDraft", "v": 1, "actor": device.login, "business_date": "2026-11-23"}
        found = [json.dumps({**said, "op_id": f"op-{device.name}-{self.dice.randint(1, 9)}"}), "{}", "", "[]"]
        return self.dice.sample(found, self.dice.randint(0, 3))


def play(folder: Path, seed: int, count: int, told: Callable[[str], None]) -> dict[str, Any]:
    """The whole run; what it found."""
    with quiet(), house(folder, seed) as server:
        cases = Cases(server, seed, told)
        cases.run(count)
    kinds: dict[str, list[str]] = {}
    for one in cases.findings:
        kinds.setdefault(f"{one.operation}: {one.what[:200]}", []).append(one.request)
    for kind, requests in kinds.items():
        told(f"FOUND {len(requests)} x {kind}\n    {requests[0]}")
    return {
        "cases": cases.done,
        "findings": len(cases.findings),
        "kinds": {kind: [len(requests)] for kind, requests in kinds.items()},
        "statuses": dict(sorted(cases.statuses.items())),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=20_000)
    given_ = parser.parse_args()
    with quick_folder() as folder:
        found = play(folder, given_.seed, given_.cases, lambda line: print(line, flush=True))
    print(json.dumps({"fuzz": "http", "seed": given_.seed, **found}))
    return 1 if found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
