"""What the commands print: JSON objects, or lines that a person can read."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.services.wire.problem import Problem

_UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"


def print_answer(data: Any, correlation_id: str | None, *, as_json: bool) -> None:
    """Print what a call returned."""
    if as_json:
        _print_json({"ok": True, "data": data, "correlation_id": correlation_id})
        return
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    say("\n".join(_lines(data)) or "done")


def print_problem(problem: Problem, *, as_json: bool) -> None:
    """Print what went wrong: for a person to stderr, what to do before what support wants."""
    words = in_words(problem)
    if not as_json:
        details = [problem.code, problem.message, problem.correlation_id]
        print(words, "; ".join(plain(text) for text in details if text), sep="\n", file=sys.stderr)
        return
    error = {
        "kind": problem.kind.value,
        "code": problem.code,
        "message": problem.message,
        "user_message": words,
        "retryable": problem.retryable,
        "retry_after_seconds": problem.retry_after_seconds,
        "correlation_id": problem.correlation_id,
        "http_status": problem.http_status,
    }
    _print_json({"ok": False, "error": error})


def say(text: str) -> None:
    """Print an answer; nobody minds that its reader has seen enough before its end."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        be_silent()


def be_silent() -> None:
    """Have nothing more go to a reader that is gone: Python's last flush would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def in_words(problem: Problem) -> str:
    """Return what happened and what to do, in English."""
    from kiosk.services.wire.codes import next_step, sentence  # noqa: PLC0415 - only when needed

    return f"{sentence(problem)} {next_step(problem)}".strip()


def plain(value: Any) -> str:
    """Return a stranger's text without what could steer the terminal."""
    if value in ({}, []):
        return "none"
    return "".join(sign if sign.isprintable() else _UNPRINTABLE for sign in str(value))


def _print_json(value: object) -> None:
    say(json.dumps(value))


def _lines(data: Any, indent: str = "") -> Iterator[str]:
    """Yield an answer's data as indented lines; a record of a list begins with its own line."""
    if isinstance(data, dict):
        for name, value in data.items():
            if _is_group(value):
                yield f"{indent}{plain(name)}:"
                yield from _lines(value, indent + "  ")
            else:
                yield f"{indent}{plain(name)}: {plain(value)}"
    elif isinstance(data, list):
        for item in data:
            yield from _item(item, indent)
    elif data is not None:
        yield f"{indent}{plain(data)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    if not isinstance(item, dict):
        yield from _lines(item, indent)
        return
    figures = {name: value for name, value in item.items() if not _is_group(value)}
    groups = {name: value for name, value in item.items() if _is_group(value)}
    words = ", ".join(f"{plain(name)} {plain(value)}" for name, value in figures.items())
    yield indent + (words or "-")
    yield from _lines(groups, indent + "  ")


def _is_group(value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value)
