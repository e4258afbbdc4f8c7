"""What udev mounts for the kiosk: what was plugged in, and nothing of this machine's own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SYSTEM = Path(__file__).parents[2] / "deploy" / "system"
# Which disk a partition is of; the last one is a whole disk without partitions.
DISKS = {
    "/dev/mmcblk0p2": "/dev/mmcblk0",
    "/dev/mapper/root": "/dev/nvme0n1",
    "/dev/sda1": "/dev/sda",
    "/dev/sda2": "/dev/sda",
    "/dev/sdb1": "/dev/sdb",
    "/dev/sdc": "/dev/sdc",
}
CARD = "/ /dev/mmcblk0p2\n/proc proc\n"
STICK = {"ID_FS_UUID": "1234-ABCD", "ID_FS_LABEL_ENC": "MY\\x20STICK"}
BOOT = {"ID_FS_UUID": "91FE-7499", "ID_PART_ENTRY_UUID": "4e639091-01", "ID_FS_LABEL_ENC": "bootfs"}


def is_stick(
    folder: Path, node: str, known: dict[str, str], mounted: str = CARD, fstab: str = ""
) -> bool:
    """Ask on a machine on which findmnt and lsblk say this."""
    (folder / "mounted").write_text(mounted)
    (folder / "fstab").write_text(fstab)
    tools = {
        "findmnt": f'case "$*" in *--fstab*) cat {folder}/fstab ;; *) cat {folder}/mounted ;; esac',
        "lsblk": "for node; do :; done\ncase $node in\n"
        + "".join(
            f"{part}) echo {part} part; echo {disk} disk ;;\n" for part, disk in DISKS.items()
        )
        + "*) exit 32 ;;\nesac",
    }
    for name, script in tools.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    asked = subprocess.run(
        ["/bin/sh", SYSTEM / "is-stick.sh", node],
        env={"PATH": f"{folder}:{os.environ['PATH']}", **known},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert asked.stderr == ""
    assert asked.stdout == ""
    return asked.returncode == 0


@pytest.mark.parametrize("node", ["/dev/sda1", "/dev/sdb1", "/dev/sdc"])
def test_what_was_plugged_in_is_a_stick(tmp_path: Path, node: str) -> None:
    fstab = "proc\nPARTUUID=4e639091-01\nPARTUUID=4e639091-02\n"

    assert is_stick(tmp_path, node, STICK, fstab=fstab)


def test_a_stick_without_a_name_is_one_too(tmp_path: Path) -> None:
    assert is_stick(tmp_path, "/dev/sda1", {}, fstab="UUID=\nLABEL=\n")


@pytest.mark.parametrize("target", ["/", "/boot", "/boot/firmware", "/boot/efi"])
def test_a_disk_that_the_machine_runs_from_is_none(tmp_path: Path, target: str) -> None:
    mounted = f"{target} /dev/sda2\n/proc proc\n"

    assert not is_stick(tmp_path, "/dev/sda1", STICK, mounted)
    assert is_stick(tmp_path, "/dev/sdb1", STICK, mounted)


def test_a_stick_that_is_mounted_elsewhere_is_still_one(tmp_path: Path) -> None:
    assert is_stick(tmp_path, "/dev/sda1", STICK, f"{CARD}/bootleg /dev/sda2\n/mnt /dev/sda1\n")


def test_a_root_that_is_on_no_disk_tells_nothing(tmp_path: Path) -> None:
    assert is_stick(tmp_path, "/dev/sda1", STICK, "/ overlay\n/boot/efi /dev/mapper/root\n")


@pytest.mark.parametrize(
    "named",
    [
        "PARTUUID=4e639091-01",
        "UUID=91FE-7499",
        "LABEL=bootfs",
        "/dev/sda1",
        "/dev/disk/by-uuid/91FE-7499",
    ],
)
def test_what_fstab_names_is_none(tmp_path: Path, named: str) -> None:
    """The machine boots from it and may not have mounted it yet."""
    fstab = f"proc\n{named}\nPARTUUID=4e639091-02\n"

    assert not is_stick(tmp_path, "/dev/sda1", BOOT, fstab=fstab)
    assert is_stick(tmp_path, "/dev/sdb1", STICK, fstab=fstab)


def test_udev_asks_before_it_mounts() -> None:
    rules = (SYSTEM / "etc/udev/rules.d/70-kiosk.rules").read_text().splitlines()
    mounting = [rule for rule in rules if "systemd-mount" in rule]

    assert len(mounting) == 1
    assert 'PROGRAM=="/bin/sh /opt/kiosk/current/system/is-stick.sh $devnode"' in mounting[0]
