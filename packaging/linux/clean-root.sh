#!/usr/bin/env bash
# Makes a clean Debian of the release this machine runs, with nothing but what debootstrap calls minimal and the
# packages named, and keeps it: asked again for the same, it answers at once. Needs root. Prints nothing but troubles.
#
#   packaging/linux/clean-root.sh FOLDER [PACKAGE...]
set -euo pipefail

folder="$1"
shift
export PATH="$PATH:/usr/sbin:/sbin"
codename="$(. /etc/os-release && echo "$VERSION_CODENAME")"
wanted="$codename $*"
[ "$(cat "$folder/.wanted" 2>/dev/null || true)" = "$wanted" ] && exit 0

# The mirrors are whichever this machine is configured to use.
sources="$(apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v c="$codename" '$3 == c || $3 == c "-updates" || $3 == c "-security"' | sort -u)"
mirror="$(awk -v c="$codename" '$3 == c { print $2; exit }' <<<"$sources")"
log="$folder.log"
trap 'tail -n 20 "$log" >&2; echo "clean-root: failed, see $log" >&2' ERR

base="$(dirname "$folder")/base-$codename"
mkdir -p "$(dirname "$folder")"
if [ ! -e "$base/.wanted" ]; then
    rm -rf "$base"
    debootstrap --variant=minbase "$codename" "$base" "$mirror" >"$log" 2>&1
    printf '%s\n' "$sources" >"$base/etc/apt/sources.list"
    apt-config dump Acquire | grep -E '::(Proxy|AllowInsecure|Verify|CaInfo)' >"$base/etc/apt/apt.conf.d/90host" || true
    cp -a /etc/apt/auth.conf.d "$base/etc/apt/" 2>/dev/null || true
    cp /etc/resolv.conf "$base/etc/resolv.conf"
    echo base >"$base/.wanted"
fi

rm -rf "$folder"
cp -a "$base" "$folder"
if [ $# -gt 0 ]; then
    # Own mount namespace: whatever is mounted here goes with the shell that mounted it.
    unshare --mount bash -euo pipefail -s "$folder" "$@" >>"$log" 2>&1 <<'INSIDE'
folder="$1"; shift
mount -t proc proc "$folder/proc"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
chroot "$folder" apt-get update
chroot "$folder" apt-get install -y --no-install-recommends "$@"
chroot "$folder" apt-get clean
INSIDE
fi
printf '%s\n' "$wanted" >"$folder/.wanted"
