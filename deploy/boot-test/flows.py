"""Sessions by touch, and everything that may go wrong in the middle of one."""

from __future__ import annotations

import time

from picture import CONTINUE, DONE, PROVISION_ALL, RETRY_FAILED, START, STOP, Picture
from trial import Trial

KEY = "boot-test-key-7f3a9c"
CAMERAS = 6
_START_SECONDS = 60
_SETTINGS = "/etc/kiosk/kiosk.toml"
_AWAY = "/run/systemd/system/piorchestrator.service.d"


def _are(trial: Trial, session: str, *states: str) -> bool:
    return set(trial.states(session).values()) <= set(states)


def _begin(trial: Trial, picture: str) -> str:
    """Start a session and wait for all cameras; returns its id."""
    trial.tap(START)
    trial.until(lambda seen: seen.offers(STOP), 30, "the session's screen")
    session = trial.session_id()
    trial.waited(lambda: len(trial.states(session)) == CAMERAS, 60, "every camera is found")
    trial.keep(picture)
    return session


def _end(trial: Trial, session: str) -> None:
    """Set up what is left, and stop."""
    trial.waited(lambda: _are(trial, session, "verified", "failed"), 90, "each camera is done")
    if "failed" in trial.states(session).values():
        trial.tap(RETRY_FAILED)
    trial.waited(lambda: _are(trial, session, "verified"), 90, "each camera is ready")
    trial.hold(STOP)
    trial.until(lambda seen: seen.offers(DONE), 30, "the summary")


def _leave_summary(trial: Trial) -> None:
    """Close the summary, whose button looks like that of the start screen and stands there, too."""
    trial.tap(DONE)
    trial.until(_is_home, 60, "the start screen")


def _is_home(seen: Picture) -> bool:
    return seen.is_live() and seen.offers(START)


def golden_flow_by_touch(trial: Trial) -> None:
    """golden flow 1 by four touches of a multitouch panel, and none too many"""
    session = _begin(trial, "cameras-found")
    trial.tap(PROVISION_ALL)
    trial.waited(lambda: not _are(trial, session, "discovered"), 30, "provisioning has begun")
    trial.keep("provisioning")
    _end(trial, session)
    trial.keep("summary")
    _leave_summary(trial)
    for ending, times in {"/batch/start": 1, "/provision-all": 1, "/stop": 1}.items():
        assert trial.asked(ending) == times, f"{ending}: {trial.asked(ending)} times"


def golden_flow_by_pointer(trial: Trial) -> None:
    """without a touch panel the pointer does the same"""
    trial.sh("systemctl stop test-panel && systemctl restart kiosk")
    trial.until(Picture.is_live, 60, "the kiosk to be live")
    trial.touch = trial.pointer
    try:
        session = _begin(trial, "by-pointer")
        trial.tap(PROVISION_ALL)
        _end(trial, session)
        _leave_summary(trial)
    finally:
        trial.touch = trial.finger
        trial.sh("systemctl start test-panel && systemctl restart kiosk")
    trial.until(Picture.is_live, 60, "the kiosk to be live")


def _has_open_panel(trial: Trial, pid: str) -> bool:
    node = trial.sh("grep -ls 'Boot test touch panel' /sys/class/input/event*/device/name || true")
    name = node.strip().removesuffix("/device/name").rpartition("/")[2]
    # Of one that has gone the link says so behind its name.
    links = trial.sh(f"ls -l /proc/{pid}/fd").splitlines()
    return bool(name) and any(link.endswith(f"-> /dev/input/{name}") for link in links)


def a_panel_that_comes_and_goes(trial: Trial) -> None:
    """a touch panel that comes after the start is heard, and again when it was unplugged"""
    trial.sh("systemctl stop test-panel && systemctl restart kiosk")
    trial.until(Picture.is_live, 60, "the kiosk to be live")
    pid = trial.unit("MainPID")
    for name in ("late-panel", "panel-that-is-back"):
        trial.sh("systemctl restart test-panel")
        trial.waited(lambda: _has_open_panel(trial, pid), 60, "the kiosk has opened the panel")
        session = _begin(trial, name)
        trial.tap(PROVISION_ALL)
        _end(trial, session)
        _leave_summary(trial)
    assert trial.unit("MainPID") == pid, "the kiosk was started anew for it"


def a_power_cut_in_the_middle(trial: Trial) -> None:
    """a power cut in the middle of provisioning: it boots, and one tap goes on"""
    session = _begin(trial, "before-the-power-cut")
    trial.tap(PROVISION_ALL)
    trial.waited(lambda: not _are(trial, session, "discovered"), 30, "provisioning has begun")
    before = trial.states(session)
    trial.machine.cut_power()
    assert set(before.values()) - {"discovered", "verified", "failed"}, before
    trial.machine.boot()
    trial.figures["boot after a power cut"] = trial.since_power_on()
    trial.figures["states at the power cut"] = before
    trial.keep("after-the-power-cut")
    trial.tap(CONTINUE)
    trial.until(lambda seen: seen.offers(STOP), 30, "the session's screen")
    trial.waited(
        lambda: _are(trial, session, "verified", "failed") or trial.look().offers(PROVISION_ALL),
        90,
        "each camera is done, or can be done",
    )
    trial.keep("resumed")
    if trial.look().offers(PROVISION_ALL):
        trial.tap(PROVISION_ALL)
    _end(trial, session)
    trial.keep("summary-after-the-power-cut")
    _leave_summary(trial)


def _comes_back(trial: Trial, harm: str, name: str) -> None:
    """Do harm to the kiosk and note how long the panel was without it."""
    pid = trial.unit("MainPID")
    trial.sh(harm.format(pid=pid))
    start = trial.machine.clock()
    trial.waited(lambda: trial.unit("MainPID") not in {pid, "0"}, 90, "another process")
    trial.waited(lambda: trial.unit("ActiveState") == "active", 90, "the kiosk is ready")
    trial.until(Picture.is_live, 60, "the kiosk to be live")
    trial.figures[name] = {"seconds until live": round(trial.machine.clock() - start, 1)}
    trial.keep(name.replace(" ", "-"))


def the_kiosk_is_killed(trial: Trial) -> None:
    """kill -9 of the kiosk: it is back by itself"""
    _comes_back(trial, "kill -KILL {pid}", "killed kiosk")


def the_kiosk_hangs(trial: Trial) -> None:
    """a kiosk that hangs (SIGSTOP) is ended by the watchdog and back by itself"""
    _comes_back(trial, "kill -STOP {pid}", "hung kiosk")
    said = trial.sh("journalctl --boot --unit=kiosk --output=cat --no-pager")
    assert "Watchdog timeout" in said, said


def piorchestrator_is_killed(trial: Trial) -> None:
    """kill -9 of PiOrchestrator: the kiosk stays, says so, and is live again by itself"""
    pid = trial.unit("MainPID")
    # systemd would have it back within seconds; masked at runtime, a unit in /etc still counts.
    trial.sh(
        f"mkdir -p {_AWAY} && printf '[Service]\nRestart=no\n' >{_AWAY}/away.conf && "
        "systemctl daemon-reload && systemctl kill --signal=KILL piorchestrator"
    )
    trial.until(lambda seen: seen.is_kiosk() and not seen.is_live(), 60, "the kiosk says so")
    time.sleep(1)
    trial.keep("service-killed")
    trial.sh(f"rm -r {_AWAY} && systemctl daemon-reload && systemctl start piorchestrator")
    start = trial.machine.clock()
    trial.until(Picture.is_live, 90, "the kiosk to be live")
    trial.figures["killed service"] = {
        "seconds until live": round(trial.machine.clock() - start, 1)
    }
    assert trial.unit("MainPID") == pid, "the kiosk has ended with its service"


def it_ends_in_good_order(trial: Trial) -> None:
    """SIGTERM ends the kiosk and counts as success; when it is ready again, it is on the panel"""
    start = trial.machine.clock()
    trial.sh("systemctl stop kiosk")
    trial.figures["stop"] = {"seconds": round(trial.machine.clock() - start, 1)}
    assert trial.unit("Result") == "success", trial.unit("Result")
    assert trial.unit("ExecMainStatus") == "0", trial.unit("ExecMainStatus")
    assert not trial.look().is_kiosk(), "it has ended, and is still on the panel"
    # Returns when the kiosk has told systemd that it is ready.
    trial.sh("systemctl start kiosk", _START_SECONDS)
    assert trial.look().is_kiosk(), "it is ready, and not on the panel"
    trial.until(Picture.is_live, 60, "the kiosk to be live")


def a_wrong_settings_file(trial: Trial) -> None:
    """with a wrong settings file that of its last start counts, which the panel says"""
    trial.sh(f"cp -p {_SETTINGS} {_SETTINGS}.right && echo 'theme =' >>{_SETTINGS}")
    trial.sh("systemctl restart kiosk", _START_SECONDS)
    trial.until(Picture.is_live, 60, "the kiosk to be live")
    trial.keep("wrong-settings-file")
    said = trial.sh("journalctl --boot --unit=kiosk --output=cat --no-pager")
    assert "the settings file of the last start counts" in said, said
    trial.sh(f"mv {_SETTINGS}.right {_SETTINGS} && systemctl restart kiosk", _START_SECONDS)
    trial.until(_is_home, 60, "the start screen")


FLOWS = [
    golden_flow_by_touch,
    a_power_cut_in_the_middle,
    the_kiosk_is_killed,
    the_kiosk_hangs,
    piorchestrator_is_killed,
    it_ends_in_good_order,
    golden_flow_by_pointer,
    a_panel_that_comes_and_goes,
    a_wrong_settings_file,
]
