"""Prints the Depends line of the .deb: the packages that own what the bundle asks for and does not bring.

    python packaging/linux/depends.py BUNDLE_FOLDER

Read from the files themselves, so the line can't fall behind the bundle.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

# What no library asks for by name and the app needs all the same: letters and where to find them, keyboard layouts,
# time zones, trust, and what Qt opens late.
BESIDES = (
    "fonts-dejavu-core | fonts-inter | fonts-noto-core",
    "fontconfig-config",
    "xkb-data",
    "libx11-data",
    "tzdata",
    "ca-certificates",
    "libgl1",
    "libegl1",
)


def output(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def asked_for(bundle: Path) -> set[str]:
    """The sonames that the bundle's own ELF files name and that are not in the bundle."""
    elf = [file for file in bundle.rglob("*") if file.is_file() and file.read_bytes()[:4] == b"\x7fELF"]
    needed = {
        name for file in elf for name in re.findall(r"NEEDED\s+(\S+)", output("objdump", "-p", str(file)))
    }
    return needed - {file.name for file in bundle.rglob("*")}


def owner(soname: str, where: dict[str, str]) -> str:
    """The Debian package that brings `soname` on this machine.

    Raises SystemExit when nothing does: then the bundle can't have been tried here either.
    """
    path = where.get(soname)
    if path is None:
        raise SystemExit(f"depends: the bundle needs {soname}, which this machine does not have")
    for candidate in (path, str(Path(path).resolve()), path.removeprefix("/usr"), "/usr" + path):
        found = output("dpkg-query", "-S", candidate)
        if found:
            return found.split(":", 1)[0]
    raise SystemExit(f"depends: no package owns {path}")


def main(bundle: Path) -> None:
    cache = output("/sbin/ldconfig", "-p")
    where: dict[str, str] = {}
    for soname, path in re.findall(r"^\t(\S+) \(.*\) => (\S+)$", cache, re.MULTILINE):
        where.setdefault(soname, path)
    packages = {owner(soname, where) for soname in sorted(asked_for(bundle))}
    print(", ".join([*sorted(packages - set(BESIDES)), *BESIDES]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
