"""The pricing answer key, on a small folder: what agrees passes, and whatever is altered is noticed.

The folder is the demo company's; the key is four of its order lines, worked out by hand from the list price, 60 % of it
for resellers, and the offer's share of the list.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADER = (
    "sales_order_detail_id,channel,list_price_on_order_date,applied_offer_id,best_eligible_offer_id,offer_discount_pct,"
    "unit_price_discount,unit_price,unit_price_by_rule,rule_holds,line_total"
)
KEY = {
    "online": "100030,online,34.99,1,1,0,0,34.99,34.99,1,34.99",
    "plain": "46745,reseller,1214.85,1,1,0,0,728.91,728.91,1,1457.82",
    "offer": "46744,reseller,742.35,13,13,0.15,0.15,334.0575,334.0575,1,283.9489",
    "not given": "46748,reseller,742.35,1,13,0,0,445.41,445.41,1,890.82",
    "no list price": "46746,reseller,,1,1,0,0,1430.442,,0,5721.768",
}


@pytest.fixture(scope="module")
def program() -> Any:
    spec = spec_from_file_location("trunkline_pricing_key", ROOT / "tests" / "bench" / "pricing_key.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "resources" / "demo" / "adventureworks", tmp_path / "aw"))


def answered(program: Any, folder: Path, capsys: Any, **altered: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the last line for the key with these lines altered."""
    lines = {**KEY, **altered}
    with gzip.open(folder / "key_line_pricing.csv.gz", "wt", encoding="utf-8") as key:
        key.write("\n".join((HEADER, *lines.values())) + "\n")
    code = program.main([str(folder)])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_key_that_the_rules_agree_with_passes_at_its_own_ceiling(
    program: Any, folder: Path, capsys: Any
) -> None:
    code, figures = answered(program, folder, capsys)

    assert code == 0
    assert (figures["lines"], figures["unpriceable"]) == (5, 1)
    assert (figures["online"], figures["online_equal"]) == (1, 1)
    assert (figures["reseller"], figures["reseller_equal"], figures["best_equal"]) == (3, 3, 3)
    assert (figures["applied_equal"], figures["ceiling"]) == (2, 2)
    assert (figures["misses"], figures["ok"]) == ({}, True)


@pytest.mark.parametrize(
    ("which", "line", "missed"),
    [
        ("online", "100030,online,34.99,1,1,0,0,34.9901,34.99,1,34.99", "online price"),
        ("online", "100030,online,34.98,1,1,0,0,34.99,34.99,1,34.99", "online price"),
        ("offer", "46744,reseller,742.35,13,13,0.15,0.15,334.0576,334.0575,1,283.9489", "reseller price"),
        ("plain", "46745,reseller,1214.85,1,2,0,0,728.91,728.91,1,1457.82", "best offer"),
        ("plain", "99,reseller,1214.85,1,1,0,0,728.91,728.91,1,1457.82", "imported"),
    ],
)
def test_an_altered_key_is_missed(
    program: Any, folder: Path, capsys: Any, which: str, line: str, missed: str
) -> None:
    code, figures = answered(program, folder, capsys, **{which: line})

    assert (code, figures["misses"], figures["ok"]) == (1, {missed: 1}, False)


def test_a_folder_without_a_key_is_refused(program: Any, folder: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main([str(folder)])

    assert ended.value.code == 2
    assert "has no key_line_pricing" in capsys.readouterr().err
