"""Containers and the cameras that are placed in them (contract.md §2.13)."""

from typing import Annotated, Any

from pydantic import Field

from kiosk.services.wire.records import list_of
from kiosk.services.wire.tolerant import Count, Key, Moment, Text, WireModel, key_text


class Placement(WireModel):
    """One camera at one of a container's positions, 1-4."""

    device_id: Key = None
    position: Count = None
    status: Text = None
    name: Text = None
    assigned_at: Moment = None


class Container(WireModel):
    """One container; its id is opaque and stands in for a label that is missing."""

    id: str = Field(min_length=1)
    label: Text = None
    description: Text = None
    camera_count: Count = None
    online_count: Count = None
    cameras: Annotated[tuple[Placement, ...], list_of(Placement)] = ()

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "id": key_text(data.get("id"))}
