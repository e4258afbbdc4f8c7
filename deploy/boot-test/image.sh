#!/usr/bin/env bash
# Makes a small Debian that boots in qemu: a disk, its kernel and its initrd in FOLDER.
#
#   image.sh RELEASE FOLDER
#
# It has what every Debian has, a guest agent through which the test gives its orders, and nothing
# of the kiosk: that is for the installer to bring. Run as root (or with sudo).
set -euo pipefail
[[ $(id -u) -eq 0 ]] || exec sudo "$0" "$@"

release=$1 folder=$2
here=$(dirname "$(readlink -f "$0")")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$folder"

packages=(linux-image-amd64 initramfs-tools systemd-sysv udev dbus kmod procps login passwd
    qemu-guest-agent)

# In a mount namespace of its own, so that nothing that it mounts can be kept busy by others.
# shellcheck disable=SC2016 # $1 is the hook's own
unshare --mount mmdebstrap --quiet --mode=root --variant=minbase --include="$(IFS=, && echo "${packages[*]}")" \
    --customize-hook='echo kiosk-test >"$1/etc/hostname"' \
    --customize-hook='echo "/dev/vda / ext4 noatime 0 1" >"$1/etc/fstab"' \
    --customize-hook='chroot "$1" passwd --quiet --delete root' \
    --customize-hook="copy-in $here/guest /usr/local/lib" \
    --customize-hook='mv "$1"/usr/local/lib/guest/*.service "$1/etc/systemd/system"' \
    "$release" "$root" >"$folder/mmdebstrap.log" 2>&1 || { tail -n 20 "$folder/mmdebstrap.log" >&2; exit 1; }

cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp "$root"/boot/initrd.img-* "$folder/initrd"
rm -f "$folder/disk.img"
mke2fs -q -t ext4 -L root -d "$root" "$folder/disk.img" 4G
