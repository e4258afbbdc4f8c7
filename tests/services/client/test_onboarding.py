"""What the Pi onboards by itself."""

from kiosk.services.client.api import PiOrchestrator
from tests.support.server import ScriptedServer, document, success

PATH = "/api/v1/onboarding/auto/status"


async def test_what_a_server_tells_of_it_is_told_and_the_rest_unknown() -> None:
    whole = {"enabled": True, "mode": "dev", "config": {"max_per_minute": 5}, "metrics": None}
    async with (
        ScriptedServer() as server,
        PiOrchestrator(server.base_url, api_key=lambda: None) as api,
    ):
        server.on("GET", PATH, success(whole), document({"enabled": False, "status": "idle"}))
        told, little = [(await api.onboarding.status()).data for _ in range(2)]
    assert (told.enabled, told.max_per_minute, told.attempts) == (True, 5, None)
    assert (little.enabled, little.running) == (False, None)
