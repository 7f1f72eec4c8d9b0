#!/usr/bin/env bash
# NOT RUN on our machines: we have no macOS. Written against the documentation of PyInstaller and of Apple's tools, from
# the recipe that runs on Debian (packaging/build.sh). Whoever runs it first: say what had to change.
#
# The tablet app as Trunkline.app and a disk image of it. Needs Python 3.11 and Apple's command line tools. With
# TRUNKLINE_SIGN_AS set to a Developer ID it is signed, with TRUNKLINE_NOTARY_PROFILE also notarised; without, it is
# signed for this machine only.
set -euo pipefail
cd "$(dirname "$0")/../.."

packaging/setup/venv.sh
py=.venv/bin/python
version="$("$py" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')"
dist="$PWD/build/bundle/dist"
app="$dist/Trunkline.app"
image="$PWD/build/trunkline-$version-$(uname -m).dmg"

"$py" packaging/icons.py
"$py" -m PyInstaller --noconfirm --log-level WARN --distpath "$dist" --workpath "$PWD/build/bundle/work" \
    packaging/trunkline.spec
"$app/Contents/MacOS/trunkline" --self-check

sign=(codesign --force --deep --sign "${TRUNKLINE_SIGN_AS:--}")
[ -n "${TRUNKLINE_SIGN_AS:-}" ] && sign+=(--options runtime --timestamp --entitlements packaging/macos/entitlements.plist)
"${sign[@]}" "$app"
codesign --verify --deep --strict "$app"

stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Trunkline -srcfolder "$stage" -ov -format UDZO "$image"

if [ -n "${TRUNKLINE_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$TRUNKLINE_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
