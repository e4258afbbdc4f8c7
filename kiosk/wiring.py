"""Puts the parts together and takes them apart again: settings, client, store, feeds, app."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TextIO

from kiosk.about import about, renderer, surroundings
from kiosk.app import KioskApp
from kiosk.connect import connected
from kiosk.panel import BROKEN, SwitchedOff, keeper_of, preferences_of, trouble_with
from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.timing import Clock, SystemClock
from kiosk.services.runtime.allowlist import AllowlistCommands
from kiosk.services.runtime.backlight import Backlight
from kiosk.services.runtime.commands import Commands
from kiosk.services.runtime.dimming import Dimming
from kiosk.services.runtime.doctor import DoctorFeed, Surroundings
from kiosk.services.runtime.intents import Intents, Services
from kiosk.services.runtime.journal.journal import Journal
from kiosk.services.runtime.journal.record import Record
from kiosk.services.runtime.journal.settlement import Settlement
from kiosk.services.runtime.journal.telling import Telling
from kiosk.services.runtime.key import KeyHolder, secrets_of
from kiosk.services.runtime.log_feed import LogFeed
from kiosk.services.runtime.machine import MachineCommands
from kiosk.services.runtime.monitor_feed import MonitorFeed
from kiosk.services.runtime.noting import Noting
from kiosk.services.runtime.preferences import PreferenceKeeper
from kiosk.services.runtime.presence import Presence, Watch
from kiosk.services.runtime.reader import Readers
from kiosk.services.runtime.recovery import RecoveryCommands
from kiosk.services.runtime.session import SessionSupervisor
from kiosk.services.runtime.sources import sources
from kiosk.services.runtime.supervision import kept_up
from kiosk.services.runtime.support import SupportCommands
from kiosk.services.runtime.trace import Trace
from kiosk.services.runtime.visible import Feed, Visible
from kiosk.services.state.actions import CommandEnded, KeyChanged, KeyKept, TargetKnown
from kiosk.services.state.change import updated
from kiosk.services.state.model import Navigation, State
from kiosk.services.state.navigation import home_of
from kiosk.services.state.preferences import PreferencesKnown
from kiosk.services.state.store import Store
from kiosk.services.state.support import AboutKnown
from kiosk.services.views import language
from kiosk.services.wire.features import Feature
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True)
class Kiosk:
    """The parts that whoever runs the kiosk has to do with."""

    app: KioskApp
    store: Store
    intents: Intents
    key: KeyHolder

    def secrets(self) -> list[str]:
        """Return the secrets that are known at the moment."""
        return secrets_of(self.store.state, self.key)


@dataclass(frozen=True, slots=True)
class _Base:
    """What all other parts are made of."""

    settings: Settings
    store: Store
    key: KeyHolder
    keeper: PreferenceKeeper
    journal: Journal
    backlight: Backlight
    clock: Clock
    rng: random.Random


@asynccontextmanager
async def assembled(
    settings: Settings, trace: TextIO | None = None, backlight: Backlight | None = None
) -> AsyncIterator[Kiosk]:
    """Build everything and start what runs in the background; end it in the opposite order.

    ``trace`` gets a line for each event that reached the panel; ``backlight`` is its light, if that
    is for the kiosk to turn down.
    """
    language.use(settings.lang)
    base = _base(settings, backlight or Backlight(None))
    store, clock = base.store, base.clock
    noting = Noting(store, clock)
    if await base.keeper.mend():
        store.dispatch(CommandEnded(BROKEN.command, BROKEN))
    if (trouble := trouble_with(settings)) is not None:
        store.dispatch(CommandEnded(trouble.command, trouble))
    async with (
        _opened(base.journal) as journal,
        connected(settings, base.key.get, SwitchedOff(store), journal) as client,
    ):
        tracer = None if trace is None else Trace(trace, clock.wall)
        services = _services(base, client, tracer, end=lambda: app.stop())  # noqa: PLW0108 - the app is made of them
        intents = Intents(services)
        app = KioskApp(store, intents, clock.monotonic)
        if tracer is not None:
            app.after_render(tracer.flipped)
        record = Record(journal, store, clock=clock)
        settlement = Settlement(journal, client, store, record, clock=clock)
        running = (
            kept_up("journal", journal.run, clock),
            kept_up("record", record.run, clock),
            kept_up("settlement", settlement.run, clock),
            kept_up("presence", services.presence.run, clock),
            kept_up("dimming", services.dimming.run, clock),
            kept_up("key", lambda: base.key.watch(intents.key_replaced, clock), clock),
        )
        try:
            yield Kiosk(app, store, intents, base.key)
        finally:
            app.release()
            services.session.close()
            for task in running:
                task.cancel()
            await asyncio.wait(running)
            await services.visible.close()
            await intents.finish()
            noting.close()
            await services.dimming.close()


@asynccontextmanager
async def _opened(journal: Journal) -> AsyncIterator[Journal]:
    """Open the journal; close it when everything that is kept in it has come to its end."""
    await journal.open()
    try:
        yield journal
    finally:
        await journal.close()


def _base(settings: Settings, backlight: Backlight) -> _Base:
    """Return the beginnings, with all in the store that is known before anybody is asked."""
    state = State(off=frozenset(map(Feature, settings.features.off())))
    store = Store(updated(state, navigation=Navigation(home_of(state))))
    key = KeyHolder(given=settings.given_key_file(), kept=settings.kept_key_file)
    store.dispatch(KeyChanged(known=key.get() is not None))
    store.dispatch(KeyKept(key.is_kept))
    store.dispatch(AboutKnown(about(settings)))
    shown = preferences_of(settings, has_backlight=backlight.is_there)
    store.dispatch(PreferencesKnown(shown))
    if settings.target_ssid:
        store.dispatch(TargetKnown(settings.target_ssid, settings.target_password()))
    rng = random.Random()  # noqa: S311 - spreads reconnections, guards nothing
    clock = SystemClock()
    journal = Journal(settings.state_dir, clock=clock, told=Telling(store))
    return _Base(settings, store, key, keeper_of(settings), journal, backlight, clock, rng)


def _services(
    base: _Base,
    client: PiOrchestrator,
    tracer: Trace | None,
    *,
    end: Callable[[], None],
) -> Services:
    """Return the parts that do what a tap asks for."""
    store, clock, rng = base.store, base.clock, base.rng
    presence = Presence(client, store, clock=clock, rng=rng)
    session = SessionSupervisor(
        client, store, presence.look_now, clock=clock, rng=rng, trace=tracer
    )
    readers = Readers(
        sources(client), store, clock=clock, rng=rng, offset=lambda: client.clock_offset
    )
    return Services(
        store=store,
        clock=clock,
        commands=Commands(client, store, session, clock=clock),
        session=session,
        presence=presence,
        key=base.key,
        visible=Visible(store, readers, _feeds(base, client, presence)),
        allowlist=AllowlistCommands(client, store, readers, clock=clock),
        recovery=RecoveryCommands(client, store, readers, presence.look_now, clock=clock),
        machine=MachineCommands(client, store, readers, clock=clock),
        support=SupportCommands(
            client,
            store,
            base.key,
            clock=clock,
            settings=base.settings.public(),
            export_dir=base.settings.export_dir,
            record=base.journal.contents,
        ),
        dimming=Dimming(store, base.backlight, clock=clock),
        preferences=base.keeper,
        end=end,
    )


def _feeds(
    base: _Base, client: PiOrchestrator, presence: Presence
) -> Mapping[str, Callable[[], Feed]]:
    """Return what makes each feed when its screen is entered."""
    store, clock, rng = base.store, base.clock, base.rng
    # One for all visits, for it knows which lines were told.
    logs = LogFeed(client, store.dispatch, clock=clock, rng=rng)

    def monitor() -> MonitorFeed:
        use_socket = Feature.MONITOR not in store.state.off
        return MonitorFeed(client, store.dispatch, clock=clock, rng=rng, use_socket=use_socket)

    def around() -> Surroundings:
        return replace(surroundings(base.settings, renderer()), trouble=store.state.journal.trouble)

    def doctor() -> DoctorFeed:
        return DoctorFeed(client, store.dispatch, base.key, clock, around)

    return {
        "presence": lambda: Watch(presence),
        "monitor": monitor,
        "logs": lambda: logs,
        "doctor": doctor,
    }
