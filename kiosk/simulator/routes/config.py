"""The configuration (contract.md §2.9)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kiosk.simulator.answers import success
from kiosk.simulator.config import Config
from kiosk.simulator.config_items import MASK, SECRET_TYPES, SECTIONS, Item
from kiosk.simulator.dialects.base import without_none
from kiosk.simulator.engine import Engine
from kiosk.simulator.routes.inputs import json_object, text_of
from kiosk.simulator.routes.surface import Endpoint, later, legacy, spec

CONFIG = "/api/v1/config"
DASHBOARD_CONFIG = "/api/dashboard/config"


class ConfigRoutes:
    """Read all or one, write one, give one its default back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._config = engine.world.installation.config

    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints of this area."""
        key = f"{CONFIG}/{{key}}"
        return [
            spec("GET", CONFIG, self._all),
            later("GET", key, self._one),
            spec("PUT", key, self._put),
            later("POST", f"{key}/reset", self._reset),
            spec("GET", DASHBOARD_CONFIG, self._all, "mixed"),
            legacy("PUT", f"{DASHBOARD_CONFIG}/{{key}}", self._put),
        ]

    async def _all(self, request: Request) -> Response:
        return success(request, {"sections": sections(self._config)})

    async def _one(self, request: Request) -> Response:
        item = self._config.item(request.path_params["key"])
        return success(request, _record(item, self._config))

    async def _put(self, request: Request) -> Response:
        key, value = request.path_params["key"], text_of(await json_object(request), "value")
        shown = self._engine.act(lambda _: self._config.put(key, value))
        return success(request, {"success": True, "key": key, "value": shown})

    async def _reset(self, request: Request) -> Response:
        key = request.path_params["key"]
        shown = self._engine.act(lambda _: self._config.restore(key))
        return success(request, {"success": True, "key": key, "value": shown})


def sections(config: Config) -> list[dict[str, Any]]:
    """Render everything, secrets masked."""
    return [
        {
            "name": section.name,
            "description": section.description,
            "items": [_record(item, config) for item in section.items],
        }
        for section in SECTIONS
    ]


def _record(item: Item, config: Config) -> dict[str, Any]:
    limits = {
        "options": list(item.options) or None,
        "min": item.least,
        "max": item.most,
        "pattern": item.pattern,
    }
    record = {
        "key": item.key,
        "value": config.value(item.key),
        "type": item.type,
        "default_value": MASK if item.type in SECRET_TYPES else item.default,
        "description": item.description,
        "required": item.required,
        "editable": item.editable,
        "validation": without_none(limits) or None,
    }
    return without_none(record)
