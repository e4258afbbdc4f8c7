"""Health: live by WebSocket, by polling when that is away, grey with its age when nothing comes."""

from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at

MONITOR, INFO = "/ws/monitor", "/api/v1/system/info"


def treat_the_monitor(simulator, mode):
    simulator.call("POST", "/_simulator/monitor", json={"mode": mode}).raise_for_status()


async def test_the_figures_are_live_then_polled_then_grey_and_live_again():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.goes_to("health")
            await technician.reads("Live by WebSocket", "Processor", " °C", "Normal", "up 32 d")

            await technician.taps("more")
            await technician.reads("PiOrchestrator", "healthy", "MQTT", "Connected, secure")
            while technician.can_tap("page-down"):
                await technician.taps("page-down")
            await technician.reads("Packet loss, latency")
            await technician.taps("figures")

            simulator.fault(INFO, abort=True, times=1000)
            treat_the_monitor(simulator, "refuse")
            simulator.cut_streams()
            await technician.reads("Not live, last", "s ago")
            assert not technician.sees("Normal")
            await technician.taps("details")
            await technician.until(lambda: not technician.can_tap("refresh"))
            await technician.taps("details")

            simulator.clear_faults()
            await technician.taps("refresh")
            await technician.reads("Asked every 5 s", "Normal")

            treat_the_monitor(simulator, "normal")
            await technician.goes_to("start")
            await technician.goes_to("health")
            await technician.reads("Live by WebSocket")


async def test_a_hidden_screen_asks_for_nothing():
    with prompt_service(devices=0) as simulator:
        async with technician_at(simulator.url) as technician:
            await technician.reads("Service ready")
            assert simulator.count("GET", MONITOR) == simulator.count("GET", INFO) == 0
            await technician.goes_to("health")
            await technician.reads("Live by WebSocket")
            await technician.goes_to("start")
            await technician.comes("start")
            await technician.until(
                lambda: technician.kiosk.store.state.monitor.connection.state == "stopped"
            )

            simulator.fault(INFO, abort=True, times=1000)
            treat_the_monitor(simulator, "refuse")
            await technician.goes_to("health")
            # What was known is there, with its age, though nothing new can be had.
            await technician.reads(" °C", "s ago")
