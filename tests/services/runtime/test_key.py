"""The key: where it comes from, when a new one counts, how it is kept for the next start."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.services.runtime.key import LOOK_SECONDS, KeyHolder
from tests.support.canary import CANARY, KEY, OTHER_KEY, leaks, secret_file
from tests.support.clock import FakeClock

OLD, NEW = OTHER_KEY, KEY


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return secret_file(tmp_path / "given", f"{OLD}\n")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "api-key"
    CANARY.allow(path)
    return path


def keep_earlier(path: Path, text: str, mode: int = 0o600) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    secret_file(path, text).chmod(mode)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fails_with(number: int) -> Any:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


# Where it comes from


def test_the_entered_key_counts_first_then_the_given_one_then_the_kept_one(
    given: Path, kept: Path
) -> None:
    keep_earlier(kept, "kept")
    assert KeyHolder(given=None, kept=kept).get() == "kept"
    holder = KeyHolder(given=given, kept=kept)
    assert holder.get() == OLD
    holder.set(NEW)
    assert holder.get() == NEW


def test_an_empty_given_file_leaves_it_to_the_kept_one(given: Path, kept: Path) -> None:
    given.write_text("\n")
    keep_earlier(kept, "kept")
    assert KeyHolder(given=given, kept=kept).get() == "kept"


def test_where_no_key_is_there_is_none(kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    holder = KeyHolder(kept=kept)
    assert holder.get() is None
    assert not holder.is_kept
    assert caplog.records == []


@pytest.mark.parametrize("around", [" {}\n", "{}", "\t{} "])
def test_blanks_around_a_key_are_no_part_of_it(around: str, given: Path) -> None:
    holder = KeyHolder()
    holder.set(around.format(KEY))
    assert holder.get() == KEY
    given.write_text(around.format(KEY))
    assert KeyHolder(given=given).get() == KEY


def test_an_empty_key_is_no_key_and_a_key_is_not_told() -> None:
    holder = KeyHolder(SecretStr(KEY))
    assert not leaks(repr(vars(holder)))
    holder.set("  ")
    assert holder.get() is None


# A new one


@pytest.mark.parametrize("how", ["in place", "by another file"])
def test_a_rotated_key_counts_with_the_next_request(given: Path, how: str) -> None:
    holder = KeyHolder(given=given)
    assert holder.get() == OLD
    if how == "in place":
        given.write_text(NEW)
    else:
        secret_file(given.with_name("next"), NEW).replace(given)
    assert holder.get() == NEW


@pytest.mark.parametrize("rewritten", [NEW, OLD], ids=["another key", "the same key"])
def test_of_the_entered_key_and_its_file_the_later_one_counts(given: Path, rewritten: str) -> None:
    holder = KeyHolder(given=given)
    holder.set("typed wrong")
    assert holder.get() == "typed wrong"
    secret_file(given.with_name("next"), rewritten).replace(given)
    assert holder.get() == rewritten
    holder.set("typed again")
    assert holder.get() == "typed again"


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("\n")])
def test_a_file_that_has_no_key_any_more_leaves_the_entered_one(given: Path, spoil: Any) -> None:
    holder = KeyHolder(given=given)
    holder.set(NEW)
    spoil(given)
    assert holder.get() == NEW


def test_a_file_that_did_not_change_is_not_read_again(
    given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = KeyHolder(given=given)
    monkeypatch.setattr(os, "open", fails_with(errno.EIO))
    assert [holder.get() for _ in range(3)] == [OLD] * 3


@pytest.mark.parametrize(
    "spoil",
    [Path.unlink, lambda path: path.write_bytes(KEY.encode() + b"\xff")],
    ids=["gone", "no text"],
)
def test_an_unreadable_file_leaves_the_old_key_and_is_told_once(
    given: Path, spoil: Any, caplog: pytest.LogCaptureFixture
) -> None:
    holder = KeyHolder(given=given)
    spoil(given)
    assert [holder.get() for _ in range(3)] == [OLD] * 3
    (record,) = caplog.records
    assert str(given) in record.getMessage()
    assert not leaks(caplog.text)
    secret_file(given, NEW)
    assert holder.get() == NEW


async def test_a_key_that_changes_in_its_file_is_noticed_though_nothing_is_asked(
    given: Path,
) -> None:
    clock, noticed = FakeClock(), []
    holder = KeyHolder(given=given)
    watching = asyncio.create_task(holder.watch(lambda: noticed.append(holder.get()), clock))
    await clock.advance(LOOK_SECONDS)
    assert noticed == []
    secret_file(given, NEW)
    await clock.advance(LOOK_SECONDS)
    await clock.advance(LOOK_SECONDS)
    assert noticed == [NEW]
    holder.set("entered")
    await clock.advance(LOOK_SECONDS)
    assert noticed == [NEW]
    secret_file(given, OLD)
    await clock.advance(LOOK_SECONDS)
    assert noticed == [NEW, OLD]
    watching.cancel()


# To keep it


async def test_a_kept_key_is_there_at_the_next_start_for_nobody_else(kept: Path) -> None:
    holder = KeyHolder(SecretStr(KEY), kept=kept)
    assert await holder.keep(wanted=True)
    assert KeyHolder(kept=kept).get() == KEY
    assert KeyHolder(kept=kept).is_kept
    assert (mode_of(kept), mode_of(kept.parent)) == (0o600, 0o700)
    assert [path.name for path in kept.parent.iterdir()] == ["api-key"]


async def test_what_a_crash_left_behind_is_in_nobodys_way(kept: Path) -> None:
    keep_earlier(kept.with_name("api-key.new"), "half a k", 0o644)
    assert await KeyHolder(SecretStr(KEY), kept=kept).keep(wanted=True)
    assert KeyHolder(kept=kept).get() == KEY
    assert mode_of(kept) == 0o600


async def test_a_key_that_is_kept_no_more_goes_on_counting_until_the_end(kept: Path) -> None:
    keep_earlier(kept, KEY)
    holder = KeyHolder(kept=kept)
    assert await holder.keep(wanted=False)
    assert not holder.is_kept
    assert holder.get() == KEY
    assert KeyHolder(kept=kept).get() is None


async def test_a_given_key_still_follows_its_file_when_the_kept_one_goes(
    given: Path, kept: Path
) -> None:
    keep_earlier(kept, "kept")
    holder = KeyHolder(given=given, kept=kept)
    assert await holder.keep(wanted=False)
    secret_file(given, NEW)
    assert holder.get() == NEW


@pytest.mark.parametrize("step", ["fsync", "open", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
async def test_a_full_or_read_only_disk_leaves_the_key_in_memory_and_the_old_file_whole(
    kept: Path,
    step: str,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keep_earlier(kept, "before")
    holder = KeyHolder(SecretStr(KEY), kept=kept)
    with monkeypatch.context() as spoilt:
        spoilt.setattr(os if step != "replace" else Path, step, fails_with(number))
        assert not await holder.keep(wanted=True)
    assert holder.get() == KEY
    assert KeyHolder(kept=kept).get() == "before"
    assert [path.name for path in kept.parent.iterdir()] == ["api-key"]
    assert os.strerror(number) in caplog.text
    assert not leaks(caplog.text)


async def test_where_nothing_can_be_kept_it_is_said() -> None:
    holder = KeyHolder(SecretStr(KEY))
    assert not await holder.keep(wanted=True)
    assert await holder.keep(wanted=False)


async def test_of_two_wishes_in_a_row_the_last_one_counts(kept: Path) -> None:
    holder = KeyHolder(SecretStr(OLD), kept=kept)
    first = asyncio.create_task(holder.keep(wanted=True))
    await asyncio.sleep(0)
    holder.set(NEW)
    assert await holder.keep(wanted=True)
    assert await first
    assert KeyHolder(kept=kept).get() == NEW


def test_a_kept_file_that_others_may_read_is_tightened_and_told(
    kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_earlier(kept, KEY, 0o644)
    assert KeyHolder(kept=kept).get() == KEY
    assert mode_of(kept) == 0o600
    assert "0600" in caplog.text
    assert not leaks(caplog.text)


def test_somebody_elses_file_is_not_taken_for_the_kept_key(
    kept: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keep_earlier(kept, KEY)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    holder = KeyHolder(kept=kept)
    assert holder.get() is None
    assert not holder.is_kept
    assert len(caplog.records) == 1
    assert "not this user's" in caplog.text
    assert not leaks(caplog.text)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_plain_file_is_not_taken_for_the_kept_key(
    kept: Path, kind: str, given: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept.parent.mkdir()
    {
        "link": lambda: kept.symlink_to(given),
        "pipe": lambda: os.mkfifo(kept),
        "folder": kept.mkdir,
    }[kind]()
    with caplog.at_level(logging.WARNING):
        assert KeyHolder(kept=kept).get() is None
    assert str(kept) in caplog.text
