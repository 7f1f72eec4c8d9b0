"""Every format of the office, and the page that explains them: `packaging/server/imports.md` is what `page` says."""

from __future__ import annotations

from collections.abc import Iterator

from sync.server.imports.office_contracts import CONTRACTS
from sync.server.imports.office_formats import Format
from sync.server.imports.office_parties import (
    ASSORTMENTS,
    COMMITMENTS,
    LICENCES,
    PAR_LEVELS,
    RECALLS,
    ROSTERS,
    TERMS,
)
from sync.server.imports.office_places import PLACES
from sync.server.imports.office_prices import (
    EXEMPTIONS,
    FLOORS,
    PRICE_LISTS,
    PRICES,
    RATES,
    TAXES,
)
from sync.server.imports.office_promotions import PROMOTIONS

# In the order in which a new company loads them: what is named comes before what names it.
FORMATS: tuple[Format, ...] = (
    PRICE_LISTS,
    PRICES,
    PROMOTIONS,
    ROSTERS,
    CONTRACTS,
    COMMITMENTS,
    TERMS,
    ASSORTMENTS,
    LICENCES,
    FLOORS,
    TAXES,
    EXEMPTIONS,
    RATES,
    RECALLS,
    PLACES,
    PAR_LEVELS,
)

_HEAD = """# Files of the office

`trunkline-server import FORMAT FILE` loads prices, contracts, rosters, licences, policies and the like. This page is
written by `trunkline-server import formats`.

- CSV, UTF-8, comma separated, plain or gzipped, one header row; columns in any order. A column that is not *needed* may
  be left out. A column that a format does not have is refused, for it may be a misspelt one.
- Dates are like `2026-01-31`, and a last day is in. Numbers have a point and no thousands separator. Flags are `yes`
  or `no`. Things are named as people name them: accounts by number, products by SKU (or GTIN, or id), contracts by
  number, lists and places by name.
- Every line is checked, and every error told as `file:line: column: what is wrong; expected …`. When a line is wrong,
  **nothing is changed** and the exit code is 1; `--skip-bad` leaves such lines out and loads the others (exit code 0,
  or 1 with `--strict`).
- The difference is told before anything is written: `+` added, `~` changed (old → new), `-` removed. `--dry-run` stops
  there.
- **Rows a file names are put; rows it does not name stay.** With `--replace` a file is the whole truth within what it
  names (stated below for each format), and what it does not name there is removed.
- A file is in as a whole or not at all, with a line in the audit table: who, which file, its sha256, how many rows.
  `--by LOGIN` says who; without it, it is the office. Loading a file twice changes nothing.
- Tablets get the change with their next sync.
"""

_POLICIES = """## policies

What the company has decided, as JSON: one object with a value for each policy it names; others stay. A file that is a
list is an approval policy, the value of `approval_rules`. `resources/schemas` holds the schemas, for an editor to
complete and check a file: `policies.schema.json` and `approval-policy.schema.json`. Errors name the line and the JSON
path (`$.approval_rules[0].levels[1].role`). A policy that is named is replaced as a whole.
`main_warehouse` is the name or id of a place of the kind dc.

```json
{
  "currency": "USD",
  "discount_limit": {"rep": {"*": 1000, "FDA class 3": 500}, "manager": {"*": 2500}},
  "price_honour_days": 14,
  "approval_rules": [
    {
      "code": "discount_over_limit",
      "levels": [{"role": "manager", "over": 0}, {"role": "director", "over": 2500}],
      "escalate_after_days": 2,
      "escalate_to": "director"
    }
  ]
}
```
"""


def page() -> str:
    """The page in Markdown."""
    return "\n".join((_HEAD, *(line for form in FORMATS for line in _section(form)), _POLICIES))


def _section(form: Format) -> Iterator[str]:
    yield f"## {form.name}\n"
    yield form.says
    yield f"`--replace` takes a file for {form.whole}.\n" if form.scope else "`--replace` is not for these.\n"
    yield "| column | needed | what is in it | written as |"
    yield "|---|---|---|---|"
    for column in form.columns:
        needed = "yes" if column.needed else ""
        yield f"| `{column.name}` | {needed} | {column.meaning} | {column.expected} |"
    yield "\n```"
    yield from example(form)
    yield "```\n"


def example(form: Format) -> tuple[str, str]:
    """A header and a line of the format: what is needed, and what else has something to show."""
    shown = [column for column in form.columns if column.needed or column.example]
    return ",".join(column.name for column in shown), ",".join(column.example for column in shown)


def columns_told(form: Format) -> str:
    """The columns for `--help`, one a line."""
    width = max(len(column.name) for column in form.columns) + 2
    return "\n".join(
        f"{column.name + ('' if column.needed else ' ?'):<{width + 2}}{column.meaning}"
        for column in form.columns
    )
