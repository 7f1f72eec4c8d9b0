#!/usr/bin/env bash
# Makes .venv from the lock file, and makes it again only as far as something changed. Silent when nothing did.
# Every package is checked against its hash; nothing is resolved, so two machines get the same bytes.
#
#   packaging/setup/venv.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=.venv
exec 9>"${TMPDIR:-/tmp}/trunkline-setup-$(id -u).lock"
if command -v flock >/dev/null; then flock 9; fi # two `make` at once: the second waits, then finds it done

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'
packages="$PWD $(cksum <requirements.lock)"
scripts="$(sed -n '/^\[project/,/^\[tool\.pytest/p' pyproject.toml | cksum)"
had="$(cat "$venv/.packages" 2>/dev/null || true)"

find_python() {
    local candidate
    for candidate in ${1:+"$1"} ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3 python; do
        if command -v "$candidate" >/dev/null && "$candidate" -c "$fits" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "trunkline: Python 3.11 or 3.12 is needed; name it with PYTHON=/path/to/python3.11" >&2
    return 1
}

install_ensurepip() { # Debian keeps the part of Python that makes environments in a package of its own
    local package as_root=""
    package="python$("$1" -c 'import sys; print(*sys.version_info[:2], sep=".")')-venv"
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    echo "trunkline: installing $package"
    # shellcheck disable=SC2086
    { $as_root apt-get install -y "$package" ||
        { $as_root apt-get update && $as_root apt-get install -y "$package"; }; } >/dev/null 2>&1 </dev/null || {
        echo "trunkline: this Python can't make environments; on Debian, install $package as root" >&2
        return 1
    }
}

if [ "$had" != "$packages" ] || ! "$venv/bin/python" -c "$fits" 2>/dev/null; then
    # An environment of another place or another Python can't be mended; one with an older lock can.
    if [ "${had% * *}" != "$PWD" ] || ! "$venv/bin/python" -c "$fits" 2>/dev/null; then
        python="$(find_python "${1:-}")"
        "$python" -c 'import ensurepip' 2>/dev/null || install_ensurepip "$python"
        rm -rf "$venv"
        "$python" -m venv "$venv"
    fi
    echo "trunkline: installing the locked packages into $venv (about half a minute)"
    rm -f "$venv/.packages" "$venv/.scripts"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
    printf '%s\n' "$packages" >"$venv/.packages"
fi

if [ "$(cat "$venv/.scripts" 2>/dev/null || true)" != "$scripts" ]; then
    # --no-build-isolation: the build back end is one of the locked packages too.
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --no-index --no-build-isolation \
        --editable .
    printf '%s\n' "$scripts" >"$venv/.scripts"
fi
