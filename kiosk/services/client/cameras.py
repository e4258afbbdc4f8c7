"""Installed cameras and the pictures that they take (contract.md §2.7)."""

import httpx

from kiosk.services.client.calls import Calls, endpoint
from kiosk.services.client.http import ACTION_SECONDS, Request
from kiosk.services.client.reply import Reply, refuse, whole
from kiosk.services.client.retry import read_again
from kiosk.services.wire import checks, payloads
from kiosk.services.wire.cameras import Camera, CameraDiagnostics, CameraPicture, picture
from kiosk.services.wire.envelope import Answer
from kiosk.services.wire.features import Feature

_CAMERAS = endpoint("/cameras", "/api/dashboard/cameras", "/api/cameras")
_CAMERA = endpoint("/cameras/{}")
_ALL_DIAGNOSTICS = endpoint(
    "/cameras/diagnostics",
    "/api/dashboard/diagnostics/cameras",
    "/api/dashboard/cameras/diagnostics",
)
_DIAGNOSTICS = endpoint("/cameras/{}/diagnostics", "/api/v1/cameras/{}/status")
_CAPTURE = endpoint(
    "/cameras/{}/capture",
    "/api/v1/cameras/{}/snapshot",
    "/api/dashboard/cameras/{}/capture",
)
_REBOOT = endpoint("/cameras/{}/reboot")


class Cameras:
    """Cameras by their opaque ids. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls.of(Feature.CAMERAS)

    async def cameras(self) -> Reply[tuple[Camera, ...]]:
        """Return the installed cameras."""
        answer = await self._calls.read(_CAMERAS)
        return Reply(payloads.cameras(answer.data), answer.correlation_id)

    async def camera(self, camera_id: str) -> Reply[Camera]:
        """Return one camera."""
        return await self._calls.record(Camera, _CAMERA, _id(camera_id))

    async def diagnostics(
        self, camera_id: str | None = None
    ) -> Reply[tuple[CameraDiagnostics, ...]]:
        """Return how the cameras have done, or only how one of them has."""
        if camera_id is None:
            answer = await self._calls.read(_ALL_DIAGNOSTICS)
            return Reply(payloads.camera_diagnostics(answer.data), answer.correlation_id)
        answer = await self._calls.read(_DIAGNOSTICS, _id(camera_id))
        data = answer.data
        # Asked for one, a server need not say of which it speaks.
        named = {"camera_id": camera_id, **data} if isinstance(data, dict) else data
        one = whole(payloads.record(CameraDiagnostics, named), answer)
        return Reply((one.data,), one.correlation_id)

    async def capture(self, camera_id: str) -> Reply[CameraPicture]:
        """Have a camera take a picture, which lasts up to 30 s; only a person asks for another."""
        answer = await self._calls.act_once(_CAPTURE, _id(camera_id))
        taken = picture(answer.data, camera_id)
        if isinstance(taken, str):
            kept = picture(await self._fetched(taken, answer), camera_id)
            taken = kept if isinstance(kept, CameraPicture) else None
        return whole(taken, answer)

    async def reboot(self, camera_id: str) -> Reply[None]:
        """Have a camera start anew; only a person asks for that."""
        answer = await self._calls.act_once(_REBOOT, _id(camera_id))
        return Reply(None, answer.correlation_id)

    async def _fetched(self, url: str, capture: Answer) -> object:
        """Return what lies at the URL that a capture told.

        The key goes out with every request, so what lies at another origin is left there.
        """
        request = whole(_request_here(self._calls.address.base_url, url), capture).data

        async def get() -> Answer:
            return await self._calls.http.send(request)

        answer = await (read_again(get, self._calls.clock) if self._calls.repeats else get())
        return answer.data


def _request_here(base_url: str, url: str) -> Request | None:
    """Return the GET of a URL on this origin; None where it is another one, or no URL."""
    here = httpx.URL(base_url)
    try:
        target = here.join(url)
    except (httpx.InvalidURL, ValueError):
        return None
    if (target.scheme, target.host, target.port) != (here.scheme, here.host, here.port):
        return None
    # Apart, as the query may hold a signature and only the path is logged.
    path = target.raw_path.partition(b"?")[0].decode("ascii")
    return Request("GET", path, dict(target.params) or None, seconds=ACTION_SECONDS)


def _id(camera_id: str) -> str:
    refuse(checks.check_camera_id(camera_id))
    return camera_id
