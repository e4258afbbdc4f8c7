"""``asyncio.run`` for commands that ask: at their end they wait for no look-up of a name."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


def run_in_a_hurry(work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work`` returns, though threads that it no longer waits for may hang.

    A look-up cannot be cancelled, and both asyncio and the interpreter would wait for it, minutes
    perhaps. ``kiosk run`` also writes to a disk, and gives that a moment (``kiosk.cli.ending``).
    """
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(_Unwaited())
        return runner.run(work)


class _Unwaited(ThreadPoolExecutor):
    """Makes each call in a thread of its own, which goes with the process."""

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        made = partial(call, *args, **kwargs)
        Thread(target=_fulfil, args=(future, made), daemon=True).start()
        return future


def _fulfil(future: Future[T], call: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - for whoever waits
        future.set_exception(error)
