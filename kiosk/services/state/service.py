"""Reducers of PiOrchestrator as the start screen sees it, and of the Wi-Fi scan."""

from __future__ import annotations

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Scan, Service, State
from kiosk.services.state.notices import without_outage
from kiosk.services.wire.provisioning import Session


def reached(state: State, action: a.ServiceReached) -> State:
    """Take the answer; the service is ready. The newest session is the one to go on with."""
    service = Service(
        presence="ready",
        recoverable=tuple(sorted(action.recoverable, key=_began, reverse=True)),
        network=action.network,
        updated_at=action.at,
        epoch=action.epoch,
    )
    if state.service.presence == "absent":
        # It may be another one by now, which offers more.
        state = updated(without_outage(state), lacking=frozenset())
    return updated(state, service=service)


def failed(state: State, action: a.ServiceFailed) -> State:
    """Keep what was known, but say that it is not so now."""
    service = updated(
        state.service, presence="absent", problem=action.problem, retry_at=action.retry_at
    )
    return updated(state, service=service)


def tried(state: State, _action: a.ServiceTried) -> State:
    """Drop the countdown while the service is being asked; the reason stays until an answer."""
    return updated(state, service=updated(state.service, retry_at=None))


def scan_loaded(state: State, action: a.ScanLoaded) -> State:
    """Show each network once, the strongest first; hidden ones cannot be picked."""
    strongest: dict[str, tuple[int, int]] = {}
    for index, network in enumerate(action.networks):
        if network.ssid:
            signal = network.signal if network.signal is not None else -1000
            best = strongest.get(network.ssid)
            if best is None or signal > best[0]:
                strongest[network.ssid] = (signal, index)
    ranked = sorted(strongest.values(), key=lambda pair: -pair[0])
    networks = tuple(action.networks[index] for _, index in ranked)
    return updated(state, scan=Scan(networks=networks, next_at=action.next_at))


def scan_failed(state: State, action: a.ScanFailed) -> State:
    """Keep the last good list and say that the new one did not come."""
    scan = updated(state.scan, problem=action.problem, next_at=action.next_at)
    return updated(state, scan=scan)


def _began(session: Session) -> float:
    moment = session.created_at or session.updated_at
    return moment.timestamp() if moment is not None else 0.0


HANDLERS: Handlers[State] = {
    a.ServiceReached: reached,
    a.ServiceFailed: failed,
    a.ServiceTried: tried,
    a.ScanLoaded: scan_loaded,
    a.ScanFailed: scan_failed,
}
