"""The operations of ``kiosk api``, area by area, in the order of its help."""

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.cli.areas import (
    allowlist,
    batch,
    cameras,
    config,
    door,
    journal,
    network,
    recovery,
    service,
    support,
    wifi,
)
from kiosk.cli.operation import Operation

_AREAS = (
    service,
    recovery,
    batch,
    allowlist,
    wifi,
    cameras,
    config,
    network,
    door,
    support,
    journal,
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for area in _AREAS for operation in area.OPERATIONS}
)
