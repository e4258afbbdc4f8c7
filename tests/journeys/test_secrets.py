"""Neither the key nor the password leaves the form and the request."""

import logging

from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess

KEY = "canary-k"
OTHER_KEY = "canary-o"
PASSWORD = "canary-pass"
EVENTS = "/api/v1/provisioning/batch/events"


async def test_key_and_password_of_a_journey_with_faults_are_nowhere_afterwards(
    caplog, capfd, tmp_path
):
    caplog.set_level(logging.DEBUG)
    options = {"devices": 3, "failing": 1, "speed": 30, "api_key": KEY, "state": tmp_path}
    with SimulatorProcess(**options) as simulator:
        async with technician_at(
            simulator.url, password=PASSWORD[:-1], api_key=OTHER_KEY
        ) as technician:
            await technician.taps("key")
            await technician.pilot.type_keys(KEY)
            await technician.taps("accept")
            await technician.reads("Service ready")
            await technician.taps("password")
            await technician.pilot.type_keys(PASSWORD[-1])
            await technician.taps("eye")
            await technician.reads(PASSWORD)
            await technician.taps("accept")

            simulator.fault("/api/v1/provisioning/batch/start", code="VALIDATION_FAILED")
            await technician.taps("start", "dismiss", "start")
            await technician.reads("Provision all (3)", "Live")
            simulator.fault(EVENTS, code="UNAUTHORIZED")
            simulator.cut_streams()
            await technician.taps("key")
            await technician.pilot.type_keys(KEY)
            await technician.taps("accept")
            await technician.reads("Live")
            await technician.taps("provision-all")
            await technician.counts(Waiting=0, Busy=0)
            await technician.stops()
            paths = [request["path"] for request in simulator.requests()]
            told = simulator.errors()
            shown = repr(technician.kiosk.store.state)

    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert written
    logged = "\n".join(
        f"{record.getMessage()} {record.args} {record.exc_info}" for record in caplog.records
    )
    assert "/api/v1/provisioning/batch/start" in logged
    output = capfd.readouterr()
    for secret in (KEY, OTHER_KEY, PASSWORD, PASSWORD[:-1]):
        assert secret not in logged
        assert secret not in "\n".join(paths)
        assert secret not in told
        assert secret not in shown
        assert secret not in output.out + output.err
        assert not [file for file in written if secret.encode() in file.read_bytes()]
