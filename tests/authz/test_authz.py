"""The authorisation matrix holds for a part of the people, and a policy with a hole in it never passes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import authz
import policy


def test_a_rep_an_administrator_and_everybody_outside_are_answered_by_the_table(tmp_path: Path) -> None:
    report = authz.run(tmp_path, who=("rep", "admin", *authz.OUTSIDE))

    assert report.wrong == []
    assert set(report.cases) == {*policy.ROUTES, *policy.OPS}
    assert report.alike > len(policy.ROUTES) + len(policy.OPS)


@pytest.mark.parametrize("name", ["POST /sync/v1/pull", "MoveOrder"])
def test_a_route_or_op_type_without_a_row_fails_the_run(tmp_path: Path, name: str) -> None:
    report = authz.run(
        tmp_path,
        route_table={key: row for key, row in policy.ROUTES.items() if key != name},
        op_table={key: row for key, row in policy.OPS.items() if key != name},
    )

    assert [line.split(":")[0].split(" ", 1)[1].removeprefix("type ") for line in report.wrong] == [name]
    assert not report.cases


def test_another_answer_than_the_tables_is_a_difference(tmp_path: Path) -> None:
    wrong = {**policy.OPS, "CloseDraft": {**policy.OPS["CloseDraft"], "* own": "rejected"}}

    report = authz.run(tmp_path, op_table=wrong, who=("rep",))

    assert [line.split(" on ")[0] for line in report.wrong] == ["CloseDraft by rep"]
