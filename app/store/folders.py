"""Where files live on this machine. The one user of appdirs."""

from __future__ import annotations

from pathlib import Path

import appdirs

_NAME = "trunkline"


def data_folder(part: str) -> Path:
    """The per-user data folder for `part` ('tablet' or 'server'), made when missing."""
    folder = Path(appdirs.user_data_dir(_NAME, False)) / part
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
