"""The Pi's own report for support (contract.md §2.5)."""

from collections.abc import Mapping
from typing import Any

from kiosk.services.wire.masking import masked
from kiosk.services.wire.tolerant import Moment, WireModel


class Export(WireModel):
    """The report as it was received, but for its secrets."""

    generated_at: Moment = None
    data: Mapping[str, Any]

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {"generated_at": data.get("generated_at"), "data": masked(data)}
