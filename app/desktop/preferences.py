"""What this installation remembers between starts: who worked here last, and how it should look. No secrets."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Preferences:
    """`signed_in` is False after signing out: then the app asks before it opens the data of `login`."""

    server: str = ""
    login: str = ""
    signed_in: bool = False
    theme: str = "light"
    language: str = "system"
    company: str = ""
    company_address: str = ""  # line by line
    scanner_prefix: str = ""  # what the scanner sends before each code
    scanner_end: str = "either"  # and behind it: one of scanner.ENDS


@dataclass(slots=True)
class PreferencesFile:
    """Preferences in a JSON file; a missing or broken file means the defaults."""

    path: Path

    def load(self) -> Preferences:
        try:
            found = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return Preferences()
        plain = Preferences()
        kept = {
            field.name: found[field.name]
            for field in fields(Preferences)
            if type(found.get(field.name)) is type(getattr(plain, field.name))
        }
        return replace(plain, **kept)

    def change(self, **values: Any) -> Preferences:
        """Keep these values beside the others, whole or not at all."""
        changed = replace(self.load(), **values)
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(changed), indent=2), "utf-8")
        os.replace(fresh, self.path)
        return changed
