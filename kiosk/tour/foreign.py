"""Which words on the screen are the service's or the person's own: those may be cut short."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.services.state.machine import Machine
from kiosk.services.state.model import State

_SHORT = 12


def foreign_words(state: State) -> frozenset[str]:
    """Return the names, addresses and messages that came from outside."""
    return frozenset(word for word in _words(state) if word)


def _words(state: State) -> Iterator[str | None]:
    yield state.form.ssid
    yield state.editor.text.get_secret_value()
    for entry in state.allowlist.entries.value or ():
        yield from (entry.description, entry.container_id)
    yield from (state.approving.description, state.approving.container)
    for network in state.scan.networks or ():
        yield network.ssid
    for session in state.service.recoverable:
        yield session.target_ssid
    if state.service.network is not None:
        yield state.service.network.ssid
    for noted in state.support.problems:
        yield noted.problem.code
    yield from _of_machine(state.machine)
    batch = state.batch
    if batch is None:
        return
    yield batch.session.target_ssid
    if batch.network is not None:
        yield batch.network.ssid
    for device in batch.devices.values():
        yield from (device.mac, device.name, device.error)


def _of_machine(machine: Machine) -> Iterator[str | None]:
    yield from (camera.name for camera in machine.cameras.value or ())
    yield from (camera.name for camera in machine.discovered or ())
    for container in machine.containers.value or ():
        yield container.label
    for section in machine.config.value or ():
        for item in section.items:
            yield item.key
            # A short value is part of too many words, and has room everywhere.
            yield item.value if len(item.value) > _SHORT else None
    yield from machine.pings
    if machine.mqtt.value is not None:
        yield machine.mqtt.value.broker
