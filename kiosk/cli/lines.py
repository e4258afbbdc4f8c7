"""What the commands share that print one line after another: their end, and their problems."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any

from kiosk.services.wire.codes import next_step, sentence
from kiosk.services.wire.problem import Problem


def run_printing(work: Coroutine[Any, Any, int]) -> int:
    """Run a command that prints until it ends; returns its exit status, 0 on a signal."""
    # A name from elsewhere must not end it: the terminal may know less than Unicode.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return asyncio.run(_until_signal(work))
    except BrokenPipeError:
        # Whoever read us has seen enough; the interpreter's last flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def print_problem(problem: Problem, *, as_json: bool) -> int:
    """Print why a command failed, as one JSON object or for a person; returns its exit status."""
    if as_json:
        error = {
            "kind": problem.kind.value,
            "code": problem.code,
            "message": problem.message,
            "user_message": in_words(problem),
            "retryable": problem.retryable,
            "retry_after_seconds": problem.retry_after_seconds,
            "correlation_id": problem.correlation_id,
            "http_status": problem.http_status,
        }
        print(json.dumps({"ok": False, "error": error}), flush=True)
    else:
        details = [problem.code, problem.message, problem.correlation_id]
        print(in_words(problem), "; ".join(filter(None, details)), sep="\n", file=sys.stderr)
    return 1


def in_words(problem: Problem) -> str:
    """Return what happened and what to do, in English."""
    return f"{sentence(problem)} {next_step(problem)}".strip()


async def _until_signal(work: Coroutine[Any, Any, int]) -> int:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return 0
