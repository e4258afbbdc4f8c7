"""Commands of the Help screen: gathers what support wants to know and saves it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from kiosk.services.client.api import Api
from kiosk.services.client.errors import ApiError
from kiosk.services.client.logs import MOST_RECENT
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import Clock
from kiosk.services.runtime import bundle
from kiosk.services.runtime.journal.export import Contents
from kiosk.services.runtime.key import KeyHolder, secrets_of
from kiosk.services.runtime.outcomes import Outcomes
from kiosk.services.runtime.sticks import StickError
from kiosk.services.state.model import Notice, State
from kiosk.services.state.store import Store
from kiosk.services.state.support import BundleSaved, BundleStep
from kiosk.services.wire.logs import LogEntry, identity
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.redaction import without_secrets

T = TypeVar("T")

_COMMAND = "save_bundle"
_ASKING = N_("Asking PiOrchestrator for its report …")
_WRITING = N_("Writing to the USB stick …")
_SAVED = N_("Saved for support. The USB stick can be pulled out now.")
_RECORD = "save_record"
_RECORD_SAVED = N_("The record is saved. The USB stick can be pulled out now.")
# All that the journal holds.
_ALL = 100_000
# So many of the last are of use to support.
_LAST = 2000

_log = logging.getLogger("kiosk.support")


class SupportCommands:
    """Saves the diagnostics bundle, or only the record of what was done.

    ``settings`` are those that may be shown, ``record`` returns the last of what the journal holds.
    """

    def __init__(
        self,
        client: Api,
        store: Store,
        key: KeyHolder,
        *,
        clock: Clock,
        settings: Mapping[str, Any],
        export_dir: Path | None,
        record: Callable[[int], Awaitable[Contents]],
    ) -> None:
        self._client = client.once()
        self._store = store
        self._key = key
        self._clock = clock
        self._settings = settings
        self._export_dir = export_dir
        self._record = record
        self._outcomes = Outcomes(store, clock=clock)

    async def save_bundle(self) -> None:
        """Gather what there is and write it; what the service does not tell is named as missing."""

        async def save(folder: Path) -> None:
            self._store.dispatch(BundleStep(_ASKING))
            documents = await self._documents()
            self._store.dispatch(BundleStep(_WRITING))
            name = self._name("diagnostics", "zip")
            secrets = secrets_of(self._store.state, self._key)
            content = await asyncio.to_thread(bundle.packed, documents, secrets)
            await asyncio.to_thread(bundle.write, folder, name, content)
            self._store.dispatch(BundleSaved(name))

        try:
            await self._saved(_COMMAND, save, _SAVED)
        finally:
            self._store.dispatch(BundleStep(""))

    async def save_record(self) -> None:
        """Write which devices were set up, and what was asked, as tables and as JSON."""

        async def save(folder: Path) -> None:
            contents = await self._record(_ALL)
            files = {
                self._name("devices", "csv"): contents.as_csv("devices"),
                self._name("requests", "csv"): contents.as_csv("requests"),
                self._name("record", "json"): json.dumps(contents.as_json(), indent=2),
            }
            for name, text in files.items():
                content = text.encode("utf-8", "backslashreplace")
                await asyncio.to_thread(bundle.write, folder, name, content)

        await self._saved(_RECORD, save, _RECORD_SAVED)

    async def _saved(
        self, command: str, save: Callable[[Path], Awaitable[None]], text: str
    ) -> None:
        """Save something to the stick and tell how that ended."""
        try:
            await save(await asyncio.to_thread(bundle.destination, self._export_dir))
        except StickError as error:
            _log.warning("%s failed: %s", command, error.code)
            # Nothing was sent, and it is worth another try as soon as the person likes.
            problem = Problem(Kind.VALIDATION, error.code, retryable=True, surely_not_done=True)
            self._outcomes.ended(command, Notice(command, problem))
        else:
            self._outcomes.ended(command, Notice(command, text=text))

    def _name(self, kind: str, suffix: str) -> str:
        host = self._store.state.support.about.host
        return bundle.file_name(self._clock.wall(), host, kind, suffix)

    async def _documents(self) -> dict[str, Any]:
        missing: dict[str, str] = {}
        asked_health = _asked("health", self._client.system.health, missing)
        asked_info = _asked("system_info", self._client.system.info, missing)
        asked_export = _asked("orchestrator", self._client.system.export, missing)
        asked_logs = _asked("logs", partial(self._client.logs.recent, MOST_RECENT), missing)
        health, info, export, recent = await asyncio.gather(
            asked_health, asked_info, asked_export, asked_logs
        )
        contents = await self._record(_LAST)
        state = self._store.state
        documents = {
            "versions.json": {
                **asdict(state.support.about),
                "orchestrator": health.version if health is not None else None,
                "missing": missing,
            },
            "problems.json": [_noted(noted) for noted in state.support.problems],
            "logs.jsonl": [_model(line) for line in _all_lines(state.logs.lines, recent or ())],
            "health.json": {
                "service": _model(health or state.machine.health.value),
                "system_info": _model(info),
                "monitor": _monitor(state, self._clock.monotonic()),
            },
            "settings.json": {**self._settings, "api_key_known": state.key_known},
            "findings.json": [asdict(finding) for finding in state.support.findings],
            "journal.json": contents.as_json(),
            "devices.csv": contents.as_csv("devices"),
        }
        if export is not None:
            documents["orchestrator.json"] = _model(export)
        return documents


async def _asked(
    name: str, call: Callable[[], Awaitable[Reply[T]]], missing: dict[str, str]
) -> T | None:
    """Return what the service says; what it does not tell is put down as missing, with why."""
    try:
        return (await call()).data
    except ApiError as error:
        missing[name] = error.problem.code or error.problem.kind.value
        return None


def _model(record: Any) -> Any:
    return None if record is None else record.model_dump(mode="json")


def _noted(noted: Any) -> dict[str, Any]:
    record = asdict(noted)
    record["problem"]["message"] = without_secrets(noted.problem.message)
    return record


def _monitor(state: State, now: float) -> dict[str, Any]:
    monitor = state.monitor
    return {
        "transport": monitor.connection.transport,
        "state": monitor.connection.state,
        "figures": _model(monitor.figures),
        "age_seconds": {name: round(now - at, 1) for name, at in monitor.told_at.items()},
        "history": [asdict(point) for point in monitor.history],
    }


def _all_lines(
    streamed: tuple[LogEntry, ...], recent: tuple[LogEntry, ...]
) -> tuple[LogEntry, ...]:
    """Return what was streamed and what the service still has, each line once, oldest first."""
    seen = set(map(identity, recent))
    return (*(line for line in streamed if identity(line) not in seen), *recent)
