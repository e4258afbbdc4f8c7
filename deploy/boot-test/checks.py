"""What must hold of a kiosk that has just booted."""

from __future__ import annotations

import json
import re
import subprocess

from flows import KEY
from trial import Trial

# The last point at which an appliance's exposure counts as low.
_MOST_EXPOSED = 2.0
# The doctor in the kiosk's place: its user, its groups, its secrets.
_DOCTOR = (
    "systemd-run --quiet --pipe --wait --collect -p User=kiosk -p StateDirectory=kiosk "
    "-p LoadCredential=api-key:/etc/kiosk/credentials/api-key "
    "/opt/kiosk/current/venv/bin/kiosk doctor --json"
)


def the_panel_has_no_login_prompt(trial: Trial) -> None:
    """no getty is on the panel's console, which is the kiosk's"""
    assert trial.unit("ActiveState", "getty@tty1") == "inactive"
    trial.fails("pgrep -a agetty | grep -E 'tty[1-6]( |$)'")
    pid = trial.unit("MainPID")
    assert trial.sh(f"ps -o tty= -p {pid}") == "tty1"
    assert trial.sh("stat -c %U /dev/tty1") == "kiosk"


def nothing_of_ours_runs_as_root(trial: Trial) -> None:
    """no process of the kiosk is root's, and none has a capability"""
    users = trial.sh("ps -eo user:20,args | grep '[/]opt/kiosk/' | cut -d' ' -f1 | sort -u").split()
    assert "kiosk" in users, users
    assert "root" not in users, users
    status = trial.sh(f"cat /proc/{trial.unit('MainPID')}/status")
    assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE), status
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE), status


def nobody_else_reads_the_key(trial: Trial) -> None:
    """the key is readable by root and by the kiosk's own process alone, and is told nowhere"""
    kept = "/etc/kiosk/credentials/api-key"
    assert trial.sh(f"stat -c '%U %a' {kept}") == "root 600"
    handed = "/run/credentials/kiosk.service/api-key"
    for user in ("nobody", "kiosk"):
        trial.fails(f"setpriv --reuid {user} --clear-groups cat {kept}")
    trial.fails(f"setpriv --reuid nobody --clear-groups cat {handed}")
    assert KEY in trial.sh(f"setpriv --reuid kiosk --clear-groups cat {handed}")
    # The guest agent writes down what this test has it do; a pattern must not find itself.
    pattern = f"{KEY[:-1]}[{KEY[-1]}]"
    trial.fails(f"journalctl --no-pager | grep -v qemu-ga | grep '{pattern}'")
    trial.fails(f"grep -l '{pattern}' /proc/[0-9]*/environ /proc/[0-9]*/cmdline")


def it_is_hardened(trial: Trial) -> None:
    """systemd-analyze security gives at most 2.0"""
    said = trial.sh("systemd-analyze security --no-pager kiosk.service | tail -n 1")
    found = re.search(r"(\d+\.\d+)", said)
    assert found, said
    trial.figures["systemd-analyze security"] = float(found[1])
    assert float(found[1]) <= _MOST_EXPOSED, said


def it_uses_little(trial: Trial) -> None:
    """its memory and its tasks are far from their limits"""
    memory, tasks = int(trial.unit("MemoryCurrent")), int(trial.unit("TasksCurrent"))
    trial.figures["memory MiB, software GL included"] = memory >> 20
    trial.figures["tasks"] = tasks
    assert memory < int(trial.unit("MemoryHigh")), memory
    assert tasks < int(trial.unit("TasksMax")) / 2, tasks


def the_doctor_finds_all_there(trial: Trial) -> None:
    """kiosk doctor finds display, touch panel, key, service and disk"""
    found = {
        row["name"]: row for row in json.loads(trial.machine.run(_DOCTOR, 120).text)["findings"]
    }
    states = {name: row["state"] for name, row in found.items()}
    trial.figures["doctor"] = states
    for name in ("display", "touch", "key", "service", "disk"):
        assert states[name] == "good", found[name]


def a_stick_is_the_kiosks(trial: Trial) -> None:
    """a USB stick that is plugged in is there for the kiosk to write, and gone when pulled"""
    image = trial.folder / "stick.img"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["/usr/sbin/mkfs.vfat", "-n", "SUPPORT", image], check=True, capture_output=True)
    trial.machine.plug_stick(image)
    mounted = "findmnt --noheadings --output TARGET,OPTIONS --list | grep ^/media/kiosk/"
    trial.waited(lambda: trial.machine.run(mounted).status == 0, 30, "the stick is mounted")
    said = trial.sh(mounted)
    for option in ("nosuid", "nodev", "noexec", "sync"):
        assert option in said, said
    place, kiosk = said.split()[0], trial.unit("MainPID")
    # As the kiosk sees it: in its own view of the file system.
    trial.sh(f"nsenter -t {kiosk} -m setpriv --reuid kiosk --clear-groups touch {place}/written")
    trial.machine.pull_stick()
    trial.waited(lambda: trial.machine.run(mounted).status == 1, 30, "the stick is unmounted")
    image.unlink()


CHECKS = [
    the_panel_has_no_login_prompt,
    nothing_of_ours_runs_as_root,
    nobody_else_reads_the_key,
    it_is_hardened,
    it_uses_little,
    the_doctor_finds_all_there,
    a_stick_is_the_kiosks,
]
