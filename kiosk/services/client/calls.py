"""How every area of the API asks: base path, older names, switched-off features, repetition."""

from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

from kiosk.services.client.connection import Address
from kiosk.services.client.errors import ApiError, error_of, raise_problem
from kiosk.services.client.http import ACTION_SECONDS, READ_SECONDS, Http, Request
from kiosk.services.client.journaling import Recorder, operation_of, target_of
from kiosk.services.client.reply import Reply, whole
from kiosk.services.client.retry import act_again, read_again
from kiosk.services.client.timing import Clock, server_epoch
from kiosk.services.wire import payloads
from kiosk.services.wire.checks import refusal
from kiosk.services.wire.envelope import Answer, inner_verdict
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.tolerant import WireModel

BasePath = Literal["/api/v1", "/api"]

T = TypeVar("T")
Record = TypeVar("Record", bound=WireModel)

# With these a server says that it has no such route; with 503 it may only be out of order.
_NO_ROUTE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, 501})
_PAGE_INSTEAD = _NO_ROUTE | {HTTPStatus.OK}
_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path below the base path, ``{}`` for each part, and its older names from the root."""

    path: str
    older: tuple[str, ...] = ()


def endpoint(path: str, *older: str) -> Endpoint:
    """Return an endpoint and its older names, the most likely first."""
    return Endpoint(path, older)


HEALTH = endpoint("/health", "/health", "/api/health", "/api/dashboard/health")


@dataclass(frozen=True)
class Calls:
    """Requests by endpoint; all raise ApiError.

    A read is tried up to three times. A mutation is sent again only when it surely was not done; a
    physical one never. Older names are tried only where the server said that it has no such route,
    and the one that answered is asked first from then on (contract.md §6.17, §6.33). A server that
    has a web page in place of one route, but answers when asked for its health, lacks that route.
    """

    http: Http
    address: Address
    events: Address
    monitor: Address
    clock: Clock
    recorder: Recorder = field(default_factory=Recorder)
    base_path: BasePath = "/api/v1"
    off: Container[Feature] = frozenset()
    feature: Feature | None = None
    repeats: bool = True
    # The name that answered last, by endpoint; None where none did.
    _known: dict[str, str | None] = field(default_factory=dict)

    def of(self, feature: Feature) -> Self:
        """Return the calls of an area that can be switched off."""
        return replace(self, feature=feature)

    def once(self) -> Self:
        """Return calls that are not repeated, for a caller that has a schedule of its own."""
        return replace(self, repeats=False)

    def check_feature(self) -> None:
        """Raise ValidationRefused when the area is switched off."""
        if self.feature in self.off:
            raise_problem(refusal("FEATURE_OFF", f"{self.feature} is switched off"))

    def path(self, place: Endpoint, *parts: str) -> str:
        """Return the endpoint's path on this server, its parts percent-encoded."""
        return _filled(self._templates(place)[0], parts)

    def has_answered(self, place: Endpoint) -> bool:
        """Return whether the server is known to have the route."""
        return self._known.get(place.path) is not None

    def server_time(self) -> datetime:
        """Return what the server's clock shows, as far as its answers have told."""
        epoch = server_epoch(self.clock, self.http.clock_offset)
        return datetime.fromtimestamp(epoch + self.clock.monotonic(), UTC)

    async def read(
        self,
        place: Endpoint,
        *parts: str,
        query: Mapping[str, str] | None = None,
        seconds: float = READ_SECONDS,
    ) -> Answer:
        """GET."""

        async def get() -> Answer:
            return await self._first(
                place, parts, _is_absent, lambda path: Request("GET", path, query, seconds=seconds)
            )

        return await (
            read_again(get, self.clock) if self.repeats else self.http.breaker.shared(get)
        )

    async def record(self, model: type[Record], place: Endpoint, *parts: str) -> Reply[Record]:
        """GET one record; raises MalformedAnswer when a success lacks it."""
        answer = await self.read(place, *parts)
        return whole(payloads.record(model, answer.data), answer)

    async def act(
        self,
        place: Endpoint,
        *parts: str,
        body: Mapping[str, Any] | None = None,
        method: str = "POST",
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a mutation; a refusal inside a success counts as one (contract.md §1.10)."""

        async def send() -> Answer:
            return await self.act_once(place, *parts, body=body, method=method, query=query)

        return await (act_again(send, self.clock) if self.repeats else send())

    async def act_once(
        self,
        place: Endpoint,
        *parts: str,
        body: Mapping[str, Any] | None = None,
        method: str = "POST",
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a mutation that nobody but a person may send again; journaled, as all are."""
        self.check_feature()

        def request(path: str) -> Request:
            return Request(method, path, query, body, ACTION_SECONDS)

        async def send() -> Answer:
            answer = await self._first(place, parts, _has_no_route, request)
            verdict = inner_verdict(answer, key_sent=bool(self.address.headers()))
            if isinstance(verdict, Problem):
                raise_problem(verdict)
            return verdict

        operation = operation_of(method, place.path)
        return await self.recorder.send(operation, target_of(parts, body), send)

    async def ask(self, place: Endpoint, body: Mapping[str, Any]) -> Answer:
        """POST a question: a ``success: false`` inside its answer is a result, no refusal."""

        async def send() -> Answer:
            return await self._first(
                place,
                (),
                _has_no_route,
                lambda path: Request("POST", path, None, body, ACTION_SECONDS),
            )

        return await (act_again(send, self.clock) if self.repeats else send())

    async def _first(
        self,
        place: Endpoint,
        parts: tuple[str, ...],
        is_absent: Callable[[Problem], bool],
        request: Callable[[str], Request],
    ) -> Answer:
        """Return the answer of the first name that the server knows; raises the first refusal."""
        self.check_feature()
        absence: ApiError | None = None
        for template in self._templates(place):
            try:
                answer = await self.http.send(request(_filled(template, parts)))
            except ApiError as error:
                if not is_absent(error.problem):
                    raise await self._told_apart(error, place) from None
                absence = absence or error
            else:
                self._known[place.path] = template
                return answer
        self._known[place.path] = None
        raise await self._told_apart(absence, place) if absence else LookupError(place.path)

    async def opened(self, address: Address, opening: Awaitable[T]) -> T:
        """Return what the opening of a stream or a socket gives; its errors are told apart, too."""
        try:
            return await opening
        except ApiError as error:
            # What answers at another origin is not told by the health of this one.
            if address.base_url != self.address.base_url:
                raise
            raise await self._told_apart(error) from None

    async def _told_apart(self, error: ApiError, place: Endpoint | None = None) -> ApiError:
        """Return what a web page or a bare 503 means, as health tells it (contract.md §1.6, §1.7).

        With a page at the route of an API that route is absent. With a bare 503 it is switched off,
        unless health has one, too: then the service is out of order.
        """
        problem = error.problem
        if problem.kind is Kind.NOT_API and problem.http_status in _PAGE_INSTEAD:
            # Who connects has pauses that grow, and asks anew each time.
            if place is HEALTH or not await self._is_api(anew=place is None):
                return error
            return error_of(replace(problem, kind=Kind.ENDPOINT_ABSENT))
        is_bare = problem.kind is Kind.ENDPOINT_ABSENT and problem.http_status == _UNAVAILABLE
        if is_bare and (place is HEALTH or await self._is_away()):
            return error_of(replace(problem, kind=Kind.NOT_API, retryable=True))
        return error

    async def _is_api(self, *, anew: bool) -> bool:
        """Return whether PiOrchestrator answers here; who asks on a schedule asks for that once."""
        if HEALTH.path in self._known and not self.repeats and not anew:
            return self._known[HEALTH.path] is not None
        try:
            return isinstance((await self._health()).data, dict)
        except ApiError:
            return False

    async def _is_away(self) -> bool:
        """Return whether health cannot be had either, for a while."""
        try:
            await self._health()
        except ApiError as error:
            return error.problem.retryable
        return False

    async def _health(self) -> Answer:
        return await self._first(HEALTH, (), _is_absent, lambda path: Request("GET", path))

    def _templates(self, place: Endpoint) -> list[str]:
        """Return the endpoint's names on this server, the one that answered last first."""
        names = dict.fromkeys((f"{self.base_path}{place.path}", *place.older))
        known = self._known.get(place.path)
        return sorted(names, key=lambda name: name != known)


async def settled(
    send: Callable[[], Awaitable[Reply[T]]],
    *,
    look: Callable[[], Awaitable[Reply[T] | None]] | None = None,
    again: Callable[[], Awaitable[Reply[T]]] | None = None,
) -> Reply[T]:
    """Send a mutation; where nobody knows whether it was done, look, and send it once more if not.

    ``look`` returns the outcome as far as the server tells it, None when it was not done; without
    it a second time does no harm. ``again`` is the second time, where that is answered otherwise.
    Raises the first ApiError when nothing can be told, or when the server said not to try again.
    """
    try:
        return await send()
    except ApiError as error:
        problem = error.problem
        if not problem.maybe_done:
            raise
        try:
            found = await look() if look else None
        except ApiError:
            raise error from None
        is_final = problem.kind is Kind.DOMAIN and not problem.retryable
        if found is None and is_final:
            raise
    return found if found is not None else await (again or send)()


def _is_absent(problem: Problem) -> bool:
    return problem.kind in {Kind.ENDPOINT_ABSENT, Kind.NOT_API} and not problem.retryable


def _has_no_route(problem: Problem) -> bool:
    if problem.kind is Kind.NOT_API:
        return problem.http_status in _PAGE_INSTEAD
    return problem.kind is Kind.ENDPOINT_ABSENT and problem.http_status in _NO_ROUTE


def _filled(template: str, parts: tuple[str, ...]) -> str:
    return template.format(*(quote(part, safe="") for part in parts))
