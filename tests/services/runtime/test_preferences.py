# ruff: noqa: ASYNC240 - a test reads its own small file
"""What is set on the panel: written whole, readable by its owner only, lost by nothing but us."""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kiosk.services.runtime import private_file
from kiosk.services.runtime.preferences import PanelFileError, PreferenceKeeper, as_toml, read

PIN = "2580"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "settings.toml"


@pytest.fixture
def keeper(path: Path) -> PreferenceKeeper:
    return PreferenceKeeper(path, {}, pin_hash=None)


async def test_a_change_is_in_the_file_beside_those_before(
    keeper: PreferenceKeeper, path: Path
) -> None:
    assert await keeper.keep("lang", "pt_BR")
    assert await keeper.keep("brightness", 60)
    assert await keeper.keep("sound", value=True)
    assert await keeper.keep_feature("door", on=False)
    assert await keeper.keep_feature("cameras", on=True)
    assert read(path) == {
        "lang": "pt_BR",
        "brightness": 60,
        "sound": True,
        "features": {"door": False, "cameras": True},
    }


async def test_only_its_owner_may_read_the_file(keeper: PreferenceKeeper, path: Path) -> None:
    await keeper.keep("lang", "en")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_full_disk_leaves_the_old_file_whole_and_says_no(
    keeper: PreferenceKeeper, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keeper.keep("lang", "en")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert not await keeper.keep("lang", "pt_BR")
    assert read(path) == {"lang": "en"}
    assert list(path.parent.iterdir()) == [path]


async def test_a_change_that_could_not_be_written_goes_with_the_next_one(
    keeper: PreferenceKeeper, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_args: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patched:
        patched.setattr(private_file, "write", read_only)
        assert not await keeper.keep("lang", "pt_BR")
    assert await keeper.keep("theme", "dark")
    assert read(path) == {"lang": "pt_BR", "theme": "dark"}


async def test_a_broken_file_is_put_aside_and_what_was_right_in_it_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('lang = "en"\ntheme = "pink"\n')
    keeper = PreferenceKeeper(path, {"lang": "en"}, pin_hash=None, broken=True)
    assert await keeper.mend()
    assert read(path) == {"lang": "en"}
    assert path.with_name("settings.toml.broken").read_text() == 'lang = "en"\ntheme = "pink"\n'


async def test_a_file_that_is_right_stays_where_it_is(path: Path) -> None:
    keeper = PreferenceKeeper(path, {}, pin_hash=None)
    assert not await keeper.mend()
    assert not path.exists()


@pytest.mark.parametrize("content", [b"lang = ", b"\xff\xfe", b"lang = 1\nlang = 2"])
def test_a_file_that_cannot_be_read_is_an_error_that_quotes_nothing(
    path: Path, content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(PanelFileError) as caught:
        read(path)
    assert "lang" not in str(caught.value)


def test_no_file_says_nothing(path: Path) -> None:
    assert read(path) == {}


def test_every_kind_of_value_is_written_as_toml() -> None:
    values = {"text": 'a "b" \\ é', "number": 5, "switch": False, "features": {"door": True}}
    assert tomllib.loads(as_toml(values)) == values


async def test_the_pin_is_recognised_and_not_to_be_read_in_the_file(
    keeper: PreferenceKeeper, path: Path
) -> None:
    assert await keeper.set_pin(PIN)
    assert await keeper.is_pin(PIN)
    assert not await keeper.is_pin("2581")
    # It may be among the digits of the hash.
    assert not re.search(rf"\b{PIN}\b", path.read_text())
    again = PreferenceKeeper(path, read(path), pin_hash=read(path)["pin_hash"])
    assert await again.is_pin(PIN)


async def test_the_same_pin_is_kept_differently_each_time(
    keeper: PreferenceKeeper, path: Path
) -> None:
    await keeper.set_pin(PIN)
    first = read(path)["pin_hash"]
    await keeper.set_pin(PIN)
    assert read(path)["pin_hash"] != first


@pytest.mark.parametrize("kept", ["", "2580", "scrypt$zz$00", "md5$00$00"])
async def test_what_is_no_hash_of_ours_opens_nothing(path: Path, kept: str) -> None:
    assert not await PreferenceKeeper(path, {}, pin_hash=kept).is_pin(PIN)


async def test_no_pin_is_asked_for_after_it_was_taken_away(
    keeper: PreferenceKeeper, path: Path
) -> None:
    await keeper.set_pin(PIN)
    await keeper.set_pin(None)
    assert not read(path)["pin_hash"]
    assert not await keeper.is_pin("")
