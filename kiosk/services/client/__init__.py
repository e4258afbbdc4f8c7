"""Every socket to PiOrchestrator: requests, errors, streams."""

import sys
from typing import Any, cast

# httpx's own command line, which it imports where it can, brings a hundred modules that nobody uses.
cast("dict[str, Any]", sys.modules).setdefault("httpx._main", None)
