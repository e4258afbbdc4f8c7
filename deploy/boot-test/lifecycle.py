"""From nothing to a kiosk, to the next version, back again, and to nothing."""

from __future__ import annotations

from flows import KEY
from picture import Picture
from trial import Trial

# Where an installer could leave something behind.
_FOLDERS = "/etc /opt /home /root /srv /media /usr/local /var/lib/kiosk /var/cache/kiosk"
_LIST = f"find {_FOLDERS} -xdev -not -path '/root/bundle*' -not -path '/root/next*' 2>/dev/null"
# What scripts of Debian's packages write is in none of its lists; the packages stay, and that, too.
_OF_DEBIAN = (
    "/etc/(alternatives|ssl|ca-certificates|ld.so|python3|fonts|.*-$|udev/hwdb.bin)|"
    "/etc/(hosts|inputrc|networks)$|/usr/local/(lib/python3|share/(ca-certificates|fonts))"
)
_ENVIRONMENT = (
    "KIOSK_UNATTENDED=1 KIOSK_API_KEY_FILE=/root/api-key KIOSK_TARGET_SSID=Machine-Room "
    "KIOSK_TARGET_PASSWORD_FILE=/root/password KIOSK_START_SECONDS={seconds}"
)
_INSTALL_SECONDS = 300
# Without a GPU, Mesa compiles each shader for the processor; on one that is emulated that takes
# half a minute and counts as hung: systemd is told to be patient with what is slower than this.
_EMULATED = 2.0
_FOR_AN_EMULATED_PROCESSOR = """\
[Service]
TimeoutStartSec=1800
WatchdogSec=150
"""


def install_sh(trial: Trial, arguments: str = "", folder: str = "bundle") -> str:
    """Return the command line of the installer."""
    patience = round(180 * trial.slowness)
    return (
        f"{_ENVIRONMENT.format(seconds=patience)} /root/{folder}/kiosk/install.sh {arguments} 2>&1"
    )


def a_check_changes_nothing(trial: Trial) -> None:
    """install.sh --check on a bare system says what is to do and changes nothing"""
    trial.sh(f"umask 077; echo {KEY} >/root/api-key; echo cameras-of-the-test >/root/password")
    if trial.slowness > _EMULATED:
        folder = "/etc/systemd/system/kiosk.service.d"
        lines = _FOR_AN_EMULATED_PROCESSOR
        trial.sh(f"mkdir -p {folder} && printf '%s' '{lines}' >{folder}/emulated.conf")
    trial.sh("mkdir -p /root/bundle && tar -C /root/bundle -xf /dev/vdb", 60)
    trial.sh(f"{_LIST} | sort >/var/tmp/before; touch /var/tmp/stamp")
    said = trial.fails(install_sh(trial, "--check"))
    assert "would install Debian packages" in said, said
    assert "would build /opt/kiosk/releases/" in said, said
    changed = trial.sh("find /etc /opt /usr /var/lib/dpkg -xdev -newer /var/tmp/stamp -type f")
    assert changed == "", f"--check has changed {changed}"


def it_installs_without_a_network(trial: Trial) -> None:
    """install.sh brings the kiosk onto the panel, from the bundle alone"""
    start = trial.machine.clock()
    said = trial.sh(install_sh(trial), _INSTALL_SECONDS)
    assert "is on the panel" in said, said
    assert trial.look().is_kiosk(), "there is something else on the panel"
    trial.figures["install"] = {"seconds": round(trial.machine.clock() - start)}
    trial.keep("installed-without-a-service")
    trial.sh("systemctl enable --quiet --now test-panel piorchestrator")
    trial.machine.shut_down()


def it_boots(trial: Trial) -> None:
    """switched on, the kiosk is on the panel and live"""
    trial.machine.boot()
    trial.figures["boot"] = trial.since_power_on()
    trial.keep("booted")


def it_installs_again(trial: Trial) -> None:
    """install.sh, run again, finds nothing to do and leaves the kiosk running"""
    before = trial.unit("MainPID")
    said = trial.sh(install_sh(trial), _INSTALL_SECONDS)
    assert "There is nothing to do" in said, said
    assert "There is nothing to do" in trial.sh(install_sh(trial, "--check"))
    assert trial.unit("MainPID") == before, "the kiosk was restarted for nothing"


def it_upgrades(trial: Trial) -> None:
    """install.sh of a newer bundle puts the newer version on the panel, with the old settings"""
    _next_bundle(trial, "next")
    trial.sh("echo '# mine' >>/etc/kiosk/kiosk.toml")
    said = trial.sh(install_sh(trial, folder="next"), _INSTALL_SECONDS)
    assert "is on the panel" in said, said
    release = trial.sh("basename $(readlink /opt/kiosk/current)")
    assert "next" in release, release
    assert trial.sh("tail -n 1 /etc/kiosk/kiosk.toml") == "# mine"
    assert trial.sh("ls /opt/kiosk/releases | wc -l") == "2"
    trial.until(Picture.is_live, 30, "the kiosk to be live")
    trial.figures["upgrade"] = release


def a_failed_upgrade_is_rolled_back(trial: Trial) -> None:
    """a version that does not come up is taken away, and the one before is on the panel again"""
    before = trial.sh("readlink /opt/kiosk/current; ls /opt/kiosk/releases")
    _next_bundle(trial, "broken")
    said = trial.fails(install_sh(trial, folder="next"), 2 * _INSTALL_SECONDS)
    assert "did not come up" in said, said
    assert "is on the panel again" in said, said
    assert trial.sh("readlink /opt/kiosk/current; ls /opt/kiosk/releases") == before
    assert trial.unit("ActiveState") == "active"
    trial.until(Picture.is_live, 30, "the kiosk to be live")
    trial.keep("rolled-back")


def it_uninstalls(trial: Trial) -> None:
    """install.sh --uninstall leaves nothing behind, and gives the login prompt back"""
    trial.sh("systemctl disable --quiet --now piorchestrator test-panel")
    trial.sh("rm -rf /var/lib/private/piorchestrator /var/lib/piorchestrator")
    trial.sh(install_sh(trial, "--uninstall"))
    left = trial.sh(
        f"{_LIST} | sort | comm -13 /var/tmp/before - |"
        " comm -23 - <(cat /var/lib/dpkg/info/*.list | sort -u) |"
        f" grep -Ev '^({_OF_DEBIAN})' || true"
    )
    assert left == "", f"left behind: {left}"
    trial.fails("getent passwd kiosk")
    trial.fails("getent group kiosk")
    trial.fails("systemctl cat kiosk")
    trial.waited(lambda: trial.unit("ActiveState", "getty@tty1") == "active", 10, "a prompt")
    trial.keep("uninstalled")


def _next_bundle(trial: Trial, name: str) -> None:
    """Make a bundle of the installed one with another wheel of the kiosk."""
    trial.sh(
        "rm -rf /root/next && cp -al /root/bundle /root/next && rm /root/next/kiosk/wheels/kiosk-*"
        f" && tar -C /root/next/kiosk/wheels --wildcards -xf /dev/vdc '*{name}*'"
    )


# Without these nothing else can be tried.
BIRTH = [a_check_changes_nothing, it_installs_without_a_network]
LIFE = [it_installs_again, it_upgrades, a_failed_upgrade_is_rolled_back, it_uninstalls]
