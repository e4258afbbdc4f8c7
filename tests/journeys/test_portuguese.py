"""The golden flow in Brazilian Portuguese: no English word on the way."""

import pytest
from babel.messages.pofile import read_po

from kiosk.services.views.language import LOCALES
from tests.journeys.service import asked_by_device, states
from tests.journeys.technician import technician_at
from tests.support.simulator import SimulatorProcess


@pytest.fixture(scope="module")
def english():
    """Return the texts that are other ones in Portuguese."""
    with (LOCALES / "pt_BR" / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        catalogue = read_po(file)
    return {message.id for message in catalogue if message.id and message.id != message.string}


async def test_the_golden_flow_speaks_portuguese(english):
    with SimulatorProcess(devices=5, failing=1, speed=30) as simulator:
        async with technician_at(simulator.url, lang="pt_BR") as technician:

            def in_english():
                texts = (text.split(" (")[0].split("\n")[-1] for text in technician.pilot.texts())
                return english.intersection(texts)

            await technician.reads("Serviço pronto", "Machine-Room")
            assert not in_english()
            await technician.taps("start")
            await technician.reads("Ao vivo", "Configurar todas (5)")
            assert not in_english()
            await technician.taps("provision-all")
            await technician.counts(Ativa=0, Pronta=4)
            assert not in_english()
            mac = technician.macs("failed")[0]
            await technician.taps(f"device:{mac}", "details", "back")
            assert not in_english()
            await technician.taps("retry-failed")
            await technician.counts(Pronta=5)
            assert not in_english()
            await technician.stops()
            await technician.reads("Todas as câmeras estão prontas")
            assert not in_english()

            assert set(states(simulator, technician.session_id).values()) == {"verified"}
            assert sum(asked_by_device(simulator, "retry").values()) == 1
            await technician.taps("done", "timeouts")
            assert not in_english()
