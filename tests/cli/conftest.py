"""The command line as a function: arguments in, exit status and JSON out."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.__main__ import main

Kiosk = Callable[..., tuple[int, Any]]


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    """Run ``kiosk ...``; returns the exit status and the one JSON object that it printed."""
    for name in ("KIOSK_BASE_URL", "KIOSK_API_KEY_FILE", "KIOSK_CONFIG", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, Any]:
        status = main(arguments)
        (line,) = capsys.readouterr().out.splitlines()
        return status, json.loads(line)

    return run
