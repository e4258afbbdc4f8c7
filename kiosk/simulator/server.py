"""The process: one socket on loopback, one event loop, a good end on SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from kiosk.simulator.app import build_app
from kiosk.simulator.connections import Connections
from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.engine import Engine, SteadyClock
from kiosk.simulator.fleet import build_fleet
from kiosk.simulator.hub import Hub
from kiosk.simulator.machine import Machine
from kiosk.simulator.routes.surface import Routes
from kiosk.simulator.scenarios import SCENARIOS
from kiosk.simulator.storage import Storage
from kiosk.simulator.world import World

HOST = "127.0.0.1"
_GRACE = 1  # seconds that open answers get at the end


@dataclass(frozen=True, slots=True)
class Options:
    """How the simulator was asked to be."""

    devices: int
    seed: int
    speed: float
    dialect: str
    scenario: str
    failing: int | None
    routes: Routes = "all"


class _Server(uvicorn.Server):
    """Says where it listens, and leaves the signals to whoever runs it."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = sockets[0].getsockname()[1] if sockets else self.config.port
        print(f"listening on http://{HOST}:{port}", flush=True)  # noqa: T201 - the one line

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def open_socket(port: int) -> socket.socket:
    """Return a listening socket on loopback; 0 takes any free port. Raise OSError."""
    # Named, because asyncio sends small answers without delay only on what says that it is TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def open_world(options: Options, storage: Storage, clock: SteadyClock) -> tuple[World, Hub, Engine]:
    """Return the world as the storage knows it, with its fleet approved once."""
    scenario = SCENARIOS[options.scenario]
    fleet = build_fleet(options.seed, options.devices, scenario, failing=options.failing)
    dialect = DIALECTS[options.dialect]()
    saved = storage.load()
    world = World(
        fleet,
        now=clock(),
        seed=options.seed,
        speed=options.speed,
        session_id=dialect.new_session_id,
        saved=saved,
    )
    hub = Hub()
    engine = Engine(world, storage, dialect, hub, clock)
    fleet_name = f"{options.seed}/{options.devices}/{options.scenario}/{options.failing}"
    if saved.fleet != fleet_name:
        engine.act(lambda world: world.approve_fleet())
        storage.remember_fleet(fleet_name)
    return world, hub, engine


async def serve(
    options: Options, listener: socket.socket, directory: Path, key: str | None
) -> None:
    """Serve until SIGTERM or SIGINT. Raise StorageError when the directory cannot be used."""
    storage = Storage(directory)
    try:
        _, hub, engine = open_world(options, storage, SteadyClock())
        connections, logs, machine = Connections(), Hub(), Machine(options.seed)
        app = build_app(engine, machine, connections, logs, key=key, routes=options.routes)
        server = _Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="websockets-sansio",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        connections.protocols = lambda: server.server_state.connections

        def leave() -> None:
            server.should_exit = True
            hub.close()
            logs.close()

        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, leave)
        moving = asyncio.create_task(engine.run())
        try:
            await server.serve(sockets=[listener])
        finally:
            moving.cancel()
    finally:
        storage.close()
