"""Commands that ask end when they have their answer, or are told to, and wait for nothing else."""

import asyncio
import json
import signal
import subprocess
import sys
import threading

import pytest

from kiosk.cli.hurry import run_in_a_hurry

# No name can be looked up: whoever asks is never answered.
STUCK = """
import socket, sys, threading
socket.getaddrinfo = lambda *_, **__: threading.Event().wait()
from kiosk.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_what_hangs_in_a_thread_is_left_behind():
    answered = threading.Event()

    async def work():
        asyncio.get_running_loop().run_in_executor(None, answered.wait)
        return await asyncio.to_thread(int, "7")

    assert run_in_a_hurry(work()) == 7
    answered.set()


def test_what_breaks_in_a_thread_is_told():
    async def work():
        await asyncio.to_thread(int, "seven")

    with pytest.raises(ValueError, match="seven"):
        run_in_a_hurry(work())


def test_a_look_up_that_hangs_holds_up_no_signal():
    there = ("--base-url", "http://orchestrator.example", "--session", "s1", "--json")
    command = [sys.executable, "-c", STUCK, "watch", *there]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readline())["state"] == "connecting"
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(10) == 0
