"""The arrows of the house hold, and each contract notices the import it is there to forbid."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

HOUSE = Path(__file__).parents[2]
CONFIG = tomllib.loads((HOUSE / "pyproject.toml").read_text())
CONTRACTS = {contract["id"]: contract for contract in CONFIG["tool"]["importlinter"]["contracts"]}


class Planted(NamedTuple):
    """One forbidden import, and the contract that must notice it."""

    contract: str
    in_module: str
    line: str


PLANTED = [
    # Layers: one import against each arrow, and one between the neighbours of each floor.
    Planted("layers", "app.domain.planted", "import app.store"),
    Planted("layers", "app.store.planted", "import app.workspace"),
    Planted("layers", "app.store.planted", "import sync.protocol"),
    Planted("layers", "sync.protocol.planted", "import app.store"),
    Planted("layers", "app.workspace.planted", "import app.screens"),
    Planted("layers", "app.workspace.planted", "import sync.client"),
    Planted("layers", "app.screens.planted", "import sync.client"),
    Planted("layers", "sync.client.planted", "import app.screens"),
    Planted("layers", "app.screens.planted", "import app.desktop"),
    Planted("layers", "app.screens.planted", "import app.printing"),
    Planted("layers", "app.printing.planted", "import app.desktop"),
    Planted("layers", "app.desktop.planted", "import sync.server"),
    Planted("layers", "sync.server.planted", "import app.desktop"),
    Planted("domain-floors", "app.domain.money", "import app.domain.decide"),
    Planted("domain-floors", "app.domain.planted", "import app.domain.ids"),  # a module without a floor
    *(
        Planted("domain-is-pure", "app.domain.planted", f"import {outsider}")
        for outsider in CONTRACTS["domain-is-pure"]["forbidden_modules"]
    ),
    Planted("server-knows-no-device", "sync.server.planted", "import app.workspace"),
    Planted("server-knows-no-device", "sync.server.planted", "import app.screens"),
    Planted("server-knows-no-device", "sync.server.planted", "import app.printing"),
    Planted("server-knows-no-device", "sync.server.planted", "import sync.client"),
    Planted("screens-know-no-sql", "app.screens.planted", "import sqlalchemy"),
    Planted("screens-know-no-sql", "app.printing.planted", "import sqlalchemy"),
    Planted("screens-know-no-sql", "sync.protocol.planted", "import sqlalchemy"),
    Planted("qt-only-in-desktop", "app.screens.planted", "from PySide6.QtCore import QObject"),
    Planted("qt-only-in-desktop", "sync.client.planted", "import PySide6"),
    Planted("requests-only-in-client", "sync.client.planted", "import requests"),
    Planted("requests-only-in-client", "app.desktop.planted", "import requests"),
    Planted("fastapi-only-in-server", "sync.protocol.planted", "import fastapi"),
    Planted("fastapi-only-in-server", "app.desktop.planted", "import uvicorn"),
    Planted("appdirs-only-in-folders", "app.store.planted", "import appdirs"),
    Planted("appdirs-only-in-folders", "sync.server.planted", "import appdirs"),
    Planted("keyring-only-in-secrets", "app.desktop.planted", "import keyring"),
    Planted("keyring-only-in-secrets", "sync.client.planted", "import keyring"),
    Planted("cryptography-only-in-signatures", "sync.server.planted", "from cryptography import exceptions"),
    Planted("cryptography-only-in-signatures", "app.domain.planted", "import cryptography"),
    Planted("biip-only-in-barcodes", "app.screens.planted", "from biip.gtin import Gtin"),
    Planted("biip-only-in-barcodes", "app.workspace.planted", "import biip"),
    Planted("fpdf-only-in-paper", "app.printing.planted", "from fpdf import FPDF"),
    Planted("fpdf-only-in-paper", "app.desktop.planted", "import uharfbuzz"),
    Planted("zxing-only-in-pictures", "app.workspace.planted", "import zxingcpp"),
]


def lint_imports(root: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the contracts on the packages in `root`, which hide the installed ones of the same name."""
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    only = ["--contract", contract] if contract else []
    return subprocess.run(
        [*program, "--no-logo", "--no-cache", *only],
        cwd=root,
        env={"PATH": "", "PYTHONPATH": str(root), "COLUMNS": "400", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which an import can be planted."""
    root = tmp_path_factory.mktemp("house")
    for package in ("app", "sync", "resources"):
        shutil.copytree(
            HOUSE / package, root / package, ignore=lambda _, names: [n for n in names if not is_source(n)]
        )
    shutil.copy(HOUSE / "pyproject.toml", root)
    return root


def is_source(name: str) -> bool:
    return name.endswith(".py") or ("." not in name and name != "__pycache__")


def test_every_contract_is_kept():
    ran = lint_imports(HOUSE)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in ran.stdout


@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: f"{p.contract}: {p.in_module} says {p.line}")
def test_a_forbidden_import_breaks_the_contract_meant_for_it(house: Path, planted: Planted):
    file = house / (planted.in_module.replace(".", "/") + ".py")
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\n{planted.line}\n")
    try:
        ran = lint_imports(house, planted.contract)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)

    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert f"{CONTRACTS[planted.contract]['name']} BROKEN" in ran.stdout
    assert planted.in_module in ran.stdout.partition("Broken contracts")[2]


def test_every_contract_has_an_import_planted_against_it():
    assert {planted.contract for planted in PLANTED} == set(CONTRACTS)


def test_every_package_of_the_house_stands_on_a_floor():
    """The layers contract can't be exhaustive over two roots, so an unplaced package is found here."""
    floors = CONTRACTS["layers"]["layers"]

    placed = {name for floor in floors for name in re.findall(r"[\w.]+", floor)}

    assert placed == {
        f"{root}.{child.name.removesuffix('.py')}"
        for root in ("app", "sync")
        for child in (HOUSE / root).iterdir()
        if child.name not in ("__init__.py", "__pycache__", "py.typed")
    }
