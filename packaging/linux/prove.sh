#!/usr/bin/env bash
# The proof that the .deb works where nothing else is installed. Two clean roots, kept for the next time:
#
#   bare      minimal Debian and what the .deb says it depends on: the app must start and answer --self-check, print a
#             quote whose words can be read here, and read a label off a picture that was drawn here
#   keyring   the same and the keyring the .deb recommends: the app must enrol and sync with a server that runs
#             outside the root, on the loopback address
#
#   packaging/linux/prove.sh DEB         (as root: it uses chroot)
set -euo pipefail
cd "$(dirname "$0")/../.."

deb="$1"
roots="$PWD/build/roots"
work="$PWD/build/proof"
user="${TRUNKLINE_PROOF_USER:-proof.rep}"
password="only-for-the-proof-$$"

if [ "$(id -u)" -ne 0 ]; then
    echo "prove: a clean root needs chroot, so this part needs root; the bundle and the .deb are made" >&2
    exit 1
fi
server=""
trap '[ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; } || true' EXIT

# what the .deb asks for, the first of each alternative, as apt would choose on a machine that has none
depends="$(dpkg-deb --field "$deb" Depends | tr ',' '\n' | sed -E 's/\|.*//; s/\(.*//; s/ //g' | sort | tr '\n' ' ')"
# shellcheck disable=SC2086
packaging/linux/clean-root.sh "$roots/bare" $depends
# shellcheck disable=SC2086
packaging/linux/clean-root.sh "$roots/keyring" $depends dbus-daemon dbus-bin gnome-keyring

# inside ROOT COMMAND...: runs it there with a bare environment, as a user of that machine; stdin goes along
inside() {
    unshare --mount bash -euo pipefail -c '
        root="$1"; shift
        mount -t proc proc "$root/proc"
        mount -t tmpfs tmpfs "$root/dev/shm" 2>/dev/null || true
        for device in null zero random urandom; do
            [ -c "$root/dev/$device" ] || { : >"$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; }
        done
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/home/rep LANG=C.UTF-8 QT_QPA_PLATFORM=offscreen \
            chroot --userspec=rep:rep "$root" "$@"' inside "$@"
}

install_into() { # ROOT: the .deb as it is now, by dpkg, which complains when a dependency is missing
    chroot "$1" dpkg --purge trunkline >/dev/null 2>&1 || true
    cp "$deb" "$1/tmp/trunkline.deb"
    chroot "$1" env DEBIAN_FRONTEND=noninteractive dpkg --install /tmp/trunkline.deb >"$work/dpkg.log" 2>&1 ||
        { cat "$work/dpkg.log" >&2; return 1; }
    rm "$1/tmp/trunkline.deb"
    chroot "$1" id rep >/dev/null 2>&1 || chroot "$1" useradd --create-home rep
    rm -rf "$1/home/rep/.local"
}

rm -rf "$work"
mkdir -p "$work"
install_into "$roots/bare"
if inside "$roots/bare" sh -c 'command -v python3' >/dev/null; then
    echo "prove: the clean root has a Python; then it proves nothing" >&2
    exit 1
fi
papers="$roots/bare/home/rep/papers"
rm -rf "$papers"
.venv/bin/python packaging/linux/papers.py draw "$papers"
chroot "$roots/bare" chown -R rep:rep /home/rep/papers
answer="$(inside "$roots/bare" /usr/bin/trunkline --self-check --data /home/rep/papers)"
echo "prove: bare root, --self-check: $answer"
grep -q '"self_check": *"ok"' <<<"$answer"
.venv/bin/python packaging/linux/papers.py look "$papers" "$answer"

# The server: the demo company on SQLite, and one rep of our own in it.
office() {
    .venv/bin/trunkline-server "$@" --data "$work/server" >"$work/office.log" 2>&1 ||
        { cat "$work/office.log" >&2; return 1; }
}
office demo
printf '%s' "$password" | office user add "$user" --role rep --name "Proof Rep" --territory '*' --password-stdin
.venv/bin/trunkline-server serve --host 127.0.0.1 --port 0 --port-file "$work/port" --data "$work/server" \
    >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 300); do
    [ -s "$work/port" ] && break
    kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; exit 1; }
    sleep 0.1
done
port="$(cat "$work/port")"

install_into "$roots/keyring"
mkdir -p "$roots/keyring/opt/proof"
cp packaging/setup/with-keyring.sh packaging/setup/session-bus.conf "$roots/keyring/opt/proof/"
synced="$(printf '%s' "$password" | inside "$roots/keyring" /opt/proof/with-keyring.sh /usr/bin/trunkline \
    --enrol-and-sync "http://127.0.0.1:$port" --user "$user" --password-stdin)"
echo "prove: keyring root, --enrol-and-sync: $synced"
grep -q '"complete": *true' <<<"$synced"
