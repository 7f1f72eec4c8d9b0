#!/usr/bin/env bash
# The system libraries and programs that Trunkline's window, keyring and tests need: looked for first, and installed
# on Debian and its children only when something is missing. Silent when nothing is.
#
#   packaging/setup/system.sh            everything `make run` and `make test` need
#   packaging/setup/system.sh bundle     what `make package` needs besides
#
# TRUNKLINE_SKIP_SYSTEM=1 leaves the machine alone.
set -euo pipefail

[ "${TRUNKLINE_SKIP_SYSTEM:-}" = 1 ] && exit 0
[ "$(uname -s)" = Linux ] || exit 0 # Windows and macOS wheels of Qt bring everything

# what to look for (a library's soname, a program, or a kind of file) and the Debian package that brings it
needed() {
    cat <<'TABLE'
libglib-2.0.so.0 libglib2.0-0
libGL.so.1 libgl1
libEGL.so.1 libegl1
libxkbcommon.so.0 libxkbcommon0
libfontconfig.so.1 libfontconfig1
libdbus-1.so.3 libdbus-1-3
libX11-xcb.so.1 libx11-xcb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libpulse.so.0 libpulse0
libdrm.so.2 libdrm2
libXext.so.6 libxext6
libXrandr.so.2 libxrandr2
libXrender.so.1 libxrender1
@font fonts-dejavu-core
@trust ca-certificates
dbus-run-session dbus-daemon
dbus-send dbus-bin
gnome-keyring-daemon gnome-keyring
Xvfb xvfb
xauth xauth
TABLE
    if [ "${1:-}" = bundle ]; then
        cat <<'TABLE'
objdump binutils
dpkg-deb dpkg
debootstrap debootstrap
TABLE
    fi
}

export PATH="$PATH:/usr/sbin:/sbin"
libraries="$(ldconfig -p 2>/dev/null || true)"

found() {
    case "$1" in
    @font) [ -n "$(find -L /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2>/dev/null)" ] ;;
    @trust) [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -d /etc/pki ] ;;
    *.so.*) case "$libraries" in *"	$1 "*) true ;; *) false ;; esac ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing=()
while read -r probe package; do
    found "$probe" || missing+=("$package")
done < <(needed "${1:-}")
[ "${#missing[@]}" -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "trunkline: this system is not Debian-like; if the window does not open, install what Debian calls:" \
        "${missing[*]}" >&2
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=(sudo)
    else
        echo "trunkline: please run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
fi

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1
}

echo "trunkline: installing ${missing[*]}"
# The package lists of a new machine may be empty or old: then they are fetched and the same is asked again.
if ! apt install -y --no-install-recommends "${missing[@]}"; then
    if ! { apt update && apt install -y --no-install-recommends "${missing[@]}"; }; then
        tail -n 20 "$log" >&2
        echo "trunkline: apt could not install ${missing[*]}; the lines above say why" >&2
        exit 1
    fi
fi
