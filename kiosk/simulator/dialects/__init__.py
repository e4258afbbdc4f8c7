"""The three dialects that PiOrchestrator's documents describe (contract.md §3.3).

Pure: a happening of the world becomes an SSE frame, an entity becomes a record.
"""

from __future__ import annotations

from types import MappingProxyType

from kiosk.simulator.dialects.base import Dialect
from kiosk.simulator.dialects.compat import Compat
from kiosk.simulator.dialects.datamodel import DataModel
from kiosk.simulator.dialects.handoff import Handoff

DIALECTS: MappingProxyType[str, type[Dialect]] = MappingProxyType(
    {"handoff": Handoff, "datamodel": DataModel, "compat": Compat}
)

__all__ = ["DIALECTS", "Dialect"]
