"""What of its surroundings no command depends on: the streams it is given, variables of others."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress


def make_safe() -> None:
    """Take from the environment what could end a command, or have it write where it must not."""
    _open_standard_streams()
    # Python's TLS would write down there what every connection is encrypted with.
    os.environ.pop("SSLKEYLOGFILE", None)
    # Pydantic would look through all installed packages for any, which takes longer than a model.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    if "error" in os.environ.get("PYTHONWARNINGS", ""):
        # What a library will be warned of some day is no reason to stop today.
        warnings.simplefilter("default")


def _open_standard_streams() -> None:
    """Have 0, 1 and 2 open: the next file would become one, and SDL writes its complaints there."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free is this one.
            os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(number, True)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
