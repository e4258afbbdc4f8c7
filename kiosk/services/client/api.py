"""PiOrchestrator's API as typed calls, by area (contract.md §2)."""

from collections.abc import Callable, Container
from types import TracebackType
from typing import Self

from kiosk.services.client.allowlist import Allowlist
from kiosk.services.client.batch import Batch
from kiosk.services.client.calls import BasePath, Calls
from kiosk.services.client.cameras import Cameras
from kiosk.services.client.config import Config
from kiosk.services.client.connection import Address
from kiosk.services.client.containers import Containers
from kiosk.services.client.door import Door
from kiosk.services.client.espcam import EspCam
from kiosk.services.client.http import Http
from kiosk.services.client.journaling import Journal, Recorder
from kiosk.services.client.logs import Logs
from kiosk.services.client.monitor import Monitor
from kiosk.services.client.network import Network
from kiosk.services.client.onboarding import Onboarding
from kiosk.services.client.recovery import Recovery
from kiosk.services.client.system import System
from kiosk.services.client.timing import Clock, SystemClock
from kiosk.services.client.wifi import Wifi
from kiosk.services.wire.features import Feature


class Api:
    """The typed calls. Every call raises ApiError.

    Wrong arguments raise ValidationRefused before anything is sent. The key is asked for with
    each request, so that a new one counts at once; without one the request goes out all the same.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.batch = Batch(calls)
        self.recovery = Recovery(calls)
        self.allowlist = Allowlist(calls)
        self.system = System(calls)
        self.monitor = Monitor(calls)
        self.wifi = Wifi(calls)
        self.logs = Logs(calls)
        self.cameras = Cameras(calls)
        self.espcam = EspCam(calls)
        self.containers = Containers(calls)
        self.config = Config(calls)
        self.network = Network(calls)
        self.door = Door(calls)
        self.onboarding = Onboarding(calls)

    def once(self) -> "Api":
        """Return the same calls for a caller with a schedule of its own: no read is repeated."""
        return Api(self._calls.once())

    @property
    def clock_offset(self) -> float | None:
        """Return the server's wall clock minus ours in seconds; None before its first answer."""
        return self._calls.http.clock_offset


class PiOrchestrator(Api):
    """The calls to one server, and their connections: an async context manager.

    Event streams and the monitor's WebSocket may have origins of their own. With a ``journal`` each
    mutation is kept before it is sent.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: Callable[[], str | None],
        base_path: BasePath = "/api/v1",
        events_url: str | None = None,
        monitor_url: str | None = None,
        off: Container[Feature] = frozenset(),
        clock: Clock | None = None,
        journal: Journal | None = None,
    ) -> None:
        address = Address(base_url, api_key)
        self._http = Http(address)
        self._recorder = Recorder(journal)
        super().__init__(
            Calls(
                self._http,
                address,
                events=Address(events_url or base_url, api_key),
                monitor=Address(monitor_url or base_url, api_key),
                clock=clock or SystemClock(),
                recorder=self._recorder,
                base_path=base_path,
                off=off,
            )
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.__aexit__(kind, error, trace)
        await self._recorder.finish()
