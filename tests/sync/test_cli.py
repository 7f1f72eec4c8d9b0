"""`trunkline-server` as its users meet it: real processes, their output, their exit codes."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text

from app.store.engine import writing
from sync.protocol.messages import Cursor, Enrol, OpEnvelope, Pull, Push, SignIn, encode
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import read_page
from sync.server.compose import opened
from sync.server.settings import resolve

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "sync.server.cli"]
PASSWORD = "correct horse battery"


def run(
    *arguments: Any, stdin: str = "", code: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that must end with `code` and never with a traceback."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@contextmanager
def serving(*arguments: Any, log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its address."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", "0", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith("trunkline-server listening on http"), line + log.read_text()
            yield process, line.rpartition(" ")[2]
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)
            process.stdout.close()


# -- serving ----------------------------------------------------------------------------------------------


def test_serve_makes_its_database_says_where_it_is_and_ends_cleanly(tmp_path: Path) -> None:
    data, port_file = tmp_path / "new" / "data", tmp_path / "port"

    with serving("--data", data, "--port-file", port_file, log=tmp_path / "log") as (process, base):
        assert requests.get(f"{base}/health", timeout=20).json()["database"] == "sqlite"
        assert base.endswith(f":{port_file.read_text().strip()}")
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0

    assert (data.stat().st_mode & 0o777) == 0o700
    assert [json.loads(line)["message"] for line in (tmp_path / "log").read_text().splitlines()] == [
        "request"
    ]


def test_a_request_under_way_is_answered_before_the_server_ends(tmp_path: Path) -> None:
    with serving("--data", tmp_path, log=tmp_path / "log") as (process, base):
        host, port = base.removeprefix("http://").split(":")
        body = encode(SignIn("nobody", "x" * 900, "tablet"))
        head = f"POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            wire.sendall(head + body[:10])
            requests.get(f"{base}/health", timeout=20)
            process.send_signal(signal.SIGTERM)
            wire.sendall(body[10:])
            answer = b"".join(iter(lambda: wire.recv(4096), b""))

        assert process.wait(30) == 0

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"bad_credentials" in answer


def test_a_pull_that_waits_is_answered_when_the_server_ends(tmp_path: Path) -> None:
    with opened(resolve(tmp_path, None, create=True), migrate=True) as parts:
        parts.accounts.add_user("mia", "correct horse", role="rep", name="Mia Berg")

    with serving("--data", tmp_path, log=tmp_path / "log") as (process, base):

        def post(path: str, body: Any, token: str = "") -> requests.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return requests.post(f"{base}{path}", encode(body), headers=headers, timeout=60)

        token = post("/auth/sign-in", SignIn("mia", "correct horse", "tablet")).json()["access"]
        post("/sync/v1/enrol", Enrol("tablet", "Blue"), token)
        first = read_page(post("/sync/v1/pull", Pull(PROTOCOL, Cursor(), []), token).content, {})
        held = [one.bucket for one in first.add]
        with ThreadPoolExecutor(1) as threads:
            waits = Pull(PROTOCOL, first.cursor, held, wait=25)
            answer = threads.submit(post, "/sync/v1/pull", waits, token)
            requests.get(f"{base}/health", timeout=20)
            process.send_signal(signal.SIGTERM)

            assert read_page(answer.result(60).content, {}).cursor == first.cursor

        assert process.wait(30) == 0


def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = run("serve", "--data", tmp_path, "--port", port, code=2)

    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr
    assert done.stdout == ""


def test_serving_with_tls(tmp_path: Path, here: Any) -> None:
    cert, key = certificate(tmp_path)

    with serving("--data", tmp_path, "--tls-cert", cert, "--tls-key", key, log=tmp_path / "log") as (_, base):
        answer = requests.get(f"{base}/health", verify=str(cert), timeout=20)

    assert base.startswith("https://")
    assert answer.headers["strict-transport-security"]
    here("serve", "--data", tmp_path, "--tls-cert", cert, code=2)
    done = here("serve", "--data", tmp_path, "--tls-cert", cert, "--tls-key", cert, code=2)
    assert "the TLS certificate or key cannot be used" in done.stderr


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "trunkline test")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_file, key_file


@pytest.mark.postgres
def test_postgresql_is_served_only_when_somebody_has_migrated_it(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    refused = run("serve", "--database", empty_postgres_url, code=2)
    migrated = run("migrate", "--database", empty_postgres_url)
    again = run("migrate", "--database", empty_postgres_url)

    assert "run `trunkline-server migrate`" in refused.stderr
    assert "from nothing to schema" in migrated.stdout
    assert "already" in again.stdout
    with serving("--database", empty_postgres_url, log=tmp_path / "log") as (_, base):
        assert requests.get(f"{base}/health", timeout=20).json()["database"] == "postgresql"


# -- people, devices, accounts ----------------------------------------------------------------------------


def test_a_user_is_added_signs_in_and_is_locked_out_again(tmp_path: Path, here: Any) -> None:
    at = ("--data", tmp_path)
    added = here(
        "user", "add", "Mia", "--role", "rep", "--name", "Mia Berg", "--password-stdin", *at, stdin=PASSWORD
    )
    taken = here("user", "add", "mia", "--role", "rep", "--password-stdin", *at, stdin=PASSWORD, code=2)
    short = here("user", "add", "ole", "--role", "rep", "--password-stdin", *at, stdin="short", code=2)

    assert "mia added: rep, code MB" in added.stdout
    assert "the login 'mia' is taken" in taken.stderr
    assert "8 to 1000 characters" in short.stderr
    with serving(*at, log=tmp_path / "log") as (_, base):

        def sign_in(password: str) -> Any:
            return requests.post(
                f"{base}/auth/sign-in", data=encode(SignIn("mia", password, "t-1")), timeout=20
            )

        tokens = sign_in(PASSWORD).json()
        headers = {"Authorization": f"Bearer {tokens['access']}"}
        enrol = {"device_id": "t-1", "name": "Blue tablet"}
        assert (
            requests.post(f"{base}/sync/v1/enrol", json=enrol, headers=headers, timeout=20).status_code == 200
        )
        here("user", "password", "mia", "--password-stdin", *at, stdin="another good one\n")
        assert sign_in(PASSWORD).status_code == 401
        assert sign_in("another good one").status_code == 200
        assert "t-1" in here("device", "list", *at).stdout
        here("device", "revoke", "t-1", *at)
        assert sign_in("another good one").json()["code"] == "device_revoked"
        here("device", "restore", "t-1", *at)
        assert "not revoked" in here("device", "restore", "t-1", *at, code=2).stderr
        assert sign_in("another good one").status_code == 200
        here("device", "revoke", "t-1", *at)
        here("user", "disable", "mia", *at)
        assert sign_in("another good one").json()["code"] == "bad_credentials"
    listed = here("user", "list", *at).stdout
    assert "disabled" in listed
    assert "Mia Berg" in listed
    assert "revoked" in here("device", "list", *at).stdout
    assert PASSWORD not in (tmp_path / "log").read_text()


def test_an_account_is_held_released_and_closed(sqlite_world: Any, tmp_path: Path, here: Any) -> None:
    at = ("--data", tmp_path)

    held = here("account", "hold", "A1", "--reason", "Cheque bounced", *at)
    released = here("account", "release", "A1", *at)
    no_reason = here("account", "close", "A2", "--reason", "  ", *at, code=2)
    closed = here("account", "close", "A2", "--reason", "Out of business", *at)
    unknown = here("account", "hold", "A77", "--reason", "x", *at, code=2)

    assert held.stdout == "A1 Hospital a1: on hold\n"
    assert released.stdout == "A1 Hospital a1: active\n"
    assert "reason_required" in no_reason.stderr
    assert closed.stdout == "A2 Hospital a2: closed\n"
    assert "no accounts have the number 'A77'" in unknown.stderr
    assert sqlite_world.rows("SELECT status, status_reason FROM account ORDER BY id LIMIT 2") == [
        ("active", ""),
        ("closed", "Out of business"),
    ]
    assert here("verify", *at).stdout == "verify: ok\n"


def test_a_parked_op_is_listed_and_tried_again(sqlite_world: Any, tmp_path: Path, here: Any) -> None:
    at = ("--data", tmp_path)
    rep = sqlite_world.tablet("rep")
    sale = rep.sale()
    assert rep.workspace.perform(sale).saved
    stream = rep.api.caller.stream
    rep.api.push(Push(1, stream, [OpEnvelope("future-op", 1, '{"type":"SendDrone","v":1}', [])]))

    listed = here("parked", "list", *at)
    still = here("parked", "retry", "future-op", *at, code=2)
    unknown = here("parked", "retry", "nothing", *at, code=2)

    assert "future-op" in listed.stdout
    assert "UnknownCommand: SendDrone v1" in listed.stdout
    assert listed.stdout.endswith("1 parked\n")
    assert "stays parked" in still.stderr
    assert "no parked op nothing" in unknown.stderr
    assert here("verify", *at).stdout == "verify: ok\n"


# -- data -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_demo_company_loads_once_and_its_people_can_sign_in(tmp_path: Path) -> None:
    at = ("--data", tmp_path)

    first = run("demo", "--password", PASSWORD, *at)
    second = run("demo", "--password", "quite another one", *at)

    assert "passwords set for 6 people" in first.stdout
    assert "passwords set for 0 people" in second.stdout
    assert "sales_order" in first.stdout
    assert "product" in first.stderr  # a line per stage where there is no terminal
    assert run("verify", *at).stdout == "verify: ok\n"
    with serving(*at, log=tmp_path / "log") as (_, base):
        answer = requests.post(
            f"{base}/auth/sign-in", data=encode(SignIn("david8", PASSWORD, "t")), timeout=20
        )
        assert answer.json()["user"]["name"] == "David Campbell"


def test_an_import_names_its_bad_rows_and_fails_only_when_strict(tmp_path: Path) -> None:
    source = shutil.copytree(ROOT / "resources/demo/gudid", tmp_path / "gudid")
    table = next(source.glob("device.csv*"))
    opened = gzip.open if table.suffix == ".gz" else open
    with opened(table, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    lines[3] = lines[3].replace(lines[3].split(",")[0], "not-an-identifier", 1)
    with opened(table, "wt", encoding="utf-8") as file:
        file.writelines(lines)

    done = run("import", "gudid", source, "--data", tmp_path / "data")
    strict = run("import", "gudid", source, "--data", tmp_path / "data", "--strict", code=1)

    assert "1 rows rejected" in done.stdout
    assert f"{table.name}:4:" in done.stdout
    assert "0 added" in strict.stdout


def test_verify_prints_every_difference_and_exits_with_one(sqlite_world: Any, tmp_path: Path) -> None:
    with writing(sqlite_world.engine) as connection:
        connection.execute(text("UPDATE balance SET qty = qty + 1 WHERE id = 'wh|p1|l1'"))
        connection.execute(text("DELETE FROM feed WHERE row_id = 'p1'"))

    told = run("verify", "--data", tmp_path, code=1)
    machine = run("verify", "--json", "--data", tmp_path, code=1)

    lines = told.stdout.splitlines()
    assert lines[0] == "balance: wh|p1|l1: expected 50 by its movements, found 51"
    assert "feed: g:catalog product p1: expected a live entry, found none" in lines
    assert lines[-1] == f"verify: {len(lines) - 1} differences"
    checks = [json.loads(line)["check"] for line in machine.stdout.splitlines()]
    assert len(checks) == len(lines) - 1
    assert set(checks) == {"balance", "feed", "sum"}
