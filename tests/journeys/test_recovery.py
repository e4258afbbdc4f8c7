"""Golden flow 2: the service or the kiosk was killed in the middle, and nothing is lost."""

import pytest

from tests.journeys.service import asked_by_device, changes_asked, states
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess


async def set_up_one(technician, mac):
    """Provision one device from its own sheet."""
    await technician.taps(f"device:{mac}", "provision", "back")
    await technician.until(lambda: mac in technician.macs("verified"))


async def set_up_two_of_three(technician):
    """Start a session and leave it with two devices ready and one waiting; returns the three."""
    await technician.taps("start")
    await technician.reads("Provision all (3)")
    first, second, third = technician.macs()
    await set_up_one(technician, first)
    await set_up_one(technician, second)
    await technician.counts(Problem=0, Waiting=1, Busy=0, Ready=2)
    return first, second, third


async def test_a_session_goes_on_after_the_service_was_killed_and_restarted():
    with SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            first, second, third = await set_up_two_of_three(technician)
            session_id = technician.session_id
            assert asked_by_device(simulator, "provision") == {first: 1, second: 1}

            simulator.kill()
            await technician.reads("Not live", "Last update ", " s ago.", "Try now (")
            assert not any(tile.row.live for tile in technician.widgets("DeviceTile"))
            assert technician.shown_counts() == {"Problem": 0, "Waiting": 1, "Busy": 0, "Ready": 2}

            simulator.start()
            await technician.reads("A session for Machine-Room is unfinished. 2 of 3 cameras ready")
            before = technician.touches
            await technician.taps("resume")
            await technician.counts(Problem=0, Waiting=1, Busy=0, Ready=2)
            assert technician.touches == before + 1
            assert technician.session_id == session_id
            await technician.reads("Live", "Provision all (1)")

            await technician.taps("provision-all")
            await technician.counts(Ready=3)
            await technician.stops()
            await technician.reads("All cameras are ready")

        assert states(simulator, session_id) == dict.fromkeys((first, second, third), "verified")
        assert changes_asked(simulator) == {"resume": 1, "provision-all": 1, "stop": 1}


async def test_a_killed_service_that_stays_away_is_told_with_its_age_and_the_next_try():
    with SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (3)", "Live")

            simulator.kill()
            await technician.reads("Not live", "PiOrchestrator does not answer.")
            await technician.reads("Try now (2)", "Try now (1)", "Last update 3 s ago.")
            assert not technician.sees("No camera yet")
            assert technician.shown_counts()["Waiting"] == 3


@pytest.mark.parametrize("display", ["td1", "td2-7", "td2-7-landscape", "ws7"])
async def test_what_was_last_known_stays_in_sight_under_the_words_of_the_loss(display):
    with SimulatorProcess(devices=20, scenario="smooth") as simulator:
        async with technician_at(simulator.url, display=display, lang="pt_BR") as technician:
            await technician.taps("start")
            await technician.reads("Configurar todas (20)")

            simulator.kill()
            await technician.reads("Sem sinal", "Última atualização há ")
            await technician.until(technician.tiles)
            before = technician.tiles()
            await technician.taps("page-down")
            await technician.until(lambda: set(technician.tiles()).isdisjoint(before))

            await technician.taps("details")
            await technician.reads("se o serviço está rodando.")


async def test_work_under_way_when_the_service_was_killed_is_shown_as_it_really_ended():
    with SimulatorProcess(devices=8, scenario="smooth", speed=6) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (8)")
            await technician.taps("provision-all")
            await technician.until(lambda: len(technician.devices("provisioning")) > 2)

            simulator.restart()
            await technician.taps("resume")
            await technician.reads("Live")
            await technician.counts(Busy=0, Waiting=0)
            listed = states(simulator, technician.session_id)

            assert {d.mac: d.state for d in technician.devices()} == listed
            failed = len(technician.macs("failed"))
            assert failed > 0
            await technician.taps("retry-failed")
            await technician.counts(Problem=0, Ready=8)
            assert sum(asked_by_device(simulator, "retry").values()) == failed


async def test_a_restarted_kiosk_offers_the_running_session_and_one_tap_opens_it():
    with SimulatorProcess(devices=3, scenario="smooth", speed=30) as simulator:
        async with technician_at(simulator.url) as technician:
            first, second, third = await set_up_two_of_three(technician)
            session_id = technician.session_id
        before = changes_asked(simulator)

        async with technician_at(simulator.url) as technician:
            await technician.reads("A session for Machine-Room is unfinished. 2 of 3 cameras ready")
            await technician.taps("resume")
            await technician.reads("Live", "Provision all (1)")
            assert technician.touches == 1
            assert technician.session_id == session_id
            assert technician.macs("verified") == [first, second]
            await technician.taps("provision-all")
            await technician.counts(Ready=3)
            await technician.stops()
            await technician.reads("All cameras are ready")

        assert states(simulator, session_id) == dict.fromkeys((first, second, third), "verified")
        assert asked_by_device(simulator, "provision") == {first: 1, second: 1}
        assert changes_asked(simulator) - before == {"resume": 1, "provision-all": 1, "stop": 1}


async def test_a_kiosk_restarted_while_devices_move_follows_them_and_asks_for_nothing_twice():
    with SimulatorProcess(devices=5, scenario="smooth", speed=4) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.taps("start")
            await technician.reads("Provision all (5)")
            await technician.taps("provision-all")
            await technician.until(lambda: len(technician.devices("provisioning")) > 2)

        async with technician_at(simulator.url) as technician:
            await technician.taps("resume")
            await technician.reads("Live")
            await technician.counts(Problem=0, Waiting=0, Busy=0, Ready=5)

        assert changes_asked(simulator) == {"start": 1, "provision-all": 1, "resume": 1}


async def test_a_killed_service_of_another_dialect_offers_its_session_again():
    with SimulatorProcess(devices=3, scenario="smooth", speed=30, dialect="compat") as simulator:
        async with technician_at(simulator.url) as technician:
            await set_up_two_of_three(technician)

            simulator.restart()
            await technician.reads("unfinished.")
            await technician.taps("resume")
            await technician.counts(Problem=0, Waiting=1, Busy=0, Ready=2)
            await technician.taps("provision-all")
            await technician.counts(Ready=3)
