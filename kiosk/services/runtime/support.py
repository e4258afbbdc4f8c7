"""Commands of the Help screen: gathers what support wants to know and saves it."""

from __future__ import annotations

import asyncio
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
from kiosk.services.runtime.key import KeyHolder
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

_log = logging.getLogger("kiosk.support")


class SupportCommands:
    """Saves the diagnostics bundle; ``settings`` are those that may be shown."""

    def __init__(
        self,
        client: Api,
        store: Store,
        key: KeyHolder,
        *,
        clock: Clock,
        settings: Mapping[str, Any],
        export_dir: Path | None,
    ) -> None:
        self._client = client.once()
        self._store = store
        self._key = key
        self._clock = clock
        self._settings = settings
        self._export_dir = export_dir
        self._outcomes = Outcomes(store, clock=clock)

    async def save_bundle(self) -> None:
        """Gather what there is and write it; what the service does not tell is named as missing."""
        try:
            folder = await asyncio.to_thread(bundle.destination, self._export_dir)
            self._store.dispatch(BundleStep(_ASKING))
            documents = await self._documents()
            self._store.dispatch(BundleStep(_WRITING))
            name = bundle.file_name(self._clock.wall(), self._store.state.support.about.host)
            content = await asyncio.to_thread(bundle.packed, documents, self._secrets())
            await asyncio.to_thread(bundle.write, folder, name, content)
        except StickError as error:
            _log.warning("the bundle could not be saved: %s", error.code)
            # Nothing was sent, and it is worth another try as soon as the person likes.
            problem = Problem(Kind.VALIDATION, error.code, retryable=True, surely_not_done=True)
            self._outcomes.ended(_COMMAND, Notice(_COMMAND, problem))
        else:
            self._store.dispatch(BundleSaved(name))
            self._outcomes.ended(_COMMAND, Notice(_COMMAND, text=_SAVED))
        finally:
            self._store.dispatch(BundleStep(""))

    async def _documents(self) -> dict[str, Any]:
        missing: dict[str, str] = {}
        asked_health = _asked("health", self._client.system.health, missing)
        asked_info = _asked("system_info", self._client.system.info, missing)
        asked_export = _asked("orchestrator", self._client.system.export, missing)
        asked_logs = _asked("logs", partial(self._client.logs.recent, MOST_RECENT), missing)
        health, info, export, recent = await asyncio.gather(
            asked_health, asked_info, asked_export, asked_logs
        )
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
        }
        if export is not None:
            documents["orchestrator.json"] = _model(export)
        return documents

    def _secrets(self) -> list[str]:
        state = self._store.state
        typed = (state.form.password, state.editor.text)
        return [self._key.get() or "", *(secret.get_secret_value() for secret in typed)]


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
