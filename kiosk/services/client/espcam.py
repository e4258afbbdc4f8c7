"""ESP32 cameras on the machine's own network: found, paired, registered (contract.md §2.8)."""

from pydantic import SecretStr

from kiosk.services.client.calls import Calls, endpoint
from kiosk.services.client.reply import Reply, refuse, whole
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.espcam import DiscoveredCamera, PairedCamera, PairedCameras
from kiosk.services.wire.features import Feature
from kiosk.services.wire.mac import canonical

_SCAN = endpoint("/espcam/scan")
_DISCOVERED = endpoint("/espcam/discovered")
_PAIR = endpoint("/espcam/pair")
_PAIRED = endpoint("/espcam/paired")


class EspCam:
    """Discovery and pairing. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.CAMERAS)

    async def scan(self) -> Reply[None]:
        """Begin to look for cameras; ``discovered`` tells what was found so far."""
        answer = await self._calls.act(_SCAN)
        return Reply(None, answer.correlation_id)

    async def discovered(self) -> Reply[tuple[DiscoveredCamera, ...]]:
        """Return the cameras that answered to the search."""
        answer = await self._calls.read(_DISCOVERED)
        return Reply(payloads.discovered_cameras(answer.data), answer.correlation_id)

    async def pair(self, mac: str, totp: SecretStr) -> Reply[PairedCamera]:
        """Pair a camera by the six digits that it shows, once.

        A server that does not return the camera leaves all but its MAC unknown.
        """
        refuse(checks.check_mac(mac))
        refuse(checks.check_totp(totp.get_secret_value()))
        device = canonical(mac) or mac
        # The contract leaves the names of the body open.
        body = {"mac_address": device, "totp": totp.get_secret_value()}
        answer = await self._calls.act_once(_PAIR, body=body)
        paired = payloads.record(PairedCamera, payloads.member(answer.data, "camera"))
        if paired is None or paired.mac_address is None:
            paired = PairedCamera(mac_address=device)
        return Reply(paired, answer.correlation_id)

    async def paired(self) -> Reply[PairedCameras]:
        """Return the registered cameras, those that are offline too."""
        answer = await self._calls.read(_PAIRED)
        return whole(payloads.paired_cameras(answer.data), answer)
