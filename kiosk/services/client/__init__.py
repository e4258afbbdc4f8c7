"""Every socket to PiOrchestrator: requests, errors, streams."""

import sys
from typing import Any, cast

# httpx imports its own command line where it can: a hundred modules that nobody here uses.
cast("dict[str, Any]", sys.modules).setdefault("httpx._main", None)
