#!/usr/bin/env bash
# Runs a command beside a real, unlocked keyring where nobody is logged in: a session bus of its own, and on it
# gnome-keyring serving the Secret Service. The keyring lives in TRUNKLINE_KEYRING_DIR when that is set (so that a
# second run finds the first one's secrets), else in a folder that goes with the command.
#
#   packaging/setup/with-keyring.sh COMMAND [ARGUMENT...]
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"

if [ "${1:-}" != --on-the-bus ]; then
    if [ $# -eq 0 ]; then
        echo "usage: $0 COMMAND [ARGUMENT...]" >&2
        exit 2
    fi
    for program in dbus-run-session dbus-send gnome-keyring-daemon; do
        if ! command -v "$program" >/dev/null; then
            echo "trunkline: $program is missing; packaging/setup/system.sh installs it" >&2
            exit 1
        fi
    done
    # The bus is noisy about limits it may not raise in a container; the command keeps the real stderr, by way of 3.
    exec dbus-run-session --config-file="$here/session-bus.conf" -- "$here/with-keyring.sh" --on-the-bus "$@" \
        3>&2 2>/dev/null
fi
shift
exec 2>&3 3>&-

rooms="$(mktemp -d)"
keyrings="${TRUNKLINE_KEYRING_DIR:-$rooms/keyrings}"
mkdir -p "$keyrings" "$rooms/control"
chmod 700 "$keyrings" "$rooms/control"

# The daemon, and only it, is told another home: its keyring must not be the one of whoever runs this. The password
# opens a file that only this user can read; it protects nothing and hides nothing.
printf 'trunkline' | env -u GNOME_KEYRING_CONTROL XDG_DATA_HOME="$keyrings" HOME="$keyrings" \
    gnome-keyring-daemon --foreground --unlock --components=secrets --control-directory="$rooms/control" \
    >"$rooms/daemon.log" 2>&1 &
daemon=$!
finish() {
    kill "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
    rm -rf "$rooms"
}
trap finish EXIT

answers() {
    dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true'
}
for _ in $(seq 100); do
    answers && break
    if ! kill -0 "$daemon" 2>/dev/null; then break; fi
    sleep 0.05
done
if ! answers; then
    echo "trunkline: the keyring did not start:" >&2
    cat "$rooms/daemon.log" >&2
    exit 1
fi

set +e
"$@"
exit $?
