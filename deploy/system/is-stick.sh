#!/bin/sh
# Whether a partition is something that a technician has plugged in: not one that fstab names, nor of
# a disk that this machine runs from (a Pi or a PC may boot from USB). Run by udev for one that is
# added, with what it knows of it in the environment.
#
#   is-stick.sh /dev/sda1
set -eu

disks_of() { lsblk --noheadings --raw --inverse --paths --output NAME,TYPE "$1" | sed -n 's/ disk$//p'; }

# Fstab has a node, a link to it, or what the partition or its file system is called.
for named in $(findmnt --fstab --noheadings --raw --output SOURCE); do
    [ "$named" != "$1" ] || exit 1
    named=${named##*/}
    for name in "${ID_FS_UUID:-}" "${ID_FS_LABEL_ENC:-}" \
        "${ID_PART_ENTRY_UUID:-}" "${ID_PART_ENTRY_NAME:-}"; do
        [ -z "$name" ] || [ "${named#*=}" != "$name" ] || exit 1
    done
done

findmnt --noheadings --raw --nofsroot --output TARGET,SOURCE | while read -r target source; do
    case $target in
        / | /boot | /boot/*) disks_of "$source" 2>/dev/null || true ;;
    esac
done | grep -qxF "$(disks_of "$1")" && exit 1
exit 0
