"""Commands that ask end when they have their answer, or are told to, whatever still hangs."""

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

# No name can be looked up: whoever asks is never answered.
STUCK = """
import socket, sys, threading
socket.getaddrinfo = lambda *_, **__: threading.Event().wait()
from kiosk.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
# Something hangs behind a command that has its answer.
LEFT = """
import asyncio, sys, threading
from kiosk.cli.ending import run_to_end

async def work():
    asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
    print("answer")
    return 3

sys.exit(run_to_end(work()))
"""
# What should be the simulator ends at once.
NO_WORLD = """
import sys
sys.executable = "false"
from kiosk.__main__ import main
sys.exit(main(["demo"]))
"""


@contextmanager
def python(*arguments):
    command = [sys.executable, "-c", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_hangs_behind_an_answer_holds_up_neither_it_nor_its_status():
    with python(LEFT) as process:
        assert process.wait(20) == 3
        assert process.stdout.read() == "answer\n"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_look_up_that_hangs_holds_up_no_signal(signum):
    there = ("--base-url", "http://orchestrator.example", "--session", "s1", "--json")
    with python(STUCK, "watch", *there) as watch:
        assert json.loads(watch.stdout.readline())["state"] == "connecting"
        watch.send_signal(signum)
        assert watch.wait(20) == 0


def test_a_demonstration_without_its_simulator_has_failed(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    with python(NO_WORLD) as demo:
        assert demo.wait(20) == 1
