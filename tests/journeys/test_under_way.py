"""The kiosk was killed while a request had no answer: the next start tells what came of it."""

from collections import Counter
from pathlib import Path

from kiosk.services.runtime.journal.export import read
from tests.chaos.process import KioskProcess
from tests.journeys.service import changes_asked, states
from tests.journeys.technician import technician_at
from tests.support.canary import leaks
from tests.support.simulator import SimulatorProcess


def killed_while_asking(simulator: SimulatorProcess, state: Path) -> str:
    """Kill a kiosk whose request was done but not answered; return the session."""
    with KioskProcess(simulator.url, state=state) as kiosk:
        kiosk.taps("start")
        kiosk.reads("Provision all (2)", "Live")
        session = kiosk.ask("state")["session"]
        path = f"/api/v1/provisioning/batch/{session}/provision-all"
        simulator.fault(path, then_execute=True, delay_seconds=60)
        kiosk.taps("provision-all")
        # The intent is on the disk before the request is sent.
        kiosk.until(lambda: set(states(simulator, session).values()) != {"discovered"}, "no move")
        kiosk.process.kill()
    return str(session)


async def test_what_was_under_way_is_told_beside_the_session_and_taken_away_by_a_tap(tmp_path):
    with SimulatorProcess(devices=2, scenario="smooth", speed=20) as simulator:
        session = killed_while_asking(simulator, tmp_path)
        async with technician_at(simulator.url, state_dir=tmp_path) as technician:
            await technician.reads(
                "A session for Machine-Room is unfinished.",
                "Before the restart: Provision all.",
                "It was done.",
            )
            before = changes_asked(simulator)
            await technician.taps("resume")
            await technician.reads("Before the restart: Provision all. It was done.")
            await technician.counts(Ready=2)
            await technician.taps("dismiss")
            await technician.until(lambda: not technician.sees("Before the restart"))
            await technician.goes_to("help")
            await technician.reads("Before the restart: Done")
        # What still has no answer is not counted yet.
        assert changes_asked(simulator) - before == Counter(resume=1)
        assert {device.session for device in read(tmp_path, 9).devices} == {session}
        assert len(read(tmp_path, 9).devices) == 2


async def test_without_the_service_it_is_told_that_nobody_knows_yet(tmp_path):
    with SimulatorProcess(devices=2, scenario="smooth", speed=20) as simulator:
        killed_while_asking(simulator, tmp_path)
        simulator.kill()
        async with technician_at(simulator.url, state_dir=tmp_path) as technician:
            await technician.goes_to("help")
            await technician.reads("Provision all", "Before the restart: Not known yet")
            assert [entry.outcome for entry in read(tmp_path, 9).requests][-1] is None
            simulator.start()
            await technician.until(lambda: not technician.sees("Not known yet"))
            assert read(tmp_path, 9).requests[-1].outcome is not None
        assert not changes_asked(simulator)


async def test_the_record_of_what_was_set_up_goes_to_the_stick(tmp_path, monkeypatch):
    monkeypatch.setenv("KIOSK_EXPORT_DIR", str(tmp_path))
    with SimulatorProcess(devices=2, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (2)")
            await technician.taps("provision-all")
            await technician.counts(Ready=2)
            macs = technician.macs("verified")
            await technician.goes_to("sessions")
            await technician.taps("save-record")
            await technician.reads("The record is saved. The USB stick can be pulled out now.")
    texts = {path.name.split("-")[1]: path.read_text("utf-8-sig") for path in tmp_path.iterdir()}
    assert texts.keys() == {"devices", "requests", "record"}
    assert all(mac in texts["devices"] for mac in macs)
    assert "provision-all" in texts["requests"]
    assert not any(leaks(text) for text in texts.values())
