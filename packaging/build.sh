#!/usr/bin/env bash
# The tablet app as a folder that needs no Python, as a .deb made of it, and the proof that the .deb works on a machine
# that has nothing else: in a clean Debian root it starts, enrols and syncs.
#
#   packaging/build.sh            all of it (as root, because a clean root is made with chroot)
#   packaging/build.sh --no-proof only the bundle and the .deb
#
# Everything it makes lies under build/: bundle/, the .deb, and the clean roots (kept, so a second run is quick).
set -euo pipefail
cd "$(dirname "$0")/.."

proof=yes
[ "${1:-}" = --no-proof ] && proof=no
py="$PWD/.venv/bin/python"
work="$PWD/build/bundle"
bundle="$work/dist/trunkline"
version="$("$py" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')"
architecture="$(dpkg --print-architecture)"
deb="$PWD/build/trunkline_${version}_${architecture}.deb"
step() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

step "bundle"
mkdir -p "$work"
if ! "$py" -m PyInstaller --noconfirm --log-level WARN --distpath "$work/dist" --workpath "$work/work" \
    packaging/trunkline.spec >"$work/build.log" 2>&1; then
    tail -n 40 "$work/build.log" >&2
    exit 1
fi
answer="$(QT_QPA_PLATFORM=offscreen "$bundle/trunkline" --self-check)"
step "bundle of $(du -sh "$bundle" | cut -f1) answers here: $answer"

tree="$work/deb"
rm -rf "$tree"
mkdir -p "$tree/DEBIAN" "$tree/opt" "$tree/usr/bin" "$tree/usr/share/applications" \
    "$tree/usr/share/icons/hicolor/scalable/apps" "$tree/usr/share/doc/trunkline"
cp -a "$bundle" "$tree/opt/trunkline"
ln -s /opt/trunkline/trunkline "$tree/usr/bin/trunkline"
cp packaging/linux/trunkline.desktop "$tree/usr/share/applications/"
cp packaging/linux/trunkline.svg "$tree/usr/share/icons/hicolor/scalable/apps/"
cp LICENSE "$tree/usr/share/doc/trunkline/copyright"
find "$tree" -type d -exec chmod 755 {} +
chmod -R u+rwX,go+rX,go-w "$tree"
depends="$("$py" packaging/linux/depends.py "$bundle")"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$tree" | cut -f1)/" \
    -e "s/@DEPENDS@/$depends/" packaging/linux/control.in >"$tree/DEBIAN/control"
dpkg-deb --root-owner-group -Zxz -z1 --build "$tree" "$deb" >"$work/deb.log"
step "$(basename "$deb") of $(du -sh "$deb" | cut -f1), needs $depends"

if [ "$proof" = yes ]; then
    packaging/linux/prove.sh "$deb"
    step "proved in a clean root"
else
    step "not proved in a clean root, as asked"
fi
